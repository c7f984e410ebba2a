/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who holds which lock, and who waits for one: for messages, and for the order of locks
 * (kapi/virtual/lockdep.c).
 */
#ifndef SIM_HOLDS_H
#define SIM_HOLDS_H

#include "sim/types.h"

#define SIM_MAX_HOLDS 16 /* that are known of a thread */

struct sim_lock_base;
struct sim_lock_class;
struct sim_site;
struct sim_thread;

/* A lock that a thread holds, or waits for. */
struct sim_hold {
	const struct sim_lock_base *base; /* compare, do not follow: it may be gone */
	const struct sim_lock_class *class;
	const struct sim_site *site; /* NULL: not said */
	u64 since_ps;
	bool is_shared;
};

/** sim_thread_holds() - how many locks it holds, the oldest first in *@holds. */
u32 sim_thread_holds(const struct sim_thread *thread, const struct sim_hold **holds);
/** sim_thread_waits() - for which lock? Return: false: for none. */
bool sim_thread_waits(const struct sim_thread *thread, struct sim_hold *wait);
/** sim_thread_next() - walk the threads that have not ended; NULL starts, NULL ends. */
const struct sim_thread *sim_thread_next(const struct sim_thread *thread);
/** sim_thread_is_asleep() - parked, and not by a lock. */
bool sim_thread_is_asleep(const struct sim_thread *thread);

#endif
