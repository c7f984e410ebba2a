// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hard interrupts, by schedules worked out by hand: on top of the thread, whose
 * debt continues; entry and exit; disabled and pending; back to back; waking.
 */
#include "machine.h"

#define ENTRY 50
#define EXIT 30
#define HANDLER 70

static struct sim_cpu_params irq_params(u64 nr_cpus)
{
	struct sim_cpu_params params = free_params(nr_cpus);

	params.irq_entry_ps = ENTRY;
	params.irq_exit_ps = EXIT;
	return params;
}

static struct sim_irq irqs[3];
static struct sim_thread *to_wake;

static void handler(struct sim_irq *irq)
{
	note(1000 + irq->number);
	sim_charge(HANDLER);
	if (to_wake)
		sim_thread_wake(to_wake);
}

static void start_irq_machine(struct sim_cpu_params params)
{
	u32 i;

	start_machine(params);
	to_wake = NULL;
	for (i = 0; i < 3; i++)
		sim_irq_init(&irqs[i], i, 0, handler);
}

struct raise {
	struct sim_event event;
	struct sim_irq *irq;
};

static void raise_now(struct sim_event *event)
{
	sim_irq_raise(((struct raise *)event)->irq);
}

static void raise_at(u64 ps, struct sim_irq *irq)
{
	struct raise *raise = sim_alloc(sizeof(*raise));

	sim_event_init(&raise->event, raise_now);
	raise->irq = irq;
	sim_event_schedule(&raise->event, ps);
}

static void work(void *arg)
{
	note(1);
	sim_charge((uintptr_t)arg);
	sim_settle();
	note(2);
}

#define PS(n) ((void *)(uintptr_t)(n))

static void interrupt_runs_on_top_and_the_debt_continues(void **state)
{
	struct sim_cpu_stats stats;

	start_irq_machine(irq_params(1));
	start_thread(SIM_CLASS_NORMAL, 0, work, PS(1000));
	raise_at(300, &irqs[0]);
	run_to_end();
	assert_note(1, 1000, 300 + ENTRY);
	assert_note(2, 2, 1000 + ENTRY + HANDLER + EXIT);
	sim_cpu_stats(0, &stats);
	assert_int_equal(stats.irq_ps, ENTRY + HANDLER + EXIT);
	assert_int_equal(stats.normal_ps, 1000);
	assert_int_equal(stats.irqs, 1);
	assert_int_equal(irqs[0].nr_taken, 1);
}

static void interrupt_of_an_idle_cpu_starts_after_the_entry(void **state)
{
	start_irq_machine(irq_params(1));
	raise_at(300, &irqs[0]);
	run_to_end();
	assert_note(0, 1000, 300 + ENTRY);
	assert_int_equal(sim_now_ps(), 300 + ENTRY + HANDLER + EXIT);
}

static void interrupt_tops_rt_and_unpreemptible_threads(void **state)
{
	start_irq_machine(irq_params(1));
	start_thread(SIM_CLASS_RT, 0, work, PS(1000));
	raise_at(300, &irqs[0]);
	run_to_end();
	assert_note(1, 1000, 300 + ENTRY);
}

static void raised_again_while_pending_stays_one(void **state)
{
	start_irq_machine(irq_params(1));
	raise_at(300, &irqs[0]);
	raise_at(310, &irqs[0]);
	run_to_end();
	assert_int_equal(irqs[0].nr_raised, 2);
	assert_int_equal(irqs[0].nr_taken, 1);
}

static void raised_again_while_handled_runs_again(void **state)
{
	start_irq_machine(irq_params(1));
	raise_at(300, &irqs[0]);
	raise_at(300 + ENTRY + 10, &irqs[0]);
	run_to_end();
	assert_int_equal(irqs[0].nr_taken, 2);
	/* The second entry passed while the first was handled. */
	assert_note(1, 1000, 300 + ENTRY + HANDLER);
	assert_int_equal(sim_now_ps(), 300 + ENTRY + 2 * HANDLER + EXIT);
}

static void several_are_taken_oldest_first_with_one_exit(void **state)
{
	start_irq_machine(irq_params(1));
	raise_at(300, &irqs[2]);
	raise_at(300, &irqs[0]);
	raise_at(305, &irqs[1]);
	run_to_end();
	assert_note(0, 1002, 300 + ENTRY);
	assert_note(1, 1000, 300 + ENTRY + HANDLER);
	assert_note(2, 1001, 300 + ENTRY + 2 * HANDLER);
	assert_int_equal(sim_now_ps(), 300 + ENTRY + 3 * HANDLER + EXIT);
}

