// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hard interrupts: a CPU's interrupt context runs on top of its current thread,
 * handles what is pending, oldest first, and leaves when nothing is left.
 *
 * Left out: priorities among interrupts, affinity that changes, and the time in
 * the controller apart from that in the CPU (irq_entry_ps is both).
 */
#include "sim/core.h"
#include "sim/sim.h"
#include "sim/trace.h"

void sim_irq_init(struct sim_irq *irq, u32 number, u32 cpu, void (*handler)(struct sim_irq *))
{
	sim_assert(cpu < sim_core->params.nr_cpus && handler);
	*irq = (struct sim_irq){.number = number, .cpu = cpu, .handler = handler};
}

const char *sim_irq_name(u64 number)
{
	switch (number) {
	case SIM_IRQ_HRTIMER:
		return "timer of a sleep";
	case SIM_IRQ_LOAD:
		return "interrupt of the load";
	case SIM_IRQ_TICK:
		return "timer tick";
	case SIM_IRQ_RESCHED:
		return "reschedule interrupt";
	default:
		return NULL;
	}
}

/* What is left of the soft interrupt waits until the hard one is done. */
static void interrupt_softirq(struct cpu *cpu)
{
	struct sim_thread *thread = cpu->irq_thread;

	if (!cpu->is_in_softirq || cpu->burning != thread)
		return;
	sim_cpu_account(cpu);
	cpu->burning = NULL;
	thread->debt_ps = 0;
	cpu->softirq_ps += cpu->burn_end_ps - sim_core->now_ps;
	sim_event_schedule(&cpu->run_event, sim_core->now_ps);
}

void sim_irq_raise(struct sim_irq *irq)
{
	if (sim_core->current)
		sim_settle();
	sim_irq_signal(irq);
}

void sim_irq_signal(struct sim_irq *irq)
{
	struct cpu *cpu = &sim_core->cpus[irq->cpu];
	u64 exit_ps = 0;

	irq->nr_raised++;
	if (irq->is_pending)
		return;
	irq->is_pending = true;
	if (cpu->is_idling) {
		sim_idle_end(cpu, &exit_ps);
		cpu->idle_exit_ps = exit_ps;
	}
	irq->ready_ps = sim_core->now_ps + exit_ps + sim_cost_ps(sim_core->params.irq_entry_ps);
	irq->next = NULL;
	if (cpu->irq_last)
		cpu->irq_last->next = irq;
	else
		cpu->irq_first = irq;
	cpu->irq_last = irq;
	interrupt_softirq(cpu);
	if (cpu_has_deliverable_irq(cpu))
		sim_cpu_kick(cpu);
}

/* What is left of the entry of the oldest pending interrupt. */
static u64 entry_left_ps(const struct cpu *cpu)
{
	u64 ready_ps = cpu->irq_first->ready_ps;

	return ready_ps > sim_core->now_ps ? ready_ps - sim_core->now_ps : 0;
}

/* The interrupt context comes on top, entering. */
void sim_irq_start(struct cpu *cpu)
{
	sim_cpu_account(cpu);
	cpu->is_in_irq = true;
	sim_work_mark(cpu->irq_thread);
	cpu->irq_thread->debt_ps += entry_left_ps(cpu);
}

static void set_load(struct cpu *cpu, bool is_load)
{
	if (cpu->is_in_load_irq == is_load)
		return;
	sim_cpu_account(cpu);
	cpu->is_in_load_irq = is_load;
}

static void take_first(struct cpu *cpu)
{
	struct sim_irq *irq = cpu->irq_first;

	cpu->irq_first = irq->next;
	if (!cpu->irq_first)
		cpu->irq_last = NULL;
	/* Raised again while it is handled, it is handled again. */
	irq->is_pending = false;
	irq->nr_taken++;
	cpu->stats.irqs++;
	sim_trace(SIM_TRACE_IRQ, cpu->id, irq->number);
	set_load(cpu, irq->is_load);
	irq->handler(irq);
	sim_assert(thread_may_switch(cpu->irq_thread)); /* the handler let go of its locks */
	sim_settle();
	set_load(cpu, false);
	sim_work_begin();
}

void sim_softirq_add(u64 ps)
{
	sim_assert(sim_in_hardirq());
	sim_core->current->cpu->softirq_ps += ps;
}

/* All that is left, or until a hard interrupt comes. */
static void run_softirq(struct cpu *cpu)
{
	u64 ps = cpu->softirq_ps;

	cpu->softirq_ps = 0;
	set_load(cpu, true);
	cpu->is_in_softirq = true;
	sim_charge(ps);
	sim_settle();
	cpu->is_in_softirq = false;
	set_load(cpu, false);
}

static void run_pending(struct cpu *cpu)
{
	while (cpu->irq_first) {
		sim_charge(entry_left_ps(cpu));
		sim_settle();
		take_first(cpu);
	}
}

void sim_irq_main(void *arg)
{
	struct cpu *cpu = arg;

	for (;;) {
		run_pending(cpu);
		if (cpu->softirq_ps) {
			run_softirq(cpu);
			continue;
		}
		sim_charge_cost(sim_core->params.irq_exit_ps);
		sim_settle();
		if (cpu->irq_first)
			continue;
		sim_cpu_account(cpu);
		cpu->is_in_irq = false;
		sim_fiber_yield(&cpu->irq_thread->fiber);
	}
}
