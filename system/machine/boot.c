// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a machine comes up: software, on a simulated CPU, in the order in which a
 * computer does it; then the devices are let go.
 *
 * Measuring starts when the boot thread has finished: what bring-up and set-up
 * took is not in the result (times, lock statistics, queue depths).
 */
#include <linux/err.h>

#include <errno.h>
#include <string.h>

#include "handler/pfh.h"
#include "kapi/debug.h"
#include "sim/event.h"
#include "sim/lock.h"
#include "sim/sim.h"
#include "sim/wakeup.h"
#include "system/machine/kernel.h"
#include "system/machine/trace_events.h"
#include "system/replay/replay.h"

static int boot_iommus(struct sys_machine *m)
{
	for (u32 i = 0; i < m->config->machine.nr_iommus; i++) {
		int err = m->driver->probe(m->iommus[i], sys_config_irq_cpu(m->config, i));

		if (err)
			return err;
	}
	return iommu_device_register(&m->iommus[0]->handle, m->driver->iommu_ops, NULL);
}

static int boot_pci(struct sys_machine *m)
{
	int err = m->pci ? sys_pci_host_probe(m->pci) : 0;

	for (u32 i = 0; m->pci && !err && i < m->config->machine.nr_devices; i++) {
		if (m->devices[i].engine.pcie)
			sys_pci_probe(m->pci, i, &m->devices[i].pci);
	}
	return err;
}

static enum pfh_dispatch dispatch_of(const struct sys_config *config, bool is_sva)
{
	static const enum pfh_dispatch dispatches[SYS_NR_DISPATCHES] = {
		[SYS_DISPATCH_EVENT_THREAD] = PFH_DISPATCH_INLINE,
		[SYS_DISPATCH_WORKQUEUE] = PFH_DISPATCH_WORKQUEUE,
		[SYS_DISPATCH_DEVICE_WORKQUEUE] = PFH_DISPATCH_DEVICE_WORKQUEUE,
		[SYS_DISPATCH_CPU_THREADS] = PFH_DISPATCH_CPU_THREADS,
	};

	if (config->dispatch != SYS_DISPATCH_AUTO)
		return dispatches[config->dispatch];
	/* As Linux does it: SVA through a workqueue, VFIO in the event thread. */
	return is_sva ? PFH_DISPATCH_WORKQUEUE : PFH_DISPATCH_INLINE;
}

static int boot_device(struct sys_machine *m, u32 number)
{
	struct sys_device_unit *unit = &m->devices[number];
	bool is_sva = sys_group_is_sva(m->config, unit->group), is_pcie = unit->engine.pcie;
	int err;

	unit->master = (struct sys_master){
		.dev = &unit->dev,
		.iommu = iommu_of(m, number),
		.sid = unit->place.sid,
		.number = number,
		.pci = is_pcie ? &unit->pci : NULL,
		/* SVA always lets accesses stall; without I/O page faults none will. */
		.can_stall = !is_pcie && m->driver->can_stall && m->driver->can_stall(m->config) &&
			     (m->config->handler.iopf || is_sva),
		.can_page_request = is_pcie && m->config->handler.iopf && !unit->reports,
	};
	dev_set_drvdata(&unit->dev, &unit->master);
	err = device_add(&unit->dev);
	if (err)
		return err;
	unit->master.pfh = pfh_device_register(&unit->dev, m->driver->pfh_ops,
					       dispatch_of(m->config, is_sva));
	if (IS_ERR(unit->master.pfh))
		return PTR_ERR(unit->master.pfh);
	return 0;
}

static int boot_process(struct sys_machine *m, u32 number)
{
	struct sys_device_space *space = &m->spaces[number];

	space->mm = sys_mm_create(m->host, m->config, number);
	if (!space->mm)
		return -ENOMEM;
	return sys_config_is_populated(m->config, number) ? sys_mm_populate(space->mm) : 0;
}

static int bind(struct sys_machine *m, struct sys_device_unit *unit)
{
	struct sys_device_space *space = unit->space;
	int err;

	if (space->container)
		err = pfh_container_attach(space->container, unit->master.pfh);
	else
		err = pfh_sva_bind(unit->master.pfh, space->mm, &unit->pasid);
	unit->is_bound = !err;
	return err;
}

static int map_all(struct sys_machine *m, u32 number)
{
	for (u32 i = 0; i < m->config->nr_mappings; i++) {
		const struct sys_mapping *mapping = &m->config->mappings[i];
		const struct pfh_mapping wanted = {
			.iova = mapping->iova,
			.vaddr = mapping->iova + mapping->va_offset,
			.size = mapping->bytes,
			.prot = (mapping->is_readable ? IOMMU_READ : 0) |
				(mapping->is_writable ? IOMMU_WRITE : 0),
		};
		int err = sys_config_is_in_space(m->config, mapping, number)
				  ? pfh_container_map(m->spaces[number].container, &wanted)
				  : 0;

		if (err)
			return err;
	}
	return 0;
}

static int create_container(struct sys_machine *m, struct sys_device_space *space)
{
	struct pfh_container_attr attr = {
		.design = m->config->design,
		.mm = space->mm,
		.premap_pages = m->config->handler.premap_pages,
		.iopf = m->config->handler.iopf,
	};
	struct pfh_container *container = pfh_container_create(&attr);

	if (IS_ERR(container))
		return PTR_ERR(container);
	space->container = container;
	return 0;
}

