/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A gate: a place in a mock where a thread is stopped, so that a scenario can
 * meet it on its way. Kernel C.
 */
#ifndef PFH_SCENARIO_GATE_H
#define PFH_SCENARIO_GATE_H

#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

struct gate {
	spinlock_t lock; /* the next group */
	bool is_shut;
	s64 only; /* stops only what bears this number, or GATE_ANY */
	u32 nr_stopped;
	u32 nr_arrivals; /* stopped ever */

	wait_queue_head_t opened;
	wait_queue_head_t *arrived; /* woken when a thread is stopped, or NULL */
};

#define GATE_ANY S64_MIN

void gate_init(struct gate *gate, wait_queue_head_t *arrived);
/** gate_shut() - stop who comes from now on with number @only, or anyone. */
void gate_shut(struct gate *gate, s64 only);
void gate_open(struct gate *gate);
/** gate_pass() - go through, or wait until it is opened. May sleep. */
void gate_pass(struct gate *gate, s64 number);
u32 gate_arrivals(struct gate *gate);

#endif
