// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page requests through the whole machine: PCIe endpoints, the SMMU's PRI queue, the
 * driver's PRI thread, the handler core, CMD_PRI_RESP. Claims: at every queue size
 * from 1 to 2048, under SVA and VFIO, every access ends and every request is
 * accounted for once; with as many credits as the queue has room for there is no
 * overflow; what nothing allows is answered Invalid and aborts; a permission that
 * grows is seen by endpoint and SMMU, and an endpoint that is late with that stops
 * nobody; a run that is taken down in the middle leaves
 * nothing, by stop marker and without.
 */
#include "tests/system/page_requests.h"

#define PCIE "workloads/pcie-sva.yaml"

static void sizes_in(const char *mode, const char *extra)
{
	for (u32 lg2 = 0; lg2 <= 11; lg2++) {
		char size[64];
		const char *settings[] = {mode, size, extra, "workload.accesses=600", NULL};
		struct run_summary summary;

		snprintf(size, sizeof(size), "smmu.features.priq_lg2=%u", lg2);
		summary = run_workload(PCIE, settings, keep);
		expect_all_served(&summary);
		assert_int_equal(summary.accesses, 1200);
		assert_int_equal(priq_entries, 1U << lg2);
		/* 512 pages a device, each missing once; more only if a record was lost */
		if (lg2 >= 6) {
			assert_int_equal(priq_overflows, 0);
			assert_int_equal(summary.recorded, 1024);
		} else {
			assert_true(priq_overflows > 0);
			assert_int_equal(priq_max_depth, priq_entries);
		}
	}
}

static void nothing_is_lost_at_any_queue_size_under_sva(void **state)
{
	sizes_in("handler.mode=sva", "handler.dispatch=auto");
}

static void nothing_is_lost_at_any_queue_size_under_vfio(void **state)
{
	sizes_in("handler.mode=vfio", "handler.dispatch=auto");
}

static void nothing_is_lost_in_other_threads_and_designs(void **state)
{
	const char *const settings[][4] = {
		{"handler.mode=sva", "handler.dispatch=event-thread", "smmu.features.priq_lg2=3"},
		{"handler.mode=vfio", "handler.dispatch=workqueue", "smmu.features.priq_lg2=3"},
		{"handler.mode=vfio", "handler.design=rfc-v3", "smmu.features.priq_lg2=3"},
		{"handler.mode=sva", "pcie.response_pasid_required=false",
		 "smmu.features.priq_lg2=3"},
		{"handler.mode=sva", "smmu.features.pps=true", "smmu.features.priq_lg2=3"},
		{"handler.mode=sva", "machine.iommus=2", "smmu.features.priq_lg2=3"},
	};

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		struct run_summary summary = run_workload(PCIE, settings[i], keep);

		expect_all_served(&summary);
		assert_true(priq_overflows > 0);
	}
}

/* Groups of four: parts whose last is lost are thrown away, and the group comes whole later. */
static void groups_are_handled_whole_or_not_at_all(void **state)
{
	static const char *const sizes[] = {"smmu.features.priq_lg2=4", "smmu.features.priq_lg2=5",
					    "smmu.features.priq_lg2=9"};
	static const char *const modes[] = {"handler.mode=sva", "handler.mode=vfio"};

	for (u32 i = 0; i < 6; i++) {
		const char *settings[] = {sizes[i % 3],
					  modes[i / 3],
					  "pcie.group_pages=4",
					  "workload.access=16KiB",
					  "workload.accesses=128",
					  NULL};
		struct run_summary summary = run_workload(PCIE, settings, keep);

		expect_all_served(&summary);
		assert_int_equal(summary.bytes, 2 * 128 * 16384);
		if (i % 3 < 2)
			assert_true(all.pri.dropped > 0);
		else
			assert_int_equal(all.pcie.requests, 4 * all.pcie.groups);
	}
}

/*
 * Chapter 8: software that allots no more than there is room for sees no overflow. The least is
 * two places an endpoint: a request, and the stop marker; less is refused (test_config_check.c).
 */
