// SPDX-License-Identifier: GPL-2.0-only
/*
 * The progress line: share, simulated time, speed, time left. It reads the
 * host's clock, which therefore never reaches a result.
 */
#define _GNU_SOURCE
#include "tool/common/progress.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "tool/common/human.h"

#define NS_PER_S 1000000000ULL
#define DRAW_EVERY_NS (NS_PER_S / 10)
#define SAY_EVERY_NS (NS_PER_S * 30)
#define BAR_CELLS 24

static volatile sig_atomic_t is_stopped;

static void on_signal(int number)
{
	is_stopped = 1;
}

void progress_catch_signals(void)
{
	/* SA_RESETHAND: who asks twice means it */
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
	static const int stopping[] = {SIGINT, SIGTERM, SIGHUP};

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(stopping) / sizeof(stopping[0]); i++) {
		struct sigaction old;

		/* nohup: who ignores it before us means it */
		if (stopping[i] == SIGHUP && !sigaction(SIGHUP, NULL, &old) &&
		    old.sa_handler == SIG_IGN)
			continue;
		sigaction(stopping[i], &action, NULL);
	}
	/* Beyond the limit of a file's size writing fails, and says so. */
	action = (struct sigaction){.sa_handler = SIG_IGN};
	sigaction(SIGXFSZ, &action, NULL);
}

bool progress_is_stopped(void)
{
	return is_stopped;
}

static u64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (u64)now.tv_sec * NS_PER_S + (u64)now.tv_nsec;
}

void progress_init(struct progress *progress, const char *what, bool is_quiet)
{
	*progress = (struct progress){
		.what = what,
		.is_shown = !is_quiet && isatty(STDERR_FILENO),
		.began_ns = now_ns(),
	};
}

static void draw_bar(u64 done, u64 total)
{
	u64 cells = total ? (u64)((double)done / (double)total * BAR_CELLS) : 0;

	fputs(" [", stderr);
	for (u64 i = 0; i < BAR_CELLS; i++)
		fputc(i < cells ? '#' : '.', stderr);
	fprintf(stderr, "] %3.0f %%", total ? 100.0 * (double)done / (double)total : 0.0);
}

static void draw_speed(double elapsed_s, u64 done, u64 total)
{
	double rate = (double)done / elapsed_s;

	if (done)
		fprintf(stderr, "  %.2f M accesses/s", rate / 1e6);
	if (done && total >= done)
		fprintf(stderr, "  %.0f s left", (double)(total - done) / rate);
}

/* For a log: what a terminal's line says, without what moves. */
static void say(struct progress *progress, u64 now, u64 done, u64 total)
{
	double elapsed_s = (double)(now - progress->began_ns) / (double)NS_PER_S;
	u64 last = progress->drawn_ns ? progress->drawn_ns : progress->began_ns;

	if (now - last < SAY_EVERY_NS)
		return;
	progress->drawn_ns = now;
	fprintf(stderr, "%s: ", progress->what);
	if (progress->parts)
		fprintf(stderr, "%u of %u runs, ", progress->parts_done, progress->parts);
	fprintf(stderr, "%.0f %% of the work, %.0f s",
		total ? 100.0 * (double)done / (double)total : 0.0, elapsed_s);
	if (done && total >= done)
		fprintf(stderr, ", %.0f s left", elapsed_s * (double)(total - done) / (double)done);
	fputc('\n', stderr);
}

void progress_draw(struct progress *progress, u64 simulated_ps, u64 accesses, u64 total)
{
	u64 now = now_ns();
	char text[HUMAN_BYTES];

	if (!progress->is_shown && progress->has_lines)
		say(progress, now, accesses, total);
	if (!progress->is_shown || now - progress->drawn_ns < DRAW_EVERY_NS ||
	    now == progress->began_ns)
		return;
	progress->drawn_ns = now;
	fprintf(stderr, "\r%s", progress->what);
	if (total)
		draw_bar(accesses, total);
	if (simulated_ps)
		fprintf(stderr, "  %s simulated", human_time(text, simulated_ps));
	draw_speed((double)(now - progress->began_ns) / (double)NS_PER_S, accesses, total);
	fputs("\033[K", stderr);
	fflush(stderr);
}

bool progress_tick(void *opaque, u64 simulated_ps, u64 accesses_done, u64 accesses_total)
{
	progress_draw(opaque, simulated_ps, accesses_done, accesses_total);
	return !is_stopped;
}

void progress_end(struct progress *progress)
{
	if (progress->is_shown && progress->drawn_ns)
		fputs("\r\033[K", stderr);
}
