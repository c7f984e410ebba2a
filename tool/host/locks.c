// SPDX-License-Identifier: GPL-2.0-only
/* The steps of Linux 6.1's queued spinlock and mutex: see locks.h. */
#include "tool/host/locks.h"

#include <stddef.h>

#define LOCKED 1U
#define PENDING 0x100U
#define LOCKED_MASK 0xffU
#define LOCKED_PENDING_MASK 0xffffU
#define PENDING_LOOPS 512 /* how often a hand-over from pending to locked is looked at */

static u32 spin_word(struct host_spinlock *lock)
{
	return __atomic_load_n(&lock->word.all, __ATOMIC_ACQUIRE);
}

static bool spin_cmpxchg(struct host_spinlock *lock, u32 *was, u32 to)
{
	return __atomic_compare_exchange_n(&lock->word.all, was, to, false, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

/* --- a queue of nodes (MCS) --- */

static void node_prepare(struct host_node *node)
{
	__atomic_store_n(&node->next, NULL, __ATOMIC_RELAXED);
	__atomic_store_n(&node->is_first, 0, __ATOMIC_RELAXED);
}

static void node_wait(struct host_node *node, struct host_node *prev)
{
	__atomic_store_n(&prev->next, node, __ATOMIC_RELEASE);
	while (!__atomic_load_n(&node->is_first, __ATOMIC_ACQUIRE))
		host_relax();
}

/* Somebody has put himself behind it, or is about to say so. */
static void node_pass(struct host_node *node)
{
	struct host_node *next;

	while (!(next = __atomic_load_n(&node->next, __ATOMIC_ACQUIRE)))
		host_relax();
	__atomic_store_n(&next->is_first, 1, __ATOMIC_RELEASE);
}

/* --- spinlock --- */

static void spin_queue(struct host_spinlock *lock, u32 self)
{
	struct host_node *node = &lock->nodes[self];
	u32 tail = self + 1, word;
	u16 before;

	node_prepare(node);
	before = __atomic_exchange_n(&lock->word.tail, (u16)tail, __ATOMIC_ACQ_REL);
	if (before)
		node_wait(node, &lock->nodes[before - 1]);
	while ((word = spin_word(lock)) & LOCKED_PENDING_MASK)
		host_relax();
	if (word == tail << 16 && spin_cmpxchg(lock, &word, LOCKED))
		return;
	__atomic_store_n(&lock->word.locked, 1, __ATOMIC_RELAXED);
	node_pass(node);
}

/* The second to come waits at the word itself. Return: it has the lock. */
static bool spin_pending(struct host_spinlock *lock)
{
	u32 word = __atomic_fetch_or(&lock->word.all, PENDING, __ATOMIC_ACQUIRE);

	if (word & ~LOCKED_MASK) {
		if (!(word & PENDING))
			__atomic_store_n(&lock->word.pending, 0, __ATOMIC_RELAXED);
		return false;
	}
	while (spin_word(lock) & LOCKED_MASK)
		host_relax();
	__atomic_store_n(&lock->word.locked_pending, (u16)LOCKED, __ATOMIC_RELAXED);
	return true;
}

void host_spin_lock(struct host_spinlock *lock, u32 self)
{
	u32 word = 0;

	if (spin_cmpxchg(lock, &word, LOCKED))
		return;
	for (u32 i = 0; word == PENDING && i < PENDING_LOOPS; i++) {
		host_relax();
		word = spin_word(lock);
	}
	if (word & ~LOCKED_MASK || !spin_pending(lock))
		spin_queue(lock, self);
}

void host_spin_unlock(struct host_spinlock *lock)
{
	__atomic_store_n(&lock->word.locked, 0, __ATOMIC_RELEASE);
}

/* --- mutex --- */

static bool mutex_try(struct host_mutex *mutex, u32 self)
{
	u64 owner = __atomic_load_n(&mutex->owner, __ATOMIC_RELAXED);

	return !owner && __atomic_compare_exchange_n(&mutex->owner, &owner, self + 1, false,
						     __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static void mutex_spin_on_owner(const struct host_mutex *mutex)
{
	u64 owner = __atomic_load_n(&mutex->owner, __ATOMIC_RELAXED);

	while (owner && __atomic_load_n(&mutex->owner, __ATOMIC_RELAXED) == owner)
		host_relax();
}

/* One of those that spin looks at the owner, the others queue behind him (OSQ). */
static void mutex_spin(struct host_mutex *mutex, u32 self)
{
	struct host_node *node = &mutex->nodes[self], *prev, *last = node;

	node_prepare(node);
	prev = __atomic_exchange_n(&mutex->tail, node, __ATOMIC_ACQ_REL);
	if (prev)
		node_wait(node, prev);
	while (!mutex_try(mutex, self)) {
		mutex_spin_on_owner(mutex);
		host_relax();
	}
	if (!__atomic_compare_exchange_n(&mutex->tail, &last, NULL, false, __ATOMIC_RELEASE,
					 __ATOMIC_RELAXED))
		node_pass(node);
}

void host_mutex_lock(struct host_mutex *mutex, u32 self)
{
	u64 nobody = 0;

	if (!__atomic_compare_exchange_n(&mutex->owner, &nobody, self + 1, false, __ATOMIC_ACQUIRE,
					 __ATOMIC_RELAXED) &&
	    !mutex_try(mutex, self))
		mutex_spin(mutex, self);
}

void host_mutex_unlock(struct host_mutex *mutex, u32 self)
{
	u64 owner = self + 1;

	__atomic_compare_exchange_n(&mutex->owner, &owner, 0, false, __ATOMIC_RELEASE,
				    __ATOMIC_RELAXED);
}
