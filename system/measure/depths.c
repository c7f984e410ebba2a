// SPDX-License-Identifier: GPL-2.0-only
/* See depths.h. */
#include "system/measure/depths.h"

#include <string.h>

#include "sim/event.h"
#include "sim/time.h"

/* Twice the time per bin: neighbours merge, the higher depth stays. */
static void widen(struct sys_depth_series *series)
{
	series->bin_ps *= 2;
	series->nr_bins = (series->nr_bins + 1) / 2;
	for (u32 i = 0; i < series->nr_bins; i++) {
		u32 a = series->max_depth[2 * i], b = series->max_depth[2 * i + 1];

		series->max_depth[i] = a > b ? a : b;
	}
	memset(&series->max_depth[series->nr_bins], 0,
	       (SYS_DEPTH_SAMPLES - series->nr_bins) * sizeof(series->max_depth[0]));
}

static void sample(struct sys_depth_series *series, u64 at_ps, u32 before, u32 depth)
{
	u32 bin;

	while (at_ps / series->bin_ps >= SYS_DEPTH_SAMPLES)
		widen(series);
	bin = at_ps / series->bin_ps;
	/* Between samples the depth stays what it was. */
	while (series->nr_bins <= bin)
		series->max_depth[series->nr_bins++] = before;
	if (depth > series->max_depth[bin])
		series->max_depth[bin] = depth;
}

/* 0, 1, 2 to 3, 4 to 7, ... */
static u32 band_of(u32 depth)
{
	u32 band = 0;

	while (depth >> band)
		band++;
	return band < SYS_DEPTH_BANDS ? band : SYS_DEPTH_BANDS - 1;
}

static u32 bucket_of(u32 depth)
{
	u32 shift = 0, bucket;

	while (depth >> shift >= 2U << SYS_DEPTH_SUB_LG2)
		shift++;
	bucket = (shift << SYS_DEPTH_SUB_LG2) + (depth >> shift);
	return bucket < SYS_DEPTH_BUCKETS ? bucket : SYS_DEPTH_BUCKETS - 1;
}

/* The highest depth of a bucket. */
static u64 depth_of(u32 bucket)
{
	u32 shift = bucket >> SYS_DEPTH_SUB_LG2;

	shift -= shift ? 1 : 0;
	return ((u64)(bucket - (shift << SYS_DEPTH_SUB_LG2)) << shift) + (1ULL << shift) - 1;
}

/* The least depth that it did not exceed for 99 % of @whole_ps. */
static u64 p99(const struct sys_depths *depths, u64 whole_ps)
{
	u64 beyond_ps = whole_ps / 100, above_ps = 0;
	u32 bucket = SYS_DEPTH_BUCKETS;

	while (bucket && above_ps + depths->at_ps[bucket - 1] <= beyond_ps)
		above_ps += depths->at_ps[--bucket];
	return bucket ? depth_of(bucket - 1) : 0;
}

static void pass(struct sys_depths *depths)
{
	u64 passed_ps = sim_now_ps() - depths->last_ps;
	struct sys_queue_times *times = &depths->times;

	depths->last_ps = sim_now_ps();
	times->at_depth_ps[band_of(depths->depth)] += passed_ps;
	depths->at_ps[bucket_of(depths->depth)] += passed_ps;
	if (depths->depth)
		times->used_ps += passed_ps;
	if (depths->depth >= depths->capacity)
		times->full_ps += passed_ps;
	depths->times.depth_ps += (unsigned __int128)depths->depth * passed_ps;
}

void sys_depths_start(struct sys_depths *depths, u32 capacity)
{
	*depths = (struct sys_depths){
		.start_ps = sim_now_ps(),
		.last_ps = sim_now_ps(),
		.depth = depths->depth,
		.capacity = capacity,
		.series = {.bin_ps = SIM_PS_PER_US},
	};
}

void sys_depths_note(struct sys_depths *depths, u32 depth)
{
	pass(depths);
	sample(&depths->series, sim_now_ps() - depths->start_ps, depths->depth, depth);
	depths->depth = depth;
}

void sys_depths_end(struct sys_depths *depths)
{
	u64 whole_ps = sim_now_ps() - depths->start_ps;

	sys_depths_note(depths, depths->depth);
	depths->times.capacity = depths->capacity;
	if (whole_ps)
		depths->times.mean_depth_milli = (u64)(depths->times.depth_ps * 1000 / whole_ps);
	depths->times.p99_depth = p99(depths, whole_ps);
	if (depths->times.p99_depth > depths->capacity)
		depths->times.p99_depth = depths->capacity;
}
