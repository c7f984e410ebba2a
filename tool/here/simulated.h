/* SPDX-License-Identifier: GPL-2.0-only */
/* Contention simulated: the program of tool/host/contention.h on simulated CPUs. */
#ifndef TOOL_HERE_SIMULATED_H
#define TOOL_HERE_SIMULATED_H

#include "sim/cpu.h"
#include "tool/host/contention.h"

struct simulated_contention {
	struct sim_cpu_params cpu; /* the first nr_threads CPUs run a thread each */
	enum contention_lock lock;
	u32 nr_threads;
	u64 section_ps, gap_ps;
};

/**
 * simulated_contend() - run it for half a simulated millisecond
 * @ps: of an operation of any of the threads
 *
 * Depends on @contention alone.
 * Context: the process has no simulated machine.
 * Return: 0, or -errno of making one.
 */
int simulated_contend(const struct simulated_contention *contention, u64 *ps);

/*
 * fetch_add by two CPUs with short pauses, by which retention shows: the longer a line is kept, the
 * more of them hit. Without any pause the hits themselves are slower on real lines.
 */
#define ADD_NR_PAUSES 3

struct simulated_add {
	u64 pause_ps[ADD_NR_PAUSES];
	u64 ps; /* what an operation takes: geometric mean over the pauses */
};

/**
 * simulated_retention() - the retention with which fetch_add comes out
 * @cpu: of two CPUs or more; its retention is ignored
 * @add: measured
 * @per_mille: the nearest there is, in steps of 10
 *
 * Context, Return: as simulated_contend().
 */
int simulated_retention(const struct sim_cpu_params *cpu, const struct simulated_add *add,
			u64 *per_mille);

#endif
