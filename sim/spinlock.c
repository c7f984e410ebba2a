// SPDX-License-Identifier: GPL-2.0-only
/* The spinlock: the queued lock of qspinlock.c with its owner and statistics. */
#include "sim/lock_internal.h"
#include "sim/sim.h"

void sim_spinlock_init(struct sim_spinlock *lock, const char *class_name)
{
	lock->word = (struct sim_qspinlock){};
	sim_lock_base_init(&lock->base, class_name);
	lock->line = &lock->base.word;
}

void sim_spinlock_place(struct sim_spinlock *lock, struct sim_word *word)
{
	lock->line = word;
}

static void own(struct sim_spinlock *lock, struct acquisition *acq)
{
	lock->base.owner = sim_core->current;
	lock->base.acquired_ps = sim_core->now_ps;
	sim_lock_acquired(acq);
}

void sim_spin_lock(struct sim_spinlock *lock, const struct sim_site *site)
{
	struct acquisition acq = {.base = &lock->base, .site = site};

	sim_preempt_disable();
	if (!sim_qspin_cmpxchg(lock->line, &lock->word)) {
		sim_lock_contended(&acq);
		sim_qspin_lock_slow(lock->line, &lock->word);
	}
	own(lock, &acq);
}

bool sim_spin_trylock(struct sim_spinlock *lock)
{
	struct acquisition acq = {.base = &lock->base};

	sim_preempt_disable();
	word_read(lock->line);
	if (sim_spin_is_locked(lock) || !sim_qspin_cmpxchg(lock->line, &lock->word)) {
		sim_preempt_enable();
		return false;
	}
	own(lock, &acq);
	return true;
}

void sim_spin_unlock(struct sim_spinlock *lock)
{
	struct sim_lock_base *base = &lock->base;

	sim_assert(base->owner == sim_core->current);
	sim_settle();
	sim_lock_released(base, base->acquired_ps);
	base->owner = NULL;
	sim_qspin_unlock(lock->line, &lock->word);
	sim_preempt_enable();
}

bool sim_spin_is_locked(const struct sim_spinlock *lock)
{
	return lock->word.is_locked || lock->word.is_pending || lock->word.tail;
}
