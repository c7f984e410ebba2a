// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hard interrupts, and who polls. A line's handler is a thread that sleeps until the line is
 * signalled; when it runs is a choice, so an interrupt comes as late as may be. It has a CPU of its
 * own: what a CPU keeps from itself by disabling interrupts is not looked for.
 */
#include "sim/schedule/internal.h"

#include "sim/sim.h"

static struct turn_thread *handler_of(const struct sim_irq *irq)
{
	for (u32 i = 0; i < turn->nr_slots; i++) {
		if (turn->slots[i] && turn->slots[i]->irq == irq)
			return turn->slots[i];
	}
	return NULL;
}

static void sleep_until_signalled(struct turn_thread *self)
{
	self->step = (struct sim_step){.kind = SIM_POINT_WAKE, .slot = self->step.slot};
	self->thread.state = THREAD_PARKED;
	turn_block(self);
}

static void handle(void *arg)
{
	struct turn_thread *self = turn_self();
	struct sim_irq *irq = arg;

	self->thread.irq_count = 1;
	for (;;) {
		while (irq->is_pending) {
			irq->is_pending = false;
			irq->nr_taken++;
			irq->handler(irq);
		}
		sleep_until_signalled(self);
	}
}

void sim_irq_init(struct sim_irq *irq, u32 number, u32 cpu, void (*handler)(struct sim_irq *))
{
	struct sim_thread_attr attr = {.name = "hard irq", .cpu = (int)cpu};
	struct sim_thread *thread;

	*irq = (struct sim_irq){.number = number, .cpu = cpu, .handler = handler};
	thread = sim_thread_create(&attr, handle, irq);
	sim_assert(thread);
	((struct turn_thread *)thread)->irq = irq;
}

void sim_irq_raise(struct sim_irq *irq)
{
	irq->nr_raised++;
	if (irq->is_pending)
		return;
	irq->is_pending = true;
	sim_thread_wake(&handler_of(irq)->thread);
}

bool sim_in_hardirq(void)
{
	return sim_core->current && turn_self()->irq;
}

/* --- polling --- */

void sim_spin(void)
{
	struct turn_thread *self = turn_self();

	self->step = (struct sim_step){.kind = SIM_POINT_WAKE, .slot = self->step.slot};
	self->thread.is_spinning = true;
	turn_block(self);
}

void sim_spin_end(struct sim_thread *thread, u64 cost_ps)
{
	if (!thread->is_spinning)
		return;
	thread->is_spinning = false;
	turn_wake((struct turn_thread *)thread);
}

/* No CPU has it in its cache. */
int sim_line_snoop(struct sim_line *line)
{
	return -1;
}
