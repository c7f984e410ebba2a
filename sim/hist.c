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

static inline void add(struct sim_hist *hist, u64 value, u64 nr)
{
	u32 bucket;

	hist->count += nr;
	hist->total += (unsigned __int128)value * nr;
	if (value < hist->min)
		hist->min = value;
	if (value > hist->max)
		hist->max = value;
	bucket = bucket_of(value);
	hist->buckets[bucket] += nr;
	if (value > hist->largest[bucket])
		hist->largest[bucket] = value;
}

void sim_hist_add(struct sim_hist *hist, u64 value)
{
	add(hist, value, 1);
}

void sim_hist_add_many(struct sim_hist *hist, u64 value, u64 nr)
{
	if (nr)
		add(hist, value, nr);
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
	for (i = 0; i < SIM_HIST_NR_BUCKETS; i++) {
		into->buckets[i] += from->buckets[i];
		if (from->largest[i] > into->largest[i])
			into->largest[i] = from->largest[i];
	}
	into->sorted = NULL;
}

u64 sim_hist_mean(const struct sim_hist *hist)
{
	if (!hist->count)
		return 0;
	return (u64)((hist->total + hist->count / 2) / hist->count);
}

/* From 1 to count. */
static u64 rank_of(const struct sim_hist *hist, u32 per_100k)
{
	unsigned __int128 product = (unsigned __int128)per_100k * hist->count;
	u64 rank = (u64)((product + 99999) / 100000);

	sim_assert(per_100k <= 100000);
	return rank ? rank : 1;
}

u64 sim_hist_percentile(const struct sim_hist *hist, u32 per_100k)
{
	u64 rank = rank_of(hist, per_100k), seen = 0;
	u32 i;

	if (!hist->count)
		return 0;
	if (hist->sorted)
		return hist->sorted[rank - 1];
	for (i = 0; i < SIM_HIST_NR_BUCKETS; i++) {
		seen += hist->buckets[i];
		if (seen >= rank)
			break;
	}
	sim_assert(i < SIM_HIST_NR_BUCKETS);
	return hist->largest[i];
}

u64 sim_hist_beyond(const struct sim_hist *hist, u32 per_100k)
{
	return hist->count ? hist->count - rank_of(hist, per_100k) : 0;
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
	bucket->largest = hist->largest[*cursor];
	(*cursor)++;
	return true;
}
