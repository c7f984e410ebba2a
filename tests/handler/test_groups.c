// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page request groups and their answers, whatever handles them:
 *  - a fault gets exactly one answer, by either dispatch;
 *  - a group of several parts is answered once, after its last part, and only
 *    its own parts belong to it;
 *  - an overflow forgets the parts of groups that are not whole, and no more;
 *  - a part that fails makes the group fail;
 *  - a second answer, and one for an unknown group, are refused;
 *  - a fault of a device that is attached to nothing is INVALID;
 *  - unregistering discards partial groups, answers what waits, waits for what is
 *    being handled, and refuses what comes later with an answer;
 *  - all that with partial groups in a list and in a tree; in the tree the search
 *    for a group's parts does not grow with the other groups' number as in the list;
 *  - parts of groups that the hardware has answered are forgotten when it is said.
 */
#include "tests/handler/world.h"

static void fault_each_way(void *arg)
{
	for (int dispatch = PFH_DISPATCH_INLINE; dispatch < PFH_NR_DISPATCHES; dispatch++) {
		struct world world;

		world_open(&world, dispatch);
		world_attach(&world, "core-path", 0);
		for (u32 i = 0; i < 64; i++) {
			assert_int_equal(world_write(&world, 0, IOVA + i * PAGE), PFH_RESP_SUCCESS);
			assert_true(world_reaches(&world, 0, IOVA + i * PAGE, true));
		}
		assert_int_equal(world.mock->nr_faults, 64);
		world_close(&world);
	}
}

static void fault_gets_exactly_one_answer(void **state)
{
	machine_run(0, fault_each_way, NULL);
}

#define NO_MORE ~0u

/* Parts of a group. */
struct parts {
	u32 pages[4]; /* NO_MORE at the end */
	bool has_last;
};

static void report_parts(struct world *world, u32 grpid, struct parts parts)
{
	for (const u32 *page = parts.pages; *page != NO_MORE; page++) {
		struct pfh_fault fault = {
			.addr = IOVA + *page * PAGE,
			.grpid = grpid,
			.perm = PFH_PERM_READ,
			.flags = parts.has_last && page[1] == NO_MORE ? PFH_FAULT_LAST_PAGE : 0,
		};

		assert_int_equal(mock_device_report(world->devices[0], &fault), 0);
	}
}

static void several_parts(void *arg)
{
	struct world world;
	struct mock_device *mdev;

	world_open(&world, PFH_DISPATCH_WORKQUEUE);
	world_attach(&world, "core-path", 0);
	mdev = world.devices[0];
	report_parts(&world, 1, (struct parts){{0, 1, 2, NO_MORE}, false});
	report_parts(&world, 2, (struct parts){{10, 11, NO_MORE}, false});
	msleep(1);
	assert_int_equal(mdev->nr_answers, 0);
	report_parts(&world, 1, (struct parts){{3, NO_MORE}, true});
	assert_true(mock_device_wait(mdev));
	assert_int_equal(mdev->nr_answers, 1);
	assert_int_equal(mdev->answer[1], PFH_RESP_SUCCESS);
	for (u32 i = 0; i < 12; i++)
		assert_int_equal(world_reaches(&world, 0, IOVA + i * PAGE, false), i < 4);
	report_parts(&world, 2, (struct parts){{12, NO_MORE}, true});
	assert_true(mock_device_wait(mdev));
	assert_int_equal(mdev->nr_answers, 2);
	assert_true(world_reaches(&world, 0, IOVA + 10 * PAGE, false));
	world_close(&world);
}

static void group_of_several_parts_is_answered_once(void **state)
{
	machine_run(0, several_parts, NULL);
}