static void fair_credits_never_overflow(void **state)
{
	for (u32 lg2 = 2; lg2 <= 8; lg2++) {
		char size[64];
		const char *settings[] = {size, "pcie.page_request_credits=0", NULL};
		struct run_summary summary;

		snprintf(size, sizeof(size), "smmu.features.priq_lg2=%u", lg2);
		summary = run_workload(PCIE, settings, keep);
		expect_all_served(&summary);
		assert_int_equal(priq_overflows, 0);
		assert_int_equal(all.pcie.asked_again, 0);
	}
}

static void one_credit_is_enough(void **state)
{
	const char *settings[] = {"pcie.page_request_credits=1", "device.outstanding_accesses=1",
				  NULL};
	struct run_summary summary = run_workload(PCIE, settings, keep);

	expect_all_served(&summary);
	assert_int_equal(summary.recorded, 1024);
	assert_in_range(priq_max_depth, 1, 2);
}

/* Read first, written later: another fault, and neither TLB nor ATC keeps the old permission. */
static void a_permission_that_grows_is_seen(void **state)
{
	static const char *const kinds[] = {"device.kind=pcie", "device.kind=platform"};
	static const char *const modes[] = {"handler.mode=sva", "handler.mode=vfio"};

	for (u32 i = 0; i < 4; i++) {
		const char *settings[] = {kinds[i % 2],
					  modes[i / 2],
					  "workload.generator=random",
					  "workload.write_percent=50%",
					  "workload.footprint=256KiB",
					  "workload.accesses=1000",
					  NULL};
		struct run_summary summary = run_workload(PCIE, settings, keep);

		assert_int_equal(summary.accesses, 2000);
		assert_int_equal(summary.aborted, 0);
		assert_true(summary.recorded > 128);
		assert_true(summary.recorded < 2000);
		if (i % 2 == 0) {
			expect_sums(&summary);
			assert_true(all.pcie.invalidations > 0);
		}
	}
}

static u64 nr_late;

static void keep_late(const struct sys_result *result)
{
	keep(result);
	nr_late = sys_result_number(result, "atc_invalidations.timed_out");
}

/* A slow engine, an impatient SMMU: CMD_SYNCs fail, and the driver goes on. */
static void late_invalidations_stop_nobody(void **state)
{
	const char *settings[] = {"workload.generator=random",
				  "workload.write_percent=50%",
				  "workload.footprint=64KiB",
				  "workload.accesses=200",
				  "device.bandwidth=1GB/s",
				  "smmu.timing.atc_inv_timeout=2us",
				  NULL};
	struct run_summary summary = run_workload(PCIE, settings, keep_late);

	assert_int_equal(summary.accesses, 400);
	assert_int_equal(summary.aborted, 0);
	expect_sums(&summary);
	assert_true(nr_late > 0);
}

