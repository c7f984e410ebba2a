// SPDX-License-Identifier: GPL-2.0-only
/* Which locks a thread holds and waits for: for messages, nothing here changes what happens. */
#include "sim/holds.h"

#include "sim/lock_internal.h"

void sim_hold_begin(const struct acquisition *acq)
{
	struct sim_thread *self = sim_core->current;

	self->waits_for = NULL;
	if (self->nr_holds == SIM_MAX_HOLDS)
		return;
	self->holds[self->nr_holds++] = (struct sim_hold){
		.base = acq->base,
		.class = acq->base->class,
		.site = acq->site,
		.since_ps = sim_core->now_ps,
		.is_shared = acq->base->owner != self,
	};
}

/* Another thread's, or one that had no place: nothing to forget. */
void sim_hold_end(const struct sim_lock_base *base)
{
	struct sim_thread *self = sim_core->current;

	for (u32 i = self->nr_holds; i-- > 0;) {
		if (self->holds[i].base != base)
			continue;
		self->nr_holds--;
		for (; i < self->nr_holds; i++)
			self->holds[i] = self->holds[i + 1];
		return;
	}
}

u32 sim_thread_holds(const struct sim_thread *thread, const struct sim_hold **holds)
{
	*holds = thread->holds;
	return thread->nr_holds;
}

bool sim_thread_waits(const struct sim_thread *thread, struct sim_hold *wait)
{
	const struct acquisition *acq = thread->waits_for;

	if (!acq)
		return false;
	*wait = (struct sim_hold){
		.base = acq->base,
		.class = acq->base->class,
		.site = acq->site,
		.since_ps = acq->contended_ps,
	};
	return true;
}

const struct sim_thread *sim_thread_next(const struct sim_thread *thread)
{
	const struct sim_thread *next = thread ? thread->all_next : sim_core->threads;

	while (next && (next->class == SIM_CLASS_IRQ || next->state == THREAD_DEAD))
		next = next->all_next;
	return next;
}

bool sim_thread_is_asleep(const struct sim_thread *thread)
{
	return thread->state == THREAD_PARKED && !thread->waits_for;
}
