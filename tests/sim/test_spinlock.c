// SPDX-License-Identifier: GPL-2.0-only
/*
 * Spinlocks: exclusion under random load, FIFO order, what waiting and handing
 * over cost, preemption, interrupts, and statistics worked out by hand.
 */
#include "machine.h"
#include "sim/lock.h"
#include "sim/rng.h"

static struct sim_spinlock *lock;

static void make_lock(struct sim_cpu_params params)
{
	start_machine(params);
	lock = sim_alloc(sizeof(*lock));
	sim_spinlock_init(lock, "lock");
}

static const struct sim_lock_class *class_of_lock(void)
{
	return sim_lock_class_get("lock");
}

static void charge_and_settle(u64 ps)
{
	sim_charge(ps);
	sim_settle();
}

/* --- exclusion --- */

static u32 nr_inside, nr_violations, nr_entries;
static struct sim_rng rng;

static void contender(void *arg)
{
	int i;

	for (i = 0; i < 400; i++) {
		charge_and_settle(sim_rng_below(&rng, 300));
		if (i % 5 == 4 && !sim_spin_trylock(lock))
			continue;
		if (i % 5 != 4)
			sim_spin_lock(lock, SIM_SITE_HERE);
		nr_violations += nr_inside++ != 0 || !sim_spin_is_locked(lock);
		charge_and_settle(sim_rng_below(&rng, 100));
		nr_inside--;
		nr_entries++;
		sim_spin_unlock(lock);
	}
}

static void excludes_under_random_load(void **state)
{
	u64 seed;
	int i;

	for (seed = 0; seed < 10; seed++) {
		struct sim_cpu_params params = free_params(6);

		params.line_cluster_ps = seed * 3;
		params.atomic_ps = seed % 3;
		params.slice_ps = 1000;
		make_lock(params);
		sim_rng_init(&rng, seed, "spin");
		nr_inside = nr_violations = nr_entries = 0;
		for (i = 0; i < 9; i++)
			start_thread(i % 2 ? SIM_CLASS_NORMAL : SIM_CLASS_RT, i % 6, contender,
				     NULL);
		run_to_end();
		assert_int_equal(nr_violations, 0);
		assert_int_equal(nr_inside, 0);
		assert_int_equal(class_of_lock()->acquisitions, nr_entries);
		assert_int_equal(class_of_lock()->hold->count, nr_entries);
		assert_true(class_of_lock()->contentions > 100);
		assert_false(sim_spin_is_locked(lock));
		sim_finish();
	}
}

/* --- order and time --- */

#define HOLD 1000

static void hold_once(void *arg)
{
	charge_and_settle((uintptr_t)arg);
	sim_spin_lock(lock, SIM_SITE_HERE);
	note(sim_cpu_id());
	sim_charge(HOLD);
	sim_spin_unlock(lock);
}

#define PS(n) ((void *)(uintptr_t)(n))

static void waiters_get_it_in_order_of_arrival(void **state)
{
	static const u64 arrival_ps[] = {0, 40, 10, 30, 20};
	static const u64 order[] = {0, 2, 4, 3, 1};
	int i;

	make_lock(free_params(5));
	for (i = 0; i < 5; i++)
		start_thread(SIM_CLASS_NORMAL, i, hold_once, PS(arrival_ps[i]));
	run_to_end();
	for (i = 0; i < 5; i++)
		assert_note(i, order[i], i * HOLD);
}

