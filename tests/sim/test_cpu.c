// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPUs and threads, by schedules worked out by hand:
 *  - debt passes when settled, wake-ups cost what they cost and are placed where
 *    they should be;
 *  - RT preempts NORMAL, which shares by slices; what disables preemption delays;
 *  - no wake-up is lost; the statistics add up to the time.
 */
#include "machine.h"
#include "sim/rng.h"
#include <errno.h>
#include <string.h>

static void charge_and_settle(u64 ps)
{
	sim_charge(ps);
	sim_settle();
}

/* An event of the test: calls @fn(@arg) at a time. */
struct action {
	struct sim_event event;
	void (*fn)(void *arg);
	void *arg;
};

static void act(struct sim_event *event)
{
	struct action *action = (struct action *)event;

	action->fn(action->arg);
}

static void at(u64 ps, void (*fn)(void *arg), void *arg)
{
	struct action *action = sim_alloc(sizeof(*action));

	sim_event_init(&action->event, act);
	action->fn = fn;
	action->arg = arg;
	sim_event_schedule(&action->event, ps);
}

static void wake(void *thread)
{
	sim_thread_wake(thread);
}

/* A thread that notes its start, works for arg ps in one piece, notes its end. */
static void work(void *arg)
{
	note(sim_thread_number(sim_thread_self()));
	charge_and_settle((uintptr_t)arg);
	note(100 + sim_thread_number(sim_thread_self()));
}

#define PS(n) ((void *)(uintptr_t)(n))

static void debt_passes_only_when_settled_body(void *arg)
{
	sim_charge(300);
	sim_charge(200);
	note(0);
	sim_settle();
	note(1);
	sim_settle();
	note(2);
}

static void debt_passes_only_when_settled(void **state)
{
	start_machine(free_params(1));
	start_thread(SIM_CLASS_NORMAL, -1, debt_passes_only_when_settled_body, NULL);
	run_to_end();
	assert_note(0, 0, 0);
	assert_note(1, 1, 500);
	assert_note(2, 2, 500);
}

static void waking_an_idle_cpu_takes_wakeup_and_switch(void **state)
{
	struct sim_cpu_params params = free_params(2);

	params.wakeup_ps = 1000;
	params.switch_ps = 30;
	start_machine(params);
	start_thread(SIM_CLASS_NORMAL, 1, work, PS(500));
	run_to_end();
	assert_note(0, 1, 1030);
	assert_note(1, 101, 1530);
}

static void waking_a_busy_cpu_just_queues(void **state)
{
	struct sim_cpu_params params = free_params(1);
	struct sim_thread *late;

	params.wakeup_ps = 1000;
	params.switch_ps = 30;
	start_machine(params);
	start_thread(SIM_CLASS_NORMAL, -1, work, PS(500));
	late = make_thread(SIM_CLASS_NORMAL, -1, work, PS(5));
	at(1200, wake, late);
	run_to_end();
	assert_note(1, 101, 1530);
	assert_note(2, 2, 1560);
}

static void two_wakes_of_an_idle_cpu_share_its_wake_up(void **state)
{
	struct sim_cpu_params params = free_params(1);
	struct sim_thread *second;

	params.wakeup_ps = 1000;
	start_machine(params);
	start_thread(SIM_CLASS_NORMAL, 0, work, PS(10));
	second = make_thread(SIM_CLASS_NORMAL, 0, work, PS(10));
	at(900, wake, second);
	run_to_end();
	assert_note(0, 1, 1000);
	assert_note(2, 2, 1010);
}

static void waker(void *thread)
{
	note(0);
	sim_thread_wake(thread);
	note(1);
}

static void waker_pays_for_the_call(void **state)
{
	struct sim_cpu_params params = free_params(2);
	struct sim_thread *woken;

	params.wake_call_ps = 70;
	params.wakeup_ps = 1000;
	start_machine(params);
	woken = make_thread(SIM_CLASS_NORMAL, 1, work, PS(5));
	start_thread(SIM_CLASS_NORMAL, 0, waker, woken);
	run_to_end();
	assert_note(0, 0, 1000);
	assert_note(1, 1, 1070);
	assert_note(2, 1, 2070);
}

static void note_cpu(void *arg)
{
	note(sim_cpu_id());
	sim_park();
	note(sim_cpu_id());
}

