// SPDX-License-Identifier: GPL-2.0-only
/*
 * One machine: parts are created in the order in which a computer comes up,
 * the software part of that by a boot thread on a simulated CPU; then the
 * devices are let go and time runs until the last one is done.
 *
 * Measuring starts when the boot thread has finished: what bring-up and set-up
 * took is not in the result (times, lock statistics, queue depths).
 */
#include "system/machine/machine.h"

#include <linux/err.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "handler/pfh.h"
#include "sim/arena.h"
#include "sim/event.h"
#include "sim/lock.h"
#include "sim/sim.h"
#include "sim/trace.h"
#include "system/iommu/irqchip.h"
#include "system/linux/iopf.h"
#include "system/machine/drivers.h"
#include "system/machine/engine.h"
#include "system/measure/collect.h"
#include "system/measure/stamps.h"
#include "system/memory/frames.h"
#include "system/memory/host_mm.h"
#include "system/replay/replay.h"

/* Simulated time between two looks at the progress callback. */
#define TICK_PS (100 * SIM_PS_PER_US)

struct device_unit {
	struct device dev;
	struct sys_master master;
	struct sys_engine engine;
	struct sys_pci pci;
	u32 pasid;
};

struct machine {
	const struct sys_config *config;
	struct mem *mem;
	struct sys_frames *frames;
	struct sys_collect *collect;
	struct sys_host_mm *host;
	struct mm_struct *mm;
	struct pfh_container *container;
	const struct sys_iommu_driver *driver;
	struct sys_iommu **iommus;
	struct sys_pci_host *pci; /* NULL: platform devices */
	struct device_unit *devices;
	u32 nr_running;
	bool is_booted, is_shut_down;
	int error;
	char *message;
	size_t message_bytes;
	u64 origin_ps, end_ps;
	u64 origin_switches;
	struct sys_result result;
};

static struct machine *the_machine;

static void __attribute__((format(printf, 3, 4)))
fail(struct machine *m, int error, const char *format, ...)
{
	va_list args;

	if (m->error)
		return;
	m->error = error;
	va_start(args, format);
	vsnprintf(m->message, m->message_bytes, format, args);
	va_end(args);
}

/* --- the boot thread --- */

static int boot_iommus(struct machine *m)
{
	for (u32 i = 0; i < m->config->machine.nr_iommus; i++) {
		u32 cpu = (m->config->machine.first_irq_cpu + i) % sys_config_cpus(m->config);
		int err = m->driver->probe(m->iommus[i], cpu);

		if (err)
			return err;
	}
	return iommu_device_register(&m->iommus[0]->handle, m->driver->iommu_ops, NULL);
}

static int boot_pci(struct machine *m)
{
	int err = m->pci ? sys_pci_host_probe(m->pci) : 0;

	for (u32 i = 0; m->pci && !err && i < m->config->machine.nr_devices; i++)
		sys_pci_probe(m->pci, i, &m->devices[i].pci);
	return err;
}

static enum pfh_dispatch dispatch_of(const struct sys_config *config)
{
	static const enum pfh_dispatch dispatches[SYS_NR_DISPATCHES] = {
		[SYS_DISPATCH_EVENT_THREAD] = PFH_DISPATCH_INLINE,
		[SYS_DISPATCH_WORKQUEUE] = PFH_DISPATCH_WORKQUEUE,
		[SYS_DISPATCH_DEVICE_WORKQUEUE] = PFH_DISPATCH_DEVICE_WORKQUEUE,
		[SYS_DISPATCH_CPU_THREADS] = PFH_DISPATCH_CPU_THREADS,
		/* Ours is there, and has nothing to do. */
		[SYS_DISPATCH_LINUX_6_1] = PFH_DISPATCH_INLINE,
	};

	if (config->dispatch != SYS_DISPATCH_AUTO)
		return dispatches[config->dispatch];
	/* As Linux does it: SVA through a workqueue, VFIO in the event thread. */
	return config->mode == SYS_HANDLER_SVA ? PFH_DISPATCH_WORKQUEUE : PFH_DISPATCH_INLINE;
}

