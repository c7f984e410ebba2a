// SPDX-License-Identifier: GPL-2.0-only
/*
 * After a run everything is taken down through the same drivers and queues that
 * served it. Claims: detach, unbind and unregister end, and no page stays pinned
 * or present, under SVA and under VFIO, for each design, with and without I/O
 * page faults.
 */
#include <errno.h>
#include <stdio.h>

#include "system/machine/internal.h"
#include "tests/system/run_workload.h"

static void shut_down(const struct sys_result *result)
{
	/* Before, or the claim would hold of an empty machine. */
	assert_true(sys_machine_held(run_machine).present_pages > 0);
	assert_int_equal(sys_machine_shutdown(run_machine, NULL), 0);
	assert_int_equal(sys_machine_held(run_machine).pinned_pages, 0);
	assert_int_equal(sys_machine_held(run_machine).present_pages, 0);
}

static void shut_down_pinned(const struct sys_result *result)
{
	assert_int_equal(sys_machine_held(run_machine).pinned_pages, 8 * 2048);
	shut_down(result);
}

static void sva_leaves_nothing(void **state)
{
	struct run_summary summary = run_workload("workloads/uadk-sva.yaml", NULL, shut_down);

	assert_int_equal(summary.completed, 1024);
}

static void vfio_leaves_nothing_under_each_design(void **state)
{
	const char *rfc[] = {"handler.design=rfc-v3", NULL};
	const char *core[] = {"handler.design=core-path", NULL};

	assert_true(run_workload("workloads/container.yaml", rfc, shut_down).completed > 0);
	assert_true(run_workload("workloads/container.yaml", core, shut_down).completed > 0);
}

static void static_mappings_leave_nothing(void **state)
{
	const char *settings[] = {"handler.iopf=false", NULL};
	struct run_summary summary = run_workload("workloads/container.yaml", settings,
						  shut_down_pinned);

	assert_int_equal(summary.completed, 0);
	assert_int_equal(summary.aborted, 0);
}

/* --- with faults in flight --- */

/* The first look after the devices have begun: some 100 us of faults. */
static bool stop_when_busy(void *opaque, u64 simulated_ps, u64 done, u64 total)
{
	return !run_machine->is_booted;
}

static void stop_and_shut_down(const struct sys_config *config)
{
	const struct sys_progress progress = {.tick = stop_when_busy};
	char message[TEXT_MESSAGE_MAX] = "";

	assert_int_equal(sys_machine_create(&run_machine, config, message, sizeof(message)), 0);
	assert_int_equal(sys_machine_run(run_machine, &progress, message, sizeof(message)), -EINTR);
	assert_int_equal(sys_machine_shutdown(run_machine, NULL), 0);
	assert_int_equal(sys_machine_held(run_machine).pinned_pages, 0);
	assert_int_equal(sys_machine_held(run_machine).present_pages, 0);
	sys_machine_destroy(run_machine);
}

/* The event thread reports while devices are unregistered. */
static void interrupted_run_leaves_nothing_at_any_moment(void **state)
{
	for (u32 us = 0; us < 96; us += 4) {
		char startup[40];
		const char *settings[] = {startup,
					  "handler.dispatch=workqueue",
					  "machine.iommus=1",
					  "machine.devices=4",
					  "workload.accesses=512",
					  NULL};
		struct wl_workload *workload;

		snprintf(startup, sizeof(startup), "workload.startup=%uus", us);
		workload = load_workload("workloads/container.yaml", settings);
		stop_and_shut_down(&workload->config);
		free_workload(workload);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sva_leaves_nothing),
		cmocka_unit_test(vfio_leaves_nothing_under_each_design),
		cmocka_unit_test(static_mappings_leave_nothing),
		cmocka_unit_test(interrupted_run_leaves_nothing_at_any_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
