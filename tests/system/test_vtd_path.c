// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page requests through a machine with VT-d: endpoints, page request queue, the driver's
 * thread, the handler core, page group responses by the invalidation queue. Claims: at every
 * queue size from 128 to 16384 and whatever endpoints are allotted, under SVA (first stage) and
 * VFIO (second stage), every access ends and every request is accounted for once; a queue of N
 * entries never holds more than N-1; what nothing allows is answered Invalid and
 * aborts; a permission that grows is seen by device-TLB and IOTLB; a run that is taken
 * down in the middle leaves nothing; the driver's latencies are those of the faults; a request
 * that came after the interrupt waits for the thread, not for an interrupt.
 */
#include "tests/system/page_requests.h"

#define VTD "workloads/vtd-sva.yaml"
#define SHORT "workload.accesses=1024", "workload.footprint=2MiB", "device.outstanding_accesses=256"

static struct sys_iommu_latency latencies[SYS_IOMMU_MAX_LATENCIES];
static u32 nr_latencies;

static void keep_latencies(const struct sys_result *result)
{
	keep(result);
	nr_latencies = result->nr_latencies;
	memcpy(latencies, result->latencies, sizeof(latencies));
}

static u64 longest_ps[SYS_NR_STAGES];

static void keep_longest(const struct sys_result *result)
{
	keep(result);
	for (u32 i = 0; i < SYS_NR_STAGES; i++)
		longest_ps[i] = result->stages[i]->max;
}

static void nothing_is_lost_at_any_queue_size(void **state)
{
	static const char *const modes[] = {"handler.mode=sva", "handler.mode=vfio"};
	static const u32 credits[] = {16, 256};

	for (u32 i = 0; i < 2 * 2 * 4; i++) {
		u32 order = i / 4 % 4, credit = credits[i % 2];
		char size[64], allotted[64];
		const char *settings[] = {modes[i / 2 % 2], size, allotted, SHORT, NULL};
		struct run_summary summary;

		snprintf(size, sizeof(size), "vtd.driver.prq_order=%u", order);
		snprintf(allotted, sizeof(allotted), "pcie.page_request_credits=%u", credit);
		summary = run_workload(VTD, settings, keep);
		expect_all_served(&summary);
		assert_int_equal(summary.accesses, 2048);
		assert_int_equal(priq_entries, 128U << order);
		assert_true(priq_max_depth <= priq_entries - 1);
		/* 512 pages a device, each missing once; more only if a record was lost */
		if (2 * credit < priq_entries) {
			assert_int_equal(priq_overflows, 0);
			assert_int_equal(summary.recorded, 1024);
		} else if (order == 0) {
			assert_true(priq_overflows > 0);
			assert_int_equal(priq_max_depth, 127);
		}
	}
}

/* As many endpoints as it takes, and a driver that is slow. */
static void large_queues_overflow_too_and_lose_nothing(void **state)
{
	for (u32 order = 4; order <= 7; order++) {
		u32 nr_devices = (1U << order) / 4 + 2;
		char size[64], devices[64];
		const char *settings[] = {size,
					  devices,
					  "workload.accesses=512",
					  "workload.footprint=2MiB",
					  "workload.device_stride=4MiB",
					  "host.event_decode=2us",
					  "pcie.retry_pause=200us",
					  NULL};
		struct run_summary summary;

		snprintf(size, sizeof(size), "vtd.driver.prq_order=%u", order);
		snprintf(devices, sizeof(devices), "machine.devices=%u", nr_devices);
		max_unpopped = 128ULL << order;
		summary = run_workload(VTD, settings, keep);
		max_unpopped = 2047;
		expect_all_served(&summary);
		assert_int_equal(summary.accesses, nr_devices * 512);
		assert_true(priq_overflows > 0);
		assert_int_equal(priq_max_depth, (128U << order) - 1);
	}
}

