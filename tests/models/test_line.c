// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorem: what goes into a line comes out in order, each at its time or when the one before
 * it does; what is taken before does not come any more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/common/line.h"
#include "sim/sim.h"

#define NR 100

static struct line line;
static struct line_item items[NR];
static u32 order[NR], nr_ended;
static u64 ended_ps[NR];

static void ended(struct line *from, struct line_item *item)
{
	assert_ptr_equal(from, &line);
	assert_null(item->next);
	ended_ps[nr_ended] = sim_now_ps();
	order[nr_ended++] = item - items;
}

static int setup(void **state)
{
	nr_ended = 0;
	assert_int_equal(sim_init(1, 0), 0);
	line_init(&line, ended);
	return 0;
}

static int teardown(void **state)
{
	line_finish(&line);
	sim_finish();
	return 0;
}

static void items_come_in_order_and_never_before_their_time(void **state)
{
	u64 last_ps = 0;

	for (u32 i = 0; i < NR; i++)
		line_add(&line, &items[i], 1000 + i * 7919 % 503);
	assert_int_equal(line.list.count, NR);
	assert_int_equal(sim_run(SIM_TIME_NEVER), SIM_RUN_IDLE);
	assert_int_equal(nr_ended, NR);
	for (u32 i = 0; i < NR; i++) {
		u64 own_ps = 1000 + i * 7919 % 503;

		last_ps = own_ps > last_ps ? own_ps : last_ps;
		assert_int_equal(order[i], i);
		assert_int_equal(ended_ps[i], last_ps);
	}
}

static void taken_items_do_not_come(void **state)
{
	for (u32 i = 0; i < 3; i++)
		line_add(&line, &items[i], 100 * (i + 1));
	assert_ptr_equal(line_take(&line), &items[0]);
	assert_int_equal(sim_run(SIM_TIME_NEVER), SIM_RUN_IDLE);
	assert_int_equal(nr_ended, 2);
	assert_int_equal(order[0], 1);
	assert_int_equal(ended_ps[0], 200);
	assert_null(line_take(&line));
}

static void again(struct line *from, struct line_item *item)
{
	ended(from, item);
	if (nr_ended < 5)
		line_add(from, item, sim_now_ps() + 10);
}

static void an_item_may_enter_again_when_it_has_come(void **state)
{
	line.ended = again;
	line_add(&line, &items[0], 10);
	assert_int_equal(sim_run(SIM_TIME_NEVER), SIM_RUN_IDLE);
	assert_int_equal(nr_ended, 5);
	assert_int_equal(ended_ps[4], 50);
}

static void items_are_removed_from_wherever_they_are(void **state)
{
	for (u32 gone = 0; gone < 3; gone++) {
		struct line_list list = {0};

		for (u32 i = 0; i < 3; i++)
			line_list_add(&list, &items[i]);
		assert_true(line_list_remove(&list, &items[gone]));
		assert_false(line_list_remove(&list, &items[gone]));
		line_list_add(&list, &items[gone]);
		assert_int_equal(list.count, 3);
		for (u32 i = 0; i < 3; i++) {
			if (i != gone)
				assert_ptr_equal(line_list_take(&list), &items[i]);
		}
		assert_ptr_equal(line_list_take(&list), &items[gone]);
		assert_null(line_list_take(&list));
	}
}

static void finished_line_forgets(void **state)
{
	line_add(&line, &items[0], 10);
	line_finish(&line);
	assert_int_equal(sim_run(SIM_TIME_NEVER), SIM_RUN_IDLE);
	assert_int_equal(nr_ended, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(items_come_in_order_and_never_before_their_time),
		TEST(taken_items_do_not_come),
		TEST(an_item_may_enter_again_when_it_has_come),
		TEST(items_are_removed_from_wherever_they_are),
		TEST(finished_line_forgets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
