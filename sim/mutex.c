// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mutex, after Linux's kernel/locking/mutex.c: one cmpxchg when it is free;
 * else optimistic spinning; else sleep in FIFO order. Releasing wakes the first
 * sleeper but leaves the mutex free, so that one who runs may take it before
 * the sleeper is there; a sleeper to whom that happened twice sets the handoff
 * flag, and the next release gives the mutex to it.
 *
 * Left out: wound/wait, the wait lock as a line of its own (it shares the
 * mutex's, as its place in struct mutex makes likely), PREEMPT_RT.
 */
#include "sim/lock_internal.h"
#include "sim/sim.h"

#define VAIN_WAKES_BEFORE_HANDOFF 2

void sim_mutex_init(struct sim_mutex *mutex, const char *class_name)
{
	*mutex = (struct sim_mutex){};
	sim_lock_base_init(&mutex->base, class_name);
}

static bool is_free(const struct sim_lock_base *base, const struct sim_waiter *waiter)
{
	return !base->owner;
}

static struct optimist optimist_of(struct sim_mutex *mutex)
{
	return (struct optimist){
		.base = &mutex->base,
		.osq = {&mutex->spinners_first, &mutex->spinners_last},
		.is_free = is_free,
	};
}

static bool take(struct sim_mutex *mutex, struct sim_thread *self)
{
	if (mutex->base.owner)
		return false;
	mutex->base.owner = self;
	return true;
}

/* Woken, with the line: is it ours? If not, spin on top of having slept. */
static bool take_after_wake(struct sim_mutex *mutex, struct sim_waiter *waiter)
{
	struct optimist optimist = optimist_of(mutex);

	if (waiter->is_granted || take(mutex, waiter->thread))
		return true;
	if (mutex->base.first != waiter)
		return false;
	if (++waiter->nr_vain >= VAIN_WAKES_BEFORE_HANDOFF)
		mutex->handoff = true;
	return sim_lock_spin(&optimist, waiter);
}

static void sleep_until_taken(struct sim_mutex *mutex, struct sim_thread *self)
{
	struct sim_waiter waiter = {.thread = self};

	sim_line_atomic(&mutex->base.line);
	if (take(mutex, self))
		return;
	mutex->base.class->sleeps++;
	sim_waiter_push(base_fifo(&mutex->base), &waiter);
	do {
		self->preempt_count--;
		sim_park();
		self->preempt_count++;
		sim_line_atomic(&mutex->base.line);
	} while (!take_after_wake(mutex, &waiter));
	if (mutex->base.first == &waiter)
		mutex->handoff = false;
	sim_waiter_remove(base_fifo(&mutex->base), &waiter);
}

static void lock_contended(struct sim_mutex *mutex, struct acquisition *acq,
			   struct sim_thread *self)
{
	struct optimist optimist = optimist_of(mutex);

	sim_lock_contended(acq);
	self->preempt_count++;
	if (!sim_lock_spin(&optimist, NULL))
		sleep_until_taken(mutex, self);
	self->preempt_count--;
}

void sim_mutex_lock(struct sim_mutex *mutex, const struct sim_site *site)
{
	struct acquisition acq = {.base = &mutex->base, .site = site};
	struct sim_thread *self = sim_core->current;

	sim_assert(sim_may_sleep());
	sim_line_atomic(&mutex->base.line);
	if (!take(mutex, self))
		lock_contended(mutex, &acq, self);
	mutex->base.acquired_ps = sim_core->now_ps;
	sim_lock_acquired(&acq);
	sim_settle();
}

bool sim_mutex_trylock(struct sim_mutex *mutex)
{
	struct acquisition acq = {.base = &mutex->base};

	sim_line_read(&mutex->base.line);
	if (mutex->base.owner)
		return false;
	sim_line_atomic(&mutex->base.line);
	if (!take(mutex, sim_core->current))
		return false;
	mutex->base.acquired_ps = sim_core->now_ps;
	sim_lock_acquired(&acq);
	return true;
}

/* Asleep, or about to be? Not if it spins or is awake already. */
static bool needs_wake(const struct sim_thread *thread)
{
	return !thread->is_spinning && (!thread->is_parked || thread->state == THREAD_PARKED);
}

void sim_mutex_unlock(struct sim_mutex *mutex)
{
	struct optimist optimist = optimist_of(mutex);
	struct wake_list wakes = {};
	struct sim_waiter *first;

	sim_assert(mutex->base.owner == sim_core->current);
	sim_settle();
	sim_lock_released(&mutex->base, mutex->base.acquired_ps);
	sim_line_atomic(&mutex->base.line);
	first = mutex->base.first;
	mutex->base.owner = NULL;
	if (first && mutex->handoff) {
		mutex->base.owner = first->thread;
		first->is_granted = true;
		mutex->handoff = false;
	}
	sim_lock_kick_spinners(&optimist);
	if (first && needs_wake(first->thread))
		sim_wake_list_add(&wakes, first->thread);
	/* From here on the mutex may be gone. */
	sim_wake_list_wake(&wakes);
}

bool sim_mutex_is_locked(const struct sim_mutex *mutex)
{
	return mutex->base.owner;
}

struct sim_thread *sim_mutex_owner(const struct sim_mutex *mutex)
{
	return mutex->base.owner;
}