/* The index is used again, for something else: nothing of before may be in the new group. */
static void overflow(void *arg)
{
	struct world world;
	struct mock_device *mdev, *other;

	world_open(&world, PFH_DISPATCH_INLINE);
	world_attach(&world, "core-path", 0);
	mdev = world.devices[0];
	other = world.devices[1];
	report_parts(&world, 1, (struct parts){{0, 999, NO_MORE}, false});
	report_parts(&world, 2, (struct parts){{5, 6, NO_MORE}, true});
	pfh_discard_partials(other->pdev);
	pfh_discard_partials(mdev->pdev);
	assert_int_equal(mdev->nr_answers, 1);
	report_parts(&world, 1, (struct parts){{3, NO_MORE}, true});
	assert_int_equal(mdev->nr_answers, 2);
	assert_int_equal(mdev->answer[1], PFH_RESP_SUCCESS);
	assert_false(world_reaches(&world, 0, IOVA, false));
	assert_true(world_reaches(&world, 0, IOVA + 3 * PAGE, false));
	assert_true(world_reaches(&world, 0, IOVA + 5 * PAGE, false));
	/* only that device's */
	report_parts(&world, 4, (struct parts){{999, NO_MORE}, false});
	pfh_discard_partials(other->pdev);
	report_parts(&world, 4, (struct parts){{4, NO_MORE}, true});
	assert_int_equal(mdev->answer[4], PFH_RESP_INVALID);
	world_close(&world);
}

static void overflow_forgets_what_is_not_whole(void **state)
{
	machine_run(0, overflow, NULL);
}

static void bad_part(void *arg)
{
	struct world world;
	struct mock_device *mdev;

	world_open(&world, PFH_DISPATCH_INLINE);
	world_attach(&world, "core-path", 0);
	mdev = world.devices[0];
	report_parts(&world, 5, (struct parts){{0, 999, 1, NO_MORE}, true});
	assert_int_equal(mdev->nr_answers, 1);
	assert_int_equal(mdev->answer[5], PFH_RESP_INVALID);
	world_close(&world);
}

static void part_that_fails_makes_the_group_fail(void **state)
{
	machine_run(0, bad_part, NULL);
}

/* Make handlers slow, so that groups can be met on their way. */
static void slow_pin(struct mock_mm *mock, unsigned long addr)
{
	msleep(2);
}

static void answer_twice(void *arg)
{
	struct world world;
	struct mock_device *mdev;
	struct pfh_fault fault;
	struct pfh_response response = {.code = PFH_RESP_FAILURE};

	world_open(&world, PFH_DISPATCH_WORKQUEUE);
	world_attach(&world, "core-path", 0);
	mdev = world.devices[0];
	assert_int_equal(pfh_respond(mdev->pdev, &response), -ENOENT);

	world.mock->on_pin = slow_pin;
	fault = world_fault(&world, IOVA, PFH_PERM_READ);
	response.grpid = fault.grpid;
	assert_int_equal(mock_device_report(mdev, &fault), 0);
	msleep(1);
	/* Not this group: it has no PASID. */
	response.pasid_valid = true;
	assert_int_equal(pfh_respond(mdev->pdev, &response), -ENOENT);
	response.pasid_valid = false;
	assert_int_equal(pfh_respond(mdev->pdev, &response), 0);
	assert_int_equal(pfh_respond(mdev->pdev, &response), -ENOENT);
	msleep(5);
	/* The handler has come to its end and found the group answered. */
	assert_int_equal(mdev->nr_answers, 1);
	assert_int_equal(mdev->answer[fault.grpid], PFH_RESP_FAILURE);
	world_close(&world);
}

static void second_or_unknown_answer_is_refused(void **state)
{
	machine_run(0, answer_twice, NULL);
}

static void attached_to_nothing(void *arg)
{
	struct world world;

	world_open(&world, PFH_DISPATCH_WORKQUEUE);
	assert_int_equal(world_read(&world, 0, IOVA), PFH_RESP_INVALID);
	world_attach(&world, "core-path", 1);
	assert_int_equal(world_read(&world, 0, IOVA), PFH_RESP_INVALID);
	world_close(&world);
}

static void fault_of_a_device_attached_to_nothing_is_invalid(void **state)
{
	machine_run(0, attached_to_nothing, NULL);
}

/* --- unregistering --- */

struct late_reporter {
	struct world *world;
	struct pfh_device *pdev;
	u32 first_grpid, nr;
};

/* A driver's event thread, which has a reference of its own. */
static void report_on(void *arg)
{
	struct late_reporter *reporter = arg;

	for (u32 i = 0; i < reporter->nr; i++) {
		struct pfh_fault fault = {
			.addr = IOVA + (i % 64) * PAGE,
			.grpid = reporter->first_grpid + i,
			.perm = PFH_PERM_WRITE,
			.flags = i % 5 == 4 ? 0 : PFH_FAULT_LAST_PAGE,
		};
		struct mock_device *mdev = reporter->world->devices[0];

		if (fault.flags) {
			mdev->is_waiting[fault.grpid] = true;
			mdev->nr_waiting++;
		}
		pfh_report_fault(reporter->pdev, &fault);
		udelay(3);
		sim_settle();
	}
	pfh_device_put(reporter->pdev);
}

