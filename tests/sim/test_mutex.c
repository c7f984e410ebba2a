// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mutexes: exclusion under random load; spinning while the owner runs, sleeping
 * when it does not; one sleeper woken at a time; handed over after one vain
 * wake-up; statistics worked out by hand.
 */
#include "machine.h"
#include "sim/lock.h"
#include "sim/rng.h"

static struct sim_mutex *mutex;

static void make_mutex(struct sim_cpu_params params)
{
	start_machine(params);
	mutex = sim_alloc(sizeof(*mutex));
	sim_mutex_init(mutex, "mutex");
}

static const struct sim_lock_class *class_of_mutex(void)
{
	return sim_lock_class_get("mutex");
}

static void charge_and_settle(u64 ps)
{
	sim_charge(ps);
	sim_settle();
}

#define PS(n) ((void *)(uintptr_t)(n))

/* --- exclusion --- */

static u32 nr_inside, nr_violations, nr_entries;
static struct sim_rng rng;

static void random_hold(void)
{
	switch (sim_rng_below(&rng, 4)) {
	case 0:
		sim_sleep_ps(sim_rng_below(&rng, 200));
		break;
	case 1:
		sim_yield();
		break;
	default:
		charge_and_settle(sim_rng_below(&rng, 100));
	}
}

static void contender(void *arg)
{
	struct sim_thread *self = sim_thread_self();
	int i;

	for (i = 0; i < 400; i++) {
		charge_and_settle(sim_rng_below(&rng, 300));
		if (i % 5 == 4 && !sim_mutex_trylock(mutex))
			continue;
		if (i % 5 != 4)
			sim_mutex_lock(mutex, SIM_SITE_HERE);
		nr_violations += nr_inside++ != 0 || sim_mutex_owner(mutex) != self;
		random_hold();
		nr_violations += sim_mutex_owner(mutex) != self;
		nr_inside--;
		nr_entries++;
		sim_mutex_unlock(mutex);
	}
}

static struct sim_cpu_params random_params(u64 seed)
{
	struct sim_cpu_params params = free_params(6);

	params.line_cluster_ps = seed * 3;
	params.atomic_ps = seed % 3;
	params.wakeup_ps = seed % 4 * 100;
	params.wake_call_ps = seed % 5 * 10;
	params.switch_ps = seed % 3 * 20;
	params.slice_ps = 1000;
	return params;
}

static void excludes_and_lets_everyone_in_under_random_load(void **state)
{
	u64 seed, nr_sleeps = 0;
	int i;

	for (seed = 0; seed < 25; seed++) {
		make_mutex(random_params(seed));
		sim_rng_init(&rng, seed, "mutex");
		nr_inside = nr_violations = nr_entries = 0;
		for (i = 0; i < 9; i++)
			start_thread(i % 3 ? SIM_CLASS_NORMAL : SIM_CLASS_RT, i % 2 ? i % 6 : -1,
				     contender, NULL);
		/* Idle means: all ended, or a wake-up was lost. */
		run_to_end();
		assert_int_equal(nr_violations, 0);
		assert_true(nr_entries >= 9 * 320);
		assert_int_equal(class_of_mutex()->acquisitions, nr_entries);
		assert_false(sim_mutex_is_locked(mutex));
		nr_sleeps += class_of_mutex()->sleeps;
		sim_finish();
	}
	assert_true(nr_sleeps > 10000);
}

/* --- spinning --- */

#define HOLD 1000

static void hold_once(void *arg)
{
	charge_and_settle((uintptr_t)arg);
	sim_mutex_lock(mutex, SIM_SITE_HERE);
	note(sim_cpu_id());
	charge_and_settle(HOLD);
	sim_mutex_unlock(mutex);
}