static void busy(void *arg)
{
	charge_and_settle(1000);
}

/* CPU 5 of clusters 0-3, 4-7, 8-11, 12-15 and sockets 0-7, 8-15. */
static u32 placement_with_busy(u32 nr_busy, const int *busy_cpus)
{
	struct sim_thread *thread;
	u32 i;

	seen.nr = 0;
	start_machine(free_params(16));
	thread = make_thread(SIM_CLASS_NORMAL, -1, note_cpu, NULL);
	/* Gets it to CPU 5: all others below are busy at that moment. */
	for (i = 0; i < 5; i++)
		start_thread(SIM_CLASS_NORMAL, i, busy, NULL);
	start_thread(SIM_CLASS_NORMAL, 6, busy, NULL);
	start_thread(SIM_CLASS_NORMAL, 7, busy, NULL);
	sim_thread_wake(thread);
	run_to_end();
	assert_int_equal(seen.notes[0].what, 5);
	for (i = 0; i < nr_busy; i++)
		start_thread(SIM_CLASS_NORMAL, busy_cpus[i], busy, NULL);
	sim_thread_wake(thread);
	run_to_end();
	sim_finish();
	return seen.notes[1].what;
}

static void woken_thread_goes_to_its_last_cpu_else_the_nearest_idle_one(void **state)
{
	static const int some[] = {5, 4, 6, 7, 0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15};

	assert_int_equal(placement_with_busy(0, some), 5);
	assert_int_equal(placement_with_busy(1, some), 4);
	assert_int_equal(placement_with_busy(2, some), 6);
	assert_int_equal(placement_with_busy(4, some), 0);
	assert_int_equal(placement_with_busy(8, some), 8);
	assert_int_equal(placement_with_busy(15, some), 15);
	/* None idle: it queues where it was. */
	assert_int_equal(placement_with_busy(16, some), 5);
}

static struct sim_thread *make_thread_of(int first_cpu, u32 nr_cpus, void (*fn)(void *), void *arg)
{
	const struct sim_thread_attr attr = {.name = "test", .cpu = first_cpu, .nr_cpus = nr_cpus};
	struct sim_thread *thread = sim_thread_create(&attr, fn, arg);

	assert_non_null(thread);
	return thread;
}

static void thread_of_some_cpus_is_placed_among_them(void **state)
{
	struct sim_thread *thread;

	start_machine(free_params(16));
	thread = make_thread_of(6, 4, note_cpu, NULL);
	assert_int_equal(sim_thread_last_cpu(thread), 6);
	sim_thread_wake(thread);
	run_to_end();
	assert_int_equal(seen.notes[0].what, 6);
	/* The nearest idle one of its own: 7 is in its cluster, 4 is not for it. */
	start_thread(SIM_CLASS_NORMAL, 6, busy, NULL);
	start_thread(SIM_CLASS_NORMAL, 7, busy, NULL);
	sim_thread_wake(thread);
	run_to_end();
	assert_int_equal(seen.notes[1].what, 8);
}

static void idle_cpu_takes_over_only_who_may_run_there(void **state)
{
	struct sim_thread *thread;

	start_machine(free_params(16));
	thread = make_thread_of(4, 2, note_cpu, NULL);
	start_thread(SIM_CLASS_NORMAL, 4, busy, NULL);
	start_thread(SIM_CLASS_NORMAL, 5, work, PS(400));
	start_thread(SIM_CLASS_NORMAL, 6, work, PS(100));
	sim_run(10);
	sim_thread_wake(thread);
	run_to_end();
	/* CPU 6 is free first, at 100; 5 is at 400, and 4 would be at 1000. */
	assert_int_equal(seen.notes[seen.nr - 1].what, 5);
	assert_int_equal(seen.notes[seen.nr - 1].at_ps, 400);
}

static void moved_thread_is_placed_near_its_new_cpu(void **state)
{
	struct sim_thread *thread;

	start_machine(free_params(16));
	thread = make_thread(SIM_CLASS_NORMAL, -1, note_cpu, NULL);
	sim_thread_move(thread, 11);
	sim_thread_wake(thread);
	run_to_end();
	assert_int_equal(seen.notes[0].what, 11);
	sim_thread_move(thread, 3);
	assert_int_equal(sim_thread_last_cpu(thread), 3);
	sim_thread_wake(thread);
	run_to_end();
	assert_int_equal(seen.notes[1].what, 3);
}

