/* SPDX-License-Identifier: GPL-2.0-only */
/* A scenario on the simulated machine of the tests of kapi. */
#ifndef TESTS_HANDLER_ON_MACHINE_H
#define TESTS_HANDLER_ON_MACHINE_H

#include "tests/kapi/machine.h"

#include "handler/virtual/scenario_machine.h"

/* In a process that ends afterwards: a scenario that hangs leaves its machine as it is. */
static inline void run_on_machine(const struct scenario *scenario,
				  const struct scn_setting *setting, struct scenario_report *report)
{
	struct scenario_machine machine = {scenario, setting, report};

	assert_int_equal(machine_setup(NULL), 0);
	scenario_machine_begin(report);
	machine_start(0, scenario_machine_thread, &machine);
	sim_run(SIM_TIME_NEVER);
	scenario_machine_end(report);
}

#endif