static void uncontended_costs_one_atomic_each_way(void **state)
{
	struct sim_cpu_params params = free_params(1);

	params.line_hit_ps = 2;
	params.line_memory_ps = 80;
	params.atomic_ps = 5;
	make_mutex(params);
	start_thread(SIM_CLASS_NORMAL, 0, hold_once, PS(0));
	run_to_end();
	assert_note(0, 0, 80 + 5);
	assert_int_equal(sim_now_ps(), 85 + HOLD + 2 + 5);
	assert_int_equal(class_of_mutex()->contentions, 0);
	assert_int_equal(class_of_mutex()->hold->max, HOLD);
}

static void waiters_spin_in_order_while_the_owner_runs(void **state)
{
	const struct sim_lock_class *class;

	make_mutex(free_params(4));
	start_thread(SIM_CLASS_NORMAL, 0, hold_once, PS(0));
	start_thread(SIM_CLASS_NORMAL, 1, hold_once, PS(30));
	start_thread(SIM_CLASS_NORMAL, 2, hold_once, PS(10));
	start_thread(SIM_CLASS_NORMAL, 3, hold_once, PS(20));
	run_to_end();
	assert_note(1, 2, 1000);
	assert_note(2, 3, 2000);
	assert_note(3, 1, 3000);
	class = class_of_mutex();
	assert_int_equal(class->acquisitions, 4);
	assert_int_equal(class->contentions, 3);
	assert_int_equal(class->sleeps, 0);
	assert_int_equal(class->wait->min, 990);
	assert_int_equal(class->wait->max, 2970);
	assert_true(class->wait->total == 990 + 1980 + 2970);
	assert_true(class->hold->total == 4 * HOLD);
	assert_int_equal(class->sites[0].contentions, 3);
	assert_int_equal(class->sites[0].wait_total_ps, 990 + 1980 + 2970);
}

static void hold_and_run_on(void *arg)
{
	sim_mutex_lock(mutex, SIM_SITE_HERE);
	charge_and_settle(HOLD);
	sim_mutex_unlock(mutex);
	charge_and_settle(50 * HOLD);
	note(99);
}

static void spinner_notices_a_release_whose_thread_runs_on(void **state)
{
	make_mutex(free_params(2));
	start_thread(SIM_CLASS_NORMAL, 0, hold_and_run_on, NULL);
	start_thread(SIM_CLASS_NORMAL, 1, hold_once, PS(100));
	run_to_end();
	assert_note(0, 1, HOLD);
	assert_note(1, 99, 51 * HOLD);
}

static void spinner_pays_for_the_line(void **state)
{
	struct sim_cpu_params params = free_params(8);

	params.line_hit_ps = 1;
	params.line_cluster_ps = 20;
	params.line_socket_ps = 50;
	params.line_memory_ps = 80;
	params.atomic_ps = 5;
	make_mutex(params);
	start_thread(SIM_CLASS_NORMAL, 0, hold_once, PS(0));
	start_thread(SIM_CLASS_NORMAL, 4, hold_once, PS(500));
	run_to_end();
	/*
	 * 0 has it from 85 to 1085; releasing takes the line from 4, who reads it, looks twice,
	 * takes it away for the cmpxchg, and lets the next spinner in.
	 */
	assert_note(0, 0, 85);
	assert_note(1, 4, 1085 + 55 + 50 + 1 + 55 + 6);
}

static void sleep_and_hold(void *arg)
{
	sim_mutex_lock(mutex, SIM_SITE_HERE);
	note(sim_cpu_id());
	charge_and_settle(200);
	sim_sleep_ps((uintptr_t)arg);
	charge_and_settle(100);
	sim_mutex_unlock(mutex);
	note(100 + sim_cpu_id());
}