static void unregister_while_reporting(struct world *world, const char *design, u64 delay_us)
{
	struct mock_device *mdev = world->devices[0];
	struct late_reporter reporters[2];

	world_attach(world, design, 0);
	if (delay_us % 2)
		world->mock->on_pin = slow_pin;
	for (u32 i = 0; i < 2; i++) {
		reporters[i] = (struct late_reporter){
			.world = world,
			.pdev = pfh_device_get(mdev->pdev),
			.first_grpid = i * 200,
			.nr = 100,
		};
		machine_start(i + 1, report_on, &reporters[i]);
	}
	udelay(delay_us);
	world_unregister(world, 0);
	assert_true(mock_device_wait(mdev));
	msleep(20);
	assert_int_equal(mdev->nr_answers, 160);
	assert_false(mdev->faults_enabled);
}

static void unregister_at_any_time(void *arg)
{
	/* Times from before the first report to after the last. */
	for (u64 delay_us = 0; delay_us < 700; delay_us += 61) {
		for (int dispatch = 0; dispatch < PFH_NR_DISPATCHES; dispatch++) {
			struct world world;

			world_open(&world, dispatch);
			unregister_while_reporting(&world, "core-path", delay_us);
			world_close(&world);
		}
	}
}

static void unregistering_with_faults_in_flight_answers_all(void **state)
{
	machine_run(0, unregister_at_any_time, NULL);
}

static void discard(void *arg)
{
	struct world world;

	world_open(&world, PFH_DISPATCH_INLINE);
	world_attach(&world, "core-path", 0);
	report_parts(&world, 7, (struct parts){{1, 2, 3, NO_MORE}, false});
	world_unregister(&world, 0);
	assert_int_equal(world.devices[0]->nr_answers, 0);
	world_close(&world);
}

static void unregistering_discards_partial_groups(void **state)
{
	machine_run(0, discard, NULL);
}

static void unregister_slow_answer(void *arg)
{
	struct world world;
	struct mock_device *mdev;
	struct pfh_fault fault;

	world_open(&world, PFH_DISPATCH_WORKQUEUE);
	mdev = world.devices[0];
	mdev->answer_delay_ms = 5;
	fault = world_fault(&world, IOVA, PFH_PERM_READ);
	mock_device_report(mdev, &fault);
	msleep(1);
	assert_int_equal(mdev->nr_answers, 0);
	world_unregister(&world, 0);
	assert_int_equal(mdev->nr_answers, 1);
	world_close(&world);
}

static void unregistering_waits_for_an_answer_under_way(void **state)
{
	machine_run(0, unregister_slow_answer, NULL);
}

static void pin_in_5_ms(struct mock_mm *mock, unsigned long addr)
{
	msleep(5);
}

static void flush_answered(void *arg)
{
	struct world world;
	struct mock_device *mdev;
	struct pfh_fault fault;
	struct pfh_response response = {.code = PFH_RESP_SUCCESS};

	world_open(&world, PFH_DISPATCH_WORKQUEUE);
	world_attach(&world, "range-lock", 0);
	mdev = world.devices[0];
	world.mock->on_pin = pin_in_5_ms;
	fault = world_fault(&world, IOVA, PFH_PERM_READ);
	response.grpid = fault.grpid;
	mock_device_report(mdev, &fault);
	msleep(1);
	assert_int_equal(pfh_respond(mdev->pdev, &response), 0);
	assert_true(mock_device_wait(mdev));
	assert_int_equal(mock_iommu()->nr_pages, 0);
	pfh_device_flush(mdev->pdev);
	assert_int_equal(mock_iommu()->nr_pages, 1);
	assert_int_equal(mdev->nr_answers, 1);
	world_close(&world);
}

static void flushing_waits_for_the_handler_of_what_is_answered(void **state)
{
	machine_run(0, flush_answered, NULL);
}

/* --- without memory --- */