static void raised_during_the_exit_is_taken_before_the_thread(void **state)
{
	start_irq_machine(irq_params(1));
	start_thread(SIM_CLASS_NORMAL, 0, work, PS(1000));
	raise_at(300, &irqs[0]);
	raise_at(300 + ENTRY + HANDLER + 10, &irqs[1]);
	run_to_end();
	assert_note(2, 1001, 300 + ENTRY + HANDLER + 10 + ENTRY);
	/* The first exit ended within the second entry. */
	assert_note(3, 2, 1000 + ENTRY + HANDLER + 10 + ENTRY + HANDLER + EXIT);
}

static void disabler(void *arg)
{
	sim_irq_disable();
	sim_irq_disable();
	note(1);
	sim_charge((uintptr_t)arg);
	sim_settle();
	sim_irq_enable();
	note(2);
	sim_irq_enable();
	note(3);
}

static void disabled_interrupt_waits_for_the_outermost_enable(void **state)
{
	start_irq_machine(irq_params(1));
	start_thread(SIM_CLASS_NORMAL, 0, disabler, PS(1000));
	raise_at(300, &irqs[0]);
	run_to_end();
	assert_note(1, 2, 1000);
	assert_note(2, 1000, 1000);
	assert_note(3, 3, 1000 + HANDLER + EXIT);
}

static void enabling_does_not_shorten_the_entry(void **state)
{
	start_irq_machine(irq_params(1));
	start_thread(SIM_CLASS_NORMAL, 0, disabler, PS(1000));
	raise_at(980, &irqs[0]);
	run_to_end();
	assert_note(2, 1000, 980 + ENTRY);
}

static void handler_wakes_a_thread_of_its_cpu(void **state)
{
	struct sim_cpu_params params = irq_params(1);

	params.wakeup_ps = 200;
	params.switch_ps = 5;
	params.wake_call_ps = 7;
	start_irq_machine(params);
	to_wake = make_thread(SIM_CLASS_RT, 0, work, PS(10));
	raise_at(300, &irqs[0]);
	run_to_end();
	/* The CPU was idle under the handler: it leaves idle from the call on. */
	assert_note(1, 1, 300 + ENTRY + HANDLER + 7 + 200 + 5);
}

static void handler_wakes_a_preempting_thread_that_runs_after_it(void **state)
{
	start_irq_machine(irq_params(1));
	start_thread(SIM_CLASS_NORMAL, 0, work, PS(1000));
	to_wake = make_thread(SIM_CLASS_RT, 0, work, PS(10));
	raise_at(300, &irqs[0]);
	run_to_end();
	assert_note(1, 1000, 300 + ENTRY);
	assert_note(2, 1, 300 + ENTRY + HANDLER + EXIT);
	assert_note(3, 2, 300 + ENTRY + HANDLER + EXIT + 10);
	assert_note(4, 2, 1000 + ENTRY + HANDLER + EXIT + 10);
}

static void raiser(void *arg)
{
	sim_charge(100);
	sim_irq_raise(&irqs[(uintptr_t)arg]);
	note(1);
	sim_charge(1000);
	sim_settle();
	note(2);
}

static void thread_interrupts_its_own_cpu_at_its_next_step(void **state)
{
	start_irq_machine(irq_params(1));
	start_thread(SIM_CLASS_NORMAL, 0, raiser, PS(0));
	run_to_end();
	assert_note(0, 1, 100);
	assert_note(1, 1000, 100 + ENTRY);
	assert_note(2, 2, 1100 + ENTRY + HANDLER + EXIT);
}

static void thread_interrupts_another_cpu(void **state)
{
	start_irq_machine(irq_params(2));
	start_thread(SIM_CLASS_NORMAL, 1, raiser, PS(0));
	start_thread(SIM_CLASS_NORMAL, 0, work, PS(500));
	run_to_end();
	assert_note(2, 1000, 100 + ENTRY);
	assert_note(3, 2, 500 + ENTRY + HANDLER + EXIT);
	assert_note(4, 2, 1100);
}

static void who_handles(struct sim_irq *irq)
{
	note(sim_in_hardirq() && !sim_may_sleep() && sim_cpu_id() == irq->cpu);
}

static void handler_is_in_hardirq_on_its_cpu(void **state)
{
	start_irq_machine(irq_params(4));
	sim_irq_init(&irqs[0], 9, 3, who_handles);
	raise_at(5, &irqs[0]);
	run_to_end();
	assert_note(0, 1, 5 + ENTRY);
}

static void sleeping_handler(struct sim_irq *irq)
{
	sim_park();
}

