// SPDX-License-Identifier: GPL-2.0-only
/*
 * What keeps a measurement from harming whoever else is on the machine, and from being harmed
 * by another one: one at a time, an end in time, an end with whoever asked for it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "tool/host/internal.h"

/* Locked, while CPUs are measured: it is there for everybody, and nothing of it is left behind. */
#define CPUS_FOLDER "/sys/devices/system/cpu"

/* A real-time thread that ran so long without a pause has got lost: the kernel ends the process. */
#define LOST_US 5000000

/* "1: FLOCK  ADVISORY  WRITE 2202 00:16:3562 0 EOF", the numbers of the device in hex. */
static long find_holder(int fd)
{
	FILE *in = fopen("/proc/locks", "re");
	unsigned int major, minor;
	unsigned long long inode;
	char line[160];
	long pid, holder = 0;
	struct stat st;

	if (!in)
		return 0;
	while (!fstat(fd, &st) && !holder && fgets(line, sizeof(line), in)) {
		if (sscanf(line, "%*d: FLOCK %*s %*s %ld %x:%x:%llu", &pid, &major, &minor,
			   &inode) == 4 &&
		    makedev(major, minor) == st.st_dev && inode == st.st_ino)
			holder = pid;
	}
	fclose(in);
	return holder > 0 ? holder : 0;
}

int host_claim(struct host_claim *claim)
{
	*claim = (struct host_claim){.fd = open(CPUS_FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
	/* Without the folder everybody is let in: bursts have an end all the same. */
	if (claim->fd < 0 || !flock(claim->fd, LOCK_EX | LOCK_NB) || errno != EWOULDBLOCK)
		return 0;
	claim->holder = find_holder(claim->fd);
	host_unclaim(claim);
	return -EBUSY;
}

void host_unclaim(struct host_claim *claim)
{
	if (claim->fd >= 0)
		close(claim->fd);
	claim->fd = -1;
}

void host_end_with_parent(void)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
}

static void limit_lost(rlim_t us)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_RTTIME, &limit))
		return;
	limit.rlim_cur = us < limit.rlim_max ? us : limit.rlim_max;
	setrlimit(RLIMIT_RTTIME, &limit);
}

bool host_realtime_begin(void)
{
	const struct sched_param above = {.sched_priority = HOST_PRIORITY + 1};

	limit_lost(LOST_US);
	return !sched_setscheduler(0, SCHED_FIFO, &above);
}

void host_realtime_end(void)
{
	const struct sched_param normal = {0};

	sched_setscheduler(0, SCHED_OTHER, &normal);
	limit_lost(RLIM_INFINITY);
}