static void statistics_of_a_small_schedule(void **state)
{
	const struct sim_lock_class *class;

	make_lock(free_params(3));
	start_thread(SIM_CLASS_NORMAL, 0, hold_once, PS(0));
	start_thread(SIM_CLASS_NORMAL, 1, hold_once, PS(100));
	start_thread(SIM_CLASS_NORMAL, 2, hold_once, PS(250));
	run_to_end();
	class = class_of_lock();
	assert_int_equal(class->acquisitions, 3);
	assert_int_equal(class->contentions, 2);
	assert_int_equal(class->con_bounces, 2);
	assert_int_equal(class->acq_bounces, 2);
	assert_int_equal(class->sleeps, 0);
	/* 1 waits from 100 to 1000, 2 from 250 to 2000. */
	assert_int_equal(class->wait->count, 2);
	assert_int_equal(class->wait->min, 900);
	assert_int_equal(class->wait->max, 1750);
	assert_true(class->wait->total == 2650);
	assert_int_equal(class->hold->count, 3);
	assert_int_equal(class->hold->min, HOLD);
	assert_int_equal(class->hold->max, HOLD);
	assert_int_equal(class->sites[0].contentions, 2);
	assert_int_equal(class->sites[0].wait_total_ps, 2650);
	assert_string_equal(class->sites[0].site->func, "hold_once");
	assert_string_equal(class->sites[0].site->file, "test_spinlock.c");
	assert_null(class->sites[1].site);
}

static struct sim_cpu_params line_costs(void)
{
	struct sim_cpu_params params = free_params(16);

	params.line_hit_ps = 1;
	params.line_cluster_ps = 20;
	params.line_socket_ps = 50;
	params.line_remote_ps = 100;
	params.line_memory_ps = 80;
	params.atomic_ps = 5;
	return params;
}

static void uncontended_costs_one_atomic_and_one_store(void **state)
{
	make_lock(line_costs());
	start_thread(SIM_CLASS_NORMAL, 0, hold_once, PS(0));
	run_to_end();
	assert_note(0, 0, 80 + 5);
	assert_int_equal(sim_now_ps(), 85 + HOLD + 1);
	assert_int_equal(class_of_lock()->contentions, 0);
}

static void the_second_in_line_is_pending_without_a_node(void **state)
{
	make_lock(line_costs());
	start_thread(SIM_CLASS_NORMAL, 0, hold_once, PS(0));
	start_thread(SIM_CLASS_NORMAL, 8, hold_once, PS(500));
	run_to_end();
	assert_note(0, 0, 80 + 5);
	/*
	 * It has the line at 605 and set pending at 611. Held to 1085; the release takes the line
	 * back, the waiter reads it, and takes it away to write.
	 */
	assert_note(1, 8, 85 + HOLD + 100 + 100 + 100);
}

static void the_third_is_told_by_the_second_in_its_own_line(void **state)
{
	make_lock(line_costs());
	start_thread(SIM_CLASS_NORMAL, 0, hold_once, PS(0));
	start_thread(SIM_CLASS_NORMAL, 1, hold_once, PS(200));
	start_thread(SIM_CLASS_NORMAL, 4, hold_once, PS(400));
	start_thread(SIM_CLASS_NORMAL, 5, hold_once, PS(700));
	run_to_end();
	/*
	 * 0 releases at 1085 + 50. 1, pending, reads at 1155; 4, the head of the queue, at 1205;
	 * 1 takes the line away from it to write.
	 */
	assert_note(1, 1, 1205 + 50);
	/* 1 releases at 2305, 4 reads, writes, and tells 5 in the line of its node. */
	assert_note(2, 4, 2305 + 50 + 50 + 20);
	/* 4 releases at 3445, 5 reads and, alone in the queue, does one cmpxchg. */
	assert_note(3, 5, 3445 + 20 + 20 + 5);
}

static void spinning_time_is_accounted_as_such(void **state)
{
	struct sim_cpu_stats stats;

	make_lock(free_params(2));
	start_thread(SIM_CLASS_NORMAL, 0, hold_once, PS(0));
	start_thread(SIM_CLASS_NORMAL, 1, hold_once, PS(100));
	run_to_end();
	sim_cpu_stats(1, &stats);
	assert_int_equal(stats.spin_ps, 900);
	assert_int_equal(stats.normal_ps, 100 + HOLD);
}

/* --- preemption and interrupts --- */

static void rt_body(void *arg)
{
	note(99);
	charge_and_settle(10);
}

static struct sim_event rt_event;
static struct sim_thread *rt_thread;

static void wake_rt(struct sim_event *event)
{
	sim_thread_wake(rt_thread);
}

