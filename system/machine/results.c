// SPDX-License-Identifier: GPL-2.0-only
/* What a run came to, read from the machine's parts when time has stopped. */
#include <errno.h>

#include "sim/arena.h"
#include "sim/event.h"
#include "sim/sim.h"
#include "sim/trace.h"
#include "system/machine/internal.h"
#include "system/replay/replay.h"

static void device_result(const struct sys_machine *m, const struct sys_device_unit *unit,
			  struct sys_device_result *result)
{
	const struct dev_dma_stats *stats = sys_engine_stats(&unit->engine);

	*result = (struct sys_device_result){
		.accesses = stats->accesses,
		.bytes = stats->bytes,
		.aborted = stats->aborted,
		.stalled = stats->stalled,
		.end_ps = stats->end_ps ? stats->end_ps - m->origin_ps : 0,
	};
	if (!unit->engine.pcie)
		return;
	result->is_pcie = true;
	result->pcie = *dev_pcie_stats(unit->engine.pcie);
	result->pri = *m->driver->pri_stats(unit->engine.port);
}

static int device_results(struct sys_machine *m, struct sys_result *result)
{
	struct sys_device_result *devices = sim_alloc(m->config->machine.nr_devices *
						      sizeof(*devices));

	if (!devices)
		return -ENOMEM;
	for (u32 i = 0; i < m->config->machine.nr_devices; i++) {
		device_result(m, &m->devices[i], &devices[i]);
		sys_device_result_add(&result->all, &devices[i]);
	}
	result->devices = devices;
	result->nr_devices = m->config->machine.nr_devices;
	result->accesses = result->all.accesses;
	result->bytes = result->all.bytes;
	result->aborted = result->all.aborted;
	return 0;
}

static void add_latency(struct sys_iommu_latency *sum, const struct sys_iommu_latency *one)
{
	sum->name = one->name;
	if (!one->count)
		return;
	if (!sum->count || one->min_ps < sum->min_ps)
		sum->min_ps = one->min_ps;
	if (one->max_ps > sum->max_ps)
		sum->max_ps = one->max_ps;
	sum->count += one->count;
	sum->sum_ps += one->sum_ps;
	for (u32 i = 0; i < SYS_IOMMU_NR_BUCKETS; i++)
		sum->buckets[i] += one->buckets[i];
}

static void iommu_results(struct sys_machine *m, struct sys_result *result)
{
	for (u32 i = 0; i < m->config->machine.nr_iommus; i++) {
		struct sys_iommu_stats stats;

		m->driver->stats(m->iommus[i], &stats);
		result->tlb_hits += stats.tlb_hits;
		result->tlb_misses += stats.tlb_misses;
		result->walks += stats.walks;
		result->config_fetches += stats.config_fetches;
		result->backpressured += stats.backpressured;
		result->suppressed += stats.suppressed;
		result->refused += stats.refused;
		result->merged += stats.merged;
		result->atc_invs += stats.atc_invs;
		result->atc_inv_timeouts += stats.atc_inv_timeouts;
		for (u32 level = 0; level < SYS_TABLE_LEVELS; level++)
			result->table_fetches[level] += stats.table_fetches[level];
		result->nr_latencies = stats.nr_latencies;
		for (u32 k = 0; k < stats.nr_latencies; k++)
			add_latency(&result->latencies[k], &stats.latencies[k]);
	}
}

int sys_machine_collect(struct sys_machine *m)
{
	struct sys_result *result = &m->result;
	u64 end_ps = m->nr_running ? sim_now_ps() : m->end_ps;

	result->simulated_ps = end_ps - m->origin_ps;
	if (device_results(m, result))
		return -ENOMEM;
	if (result->simulated_ps)
		result->throughput_bytes_per_s = (unsigned __int128)replay_work_bytes(
							 m->config, result->bytes, !m->nr_running) *
						 SIM_PS_PER_S / result->simulated_ps;
	iommu_results(m, result);
	sys_collect_result(m->collect, result);
	result->events_dispatched = sim_events_dispatched();
	result->switches = sim_switches() - m->origin_switches;
	result->trace_hash = sim_trace_hash();
	return 0;
}
