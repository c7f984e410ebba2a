// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reader-writer semaphore, after Linux's kernel/locking/rwsem.c: readers share;
 * anyone who waits makes new readers queue; when a reader is first in the queue
 * all queued readers (up to 256) get the lock at once; a writer is woken and
 * takes it itself, unless another writer was faster. A writer that was woken in
 * vain twice lets nobody overtake it any more (Linux: after 4 ms).
 *
 * Left out: spinning while readers hold it (Linux spins for a bounded time),
 * reader lock stealing, downgrade.
 */
#include "sim/lock_internal.h"
#include "sim/sim.h"

#define MAX_READERS_WAKEUP 256
#define VAIN_WAKES_BEFORE_HANDOFF 2

void sim_rwsem_init(struct sim_rwsem *sem, const char *class_name)
{
	*sem = (struct sim_rwsem){};
	sim_lock_base_init(&sem->base, class_name);
}

static struct sim_rwsem *sem_of(const struct sim_lock_base *base)
{
	return (struct sim_rwsem *)((u8 *)base - offsetof(struct sim_rwsem, base));
}

/* May a writer take it now? */
static bool is_free(const struct sim_lock_base *base, const struct sim_waiter *waiter)
{
	const struct sim_waiter *first = base->first;

	if (base->owner || sem_of(base)->nr_readers)
		return false;
	return !first || first == waiter || first->nr_vain < VAIN_WAKES_BEFORE_HANDOFF;
}

static struct optimist optimist_of(struct sim_rwsem *sem)
{
	return (struct optimist){
		.base = &sem->base,
		.osq = {&sem->spinners_first, &sem->spinners_last},
		.is_free = is_free,
	};
}

/* --- readers --- */

/* More than anyone should hold are left out, too: they are still held (sim/holds.h). */
static void read_hold_begin(struct sim_thread *self, const struct sim_rwsem *sem)
{
	if (self->nr_read_holds == MAX_READ_HOLDS)
		return;
	self->read_holds[self->nr_read_holds].sem = sem;
	self->read_holds[self->nr_read_holds++].acquired_ps = sim_core->now_ps;
}

/* Another thread's hold has no known start and is left out of the statistics. */
static void read_hold_end(struct sim_thread *self, struct sim_rwsem *sem)
{
	u32 i;

	for (i = self->nr_read_holds; i-- > 0;) {
		if (self->read_holds[i].sem != sem)
			continue;
		sim_lock_released(&sem->base, self->read_holds[i].acquired_ps);
		self->read_holds[i] = self->read_holds[--self->nr_read_holds];
		return;
	}
}

static bool take_read(struct sim_rwsem *sem)
{
	if (sem->base.owner || sem->base.first)
		return false;
	sem->nr_readers++;
	return true;
}

static void wait_read(struct sim_rwsem *sem, struct acquisition *acq, struct sim_thread *self)
{
	struct sim_waiter waiter = {.thread = self};

	sim_lock_contended(acq);
	sim_line_atomic(&sem->base.line);
	if (take_read(sem))
		return;
	sem->base.class->sleeps++;
	sim_waiter_push(base_fifo(&sem->base), &waiter);
	while (!waiter.is_granted)
		sim_park();
}

void sim_down_read(struct sim_rwsem *sem, const struct sim_site *site)
{
	struct acquisition acq = {.base = &sem->base, .site = site};
	struct sim_thread *self = sim_core->current;

	sim_assert(sim_may_sleep());
	sim_line_atomic(&sem->base.line);
	if (!take_read(sem))
		wait_read(sem, &acq, self);
	read_hold_begin(self, sem);
	sim_lock_acquired(&acq);
}

bool sim_down_read_trylock(struct sim_rwsem *sem)
{
	struct acquisition acq = {.base = &sem->base};

	sim_line_read(&sem->base.line);
	if (sem->base.owner || sem->base.first)
		return false;
	sim_line_atomic(&sem->base.line);
	if (!take_read(sem))
		return false;
	read_hold_begin(sim_core->current, sem);
	sim_lock_acquired(&acq);
	return true;
}

/* --- release --- */

static void grant_readers(struct sim_rwsem *sem, struct wake_list *wakes)
{
	struct sim_waiter *waiter, *next;
	u32 nr = 0;

	for (waiter = sem->base.first; waiter && nr < MAX_READERS_WAKEUP; waiter = next) {
		next = waiter->next;
		if (waiter->is_writer)
			continue;
		sim_waiter_remove(base_fifo(&sem->base), waiter);
		sem->nr_readers++;
		nr++;
		waiter->is_granted = true;
		sim_wake_list_add(wakes, waiter->thread);
	}
}

