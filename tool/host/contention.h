/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Contention: threads that take a lock, stay for a while, leave, stay away for
 * a while, and take it again. The same program has a simulated half
 * (tool/here/simulated.h).
 */
#ifndef TOOL_HOST_CONTENTION_H
#define TOOL_HOST_CONTENTION_H

#include "tool/host/host.h"

enum contention_lock {
	CONTENTION_FETCH_ADD, /* one atomic, and no section */
	CONTENTION_RWSEM_READ,
	CONTENTION_SPINLOCK,
	CONTENTION_MUTEX,
	CONTENTION_NR_LOCKS,
};

extern const char *const contention_lock_names[CONTENTION_NR_LOCKS];

struct host_contention {
	const struct host_machine *machine;
	enum contention_lock lock;
	u32 nr_threads;		      /* at most as many as CPUs: the first ones */
	u32 section_loops, gap_loops; /* of host_loop() */
	u32 us;			      /* length of the burst */
};

struct host_contended {
	double ns;	/* of an operation of any of the threads */
	double loop_ns; /* an iteration of host_loop() on the same CPUs, right after it */
};

/**
 * host_contend() - one burst
 *
 * Return: 0, or -errno: no threads; -ETIME: nothing was done in a thousand of them.
 */
int host_contend(const struct host_contention *contention, struct host_contended *contended);

#endif
