/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Log-linear histogram (HDR) of u64 values: a percentile is the largest value seen in its
 * bucket, so at most 2^-SIM_HIST_SUB_LG2 above the exact one and never beyond what was seen; with
 * @sorted it is exact. Minimum, maximum, count and total are exact.
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
	const u64 *sorted; /* all @count values in order, of whoever set it; NULL: not known */
	bool is_drifting;  /* values of no one distribution: no percentile stands for them */
	u64 buckets[SIM_HIST_NR_BUCKETS];
	u64 largest[SIM_HIST_NR_BUCKETS]; /* seen in each */
};

/** sim_hist_init() - empty; the caller's memory. */
void sim_hist_init(struct sim_hist *hist);
/** sim_hist_add() - record one value, any u64; @sorted is not set yet. */
void sim_hist_add(struct sim_hist *hist, u64 value);
/** sim_hist_add_many() - record @value @nr times. */
void sim_hist_add_many(struct sim_hist *hist, u64 value, u64 nr);
/** sim_hist_merge() - as if all values of @from had been added to @into too; without @sorted. */
void sim_hist_merge(struct sim_hist *into, const struct sim_hist *from);

/** sim_hist_mean() - total / count, rounded to nearest; 0 while empty. */
u64 sim_hist_mean(const struct sim_hist *hist);

/**
 * sim_hist_percentile() - the value of rank ceil(@per_100k / 100000 * count), the nearest rank;
 * without @sorted the largest that was seen in its bucket. 0 while empty.
 * @per_100k: 0 to 100000; 99990 is p99.99
 */
u64 sim_hist_percentile(const struct sim_hist *hist, u32 per_100k);

/** sim_hist_beyond() - how many values have a rank beyond that percentile's. */
u64 sim_hist_beyond(const struct sim_hist *hist, u32 per_100k);

/* [low, high] holds count values. */
struct sim_hist_bucket {
	u64 low, high, largest; /* largest: that was seen */
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