/* A process, or a container and the process whose memory it has; and the devices that use it. */
static int boot_space(struct sys_machine *m, u32 number)
{
	struct sys_device_space *space = &m->spaces[number];
	bool is_container = sys_config_is_container(m->config, number);
	int err = boot_process(m, number);

	if (!err && is_container)
		err = create_container(m, space);
	for (u32 i = 0; !err && i < m->config->machine.nr_devices; i++) {
		if (m->devices[i].space == space)
			err = bind(m, &m->devices[i]);
	}
	if (err || !is_container || sys_trace_events_map(m, number))
		return err;
	return map_all(m, number);
}

static int boot_engine(struct sys_machine *m, u32 number)
{
	struct sys_device_unit *unit = &m->devices[number];
	struct dev_source *source = replay_create(m->config, number, unit->pasid);

	if (!source) {
		sys_machine_fail(m, -EINVAL, "%s",
				 replay_error() ? replay_error() : "out of memory");
		return -ENOMEM;
	}
	if (unit->reports && sys_reports_start(unit->reports, unit->space->mm, number))
		return -ENOMEM;
	return sys_engine_load(&unit->engine, source);
}

static void on_benchmark_done(void *opaque)
{
	struct sys_machine *m = opaque;

	m->end_ps = sim_now_ps();
	m->nr_running = 0;
	sim_stop();
}

static int start_benchmark(struct sys_machine *m)
{
	m->is_booted = true;
	m->nr_running = sys_benchmark_threads(m->config);
	m->benchmark = (struct sys_benchmark){
		.config = m->config,
		.master = &m->devices[0].master,
		.mm = m->spaces[0].mm,
		.done = on_benchmark_done,
		.opaque = m,
	};
	return sys_benchmark_start(&m->benchmark);
}

static void end_process(void *opaque)
{
	sys_machine_end_space(opaque);
}

static int start_mm_events(struct sys_machine *m)
{
	for (u32 i = 0; i < sys_config_nr_spaces(m->config); i++) {
		const struct sys_mm_events_attr attr = {
			.config = m->config,
			.mm = m->spaces[i].mm,
			.number = i,
			.stats = sys_host_mm_stats(m->host),
			.end_process = end_process,
			.opaque = &m->spaces[i],
		};
		struct sys_mm_events *events = sys_mm_events_start(&attr);

		if (IS_ERR(events))
			return PTR_ERR(events);
		m->spaces[i].mm_events = events;
	}
	return 0;
}

static const struct sys_trace_events_ops trace_ops = {
	.bind = bind,
	.unbind = sys_machine_unbind,
	.end_space = sys_machine_end_space,
};

static int let_go(struct sys_machine *m)
{
	int err = sys_load_start(&m->load, m->config);

	if (err)
		return err;
	sim_settle();
	sim_wakeups_reset();
	sim_stat_reset(&sys_mm_stat_table, sys_host_mm_stats(m->host));
	sim_lock_stats_reset();
	sim_cpu_stats_reset();
	sys_collect_start(m->collect);
	if (m->kernel)
		sys_kernel_start(m);
	m->origin_ps = sim_now_ps();
	m->origin_switches = sim_switches();
	m->origin_memory_ps = mem_busy_ps(m->mem);
	if (has_benchmark(m))
		return start_benchmark(m);
	m->nr_running = m->config->machine.nr_devices;
	for (u32 i = 0; i < m->config->machine.nr_devices; i++)
		sys_engine_start(&m->devices[i].engine,
				 m->origin_ps + group_of(m, i)->workload.startup_ps);
	if (m->kernel && sys_trace_events_are_there(m)) {
		sys_machine_fail(m, -EINVAL,
				 "workload.trace has more than accesses, which a "
				 "machine with driver linux cannot replay");
		return -EINVAL;
	}
	if (m->kernel)
		return sys_kernel_start_mm(m);
	err = sys_trace_events_start(m, &trace_ops);
	return err ? err : start_mm_events(m);
}

static int open_replay(struct sys_machine *m)
{
	if (has_benchmark(m) || replay_open(m->config))
		return 0;
	return -ENOMEM;
}

/* Our software. */
static int boot_own(struct sys_machine *m)
{
	int err = open_replay(m);

	if (!err)
		err = boot_iommus(m);
	if (!err)
		err = boot_pci(m);
	m->slab_mark = kapi_slab_mark();
	for (u32 i = 0; !err && i < m->config->machine.nr_devices; i++)
		err = boot_device(m, i);
	for (u32 i = 0; !err && i < sys_config_nr_spaces(m->config); i++)
		err = boot_space(m, i);
	return err;
}

static int boot_steps(struct sys_machine *m)
{
	int err = m->kernel ? sys_kernel_boot(m) : boot_own(m);

	for (u32 i = 0; !err && i < m->config->machine.nr_devices; i++)
		err = boot_engine(m, i);
	return err;
}

void sys_machine_boot(void *arg)
{
	struct sys_machine *m = arg;
	int err;

	if (m->script.begin) {
		m->script.begin(m->script.opaque);
		m->is_booted = true;
		return;
	}
	err = boot_steps(m);
	if (!err)
		err = let_go(m);
	if (err == -ENOMEM)
		sys_machine_fail(m, err,
				 "the simulated machine did not come up: it has too little memory "
				 "(memory.size)");
	else if (err)
		sys_machine_fail(m, err, "the simulated machine did not come up: %s",
				 strerror(-err));
	m->is_booted = true;
	if (err)
		sim_stop();
}
