// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queued spinlock, step by step after Linux 6.1's kernel/locking/qspinlock.c:
 * one cmpxchg when it is free; the second in line sets the pending bit and spins
 * on the lock's word; the others queue, each on a node of its CPU (MCS), and
 * only the head of the queue spins on the word. Releasing is one store, whoever
 * waits.
 *
 * A word and its line are the caller's: the lock may share them with others, as
 * the wait lock of a mutex does.
 *
 * Left out: paravirtual spinning, the fifth nested context (there are two),
 * fetching the next node's line ahead (its owner polls it and has it back at
 * once).
 */
#include "sim/lock_internal.h"
#include "sim/sim.h"

/* The one pending is about to take it: look twice, it will soon be plainly locked. */
static void wait_for_hand_over(struct sim_word *word, const struct sim_qspinlock *lock)
{
	if (!lock->is_pending || lock->is_locked || lock->tail)
		return;
	word_read(word);
	if (!lock->is_pending || lock->is_locked || lock->tail)
		return;
	sim_word_wait(word);
	word_read(word);
}

/* Return: had it; else others came first, and the caller must queue. */
static bool lock_as_pending(struct sim_word *word, struct sim_qspinlock *lock)
{
	bool was_pending, is_second;

	word_atomic(word);
	was_pending = lock->is_pending;
	is_second = !was_pending && !lock->tail;
	lock->is_pending = true;
	if (!is_second) {
		if (!was_pending) {
			word_write(word);
			lock->is_pending = false;
		}
		return false;
	}
	for (word_read(word); lock->is_locked; word_read(word))
		sim_word_wait(word);
	word_write(word);
	lock->is_pending = false;
	lock->is_locked = true;
	return true;
}

/* Be the last of the queue; return when nobody is before us in it. */
static void become_head(struct sim_word *word, struct sim_qspinlock *lock, struct mcs_node *node)
{
	struct mcs_node *prev;

	word_atomic(word);
	prev = lock->tail;
	lock->tail = node;
	if (!prev)
		return;
	word_write(&prev->cpu->mcs_word);
	prev->next = node;
	for (word_read(&node->cpu->mcs_word); !node->is_locked; word_read(&node->cpu->mcs_word))
		sim_word_wait(&node->cpu->mcs_word);
}

static void pass_to_next(struct mcs_node *node)
{
	for (; !node->next; word_read(&node->cpu->mcs_word))
		sim_word_wait(&node->cpu->mcs_word);
	word_write(&node->next->cpu->mcs_word);
	node->next->is_locked = true;
}

/* The head of the queue: take it when owner and pending have gone, make the next one the head. */
static void lock_as_head(struct sim_word *word, struct sim_qspinlock *lock, struct mcs_node *node)
{
	for (word_read(word); lock->is_locked || lock->is_pending; word_read(word))
		sim_word_wait(word);
	if (lock->tail == node) {
		word_atomic(word);
		if (lock->tail == node && !lock->is_pending) {
			lock->tail = NULL;
			lock->is_locked = true;
			return;
		}
	}
	word_write(word);
	lock->is_locked = true;
	pass_to_next(node);
}

static void lock_in_queue(struct sim_word *word, struct sim_qspinlock *lock)
{
	struct cpu *cpu = sim_core->current->cpu;
	struct mcs_node *node = &cpu->mcs[cpu->nr_mcs++];

	sim_assert(cpu->nr_mcs <= MCS_NODES);
	*node = (struct mcs_node){.cpu = cpu};
	word_write(&cpu->mcs_word);
	word_read(word);
	if (!qspin_is_free(lock) || !sim_qspin_cmpxchg(word, lock)) {
		become_head(word, lock, node);
		lock_as_head(word, lock, node);
	}
	cpu->nr_mcs--;
}

void sim_qspin_lock_slow(struct sim_word *word, struct sim_qspinlock *lock)
{
	wait_for_hand_over(word, lock);
	if (lock->is_pending || lock->tail || !lock_as_pending(word, lock))
		lock_in_queue(word, lock);
}
