// SPDX-License-Identifier: GPL-2.0-only
/* When a thread makes room for another: see sched.h. Who gets the CPU then is cpu.c. */
#include "sim/sched.h"
#include "sim/core.h"
#include "sim/dist.h"
#include "sim/sim.h"
#include "sim/time.h"

#define PREEMPT_NAME(ID, name) name,
const char *const sim_preempt_names[] = {SIM_PREEMPTS(PREEMPT_NAME) NULL};

/* --- interrupts of the scheduler's own --- */

static struct cpu *cpu_of_tick_event(struct sim_event *event)
{
	return (struct cpu *)((u8 *)event - offsetof(struct cpu, tick_event));
}

/* An idle CPU has none (NO_HZ_IDLE): it begins again with the next thread, in step with the others.
 */
static void tick(struct sim_event *event)
{
	struct cpu *cpu = cpu_of_tick_event(event);

	if (!cpu->current)
		return;
	sim_irq_raise(&cpu->tick_irq);
	sim_cpu_schedule_tick(cpu);
}

static void handle_tick(struct sim_irq *irq)
{
	sim_charge_cost(sim_core->sched.tick_ps);
	sim_settle();
	sim_cpu_tick(&sim_core->cpus[irq->cpu]);
}

static void handle_resched(struct sim_irq *irq)
{
	sim_charge_cost(sim_core->sched.resched_ipi_ps);
}

static void init_cpu(struct cpu *cpu)
{
	sim_event_init(&cpu->tick_event, tick);
	sim_irq_init(&cpu->tick_irq, SIM_IRQ_TICK, cpu->id, handle_tick);
	sim_irq_init(&cpu->resched_irq, SIM_IRQ_RESCHED, cpu->id, handle_resched);
}

void sim_sched_init(const struct sim_sched_params *params)
{
	sim_assert(sim_core->cpus && params->preempt <= SIM_PREEMPT_NONE);
	sim_core->sched = *params;
	for (u32 id = 0; id < sim_core->params.nr_cpus; id++)
		init_cpu(&sim_core->cpus[id]);
}

static bool model_looks_at(enum sim_preempt_point point)
{
	switch (sim_core->sched.preempt) {
	case SIM_PREEMPT_NONE:
		return point == SIM_POINT_COND_RESCHED;
	case SIM_PREEMPT_VOLUNTARY:
		return true;
	case SIM_PREEMPT_FULL:
		break; /* it has looked already */
	}
	return false;
}

void sim_preempt_point(enum sim_preempt_point point)
{
	struct sim_thread *self = sim_core->current;

	if (!self || !sim_may_sleep() || !model_looks_at(point))
		return;
	sim_settle();
	if (!self->cpu->is_resched_wanted)
		return;
	self->is_giving_way = true;
	sim_settle();
	self->is_giving_way = false;
}

bool sim_need_resched(void)
{
	return sim_core->current && sim_core->current->cpu->is_resched_wanted;
}

void sim_user_begin(void)
{
	struct sim_thread *self = sim_core->current;

	sim_settle();
	sim_assert(sim_may_sleep() && !self->is_in_user);
	self->is_in_user = true;
	sim_settle();
}

void sim_user_end(void)
{
	struct sim_thread *self = sim_core->current;

	sim_settle();
	sim_assert(sim_may_sleep() && self->is_in_user);
	self->is_in_user = false;
}
