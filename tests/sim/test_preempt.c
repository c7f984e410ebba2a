// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preemption models: a real-time thread is woken while a normal one goes through
 * a program of sections and points. When it begins is swept over the whole
 * program and compared with a search through it, which knows only the rules.
 */
#include "machine.h"
#include "sim/lock.h"
#include "sim/sched.h"

enum kind { KERNEL, USER, ATOMIC, IRQS_OFF, COND_RESCHED, MIGHT_SLEEP };

struct step {
	enum kind kind;
	u64 ps; /* 0: a point */
};

static const struct step program[] = {
	{KERNEL, 1000}, {MIGHT_SLEEP, 0},  {KERNEL, 300},  {ATOMIC, 700},     {KERNEL, 200},
	{USER, 500},	{KERNEL, 800},	   {ATOMIC, 100},  {IRQS_OFF, 100},   {COND_RESCHED, 0},
	{ATOMIC, 400},	{MIGHT_SLEEP, 0},  {KERNEL, 600},  {COND_RESCHED, 0}, {KERNEL, 900},
	{USER, 200},	{COND_RESCHED, 0}, {IRQS_OFF, 50}, {USER, 400},	      {KERNEL, 1100},
};

#define NR_STEPS (sizeof(program) / sizeof(program[0]))
#define PROGRAM_PS 7350
#define RT_PS 40

static void spend(u64 ps)
{
	sim_charge(ps);
	sim_settle();
}

static void do_step(const struct step *step)
{
	switch (step->kind) {
	case KERNEL:
		spend(step->ps);
		break;
	case USER:
		sim_user_begin();
		spend(step->ps);
		sim_user_end();
		break;
	case ATOMIC:
		sim_preempt_disable();
		spend(step->ps);
		sim_preempt_enable();
		break;
	case IRQS_OFF:
		sim_irq_disable();
		spend(step->ps);
		sim_irq_enable();
		break;
	case COND_RESCHED:
		sim_preempt_point(SIM_POINT_COND_RESCHED);
		break;
	case MIGHT_SLEEP:
		sim_preempt_point(SIM_POINT_MIGHT_SLEEP);
		break;
	}
}

static void run_program(void *arg)
{
	for (size_t i = 0; i < NR_STEPS; i++)
		do_step(&program[i]);
	note(2);
}

static void run_rt(void *arg)
{
	note(1);
	spend(RT_PS);
}

struct alarm {
	struct sim_event event;
	struct sim_thread *thread;
};

static void ring(struct sim_event *event)
{
	sim_thread_wake(((struct alarm *)event)->thread);
}

static void wake_at(u64 ps, struct sim_thread *thread)
{
	struct alarm *alarm = sim_alloc(sizeof(*alarm));

	sim_event_init(&alarm->event, ring);
	alarm->thread = thread;
	sim_event_schedule(&alarm->event, ps);
}

static void start_model(enum sim_preempt preempt, u64 nr_cpus)
{
	start_machine(free_params(nr_cpus));
	sim_sched_init(&(struct sim_sched_params){.preempt = preempt});
}

/* May it switch within such a section, at that point, at the end of that section? */
static bool within(enum sim_preempt model, enum kind kind)
{
	return kind == USER || (kind == KERNEL && model == SIM_PREEMPT_FULL);
}

static bool at_end_of(enum sim_preempt model, enum kind kind)
{
	if (model == SIM_PREEMPT_FULL)
		return true;
	return kind == COND_RESCHED || (kind == MIGHT_SLEEP && model == SIM_PREEMPT_VOLUNTARY);
}

/* When one woken at @wake_ps begins, by the rules alone. */
static u64 expected_ps(enum sim_preempt model, u64 wake_ps)
{
	u64 end_ps = 0;

	for (size_t i = 0; i < NR_STEPS; i++) {
		u64 begin_ps = end_ps;

		end_ps += program[i].ps;
		/* Returning to user mode looks, at the latest. */
		if (program[i].kind == USER && wake_ps <= begin_ps)
			return begin_ps;
		if (within(model, program[i].kind) && wake_ps < end_ps)
			return wake_ps > begin_ps ? wake_ps : begin_ps;
		if (at_end_of(model, program[i].kind) && wake_ps <= end_ps)
			return end_ps;
	}
	return end_ps;
}

static void each_model_waits_as_its_rule_says(void **state)
{
	for (enum sim_preempt model = SIM_PREEMPT_FULL; model <= SIM_PREEMPT_NONE; model++) {
		for (u64 wake_ps = 5; wake_ps < PROGRAM_PS; wake_ps += 10) {
			u64 begins_ps = expected_ps(model, wake_ps);

			seen.nr = 0;
			start_model(model, 1);
			start_thread(SIM_CLASS_NORMAL, 0, run_program, NULL);
			wake_at(wake_ps, make_thread(SIM_CLASS_RT, 0, run_rt, NULL));
			run_to_end();
			if (begins_ps < PROGRAM_PS) {
				assert_note(0, 1, begins_ps);
				assert_note(1, 2, PROGRAM_PS + RT_PS);
			} else {
				assert_note(0, 2, PROGRAM_PS);
				assert_note(1, 1, PROGRAM_PS);
			}
			sim_finish();
		}
	}
}

