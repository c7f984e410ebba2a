// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual runtime and wake-up preemption, by schedules worked out by hand from the
 * rules of Linux 6.1: latency 24 ms, 3 ms at least, granularity 4 ms, nothing else
 * costs anything. A thread that is new begins a slice behind; one that slept has
 * half a latency of credit at most.
 */
#include "machine.h"
#include "sim/core.h"
#include "sim/sched.h"

#define MS SIM_PS_PER_MS
#define US SIM_PS_PER_US

static void spend(u64 ps)
{
	sim_charge(ps);
	sim_settle();
}

static struct sim_sched_params fair_params(void)
{
	return (struct sim_sched_params){
		.wakeup_preemption = true,
		.sched_latency_ps = 24 * MS,
		.wakeup_granularity_ps = 4 * MS,
	};
}

static void start(const struct sim_sched_params *sched, u64 nr_cpus)
{
	struct sim_cpu_params cpu = free_params(nr_cpus);

	cpu.slice_ps = 3 * MS;
	start_machine(cpu);
	sim_sched_init(sched);
}

static void hog(void *arg)
{
	spend(1000 * MS);
}

static struct sim_thread *make_nice(int nice, bool is_load, void (*fn)(void *), void *arg)
{
	const struct sim_thread_attr attr = {
		.name = "test", .cpu = 0, .nice = nice, .is_load = is_load};

	return sim_thread_create(&attr, fn, arg);
}

struct alarm {
	struct sim_event event;
	struct sim_thread *thread;
};

static void ring(struct sim_event *event)
{
	sim_thread_wake(((struct alarm *)event)->thread);
}

static void start_at(u64 ps, struct sim_thread *thread)
{
	struct alarm *alarm = sim_alloc(sizeof(*alarm));

	sim_event_init(&alarm->event, ring);
	alarm->thread = thread;
	sim_event_schedule(&alarm->event, ps);
}

/* Runs for a while, sleeps for a while, and notes when it runs again. */
struct program {
	u64 run_ps, sleep_ps;
};

static void run_program(void *arg)
{
	const struct program *program = arg;

	note(1);
	spend(program->run_ps);
	sim_sleep_ps(program->sleep_ps);
	note(2);
}

/* Beside a hog from 0 on, it begins to exist at 1 ms. Return: when it runs again. */
static u64 runs_again(const struct sim_sched_params *sched, const struct program *program)
{
	seen.nr = 0;
	start(sched, 1);
	start_thread(SIM_CLASS_NORMAL, 0, hog, NULL);
	start_at(1 * MS, make_nice(0, false, run_program, (void *)program));
	sim_run(1000 * MS);
	assert_int_equal(seen.nr, 2);
	/* New: at 13 ms of virtual time. After 12 ms the hog is behind that, after 24 it is not. */
	assert_note(0, 1, 24 * MS);
	sim_finish();
	return seen.notes[1].at_ps;
}

/* It ran until 30 ms: virtually 19, the hog 24 and what it ran meanwhile. */
static void preempts_who_is_ahead_by_more_than_the_granularity(void **state)
{
	struct sim_sched_params sched = fair_params();

	assert_int_equal(runs_again(&sched, &(struct program){6 * MS, 2 * US}), 30 * MS + 2 * US);
}

/* It ran until 34 ms: virtually 23. The hog has its slice, of 12 ms. */
static void waits_for_the_slice_of_who_is_not(void **state)
{
	struct sim_sched_params sched = fair_params();

	assert_int_equal(runs_again(&sched, &(struct program){10 * MS, 2 * US}), 46 * MS);
}

/* The hog runs on from 34 ms and is ahead by 1 ms then: by 4 at 37. */
static void sleep_and_granularity_meet(void **state)
{
	struct sim_sched_params sched = fair_params();
	u64 edge_ps = 3 * MS;

	assert_int_equal(runs_again(&sched, &(struct program){10 * MS, edge_ps}), 46 * MS);
	assert_int_equal(runs_again(&sched, &(struct program){10 * MS, edge_ps + US}),
			 37 * MS + US);
	sched.wakeup_granularity_ps = 8 * MS;
	assert_int_equal(runs_again(&sched, &(struct program){10 * MS, edge_ps + US}), 46 * MS);
}

static void in_the_kernel_the_preemption_model_says_when(void **state)
{
	struct sim_sched_params sched = fair_params();

	sched.preempt = SIM_PREEMPT_NONE;
	seen.nr = 0;
	start(&sched, 1);
	start_thread(SIM_CLASS_NORMAL, 0, run_program,
		     &(struct program){.run_ps = 10 * US, .sleep_ps = 100 * MS});
	start_at(1 * MS, make_nice(0, false, hog, NULL));
	run_to_end();
	assert_note(1, 2, 1001 * MS);
}

/* --- shares --- */

/* Of @all_ps on one CPU, that of a thread of @nice beside one of nice 0. */
static u64 share_per_mille(int nice, u64 hz)
{
	struct sim_sched_params sched = fair_params();
	struct sim_cpu_stats stats;

	sched.hz = hz;
	start(&sched, 1);
	sim_thread_wake(make_nice(0, false, hog, NULL));
	sim_thread_wake(make_nice(nice, true, hog, NULL));
	sim_run(900 * MS);
	sim_cpu_stats(0, &stats);
	sim_finish();
	return stats.load_ps * 1000 / (900 * MS);
}

