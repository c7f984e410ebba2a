// SPDX-License-Identifier: GPL-2.0-only
/* Threads that answer completion records, see reports.h. */
#include "system/machine/reports.h"

#include <linux/err.h>
#include <linux/kthread.h>

#include "sim/arena.h"
#include "sim/cpu.h"
#include "sim/dist.h"
#include "sim/lock.h"
#include "sim/sched.h"
#include "sim/sim.h"
#include "system/memory/mm_change.h"

struct sys_reports {
	const struct sys_config *config;
	struct mm_struct *mm; /* NULL: the thread does not run */
	struct dev_pcie *pcie;
	bool is_stopping, is_running;
	struct sim_waitq reported, stopped;
	/* completion records that nobody has looked at */
	u32 first, nr, capacity;
	struct dev_record records[];
};

struct sys_reports *sys_reports_create(const struct sys_config *config,
				       const struct sys_group *group)
{
	u64 limit = group->device.outstanding_faults;
	u32 capacity = limit ? limit : DEV_DMA_MAX_OUTSTANDING;
	struct sys_reports *reports = sim_alloc(sizeof(*reports) +
						capacity * sizeof(reports->records[0]));

	if (!reports)
		return NULL;
	reports->config = config;
	reports->capacity = capacity;
	sim_waitq_init(&reports->reported);
	sim_waitq_init(&reports->stopped);
	return reports;
}

void sys_reports_take(struct sys_reports *reports, struct dev_pcie *pcie,
		      const struct dev_record *record)
{
	reports->pcie = pcie;
	if (reports->is_stopping) {
		dev_pcie_abandon(pcie);
		return;
	}
	sim_assert(reports->nr < reports->capacity);
	reports->records[(reports->first + reports->nr++) % reports->capacity] = *record;
	sim_waitq_wake(&reports->reported, 1);
}

static bool has_work(void *arg)
{
	struct sys_reports *reports = arg;

	return reports->nr || reports->is_stopping;
}

static struct dev_record pop(struct sys_reports *reports)
{
	struct dev_record record = reports->records[reports->first];

	reports->first = (reports->first + 1) % reports->capacity;
	reports->nr--;
	return record;
}

/* A page that is not there, or not writable, is a fault of the CPU. */
static void answer(struct sys_reports *reports, const struct dev_record *record)
{
	int err = sys_mm_access(reports->mm, record->iova, record->is_write);

	sim_charge_cost(reports->config->host.resubmit_ps);
	sim_settle();
	if (err)
		dev_pcie_abandon(reports->pcie);
	else
		dev_pcie_resubmit(reports->pcie, record);
}

static int answer_all(void *data)
{
	struct sys_reports *reports = data;

	while (sim_waitq_wait(&reports->reported, has_work, reports, SIM_TIME_NEVER) &&
	       !reports->is_stopping) {
		struct dev_record record = pop(reports);

		answer(reports, &record);
	}
	sim_settle();
	reports->is_running = false;
	sim_waitq_wake(&reports->stopped, ~0U);
	return 0;
}

int sys_reports_start(struct sys_reports *reports, struct mm_struct *mm, u32 number)
{
	struct task_struct *task;

	reports->mm = mm;
	task = kthread_run(answer_all, reports, "program-dma%u", number);
	reports->is_running = !IS_ERR(task);
	return IS_ERR(task) ? PTR_ERR(task) : 0;
}

static bool is_stopped(void *arg)
{
	return !((struct sys_reports *)arg)->is_running;
}

void sys_reports_stop(struct sys_reports *reports)
{
	if (!reports || reports->is_stopping)
		return;
	reports->is_stopping = true;
	sim_waitq_wake(&reports->reported, ~0U);
	sim_waitq_wait(&reports->stopped, is_stopped, reports, SIM_TIME_NEVER);
	while (reports->nr) {
		pop(reports);
		dev_pcie_abandon(reports->pcie);
	}
}
