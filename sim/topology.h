/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Topology: which CPUs are near each other.
 *
 * CPU numbers count up through the threads of a core, cores of a cluster,
 * clusters of a NUMA node, nodes of a socket, sockets. A level is a partition of
 * the CPUs into groups of equal size; the last group may be cut off.
 *
 * Simplified: hardware threads of a core share its cache lines and nothing else.
 * They do not slow each other down.
 */
#ifndef SIM_TOPOLOGY_H
#define SIM_TOPOLOGY_H

#include "sim/cpu.h"

enum sim_level {
	SIM_LEVEL_CPU,
	SIM_LEVEL_CORE,	   /* hardware threads of a core (SMT) */
	SIM_LEVEL_CLUSTER, /* cores between which a line moves quickest */
	SIM_LEVEL_NODE,	   /* NUMA node */
	SIM_LEVEL_SOCKET,
	SIM_LEVEL_SYSTEM,
	SIM_LEVEL_CACHE, /* last level cache; of no bearing on what a line costs */
	SIM_NR_LEVELS,
};

/**
 * sim_level_cpus() - CPUs of a group of @level, before the last one is cut off
 * Context: after sim_cpus_init(), as all of these.
 */
u32 sim_level_cpus(enum sim_level level);

/** sim_level_groups() - how many groups of @level the machine has. */
u32 sim_level_groups(enum sim_level level);

/** sim_cpu_group() - the group of @level that @cpu (below nr_cpus) is in, from 0. */
u32 sim_cpu_group(enum sim_level level, u32 cpu);

/** sim_group_first_cpu(), sim_group_end_cpu() - its CPUs: first, and the one after its last. */
u32 sim_group_first_cpu(enum sim_level level, u32 group);
u32 sim_group_end_cpu(enum sim_level level, u32 group);

static inline u32 sim_cpu_cluster(u32 cpu)
{
	return sim_cpu_group(SIM_LEVEL_CLUSTER, cpu);
}

static inline u32 sim_cpu_node(u32 cpu)
{
	return sim_cpu_group(SIM_LEVEL_NODE, cpu);
}

static inline u32 sim_cpu_socket(u32 cpu)
{
	return sim_cpu_group(SIM_LEVEL_SOCKET, cpu);
}

/**
 * sim_cpu_transfer_ps() - what moving a cache line from one CPU to another takes
 * @from, @to: below nr_cpus; CPUs of one core: line_hit_ps
 */
u64 sim_cpu_transfer_ps(u32 from, u32 to);

#endif
