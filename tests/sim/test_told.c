// SPDX-License-Identifier: GPL-2.0-only
/* Locks of the software's own: what it says is counted as lock_stat counts, and who waits is known.
 */
#include "machine.h"
#include "sim/holds.h"
#include "sim/told.h"

static struct sim_lock_base *lock;

static void charge(u64 ps)
{
	sim_charge(ps);
	sim_settle();
}

static struct sim_lock_class *the_class(void)
{
	return sim_lock_class_get("&told->lock");
}

static void hold_for_100(void *arg)
{
	struct sim_told told = {.acq.base = lock};

	sim_told_acquired(&told);
	charge(100);
	sim_told_released(&told);
}

static void wait_for_60_and_hold_for_5(void *arg)
{
	struct sim_told told = {.acq.base = lock};

	charge(40);
	sim_told_contended(&told);
	sim_told_contended(&told);
	charge(60);
	sim_told_acquired(&told);
	charge(5);
	sim_told_released(&told);
}

static void waits_and_holds_are_counted(void **state)
{
	start_machine(free_params(2));
	lock = sim_told_lock("&told->lock");
	start_thread(SIM_CLASS_NORMAL, 0, hold_for_100, NULL);
	start_thread(SIM_CLASS_NORMAL, 1, wait_for_60_and_hold_for_5, NULL);
	run_to_end();
	assert_int_equal(the_class()->acquisitions, 2);
	assert_int_equal(the_class()->contentions, 1);
	assert_int_equal(the_class()->acq_bounces, 1);
	assert_int_equal(the_class()->con_bounces, 1);
	assert_int_equal(the_class()->wait->total, 60);
	assert_int_equal(the_class()->hold->total, 105);
	assert_int_equal(the_class()->busiest_hold_ps, 105);
}

static void read_for_10(void *arg)
{
	struct sim_told told = {.acq.base = lock, .is_shared = true};

	sim_told_acquired(&told);
	charge(10);
	sim_told_released(&told);
}

static void readers_hold_it_together(void **state)
{
	start_machine(free_params(2));
	lock = sim_told_lock("&told->lock");
	start_thread(SIM_CLASS_NORMAL, 0, read_for_10, NULL);
	start_thread(SIM_CLASS_NORMAL, 1, read_for_10, NULL);
	run_to_end();
	assert_int_equal(the_class()->acquisitions, 2);
	assert_int_equal(the_class()->hold->total, 20);
	assert_int_equal(the_class()->busiest_hold_ps, 0);
}

static void wait_and_give_up(void *arg)
{
	struct sim_told told = {.acq.base = lock};

	charge(10);
	sim_told_contended(&told);
	charge(10);
	sim_told_released(&told);
	charge(10);
}

static bool waits(const struct sim_thread *thread)
{
	struct sim_hold wait;

	return sim_thread_waits(thread, &wait) && wait.base == lock;
}

static void it_is_known_who_holds_and_who_waits(void **state)
{
	const struct sim_hold *holds;
	struct sim_thread *owner, *waiter;

	start_machine(free_params(2));
	lock = sim_told_lock("&told->lock");
	owner = start_thread(SIM_CLASS_NORMAL, 0, hold_for_100, NULL);
	waiter = start_thread(SIM_CLASS_NORMAL, 1, wait_and_give_up, NULL);
	sim_run(15);
	assert_true(waits(waiter));
	assert_false(waits(owner));
	assert_int_equal(sim_thread_holds(owner, &holds), 1);
	assert_ptr_equal(holds[0].base, lock);
	assert_false(holds[0].is_shared);
	sim_run(25);
	assert_false(waits(waiter));
	assert_int_equal(sim_thread_holds(waiter, &holds), 0);
	run_to_end();
	assert_int_equal(the_class()->acquisitions, 1);
	assert_int_equal(the_class()->contentions, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(waits_and_holds_are_counted),
		MACHINE_TEST(readers_hold_it_together),
		MACHINE_TEST(it_is_known_who_holds_and_who_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
