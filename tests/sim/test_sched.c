// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts of the scheduler's own, and what hard interrupts leave behind them,
 * by schedules worked out by hand: timer ticks, reschedule interrupts, soft
 * interrupts; and whose time that is.
 */
#include "machine.h"
#include "sim/sched.h"

#define ENTRY_PS 100
#define EXIT_PS 10
#define TICK_PS 30

static void spend(u64 ps)
{
	sim_charge(ps);
	sim_settle();
}

static void start(const struct sim_sched_params *sched)
{
	struct sim_cpu_params cpu = free_params(2);

	cpu.irq_entry_ps = ENTRY_PS;
	cpu.irq_exit_ps = EXIT_PS;
	cpu.slice_ps = 1500000000;
	start_machine(cpu);
	sim_sched_init(sched);
}

static void work(void *arg)
{
	spend((uintptr_t)arg);
	note(sim_thread_number(sim_thread_self()));
}

#define PS(n) ((void *)(uintptr_t)(n))

static u64 irqs_of(u32 cpu)
{
	struct sim_cpu_stats stats;

	sim_cpu_stats(cpu, &stats);
	return stats.irqs;
}

/* A thousand a second: the fifth comes while the first four have made the thread late. */
static void busy_cpu_has_ticks_and_an_idle_one_has_none(void **state)
{
	start(&(struct sim_sched_params){.hz = 1000, .tick_ps = TICK_PS});
	start_thread(SIM_CLASS_NORMAL, 0, work, PS(5000 * 1000000ULL));
	run_to_end();
	assert_note(0, 1, 5000 * 1000000ULL + 5 * (ENTRY_PS + TICK_PS + EXIT_PS));
	assert_int_equal(irqs_of(0), 5);
	assert_int_equal(irqs_of(1), 0);
}

static void slice_ends_at_a_tick(void **state)
{
	start(&(struct sim_sched_params){.hz = 1000});
	start_thread(SIM_CLASS_NORMAL, 0, work, PS(3000 * 1000000ULL));
	start_thread(SIM_CLASS_NORMAL, 0, work, PS(1000 * 1000000ULL));
	run_to_end();
	/* 1.5 ms are over at the tick of 2 ms; the second is done a millisecond later. */
	assert_int_equal(seen.notes[0].what, 2);
	assert_in_range(seen.notes[0].at_ps, 3000 * 1000000ULL, 3000 * 1000000ULL + 1000);
	assert_int_equal(seen.notes[1].what, 1);
}

/* --- reschedule interrupts --- */

static void run_rt(void *arg)
{
	note(100);
}

static void wake_from_cpu_1(void *arg)
{
	spend(500);
	sim_thread_wake(arg);
}

struct alarm {
	struct sim_event event;
	struct sim_thread *thread;
};

static void ring(struct sim_event *event)
{
	sim_thread_wake(((struct alarm *)event)->thread);
}

/* Return: when it began. */
static u64 rt_begins(const struct sim_sched_params *sched, bool is_from_elsewhere)
{
	struct sim_thread *rt;

	seen.nr = 0;
	start(sched);
	rt = make_thread(SIM_CLASS_RT, 0, run_rt, NULL);
	start_thread(SIM_CLASS_NORMAL, 0, work, PS(2000));
	if (is_from_elsewhere) {
		start_thread(SIM_CLASS_NORMAL, 1, wake_from_cpu_1, rt);
	} else {
		struct alarm *alarm = sim_alloc(sizeof(*alarm));

		sim_event_init(&alarm->event, ring);
		alarm->thread = rt;
		sim_event_schedule(&alarm->event, 500);
	}
	run_to_end();
	for (u32 i = 0; i < seen.nr; i++) {
		if (seen.notes[i].what == 100)
			return seen.notes[i].at_ps;
	}
	return 0;
}

static void another_cpu_is_interrupted_to_make_room(void **state)
{
	struct sim_sched_params sched = {.resched_ipi_ps = 40};

	assert_int_equal(rt_begins(&sched, true), 500 + ENTRY_PS + 40 + EXIT_PS);
	assert_int_equal(irqs_of(0), 1);
	sim_finish();
	assert_int_equal(rt_begins(&sched, false), 500);
	assert_int_equal(irqs_of(0), 0);
	sim_finish();
	/* In the kernel the interrupt takes its time, and the thread goes on. */
	sched.preempt = SIM_PREEMPT_NONE;
	assert_int_equal(rt_begins(&sched, true), 2000 + ENTRY_PS + 40 + EXIT_PS);
	sim_finish();
	sched = (struct sim_sched_params){0};
	assert_int_equal(rt_begins(&sched, true), 500);
	assert_int_equal(irqs_of(0), 0);
}

/* --- soft interrupts --- */

struct device {
	struct sim_event event;
	struct sim_irq irq;
	u64 hard_ps, soft_ps;
};

static void interrupt(struct sim_event *event)
{
	sim_irq_raise(&((struct device *)event)->irq);
}

static void handle(struct sim_irq *irq)
{
	struct device *device = (struct device *)((char *)irq - offsetof(struct device, irq));

	note(10 + irq->number);
	sim_charge(device->hard_ps);
	sim_softirq_add(device->soft_ps);
}

static void interrupt_at(u64 ps, u32 number, u64 hard_ps, u64 soft_ps)
{
	struct device *device = sim_alloc(sizeof(*device));

	sim_event_init(&device->event, interrupt);
	sim_irq_init(&device->irq, number, 0, handle);
	device->irq.is_load = true;
	device->hard_ps = hard_ps;
	device->soft_ps = soft_ps;
	sim_event_schedule(&device->event, ps);
}

/*
 * One at 1000, its handler from 1100 to 1120, soft until 1620 if nothing came; one at 1200, from
 * 1300 to 1305, which adds 7.
 */
static void hard_interrupts_come_before_the_rest_of_soft_ones(void **state)
{
	struct sim_cpu_stats stats;

	start(&(struct sim_sched_params){0});
	interrupt_at(1000, 1, 20, 500);
	interrupt_at(1200, 2, 5, 7);
	start_thread(SIM_CLASS_NORMAL, 0, work, PS(4000));
	run_to_end();
	assert_note(0, 11, 1100);
	assert_note(1, 12, 1300);
	assert_note(2, 1, 4000 + 2 * ENTRY_PS + 20 + 500 + 5 + 7 + EXIT_PS);
	sim_cpu_stats(0, &stats);
	assert_int_equal(stats.load_ps, 20 + 500 + 5 + 7);
	assert_int_equal(stats.irq_ps, 2 * ENTRY_PS + EXIT_PS);
	assert_int_equal(stats.normal_ps, 4000);
}

static void load_thread_counts_as_load(void **state)
{
	const struct sim_thread_attr attr = {.name = "load", .cpu = 0, .is_load = true};
	struct sim_cpu_stats stats;

	start(&(struct sim_sched_params){0});
	sim_thread_wake(sim_thread_create(&attr, work, PS(300)));
	start_thread(SIM_CLASS_NORMAL, 0, work, PS(50));
	run_to_end();
	sim_cpu_stats(0, &stats);
	assert_int_equal(stats.load_ps, 300);
	assert_int_equal(stats.normal_ps, 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(busy_cpu_has_ticks_and_an_idle_one_has_none),
		MACHINE_TEST(slice_ends_at_a_tick),
		MACHINE_TEST(another_cpu_is_interrupted_to_make_room),
		MACHINE_TEST(hard_interrupts_come_before_the_rest_of_soft_ones),
		MACHINE_TEST(load_thread_counts_as_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
