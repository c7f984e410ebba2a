// SPDX-License-Identifier: GPL-2.0-only
/*
 * The SMMUv3 driver where things go wrong. Claims: a command that the SMMU refuses does not
 * stop the queue for others; a CMD_SYNC that an endpoint kept too long is tried again;
 * events are taken after an overflow, and after an aborted write; every global error is
 * acknowledged; an access that stalled, or a page request, of a device that nobody handles
 * is answered; without memory for its tables and queues bring-up fails, and says so.
 */
#include "models/smmuv3/regs.h"
#include "system/smmuv3/driver.h"
#include "tests/system/driver_rig.h"

#define SVA "workloads/uadk-sva.yaml"
#define PCIE "workloads/pcie-sva.yaml"

static struct sys_smmu *smmu;

static void start(const char *file, const char *const *settings)
{
	rig_start(file, settings);
	smmu = to_smmu(rig.iommu);
}

static int setup(void **state)
{
	start(SVA, NULL);
	return 0;
}

static int setup_pcie(void **state)
{
	start(PCIE, NULL);
	return 0;
}

static u32 active_errors(void)
{
	return smmu_mmio_read(smmu->model, ARM_SMMU_GERROR, 4) ^
	       smmu_mmio_read(smmu->model, ARM_SMMU_GERRORN, 4);
}

/* --- the command queue --- */

static void invalidate(void)
{
	sys_smmu_tlb_inv_asid(smmu, 1);
}

/* One that does not exist, between two that do. */
static void issue_bad(void)
{
	const u64 cmds[3][2] = {{CMDQ_OP_TLBI_NSNH_ALL}, {0xff}, {CMDQ_OP_TLBI_NSNH_ALL}};

	sys_smmu_issue(smmu, cmds, 3, true);
}

static void a_refused_command_is_replaced(void **state)
{
	for (u32 i = 0; i < 3; i++) {
		rig_run_thread(issue_bad);
		assert_int_equal(active_errors(), 0);
		rig_run_thread(invalidate);
	}
}

static void forget(void)
{
	sys_smmu_atc_inv(rig.master.driver_data, 0, SYS_RANGE_ALL);
}

static void a_late_endpoint_does_not_stop_the_queue(void **state)
{
	struct smmu_stats stats;

	rig.nr_held = 1;
	rig_run_thread(forget);
	smmu_stats(smmu->model, &stats);
	assert_int_equal(rig.nr_invalidations, 1);
	assert_int_equal(stats.atc_inv_timeouts, 1);
	assert_int_equal(active_errors(), 0);
	rig_run_thread(forget);
	assert_int_equal(rig.nr_invalidations, 2);
}

/* --- events --- */

static u64 nr_events(void)
{
	struct smmu_stats stats;

	smmu_stats(smmu->model, &stats);
	return stats.evtq.popped;
}

static int setup_small_queue(void **state)
{
	const char *settings[] = {"smmu.features.evtq_lg2=1", "handler.mode=vfio",
				  "handler.iopf=false", NULL};

	start(SVA, settings);
	return 0;
}

static void events_are_taken_after_an_overflow(void **state)
{
	struct smmu_stats stats;
	u64 nr;

	rig_access_pages(0x10000, RIG_MAX_ACCESSES);
	smmu_stats(smmu->model, &stats);
	assert_true(stats.evtq.overflows > 0);
	nr = nr_events();
	assert_in_range(nr, 2, RIG_MAX_ACCESSES - 1);
	/* acknowledged: else nothing would be recorded any more */
	for (u32 i = 0; i < 3; i++)
		rig_access_pages(0x5000, 1);
	assert_int_equal(nr_events(), nr + 3);
}

static void events_are_taken_after_an_aborted_write(void **state)
{
	u64 nr = nr_events();

	mem_set_read_only(rig.mem, smmu->evtq.base, 4096);
	rig_access_pages(0x5000, 1);
	assert_int_equal(nr_events(), nr);
	assert_int_equal(active_errors(), 0);
	mem_set_read_only(rig.mem, 0, 0);
	rig_access_pages(0x5000, 1);
	assert_int_equal(nr_events(), nr + 1);
}

static void a_stall_that_nobody_handles_is_terminated(void **state)
{
	struct smmu_stats stats;

	assert_true(rig.master.can_stall);
	rig_access_pages(0x5000, 4);
	smmu_stats(smmu->model, &stats);
	assert_int_equal(stats.stalls, 4);
	assert_int_equal(nr_events(), 4);
}

/* --- without memory --- */

static void bring_up_without_memory_fails_cleanly(void **state)
{
	rig_grow(SVA, "handler.mode=vfio");
	rig_stop(state);
	rig_grow(PCIE, "handler.mode=vfio");
}

/* --- page requests --- */

static void an_unexpected_page_request_is_refused(void **state)
{
	for (u32 has_pasid = 0; has_pasid < 2; has_pasid++) {
		rig.nr_responses = 0;
		rig_page_request(7, has_pasid, false);
		assert_int_equal(rig.nr_responses, 0);
		rig_page_request(7, has_pasid, true);
		assert_int_equal(rig.nr_responses, 1);
		assert_int_equal(rig.response.code, PORT_PAGE_FAILURE);
		assert_int_equal(rig.response.prg_index, 7);
		assert_int_equal(rig.response.has_pasid, has_pasid);
		assert_int_equal(rig.response.pasid, has_pasid);
	}
}

int main(void)
{
#define T(test, setup) cmocka_unit_test_setup_teardown(test, setup, rig_stop)
	const struct CMUnitTest tests[] = {
		T(a_refused_command_is_replaced, setup),
		T(a_late_endpoint_does_not_stop_the_queue, setup_pcie),
		T(events_are_taken_after_an_overflow, setup_small_queue),
		T(events_are_taken_after_an_aborted_write, setup_small_queue),
		T(a_stall_that_nobody_handles_is_terminated, setup),
		cmocka_unit_test_teardown(bring_up_without_memory_fails_cleanly, rig_stop),
		T(an_unexpected_page_request_is_refused, setup_pcie),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