static void what_nothing_allows_is_answered_invalid(void **state)
{
	static const char *const modes[] = {"handler.mode=sva", "handler.mode=vfio"};

	for (u32 i = 0; i < 2; i++) {
		const char *settings[] = {modes[i], "workload.write_percent=50%",
					  "device.outstanding_accesses=8", NULL};
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

/* Without I/O page faults everything is there, and an endpoint asks for translations only. */
static void without_iopf_no_page_is_asked_for(void **state)
{
	static const char *const modes[] = {"handler.mode=sva", "handler.mode=vfio"};

	for (u32 i = 0; i < 2; i++) {
		const char *settings[] = {modes[i], "handler.iopf=false", "smmu.features.pri=false",
					  NULL};
		struct run_summary summary = run_workload(PCIE, settings, keep);

		assert_int_equal(summary.accesses, 4096);
		assert_int_equal(summary.aborted, 0);
		assert_int_equal(all.pcie.requests, 0);
		assert_true(all.pcie.translation_requests >= 1024);
	}
}

/* An SMMU without ATS gets untranslated accesses. */
static void without_ats_accesses_go_out_as_they_are(void **state)
{
	const char *settings[] = {"handler.iopf=false", "smmu.features.pri=false",
				  "smmu.features.ats=false", NULL};
	struct run_summary summary = run_workload(PCIE, settings, keep);

	assert_int_equal(summary.accesses, 4096);
	assert_int_equal(all.pcie.translation_requests, 0);
}

/* --- taking it down --- */

static void a_finished_run_leaves_nothing(void **state)
{
	static const char *const modes[] = {"handler.mode=sva", "handler.mode=vfio"};
	static const char *const designs[] = {"handler.design=core-path", "handler.design=rfc-v3"};

	for (u32 i = 0; i < 4; i++) {
		const char *settings[] = {modes[i % 2], designs[i / 2], NULL};

		assert_true(run_workload(PCIE, settings, shut_down).completed > 0);
	}
}

static void a_run_is_taken_down_in_the_middle(void **state)
{
	static const char *const settings[][4] = {
		{"handler.mode=sva", "pcie.stop_markers=true", "smmu.features.priq_lg2=9"},
		{"handler.mode=sva", "pcie.stop_markers=false", "smmu.features.priq_lg2=9"},
		{"handler.mode=sva", "pcie.stop_markers=true", "smmu.features.priq_lg2=2"},
		{"handler.mode=sva", "pcie.stop_markers=false", "smmu.features.priq_lg2=2"},
		{"handler.mode=vfio", "pcie.stop_markers=true", "smmu.features.priq_lg2=9"},
		{"handler.mode=vfio", "handler.design=rfc-v3", "smmu.features.priq_lg2=2"},
		{"handler.mode=vfio", "handler.dispatch=workqueue", "smmu.features.priq_lg2=2"},
	};

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		take_down_in_the_middle(PCIE, settings[i]);
}

/* --- what is refused --- */

static void configurations_that_can_not_work_are_refused(void **state)
{
	const char *stall[] = {"device.faults=stall", NULL};
	const char *platform[] = {"device.kind=platform", "device.faults=pri", NULL};
	const char *no_pri[] = {"smmu.features.pri=false", NULL};
	const char *no_ats[] = {"smmu.features.pri=false", "smmu.features.ats=false", NULL};
	const char *groups[] = {"pcie.group_pages=8", "smmu.features.priq_lg2=2", NULL};

	expect_refused(PCIE, stall, "must not stall");
	expect_refused(PCIE, platform, "only a PCIe endpoint");
	expect_refused(PCIE, no_pri, "needs smmu.features.pri");
	expect_refused(PCIE, no_ats, "needs smmu.features.ats");
	expect_refused(PCIE, groups, "no group would ever");
}

static void runs_are_repeatable(void **state)
{
	const char *settings[] = {"smmu.features.priq_lg2=2", NULL};
	u64 hash = run_workload(PCIE, settings, NULL).trace_hash;

	assert_int_equal(run_workload(PCIE, settings, NULL).trace_hash, hash);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_lost_at_any_queue_size_under_sva),
		cmocka_unit_test(nothing_is_lost_at_any_queue_size_under_vfio),
		cmocka_unit_test(nothing_is_lost_in_other_threads_and_designs),
		cmocka_unit_test(groups_are_handled_whole_or_not_at_all),
		cmocka_unit_test(fair_credits_never_overflow),
		cmocka_unit_test(one_credit_is_enough),
		cmocka_unit_test(a_permission_that_grows_is_seen),
		cmocka_unit_test(late_invalidations_stop_nobody),
		cmocka_unit_test(what_nothing_allows_is_answered_invalid),
		cmocka_unit_test(without_iopf_no_page_is_asked_for),
		cmocka_unit_test(without_ats_accesses_go_out_as_they_are),
		cmocka_unit_test(a_finished_run_leaves_nothing),
		cmocka_unit_test(a_run_is_taken_down_in_the_middle),
		cmocka_unit_test(configurations_that_can_not_work_are_refused),
		cmocka_unit_test(runs_are_repeatable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