static void a_head_that_moves_by_record_leaves_nothing_in_the_queue(void **state)
{
	const char *settings[] = {SHORT, "vtd.driver.prq_head_per_record=true",
				  "vtd.driver.prq_order=0", NULL};
	struct run_summary summary;

	max_unpopped = 1;
	summary = run_workload(VTD, settings, keep);
	max_unpopped = 2047;
	expect_all_served(&summary);
}

/* As Linux did before it had users for them. */
static void requests_without_pasid_may_be_refused(void **state)
{
	const char *settings[] = {"handler.mode=vfio", "vtd.driver.prq_refuses_rid=true", SHORT,
				  NULL};
	struct run_summary summary = run_workload(VTD, settings, keep);

	assert_int_equal(summary.accesses, 0);
	assert_int_equal(summary.aborted, 2048);
	assert_int_equal(all.pri.responses_invalid, all.pcie.groups);
}

static void nothing_is_lost_in_other_threads_and_designs(void **state)
{
	static const char *const settings[][6] = {
		{SHORT, "handler.mode=sva", "handler.dispatch=event-thread"},
		{SHORT, "handler.mode=vfio", "handler.dispatch=workqueue"},
		{SHORT, "handler.mode=vfio", "handler.design=rfc-v3"},
		{SHORT, "handler.mode=sva", "handler.design=per-vma"},
		{SHORT, "handler.mode=vfio", "pcie.response_pasid_required=false"},
		{SHORT, "handler.mode=sva", "machine.iommus=2"},
		{SHORT, "handler.mode=sva", "vtd.features.revision=3"},
		{SHORT, "handler.mode=vfio", "vtd.features.revision=3"},
	};

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		const char *with_order[] = {settings[i][0],
					    settings[i][1],
					    settings[i][2],
					    settings[i][3],
					    settings[i][4],
					    "vtd.driver.prq_order=0",
					    NULL};
		struct run_summary summary = run_workload(VTD, with_order, keep);

		expect_all_served(&summary);
	}
}

static void groups_are_handled_whole_or_not_at_all(void **state)
{
	static const char *const orders[] = {"vtd.driver.prq_order=0", "vtd.driver.prq_order=4"};

	for (u32 i = 0; i < 2; i++) {
		const char *settings[] = {orders[i],
					  "pcie.group_pages=4",
					  "workload.access=16KiB",
					  "workload.accesses=256",
					  "workload.footprint=4MiB",
					  "device.outstanding_accesses=64",
					  NULL};
		struct run_summary summary = run_workload(VTD, settings, keep);

		expect_all_served(&summary);
		assert_int_equal(summary.bytes, 2 * 256 * 16384);
		if (i == 0)
			assert_true(all.pri.dropped > 0);
		else
			/* 512, and what was asked for while its answer was under way */
			assert_in_range(all.pcie.groups, 512, 520);
	}
}

/* PPR is set but once for all that comes before the thread begins. */
static void only_the_first_request_waits_for_the_interrupt(void **state)
{
	static const char *const orders[] = {"vtd.driver.prq_order=0", "vtd.driver.prq_order=4"};

	for (u32 i = 0; i < 2; i++) {
		/* The first interrupt may find its CPU in a deep idle state otherwise. */
		const char *settings[] = {orders[i], "cpu.idle_states=0", SHORT, NULL};
		struct run_summary summary = run_workload(VTD, settings, keep_longest);

		expect_all_served(&summary);
		assert_in_range(longest_ps[SYS_STAGE_INTERRUPTED], 1, 10000000);
		assert_true(longest_ps[SYS_STAGE_DEQUEUED] > 100000000);
	}
}

/* Read first, written later: another fault, and neither IOTLB nor device-TLB keeps the old
 * permission. */
