/* SPDX-License-Identifier: GPL-2.0-only */
/* What the locks share; not for other rooms. */
#ifndef SIM_LOCK_INTERNAL_H
#define SIM_LOCK_INTERNAL_H

#include "sim/core.h"
#include "sim/lock.h"

void sim_lock_base_init(struct sim_lock_base *base, const char *class_name);

/* holds.c: the running thread has taken it, gives it up. */
void sim_hold_begin(const struct acquisition *acq);
void sim_hold_end(const struct sim_lock_base *base);

#if !SIM_EXPLORES
/* On the stack of the thread that sleeps; it is in at most one FIFO at a time. */
struct sim_waiter {
	struct sim_thread *thread;
	struct sim_waiter *next, *prev;
	bool is_queued;
	/* rwsem.c */
	bool is_writer;
	bool is_granted;   /* a reader that has the lock */
	bool has_hand_off; /* set the flag, or had it set for it */
	u64 patience;	   /* jiffy after which it asks for the lock to be handed over */
	/* waitq.c */
	struct sim_event limit;
	bool is_limit_over;
};

struct waiter_fifo {
	struct sim_waiter **first, **last;
};

void sim_waiter_push(struct waiter_fifo fifo, struct sim_waiter *waiter);
void sim_waiter_remove(struct waiter_fifo fifo, struct sim_waiter *waiter);

static inline struct waiter_fifo base_fifo(struct sim_lock_base *base)
{
	return (struct waiter_fifo){&base->first, &base->last};
}

/* lock_stat.c */
void sim_lock_contended(struct acquisition *acq);
void sim_lock_acquired(struct acquisition *acq);
void sim_lock_released(struct sim_lock_base *base, u64 acquired_ps);
void sim_lock_released_shared(struct sim_lock_base *base, u64 acquired_ps);

/* poll.c */

/* What ends a spin: a write to @word, and what else is set. */
struct spin_for {
	struct sim_word *word;
	struct sim_word *other;	  /* a write to this one too */
	struct sim_thread *owner; /* it leaves its CPU; it is on one now */
	bool is_breakable;	  /* the spinner's CPU is wanted, and was not before */
	u64 until_ps;		  /* 0: no limit */
};

/*
 * Spin. The caller has settled and found since that there is nothing for it yet;
 * it looks again afterwards, the line has not moved.
 */
void sim_spin_for(const struct spin_for *what);

/* Accesses of a lock; on return each has just happened. */
static inline void word_read(struct sim_word *word)
{
	sim_line_read(&word->line);
}

static inline void word_write(struct sim_word *word)
{
	sim_line_write(&word->line);
	if (__builtin_expect(word->first != NULL, 0))
		sim_word_wake(word);
}

static inline void word_atomic(struct sim_word *word)
{
	sim_line_atomic(&word->line);
	if (__builtin_expect(word->first != NULL, 0))
		sim_word_wake(word);
}

static inline bool need_resched(const struct sim_thread *self)
{
	return self->cpu->is_resched_wanted;
}

/* qspinlock.c; preemption is off, and the lock in the line of @word */
void sim_qspin_lock_slow(struct sim_word *word, struct sim_qspinlock *lock);

static inline bool qspin_is_free(const struct sim_qspinlock *lock)
{
	return !lock->is_locked && !lock->is_pending && !lock->tail;
}

/* The fast path. */
static inline bool sim_qspin_cmpxchg(struct sim_word *word, struct sim_qspinlock *lock)
{
	word_atomic(word);
	if (!qspin_is_free(lock))
		return false;
	lock->is_locked = true;
	return true;
}

static inline void sim_qspin_unlock(struct sim_word *word, struct sim_qspinlock *lock)
{
	word_write(word);
	lock->is_locked = false;
}

static inline void sim_qspin_lock(struct sim_word *word, struct sim_qspinlock *lock)
{
	if (!sim_qspin_cmpxchg(word, lock))
		sim_qspin_lock_slow(word, lock);
}

/* osq.c; preemption is off */
struct osq {
	struct sim_word *word; /* the sleeping lock's */
	struct osq_node **tail;
};

/* Return: the queue is ours; false: this CPU is wanted. */
bool sim_osq_lock(struct osq *osq);
void sim_osq_unlock(struct osq *osq);

#endif

#endif