static void report_nth(struct world *world, u32 nth)
{
	struct mock_device *mdev = world->devices[0];
	struct pfh_fault last = world_fault(world, IOVA, PFH_PERM_READ), part = last;
	u32 nr_answers = mdev->nr_answers;

	part.flags = 0;
	part.addr += PAGE;
	kapi_fail_nth(nth);
	mock_device_report(mdev, &part);
	mock_device_report(mdev, &last);
	assert_true(mock_device_wait(mdev));
	assert_int_equal(mdev->nr_answers, nr_answers + 1);
}

static void report_without_memory(void *arg)
{
	u32 nth = 0, left;
	struct world world;

	world_open(&world, PFH_DISPATCH_WORKQUEUE);
	do {
		world_attach(&world, "core-path", 0);
		report_nth(&world, ++nth);
		left = kapi_fail_nth_left();
		kapi_fail_nth(0);
		pfh_container_destroy(world.container);
		world.container = NULL;
		mock_mm_evict(world.mock, VA, 64 * PAGE);
	} while (!left);
	/* Part, group, pages of the mock, its arrays and the IOMMU's. */
	assert_true(nth > 5);
	/* The group itself: nothing can be tried again. */
	assert_int_equal(world.devices[0]->nr_by_code[PFH_RESP_FAILURE], 1);
	assert_true(world.devices[0]->nr_by_code[PFH_RESP_SUCCESS] >= 2);
	world_close(&world);
}

static void every_allocation_may_fail_and_the_device_gets_its_answer(void **state)
{
	machine_run(0, report_without_memory, NULL);
}

/* --- list and tree --- */

/* What the last part of a group costs while @nr other groups are not whole. */
static u64 last_part_ps(struct world *world, u32 nr)
{
	struct pfh_fault last = world_fault(world, IOVA, PFH_PERM_READ);
	u64 begin_ps;

	for (u32 i = 0; i < nr; i++) {
		struct pfh_fault part = {.addr = IOVA, .grpid = 100 + i, .perm = PFH_PERM_READ};

		assert_int_equal(mock_device_report(world->devices[0], &part), 0);
	}
	begin_ps = machine_now_ps();
	assert_int_equal(world_ask(world, 0, &last), PFH_RESP_SUCCESS);
	return machine_now_ps() - begin_ps;
}

static void search_partials(void *arg)
{
	u64 few_ps, many_ps;
	struct world world;

	world_open(&world, PFH_DISPATCH_INLINE);
	world_attach(&world, "core-path", 0);
	/* The first one maps the page. */
	last_part_ps(&world, 0);
	few_ps = last_part_ps(&world, 2);
	many_ps = last_part_ps(&world, 400);
	if (pfh_partial_tree)
		assert_true(many_ps < few_ps + 12 * TEST_HIT_PS);
	else
		assert_true(many_ps > few_ps + 390 * TEST_HIT_PS);
	/* The hardware has answered them all: a last part finds none of its group. */
	pfh_discard_partials(world.devices[0]->pdev);
	assert_true(last_part_ps(&world, 0) <= few_ps);
	world_close(&world);
}

static void search_for_parts_grows_in_the_list_only(void **state)
{
	machine_run(0, search_partials, NULL);
}

static int setup_tree(void **state)
{
	pfh_partial_tree = true;
	return machine_setup(state);
}

static int teardown_tree(void **state)
{
	pfh_partial_tree = false;
	return machine_teardown(state);
}

#define TEST_BOTH(fn)                                                                              \
	TEST_ON_MACHINE(fn),                                                                       \
	{                                                                                          \
#fn "_in_a_tree", fn, setup_tree, teardown_tree, NULL                              \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_BOTH(fault_gets_exactly_one_answer),
		TEST_BOTH(group_of_several_parts_is_answered_once),
		TEST_BOTH(overflow_forgets_what_is_not_whole),
		TEST_BOTH(part_that_fails_makes_the_group_fail),
		TEST_BOTH(second_or_unknown_answer_is_refused),
		TEST_BOTH(fault_of_a_device_attached_to_nothing_is_invalid),
		TEST_BOTH(unregistering_with_faults_in_flight_answers_all),
		TEST_BOTH(unregistering_discards_partial_groups),
		TEST_BOTH(unregistering_waits_for_an_answer_under_way),
		TEST_BOTH(flushing_waits_for_the_handler_of_what_is_answered),
		TEST_BOTH(every_allocation_may_fail_and_the_device_gets_its_answer),
		TEST_BOTH(search_for_parts_grows_in_the_list_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