static void a_permission_that_grows_is_seen(void **state)
{
	static const char *const modes[] = {"handler.mode=sva", "handler.mode=vfio"};

	for (u32 i = 0; i < 2; i++) {
		const char *settings[] = {modes[i],
					  "workload.generator=random",
					  "workload.write_percent=50%",
					  "workload.footprint=256KiB",
					  "workload.accesses=1000",
					  NULL};
		struct run_summary summary = run_workload(VTD, settings, keep_latencies);

		assert_int_equal(summary.accesses, 2000);
		assert_int_equal(summary.aborted, 0);
		assert_true(summary.recorded > 128);
		assert_true(summary.recorded < 2000);
		expect_sums(&summary);
		assert_true(all.pcie.invalidations > 0);
		/* each invalidation of an endpoint was measured */
		assert_int_equal(nr_latencies, 4);
		assert_int_equal(latencies[1].count, all.pcie.invalidations);
		assert_true(latencies[0].count > 0);
	}
}

static void what_nothing_allows_is_answered_invalid(void **state)
{
	static const char *const modes[] = {"handler.mode=sva", "handler.mode=vfio"};

	for (u32 i = 0; i < 2; i++) {
		const char *settings[] = {modes[i],
					  "iommu=vtd",
					  "memory.base=4GiB",
					  "workload.write_percent=50%",
					  "device.outstanding_accesses=8",
					  NULL};
		struct run_summary summary = run_workload("tests/data/pcie_readonly.yaml", settings,
							  keep);

		expect_sums(&summary);
		assert_true(all.pcie.invalid > 0);
		assert_true(summary.aborted >= all.pcie.invalid);
		assert_int_equal(all.pcie.failure, 0);
		assert_int_equal(summary.accesses + summary.aborted, 512);
		assert_true(summary.accesses > 0);
	}
}

/* Without I/O page faults everything is there, whatever the device. */
static void without_iopf_no_page_is_asked_for(void **state)
{
	static const char *const modes[] = {"handler.mode=sva", "handler.mode=vfio"};
	static const char *const kinds[] = {"device.kind=pcie", "device.kind=platform"};

	for (u32 i = 0; i < 4; i++) {
		const char *settings[] = {modes[i % 2], kinds[i / 2], "handler.iopf=false", SHORT,
					  NULL};
		struct run_summary summary = run_workload(VTD, settings, keep);

		assert_int_equal(summary.accesses, 2048);
		assert_int_equal(summary.aborted, 0);
		assert_int_equal(all.pcie.requests, 0);
	}
}

static void page_requests_are_measured_from_report_to_response(void **state)
{
	const char *settings[] = {SHORT, NULL};
	struct run_summary summary = run_workload(VTD, settings, keep_latencies);
	const struct sys_iommu_latency *prq = &latencies[3];
	u64 in_buckets = 0, stages_ps = 0;

	assert_string_equal(prq->name, "svm_prq");
	assert_int_equal(prq->count, summary.answered);
	for (u32 i = 0; i < SYS_IOMMU_NR_BUCKETS; i++)
		in_buckets += prq->buckets[i];
	assert_int_equal(in_buckets, prq->count);
	/* from dequeued to answered, and the wait for the descriptor */
	for (u32 stage = SYS_STAGE_HANDLED; stage <= SYS_STAGE_ANSWERED; stage++)
		stages_ps += summary.stage_total_ps[stage];
	assert_in_range(prq->sum_ps, stages_ps, stages_ps + prq->count * 2000000);
}

static void a_finished_run_leaves_nothing(void **state)
{
	static const char *const modes[] = {"handler.mode=sva", "handler.mode=vfio"};

	for (u32 i = 0; i < 2; i++) {
		const char *settings[] = {modes[i], SHORT, NULL};

		assert_true(run_workload(VTD, settings, shut_down).completed > 0);
	}
}

