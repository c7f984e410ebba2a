// SPDX-License-Identifier: GPL-2.0-only
/* The list of measured paths; targets are those of design.md, "Speed". */
#include "bench/paths.h"

const struct bench_path bench_paths[] = {
	{"events_per_s", "events, 64 pending", 10000000, 0, bench_events},
	{"switches_per_s", "fiber switches, two CPUs taking turns", 5000000, 0, bench_switches},
	{"translations_cached_per_s", "functional translations, 16 pages cached", 20000000,
	 100000000, bench_translations_cached},
	{"translations_walked_per_s", "functional translations, 4096 random pages walked", 2000000,
	 16666667, bench_translations_walked},
	{"timed_hits_per_s", "timed DMA records that hit, from a trace", 4000000, 10000000,
	 bench_timed_hits},
	{"fault_round_trips_per_s", "fault round trips, SVA, whole machine", 50000, 500000,
	 bench_fault_round_trips},
	{"schedules_per_s", "explored schedules of three threads", 10000, 100000, bench_schedules},
	{"rewinds_per_s", "rewinds of the machine that is explored", 50000, 0, bench_rewinds},
};

const u32 bench_nr_paths = sizeof(bench_paths) / sizeof(bench_paths[0]);
