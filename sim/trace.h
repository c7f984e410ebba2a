/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Trace points: what is seen. They return void, change nothing and cost one
 * predictable branch. Every emitted record is folded into the run's trace hash
 * in order, with its time; a sink may look at it too.
 *
 * Hashed are fault stamps, queues and locks, not translation hits. No argument
 * may be a host address.
 */
#ifndef SIM_TRACE_H
#define SIM_TRACE_H

#include "sim/types.h"

enum sim_trace_id {
	SIM_TRACE_NONE,
	SIM_TRACE_LOCK_ACQUIRED,  /* a: class, b: wait_ps */
	SIM_TRACE_LOCK_RELEASED,  /* a: class, b: hold_ps */
	SIM_TRACE_QUEUE_PUSH,	  /* a: queue number, b: depth after */
	SIM_TRACE_QUEUE_POP,	  /* a: queue number, b: depth after */
	SIM_TRACE_QUEUE_OVERFLOW, /* a: queue number */
	SIM_TRACE_FAULT_STAMP,	  /* a: fault number << 8 | stage, b: IOVA */
	SIM_TRACE_IRQ,		  /* a: cpu, b: irq number */
	SIM_TRACE_THREAD_RUN,	  /* a: cpu, b: thread number */
	SIM_TRACE_NR,
};

struct sim_trace_record {
	u64 at_ps;
	u64 a, b;
	u32 id;
};

typedef void (*sim_trace_sink_fn)(void *opaque, const struct sim_trace_record *record);

/** sim_trace() - emit a record at the current time. */
void sim_trace(enum sim_trace_id id, u64 a, u64 b);

/** sim_trace_enable() - off: nothing is hashed and no sink is called. On at start. */
void sim_trace_enable(bool on);

/** sim_trace_set_sink() - one sink, NULL for none; records whose bit (1 << id) is in @mask. */
void sim_trace_set_sink(sim_trace_sink_fn fn, void *opaque, u64 mask);

/** sim_trace_hash() - hash of all records so far. */
u64 sim_trace_hash(void);

#endif
