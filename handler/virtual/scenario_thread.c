// SPDX-License-Identifier: GPL-2.0-only
/* A scenario on what scenario_machine_create() has made, see scenario_machine.h. */
#include "scenario_machine.h"

#include <linux/rcupdate.h>

#include "../pfh.h"
#include "../scenario/mock_iommu.h"
#include "kapi/debug.h"

void scenario_machine_begin(struct scenario_report *report)
{
	report->is_stuck = true;
}

void scenario_machine_thread(void *arg)
{
	struct scenario_machine *machine = arg;
	struct scenario_report *report = machine->report;
	u64 nr_kept;

	report->err = scenario_machine_create(machine->scenario->machine);
	nr_kept = kapi_slab_objects();
	report->slab_mark = kapi_slab_mark();
	if (report->err || mock_iommu_register() || pfh_init())
		return;
	kapi_fail_nth(report->fail_nth);
	report->err = scn_run(machine->scenario, machine->setting, &report->result);
	report->has_failed = report->fail_nth && !kapi_fail_nth_left();
	kapi_fail_nth(0);
	report->is_done = true;
	if (report->result.is_stuck)
		return;
	pfh_exit();
	mock_iommu_unregister();
	rcu_barrier();
	report->nr_leaked = (u32)(kapi_slab_objects() - nr_kept);
	report->is_stuck = false;
}

void scenario_machine_end(struct scenario_report *report)
{
	report->nr_warnings = (u32)kapi_warnings();
}