static void on_sleep(bool is_going)
{
	charge_and_settle(10);
	note(is_going ? 1000 : 2000);
}

static void sleep_twice(void *arg)
{
	sim_thread_watch_sleep(on_sleep);
	sim_park();
	note(1);
	/* Woken before: nobody is told. */
	sim_thread_wake(sim_thread_self());
	sim_park();
	note(2);
	sim_thread_watch_sleep(NULL);
	sim_park();
	note(3);
}

static void watched_thread_tells_when_it_sleeps(void **state)
{
	static const u64 expected[] = {1000, 2000, 1, 2, 3};
	struct sim_thread *thread;

	start_machine(free_params(2));
	thread = start_thread(SIM_CLASS_NORMAL, 0, sleep_twice, NULL);
	at(100, wake, thread);
	at(200, wake, thread);
	run_to_end();
	assert_int_equal(seen.nr, 5);
	for (u32 i = 0; i < 5; i++)
		assert_int_equal(seen.notes[i].what, expected[i]);
	assert_int_equal(seen.notes[0].at_ps, 10);
	assert_int_equal(seen.notes[1].at_ps, 110);
}

static void note_cpu_of_each_wake(void *arg)
{
	for (;;) {
		note(sim_cpu_id());
		sim_park();
	}
}

/* Bound while it sleeps, and let go again: the other CPUs are busy, then idle. */
static void thread_that_is_bound_later_runs_there_from_its_next_wake_on(void **state)
{
	struct sim_thread *thread;

	start_machine(free_params(4));
	thread = start_thread(SIM_CLASS_NORMAL, -1, note_cpu_of_each_wake, NULL);
	run_to_end();
	sim_thread_bind(thread, 3);
	sim_thread_wake(thread);
	run_to_end();
	sim_thread_bind(thread, -1);
	start_thread(SIM_CLASS_NORMAL, 3, busy, NULL);
	sim_thread_wake(thread);
	run_to_end();
	assert_int_equal(seen.notes[0].what, 0);
	assert_int_equal(seen.notes[1].what, 3);
	assert_int_not_equal(seen.notes[2].what, 3);
}

static void become_rt(void *arg)
{
	sim_thread_set_class(sim_thread_self(), SIM_CLASS_RT);
	sim_park();
	note(1);
}

static void busy_and_note(void *arg)
{
	charge_and_settle(1000);
	note(2);
}

/* Woken at 100 it does not wait for the other, which would end at 1000. */
static void thread_that_becomes_real_time_preempts(void **state)
{
	struct sim_thread *thread;

	start_machine(free_params(1));
	thread = start_thread(SIM_CLASS_NORMAL, 0, become_rt, NULL);
	run_to_end();
	start_thread(SIM_CLASS_NORMAL, 0, busy_and_note, NULL);
	at(100, wake, thread);
	run_to_end();
	assert_note(0, 1, 100);
	assert_note(1, 2, 1000);
}

static void exit_early(void *arg)
{
	charge_and_settle(10);
	note(1);
	sim_charge(5);
	sim_thread_exit();
}

static void thread_that_exits_pays_its_debt_and_is_gone(void **state)
{
	struct sim_thread *thread;
	u32 number;

	start_machine(free_params(1));
	thread = start_thread(SIM_CLASS_NORMAL, 0, exit_early, NULL);
	number = sim_thread_number(thread);
	run_to_end();
	assert_int_equal(seen.nr, 1);
	assert_int_equal(sim_now_ps(), 15);
	assert_null(sim_thread_find(number));
}

static void bound_thread_stays_on_its_cpu(void **state)
{
	struct sim_thread *thread;

	start_machine(free_params(16));
	thread = start_thread(SIM_CLASS_NORMAL, 3, note_cpu, NULL);
	run_to_end();
	start_thread(SIM_CLASS_NORMAL, 3, busy, NULL);
	sim_thread_wake(thread);
	run_to_end();
	assert_note(0, 3, 0);
	assert_note(1, 3, 1000);
}

