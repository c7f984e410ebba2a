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

/**
 * simulated_retention() - the retention with which fetch_add without a gap comes out
 * @cpu: of two CPUs or more; its retention is ignored
 * @add_ps: what an operation shall take with two threads
 * @per_mille: the nearest there is, in steps of 10
 *
 * Context, Return: as simulated_contend().
 */
int simulated_retention(const struct sim_cpu_params *cpu, u64 add_ps, u64 *per_mille);

#endif