static void waiter_stops_spinning_when_the_owner_sleeps(void **state)
{
	struct sim_cpu_params params = free_params(2);
	struct sim_cpu_stats stats;

	params.wakeup_ps = 40;
	params.switch_ps = 3;
	make_mutex(params);
	start_thread(SIM_CLASS_NORMAL, 0, sleep_and_hold, PS(5000));
	start_thread(SIM_CLASS_NORMAL, 1, hold_once, PS(50));
	run_to_end();
	/* 0 has it at 43, sleeps at 243 to 5243, runs at 5286, releases at 5386. */
	assert_note(0, 0, 43);
	assert_note(1, 100, 5386);
	assert_note(2, 1, 5386 + 43);
	assert_int_equal(class_of_mutex()->sleeps, 1);
	assert_int_equal(class_of_mutex()->wait->max, 5429 - 93);
	sim_cpu_stats(1, &stats);
	assert_int_equal(stats.spin_ps, 243 - 93);
}

static void waiter_of_a_sleeping_owner_does_not_spin_at_all(void **state)
{
	struct sim_cpu_stats stats;

	make_mutex(free_params(2));
	start_thread(SIM_CLASS_NORMAL, 0, sleep_and_hold, PS(5000));
	start_thread(SIM_CLASS_NORMAL, 1, hold_once, PS(500));
	run_to_end();
	sim_cpu_stats(1, &stats);
	assert_int_equal(stats.spin_ps, 0);
	assert_int_equal(class_of_mutex()->sleeps, 1);
}

static void whole_queue_of_spinners_gives_up_when_the_owner_sleeps(void **state)
{
	struct sim_cpu_stats stats;
	int cpu;

	make_mutex(free_params(4));
	start_thread(SIM_CLASS_NORMAL, 0, sleep_and_hold, PS(5000));
	for (cpu = 1; cpu < 4; cpu++)
		start_thread(SIM_CLASS_NORMAL, cpu, hold_once, PS(cpu * 10));
	run_to_end();
	assert_int_equal(class_of_mutex()->sleeps, 3);
	for (cpu = 1; cpu < 4; cpu++) {
		/* Each has been spinning up to 200; after that it is someone else's turn. */
		sim_cpu_stats(cpu, &stats);
		assert_true(stats.spin_ps >= 200u - cpu * 10);
		assert_note(cpu + 1, cpu, 5300 + (cpu - 1) * HOLD);
	}
}

static void rt_body(void *arg)
{
	note(99);
	charge_and_settle((uintptr_t)arg);
}

struct delayed_wake {
	struct sim_event event;
	struct sim_thread *thread;
};

static void wake(struct sim_event *event)
{
	sim_thread_wake(((struct delayed_wake *)event)->thread);
}

static void wake_at(u64 ps, struct sim_thread *thread)
{
	struct delayed_wake *delayed = sim_alloc(sizeof(*delayed));

	sim_event_init(&delayed->event, wake);
	delayed->thread = thread;
	sim_event_schedule(&delayed->event, ps);
}

static void spinner_gives_way_to_who_wants_its_cpu(void **state)
{
	struct sim_cpu_stats stats;

	make_mutex(free_params(2));
	start_thread(SIM_CLASS_NORMAL, 0, hold_once, PS(0));
	start_thread(SIM_CLASS_NORMAL, 1, hold_once, PS(100));
	wake_at(400, make_thread(SIM_CLASS_RT, 1, rt_body, PS(50)));
	run_to_end();
	assert_note(1, 99, 400);
	assert_note(2, 1, 1000);
	assert_int_equal(class_of_mutex()->sleeps, 1);
	sim_cpu_stats(1, &stats);
	assert_int_equal(stats.spin_ps, 300);
}

static void spinner_gives_up_when_the_owner_is_preempted(void **state)
{
	make_mutex(free_params(2));
	start_thread(SIM_CLASS_NORMAL, 0, hold_once, PS(0));
	start_thread(SIM_CLASS_NORMAL, 1, hold_once, PS(100));
	wake_at(400, make_thread(SIM_CLASS_RT, 0, rt_body, PS(5000)));
	run_to_end();
	assert_int_equal(class_of_mutex()->sleeps, 1);
	assert_note(2, 1, 6000);
}

static void hold_for_a_second(void *arg)
{
	sim_mutex_lock(mutex, SIM_SITE_HERE);
	charge_and_settle(SIM_PS_PER_S);
	sim_mutex_unlock(mutex);
}