static void rt_preempts_normal_whose_debt_continues(void **state)
{
	struct sim_cpu_params params = free_params(1);
	struct sim_thread *rt;

	params.switch_ps = 10;
	start_machine(params);
	start_thread(SIM_CLASS_NORMAL, 0, work, PS(1000));
	rt = make_thread(SIM_CLASS_RT, 0, work, PS(200));
	at(310, wake, rt);
	run_to_end();
	assert_note(0, 1, 10);
	assert_note(1, 2, 320);
	assert_note(2, 102, 520);
	/* 300 were done before; switched back to once more. */
	assert_note(3, 101, 520 + 10 + 700);
}

static void expect_1(void *number)
{
	assert_int_equal(*(unsigned char *)number, 1);
}

static void expect_0(void *number)
{
	assert_int_equal(*(unsigned char *)number, 0);
}

/* Not while it waits for the CPU that another has taken from it. */
static void whether_a_thread_is_on_a_cpu_is_shown(void **state)
{
	static unsigned char on_cpu;
	struct sim_thread *normal, *rt;

	on_cpu = 7;
	start_machine(free_params(1));
	normal = make_thread(SIM_CLASS_NORMAL, 0, work, PS(1000));
	sim_thread_show_on_cpu(normal, &on_cpu);
	assert_int_equal(on_cpu, 0);
	sim_thread_wake(normal);
	rt = make_thread(SIM_CLASS_RT, 0, work, PS(200));
	at(300, expect_1, &on_cpu);
	at(310, wake, rt);
	at(400, expect_0, &on_cpu);
	at(600, expect_1, &on_cpu);
	run_to_end();
	assert_int_equal(on_cpu, 0);
}

static void rt_does_not_preempt_rt(void **state)
{
	struct sim_thread *second;

	start_machine(free_params(1));
	start_thread(SIM_CLASS_RT, 0, work, PS(1000));
	second = make_thread(SIM_CLASS_RT, 0, work, PS(10));
	at(300, wake, second);
	run_to_end();
	assert_note(1, 101, 1000);
	assert_note(2, 2, 1000);
}

static void normal_threads_share_by_slices(void **state)
{
	struct sim_cpu_params params = free_params(1);

	params.slice_ps = 1000;
	start_machine(params);
	start_thread(SIM_CLASS_NORMAL, 0, work, PS(2500));
	start_thread(SIM_CLASS_NORMAL, 0, work, PS(1500));
	run_to_end();
	/* 1: 0-1000, 2: -2000, 1: -3000, 2: -3500, 1: -4000 */
	assert_note(0, 1, 0);
	assert_note(1, 2, 1000);
	assert_note(2, 102, 3500);
	assert_note(3, 101, 4000);
}

static void slice_is_not_renewed_by_rt_preemption(void **state)
{
	struct sim_cpu_params params = free_params(1);
	struct sim_thread *rt;

	params.slice_ps = 1000;
	start_machine(params);
	start_thread(SIM_CLASS_NORMAL, 0, work, PS(2000));
	start_thread(SIM_CLASS_NORMAL, 0, work, PS(100));
	rt = make_thread(SIM_CLASS_RT, 0, work, PS(50));
	at(700, wake, rt);
	run_to_end();
	/* 1: 0-700, rt: -750, 1: -1050, 2: -1150 */
	assert_note(3, 2, 1050);
	assert_note(4, 102, 1150);
	assert_note(5, 101, 2150);
}

static void a_lone_thread_is_not_interrupted_by_slices(void **state)
{
	struct sim_cpu_stats stats;

	start_machine(free_params(1));
	start_thread(SIM_CLASS_NORMAL, 0, work, PS(100 * 1000000));
	run_to_end();
	sim_cpu_stats(0, &stats);
	assert_int_equal(stats.preemptions, 0);
	assert_int_equal(stats.switches, 1);
}

static void unpreemptible(void *arg)
{
	sim_charge(100);
	sim_preempt_disable();
	note(0);
	sim_preempt_disable();
	charge_and_settle(500);
	sim_preempt_enable();
	note(1);
	sim_charge(50);
	sim_preempt_enable();
	note(2);
}