static void sleep_in_handler(void)
{
	start_irq_machine(irq_params(1));
	sim_irq_init(&irqs[0], 0, 0, sleeping_handler);
	sim_irq_raise(&irqs[0]);
	sim_run(SIM_TIME_NEVER);
}

static void sleeping_in_a_handler_is_a_bug(void **state)
{
	assert_true(aborts_saying(sleep_in_handler, "sim_may_sleep"));
}

/* Waits of all kinds in between: asleep, spinning, with an interrupt and a thread of higher
 * class on top. */
static void work_and_wait(void *arg)
{
	note(sim_work_ps()); /* it has begun nothing */
	sim_work_begin();
	sim_charge(1000); /* an interrupt and another thread come */
	sim_settle();
	note(sim_work_ps());
	sim_sleep_ps(500);
	note(sim_work_ps());
	sim_spin();
	note(sim_work_ps());
	sim_charge(10);
	note(sim_work_ps()); /* that has not passed */
	sim_settle();
	note(sim_work_ps());
	sim_work_begin();
	sim_charge(3);
	sim_settle();
	note(sim_work_ps());
	sim_work_end();
	note(sim_work_ps());
}

struct spin_end {
	struct sim_event event;
	struct sim_thread *thread;
};

static void end_spin(struct sim_event *event)
{
	sim_spin_end(((struct spin_end *)event)->thread, 0);
}

static void work_is_what_instructions_take(void **state)
{
	struct spin_end *end;

	start_irq_machine(irq_params(1));
	end = sim_alloc(sizeof(*end));
	sim_event_init(&end->event, end_spin);
	end->thread = start_thread(SIM_CLASS_NORMAL, 0, work_and_wait, NULL);
	to_wake = make_thread(SIM_CLASS_RT, 0, work, PS(200));
	raise_at(300, &irqs[0]);
	sim_event_schedule(&end->event, 5000);
	run_to_end();
	assert_int_equal(seen.notes[0].what, 0);
	assert_int_equal(seen.notes[1].what, 1000); /* the handler */
	assert_int_equal(seen.notes[4].what, 1000); /* after the thread of higher class */
	assert_int_equal(seen.notes[5].what, 1000); /* after the sleep */
	assert_int_equal(seen.notes[6].what, 1000); /* after the spin */
	assert_int_equal(seen.notes[7].what, 1000);
	assert_int_equal(seen.notes[8].what, 1010);
	assert_int_equal(seen.notes[9].what, 3);
	assert_int_equal(seen.notes[10].what, 0);
}

static u64 seen_ps[2];

static void note_work(struct sim_irq *irq)
{
	seen_ps[irq->number] = sim_work_ps();
	sim_charge(HANDLER);
}

/* A second one is entered while the first is handled: what is left of its entry is its work. */
static void work_of_an_interrupt_is_its_entry(void **state)
{
	start_machine(irq_params(1));
	for (u32 i = 0; i < 2; i++)
		sim_irq_init(&irqs[i], i, 0, note_work);
	raise_at(300, &irqs[0]);
	raise_at(300 + ENTRY + HANDLER - 20, &irqs[1]);
	run_to_end();
	assert_int_equal(seen_ps[0], ENTRY);
	assert_int_equal(seen_ps[1], ENTRY - 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(work_is_what_instructions_take),
		MACHINE_TEST(work_of_an_interrupt_is_its_entry),
		MACHINE_TEST(interrupt_runs_on_top_and_the_debt_continues),
		MACHINE_TEST(interrupt_of_an_idle_cpu_starts_after_the_entry),
		MACHINE_TEST(interrupt_tops_rt_and_unpreemptible_threads),
		MACHINE_TEST(raised_again_while_pending_stays_one),
		MACHINE_TEST(raised_again_while_handled_runs_again),
		MACHINE_TEST(several_are_taken_oldest_first_with_one_exit),
		MACHINE_TEST(raised_during_the_exit_is_taken_before_the_thread),
		MACHINE_TEST(disabled_interrupt_waits_for_the_outermost_enable),
		MACHINE_TEST(enabling_does_not_shorten_the_entry),
		MACHINE_TEST(handler_wakes_a_thread_of_its_cpu),
		MACHINE_TEST(handler_wakes_a_preempting_thread_that_runs_after_it),
		MACHINE_TEST(thread_interrupts_its_own_cpu_at_its_next_step),
		MACHINE_TEST(thread_interrupts_another_cpu),
		MACHINE_TEST(handler_is_in_hardirq_on_its_cpu),
		MACHINE_TEST(sleeping_in_a_handler_is_a_bug),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
