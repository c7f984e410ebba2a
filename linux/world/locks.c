// SPDX-License-Identifier: GPL-2.0-only
/*
 * Locks of the kernel's. Spinlocks are sim/'s queued ones, as Linux's are; of all others the
 * kernel's own code says what happens.
 */
#include "linux/world/internal.h"
#include "sim/arena.h"
#include "sim/lock.h"
#include "sim/sim.h"

/* --- spinlocks --- */

/* Who wants the next lock: the hook that calls for somebody says for whom. */
static u64 wanted_from(struct world_thread *self, u64 ip)
{
	u64 from = self->called_from ? self->called_from : ip;

	self->called_from = 0;
	return from;
}

void ksim_called_from(unsigned long ip)
{
	world_thread()->called_from = ip;
}

void ksim_spin_wanted(const char *name, unsigned long ip)
{
	struct world_thread *self = world_thread();

	self->spin_name = name;
	self->spin_from = wanted_from(self, ip);
}

static struct sim_spinlock *lock_of(void **word)
{
	struct world_thread *self = world_thread();

	if (!*word) {
		*word = sim_alloc(sizeof(struct sim_spinlock));
		sim_assert(*word);
		sim_spinlock_init(*word, self->spin_name ? self->spin_name : "spinlock");
		sim_spinlock_place(*word, world_word_at(word));
	}
	self->spin_name = NULL;
	return *word;
}

void ksim_spin_lock(void **word)
{
	struct sim_spinlock *lock = lock_of(word);
	u64 from = world_thread()->spin_from;

	if (sim_thread_self())
		sim_spin_lock(lock, from ? world_site_of(from) : NULL);
}

int ksim_spin_trylock(void **word)
{
	struct sim_spinlock *lock = lock_of(word);

	return sim_thread_self() ? sim_spin_trylock(lock) : 1;
}

void ksim_spin_unlock(void **word)
{
	if (sim_thread_self())
		sim_spin_unlock(*word);
}

int ksim_spin_is_locked(void **word)
{
	return *word && sim_spin_is_locked(*word);
}

/* --- the others --- */

/* The newest of them on @word; NULL: none, or more than there is room for. */
static struct world_lock *find(struct world_thread *self, void **word)
{
	for (u32 i = self->nr_locks; i-- > 0;) {
		if (self->locks[i].word == word)
			return &self->locks[i];
	}
	return NULL;
}

void ksim_lock_wanted(void **word, const char *name, int is_shared, unsigned long ip)
{
	struct world_thread *self = world_thread();
	u64 from = wanted_from(self, ip);

	if (!sim_thread_self() || self->nr_locks == WORLD_MAX_LOCKS)
		return;
	self->locks[self->nr_locks++] = (struct world_lock){
		.word = word,
		.name = name,
		.told = {.acq.site = from ? world_site_of(from) : NULL, .is_shared = is_shared},
	};
}

/* What is behind it, once it is clear that it is a lock. */
static struct sim_told *told_of(void **word)
{
	struct world_lock *lock = find(world_thread(), word);

	if (!lock)
		return NULL;
	if (!*word)
		*word = sim_told_lock(lock->name);
	sim_assert(*word);
	lock->told.acq.base = *word;
	sim_settle();
	return &lock->told;
}

void ksim_lock_contended(void **word)
{
	struct sim_told *told = told_of(word);

	if (told)
		sim_told_contended(told);
}

void ksim_lock_acquired(void **word)
{
	struct sim_told *told = told_of(word);

	if (told)
		sim_told_acquired(told);
}

/* Or given up; a lock that this thread has not taken is not known. */
void ksim_lock_released(void **word)
{
	struct world_thread *self = world_thread();
	struct world_lock *lock = find(self, word);

	if (!lock)
		return;
	if (lock->told.acq.base) {
		sim_settle();
		sim_told_released(&lock->told);
	}
	self->nr_locks--;
	for (; lock < &self->locks[self->nr_locks]; lock++)
		lock[0] = lock[1];
}