/* Weights 1024, 335, 15: shares of 500, 247, 14; and -5: 3121, 753. A tick more or less matters. */
static void time_goes_by_weight(void **state)
{
	assert_in_range(share_per_mille(0, 0), 480, 520);
	assert_in_range(share_per_mille(5, 0), 230, 262);
	assert_in_range(share_per_mille(5, 1000), 225, 270);
	assert_in_range(share_per_mille(19, 1000), 5, 25);
	assert_in_range(share_per_mille(-5, 0), 730, 780);
}

static void finish_and_note(void *arg)
{
	spend(60 * MS);
	note((uintptr_t)arg);
}

/* Ten have 3 ms each at a time, so that the first is done a period before the last at most. */
static void equals_finish_together(void **state)
{
	struct sim_sched_params sched = fair_params();

	start(&sched, 1);
	for (uintptr_t i = 0; i < 10; i++)
		start_thread(SIM_CLASS_NORMAL, 0, finish_and_note, (void *)i);
	run_to_end();
	assert_int_equal(seen.nr, 10);
	assert_true(seen.notes[0].at_ps >= 600 * MS - 2 * 30 * MS);
	assert_int_equal(seen.notes[9].at_ps, 600 * MS);
}

/* --- several CPUs --- */

static void run_and_sleep_long(void *arg)
{
	spend(200 * MS);
	sim_sleep_ps(10 * MS);
	note(1);
}

static void move(struct sim_event *event)
{
	sim_thread_move(((struct alarm *)event)->thread, 1);
}

/*
 * It has 200 ms of virtual time on CPU 0, where that is 24 ms behind when it is woken, as the hog
 * there was new. On CPU 1 a hog is at 33 ms: it is at 21, as it has 12 ms of credit at most, and
 * preempts.
 */
static void virtual_time_is_of_a_cpu(void **state)
{
	const struct sim_thread_attr attr = {.name = "moves", .cpu = -1};
	struct sim_sched_params sched = fair_params();
	struct alarm *moved;

	start(&sched, 2);
	moved = sim_alloc(sizeof(*moved));
	moved->thread = sim_thread_create(&attr, run_and_sleep_long, NULL);
	sim_thread_wake(moved->thread);
	start_at(201 * MS, make_thread(SIM_CLASS_NORMAL, 0, hog, NULL));
	start_at(201 * MS, make_thread(SIM_CLASS_NORMAL, 1, hog, NULL));
	sim_event_init(&moved->event, move);
	sim_event_schedule(&moved->event, 205 * MS);
	sim_run(1000 * MS);
	assert_note(0, 1, 210 * MS);
}

/* --- ticks, buddies --- */

/* A slice of 12 ms is over at the tick of 13, when the one that is new is no longer behind. */
static void slice_is_over_at_a_tick(void **state)
{
	struct sim_sched_params sched = fair_params();

	sched.hz = 1000;
	start(&sched, 1);
	start_thread(SIM_CLASS_NORMAL, 0, hog, NULL);
	start_at(1 * MS, make_nice(0, false, run_program, &(struct program){MS, MS}));
	sim_run(100 * MS);
	assert_note(0, 1, 13 * MS);
}

/* Who preempted comes next although another is behind it, if it is not ahead of that by too much.
 */
static void buddy_comes_next_unless_it_is_too_far_ahead(void **state)
{
	struct sim_sched_params sched = fair_params();

	for (u64 woken_ms = 39; woken_ms < 46; woken_ms++) {
		struct sim_thread *running, *waiting, *woken;
		struct cpu *cpu;

		start(&sched, 1);
		cpu = &sim_core->cpus[0];
		running = make_nice(0, false, hog, NULL);
		waiting = make_nice(0, false, hog, NULL);
		woken = make_nice(0, false, hog, NULL);
		running->vruntime_ps = 50 * MS;
		waiting->vruntime_ps = 38 * MS;
		woken->vruntime_ps = woken_ms * MS;
		cpu->current = running;
		sim_fair_insert(&cpu->queues[SIM_CLASS_NORMAL], woken);
		sim_fair_insert(&cpu->queues[SIM_CLASS_NORMAL], waiting);
		assert_ptr_equal(cpu->queues[SIM_CLASS_NORMAL].first, waiting);
		assert_ptr_equal(cpu->queues[SIM_CLASS_NORMAL].last, woken);
		assert_int_equal(sim_fair_preempts(cpu, woken), woken_ms < 46);
		assert_ptr_equal(sim_fair_pick(cpu), woken_ms <= 42 ? woken : waiting);
		sim_finish();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(preempts_who_is_ahead_by_more_than_the_granularity),
		MACHINE_TEST(waits_for_the_slice_of_who_is_not),
		MACHINE_TEST(sleep_and_granularity_meet),
		MACHINE_TEST(in_the_kernel_the_preemption_model_says_when),
		MACHINE_TEST(time_goes_by_weight),
		MACHINE_TEST(equals_finish_together),
		MACHINE_TEST(virtual_time_is_of_a_cpu),
		MACHINE_TEST(slice_is_over_at_a_tick),
		MACHINE_TEST(buddy_comes_next_unless_it_is_too_far_ahead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