/* The example: 100 us in the kernel, might_sleep() at 40 us, cond_resched() at 70 us. */
static void run_section(void *arg)
{
	spend(40 * SIM_PS_PER_US);
	sim_preempt_point(SIM_POINT_MIGHT_SLEEP);
	spend(30 * SIM_PS_PER_US);
	if (arg)
		sim_preempt_point(SIM_POINT_COND_RESCHED);
	spend(30 * SIM_PS_PER_US);
}

static u64 waits_us(enum sim_preempt model, bool has_cond_resched)
{
	seen.nr = 0;
	start_model(model, 1);
	start_thread(SIM_CLASS_NORMAL, 0, run_section, has_cond_resched ? &seen : NULL);
	wake_at(10 * SIM_PS_PER_US, make_thread(SIM_CLASS_RT, 0, run_rt, NULL));
	run_to_end();
	sim_finish();
	return seen.notes[0].at_ps / SIM_PS_PER_US - 10;
}

static void section_of_100_us(void **state)
{
	assert_int_equal(waits_us(SIM_PREEMPT_FULL, true), 0);
	assert_int_equal(waits_us(SIM_PREEMPT_VOLUNTARY, true), 30);
	assert_int_equal(waits_us(SIM_PREEMPT_NONE, true), 60);
	assert_int_equal(waits_us(SIM_PREEMPT_NONE, false), 90);
}

/* --- a hard interrupt wakes the thread --- */

/* The line, and whom its handler wakes. */
struct line {
	struct sim_irq irq;
	struct sim_event event;
	struct sim_thread *thread;
};

static void raise_line(struct sim_event *event)
{
	sim_irq_raise(&((struct line *)((char *)event - offsetof(struct line, event)))->irq);
}

static void wake_from_handler(struct sim_irq *irq)
{
	spend(30);
	sim_thread_wake(((struct line *)irq)->thread);
}

static void run_kernel(void *arg)
{
	spend(1000);
	note(2);
}

/* An interrupt at 105 takes 30: its return looks in full, and elsewhere in user mode only. */
static void interrupt_returns_to_the_kernel(void **state)
{
	for (enum sim_preempt model = SIM_PREEMPT_FULL; model <= SIM_PREEMPT_NONE; model++) {
		struct line *line;

		seen.nr = 0;
		start_model(model, 1);
		line = sim_alloc(sizeof(*line));
		sim_irq_init(&line->irq, 1, 0, wake_from_handler);
		line->thread = make_thread(SIM_CLASS_RT, 0, run_rt, NULL);
		sim_event_init(&line->event, raise_line);
		sim_event_schedule(&line->event, 105);
		start_thread(SIM_CLASS_NORMAL, 0, run_kernel, NULL);
		run_to_end();
		if (model == SIM_PREEMPT_FULL)
			assert_note(0, 1, 135);
		else
			assert_note(1, 1, 1030);
		sim_finish();
	}
}

/* --- time slices --- */

static void run_with_point(void *arg)
{
	note(3);
	spend(700000);
	sim_preempt_point(SIM_POINT_COND_RESCHED);
	spend(700000);
	sim_preempt_point(SIM_POINT_COND_RESCHED);
	spend(700000);
}

/* The slice is 1000000: the second thread begins there, or at the point behind. */
static void end_of_a_slice_waits_for_a_point(void **state)
{
	for (enum sim_preempt model = SIM_PREEMPT_FULL; model <= SIM_PREEMPT_NONE; model++) {
		seen.nr = 0;
		start_model(model, 1);
		start_thread(SIM_CLASS_NORMAL, 0, run_with_point, NULL);
		start_thread(SIM_CLASS_NORMAL, 0, run_with_point, NULL);
		run_to_end();
		assert_note(0, 3, 0);
		assert_note(1, 3, model == SIM_PREEMPT_FULL ? 1000000 : 1400000);
		sim_finish();
	}
}

/* --- spinning for a mutex --- */

static struct sim_mutex mutex;

static void hold(void *arg)
{
	sim_mutex_lock(&mutex, NULL);
	spend(1000);
	sim_mutex_unlock(&mutex);
}

static void spin(void *arg)
{
	spend(100);
	sim_mutex_lock(&mutex, NULL);
	note(2);
	sim_mutex_unlock(&mutex);
}

static void run_rt_long(void *arg)
{
	note(1);
	spend(800);
}

/* When it has the CPU again it tries again, and has not slept: the mutex is free. */
static void optimistic_spinner_makes_room_in_every_model(void **state)
{
	for (enum sim_preempt model = SIM_PREEMPT_FULL; model <= SIM_PREEMPT_NONE; model++) {
		seen.nr = 0;
		start_model(model, 2);
		sim_mutex_init(&mutex, "mutex");
		start_thread(SIM_CLASS_NORMAL, 0, hold, NULL);
		start_thread(SIM_CLASS_NORMAL, 1, spin, NULL);
		wake_at(305, make_thread(SIM_CLASS_RT, 1, run_rt_long, NULL));
		run_to_end();
		assert_note(0, 1, 305);
		assert_note(1, 2, 1105);
		assert_int_equal(mutex.base.class->sleeps, 0);
		sim_finish();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(each_model_waits_as_its_rule_says),
		MACHINE_TEST(section_of_100_us),
		MACHINE_TEST(interrupt_returns_to_the_kernel),
		MACHINE_TEST(end_of_a_slice_waits_for_a_point),
		MACHINE_TEST(optimistic_spinner_makes_room_in_every_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
