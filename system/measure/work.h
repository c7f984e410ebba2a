/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Of each stage of a fault, how long somebody worked on it; the rest it waited. Two kinds of
 * workers: hardware, which says so when its step ends (models/common/observer.h), and threads
 * that put stamps on the fault.
 *
 * A thread works on one fault at a time: from a stamp to its next one on the same fault, and,
 * before its first, since it turned to it (sim_work_begin(): a queue's thread to a record, a
 * worker to a work, an interrupt to its entry). It works while its instructions pass: not asleep,
 * not without a CPU, not spinning (sim_thread_worked_ps()). Where a fault goes from one thread to
 * another both count: the first until it turns to something else.
 *
 * Looks on; changes nothing.
 */
#ifndef SYSTEM_WORK_H
#define SYSTEM_WORK_H

#include "system/result/result.h"

struct sim_thread;

/* Of one fault under way; zeroed to begin with. */
struct sys_work {
	u64 worked_ps[SYS_NR_STAGES]; /* as was found: may be more than the stage */
	u64 handed_ps;		      /* by a thread that has left it, since its stamp */
	u64 base_ps;		      /* the thread's own count at its last stamp here */
	u32 thread;		      /* whose that was; 0: nobody's, or left */
};

/* What a queue's thread is at. */
struct sys_turn {
	const struct sim_thread *thread;
	struct sys_work *work; /* NULL: no fault */
};

/** sys_work_stamp() - the running thread, or interrupt, ends @stage. @turn: of the fault's queue */
void sys_work_stamp(struct sys_work *work, const struct sys_turn *turn, enum sys_stage stage);

/** sys_work_turn() - a queue's thread, the running one, leaves what it was at, for something else
 */
void sys_work_turn(struct sys_turn *turn);

/** sys_work_add() - of a fault that ended, stamps level: into the sums */
void sys_work_add(const struct sys_work *work, const struct sys_fault_record *record,
		  struct sys_stage_work *sums);

#endif
