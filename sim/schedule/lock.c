// SPDX-License-Identifier: GPL-2.0-only
/*
 * Locks without a clock: who takes a free lock is the schedule's choice among all that want it.
 * That covers what Linux's locks do by time: a waiter that spins and steals the lock, one that
 * sleeps and is woken too late, and a hand-over.
 *
 * A thread that wants a mutex or spinlock that is held is not ready. A reader/writer semaphore
 * has two steps: asking, which always can be, and, if it could not be had, getting it. A reader
 * waits behind a writer that has asked when other readers hold it, as in Linux: taken twice by
 * one thread for reading, that is a deadlock.
 */
#include "sim/schedule/internal.h"

#include <stdlib.h>
#include <string.h>

#include "sim/sim.h"

/* --- classes: names, in the host's memory --- */

struct class_list {
	struct sim_lock_class *first;
};

/* Set once: what was made in one schedule is there in the next. */
static struct class_list *classes;

struct sim_lock_class *sim_lock_class_get(const char *name)
{
	struct sim_lock_class *class;

	if (!classes)
		classes = calloc(1, sizeof(*classes));
	sim_assert(classes);
	for (class = classes->first; class; class = class->next)
		if (!strcmp(class->name, name))
			return class;
	class = calloc(1, sizeof(*class));
	sim_assert(class);
	class->name = strdup(name);
	class->number = classes->first ? classes->first->number + 1 : 1;
	class->next = classes->first;
	classes->first = class;
	return class;
}

void sim_lock_base_init(struct sim_lock_base *base, const char *class_name)
{
	memset(base, 0, sizeof(*base));
	base->class = sim_lock_class_get(class_name);
}

/* --- taking --- */

/* What orders who reads behind who wrote, and who writes behind all who read. */
static const void *readers_order(const struct sim_lock_base *base)
{
	return &base->owner;
}

/*
 * What is quiet has no steps: who looks at their order would take this one for one that cannot be
 * the other way round.
 */
static void acquire(const void *order)
{
	if (!sim_is_quiet())
		sim_order_acquire(order);
}

static void release(const void *order)
{
	if (!sim_is_quiet())
		sim_order_release(order);
}

static void note_hold(const struct acquisition *acq)
{
	sim_hold_begin(acq);
	acquire(acq->base);
}

static void note_rwsem_hold(const struct acquisition *acq)
{
	note_hold(acq);
	if (acq->base->owner)
		acquire(readers_order(acq->base));
}

static bool is_queued_writer(const struct turn_thread *thread, const struct sim_rwsem *sem)
{
	return thread && thread->blocked_by == &sem->base && thread->mode == LOCK_EXCLUSIVE;
}

static bool has_queued_writer(const struct sim_rwsem *sem)
{
	for (u32 i = 0; turn->nr_blocked && i < turn->nr_slots; i++) {
		if (is_queued_writer(turn->slots[i], sem))
			return true;
	}
	return false;
}

static bool may_write(const struct sim_rwsem *sem)
{
	return !sem->base.owner && !sem->nr_readers;
}

static bool may_read(const struct sim_rwsem *sem)
{
	return !sem->base.owner && !(sem->nr_readers && has_queued_writer(sem));
}

static bool rwsem_may(const struct sim_rwsem *sem, enum lock_mode mode)
{
	return mode == LOCK_SHARED ? may_read(sem) : may_write(sem);
}

/* NULL: by none. */
static void set_blocked_by(struct turn_thread *thread, const struct sim_lock_base *base)
{
	turn->nr_blocked += (base != NULL) - (thread->blocked_by != NULL);
	thread->blocked_by = base;
}

/* @base is taken: who is ready only to take it too is not. */
static void unready_rivals(const struct sim_lock_base *base)
{
	const struct turn_thread *self = turn_self();

	for (u32 i = turn->nr_ready; i-- > 0;) {
		struct turn_thread *rival = turn_ready_at(i);

		if (rival == self || rival->step.kind != SIM_POINT_LOCK ||
		    rival->step.addr != (const void *)base)
			continue;
		set_blocked_by(rival, base);
		turn_unready(rival);
	}
}