static void preemption_waits_for_the_outermost_enable(void **state)
{
	struct sim_thread *rt;

	start_machine(free_params(1));
	start_thread(SIM_CLASS_NORMAL, 0, unpreemptible, NULL);
	rt = make_thread(SIM_CLASS_RT, 0, work, PS(1000));
	at(300, wake, rt);
	run_to_end();
	assert_note(0, 0, 100);
	assert_note(1, 1, 600);
	assert_note(2, 2, 650);
	assert_note(4, 2, 1650);
}

static void yielder(void *arg)
{
	int i;

	for (i = 0; i < 3; i++) {
		note((uintptr_t)arg);
		charge_and_settle(10);
		sim_yield();
	}
}

static void yield_goes_round(void **state)
{
	int i;

	start_machine(free_params(1));
	for (i = 0; i < 3; i++)
		start_thread(SIM_CLASS_RT, 0, yielder, PS(i));
	run_to_end();
	for (i = 0; i < 9; i++)
		assert_note(i, i % 3, i * 10);
}

/* --- park and wake --- */

static void park_twice(void *arg)
{
	charge_and_settle(1000);
	sim_park();
	note(0);
	sim_park();
	note(1);
}

static void wake_before_park_is_kept_once(void **state)
{
	struct sim_thread *thread;

	start_machine(free_params(1));
	thread = start_thread(SIM_CLASS_NORMAL, 0, park_twice, NULL);
	at(300, wake, thread);
	at(400, wake, thread);
	at(5000, wake, thread);
	run_to_end();
	assert_note(0, 0, 1000);
	assert_note(1, 1, 5000);
}

static struct {
	u32 nr_items, nr_taken;
	struct sim_thread *consumer;
	struct sim_rng rng;
} pipe_state;

#define NR_ITEMS 3000

static void producer(void *arg)
{
	int i;

	for (i = 0; i < NR_ITEMS; i++) {
		charge_and_settle(sim_rng_below(&pipe_state.rng, 40));
		pipe_state.nr_items++;
		sim_thread_wake(pipe_state.consumer);
	}
}

static void consumer(void *arg)
{
	while (pipe_state.nr_taken < NR_ITEMS) {
		while (pipe_state.nr_taken == pipe_state.nr_items)
			sim_park();
		pipe_state.nr_taken++;
		charge_and_settle(sim_rng_below(&pipe_state.rng, 40));
	}
}

static void no_wake_is_lost_at_any_interleaving(void **state)
{
	u64 seed;

	for (seed = 0; seed < 40; seed++) {
		struct sim_cpu_params params = free_params(1 + seed % 2);

		params.wakeup_ps = seed % 5;
		params.wake_call_ps = seed % 3;
		params.switch_ps = seed % 4;
		params.slice_ps = 1000;
		start_machine_of_seed(params, seed);
		memset(&pipe_state, 0, sizeof(pipe_state));
		sim_rng_init(&pipe_state.rng, seed, "pipe");
		pipe_state.consumer = start_thread(seed % 7 ? SIM_CLASS_NORMAL : SIM_CLASS_RT, -1,
						   consumer, NULL);
		start_thread(SIM_CLASS_NORMAL, -1, producer, NULL);
		run_to_end();
		assert_int_equal(pipe_state.nr_taken, NR_ITEMS);
		sim_finish();
	}
}

static void sleeper(void *arg)
{
	sim_charge(50);
	sim_sleep_ps(1000);
	note(0);
	sim_park();
	note(1);
}

static void sleep_takes_its_time_and_pays_the_wake_up(void **state)
{
	struct sim_cpu_params params = free_params(1);
	struct sim_thread *thread;

	params.wakeup_ps = 100;
	params.switch_ps = 7;
	start_machine(params);
	thread = start_thread(SIM_CLASS_NORMAL, 0, sleeper, NULL);
	/* Neither cuts the sleep short nor is lost for the park after it. */
	at(500, wake, thread);
	run_to_end();
	assert_note(0, 0, 107 + 50 + 1000 + 107);
	assert_note(1, 1, 107 + 50 + 1000 + 107);
}

/* --- life --- */

static void nothing(void *arg)
{
	charge_and_settle(1);
}

static void memory_of_ended_threads_is_reused(void **state)
{
	u64 used_bytes;
	int i;

	start_machine(free_params(2));
	start_thread(SIM_CLASS_NORMAL, -1, nothing, NULL);
	run_to_end();
	used_bytes = sim_arena_used_bytes();
	for (i = 0; i < 2000; i++) {
		start_thread(SIM_CLASS_NORMAL, -1, nothing, NULL);
		run_to_end();
	}
	assert_int_equal(sim_arena_used_bytes(), used_bytes);
}

