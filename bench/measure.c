// SPDX-License-Identifier: GPL-2.0-only
/* Repetitions of one path, and what they come to. */
#include <stdlib.h>
#include <unistd.h>

#include "bench/bench.h"

#define WARM_UP 8 /* the first run does this fraction and does not count */

static void show_progress(const struct bench_path *path, u32 done, u32 repeat)
{
	if (!isatty(STDERR_FILENO))
		return;
	if (done == repeat)
		fprintf(stderr, "\r\033[K");
	else
		fprintf(stderr, "\r\033[K%s %u/%u", path->what, done + 1, repeat);
}

static int compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return (x > y) - (x < y);
}

static bool run_once(const struct bench_path *path, u64 nr, u64 *per_s)
{
	struct bench_run run = {.nr_wanted = nr ? nr : 1, .message = "failed"};

	if (path->run(&run)) {
		show_progress(path, 0, 0);
		fprintf(stderr, "iopfsim-bench: %s: %s\n", path->key, run.message);
		return false;
	}
	*per_s = (unsigned __int128)run.nr_done * 1000000000 / (run.cpu_ns ? run.cpu_ns : 1);
	return true;
}

bool bench_measure(const struct bench_path *path, u32 repeat, u64 divide,
		   struct bench_result *result)
{
	u64 nr = path->nr / divide, ignored;

	result->path = path;
	result->nr = 0;
	if (!path->run)
		return true;
	show_progress(path, 0, repeat);
	if (!run_once(path, nr / WARM_UP, &ignored))
		return false;
	for (u32 i = 0; i < repeat; i++) {
		show_progress(path, i, repeat);
		if (!run_once(path, nr, &result->per_s[i]))
			return false;
	}
	show_progress(path, repeat, repeat);
	result->nr = repeat;
	qsort(result->per_s, repeat, sizeof(result->per_s[0]), compare);
	return true;
}

u64 bench_median(const struct bench_result *result)
{
	u64 low = result->per_s[(result->nr - 1) / 2];

	return low + (result->per_s[result->nr / 2] - low) / 2;
}
