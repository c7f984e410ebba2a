/* SPDX-License-Identifier: GPL-2.0-only */
/* iopfsim-bench: what the host pays for each path, beside design.md's targets. */
#ifndef TOOL_BENCH_H
#define TOOL_BENCH_H

#include <stdio.h>

#include "bench/paths.h"

#define BENCH_MAX_REPEAT 1000

struct bench_result {
	const struct bench_path *path;
	u32 nr; /* rates measured, sorted; 0: none */
	u64 per_s[BENCH_MAX_REPEAT];
};

/**
 * bench_measure() - run one path @repeat times, after one shorter time to warm up
 * @divide: do the path's number of operations divided by this
 *
 * Return: true, also if the path does not exist yet; false after a complaint on
 * standard error.
 */
bool bench_measure(const struct bench_path *path, u32 repeat, u64 divide,
		   struct bench_result *result);

u64 bench_median(const struct bench_result *result);

void bench_print_table(FILE *out, const struct bench_result *results, u32 nr);
void bench_print_json(FILE *out, const struct bench_result *results, u32 nr);

#endif