static struct sys_iommu *iommu_of(const struct machine *m, u32 number)
{
	return m->iommus[number % m->config->machine.nr_iommus];
}

static u32 sid_of(const struct machine *m, u32 number)
{
	return number / m->config->machine.nr_iommus;
}

static int boot_device(struct machine *m, u32 number)
{
	struct device_unit *unit = &m->devices[number];
	int err;

	unit->master = (struct sys_master){
		.dev = &unit->dev,
		.iommu = iommu_of(m, number),
		.sid = sid_of(m, number),
		.number = number,
		.pci = m->pci ? &unit->pci : NULL,
		/* SVA always lets accesses stall; without I/O page faults none will. */
		.can_stall = !m->pci && m->driver->can_stall && m->driver->can_stall(m->config) &&
			     (m->config->handler.iopf || m->config->mode == SYS_HANDLER_SVA),
		.can_page_request = m->pci && m->config->handler.iopf,
	};
	dev_set_drvdata(&unit->dev, &unit->master);
	err = device_add(&unit->dev);
	if (err)
		return err;
	unit->master.pfh = pfh_device_register(&unit->dev, m->driver->pfh_ops,
					       dispatch_of(m->config));
	if (IS_ERR(unit->master.pfh))
		return PTR_ERR(unit->master.pfh);
	return 0;
}

static int boot_process(struct machine *m)
{
	bool is_populated = m->config->workload.populated ||
			    (m->config->mode == SYS_HANDLER_SVA && !m->config->handler.iopf);

	m->mm = sys_mm_create(m->host, m->config);
	if (!m->mm)
		return -ENOMEM;
	return is_populated ? sys_mm_populate(m->mm) : 0;
}

static bool has_linux_handler(const struct machine *m)
{
	return m->config->dispatch == SYS_DISPATCH_LINUX_6_1;
}

static int boot_sva(struct machine *m)
{
	for (u32 i = 0; i < m->config->machine.nr_devices; i++) {
		struct device_unit *unit = &m->devices[i];
		int err = has_linux_handler(m)
				  ? sys_linux_bind(&unit->master, m->mm, &unit->pasid)
				  : pfh_sva_bind(unit->master.pfh, m->mm, &unit->pasid);

		if (err)
			return err;
	}
	return 0;
}

static int map_all(struct machine *m)
{
	for (u32 i = 0; i < m->config->nr_mappings; i++) {
		const struct sys_mapping *mapping = &m->config->mappings[i];
		const struct pfh_mapping wanted = {
			.iova = mapping->iova,
			.vaddr = mapping->iova,
			.size = mapping->bytes,
			.prot = (mapping->is_readable ? IOMMU_READ : 0) |
				(mapping->is_writable ? IOMMU_WRITE : 0),
		};
		int err = pfh_container_map(m->container, &wanted);

		if (err)
			return err;
	}
	return 0;
}

static int boot_vfio(struct machine *m)
{
	struct pfh_container_attr attr = {
		.design = m->config->design,
		.mm = m->mm,
		.premap_pages = m->config->handler.premap_pages,
		.iopf = m->config->handler.iopf,
	};

	m->container = pfh_container_create(&attr);
	if (IS_ERR(m->container))
		return PTR_ERR(m->container);
	for (u32 i = 0; i < m->config->machine.nr_devices; i++) {
		int err = pfh_container_attach(m->container, m->devices[i].master.pfh);

		if (err)
			return err;
	}
	return map_all(m);
}

static int boot_engine(struct machine *m, u32 number)
{
	struct device_unit *unit = &m->devices[number];
	struct dev_source *source = replay_create(m->config, number, unit->pasid);

	if (!source) {
		fail(m, -EINVAL, "%s", replay_error() ? replay_error() : "out of memory");
		return -ENOMEM;
	}
	return sys_engine_load(&unit->engine, source);
}

static void reset_lock_statistics(void)
{
	for (struct sim_lock_class *class = sim_lock_class_next(NULL); class;
	     class = sim_lock_class_next(class)) {
		class->acquisitions = class->contentions = class->sleeps = 0;
		class->acq_bounces = class->con_bounces = 0;
		class->line_wait_ps = 0;
		sim_hist_init(class->wait);
		sim_hist_init(class->hold);
		memset(class->sites, 0, sizeof(class->sites));
	}
}

