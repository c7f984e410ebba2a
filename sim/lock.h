/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Locks that take the steps of Linux 6.1's, on cache lines: docs/locks.md compares
 * them function by function.
 *
 * spinlock: queued, FIFO; a waiter spins with preemption off.
 * mutex:    fast path by cmpxchg; contended, one waiter at a time spins while
 *           the owner runs, others queue behind it (OSQ); sleeps when the owner
 *           sleeps or the CPU is wanted; a sleeper that was woken in vain is
 *           handed the lock.
 * rwsem:    readers share, writers exclude; writers spin while a writer runs,
 *           and behind readers for a bounded time; who waits for 4 ms, and a
 *           real-time writer at once, is handed the lock.
 *
 * Statistics are kept by lock class, as /proc/lock_stat keeps them: a class is
 * the name given at init time.
 */
#ifndef SIM_LOCK_H
#define SIM_LOCK_H

#include "sim/cpu.h"
#include "sim/hist.h"
#include "sim/poll.h"
#include "sim/stat.h"

/* Where in the source a lock was asked for; static storage. */
struct sim_site {
	const char *file; /* base name */
	const char *func;
	int line; /* 0: not known, and func has an offset */
};

#define SIM_SITE_BYTES 160

/** sim_site_place() - "file:line", or the file alone. Return: @text, of SIM_SITE_BYTES. */
const char *sim_site_place(char *text, const struct sim_site *site);

#define SIM_SITE_HERE                                                                              \
	({                                                                                         \
		static const struct sim_site here_ = {__FILE_NAME__, __func__, __LINE__};          \
		&here_;                                                                            \
	})

/* gcc 12 and clang 14 both know __FILE_NAME__. */

#define SIM_LOCK_MAX_SITES 8

struct sim_lock_site_stats {
	const struct sim_site *site;
	u64 contentions;
	u64 wait_total_ps;
};

/* Columns of /proc/lock_stat, in its words; then ours. */
#define SIM_LOCK_STATS(X, H)                                                                       \
	X(acquisitions, "acquisitions", COUNT, SUM, "times that a lock of the class was taken")    \
	X(contentions, "contentions", COUNT, SUM, "acquisitions that had to wait")                 \
	X(acq_bounces, "acq_bounces", COUNT, SUM,                                                  \
	  "acquisitions by another CPU than the last owner's")                                     \
	X(con_bounces, "con_bounces", COUNT, SUM, "contentions whose owner is on another CPU")     \
	X(sleeps, "sleeps", COUNT, SUM, "contentions that slept rather than only spun")            \
	H(wait, LOCK_TIMES, "wait_ns", SUM,                                                        \
	  "from the failed attempt to the acquisition, of those that waited")                      \
	H(hold, LOCK_TIMES, "hold_ns", SUM, "from the acquisition to the release")                 \
	X(busiest_hold_ps, "busiest_hold_ns", PS, MAX,                                             \
	  "time for which that lock of the class was held that was held most; read holds left "    \
	  "out")                                                                                   \
	X(line_wait_ps, "line_wait_ns", PS, SUM,                                                   \
	  "waiting for the lock's cache line, in flight to others: no wait of lock_stat")

struct sim_lock_class {
	const char *name; /* arena copy */
	u32 number;	  /* 1, 2, ... in order of first init */
	SIM_LOCK_STATS(SIM_STAT_FIELD, SIM_STAT_HIST)
	struct sim_lock_site_stats sites[SIM_LOCK_MAX_SITES]; /* that waited, first come */
	u64 nr_locks;					      /* of the class that were made */
	u32 nr_resets;					      /* internal */
	struct sim_lock_class *next;			      /* internal */
};

extern const struct sim_stat_table sim_lock_stat_table; /* of struct sim_lock_class */

/** sim_lock_class_get() - class by name, made on first use. */
struct sim_lock_class *sim_lock_class_get(const char *name);
/** sim_lock_class_next() - walk the classes in order of number; NULL starts, NULL ends. */
struct sim_lock_class *sim_lock_class_next(const struct sim_lock_class *class);

/** sim_lock_stats_reset() - statistics of all classes begin anew, now. */
void sim_lock_stats_reset(void);

struct sim_waiter; /* on the waiting thread's stack */

#if SIM_EXPLORES
struct sim_lock_base {
	struct sim_lock_class *class;
	struct sim_thread *owner;
};
#else
struct sim_lock_base {
	struct sim_word word;
	struct sim_lock_class *class;
	struct sim_thread *owner;
	u64 acquired_ps;
	u64 held_ps; /* since the last reset, without those of readers */
	u32 nr_resets;
	s16 last_cpu;
	struct sim_waiter *first, *last; /* that sleep, FIFO */
};
#endif

/* One acquisition, from the request on; internal. */
struct acquisition {
	struct sim_lock_base *base;
	const struct sim_site *site;
	bool is_contended;
	u64 contended_ps;
};

struct mcs_node;

/* The lock word; its line is that of whatever it is part of. */
struct sim_qspinlock {
	bool is_locked, is_pending;
	struct mcs_node *tail; /* of those that wait behind the one pending */
};

struct sim_spinlock {
	struct sim_lock_base base;
#if !SIM_EXPLORES
	struct sim_qspinlock word;
	struct sim_word *line; /* where the word lies: &base.word, or with others' */
#endif
};

