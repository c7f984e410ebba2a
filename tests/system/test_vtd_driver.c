// SPDX-License-Identifier: GPL-2.0-only
/*
 * The VT-d driver where things go wrong. Claims: a descriptor that the unit refuses does not
 * stop the invalidation queue for others, ends nobody's wait early, and may be a wait itself;
 * who waits reads the fault status, told to or not; an endpoint that does not complete an
 * invalidation in time delays nobody for ever, and what was to wait for it is
 * done again; every fault record is taken, and after an overflow faults are recorded
 * anew; a page request that nobody expects is answered; without memory for its
 * tables and queues bring-up fails, and says so.
 */
#include <linux/bitfield.h>

#include "models/vtd/regs.h"
#include "system/vtd/driver.h"
#include "tests/system/driver_rig.h"

#define VTD "workloads/vtd-sva.yaml"

static struct sys_vtd *vtd;

static void start(const char *const *settings)
{
	rig_start(VTD, settings);
	vtd = to_vtd(rig.iommu);
}

static int setup(void **state)
{
	start(NULL);
	return 0;
}

static u32 status(void)
{
	return vtd_mmio_read(vtd->model, DMAR_FSTS_REG, 4);
}

/* --- the invalidation queue --- */

static void flush_all(void)
{
	sys_vtd_flush_domain(vtd, SYS_VTD_FIRST_DOMAIN_DID);
}

/* Of a type that does not exist, between two that do. */
static void submit_bad(void)
{
	const u64 descs[3][2] = {
		{INVDESC_TYPE_CC | 1 << 4}, {0xfULL << 9}, {INVDESC_TYPE_CC | 1 << 4}};

	sys_vtd_submit(vtd, descs, 3, false);
}

static void a_refused_descriptor_is_replaced(void **state)
{
	for (u32 i = 0; i < 3; i++) {
		rig_run_thread(submit_bad);
		assert_int_equal(status(), 0);
		rig_run_thread(flush_all);
	}
	/* all of the queue is free again, but for what is never used */
	assert_int_equal(vtd->qi.nr_free, SYS_VTD_QI_LENGTH);
}

static bool is_complete;

static void complete_held(struct sim_event *event)
{
	assert_int_equal(rig.nr_invalidations, 1);
	is_complete = true;
	rig.held->completed(rig.held);
}

/* The endpoint's invalidation is behind what is refused; is it complete when the wait is over? */
static void submit_bad_and_flush(void)
{
	const u64 descs[2][2] = {
		{0xfULL << 9},
		{INVDESC_TYPE_DEVTLB |
		 FIELD_PREP(INVDESC_0_SID,
			    (u64)((struct sys_vtd_master *)rig.master.driver_data)->sid)},
	};
	struct sim_event event;

	sim_event_init(&event, complete_held);
	sim_event_schedule(&event, sim_now_ps() + 20 * SIM_PS_PER_US);
	sys_vtd_submit(vtd, descs, 2, false);
	assert_true(is_complete);
}

static void a_refused_descriptor_ends_no_wait(void **state)
{
	is_complete = false;
	rig.nr_held = 1;
	rig_run_thread(submit_bad_and_flush);
	assert_int_equal(status(), 0);
	assert_int_equal(vtd->qi.nr_free, SYS_VTD_QI_LENGTH);
}

#define BAD (0xfULL << 9)

static struct {
	struct sim_event event;
	u64 after_ps;
	u32 index; /* of the wait */
	bool is_awaited;
} damage;

static pa_t damaged_word(void)
{
	return vtd->qi.base + SYS_VTD_QI_BYTES * damage.index;
}

static void damage_it(struct sim_event *event)
{
	damage.is_awaited = vtd->qi.status[damage.index] == SYS_VTD_QI_AWAITED;
	assert_int_equal(mem_write64(rig.mem, damaged_word(), BAD), 0);
}

static void flush_damaged(void)
{
	damage.index = ring_index(vtd->qi.free_head + 1, SYS_VTD_QI_LG2);
	sim_event_init(&damage.event, damage_it);
	sim_event_schedule(&damage.event, sim_now_ps() + damage.after_ps);
	flush_all();
}

/* Damaged at each moment, some of which are after it is written and before it is fetched. */
static void a_wait_that_is_refused_is_waited_for(void **state)
{
	u32 nr_mended = 0;

	for (u32 ns = 0; ns < 3000; ns += 10) {
		u64 word = 0;

		damage.after_ps = ns * SIM_PS_PER_NS;
		rig_run_thread(flush_damaged);
		assert_int_equal(status(), 0);
		mem_read64(rig.mem, damaged_word(), &word);
		nr_mended += damage.is_awaited && word != BAD;
	}
	assert_in_range(nr_mended, 1, 299);
	assert_int_equal(vtd->qi.nr_free, SYS_VTD_QI_LENGTH);
}

static void flush_endpoint(void)
{
	sys_vtd_flush_devtlb(rig.master.driver_data, SYS_VTD_RID_PASID, SYS_RANGE_ALL);
}

