// SPDX-License-Identifier: GPL-2.0-only
/* Gates: see gate.h. */
#include "gate.h"

#include <linux/kcsan-checks.h>
#include <linux/kernel.h>
#include <linux/sched.h>

void gate_init(struct gate *gate, wait_queue_head_t *arrived)
{
	spin_lock_init(&gate->lock);
	gate->is_shut = false;
	gate->only = GATE_ANY;
	gate->nr_stopped = 0;
	gate->nr_arrivals = 0;
	init_waitqueue_head(&gate->opened);
	gate->arrived = arrived;
}

void gate_shut(struct gate *gate, s64 only)
{
	spin_lock(&gate->lock);
	gate->is_shut = true;
	gate->only = only;
	spin_unlock(&gate->lock);
}

void gate_open(struct gate *gate)
{
	spin_lock(&gate->lock);
	gate->is_shut = false;
	spin_unlock(&gate->lock);
	wake_up_all(&gate->opened);
}

static bool is_open(struct gate *gate)
{
	bool is_shut;

	spin_lock(&gate->lock);
	is_shut = gate->is_shut;
	spin_unlock(&gate->lock);
	return !is_shut;
}

static bool must_stop(struct gate *gate, s64 number)
{
	bool is_stopped;

	spin_lock(&gate->lock);
	is_stopped = gate->is_shut && (gate->only == GATE_ANY || gate->only == number);
	if (is_stopped) {
		gate->nr_stopped++;
		gate->nr_arrivals++;
	}
	spin_unlock(&gate->lock);
	return is_stopped;
}

void gate_pass(struct gate *gate, s64 number)
{
	kcsan_disable_current();
	if (must_stop(gate, number)) {
		if (gate->arrived)
			wake_up_all(gate->arrived);
		wait_event(gate->opened, is_open(gate));
		spin_lock(&gate->lock);
		gate->nr_stopped--;
		spin_unlock(&gate->lock);
	}
	kcsan_enable_current();
}

u32 gate_arrivals(struct gate *gate)
{
	u32 nr;

	spin_lock(&gate->lock);
	nr = gate->nr_arrivals;
	spin_unlock(&gate->lock);
	return nr;
}