/**
 * sim_spinlock_init() - prepare caller's memory; @class_name is copied
 *
 * The init functions of all locks may make their class, the only allocation.
 */
void sim_spinlock_init(struct sim_spinlock *lock, const char *class_name);

/** sim_spinlock_place() - the lock's word lies in the line of @word, which outlives it. Before use.
 */
void sim_spinlock_place(struct sim_spinlock *lock, struct sim_word *word);

/**
 * sim_spin_lock() - take the lock, spinning in FIFO order; preemption is off after
 * @site: SIM_SITE_HERE, or NULL: the wait is not attributed
 * Context: in a thread or interrupt; settles. Interrupts stay as they are.
 *
 * sim_spin_unlock() is for the owner.
 */
void sim_spin_lock(struct sim_spinlock *lock, const struct sim_site *site);
bool sim_spin_trylock(struct sim_spinlock *lock);
void sim_spin_unlock(struct sim_spinlock *lock);
bool sim_spin_is_locked(const struct sim_spinlock *lock);

struct osq_node;

struct sim_mutex {
	struct sim_lock_base
		base; /* owner: also one that it was handed to, and has not taken it yet */
#if !SIM_EXPLORES
	u32 flags;
	struct sim_qspinlock wait_lock;
	struct osq_node *osq_tail;
#endif
};

/** sim_mutex_init() - prepare caller's memory; @class_name is copied. */
void sim_mutex_init(struct sim_mutex *mutex, const char *class_name);

/**
 * sim_mutex_lock() - take the mutex, spinning or sleeping
 * @site: as in sim_spin_lock()
 * Context: in a thread that may sleep. Not recursive: that waits for ever.
 *
 * sim_mutex_unlock() is for the owner. As in Linux, it may touch the mutex after
 * the next owner has it: who frees the mutex must not count on having it.
 */
void sim_mutex_lock(struct sim_mutex *mutex, const struct sim_site *site);
bool sim_mutex_trylock(struct sim_mutex *mutex);
void sim_mutex_unlock(struct sim_mutex *mutex);
bool sim_mutex_is_locked(const struct sim_mutex *mutex);
struct sim_thread *sim_mutex_owner(const struct sim_mutex *mutex);

struct sim_rwsem {
	struct sim_lock_base base; /* owner: the writer */
	u32 nr_readers;		   /* and those that have counted themselves and must wait */
#if !SIM_EXPLORES
	u32 flags;
	struct sim_qspinlock wait_lock;
	struct osq_node *osq_tail;
#endif
};

/** sim_rwsem_init() - prepare caller's memory; @class_name is copied. */
void sim_rwsem_init(struct sim_rwsem *sem, const char *class_name);

/**
 * sim_down_read(), sim_down_write() - take the semaphore, shared or alone
 * @site: as in sim_spin_lock()
 * Context: in a thread that may sleep.
 *
 * sim_up_write() is for the owner; sim_up_read() may be another thread's, then
 * that hold is missing from the statistics.
 */
void sim_down_read(struct sim_rwsem *sem, const struct sim_site *site);
bool sim_down_read_trylock(struct sim_rwsem *sem);
void sim_up_read(struct sim_rwsem *sem);
void sim_down_write(struct sim_rwsem *sem, const struct sim_site *site);
bool sim_down_write_trylock(struct sim_rwsem *sem);
void sim_up_write(struct sim_rwsem *sem);
bool sim_rwsem_is_locked(const struct sim_rwsem *sem);

/* A wait queue: threads sleep until a condition that they check themselves. */
struct sim_waitq {
	struct sim_line line;
	struct sim_waiter *first, *last;
};

void sim_waitq_init(struct sim_waitq *waitq);

/**
 * sim_waitq_wait() - sleep until woken; may return spuriously
 * @timeout_ps: SIM_TIME_NEVER for none
 *
 * Enqueues, then evaluates @is_ready(@arg) and parks only if it is false, so a
 * wake-up between check and sleep is not lost. Loops until ready or timed out.
 *
 * @is_ready may take what it waits for: it is not called again after it has
 * returned true. It is called again after each wake-up and may charge.
 * Context: in a thread that may sleep.
 *
 * Return: true if ready, false if the time-out passed first.
 */
bool sim_waitq_wait(struct sim_waitq *waitq, bool (*is_ready)(void *arg), void *arg,
		    u64 timeout_ps);
/**
 * sim_waitq_wake() - wake up to @nr waiters, oldest first
 * Context: anywhere; charges and settles in a thread. The queue is not touched
 * any more once the first of them is woken.
 */
void sim_waitq_wake(struct sim_waitq *waitq, u32 nr);
bool sim_waitq_is_empty(const struct sim_waitq *waitq);

struct sim_completion {
	u32 done;
	struct sim_waitq waitq;
};

/**
 * sim_complete() - let one waiter pass, now or later; sim_complete_all(): all, for good
 * Context: anywhere; charges and settles in a thread. The completion may lie on
 * the waiter's stack.
 */
void sim_completion_init(struct sim_completion *completion);
void sim_complete(struct sim_completion *completion);
void sim_complete_all(struct sim_completion *completion);
void sim_wait_for_completion(struct sim_completion *completion);

#endif
