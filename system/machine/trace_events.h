/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a trace has beside accesses (docs/trace-format.md): a thread maps and unmaps, has the
 * process give pages back, binds, attaches and ends, in the order of the file, each not before
 * its time, and when the accesses before it have completed.
 */
#ifndef SYSTEM_TRACE_EVENTS_H
#define SYSTEM_TRACE_EVENTS_H

#include "system/machine/internal.h"

struct sys_trace_events;

/** sys_trace_events_are_there() - has the trace anything but accesses? */
bool sys_trace_events_are_there(void);

/** sys_trace_events_map() - do mappings come from the trace, and not from `mappings`? */
bool sys_trace_events_map(const struct sys_machine *m);

/* What others of this room do for it. */
struct sys_trace_events_ops {
	int (*bind)(struct sys_machine *m, struct sys_device_unit *unit);
	void (*unbind)(struct sys_machine *m, u32 number);
	void (*end_space)(struct sys_device_space *space);
};

/**
 * sys_trace_events_start() - from now on; counts in m->nr_running until its end
 * @ops: kept by reference
 * Context: sim thread.
 * Return: NULL: there is nothing to do; ERR_PTR(-ENOMEM).
 */
struct sys_trace_events *sys_trace_events_start(struct sys_machine *m,
						const struct sys_trace_events_ops *ops);

/** sys_trace_events_stop() - no more, and none is under way. NULL is accepted. Context: sim thread;
 * sleeps. */
void sys_trace_events_stop(struct sys_trace_events *events);

#endif
