// SPDX-License-Identifier: GPL-2.0-only
/*
 * A kernel that loops without an atomic, a lock or a register: no time passes, and nothing in the
 * machine ends it. The host's processor time does; it is in no result but that one.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

#include "sim/sim.h"
#include "system/drive/internal.h"

/* Of processor time: each event takes a thousandth of a second at most, under sanitizers too. */
#define LIMIT_S 5

static struct drive *watched;
static FILE *transcript;
static u64 seen_ps;
static u32 nr_seconds;

static void on_second(int number)
{
	if (sim_now_ps() != seen_ps) {
		seen_ps = sim_now_ps();
		nr_seconds = 0;
	}
	if (++nr_seconds <= LIMIT_S)
		return;
	drive_say_round(watched);
	drive_say(&watched->said, "hang: the kernel loops, and no time passes\n");
	drive_say_hang(watched);
	fputs(drive_said_text(&watched->said), transcript);
	fflush(transcript);
	_exit(EXIT_FAILURE);
}

void drive_watch_host(struct drive *drive, FILE *out)
{
	const struct sigaction action = {.sa_handler = on_second, .sa_flags = SA_RESTART};
	const struct timeval each = {.tv_sec = drive ? 1 : 0};
	const struct itimerval timer = {each, each};

	watched = drive;
	transcript = out;
	seen_ps = 0;
	nr_seconds = 0;
	sigaction(SIGPROF, &action, NULL);
	setitimer(ITIMER_PROF, &timer, NULL);
}