static void ready_waiters(const struct sim_lock_base *base)
{
	for (u32 i = 0; turn->nr_blocked && i < turn->nr_slots; i++) {
		struct turn_thread *waiter = turn->slots[i];

		if (waiter && waiter->blocked_by == base && waiter->place < 0)
			turn_ready(waiter);
	}
}

/* Returns when it is the caller's turn to take the free lock. */
static void take(struct sim_lock_base *base, const struct sim_site *site)
{
	struct acquisition acq = {.base = base, .site = site};
	struct turn_thread *self = turn_self();

	self->thread.waits_for = &acq;
	if (base->owner) {
		self->step = (struct sim_step){SIM_POINT_LOCK, self->step.slot, sizeof(long), base};
		self->mode = LOCK_EXCLUSIVE;
		set_blocked_by(self, base);
		turn_block(self);
	} else if (!self->nr_quiet) {
		turn_point(self, SIM_POINT_LOCK, base, sizeof(long));
	}
	set_blocked_by(self, NULL);
	sim_assert(!base->owner);
	base->owner = &self->thread;
	unready_rivals(base);
	note_hold(&acq);
}

static bool try(struct sim_lock_base *base)
{
	struct acquisition acq = {.base = base};

	sim_point(SIM_POINT_STEP, base, sizeof(long));
	if (base->owner)
		return false;
	base->owner = sim_core->current;
	unready_rivals(base);
	note_hold(&acq);
	return true;
}

/* Whether it is held, or was a moment ago. */
static void look(const struct sim_lock_base *base)
{
	sim_point(SIM_POINT_LOAD, base, sizeof(long));
}

static void give(struct sim_lock_base *base)
{
	if (base->owner != sim_core->current)
		sim_schedule_fail("lock %s is released by '%s', who does not hold it",
				  base->class->name, sim_core->current->name);
	sim_point(SIM_POINT_UNLOCK, base, sizeof(long));
	release(base);
	sim_hold_end(base);
	base->owner = NULL;
	ready_waiters(base);
	sim_point(SIM_POINT_RELEASE, NULL, 0);
}

/* --- spinlock --- */

void sim_spinlock_init(struct sim_spinlock *lock, const char *class_name)
{
	sim_lock_base_init(&lock->base, class_name);
}

void sim_spinlock_place(struct sim_spinlock *lock, struct sim_word *word)
{
}

void sim_spin_lock(struct sim_spinlock *lock, const struct sim_site *site)
{
	take(&lock->base, site);
	sim_preempt_disable();
}

bool sim_spin_trylock(struct sim_spinlock *lock)
{
	bool is_taken = try(&lock->base);

	if (is_taken)
		sim_preempt_disable();
	return is_taken;
}

void sim_spin_unlock(struct sim_spinlock *lock)
{
	sim_preempt_enable();
	give(&lock->base);
}

bool sim_spin_is_locked(const struct sim_spinlock *lock)
{
	look(&lock->base);
	return lock->base.owner;
}

/* --- mutex --- */

void sim_mutex_init(struct sim_mutex *mutex, const char *class_name)
{
	sim_lock_base_init(&mutex->base, class_name);
}

void sim_mutex_lock(struct sim_mutex *mutex, const struct sim_site *site)
{
	take(&mutex->base, site);
}

bool sim_mutex_trylock(struct sim_mutex *mutex)
{
	return try(&mutex->base);
}

void sim_mutex_unlock(struct sim_mutex *mutex)
{
	give(&mutex->base);
}

bool sim_mutex_is_locked(const struct sim_mutex *mutex)
{
	look(&mutex->base);
	return mutex->base.owner;
}

struct sim_thread *sim_mutex_owner(const struct sim_mutex *mutex)
{
	return mutex->base.owner;
}

/* --- reader/writer semaphore --- */

