/* SPDX-License-Identifier: GPL-2.0-only */
/* A scenario on a simulated machine of its own. */
#ifndef TESTS_HANDLER_SCENARIO_MACHINE_H
#define TESTS_HANDLER_SCENARIO_MACHINE_H

#include "tests/kapi/machine.h"

#include <linux/rcupdate.h>

#include "handler/pfh.h"
#include "handler/scenario/mock_iommu.h"
#include "handler/scenario/mock_mm.h"
#include "handler/scenario/scenario.h"
#include "kapi/mm_ops.h"

struct scenario_report {
	struct scn_result result;
	int err;	 /* it could not begin */
	bool is_done;	 /* scn_run() has returned */
	bool is_stuck;	 /* threads are left that wait for ever */
	u32 nr_leaked;	 /* objects */
	u32 nr_warnings; /* of the kernel API */
	u64 fail_nth;	 /* in: this allocation fails; 0: none */
	bool has_failed; /* out: it was reached */
};

struct scenario_machine {
	const struct scenario *scenario;
	const struct scn_setting *setting;
	struct scenario_report *report;
};

static inline void scenario_machine_thread(void *arg)
{
	static const struct kapi_mm_ops mm_ops = {
		.find_vma = mock_find_vma,
		.handle_mm_fault = mock_handle_mm_fault,
		.pin_user_pages = mock_pin_user_pages,
		.unpin_user_page = mock_unpin_user_page,
		.page_to_phys = mock_page_to_phys,
		.exit_mmap = mock_exit_mmap,
	};
	struct scenario_machine *machine = arg;
	struct scenario_report *report = machine->report;

	kapi_register_mm_ops(&mm_ops);
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

/* In a process that ends afterwards: a scenario that hangs leaves its machine as it is. */
static inline void scenario_machine_run(const struct scenario *scenario,
					const struct scn_setting *setting,
					struct scenario_report *report)
{
	struct scenario_machine machine = {scenario, setting, report};

	assert_int_equal(machine_setup(NULL), 0);
	report->is_stuck = true;
	machine_start(0, scenario_machine_thread, &machine);
	sim_run(SIM_TIME_NEVER);
	report->nr_warnings = (u32)kapi_warnings();
}

#endif
