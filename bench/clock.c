// SPDX-License-Identifier: GPL-2.0-only
/* What a path costs is counted in this. */
#include <time.h>

#include "bench/paths.h"

u64 bench_cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}