static void who_am_i(void *arg)
{
	struct sim_thread *self = sim_thread_self();

	note(sim_thread_number(self));
	note(!strcmp(sim_thread_name(self), "a name that is longer than thir"));
	sim_thread_set_name(self, "irq/1");
	note(!strcmp(sim_thread_name(self), "irq/1"));
	note(sim_thread_private(self) == arg);
	note(sim_may_sleep() && !sim_in_hardirq());
	sim_preempt_disable();
	note(!sim_may_sleep());
	sim_preempt_enable();
}

static void threads_know_themselves(void **state)
{
	struct sim_thread_attr attr = {.name = "a name that is longer than thirty-one characters",
				       .cpu = -1,
				       .stack_bytes = 100000};
	struct sim_thread *thread;
	int word, i;

	start_machine(free_params(1));
	assert_null(sim_thread_self());
	assert_false(sim_may_sleep());
	sim_charge(1000); /* nobody's */
	make_thread(SIM_CLASS_NORMAL, -1, nothing, NULL);
	thread = sim_thread_create(&attr, who_am_i, &word);
	sim_thread_set_private(thread, &word);
	sim_thread_wake(thread);
	run_to_end();
	assert_note(0, 2, 0);
	for (i = 1; i < 5; i++)
		assert_note(i, 1, 0);
}

static void thread_without_memory_is_null(void **state)
{
	const struct sim_thread_attr attr = {.name = "big", .cpu = -1, .stack_bytes = 1ULL << 40};
	u64 used_bytes;

	start_machine(free_params(1));
	used_bytes = sim_arena_used_bytes();
	assert_null(sim_thread_create(&attr, nothing, NULL));
	assert_int_equal(sim_arena_used_bytes(), used_bytes);
}

static void stats_add_up_to_the_time(void **state)
{
	struct sim_cpu_params params = free_params(2);
	struct sim_cpu_stats stats;
	u32 cpu;
	int i;

	params.wakeup_ps = 100;
	params.switch_ps = 10;
	params.slice_ps = 5000;
	start_machine(params);
	for (i = 0; i < 6; i++)
		start_thread(i % 3 ? SIM_CLASS_NORMAL : SIM_CLASS_RT, i % 2, work, PS(7000 + i));
	assert_int_equal(sim_run(50000), SIM_RUN_IDLE);
	for (cpu = 0; cpu < 2; cpu++) {
		sim_cpu_stats(cpu, &stats);
		assert_int_equal(stats.idle_ps + stats.irq_ps + stats.rt_ps + stats.normal_ps +
					 stats.spin_ps,
				 sim_now_ps());
		assert_int_equal(stats.rt_ps, 7000 + cpu * 3 + 10);
	}
}

static void time_of_another_cpu_goes_on_meanwhile(void **state)
{
	start_machine(free_params(256));
	start_thread(SIM_CLASS_NORMAL, 255, work, PS(1000));
	start_thread(SIM_CLASS_NORMAL, 0, work, PS(1000));
	run_to_end();
	assert_note(2, 101, 1000);
	assert_note(3, 102, 1000);
}

static void stop_in_a_thread(void *arg)
{
	charge_and_settle(100);
	sim_stop();
	charge_and_settle(100);
	note(0);
}

static void stop_in_a_thread_keeps_its_debt(void **state)
{
	start_machine(free_params(1));
	start_thread(SIM_CLASS_NORMAL, 0, stop_in_a_thread, NULL);
	assert_int_equal(sim_run(SIM_TIME_NEVER), SIM_RUN_STOPPED);
	assert_int_equal(sim_now_ps(), 100);
	assert_int_equal(seen.nr, 0);
	run_to_end();
	assert_note(0, 0, 200);
}

static void run_limit_cuts_through_debt(void **state)
{
	start_machine(free_params(1));
	start_thread(SIM_CLASS_NORMAL, 0, work, PS(1000));
	assert_int_equal(sim_run(600), SIM_RUN_UNTIL);
	assert_int_equal(sim_now_ps(), 600);
	assert_int_equal(seen.nr, 1);
	run_to_end();
	assert_note(1, 101, 1000);
}

