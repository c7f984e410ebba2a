// SPDX-License-Identifier: GPL-2.0-only
/* See scenario_machine.h. */
#include "scenario_machine.h"

#include <linux/rcupdate.h>

#include "../pfh.h"
#include "../scenario/mock_iommu.h"
#include "../scenario/mock_mm.h"
#include "kapi/debug.h"
#include "kapi/mm_ops.h"

static const struct kapi_mm_ops mm_ops = {
	.find_vma = mock_find_vma,
	.handle_mm_fault = mock_handle_mm_fault,
	.pin_user_pages = mock_pin_user_pages,
	.unpin_user_page = mock_unpin_user_page,
	.page_to_phys = mock_page_to_phys,
	.exit_mmap = mock_exit_mmap,
};

void scenario_machine_use_mm(void)
{
	kapi_register_mm_ops(&mm_ops);
}

bool scenario_machine_runs(u32 machine)
{
	return machine == SCN_MOCK;
}

void scenario_machine_begin(struct scenario_report *report)
{
	report->is_stuck = true;
}

void scenario_machine_thread(void *arg)
{
	struct scenario_machine *machine = arg;
	struct scenario_report *report = machine->report;

	scenario_machine_use_mm();
	if (mock_iommu_register() || pfh_init())
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
	report->nr_leaked = (u32)kapi_slab_objects();
	report->is_stuck = false;
}

void scenario_machine_end(struct scenario_report *report)
{
	report->nr_warnings = (u32)kapi_warnings();
}