static void only_the_scheduler_ends_spinning(void **state)
{
	make_mutex(free_params(2));
	start_thread(SIM_CLASS_NORMAL, 0, hold_for_a_second, NULL);
	start_thread(SIM_CLASS_NORMAL, 1, hold_once, PS(100));
	run_to_end();
	assert_note(0, 1, SIM_PS_PER_S);
	assert_int_equal(class_of_mutex()->sleeps, 0);
}

static void a_spinner_whose_slice_is_over_gives_way(void **state)
{
	make_mutex(free_params(2));
	start_thread(SIM_CLASS_NORMAL, 0, hold_for_a_second, NULL);
	start_thread(SIM_CLASS_NORMAL, 1, hold_once, PS(100));
	/* Slices are 1000000. */
	start_thread(SIM_CLASS_NORMAL, 1, rt_body, PS(50));
	run_to_end();
	assert_note(0, 99, 1000000);
	assert_int_equal(class_of_mutex()->sleeps, 1);
}

/* --- sleeping --- */

static void sleep_while_holding(void *arg)
{
	charge_and_settle((uintptr_t)arg);
	sim_mutex_lock(mutex, SIM_SITE_HERE);
	note(sim_cpu_id());
	sim_sleep_ps(HOLD);
	sim_mutex_unlock(mutex);
}

static void sleepers_are_woken_one_at_a_time_in_order(void **state)
{
	struct sim_cpu_params params = free_params(4);
	int cpu;

	params.wakeup_ps = 500;
	make_mutex(params);
	for (cpu = 0; cpu < 4; cpu++)
		start_thread(SIM_CLASS_NORMAL, cpu, sleep_while_holding, PS(cpu * 10));
	run_to_end();
	for (cpu = 0; cpu < 4; cpu++) {
		struct sim_cpu_stats stats;

		/* Asleep for 1000, 500 until it runs, 500 until the next one does. */
		assert_note(cpu, cpu, 500 + cpu * (HOLD + 1000));
		/* Started, slept for the mutex, slept with it: nobody was woken in vain. */
		sim_cpu_stats(cpu, &stats);
		assert_int_equal(stats.switches, cpu ? 3 : 2);
	}
}

static bool is_stealing;

static void thief(void *arg)
{
	while (is_stealing) {
		sim_mutex_lock(mutex, SIM_SITE_HERE);
		note(sim_cpu_id());
		sim_sleep_ps(10000);
		sim_mutex_unlock(mutex);
	}
}

static void patient(void *arg)
{
	charge_and_settle(100);
	sim_mutex_lock(mutex, SIM_SITE_HERE);
	note(sim_cpu_id());
	is_stealing = false;
	sim_mutex_unlock(mutex);
}

static void sleeper_woken_in_vain_is_handed_the_mutex(void **state)
{
	struct sim_cpu_params params = free_params(2);

	params.wakeup_ps = 5000;
	make_mutex(params);
	is_stealing = true;
	start_thread(SIM_CLASS_NORMAL, 0, thief, NULL);
	start_thread(SIM_CLASS_NORMAL, 1, patient, NULL);
	run_to_end();
	/*
	 * Both start at 5000. Released and taken again at 20000, 5000 before the sleeper is there,
	 * who finds the owner asleep; at 35000 it is given away.
	 */
	assert_note(0, 0, 5000);
	assert_note(1, 0, 20000);
	assert_note(2, 1, 40000);
	assert_note(3, 0, 45000);
	assert_int_equal(seen.nr, 4);
}

