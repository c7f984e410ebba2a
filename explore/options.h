/* SPDX-License-Identifier: GPL-2.0-only */
/* What the command line asks for. */
#ifndef EXPLORE_OPTIONS_H
#define EXPLORE_OPTIONS_H

#include "explore/machine.h"
#include "explore/strategy.h"

struct explore_options {
	const struct scenario *scenario;
	const char *design;
	u32 dispatch;
	struct strategy_setting strategy;
	u32 max_timeouts; /* that may come at any time */
	u64 iterations;	  /* 0: as many as the strategy has */
	u64 time_ms;	  /* 0: no limit */
	u32 shard, nr_shards;
	bool is_json, is_minimizing, is_listing, is_counting, is_rewinding;
	u64 detectors, kinds_off;
	bool is_quiet;
	int stopped; /* where what is wrong with the command line ends */
	const char *output, *replay;
};

extern const char *const explore_dispatch_names[]; /* by enum pfh_dispatch; NULL at the end */

/** explore_parse() - 0, or an exit code with a complaint said. */
int explore_parse(int argc, char **argv, struct explore_options *options);

/** explore_find_scenario() - NULL: there is none of this name. */
const struct scenario *explore_find_scenario(const char *name);
/** explore_find_word() - place of @word in @words, or -1. */
int explore_find_word(const char *const *words, const char *word);

/** explore_complain() - one line on standard error. Return: @code. */
int __attribute__((__format__(printf, 2, 3))) explore_complain(int code, const char *format, ...);

#endif
