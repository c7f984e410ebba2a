/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Locks that the machine's software brings and takes by itself, word by word: it says what happens,
 * for statistics and for who waits for whom. What that costs is the software's.
 */
#ifndef SIM_TOLD_H
#define SIM_TOLD_H

#include "sim/lock.h"

/* One acquisition of such a lock, from the request to the release. The caller's, in the arena. */
struct sim_told {
	struct acquisition acq; /* base is set by the caller, the rest is zero */
	bool is_shared;
	/* internal */
	bool is_held;
	u64 acquired_ps;
};

/** sim_told_lock() - a lock of class @class_name, arena; NULL without memory. */
struct sim_lock_base *sim_told_lock(const char *class_name);

/*
 * What the running thread says, in this order: that it has to wait, if it has; that it has the
 * lock; that it lets go, or gives up waiting.
 * Context: in a thread or interrupt that has settled.
 */
void sim_told_contended(struct sim_told *told);
void sim_told_acquired(struct sim_told *told);
void sim_told_released(struct sim_told *told);

#endif