void sim_rwsem_init(struct sim_rwsem *sem, const char *class_name)
{
	sim_lock_base_init(&sem->base, class_name);
	sem->nr_readers = 0;
}

/* Those that wait and can have it now are ready, the others are not. */
static void rwsem_sort(const struct sim_rwsem *sem)
{
	const struct turn_thread *self = turn_self();

	for (u32 i = 0; turn->nr_blocked && i < turn->nr_slots; i++) {
		struct turn_thread *waiter = turn->slots[i];
		bool may;

		if (!waiter || waiter == self || waiter->blocked_by != &sem->base)
			continue;
		may = rwsem_may(sem, waiter->mode);
		if (may && waiter->place < 0)
			turn_ready(waiter);
		else if (!may && waiter->place >= 0)
			turn_unready(waiter);
	}
}

static void rwsem_take(struct sim_rwsem *sem, enum lock_mode mode, const struct sim_site *site)
{
	struct acquisition acq = {.base = &sem->base, .site = site};
	struct turn_thread *self = turn_self();

	self->thread.waits_for = &acq;
	sim_point(SIM_POINT_STEP, sem, sizeof(long));
	if (!rwsem_may(sem, mode)) {
		self->step = (struct sim_step){SIM_POINT_LOCK, self->step.slot, sizeof(long), sem};
		self->mode = mode;
		set_blocked_by(self, &sem->base);
		turn_block(self);
	}
	set_blocked_by(self, NULL);
	if (mode == LOCK_SHARED)
		sem->nr_readers++;
	else
		sem->base.owner = &self->thread;
	rwsem_sort(sem);
	note_rwsem_hold(&acq);
}

void sim_down_read(struct sim_rwsem *sem, const struct sim_site *site)
{
	rwsem_take(sem, LOCK_SHARED, site);
}

void sim_down_write(struct sim_rwsem *sem, const struct sim_site *site)
{
	rwsem_take(sem, LOCK_EXCLUSIVE, site);
}

static bool rwsem_try(struct sim_rwsem *sem, enum lock_mode mode)
{
	struct acquisition acq = {.base = &sem->base};

	sim_point(SIM_POINT_STEP, sem, sizeof(long));
	if (!rwsem_may(sem, mode))
		return false;
	if (mode == LOCK_SHARED)
		sem->nr_readers++;
	else
		sem->base.owner = sim_core->current;
	rwsem_sort(sem);
	note_rwsem_hold(&acq);
	return true;
}

bool sim_down_read_trylock(struct sim_rwsem *sem)
{
	return rwsem_try(sem, LOCK_SHARED);
}

bool sim_down_write_trylock(struct sim_rwsem *sem)
{
	return rwsem_try(sem, LOCK_EXCLUSIVE);
}

static void rwsem_give(struct sim_rwsem *sem)
{
	sim_point(SIM_POINT_UNLOCK, sem, sizeof(long));
	release(sem->base.owner ? &sem->base : readers_order(&sem->base));
	sim_hold_end(&sem->base);
}

void sim_up_read(struct sim_rwsem *sem)
{
	if (!sem->nr_readers)
		sim_schedule_fail("rwsem %s is released by '%s', though nobody reads",
				  sem->base.class->name, sim_core->current->name);
	rwsem_give(sem);
	sem->nr_readers--;
	rwsem_sort(sem);
	sim_point(SIM_POINT_RELEASE, NULL, 0);
}

void sim_up_write(struct sim_rwsem *sem)
{
	if (sem->base.owner != sim_core->current)
		sim_schedule_fail("rwsem %s is released by '%s', who does not hold it",
				  sem->base.class->name, sim_core->current->name);
	rwsem_give(sem);
	sem->base.owner = NULL;
	rwsem_sort(sem);
	sim_point(SIM_POINT_RELEASE, NULL, 0);
}

bool sim_rwsem_is_locked(const struct sim_rwsem *sem)
{
	look(&sem->base);
	return sem->base.owner || sem->nr_readers;
}
