// SPDX-License-Identifier: GPL-2.0-only
/* The steady window of a series of batches, see steady.h. */
#include "system/measure/steady.h"

#include "sim/sim.h"
#include "system/result/student.h"

typedef unsigned __int128 u128;
typedef __int128 s128;

#define MIN_BATCHES 20	   /* to look for a window; half of them are left at least */
#define TREND_GROUPS 20	   /* at most, whose means are compared */
#define TREND_Z_MILLI 2576 /* 1 % error of the first kind, two sides */
#define DRIFT_MILLI 50	   /* a trend that matters: halves apart by so much */
#define MAX_GROUPS 256	   /* of an interval */
#define MIN_GROUPS 10
#define NEUMANN_Z_MILLI 1645 /* 5 %, one side */
#define MAX_BITS 40	     /* of a value that is squared: no sum of squares overflows */

/* Sums of groups of equally many batches, less that of the first, scaled down to MAX_BITS. */
struct groups {
	s64 values[SYS_SERIES_BATCHES];
	u32 nr, per_group, shift;
};

static s128 sum_of(const struct sys_series *series, u32 first, u32 nr)
{
	s128 sum = 0;

	for (u32 i = first; i < first + nr; i++)
		sum += series->batches[i].total_ps;
	return sum;
}

static void make_groups(const struct sys_series *series, struct sys_batch_span span, u32 per_group,
			struct groups *groups)
{
	s128 base = sum_of(series, span.first, per_group);
	u128 all = 0;

	groups->nr = (span.end - span.first) / per_group;
	groups->per_group = per_group;
	groups->shift = 0;
	for (u32 i = 0; i < groups->nr; i++) {
		s128 value = sum_of(series, span.first + i * per_group, per_group) - base;

		all |= (u128)(value < 0 ? -value : value);
	}
	while (all >> groups->shift >> MAX_BITS)
		groups->shift++;
	for (u32 i = 0; i < groups->nr; i++)
		groups->values[i] = (s64)((sum_of(series, span.first + i * per_group, per_group) -
					   base) >>
					  groups->shift);
}

/* nr times the sum of squares around the mean. */
static u128 squares(const s64 *values, u32 nr)
{
	s128 sum = 0, of_squares = 0;

	for (u32 i = 0; i < nr; i++) {
		sum += values[i];
		of_squares += (s128)values[i] * values[i];
	}
	return (u128)(of_squares * nr - sum * sum);
}

/*
 * MSER: cut so many batches that the error of the mean of the rest, squares / nr^2, is least; at
 * most half of them. The fewest that come to that.
 */
static u32 cut_of(const struct groups *batches)
{
	u128 least = ~(u128)0;
	u32 best = 0;

	for (u32 cut = 0; cut <= batches->nr / 2 && cut < batches->nr; cut++) {
		u32 nr = batches->nr - cut;
		u128 error = squares(&batches->values[cut], nr) / nr * 256 / nr / nr;

		if (error < least) {
			least = error;
			best = cut;
		}
	}
	return best;
}

/* Mann's test: as many pairs that rise as fall, but for chance. */
static bool has_trend(const struct groups *groups)
{
	s64 nr = groups->nr, score = 0;
	u128 left, right;

	for (u32 i = 0; i < groups->nr; i++) {
		for (u32 k = i + 1; k < groups->nr; k++)
			score += (groups->values[k] > groups->values[i]) -
				 (groups->values[k] < groups->values[i]);
	}
	left = (u128)(score * score) * 18 * 1000000;
	right = (u128)(nr * (nr - 1) * (2 * nr + 5)) * TREND_Z_MILLI * TREND_Z_MILLI;
	return left > right;
}