static void waiter_and_holder_are_not_preempted(void **state)
{
	make_lock(free_params(2));
	start_thread(SIM_CLASS_NORMAL, 0, hold_once, PS(0));
	start_thread(SIM_CLASS_NORMAL, 1, hold_once, PS(100));
	rt_thread = make_thread(SIM_CLASS_RT, 1, rt_body, NULL);
	sim_event_init(&rt_event, wake_rt);
	sim_event_schedule(&rt_event, 500);
	run_to_end();
	assert_note(1, 1, 1000);
	assert_note(2, 99, 2000);
}

static void irq_handler(struct sim_irq *irq)
{
	note(77);
	sim_charge(300);
}

static struct sim_irq irq;

static void raise_irq(struct sim_event *event)
{
	sim_irq_raise(&irq);
}

static void interrupts_run_on_top_of_a_waiter(void **state)
{
	make_lock(free_params(2));
	start_thread(SIM_CLASS_NORMAL, 0, hold_once, PS(0));
	start_thread(SIM_CLASS_NORMAL, 1, hold_once, PS(100));
	sim_irq_init(&irq, 1, 1, irq_handler);
	sim_event_init(&rt_event, raise_irq);
	sim_event_schedule(&rt_event, 900);
	run_to_end();
	/* The lock is its own from 1000, but it goes on only after the handler. */
	assert_note(1, 77, 900);
	assert_note(2, 1, 1200);
}

static void locking_handler(struct sim_irq *interrupt)
{
	sim_spin_lock(lock, SIM_SITE_HERE);
	note(55);
	sim_spin_unlock(lock);
}

static void handler_waits_for_a_lock_of_another_cpu(void **state)
{
	struct sim_cpu_stats stats;

	make_lock(free_params(2));
	start_thread(SIM_CLASS_NORMAL, 0, hold_once, PS(0));
	sim_irq_init(&irq, 1, 1, locking_handler);
	sim_event_init(&rt_event, raise_irq);
	sim_event_schedule(&rt_event, 400);
	run_to_end();
	assert_note(1, 55, 1000);
	sim_cpu_stats(1, &stats);
	assert_int_equal(stats.spin_ps, 600);
}

static void unlocker(void *arg)
{
	sim_spin_unlock(lock);
}

static void unlock_unowned(void)
{
	make_lock(free_params(2));
	start_thread(SIM_CLASS_NORMAL, 0, hold_once, PS(0));
	start_thread(SIM_CLASS_NORMAL, 1, unlocker, NULL);
	sim_run(SIM_TIME_NEVER);
}

static void unlocking_what_another_holds_is_a_bug(void **state)
{
	assert_true(aborts_saying(unlock_unowned, "owner"));
}

static void classes_are_numbered_by_first_init(void **state)
{
	struct sim_spinlock other, again;
	const struct sim_lock_class *class;

	make_lock(free_params(1));
	sim_spinlock_init(&other, "other");
	sim_spinlock_init(&again, "lock");
	assert_ptr_equal(again.base.class, lock->base.class);
	class = sim_lock_class_next(NULL);
	assert_string_equal(class->name, "lock");
	assert_int_equal(class->number, 1);
	class = sim_lock_class_next(class);
	assert_string_equal(class->name, "other");
	assert_int_equal(class->number, 2);
	assert_null(sim_lock_class_next(class));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(excludes_under_random_load),
		MACHINE_TEST(waiters_get_it_in_order_of_arrival),
		MACHINE_TEST(statistics_of_a_small_schedule),
		MACHINE_TEST(uncontended_costs_one_atomic_and_one_store),
		MACHINE_TEST(the_second_in_line_is_pending_without_a_node),
		MACHINE_TEST(the_third_is_told_by_the_second_in_its_own_line),
		MACHINE_TEST(spinning_time_is_accounted_as_such),
		MACHINE_TEST(waiter_and_holder_are_not_preempted),
		MACHINE_TEST(interrupts_run_on_top_of_a_waiter),
		MACHINE_TEST(handler_waits_for_a_lock_of_another_cpu),
		MACHINE_TEST(unlocking_what_another_holds_is_a_bug),
		MACHINE_TEST(classes_are_numbered_by_first_init),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