static void let_go(struct machine *m)
{
	sim_settle();
	reset_lock_statistics();
	sys_collect_start(m->collect);
	m->origin_ps = sim_now_ps();
	m->origin_switches = sim_switches();
	m->nr_running = m->config->machine.nr_devices;
	for (u32 i = 0; i < m->config->machine.nr_devices; i++)
		sys_engine_start(&m->devices[i].engine,
				 m->origin_ps + m->config->workload.startup_ps);
}

static int boot_steps(struct machine *m)
{
	int err = boot_iommus(m);

	if (!err && has_linux_handler(m))
		err = sys_linux_init();
	if (!err)
		err = boot_pci(m);
	for (u32 i = 0; !err && i < m->config->machine.nr_devices; i++)
		err = boot_device(m, i);
	if (!err)
		err = boot_process(m);
	if (!err)
		err = m->config->mode == SYS_HANDLER_SVA ? boot_sva(m) : boot_vfio(m);
	for (u32 i = 0; !err && i < m->config->machine.nr_devices; i++)
		err = boot_engine(m, i);
	return err;
}

static void boot(void *arg)
{
	struct machine *m = arg;
	int err = boot_steps(m);

	if (err == -ENOMEM)
		fail(m, err,
		     "the simulated machine did not come up: it has too little memory "
		     "(memory.size)");
	else if (err)
		fail(m, err, "the simulated machine did not come up: %s", strerror(-err));
	else
		let_go(m);
	m->is_booted = true;
	if (err)
		sim_stop();
}

/* --- before the boot thread: hardware --- */

static int create_iommus(struct machine *m)
{
	m->driver = sys_iommu_driver_of(m->config);
	m->iommus = sim_alloc(m->config->machine.nr_iommus * sizeof(*m->iommus));
	for (u32 i = 0; m->iommus && i < m->config->machine.nr_iommus; i++) {
		const struct sys_iommu parts = {
			.driver = m->driver,
			.number = i,
			.config = m->config,
			.mem = m->mem,
			.frames = m->frames,
			.collect = m->collect,
		};

		m->iommus[i] = m->driver->create(&parts);
		if (!m->iommus[i] || sys_collect_watch(m->collect, m->iommus[i]))
			return -ENOMEM;
	}
	return m->iommus ? 0 : -ENOMEM;
}

static void on_engine_done(struct sys_engine *engine, void *opaque)
{
	struct machine *m = opaque;
	u64 end_ps = sys_engine_stats(engine)->end_ps;

	if (end_ps > m->end_ps)
		m->end_ps = end_ps;
	if (!--m->nr_running)
		sim_stop();
}

static int create_device(struct machine *m, u32 number)
{
	struct device_unit *unit = &m->devices[number];
	struct sys_iommu *iommu = iommu_of(m, number);

	unit->engine = (struct sys_engine){
		.config = m->config,
		.port = m->driver->port_create(iommu, sid_of(m, number)),
		.mem = m->mem,
		.done = on_engine_done,
		.opaque = m,
	};
	if (!unit->engine.port || sys_engine_init(&unit->engine))
		return -ENOMEM;
	sys_collect_name_sid(m->collect, iommu->number, sid_of(m, number), number);
	if (m->pci) {
		sys_pci_host_add(m->pci, number, unit->engine.pcie);
		sys_collect_watch_endpoint(m->collect, iommu->number, unit->engine.pcie);
	}
	return 0;
}

static int create_devices(struct machine *m)
{
	u32 nr = m->config->machine.nr_devices;
	int err = 0;

	m->devices = sim_alloc(nr * sizeof(*m->devices));
	if (m->config->device_kind == SYS_DEVICE_PCIE) {
		m->pci = sys_pci_host_create(nr);
		err = m->pci ? 0 : -ENOMEM;
	}
	for (u32 i = 0; m->devices && !err && i < nr; i++)
		err = create_device(m, i);
	return m->devices ? err : -ENOMEM;
}

