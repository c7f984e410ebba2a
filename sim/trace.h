/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Trace points: what is seen. They return void, change nothing and cost one
 * predictable branch. Every emitted record is folded into the run's trace hash
 * in order, with its time; a sink may look at it too.
 *
 * Hashed are fault stamps, queues and locks, not translation hits. No argument
 * may be a host address. What a CPU did until now is only shown: how often it is
 * said is no property of the run.
 */
#ifndef SIM_TRACE_H
#define SIM_TRACE_H

#include "sim/types.h"

enum sim_trace_id {
	SIM_TRACE_NONE,
	SIM_TRACE_LOCK_ACQUIRED,	      /* a: class, b: wait_ps */
	SIM_TRACE_LOCK_RELEASED,	      /* a: class, b: hold_ps */
	SIM_TRACE_QUEUE_PUSH,		      /* a: queue number, b: depth after */
	SIM_TRACE_QUEUE_POP,		      /* a: queue number, b: depth after */
	SIM_TRACE_QUEUE_OVERFLOW,	      /* a: queue number */
	SIM_TRACE_FAULT_STAMP,		      /* a: fault number << 8 | stage, b: IOVA */
	SIM_TRACE_IRQ,			      /* a: cpu, b: irq number */
	SIM_TRACE_THREAD_RUN,		      /* a: cpu, b: thread number */
	SIM_TRACE_HASHED,		      /* those below are shown, not hashed */
	SIM_TRACE_CPU_DID = SIM_TRACE_HASHED, /* a: SIM_CPU_DID(), b: since when, ps */
	SIM_TRACE_PLACES,		      /* a: number of the places, b: how many are taken */
	SIM_TRACE_NR,
};

/* What a CPU did for a time. */
enum sim_cpu_activity {
	SIM_CPU_RAN,	  /* a thread */
	SIM_CPU_SPUN,	  /* a thread, for a lock or a completion */
	SIM_CPU_IRQ,	  /* a hard interrupt, on top of whatever thread is there */
	SIM_CPU_IRQ_SPUN, /* as SIM_CPU_SPUN, in a hard interrupt */
	SIM_CPU_IDLE,
};

/* @thread: its number, 0 in interrupts */
#define SIM_CPU_DID(cpu, activity, thread) ((u64)(thread) << 32 | (u64)(activity) << 16 | (cpu))
#define SIM_CPU_DID_CPU(a) ((u32)((a)&0xffff))
#define SIM_CPU_DID_ACTIVITY(a) ((enum sim_cpu_activity)((a) >> 16 & 0xffff))
#define SIM_CPU_DID_THREAD(a) ((u32)((a) >> 32))

struct sim_trace_record {
	u64 at_ps;
	u64 a, b;
	u32 id;
};

typedef void (*sim_trace_sink_fn)(void *opaque, const struct sim_trace_record *record);

/* The observer's switch: not machine state, so not rewound. */
extern bool sim_trace_is_on;

/* Behind sim_trace() and sim_trace_show(); not called by others. */
void sim_trace_emit(enum sim_trace_id id, u64 a, u64 b);
void sim_trace_tell(enum sim_trace_id id, u64 a, u64 b);
extern u64 sim_trace_wanted;

/**
 * sim_trace() - emit a record at the current time
 * @id: what happened; says what @a and @b are
 * Context: anywhere, with a machine.
 */
static inline void sim_trace(enum sim_trace_id id, u64 a, u64 b)
{
	if (__builtin_expect(sim_trace_is_on, 1))
		sim_trace_emit(id, a, b);
}

/**
 * sim_trace_show() - a record for the sink, if it wants such; not hashed
 * @id: SIM_TRACE_HASHED or above
 * Context: as sim_trace().
 */
static inline void sim_trace_show(enum sim_trace_id id, u64 a, u64 b)
{
	if (__builtin_expect(sim_trace_wanted >> id & 1, 0))
		sim_trace_tell(id, a, b);
}

/**
 * sim_trace_enable() - off: nothing is hashed and no sink is called
 *
 * On at the start of each machine. Belongs to who looks on, as the sink does:
 * rewinding the machine changes neither, while the hash is rewound.
 */
void sim_trace_enable(bool on);

/**
 * sim_trace_set_sink() - who looks at records
 * @fn: called with each record that is wanted; NULL for none. It may not change
 *	the machine.
 * @opaque: handed to @fn
 * @mask: records whose bit (1 << id) is set are wanted
 *
 * One sink; none at the start of each machine.
 */
void sim_trace_set_sink(sim_trace_sink_fn fn, void *opaque, u64 mask);

/** sim_trace_hash() - hash of all records so far, in order; 0 without a machine. */
u64 sim_trace_hash(void);

#endif
