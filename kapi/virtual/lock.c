// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's locks on those of sim/lock.h. A lock in static storage has only
 * its name until it is used first in a machine.
 */
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>

#include "kapi/virtual/lockdep.h"

static bool tried(const struct sim_lock_base *base, bool is_taken)
{
	if (is_taken)
		kapi_lockdep_tried(base);
	return is_taken;
}

/* --- spinlock --- */

void __spin_lock_init(spinlock_t *lock, const char *name, struct lock_class_key *key)
{
	lock->name = name;
	lock->epoch = kapi_epoch;
	sim_spinlock_init(&lock->world, name);
}

static void spin_prepare(spinlock_t *lock)
{
	if (unlikely(lock->epoch != kapi_epoch))
		__spin_lock_init(lock, lock->name, NULL);
}

void kapi_spin_lock(spinlock_t *lock, const kapi_site_t *site)
{
	spin_prepare(lock);
	kapi_lockdep_wants(&lock->world.base, site);
	kapi_call();
	sim_spin_lock(&lock->world, site);
}

int spin_trylock(spinlock_t *lock)
{
	spin_prepare(lock);
	kapi_call();
	return tried(&lock->world.base, sim_spin_trylock(&lock->world));
}

void spin_unlock(spinlock_t *lock)
{
	sim_spin_unlock(&lock->world);
}

int spin_is_locked(spinlock_t *lock)
{
	spin_prepare(lock);
	return sim_spin_is_locked(&lock->world);
}

void kapi_assert_spin_held(void *lock)
{
	BUG_ON(((spinlock_t *)lock)->world.base.owner != sim_thread_self());
}

/* --- mutex --- */

void __mutex_init(struct mutex *lock, const char *name, struct lock_class_key *key)
{
	lock->name = name;
	lock->epoch = kapi_epoch;
	sim_mutex_init(&lock->world, name);
}

static void mutex_prepare(struct mutex *lock)
{
	if (unlikely(lock->epoch != kapi_epoch))
		__mutex_init(lock, lock->name, NULL);
}

static void lock_mutex(struct mutex *lock, const kapi_site_t *site)
{
	bool is_atomic = kapi_might_sleep(site);
	struct sim_atomic atomic = {};

	if (unlikely(is_atomic))
		atomic = sim_atomic_set_aside();
	kapi_call();
	sim_mutex_lock(&lock->world, site);
	if (unlikely(is_atomic))
		sim_atomic_put_back(atomic);
}

void kapi_mutex_lock(struct mutex *lock, const kapi_site_t *site)
{
	mutex_prepare(lock);
	kapi_lockdep_wants(&lock->world.base, site);
	lock_mutex(lock, site);
}

void kapi_mutex_lock_nested(struct mutex *lock, const kapi_site_t *site)
{
	mutex_prepare(lock);
	kapi_lockdep_nested(&lock->world.base, site);
	lock_mutex(lock, site);
}

int mutex_trylock(struct mutex *lock)
{
	mutex_prepare(lock);
	kapi_call();
	return tried(&lock->world.base, sim_mutex_trylock(&lock->world));
}

void mutex_unlock(struct mutex *lock)
{
	sim_mutex_unlock(&lock->world);
}

bool mutex_is_locked(struct mutex *lock)
{
	mutex_prepare(lock);
	return sim_mutex_is_locked(&lock->world);
}

void mutex_destroy(struct mutex *lock)
{
	WARN_ON(mutex_is_locked(lock));
}

void kapi_assert_mutex_held(void *lock)
{
	BUG_ON(sim_mutex_owner(&((struct mutex *)lock)->world) != sim_thread_self());
}

/* --- reader/writer semaphore --- */

void __init_rwsem(struct rw_semaphore *sem, const char *name, struct lock_class_key *key)
{
	sem->name = name;
	sem->epoch = kapi_epoch;
	sim_rwsem_init(&sem->world, name);
}

static void rwsem_prepare(struct rw_semaphore *sem)
{
	if (unlikely(sem->epoch != kapi_epoch))
		__init_rwsem(sem, sem->name, NULL);
}

