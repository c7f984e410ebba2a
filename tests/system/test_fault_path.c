// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fault path under stress, through the whole machine. Claims: no fault is
 * lost or answered twice however small the queues; stalled records wait for
 * room and never overflow; an access that nothing allows is aborted and the
 * rest goes on; a machine without faults has none.
 */
#include "tests/system/run_workload.h"

#define SVA "workloads/uadk-sva.yaml"

static void expect_all_served(const struct run_summary *summary, u64 faults)
{
	assert_int_equal(summary->recorded, faults);
	assert_int_equal(summary->answered, faults);
	assert_int_equal(summary->completed, faults);
	assert_int_equal(summary->aborted, 0);
	assert_int_equal(summary->evtq_overflows, 0);
}

static void an_event_queue_of_one_entry_defers_and_loses_nothing(void **state)
{
	const char *settings[] = {"smmu.features.evtq_lg2=0", "device.outstanding_faults=16", NULL};
	struct run_summary summary = run_workload(SVA, settings, NULL);

	expect_all_served(&summary, 1024);
	assert_int_equal(summary.evtq_max_depth, 1);
	assert_true(summary.evtq_deferred > 0);
}

static void a_large_event_queue_defers_nothing(void **state)
{
	const char *settings[] = {"device.outstanding_faults=16", NULL};
	struct run_summary summary = run_workload(SVA, settings, NULL);

	expect_all_served(&summary, 1024);
	assert_in_range(summary.evtq_max_depth, 2, 16);
	assert_int_equal(summary.evtq_deferred, 0);
}

static void a_command_queue_of_two_entries_is_enough(void **state)
{
	/* One CPU: with atomic-add each needs two. */
	const char *settings[] = {"smmu.features.cmdq_lg2=1", "device.outstanding_faults=16",
				  "machine.cpus=1", NULL};
	struct run_summary summary = run_workload(SVA, settings, NULL);

	expect_all_served(&summary, 1024);
}

static void one_stall_slot_serves_everyone_in_turn(void **state)
{
	const char *settings[] = {"smmu.features.stall_max=1", "device.outstanding_faults=16",
				  NULL};
	struct run_summary summary = run_workload(SVA, settings, NULL);

	expect_all_served(&summary, 1024);
	assert_int_equal(summary.evtq_max_depth, 1);
}

static void without_iopf_nothing_faults(void **state)
{
	const char *settings[] = {"handler.iopf=false", NULL};
	struct run_summary summary = run_workload(SVA, settings, NULL);

	assert_int_equal(summary.accesses, 51200);
	assert_int_equal(summary.recorded, 0);
	assert_int_equal(summary.aborted, 0);
}

static void in_the_event_thread_a_fault_takes_less(void **state)
{
	const char *inline_settings[] = {"handler.dispatch=event-thread", NULL};
	struct run_summary queued = run_workload(SVA, NULL, NULL);
	struct run_summary direct = run_workload(SVA, inline_settings, NULL);

	assert_int_equal(queued.recorded, direct.recorded);
	assert_true(direct.latency_total_ps < queued.latency_total_ps);
}

static void populated_pages_do_not_fault_under_sva(void **state)
{
	const char *settings[] = {"workload.populated=true", NULL};
	struct run_summary summary = run_workload(SVA, settings, NULL);

	assert_int_equal(summary.recorded, 0);
	assert_int_equal(summary.accesses, 51200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_queue_of_one_entry_defers_and_loses_nothing),
		cmocka_unit_test(a_large_event_queue_defers_nothing),
		cmocka_unit_test(a_command_queue_of_two_entries_is_enough),
		cmocka_unit_test(one_stall_slot_serves_everyone_in_turn),
		cmocka_unit_test(without_iopf_nothing_faults),
		cmocka_unit_test(in_the_event_thread_a_fault_takes_less),
		cmocka_unit_test(populated_pages_do_not_fault_under_sva),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
