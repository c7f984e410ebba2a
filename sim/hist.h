/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Log-linear histogram (HDR) of u64 values: relative error of a percentile is
 * at most 2^-SIM_HIST_SUB_LG2. Minimum, maximum, count and total are exact.
 */
#ifndef SIM_HIST_H
#define SIM_HIST_H

#include "sim/types.h"

#define SIM_HIST_SUB_LG2 7
#define SIM_HIST_NR_BUCKETS ((64 - SIM_HIST_SUB_LG2 + 1) << SIM_HIST_SUB_LG2)

struct sim_hist {
	u64 count;
	u64 min; /* ~0 while empty */
	u64 max;
	unsigned __int128 total; /* exact */
	u64 buckets[SIM_HIST_NR_BUCKETS];
};

/** sim_hist_init() - empty; the caller's memory. */
void sim_hist_init(struct sim_hist *hist);
/** sim_hist_add() - record one value, any u64. */
void sim_hist_add(struct sim_hist *hist, u64 value);
/** sim_hist_merge() - as if all values of @from had been added to @into too. */
void sim_hist_merge(struct sim_hist *into, const struct sim_hist *from);

/** sim_hist_mean() - total / count, rounded to nearest; 0 while empty. */
u64 sim_hist_mean(const struct sim_hist *hist);

/**
 * sim_hist_percentile() - smallest value v such that at least
 * ceil(@per_100k / 100000 * count) recorded values are at or below v's bucket;
 * the bucket's upper bound, but never above the exact maximum. 0 while empty.
 * @per_100k: 0 to 100000; 99990 is p99.99
 */
u64 sim_hist_percentile(const struct sim_hist *hist, u32 per_100k);

/* [low, high] holds count values. */
struct sim_hist_bucket {
	u64 low, high;
	u64 count;
};

/**
 * sim_hist_next() - walk the non-empty buckets in order
 * @cursor: 0 to begin with
 *
 * Return: true: @bucket is set; false at the end.
 */
bool sim_hist_next(const struct sim_hist *hist, u32 *cursor, struct sim_hist_bucket *bucket);

#endif
