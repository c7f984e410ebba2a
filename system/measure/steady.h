/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a series is steady: the warm-up cut by MSER-5, the drain left out, and what is left tested
 * for a trend, with a confidence interval of its mean by batch means. In integers: equal
 * series give equal answers on every machine.
 *
 * MSER-5: K. P. White, M. J. Cobb, S. C. Spratt, "A comparison of five steady-state truncation
 * heuristics for simulation", Winter Simulation Conference 2000. Trend: H. B. Mann, "Nonparametric
 * tests against trend", Econometrica 13 (1945). Size of batches: von Neumann's ratio, as G. S.
 * Fishman, "Grouping observations in digital simulation", Management Science 24 (1978).
 */
#ifndef SYSTEM_STEADY_H
#define SYSTEM_STEADY_H

#include "system/measure/series.h"
#include "system/result/result.h"

/* What is asked of a window. */
struct sys_steady_bounds {
	bool is_fixed; /* [@from_ps, @to_ps] is the window; else it is looked for within them */
	u64 from_ps, to_ps;
};

/* Batches of a series. */
struct sys_batch_span {
	u32 first, end;
};

/**
 * sys_steady_drifts() - is there a trend in a span that matters?
 * @span: 2 batches or more
 * @drift_milli: filled: the mean of its second half over that of its first, in thousandths
 */
bool sys_steady_drifts(const struct sys_series *series, struct sys_batch_span span,
		       u64 *drift_milli);

/**
 * sys_steady_find() - the window of a series
 * @bounds: times as those of the series
 * @span: its batches
 * @steady: filled: verdict, drift, interval, batches; what is known of single values is not
 */
void sys_steady_find(const struct sys_series *series, struct sys_steady_bounds bounds,
		     struct sys_batch_span *span, struct sys_steady *steady);

#endif