bool sys_steady_drifts(const struct sys_series *series, struct sys_batch_span span,
		       u64 *drift_milli)
{
	u32 nr = span.end - span.first, half = nr / 2;
	u128 first = (u128)sum_of(series, span.first, half);
	u128 second = (u128)sum_of(series, span.end - half, half);
	struct groups *groups = &(struct groups){0};

	*drift_milli = first ? (u64)((second * 1000 + first / 2) / first) : 1000;
	make_groups(series, span, (nr + TREND_GROUPS - 1) / TREND_GROUPS, groups);
	return has_trend(groups) &&
	       (*drift_milli > 1000 + DRIFT_MILLI || *drift_milli < 1000 - DRIFT_MILLI);
}

/* Von Neumann's ratio: do neighbours resemble each other more than others do? */
static bool are_correlated(const struct groups *groups)
{
	u128 whole = squares(groups->values, groups->nr) * 2, neighbours = 0, similar;
	u64 nr = groups->nr;

	for (u32 i = 0; i + 1 < groups->nr; i++) {
		s128 step = (s128)groups->values[i + 1] - groups->values[i];

		neighbours += (u128)(step * step);
	}
	neighbours *= nr;
	if (neighbours >= whole)
		return false;
	similar = (whole - neighbours) / (whole / 1000 + 1);
	return similar * similar * (nr * nr - 1) >
	       (u128)NEUMANN_Z_MILLI * NEUMANN_Z_MILLI * (nr - 2);
}

static u64 root_of(u128 square)
{
	u64 root = 0;

	for (u64 bit = 1ULL << 63; bit; bit >>= 1) {
		if ((u128)(root | bit) * (root | bit) <= square)
			root |= bit;
	}
	return root;
}

/* Half of the interval of the mean of a value. */
static u64 half_width_ps(const struct sys_series *series, const struct groups *groups)
{
	u64 nr = groups->nr;
	u64 per_group = groups->per_group * series->batch_size;
	u128 variance, error;

	sim_assert(nr > 1 && nr <= series->nr);
	/* 2^16: bits behind the point */
	variance = (squares(groups->values, groups->nr) << 16) / nr / nr / (nr - 1);
	error = (u128)root_of(variance) << groups->shift;
	return (u64)(error * sys_student_t(groups->nr - 1) / 1000 / per_group) >> 8;
}

/* The smallest groups whose means are not correlated. */
static void find_interval(const struct sys_series *series, struct sys_batch_span span,
			  struct sys_steady *steady)
{
	u32 nr = span.end - span.first;
	struct groups *groups = &(struct groups){0};

	steady->interval_ps = SYS_UNKNOWN;
	steady->batches = 0;
	for (u32 per_group = (nr + MAX_GROUPS - 1) / MAX_GROUPS; per_group * MIN_GROUPS <= nr;
	     per_group += (per_group + 3) / 4) {
		make_groups(series, span, per_group, groups);
		if (are_correlated(groups))
			continue;
		steady->interval_ps = half_width_ps(series, groups);
		steady->batches = groups->nr;
		return;
	}
}

static struct sys_batch_span span_within(const struct sys_series *series,
					 struct sys_steady_bounds bounds)
{
	struct sys_batch_span span = {0, series->nr};

	while (span.first < span.end && series->batches[span.first].end_ps <= bounds.from_ps)
		span.first++;
	while (span.end > span.first && series->batches[span.end - 1].end_ps > bounds.to_ps)
		span.end--;
	return span;
}

void sys_steady_find(const struct sys_series *series, struct sys_steady_bounds bounds,
		     struct sys_batch_span *span, struct sys_steady *steady)
{
	struct groups *batches = &(struct groups){0};

	*span = span_within(series, bounds);
	steady->verdict = SYS_STEADY_FOUND;
	steady->drift_milli = 1000;
	steady->interval_ps = SYS_UNKNOWN;
	if (span->end - span->first < MIN_BATCHES) {
		steady->verdict = SYS_STEADY_TOO_FEW;
		return;
	}
	if (!bounds.is_fixed) {
		make_groups(series, *span, 1, batches);
		span->first += cut_of(batches);
	}
	if (sys_steady_drifts(series, *span, &steady->drift_milli))
		steady->verdict = SYS_STEADY_DRIFTS;
	find_interval(series, *span, steady);
}