static int create_hardware(struct machine *m)
{
	const struct sys_config *config = m->config;
	int err;

	m->mem = mem_create(&config->mem);
	m->frames = m->mem ? sys_frames_create(&config->mem, m->mem) : NULL;
	m->collect = sys_collect_create(config);
	if (!m->frames || !m->collect || sys_irqchip_init(m->mem))
		return -ENOMEM;
	err = create_iommus(m);
	return err ? err : create_devices(m);
}

static int create_software(struct machine *m)
{
	struct sim_thread_attr attr = {.name = "boot", .cpu = -1};
	struct sim_thread *thread;
	int err;

	err = kapi_init(&m->config->kernel);
	if (err)
		return err;
	err = pfh_init();
	if (err)
		return err;
	pfh_extra_delay_ns = m->config->handler.extra_ps / SIM_PS_PER_NS;
	pfh_partial_tree = m->config->partials == SYS_PARTIALS_TREE;
	/* SVA with a container's design has its first one. */
	if (pfh_sva_choose_design(m->config->design))
		pfh_sva_choose_design(pfh_sva_design_names[0]);
	for (u32 i = 0; i < m->config->machine.nr_devices; i++) {
		device_initialize(&m->devices[i].dev);
		dev_set_name(&m->devices[i].dev, "dma%u", i);
	}
	m->host = sys_host_mm_create(m->config, m->mem, m->frames, m->driver->process_tables);
	err = sys_stamps_register(m->collect);
	if (!m->host || err)
		return -ENOMEM;
	thread = sim_thread_create(&attr, boot, m);
	if (!thread)
		return -ENOMEM;
	sim_thread_wake(thread);
	return 0;
}

/* --- running and the result --- */

static u64 accesses_done(const struct machine *m)
{
	u64 done = 0;

	for (u32 i = 0; i < m->config->machine.nr_devices; i++)
		done += sys_engine_stats(&m->devices[i].engine)->accesses +
			sys_engine_stats(&m->devices[i].engine)->aborted;
	return done;
}

/* Return: 0, -EINTR, -EDEADLK. */
static int run(struct machine *m, const struct sys_progress *progress)
{
	u64 total = replay_total_accesses(m->config);

	for (;;) {
		enum sim_run_result result = sim_run(sim_now_ps() + TICK_PS);

		if (result == SIM_RUN_STOPPED)
			return m->error;
		if (result == SIM_RUN_IDLE)
			return -EDEADLK;
		if (progress && !progress->tick(progress->opaque, sim_now_ps() - m->origin_ps,
						m->is_booted ? accesses_done(m) : 0, total))
			return -EINTR;
	}
}

/*
 * A message counts once, though it is read and written, and pages beside the
 * messages do not count: the published figures count so.
 */
static u64 workload_bytes(const struct machine *m, u64 moved_bytes)
{
	const struct sys_config *config = m->config;

	if (config->generator != SYS_GEN_MESSAGES)
		return moved_bytes;
	if (m->nr_running)
		return moved_bytes / 2;
	return config->workload.nr_messages * config->workload.message_bytes *
	       config->machine.nr_devices;
}