static void down(struct rw_semaphore *sem,
		 void (*take)(struct sim_rwsem *sem, const struct sim_site *site),
		 const kapi_site_t *site)
{
	bool is_atomic = kapi_might_sleep(site);
	struct sim_atomic atomic = {};

	rwsem_prepare(sem);
	kapi_lockdep_wants(&sem->world.base, site);
	if (unlikely(is_atomic))
		atomic = sim_atomic_set_aside();
	kapi_call();
	take(&sem->world, site);
	if (unlikely(is_atomic))
		sim_atomic_put_back(atomic);
}

void kapi_down_read(struct rw_semaphore *sem, const kapi_site_t *site)
{
	down(sem, sim_down_read, site);
}

void kapi_down_write(struct rw_semaphore *sem, const kapi_site_t *site)
{
	down(sem, sim_down_write, site);
}

int down_read_trylock(struct rw_semaphore *sem)
{
	rwsem_prepare(sem);
	kapi_call();
	return tried(&sem->world.base, sim_down_read_trylock(&sem->world));
}

int down_write_trylock(struct rw_semaphore *sem)
{
	rwsem_prepare(sem);
	kapi_call();
	return tried(&sem->world.base, sim_down_write_trylock(&sem->world));
}

void up_read(struct rw_semaphore *sem)
{
	sim_up_read(&sem->world);
}

void up_write(struct rw_semaphore *sem)
{
	sim_up_write(&sem->world);
}

int rwsem_is_locked(struct rw_semaphore *sem)
{
	rwsem_prepare(sem);
	return sim_rwsem_is_locked(&sem->world);
}

void kapi_assert_rwsem_held(void *sem)
{
	BUG_ON(!rwsem_is_locked(sem));
}

/* --- what keeps a thread on its CPU --- */

void local_irq_disable(void)
{
	if (sim_thread_self())
		sim_irq_disable();
}

void local_irq_enable(void)
{
	if (!sim_thread_self())
		return;
	sim_irq_enable();
	if (!sim_irqs_are_off())
		kapi_lockdep_irqs_on();
}

void preempt_disable(void)
{
	if (sim_thread_self())
		sim_preempt_disable();
}

void preempt_enable(void)
{
	if (sim_thread_self())
		sim_preempt_enable();
}

bool in_hardirq(void)
{
	return sim_in_hardirq();
}

bool in_task(void)
{
	return !sim_in_hardirq();
}

/* --- lines --- */

void kapi_line_init(kapi_line_t *line, const char *name)
{
	sim_word_init(&line->word);
	line->class = sim_lock_class_get(name);
	sim_line_count_waits(&line->word.line, &line->class->line_wait_ps);
}

void kapi_line_atomic(kapi_line_t *line)
{
	line->class->acquisitions++;
	sim_line_atomic_shared(&line->word.line);
}

void kapi_line_load(kapi_line_t *line)
{
	sim_line_read(&line->word.line);
}

void kapi_line_store(kapi_line_t *line)
{
	line->class->acquisitions++;
	sim_line_write(&line->word.line);
}

void kapi_line_rmw(kapi_line_t *line)
{
	line->class->acquisitions++;
	sim_line_atomic(&line->word.line);
}

void kapi_line_changed(kapi_line_t *line)
{
	sim_word_wake(&line->word);
}

void kapi_line_poll(kapi_line_t *line, bool (*is_true)(void *arg), void *arg)
{
	for (kapi_line_load(line); !is_true(arg); kapi_line_load(line))
		sim_word_wait(&line->word);
}

void kapi_line_spinlock(kapi_line_t *line, kapi_spinlock_t *lock)
{
	sim_spinlock_place(lock, &line->word);
}

/* --- wait queue heads: see kapi_waitlock_t --- */

void kapi_waitlock_init(kapi_waitlock_t *lock)
{
	sim_line_init(lock);
}

void kapi_waitlock_lock(kapi_waitlock_t *lock)
{
	sim_line_write(lock);
}
