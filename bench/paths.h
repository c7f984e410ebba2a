/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The paths whose host cost design.md states a target for, each as something
 * that can be run and timed. What is not on the path (set-up, tables, trace
 * files) is outside of the time.
 */
#ifndef BENCH_PATHS_H
#define BENCH_PATHS_H

#include "sim/types.h"

struct bench_run {
	u64 nr_wanted;	    /* operations to do, about */
	u64 nr_done;	    /* what the time is for */
	u64 cpu_ns;	    /* of this process; other processes do not count */
	char message[1024]; /* one line if it fails */
};

struct bench_path {
	const char *key; /* of the JSON output */
	const char *what;
	u64 nr;		  /* operations that take a few tenths of a second */
	u64 target_per_s; /* of design.md, 0: it has none */
	/*
	 * NULL: the part does not exist yet.
	 * Context: no machine exists, before and after.
	 * Return: 0; -errno with a message.
	 */
	int (*run)(struct bench_run *run);
};

extern const struct bench_path bench_paths[];
extern const u32 bench_nr_paths;

/** bench_cpu_ns() - CPU time of this process until now. */
u64 bench_cpu_ns(void);

int bench_events(struct bench_run *run);
int bench_switches(struct bench_run *run);
int bench_translations_cached(struct bench_run *run);
int bench_translations_walked(struct bench_run *run);
int bench_timed_hits(struct bench_run *run);
int bench_fault_round_trips(struct bench_run *run);
int bench_schedules(struct bench_run *run);
int bench_rewinds(struct bench_run *run);

#endif
