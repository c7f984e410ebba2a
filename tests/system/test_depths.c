// SPDX-License-Identifier: GPL-2.0-only
/*
 * How full a queue is over time, by times worked out by hand: the p99 depth is the least that
 * was not exceeded for 99 % of the time, exact below 128 and at most 1/64 above beyond; full is
 * full only at the capacity.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/event.h"
#include "sim/sim.h"
#include "sim/time.h"
#include "system/measure/depths.h"

static struct sys_depths depths;

static int setup(void **state)
{
	return sim_init(1, 0);
}

static int teardown(void **state)
{
	sim_finish();
	return 0;
}

static void nothing(struct sim_event *event)
{
}

/* It has @depth for so long. */
static void stay(u32 depth, u64 ps)
{
	struct sim_event end;

	sys_depths_note(&depths, depth);
	sim_event_init(&end, nothing);
	sim_event_schedule(&end, sim_now_ps() + ps);
	sim_run(SIM_TIME_NEVER);
}

static void start(u32 capacity)
{
	depths = (struct sys_depths){0};
	sys_depths_start(&depths, capacity);
}

static void p99_is_not_exceeded_for_99_percent_of_the_time(void **state)
{
	start(1000);
	stay(3, 98900);
	stay(7, 100);
	stay(90, 1000);
	stay(0, 0);
	sys_depths_end(&depths);
	assert_int_equal(depths.times.p99_depth, 7);

	start(1000);
	stay(3, 98999);
	stay(90, 1001);
	sys_depths_end(&depths);
	assert_int_equal(depths.times.p99_depth, 90);

	start(1000);
	stay(0, 100000);
	sys_depths_end(&depths);
	assert_int_equal(depths.times.p99_depth, 0);
}

static void p99_is_near_whatever_the_depth(void **state)
{
	for (u32 depth = 1; depth < 1U << 20; depth += 1 + depth / 7) {
		start(1U << 21);
		stay(depth, 1000);
		sys_depths_end(&depths);
		assert_true(depths.times.p99_depth >= depth);
		assert_true(depths.times.p99_depth - depth <= depth / 64);
		assert_true(depth >= 128 || depths.times.p99_depth == depth);
	}
}

static void full_is_at_the_capacity(void **state)
{
	start(4);
	stay(3, 700);
	stay(4, 200);
	stay(0, 100);
	sys_depths_end(&depths);
	assert_int_equal(depths.times.full_ps, 200);
	assert_int_equal(depths.times.used_ps, 900);
	assert_int_equal(depths.times.p99_depth, 4);
	assert_int_equal(depths.times.mean_depth_milli, (3 * 700 + 4 * 200));
	assert_int_equal(depths.times.at_depth_ps[0], 100);
	assert_int_equal(depths.times.at_depth_ps[2], 700);
	assert_int_equal(depths.times.at_depth_ps[3], 200);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(p99_is_not_exceeded_for_99_percent_of_the_time),
		T(p99_is_near_whatever_the_depth),
		T(full_is_at_the_capacity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
