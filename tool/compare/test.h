/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is a difference of two means more than chance? Welch's t test, two sides, 5 %; over the same
 * seeds the paired one, as what a seed does to both is no difference. The means are over
 * seeds (--repeat) where both results have them, else of the faults of the steady window, whose
 * interval is that of its batches.
 */
#ifndef TOOL_COMPARE_TEST_H
#define TOOL_COMPARE_TEST_H

#include <jansson.h>

#include "sim/types.h"

#define COMPARE_MAX_TESTS 4

struct compare_mean {
	double mean, half_width; /* of the 95 % interval */
	double error;		 /* the mean's standard error */
	u32 freedom;
};

struct compare_test {
	const char *name;   /* a headline's */
	bool is_over_seeds; /* else over batches of one run */
	bool is_paired;	    /* over the same seeds: seed by seed */
	struct compare_mean a, b;
	double least; /* a smaller difference is chance */
	bool is_difference;
};

/**
 * compare_test_all() - the tests that two results allow
 * Return: how many; 0: neither has an interval.
 */
u32 compare_test_all(const json_t *a, const json_t *b,
		     struct compare_test tests[COMPARE_MAX_TESTS]);

#endif
