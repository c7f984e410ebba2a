// SPDX-License-Identifier: GPL-2.0-only
/* What forbids a thread to sleep: asked for, and set aside for one that sleeps all the same. */
#include "sim/core.h"
#include "sim/sim.h"

bool sim_irqs_are_off(void)
{
	return sim_core->current && sim_core->current->irq_count;
}

struct sim_atomic sim_atomic_set_aside(void)
{
	struct sim_thread *self = sim_core->current;
	struct sim_atomic atomic;

	sim_assert(self && !sim_in_hardirq());
	sim_settle();
	atomic = (struct sim_atomic){self->preempt_count, self->irq_count};
	self->preempt_count = 0;
	self->irq_count = 0;
	return atomic;
}

void sim_atomic_put_back(struct sim_atomic atomic)
{
	struct sim_thread *self = sim_core->current;

	sim_settle();
	self->preempt_count = atomic.preempt_count;
	self->irq_count = atomic.irq_count;
}
