// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queued spinlock: who finds it taken queues and spins on a word of its own;
 * who releases hands it to the oldest, for which the lock's line moves to that
 * CPU. Nobody can overtake the queue.
 *
 * Left out: the pending bit (second in line without a queue node), and the line
 * of the queue node itself, whose transfer overlaps with that of the lock.
 */
#include "sim/lock_internal.h"
#include "sim/sim.h"

void sim_spinlock_init(struct sim_spinlock *lock, const char *class_name)
{
	sim_lock_base_init(&lock->base, class_name);
}

static void own(struct sim_lock_base *base, struct sim_thread *self)
{
	base->owner = self;
}

static void wait_in_queue(struct acquisition *acq, struct sim_thread *self)
{
	struct sim_waiter waiter = {.thread = self};

	sim_lock_contended(acq);
	sim_waiter_push(base_fifo(acq->base), &waiter);
	sim_thread_spin(self, false);
	sim_assert(acq->base->owner == self);
}

void sim_spin_lock(struct sim_spinlock *lock, const struct sim_site *site)
{
	struct acquisition acq = {.base = &lock->base, .site = site};
	struct sim_thread *self = sim_core->current;

	sim_preempt_disable();
	sim_line_atomic(&lock->base.line);
	if (lock->base.owner)
		wait_in_queue(&acq, self);
	else
		own(&lock->base, self);
	lock->base.acquired_ps = sim_core->now_ps;
	sim_lock_acquired(&acq);
}

bool sim_spin_trylock(struct sim_spinlock *lock)
{
	struct acquisition acq = {.base = &lock->base};

	sim_preempt_disable();
	sim_line_read(&lock->base.line);
	if (!lock->base.owner)
		sim_line_atomic(&lock->base.line);
	if (lock->base.owner) {
		sim_preempt_enable();
		return false;
	}
	own(&lock->base, sim_core->current);
	lock->base.acquired_ps = sim_core->now_ps;
	sim_lock_acquired(&acq);
	return true;
}

/* To the oldest waiter: it owns the lock now and runs when the line has arrived. */
static void hand_over(struct sim_lock_base *base)
{
	struct sim_waiter *waiter = base->first;
	u64 now_ps = sim_core->now_ps;
	u64 end_ps;

	sim_waiter_remove(base_fifo(base), waiter);
	own(base, waiter->thread);
	end_ps = sim_line_move(&base->line, waiter->thread->cpu->id, now_ps, LINE_WRITE);
	sim_thread_spin_end(waiter->thread, SPIN_RELEASED, end_ps - now_ps);
}

void sim_spin_unlock(struct sim_spinlock *lock)
{
	struct sim_lock_base *base = &lock->base;

	sim_assert(base->owner == sim_core->current);
	sim_settle();
	sim_lock_released(base, base->acquired_ps);
	sim_line_write(&base->line);
	if (base->first)
		hand_over(base);
	else
		base->owner = NULL;
	sim_preempt_enable();
}

bool sim_spin_is_locked(const struct sim_spinlock *lock)
{
	return lock->base.owner;
}
