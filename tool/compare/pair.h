/* SPDX-License-Identifier: GPL-2.0-only */
/* Two results laid side by side: what all that print a comparison have in common. */
#ifndef TOOL_COMPARE_PAIR_H
#define TOOL_COMPARE_PAIR_H

#include "tool/compare/lock.h"
#include "tool/compare/number.h"
#include "tool/compare/test.h"
#include "tool/compare/traffic.h"

#define COMPARE_SENTENCE_BYTES 512

/* A number in both; of a stage: its mean, in ns. */
struct compare_value {
	const char *name; /* a headline's, or a stage's; borrowed */
	bool is_known_a, is_known_b;
	double a, b;
};

/* A key, heap, with its values as text, heap; NULL: that side lacks it. */
struct compare_key {
	char *name, *a, *b;
};

struct compare_keys {
	struct compare_key *keys; /* heap */
	u32 nr;
};

struct compare_pair {
	const json_t *result_a, *result_b; /* borrowed */
	bool is_same;			   /* the same trace hash */
	struct compare_value *values;	   /* heap, compare_nr_headlines of them */
	struct compare_value *stages;	   /* heap, along the path of a fault */
	u32 nr_stages;
	struct compare_lock *locks; /* heap */
	u32 nr_locks;
	struct compare_tally *tallies; /* heap */
	u32 nr_tallies;
	struct compare_test tests[COMPARE_MAX_TESTS];
	u32 nr_tests;
	struct compare_keys configuration;     /* keys that differ; seed, name and title are none */
	struct compare_keys numbers;	       /* all numbers of result.json that differ */
	char sentence[COMPARE_SENTENCE_BYTES]; /* what it comes to */
};

/** compare_pair_make() - two results that compare_side_load() has checked. Ends the program without
 * memory. */
void compare_pair_make(struct compare_pair *pair, const json_t *a, const json_t *b);
void compare_pair_finish(struct compare_pair *pair);

/** compare_find_test() - that of headline @name; NULL: none. */
const struct compare_test *compare_find_test(const struct compare_pair *pair, const char *name);

#endif