static void wrong_parameters_are_refused(void **state)
{
	struct sim_cpu_params params = free_params(8);

	assert_int_equal(sim_init(1, 0), 0);
	params.cluster_cpus = 3;
	assert_int_equal(sim_cpus_init(&params), -EINVAL);
	params = free_params(SIM_MAX_CPUS + 1);
	assert_int_equal(sim_cpus_init(&params), -EINVAL);
	params = free_params(0);
	assert_int_equal(sim_cpus_init(&params), -EINVAL);
	params = free_params(8);
	assert_int_equal(sim_cpus_init(&params), 0);
	assert_memory_equal(sim_cpu_params(), &params, sizeof(params));
}

static void sleep_with_preemption_off_body(void *arg)
{
	sim_preempt_disable();
	sim_park();
}

static void sleep_with_preemption_off(void)
{
	start_machine(free_params(1));
	start_thread(SIM_CLASS_NORMAL, 0, sleep_with_preemption_off_body, NULL);
	sim_run(SIM_TIME_NEVER);
}

static void end_with_preemption_off_body(void *arg)
{
	sim_preempt_disable();
}

static void end_with_preemption_off(void)
{
	start_machine(free_params(1));
	start_thread(SIM_CLASS_NORMAL, 0, end_with_preemption_off_body, NULL);
	sim_run(SIM_TIME_NEVER);
}

static void sleeping_while_atomic_is_a_bug(void **state)
{
	assert_true(aborts_saying(sleep_with_preemption_off, "sim_may_sleep"));
	assert_true(aborts_saying(end_with_preemption_off, "sim_may_sleep"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(debt_passes_only_when_settled),
		MACHINE_TEST(waking_an_idle_cpu_takes_wakeup_and_switch),
		MACHINE_TEST(waking_a_busy_cpu_just_queues),
		MACHINE_TEST(two_wakes_of_an_idle_cpu_share_its_wake_up),
		MACHINE_TEST(waker_pays_for_the_call),
		MACHINE_TEST(woken_thread_goes_to_its_last_cpu_else_the_nearest_idle_one),
		MACHINE_TEST(thread_of_some_cpus_is_placed_among_them),
		MACHINE_TEST(idle_cpu_takes_over_only_who_may_run_there),
		MACHINE_TEST(moved_thread_is_placed_near_its_new_cpu),
		MACHINE_TEST(watched_thread_tells_when_it_sleeps),
		MACHINE_TEST(thread_that_is_bound_later_runs_there_from_its_next_wake_on),
		MACHINE_TEST(thread_that_becomes_real_time_preempts),
		MACHINE_TEST(thread_that_exits_pays_its_debt_and_is_gone),
		MACHINE_TEST(bound_thread_stays_on_its_cpu),
		MACHINE_TEST(rt_preempts_normal_whose_debt_continues),
		MACHINE_TEST(whether_a_thread_is_on_a_cpu_is_shown),
		MACHINE_TEST(rt_does_not_preempt_rt),
		MACHINE_TEST(normal_threads_share_by_slices),
		MACHINE_TEST(slice_is_not_renewed_by_rt_preemption),
		MACHINE_TEST(a_lone_thread_is_not_interrupted_by_slices),
		MACHINE_TEST(preemption_waits_for_the_outermost_enable),
		MACHINE_TEST(yield_goes_round),
		MACHINE_TEST(wake_before_park_is_kept_once),
		MACHINE_TEST(no_wake_is_lost_at_any_interleaving),
		MACHINE_TEST(sleep_takes_its_time_and_pays_the_wake_up),
		MACHINE_TEST(memory_of_ended_threads_is_reused),
		MACHINE_TEST(threads_know_themselves),
		MACHINE_TEST(thread_without_memory_is_null),
		MACHINE_TEST(stats_add_up_to_the_time),
		MACHINE_TEST(time_of_another_cpu_goes_on_meanwhile),
		MACHINE_TEST(stop_in_a_thread_keeps_its_debt),
		MACHINE_TEST(run_limit_cuts_through_debt),
		MACHINE_TEST(wrong_parameters_are_refused),
		MACHINE_TEST(sleeping_while_atomic_is_a_bug),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
