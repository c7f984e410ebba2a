// SPDX-License-Identifier: GPL-2.0-only
/* What a run came to, read from the machine's parts when time has stopped. */
#include <errno.h>
#include <stdio.h>

#include "sim/arena.h"
#include "sim/event.h"
#include "sim/sim.h"
#include "sim/trace.h"
#include "system/machine/kernel.h"
#include "system/replay/replay.h"
#include "system/replay/trace_demux.h"

static void device_result(const struct sys_machine *m, const struct sys_device_unit *unit,
			  struct sys_device_result *result)
{
	const struct dev_dma_stats *stats = sys_engine_stats(&unit->engine);

	*result = (struct sys_device_result){
		.name = replay_device_name(unit->master.number),
		.dma = *stats,
	};
	if (stats->end_ps)
		result->dma.end_ps -= m->origin_ps;
	if (stats->drain_ps)
		result->dma.drain_ps -= m->origin_ps;
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
	for (u32 i = 0; i < m->config->machine.nr_devices; i++)
		device_result(m, &m->devices[i], &devices[i]);
	result->devices = devices;
	result->nr_devices = m->config->machine.nr_devices;
	return 0;
}

/* Of all traces; NULL: only count them. Return: how many. */
static u32 collect_names(const struct sys_config *config, struct sys_trace_name *to)
{
	u32 nr = 0;

	for (u32 g = 0; g < sys_config_nr_groups(config); g++) {
		const struct trace_demux *demux = replay_trace(g);
		const struct trace_name *names = NULL;
		u32 nr_names = demux ? trace_demux_names(demux, &names) : 0;

		for (u32 i = 0; i < nr_names; i++) {
			if (names[i].kind == TRACE_NAME_DEVICE)
				continue;
			if (to)
				to[nr] = (struct sys_trace_name){
					.group = g,
					.number = names[i].number,
					.is_process = names[i].kind == TRACE_NAME_PROCESS,
					.text = names[i].text,
				};
			nr++;
		}
	}
	return nr;
}

static int name_results(struct sys_machine *m, struct sys_result *result)
{
	u32 nr = collect_names(m->config, NULL);
	struct sys_trace_name *names = nr ? sim_alloc(nr * sizeof(*names)) : NULL;

	if (nr && !names)
		return -ENOMEM;
	result->nr_trace_names = nr ? collect_names(m->config, names) : 0;
	result->trace_names = names;
	return 0;
}

static u64 per_s(u64 bytes, u64 ps)
{
	return ps ? (u64)((unsigned __int128)bytes * SIM_PS_PER_S / ps) : 0;
}

static int group_results(struct sys_machine *m, struct sys_result *result)
{
	u32 nr = m->config->nr_groups;

	result->groups = sim_alloc((nr + 1) * sizeof(*result->groups));
	if (!result->groups)
		return -ENOMEM;
	result->nr_groups = nr;
	for (u32 i = 0; i < result->nr_devices; i++)
		sys_device_result_add(nr ? &result->groups[m->devices[i].group].devices
					 : &result->groups[0].devices,
				      &result->devices[i]);
	for (u32 g = 0; g < nr; g++) {
		result->groups[g].name = m->config->groups[g].name;
		result->groups[g].nr_devices = m->config->groups[g].count;
	}
	return 0;
}

/* Of each group, and of the run what they come to. */
static void throughputs(const struct sys_machine *m, struct sys_result *result)
{
	u64 work_bytes = 0;

	for (u32 g = 0; g < sys_config_nr_groups(m->config); g++) {
		struct sys_group_result *group = &result->groups[g];

		group->work_bytes = replay_work_bytes(m->config, g, group->devices.dma.bytes,
						      !m->nr_running);
		group->throughput_bytes_per_s = per_s(group->work_bytes, result->simulated_ps);
		group->own_bytes_per_s = per_s(group->work_bytes, group->devices.dma.end_ps);
		work_bytes += group->work_bytes;
	}
	result->throughput_bytes_per_s = per_s(work_bytes, result->simulated_ps);
}

static int iommu_results(struct sys_machine *m, struct sys_result *result)
{
	u32 nr = m->config->machine.nr_iommus;

	result->iommus = sim_alloc(nr * sizeof(*result->iommus));
	if (!result->iommus)
		return -ENOMEM;
	for (u32 i = 0; i < nr; i++) {
		m->driver->stats(m->iommus[i], &result->iommus[i].stats);
		snprintf(result->iommus[i].name, sizeof(result->iommus[i].name), "%s%u",
			 m->driver->unit, i);
	}
	result->nr_iommus = nr;
	return 0;
}

int sys_machine_collect(struct sys_machine *m)
{
	struct sys_result *result = &m->result;
	u64 end_ps = m->nr_running ? sim_now_ps() : m->end_ps;

	*result = (struct sys_result){0};
	/* Devices that had nothing to do did not end at any time. */
	result->simulated_ps = end_ps > m->origin_ps ? end_ps - m->origin_ps : 0;
	if (device_results(m, result) || group_results(m, result) || name_results(m, result) ||
	    iommu_results(m, result) ||
	    sys_result_sum(result, sys_config_cpus(m->config), sim_now_ps() - m->origin_ps,
			   mem_busy_ps(m->mem) - m->origin_memory_ps))
		return -ENOMEM;
	if (m->kernel)
		sys_kernel_count(m);
	result->mm = sys_host_mm_stats(m->host);
	if (has_benchmark(m))
		result->benchmark = &m->benchmark.result;
	else
		throughputs(m, result);
	if (sys_collect_result(m->collect, result))
		return -ENOMEM;
	result->events_dispatched = sim_events_dispatched();
	result->switches = sim_switches() - m->origin_switches;
	result->trace_hash = sim_trace_hash();
	sys_collect_stop(m->collect);
	sys_machine_show_defects(m);
	return 0;
}
