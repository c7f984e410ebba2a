/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What traces have beside accesses (docs/trace-format.md): threads map and unmap, have the
 * process give pages back, bind, attach and end, each not before its time, and when the accesses
 * before it have completed. Each process that the file names has a thread of its own; what
 * concerns the same pages, or more than pages, keeps the order of the file.
 */
#ifndef SYSTEM_TRACE_EVENTS_H
#define SYSTEM_TRACE_EVENTS_H

#include "system/machine/internal.h"

struct sys_trace_events;

/** sys_trace_events_are_there() - has a trace anything but accesses? */
bool sys_trace_events_are_there(const struct sys_machine *m);

/** sys_trace_events_map() - do mappings of a space come from a trace, and not from `mappings`? */
bool sys_trace_events_map(const struct sys_machine *m, u32 space);

/* What others of this room do for it. */
struct sys_trace_events_ops {
	int (*bind)(struct sys_machine *m, struct sys_device_unit *unit);
	void (*unbind)(struct sys_machine *m, u32 number);
	void (*end_space)(struct sys_device_space *space);
};

/**
 * sys_trace_events_start() - from now on; each such trace counts in m->nr_running until its end
 * @ops: kept by reference
 * Context: sim thread. Return: 0; -ENOMEM.
 */
int sys_trace_events_start(struct sys_machine *m, const struct sys_trace_events_ops *ops);

/** sys_trace_events_stop() - no more, and none is under way. Context: sim thread; sleeps. */
void sys_trace_events_stop(struct sys_machine *m);

#endif
