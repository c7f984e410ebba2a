/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A series of values in order of time, in bounded memory: batches of equally many, with their sums,
 * and segments of batches with a histogram each. When there is room for no more batch,
 * neighbours become one, so a run of any length has between 1024 and 2048 batches, or fewer of
 * five.
 */
#ifndef SYSTEM_SERIES_H
#define SYSTEM_SERIES_H

#include "sim/hist.h"

#define SYS_SERIES_BATCHES 2048
#define SYS_SERIES_SEGMENTS 32
#define SYS_SERIES_PER_SEGMENT (SYS_SERIES_BATCHES / SYS_SERIES_SEGMENTS)
#define SYS_SERIES_FIRST_SIZE 5 /* of a batch: what MSER-5 is named after */

struct sys_batch {
	u64 total_ps;
	u64 end_ps; /* when its last value came */
};

struct sys_series {
	u64 batch_size;
	u32 nr;		      /* batches that are full */
	u64 nr_open, open_ps; /* of the one that is not: values, and their sum */
	struct sys_batch batches[SYS_SERIES_BATCHES];
	struct sim_hist *segments[SYS_SERIES_SEGMENTS]; /* of PER_SEGMENT batches each */
};

/**
 * sys_series_init() - zeroed memory of the caller's
 * @has_segments: they are made, in the arena; else there is no histogram
 *
 * Return: 0 or -ENOMEM.
 */
int sys_series_init(struct sys_series *series, bool has_segments);

/** sys_series_start() - forget all values. */
void sys_series_start(struct sys_series *series);

/** sys_series_add() - one value more. @at_ps: not before that of the one before */
void sys_series_add(struct sys_series *series, u64 at_ps, u64 value_ps);

#endif
