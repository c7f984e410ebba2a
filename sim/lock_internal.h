/* SPDX-License-Identifier: GPL-2.0-only */
/* What the locks share; not for other rooms. */
#ifndef SIM_LOCK_INTERNAL_H
#define SIM_LOCK_INTERNAL_H

#include "sim/core.h"
#include "sim/lock.h"

/* On the stack of the thread that waits; it is in at most one FIFO at a time. */
struct sim_waiter {
	struct sim_thread *thread;
	struct sim_waiter *next, *prev;
	bool is_queued;
	bool is_writer;
	bool is_granted; /* who released the lock gave it to this one */
	u32 nr_vain;	 /* woken, but another had taken the lock */
	/* While it spins optimistically: */
	struct sim_waiter *watch_next, **watch_link; /* on the owner's watchers */
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

void sim_lock_base_init(struct sim_lock_base *base, const char *class_name);

/* One acquisition, from the request on. */
struct acquisition {
	struct sim_lock_base *base;
	const struct sim_site *site;
	bool is_contended;
	u64 contended_ps;
};

/* lock_stat.c */
void sim_lock_contended(struct acquisition *acq);
void sim_lock_acquired(struct acquisition *acq);
void sim_lock_released(struct sim_lock_base *base, u64 acquired_ps);

/* holds.c: the running thread has taken it, gives it up. */
void sim_hold_begin(const struct acquisition *acq);
void sim_hold_end(const struct sim_lock_base *base);

/* A sleeping lock on which waiters may spin while its owner runs. */
struct optimist {
	struct sim_lock_base *base;
	struct waiter_fifo osq;
	/* May @waiter take it now? */
	bool (*is_free)(const struct sim_lock_base *base, const struct sim_waiter *waiter);
};

/* optimistic.c: spin; true once taken. @sleeper: the first sleeping waiter, or NULL. */
bool sim_lock_spin(const struct optimist *optimist, struct sim_waiter *sleeper);
/* The lock changed hands or became free: those who spin look again. */
void sim_lock_kick_spinners(const struct optimist *optimist);

#endif
