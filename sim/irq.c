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

void sim_irq_raise(struct sim_irq *irq)
{
	struct cpu *cpu = &sim_core->cpus[irq->cpu];
	u64 exit_ps = 0;

	if (sim_core->current)
		sim_settle();
	irq->nr_raised++;
	if (irq->is_pending)
		return;
	irq->is_pending = true;
	if (cpu->is_idling)
		sim_idle_end(cpu, &exit_ps);
	irq->ready_ps = sim_core->now_ps + exit_ps + sim_cost_ps(sim_core->params.irq_entry_ps);
	irq->next = NULL;
	if (cpu->irq_last)
		cpu->irq_last->next = irq;
	else
		cpu->irq_first = irq;
	cpu->irq_last = irq;
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
	cpu->irq_thread->debt_ps += entry_left_ps(cpu);
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
	irq->handler(irq);
	sim_assert(thread_may_switch(cpu->irq_thread)); /* the handler let go of its locks */
	sim_settle();
}

void sim_irq_main(void *arg)
{
	struct cpu *cpu = arg;

	for (;;) {
		while (cpu->irq_first) {
			sim_charge(entry_left_ps(cpu));
			sim_settle();
			take_first(cpu);
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
