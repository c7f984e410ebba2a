/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The timeline of a run: what each CPU, thread and lock did from when to when,
 * and on which threads a fault was, until so many faults have ended. Fed with
 * trace records by who has the sink (collect.h). Looks on; changes nothing.
 */
#ifndef SYSTEM_TIMELINE_H
#define SYSTEM_TIMELINE_H

#include "sim/trace.h"
#include "system/result/result.h"

/* The trace points that it wants. */
#define SYS_TIMELINE_MASK                                                                          \
	(1ULL << SIM_TRACE_CPU_DID | 1ULL << SIM_TRACE_LOCK_ACQUIRED |                             \
	 1ULL << SIM_TRACE_LOCK_RELEASED | 1ULL << SIM_TRACE_FAULT_STAMP | 1ULL << SIM_TRACE_IRQ | \
	 1ULL << SIM_TRACE_QUEUE_PUSH | 1ULL << SIM_TRACE_QUEUE_POP)

struct sys_timeline_recorder;

/**
 * sys_timeline_create() - in the arena
 * @nr_faults: it ends when so many faults have ended; 0: it records nothing
 *
 * Return: the recorder; NULL without memory.
 */
struct sys_timeline_recorder *sys_timeline_create(u64 nr_faults);

/** sys_timeline_start() - from now on; times of the result count from here. */
void sys_timeline_start(struct sys_timeline_recorder *recorder);

/** sys_timeline_wants() - SYS_TIMELINE_MASK, or 0: nothing (more). */
u64 sys_timeline_wants(const struct sys_timeline_recorder *recorder);

/** sys_timeline_note() - a trace record. Context: in a sink. */
void sys_timeline_note(struct sys_timeline_recorder *recorder,
		       const struct sim_trace_record *record);

/** sys_timeline_result() - valid as long as the machine; what comes later is not in it. */
const struct sys_timeline *sys_timeline_result(struct sys_timeline_recorder *recorder);

#endif