static void a_run_is_taken_down_in_the_middle(void **state)
{
	static const char *const settings[][4] = {
		{"handler.mode=sva", "pcie.stop_markers=true", "vtd.driver.prq_order=4"},
		{"handler.mode=sva", "pcie.stop_markers=false", "vtd.driver.prq_order=0"},
		{"handler.mode=sva", "pcie.stop_markers=true", "vtd.driver.prq_order=0"},
		{"handler.mode=sva", "vtd.features.sms=false", "vtd.driver.prq_order=0"},
		{"handler.mode=sva", "vtd.features.pds=false", "vtd.driver.prq_order=4"},
		{"handler.mode=vfio", "handler.design=rfc-v3", "vtd.driver.prq_order=0"},
		{"handler.mode=vfio", "handler.dispatch=workqueue", "vtd.driver.prq_order=0"},
	};

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		take_down_in_the_middle(VTD, settings[i]);
}

/* iommus.yaml: everything but the IOMMU is the same. */
static void one_workload_runs_behind_both_iommus(void **state)
{
	static const char *const modes[] = {"handler.mode=sva", "handler.mode=vfio"};
	static const char *const kinds[] = {"iommu=vtd", "iommu=smmuv3"};

	for (u32 i = 0; i < 4; i++) {
		const char *settings[] = {modes[i / 2], kinds[i % 2], NULL};
		struct run_summary summary = run_workload("workloads/iommus.yaml", settings, keep);

		expect_all_served(&summary);
		assert_int_equal(summary.accesses, 4096);
		assert_int_equal(summary.recorded, 2048);
	}
}

static void configurations_that_can_not_work_are_refused(void **state)
{
	const char *platform[] = {"device.kind=platform", NULL};
	const char *no_pasid[] = {"pcie.response_pasid_required=false", NULL};
	const char *no_prs[] = {"vtd.features.prs=false", "vtd.features.sms=false", NULL};
	const char *memory[] = {"memory.base=1GiB", NULL};
	const char *order[] = {"vtd.features.prq_lg2=10", NULL};
	const char *no_fsts[] = {"vtd.features.fsts=false",	 "vtd.features.nest=false",
				 "vtd.features.eafs=false",	 "vtd.features.fs_1g=false",
				 "vtd.features.fs_5level=false", NULL};

	expect_refused(VTD, no_pasid, "needs pcie.response_pasid_required");
	expect_refused(VTD, platform, "needs device.kind pcie");
	expect_refused(VTD, no_prs, "needs vtd.features.dt and prs");
	expect_refused(VTD, memory, "interrupt range");
	expect_refused(VTD, order, "prq_order is more than the hardware has");
	expect_refused(VTD, no_fsts, "needs vtd.features.fsts");
}

static void runs_are_repeatable(void **state)
{
	const char *settings[] = {"vtd.driver.prq_order=0", SHORT, NULL};
	u64 hash = run_workload(VTD, settings, NULL).trace_hash;

	assert_int_equal(run_workload(VTD, settings, NULL).trace_hash, hash);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_lost_at_any_queue_size),
		cmocka_unit_test(large_queues_overflow_too_and_lose_nothing),
		cmocka_unit_test(a_head_that_moves_by_record_leaves_nothing_in_the_queue),
		cmocka_unit_test(requests_without_pasid_may_be_refused),
		cmocka_unit_test(nothing_is_lost_in_other_threads_and_designs),
		cmocka_unit_test(groups_are_handled_whole_or_not_at_all),
		cmocka_unit_test(only_the_first_request_waits_for_the_interrupt),
		cmocka_unit_test(a_permission_that_grows_is_seen),
		cmocka_unit_test(what_nothing_allows_is_answered_invalid),
		cmocka_unit_test(without_iopf_no_page_is_asked_for),
		cmocka_unit_test(page_requests_are_measured_from_report_to_response),
		cmocka_unit_test(a_finished_run_leaves_nothing),
		cmocka_unit_test(a_run_is_taken_down_in_the_middle),
		cmocka_unit_test(one_workload_runs_behind_both_iommus),
		cmocka_unit_test(configurations_that_can_not_work_are_refused),
		cmocka_unit_test(runs_are_repeatable),
	};

	/* The thread moves PQH when it has come to the end of what it found. */
	max_unpopped = 2047;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
