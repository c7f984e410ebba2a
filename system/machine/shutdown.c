// SPDX-License-Identifier: GPL-2.0-only
/* How a machine is taken down: as a kernel would, by software on a simulated CPU. */
#include <linux/rcupdate.h>
#include <linux/sched/mm.h>

#include <errno.h>

#include "handler/pfh.h"
#include "sim/event.h"
#include "system/machine/kernel.h"
#include "system/machine/trace_events.h"

/* --- steps, in any order; each is done once --- */

void sys_machine_stop_device(struct sys_machine *m, u32 number)
{
	struct sys_device_unit *unit = &m->devices[number];

	sys_engine_stop(&unit->engine, (struct dev_pcie_space){.has_pasid = !unit->space->container,
							       .pasid = unit->pasid});
	sys_reports_stop(unit->reports);
}

void sys_machine_unbind(struct sys_machine *m, u32 number)
{
	struct sys_device_unit *unit = &m->devices[number];

	if (!unit->is_bound)
		return;
	unit->is_bound = false;
	if (m->kernel)
		sys_kernel_unbind(m, number);
	else if (unit->space->container)
		pfh_container_detach(unit->space->container, unit->master.pfh);
	else
		pfh_sva_unbind(unit->master.pfh, unit->pasid);
}

void sys_machine_remove(struct sys_machine *m, u32 number)
{
	struct sys_device_unit *unit = &m->devices[number];

	if (m->kernel) {
		sys_kernel_remove(m, number);
		return;
	}
	if (!unit->master.pfh)
		return;
	unit->is_bound = false;
	sys_iommu_remove(&unit->master);
}

void sys_machine_end_space(struct sys_device_space *space)
{
	struct mm_struct *mm = space->mm;

	sys_kernel_end_process(space);
	sys_mm_events_stop(space->mm_events);
	space->mm = NULL;
	if (!mm)
		return;
	/* Its threads end with it. */
	for (u32 i = 0; i < space->machine->config->machine.nr_devices; i++) {
		if (space->machine->devices[i].space == space)
			sys_reports_stop(space->machine->devices[i].reports);
	}
	space->ended_mm = mm;
	mmput(mm);
}

void sys_machine_end_process(struct sys_machine *m)
{
	for (u32 i = 0; i < sys_config_nr_spaces(m->config); i++)
		sys_machine_end_space(&m->spaces[i]);
}

/* --- all of them --- */

/* Our software. */
static void end_own(struct sys_machine *m)
{
	pfh_exit();
	rcu_barrier();
}

static void shut_down(void *arg)
{
	struct sys_machine *m = arg;

	sys_trace_events_stop(m);
	for (u32 i = 0; i < m->config->machine.nr_devices; i++) {
		sys_machine_stop_device(m, i);
		sys_machine_unbind(m, i);
		sys_machine_remove(m, i);
	}
	for (u32 i = 0; i < sys_config_nr_spaces(m->config); i++) {
		if (m->spaces[i].container)
			pfh_container_destroy(m->spaces[i].container);
	}
	sys_machine_end_process(m);
	if (!m->kernel)
		end_own(m);
	m->is_shut_down = true;
	sim_stop();
}

/* So long at the most: a fault that comes back for ever is no end. */
#define SHUTDOWN_PS (10 * SIM_PS_PER_S)

/* How long between two looks at the progress callback. */
#define TICK_PS (100 * SIM_PS_PER_US)

/* Devices that were running may end, and stop the simulation, meanwhile. Return: go on? */
static bool run_on(const struct sys_progress *progress, u64 limit_ps, bool *is_wanted)
{
	u64 tick_ps = sim_now_ps() + TICK_PS;

	if (sim_run(tick_ps < limit_ps ? tick_ps : limit_ps) == SIM_RUN_IDLE)
		return false;
	*is_wanted = !progress || progress->tick(progress->opaque, sim_now_ps(), 0, 0);
	return *is_wanted;
}

int sys_machine_shutdown(struct sys_machine *m, const struct sys_progress *progress)
{
	struct sim_thread_attr attr = {.name = "shutdown", .cpu = -1};
	struct sim_thread *thread = sim_thread_create(&attr, shut_down, m);
	u64 limit_ps = sim_now_ps() + SHUTDOWN_PS;
	bool is_on = true, is_wanted = true;

	if (!thread)
		return -ENOMEM;
	sys_load_end(m->load);
	sim_thread_wake(thread);
	while (is_on && !m->is_shut_down && !m->error && sim_now_ps() < limit_ps)
		is_on = run_on(progress, limit_ps, &is_wanted);
	if (m->is_shut_down) {
		sys_machine_find_leaks(m);
		return 0;
	}
	sys_machine_explain(m);
	if (m->error)
		return m->error;
	return is_wanted ? -EDEADLK : -EINTR;
}