static void a_late_endpoint_is_asked_again(void **state)
{
	struct vtd_stats stats;

	rig.nr_held = 1;
	rig_run_thread(flush_endpoint);
	vtd_stats(vtd->model, &stats);
	assert_int_equal(stats.atc_inv_timeouts, 1);
	assert_int_equal(rig.nr_invalidations, 2);
	assert_int_equal(status(), 0);
	rig_run_thread(flush_all);
	assert_int_equal(vtd->qi.nr_free, SYS_VTD_QI_LENGTH);
}

/* Whoever looks next clears it: nobody else would hear of errors any more. */
static void a_completion_that_comes_too_late_is_acknowledged(void **state)
{
	rig.nr_held = 1;
	rig_run_thread(flush_endpoint);
	rig.held->completed(rig.held);
	rig_run();
	assert_int_equal(status(), FSTS_ICE);
	rig_run_thread(flush_all);
	assert_int_equal(status(), 0);
}

/* As a driver of hardware, which nobody tells. */
static void the_fault_status_is_read_by_who_waits(void **state)
{
	rig.nr_held = 1;
	rig_run_thread(flush_endpoint);
	rig.held->completed(rig.held);
	rig_run();
	assert_int_equal(status(), FSTS_ICE);
	vtd->qi.has_fault = false;
	rig_run_thread(flush_all);
	assert_int_equal(status(), 0);
}

static bool is_other_over;

static void flush_beside(void *arg)
{
	for (u32 i = 0; i < 8; i++)
		flush_all();
	is_other_over = true;
}

/* Its wait is behind the one that is aborted, and is aborted with it. */
static void a_late_endpoint_loses_nobody_elses_invalidation(void **state)
{
	const struct sim_thread_attr attr = {.name = "beside", .cpu = 1};

	is_other_over = false;
	rig.nr_held = 2;
	sim_thread_wake(sim_thread_create(&attr, flush_beside, NULL));
	rig_run_thread(flush_endpoint);
	assert_true(is_other_over);
	assert_int_equal(rig.nr_invalidations, 3);
	assert_int_equal(vtd->qi.nr_free, SYS_VTD_QI_LENGTH);
}

static void fill_queue(void *arg)
{
	static const u64 descs[16][2] = {
		[0 ... 15] = {INVDESC_TYPE_IOTLB | 1 << 4},
	};

	for (u32 i = 0; i < 40; i++)
		sys_vtd_submit(vtd, descs, 16, false);
	++*(u32 *)arg;
}

static void a_full_queue_is_waited_for(void **state)
{
	u32 nr_over = 0;

	/* each has 17 descriptors of 256 in it at a time */
	for (int cpu = 0; cpu < 24; cpu++) {
		const struct sim_thread_attr attr = {.name = "filler", .cpu = cpu};

		sim_thread_wake(sim_thread_create(&attr, fill_queue, &nr_over));
	}
	rig_run();
	assert_int_equal(nr_over, 24);
	assert_int_equal(vtd->qi.nr_free, SYS_VTD_QI_LENGTH);
}

/* --- faults --- */

static void every_fault_record_is_taken(void **state)
{
	struct vtd_stats stats;

	rig_access_pages(0x5000, 1);
	assert_int_equal(status() & (FSTS_PPF | FSTS_PFO), 0);
	/* more than there are registers for */
	rig_access_pages(0x10000, RIG_MAX_ACCESSES);
	vtd_stats(vtd->model, &stats);
	assert_true(stats.faults_lost > 0);
	assert_int_equal(stats.faults + stats.faults_lost, 1 + RIG_MAX_ACCESSES);
	assert_int_equal(status() & (FSTS_PPF | FSTS_PFO), 0);
	rig_access_pages(0x5000, 1);
	vtd_stats(vtd->model, &stats);
	assert_int_equal(stats.faults + stats.faults_lost, 2 + RIG_MAX_ACCESSES);
	assert_int_equal(status() & FSTS_PPF, 0);
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
		assert_int_equal(rig.response.code, PORT_PAGE_INVALID);
		assert_int_equal(rig.response.prg_index, 7);
		assert_int_equal(rig.response.has_pasid, has_pasid);
		assert_int_equal(rig.response.pasid, has_pasid);
	}
}

/* --- without memory --- */

static void bring_up_without_memory_fails_cleanly(void **state)
{
	rig_grow(VTD, "vtd.driver.prq_order=7");
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, setup, rig_stop)
	const struct CMUnitTest tests[] = {
		T(a_refused_descriptor_is_replaced),
		T(a_refused_descriptor_ends_no_wait),
		T(a_wait_that_is_refused_is_waited_for),
		T(the_fault_status_is_read_by_who_waits),
		T(a_late_endpoint_is_asked_again),
		T(a_completion_that_comes_too_late_is_acknowledged),
		T(a_late_endpoint_loses_nobody_elses_invalidation),
		T(a_full_queue_is_waited_for),
		T(every_fault_record_is_taken),
		T(an_unexpected_page_request_is_refused),
		cmocka_unit_test_teardown(bring_up_without_memory_fails_cleanly, rig_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
