// SPDX-License-Identifier: GPL-2.0-only
/*
 * Topology: groups of CPUs, and what a cache line costs between them.
 *
 * Each CPU has a place: the numbers of its core, cluster, node and socket, a
 * byte each, the widest on top. The highest byte in which two places differ
 * says how far they are from each other.
 */
#include "sim/topology.h"
#include "sim/core.h"
#include <errno.h>

/* The widest that two CPUs differ in, plus one; 0: they are of one core. */
enum distance { SAME_CORE, SAME_CLUSTER, SAME_NODE, SAME_SOCKET, REMOTE };

static bool is_multiple(u64 of, u64 unit)
{
	return of && unit && of % unit == 0;
}

static int init_spans(struct topology *topology, const struct sim_cpu_params *params)
{
	u64 smt = params->smt_cpus ? params->smt_cpus : 1;
	u64 node = params->node_cpus ? params->node_cpus : params->socket_cpus;
	u64 cache = params->cache_cpus ? params->cache_cpus : node;

	if (!is_multiple(params->cluster_cpus, smt) || !is_multiple(node, params->cluster_cpus) ||
	    !is_multiple(params->socket_cpus, node) || !is_multiple(cache, smt))
		return -EINVAL;
	topology->span_cpus[SIM_LEVEL_CPU] = 1;
	topology->span_cpus[SIM_LEVEL_CORE] = smt;
	topology->span_cpus[SIM_LEVEL_CLUSTER] = params->cluster_cpus;
	topology->span_cpus[SIM_LEVEL_CACHE] = cache;
	topology->span_cpus[SIM_LEVEL_NODE] = node;
	topology->span_cpus[SIM_LEVEL_SOCKET] = params->socket_cpus;
	topology->span_cpus[SIM_LEVEL_SYSTEM] = params->nr_cpus;
	return 0;
}

static void init_costs(struct topology *topology, const struct sim_cpu_params *params)
{
	topology->transfer_ps[SAME_CORE] = params->line_hit_ps;
	topology->transfer_ps[SAME_CLUSTER] = params->line_cluster_ps;
	topology->transfer_ps[SAME_NODE] = params->line_node_ps ? params->line_node_ps
								: params->line_socket_ps;
	topology->transfer_ps[SAME_SOCKET] = params->line_socket_ps;
	topology->transfer_ps[REMOTE] = params->line_remote_ps;
}

static u32 place_of(u32 cpu)
{
	u32 place = 0;
	enum sim_level level;

	for (level = SIM_LEVEL_SOCKET; level >= SIM_LEVEL_CORE; level--)
		place = place << 8 | sim_cpu_group(level, cpu);
	return place;
}

int sim_topology_init(const struct sim_cpu_params *params)
{
	struct topology *topology = &sim_core->topology;
	int err = init_spans(topology, params);
	u32 cpu;

	if (err)
		return err;
	init_costs(topology, params);
	for (cpu = 0; cpu < params->nr_cpus; cpu++)
		topology->place[cpu] = place_of(cpu);
	return 0;
}

u32 sim_level_cpus(enum sim_level level)
{
	return sim_core->topology.span_cpus[level];
}

u32 sim_cpu_group(enum sim_level level, u32 cpu)
{
	return cpu / sim_core->topology.span_cpus[level];
}

u32 sim_level_groups(enum sim_level level)
{
	return sim_cpu_group(level, sim_core->params.nr_cpus - 1) + 1;
}

u32 sim_group_first_cpu(enum sim_level level, u32 group)
{
	return group * sim_level_cpus(level);
}

u32 sim_group_end_cpu(enum sim_level level, u32 group)
{
	u32 end = sim_group_first_cpu(level, group + 1);
	u32 nr_cpus = sim_core->params.nr_cpus;

	return end < nr_cpus ? end : nr_cpus;
}

u64 sim_cpu_transfer_ps(u32 from, u32 to)
{
	const struct topology *topology = &sim_core->topology;
	u32 differs = topology->place[from] ^ topology->place[to];

	return topology->transfer_ps[differs ? 4 - __builtin_clz(differs) / 8 : 0];
}