static bool needs_wake(const struct sim_thread *thread)
{
	return !thread->is_spinning && (!thread->is_parked || thread->state == THREAD_PARKED);
}

/* Nobody holds it: who is next? */
static void pass_on(struct sim_rwsem *sem, struct wake_list *wakes)
{
	struct optimist optimist = optimist_of(sem);
	struct sim_waiter *first = sem->base.first;

	if (first && !first->is_writer)
		grant_readers(sem, wakes);
	else if (first && needs_wake(first->thread))
		sim_wake_list_add(wakes, first->thread);
	sim_lock_kick_spinners(&optimist);
}

void sim_up_read(struct sim_rwsem *sem)
{
	struct wake_list wakes = {};

	sim_assert(sem->nr_readers);
	sim_settle();
	read_hold_end(sim_core->current, sem);
	sim_line_atomic(&sem->base.line);
	if (!--sem->nr_readers)
		pass_on(sem, &wakes);
	sim_wake_list_wake(&wakes);
}

void sim_up_write(struct sim_rwsem *sem)
{
	struct wake_list wakes = {};

	sim_assert(sem->base.owner == sim_core->current);
	sim_settle();
	sim_lock_released(&sem->base, sem->base.acquired_ps);
	sim_line_atomic(&sem->base.line);
	sem->base.owner = NULL;
	pass_on(sem, &wakes);
	/* From here on the semaphore may be gone. */
	sim_wake_list_wake(&wakes);
}

/* --- writers --- */

static bool take_write(struct sim_rwsem *sem, struct sim_thread *self,
		       const struct sim_waiter *waiter)
{
	if (!is_free(&sem->base, waiter))
		return false;
	sem->base.owner = self;
	return true;
}

static bool take_after_wake(struct sim_rwsem *sem, struct sim_waiter *waiter)
{
	struct optimist optimist = optimist_of(sem);

	if (sem->base.first != waiter)
		return false;
	if (take_write(sem, waiter->thread, waiter))
		return true;
	waiter->nr_vain++;
	return sim_lock_spin(&optimist, waiter);
}

static void sleep_until_taken(struct sim_rwsem *sem, struct sim_thread *self)
{
	struct sim_waiter waiter = {.thread = self, .is_writer = true};

	sim_line_atomic(&sem->base.line);
	if (take_write(sem, self, &waiter))
		return;
	sem->base.class->sleeps++;
	sim_waiter_push(base_fifo(&sem->base), &waiter);
	do {
		self->preempt_count--;
		sim_park();
		self->preempt_count++;
		sim_line_atomic(&sem->base.line);
	} while (!take_after_wake(sem, &waiter));
	sim_waiter_remove(base_fifo(&sem->base), &waiter);
}

static void wait_write(struct sim_rwsem *sem, struct acquisition *acq, struct sim_thread *self)
{
	struct optimist optimist = optimist_of(sem);

	sim_lock_contended(acq);
	self->preempt_count++;
	if (!sim_lock_spin(&optimist, NULL))
		sleep_until_taken(sem, self);
	self->preempt_count--;
}

void sim_down_write(struct sim_rwsem *sem, const struct sim_site *site)
{
	struct acquisition acq = {.base = &sem->base, .site = site};
	struct sim_thread *self = sim_core->current;

	sim_assert(sim_may_sleep());
	sim_line_atomic(&sem->base.line);
	if (!take_write(sem, self, NULL))
		wait_write(sem, &acq, self);
	sem->base.acquired_ps = sim_core->now_ps;
	sim_lock_acquired(&acq);
	sim_settle();
}

bool sim_down_write_trylock(struct sim_rwsem *sem)
{
	struct acquisition acq = {.base = &sem->base};

	sim_line_read(&sem->base.line);
	if (!is_free(&sem->base, NULL))
		return false;
	sim_line_atomic(&sem->base.line);
	if (!take_write(sem, sim_core->current, NULL))
		return false;
	sem->base.acquired_ps = sim_core->now_ps;
	sim_lock_acquired(&acq);
	return true;
}

bool sim_rwsem_is_locked(const struct sim_rwsem *sem)
{
	return sem->base.owner || sem->nr_readers;
}
