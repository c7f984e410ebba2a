// SPDX-License-Identifier: GPL-2.0-only
/*
 * Log-linear histogram: values below 2^SUB_LG2 have a bucket each; above, each
 * power of two is split into 2^SUB_LG2 buckets.
 */
#include "sim/hist.h"
#include "sim/sim.h"
#include <string.h>

#define SUBS (1U << SIM_HIST_SUB_LG2)

void sim_hist_init(struct sim_hist *hist)
{
	memset(hist, 0, sizeof(*hist));
	hist->min = ~0ULL;
}

static u32 bucket_of(u64 value)
{
	u32 shift;

	if (value < SUBS)
		return (u32)value;
	shift = 63 - SIM_HIST_SUB_LG2 - __builtin_clzll(value);
	return ((shift + 1) << SIM_HIST_SUB_LG2) + (u32)(value >> shift & (SUBS - 1));
}

static u64 bucket_low(u32 bucket)
{
	u32 shift = bucket >> SIM_HIST_SUB_LG2;

	if (!shift)
		return bucket;
	return (u64)(SUBS + (bucket & (SUBS - 1))) << (shift - 1);
}

static u64 bucket_high(u32 bucket)
{
	u32 shift = bucket >> SIM_HIST_SUB_LG2;

	return bucket_low(bucket) + (shift ? (1ULL << (shift - 1)) - 1 : 0);
}

void sim_hist_add(struct sim_hist *hist, u64 value)
{
	hist->count++;
	hist->total += value;
	if (value < hist->min)
		hist->min = value;
	if (value > hist->max)
		hist->max = value;
	hist->buckets[bucket_of(value)]++;
}

void sim_hist_merge(struct sim_hist *into, const struct sim_hist *from)
{
	u32 i;

	into->count += from->count;
	into->total += from->total;
	if (from->min < into->min)
		into->min = from->min;
	if (from->max > into->max)
		into->max = from->max;
	for (i = 0; i < SIM_HIST_NR_BUCKETS; i++)
		into->buckets[i] += from->buckets[i];
}

u64 sim_hist_mean(const struct sim_hist *hist)
{
	if (!hist->count)
		return 0;
	return (u64)((hist->total + hist->count / 2) / hist->count);
}

u64 sim_hist_percentile(const struct sim_hist *hist, u32 per_100k)
{
	unsigned __int128 product = (unsigned __int128)per_100k * hist->count;
	u64 rank = (u64)((product + 99999) / 100000);
	u64 seen = 0;
	u32 i;

	sim_assert(per_100k <= 100000);
	if (!hist->count)
		return 0;
	for (i = 0; i < SIM_HIST_NR_BUCKETS; i++) {
		seen += hist->buckets[i];
		if (seen && seen >= rank)
			break;
	}
	return bucket_high(i) < hist->max ? bucket_high(i) : hist->max;
}

bool sim_hist_next(const struct sim_hist *hist, u32 *cursor, struct sim_hist_bucket *bucket)
{
	while (*cursor < SIM_HIST_NR_BUCKETS && !hist->buckets[*cursor])
		(*cursor)++;
	if (*cursor == SIM_HIST_NR_BUCKETS)
		return false;
	bucket->low = bucket_low(*cursor);
	bucket->high = bucket_high(*cursor);
	bucket->count = hist->buckets[*cursor];
	(*cursor)++;
	return true;
}