/* A woken sleeper spins on a running owner instead of going back to sleep. */
static void woken_first_sleeper_spins_while_the_owner_runs(void **state)
{
	struct sim_cpu_params params = free_params(3);

	params.wakeup_ps = 300;
	make_mutex(params);
	start_thread(SIM_CLASS_NORMAL, 0, sleep_and_hold, PS(1000));
	start_thread(SIM_CLASS_NORMAL, 1, hold_once, PS(50));
	/* Takes it the moment 0 releases it, at 300 + 200 + 1000 + 300 + 100. */
	start_thread(SIM_CLASS_NORMAL, 2, hold_once, PS(1600));
	run_to_end();
	assert_note(1, 100, 1900);
	assert_note(2, 2, 1900);
	/* Woken at 2200 it finds 2 running and spins: no second wake-up. */
	assert_note(3, 1, 1900 + HOLD);
	assert_int_equal(class_of_mutex()->sleeps, 1);
}

static void try_once(void *arg)
{
	charge_and_settle(500);
	note(sim_mutex_trylock(mutex));
	charge_and_settle(600);
	note(sim_mutex_trylock(mutex));
	note(sim_mutex_owner(mutex) == sim_thread_self());
	sim_mutex_unlock(mutex);
}

static void trylock_takes_only_a_free_mutex(void **state)
{
	make_mutex(free_params(2));
	start_thread(SIM_CLASS_NORMAL, 0, hold_once, PS(0));
	start_thread(SIM_CLASS_NORMAL, 1, try_once, NULL);
	run_to_end();
	assert_note(1, 0, 500);
	assert_note(2, 1, 1100);
	assert_note(3, 1, 1100);
	assert_int_equal(class_of_mutex()->contentions, 0);
}

static void lock_atomic_body(void *arg)
{
	sim_preempt_disable();
	sim_mutex_lock(mutex, SIM_SITE_HERE);
}

static void lock_atomic(void)
{
	make_mutex(free_params(1));
	start_thread(SIM_CLASS_NORMAL, 0, lock_atomic_body, NULL);
	sim_run(SIM_TIME_NEVER);
}

static void locking_with_preemption_off_is_a_bug(void **state)
{
	assert_true(aborts_saying(lock_atomic, "sim_may_sleep"));
}

static void lock_twice(void *arg)
{
	sim_mutex_lock(mutex, SIM_SITE_HERE);
	sim_mutex_lock(mutex, SIM_SITE_HERE);
	note(0);
}

static void self_deadlock_ends_idle_with_the_mutex_held(void **state)
{
	make_mutex(free_params(1));
	start_thread(SIM_CLASS_NORMAL, 0, lock_twice, NULL);
	run_to_end();
	assert_int_equal(seen.nr, 0);
	assert_true(sim_mutex_is_locked(mutex));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(excludes_and_lets_everyone_in_under_random_load),
		MACHINE_TEST(uncontended_costs_one_atomic_each_way),
		MACHINE_TEST(waiters_spin_in_order_while_the_owner_runs),
		MACHINE_TEST(spinner_notices_a_release_whose_thread_runs_on),
		MACHINE_TEST(spinner_pays_for_the_line),
		MACHINE_TEST(waiter_stops_spinning_when_the_owner_sleeps),
		MACHINE_TEST(waiter_of_a_sleeping_owner_does_not_spin_at_all),
		MACHINE_TEST(whole_queue_of_spinners_gives_up_when_the_owner_sleeps),
		MACHINE_TEST(spinner_gives_way_to_who_wants_its_cpu),
		MACHINE_TEST(spinner_gives_up_when_the_owner_is_preempted),
		MACHINE_TEST(only_the_scheduler_ends_spinning),
		MACHINE_TEST(a_spinner_whose_slice_is_over_gives_way),
		MACHINE_TEST(sleepers_are_woken_one_at_a_time_in_order),
		MACHINE_TEST(sleeper_woken_in_vain_is_handed_the_mutex),
		MACHINE_TEST(woken_first_sleeper_spins_while_the_owner_runs),
		MACHINE_TEST(trylock_takes_only_a_free_mutex),
		MACHINE_TEST(locking_with_preemption_off_is_a_bug),
		MACHINE_TEST(self_deadlock_ends_idle_with_the_mutex_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