static void device_result(const struct machine *m, const struct device_unit *unit,
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

static int device_results(struct machine *m, struct sys_result *result)
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

static void iommu_results(struct machine *m, struct sys_result *result)
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

static int fill_result(struct machine *m)
{
	struct sys_result *result = &m->result;
	u64 end_ps = m->nr_running ? sim_now_ps() : m->end_ps;

	result->simulated_ps = end_ps - m->origin_ps;
	if (device_results(m, result))
		return -ENOMEM;
	if (result->simulated_ps)
		result->throughput_bytes_per_s = (unsigned __int128)workload_bytes(m,
										   result->bytes) *
						 SIM_PS_PER_S / result->simulated_ps;
	iommu_results(m, result);
	sys_collect_result(m->collect, result);
	result->events_dispatched = sim_events_dispatched();
	result->switches = sim_switches() - m->origin_switches;
	result->trace_hash = sim_trace_hash();
	return 0;
}

/* Return: what run() did, or -EIO where there is no result then. */
static int finish_run(struct machine *m, int err)
{
	bool has_ended = !err || err == -EINTR || err == -EDEADLK;

	if (has_ended && !m->is_booted) {
		fail(m, -EIO, "the simulated machine %s while it came up",
		     err == -EINTR ? "was stopped" : "hung");
		return -EIO;
	}
	if (has_ended && fill_result(m))
		return -ENOMEM;
	if (err == -EDEADLK)
		fail(m, err,
		     "stuck after %llu ns: %u devices are not done, faults recorded %llu, "
		     "and nothing is left to happen",
		     (sim_now_ps() - m->origin_ps) / SIM_PS_PER_NS, m->nr_running,
		     m->result.faults_recorded);
	return err;
}

static int trace_error(struct machine *m)
{
	const char *error = replay_error();

	if (!error)
		return 0;
	fail(m, -EINVAL, "%s", error);
	return -EINVAL;
}

static int init_cpus(const struct sys_config *config)
{
	struct sim_cpu_params cpu = config->cpu;

	cpu.nr_cpus = sys_config_cpus(config);
	return sim_cpus_init(&cpu);
}

int sys_run(const struct sys_config *config, const struct sys_progress *progress,
	    const struct sys_result **result, char *message, size_t message_bytes)
{
	struct machine *m;
	int err = sim_init(config->seed, 0);

	snprintf(message, message_bytes, "cannot build the machine: out of memory");
	if (err)
		return err;
	m = sim_alloc(sizeof(*m));
	if (!m)
		return -ENOMEM;
	*m = (struct machine){.config = config, .message = message, .message_bytes = message_bytes};
	the_machine = m;
	err = init_cpus(config);
	if (!err)
		err = create_hardware(m);
	if (!err)
		err = create_software(m);
	if (err)
		return err;
	err = run(m, progress);
	if (!err || err == -EDEADLK)
		err = trace_error(m) ? -EINVAL : err;
	*result = &m->result;
	return finish_run(m, err);
}

/* --- taking it down --- */

static void release_device(struct machine *m, struct device_unit *unit)
{
	sys_engine_stop(&unit->engine,
			(struct dev_pcie_space){.has_pasid = !m->container, .pasid = unit->pasid});
	if (m->container)
		pfh_container_detach(m->container, unit->master.pfh);
	else if (has_linux_handler(m))
		sys_linux_unbind(&unit->master, unit->pasid);
	else
		pfh_sva_unbind(unit->master.pfh, unit->pasid);
	pfh_device_unregister(unit->master.pfh);
	unit->master.pfh = NULL;
}

static void shut_down(void *arg)
{
	struct machine *m = arg;

	for (u32 i = 0; i < m->config->machine.nr_devices; i++)
		release_device(m, &m->devices[i]);
	if (m->container)
		pfh_container_destroy(m->container);
	if (has_linux_handler(m))
		sys_linux_exit();
	mmput(m->mm);
	pfh_exit();
	m->is_shut_down = true;
	sim_stop();
}

int sys_shutdown(void)
{
	struct sim_thread_attr attr = {.name = "shutdown", .cpu = -1};
	struct sim_thread *thread = sim_thread_create(&attr, shut_down, the_machine);

	if (!thread)
		return -ENOMEM;
	sim_thread_wake(thread);
	/* Devices that were running may end, and stop the simulation, meanwhile. */
	while (!the_machine->is_shut_down && sim_run(SIM_TIME_NEVER) == SIM_RUN_STOPPED)
		;
	return the_machine->is_shut_down ? 0 : -EDEADLK;
}

struct sys_held sys_held(void)
{
	const struct sys_host_mm_stats *host = sys_host_mm_stats(the_machine->host);

	return (struct sys_held){
		.pinned_pages = host->pinned_pages,
		.present_pages = host->present_pages,
	};
}

void sys_finish(void)
{
	if (!the_machine)
		return;
	replay_finish();
	the_machine = NULL;
	/* The handler core's state went with the arena, pfh_init() makes it anew. */
	kapi_finish();
	sim_finish();
}
