// SPDX-License-Identifier: GPL-2.0-only
/*
 * The queue of those who spin for a sleeping lock, step by step after Linux 6.1's
 * kernel/locking/osq_lock.c: an MCS lock with a node for each CPU, which one
 * may leave from the middle when the CPU is wanted. Only its holder spins on the
 * lock itself. The tail lies in the lock's line.
 *
 * Left out: the previous one's CPU being preempted by a hypervisor.
 */
#include "sim/lock_internal.h"
#include "sim/sim.h"

static bool is_tail(struct osq *osq, const struct osq_node *node)
{
	return *osq->tail == node;
}

/*
 * Make the queue end at @prev, or find who comes next: he that queued behind us
 * will say so in our node, unless he leaves and makes us the tail again.
 */
static struct osq_node *wait_next(struct osq *osq, struct osq_node *node, struct osq_node *prev)
{
	for (;;) {
		word_read(osq->word);
		if (is_tail(osq, node)) {
			word_atomic(osq->word);
			if (is_tail(osq, node)) {
				*osq->tail = prev;
				return NULL;
			}
		}
		if (node->next) {
			struct osq_node *next;

			word_atomic(&node->word);
			next = node->next;
			node->next = NULL;
			if (next)
				return next;
		}
		if (!is_tail(osq, node) && !node->next)
			sim_spin_for(&(struct spin_for){.word = &node->word, .other = osq->word});
	}
}

/* Leave from the middle. Return: it was too late, the queue is ours. */
static bool leave(struct osq *osq, struct osq_node *node)
{
	struct osq_node *prev, *next;

	for (;;) {
		prev = node->prev;
		word_read(&prev->word);
		if (prev->next == node) {
			word_atomic(&prev->word);
			if (prev->next == node)
				break;
		}
		word_read(&node->word);
		if (node->is_locked)
			return true;
		if (node->prev == prev && prev->next != node)
			sim_spin_for(&(struct spin_for){.word = &node->word, .other = &prev->word});
	}
	prev->next = NULL;
	next = wait_next(osq, node, prev);
	if (!next)
		return false;
	word_write(&next->word);
	next->prev = prev;
	word_write(&prev->word);
	prev->next = next;
	return false;
}

bool sim_osq_lock(struct osq *osq)
{
	struct sim_thread *self = sim_core->current;
	struct osq_node *node = &self->cpu->osq;
	struct osq_node *prev;

	word_write(&node->word);
	node->is_locked = false;
	node->next = NULL;
	word_atomic(osq->word);
	prev = *osq->tail;
	*osq->tail = node;
	if (!prev)
		return true;
	node->prev = prev;
	word_write(&prev->word);
	prev->next = node;
	for (;;) {
		word_read(&node->word);
		if (node->is_locked)
			return true;
		if (need_resched(self))
			return leave(osq, node);
		sim_spin_for(&(struct spin_for){.word = &node->word, .is_breakable = true});
	}
}

void sim_osq_unlock(struct osq *osq)
{
	struct osq_node *node = &sim_core->current->cpu->osq;
	struct osq_node *next;

	word_atomic(osq->word);
	if (is_tail(osq, node)) {
		*osq->tail = NULL;
		return;
	}
	word_atomic(&node->word);
	next = node->next;
	node->next = NULL;
	if (!next)
		next = wait_next(osq, node, NULL);
	if (!next)
		return;
	word_write(&next->word);
	next->is_locked = true;
}
