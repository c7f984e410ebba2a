/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Threads one at a time, in an order that somebody else decides: the second scheduler beside
 * sim/cpu.c, with the same interface to those who run on it (sim/cpu.h, sim/lock.h, sim/line.h).
 * Every thread has a CPU of its own, nothing takes time, and time passes only when no thread can
 * go on: then the first event is due.
 *
 * At each point (sim/point.h) at which more than one thread is ready the schedule is asked who
 * goes on. The list of its answers is the schedule: the same list replays it.
 */
#ifndef SIM_SCHEDULE_H
#define SIM_SCHEDULE_H

#include "sim/cpu.h"
#include "sim/point.h"

#define SIM_SCHEDULE_THREADS 16 /* that take part in one schedule */

struct sim_step {
	u8 kind; /* enum sim_point_kind */
	u8 slot; /* whose */
	u32 bytes;
	const volatile void *addr;
};

/* Who could go on, when somebody is asked. */
struct sim_choice {
	u32 nr;	  /* of those that are ready */
	u32 self; /* the one that runs, or nr: it sleeps, ended, or lets others go first */
	const struct sim_step *const *steps; /* what each does first */
};

/* How a schedule came to its end. */
enum sim_schedule_end {
	SIM_SCHEDULE_DONE,    /* nothing is left to happen */
	SIM_SCHEDULE_STOPPED, /* sim_schedule_stop() */
	SIM_SCHEDULE_FAILED,  /* sim_schedule_fail() */
	SIM_SCHEDULE_ENDLESS, /* max_points have been passed */
	SIM_SCHEDULE_PRUNED,  /* pick() said so */
};

#define SIM_PICK_PRUNE (~0U)

/* In the host's memory, never rewound: what decides and what listens. */
struct sim_schedule {
	bool is_on;	 /* points are decisions; else a thread runs until it sleeps */
	bool is_checked; /* accesses are checked, steps are told */
	u64 kinds;	 /* at which one may switch: bit n for enum sim_point_kind */
	/* ... only where somebody is about to access the same, and does not just wait for it. */
	u64 kinds_if_met;
	u32 max_points;
	u32 max_timeouts; /* that may come though somebody could go on */

	/* Return: a place in @choice, or SIM_PICK_PRUNE. Called where two or more are ready. */
	u32 (*pick)(const struct sim_choice *choice);
	/* NULL: nobody listens. A step of the running thread is about to be done. */
	void (*on_step)(const struct sim_step *step);
	void (*on_wake)(u32 waker, u32 woken); /* slots */
	void (*on_release)(u32 slot, const volatile void *addr);
	void (*on_acquire)(u32 slot, const volatile void *addr);
	void (*on_free)(const void *object, u64 bytes);
	void (*on_alloc)(const void *object, u64 bytes);
	/* Also before anything is checked: see sim_reference(). */
	void (*on_reference)(const volatile void *count, s32 by, s32 left, u64 pc);
	void (*on_reader)(u32 slot, bool is_in);
	/* No thread is ready: an event will be due, or (@is_last) nothing. */
	void (*on_still)(bool is_last);

	/* of the schedule under way */
	u32 nr_points, nr_decisions, nr_preemptions;
	u64 event_pc;  /* what an actor does in the step that is told */
	char why[512]; /* it failed */
};

/* NULL: nobody explores; then threads run one after the other. */
extern struct sim_schedule *sim_schedule;

/** sim_schedule_run() - go on from where the machine is. Context: the main stack. */
enum sim_schedule_end sim_schedule_run(void);

/** sim_schedule_stop() - sim_schedule_run() returns; called again it goes on here. Context: a
 * thread. */
void sim_schedule_stop(void);

/**
 * sim_schedule_fail() - the schedule under way ends here, the machine is good for being rewound
 * only Context: a thread; does not return.
 */
void __attribute__((__noreturn__, __format__(printf, 1, 2)))
sim_schedule_fail(const char *format, ...);

/** sim_schedule_prune() - it ends here, and does not count. Context: a thread; does not return. */
void __attribute__((__noreturn__)) sim_schedule_prune(void);

/** sim_schedule_self() - slot of the running thread. Context: a thread. */
u32 sim_schedule_self(void);
/** sim_schedule_name() - name of the thread in @slot; "" if there is none. */
const char *sim_schedule_name(u32 slot);
/** sim_schedule_ready() - bit n: the thread in slot n can go on, or waits for no more than a lock.
 */
u32 sim_schedule_ready(void);
/** sim_schedule_is_checking() - accesses of the running thread, in @slot, are checked. */
bool sim_schedule_is_checking(u32 *slot);
/** sim_schedule_on_stack() - is @addr on the running thread's own stack? */
bool sim_schedule_on_stack(const volatile void *addr);

/** sim_schedule_waits() - who waits for what, a line each, into @text. */
void sim_schedule_waits(char *text, size_t bytes);

#endif
