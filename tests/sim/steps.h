/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine to hold the locks of sim/ against, as plain as can be: CPUs with one
 * thread each, one event at a time, found by looking at all of them. It shares
 * nothing with sim/ but the switch of stacks.
 *
 * Lines: whoever has a copy hits; all else takes one transfer, whatever the
 * distance, and occupies the line unless it reads a clean one; who waits is
 * served in order, readers of a line together. What is granted while an access
 * is on its way begins when that is done, and until then copies still hit. Who
 * polls a line looks again after each write to it, who began first first.
 *
 * Guests are real-time threads that take a CPU for a while. Where there are
 * any, lines and wake-ups are free, so that nothing is interrupted half-way.
 */
#ifndef TESTS_SIM_STEPS_H
#define TESTS_SIM_STEPS_H

#include "machine.h"
#include "sim/fiber.h"

#define STEP_CPUS 6

struct step_costs {
	u64 hit, transfer, atomic;
	u64 wake_call, wakeup, context_switch;
};

enum step_access { STEP_READ, STEP_WRITE, STEP_ATOMIC };

struct step_line {
	u64 free_ps, ready_ps;
	bool is_exclusive;
	bool is_leaving; /* at leave_ps; to heir, or with a copy that stays */
	u64 leave_ps;
	int heir;
	bool has_copy[STEP_CPUS];
	int nr_waiting, waiting[STEP_CPUS];
	u64 event_ps, event_seq; /* the line is free; 0: nothing is due */
};

struct step_thread {
	struct sim_fiber fiber;
	u64 due_ps, due_seq; /* goes on; 0: nothing is due */
	u64 timer_ps;
	/* spinning: what ends it, and since when */
	const struct step_line *polls[2];
	int watches; /* CPU whose thread must run; -1: none */
	bool is_breakable;
	u64 poll_seq, until_ps;
	/* waiting for a line */
	enum step_access access;
	/* scheduling */
	bool is_running, is_parked, is_woken, is_marked, is_over;
	int preempt_count;
	bool need_resched, is_interrupted;
	u64 guest_ps; /* of one that waits for the CPU */
	u64 guest_until_ps;
	void (*main)(int cpu);
};

struct step_guest {
	u64 at_ps, for_ps;
	int cpu;
};

/* Time begins at 1: 0 is "nothing is due". */
struct steps {
	struct step_costs costs;
	const struct step_guest *guests;
	int nr_guests;
	u64 now_ps, seq;
	int current;
	struct step_thread threads[STEP_CPUS];
	struct step_line *lines[32];
	int nr_lines;
	struct notes notes;
};

extern struct steps steps;

/* --- what the steps of a lock are made of --- */

struct step_spin {
	const struct step_line *line, *other;
	int watches; /* a CPU, or -1 */
	bool is_breakable;
	u64 until_ps; /* 0: none */
};

struct step_thread *step_self(void);
void step_note(u64 what);
/* Guests that wait get the CPU. */
void step_settle(void);
void step_pass(u64 ps);
void step_preempt_disable(void);
void step_preempt_enable(void);
bool step_is_running(int cpu);
/* On return the access has just happened. */
void step_touch(struct step_line *line, enum step_access access);
void step_spin(struct step_spin spin);
void step_park(void);
void step_sleep(u64 ps);
/* To be woken with step_wake() soon. Return: no; somebody else is about to. */
bool step_mark(int cpu);
void step_wake(int cpu);

/* --- running it --- */

void step_begin(struct step_costs costs);
void step_line_init(struct step_line *line);
void step_thread_start(int cpu, void (*main)(int cpu));
/* Return: something happened. */
bool step_once(void);
/* All threads have ended. */
void step_end(void);

#endif
