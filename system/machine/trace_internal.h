/* SPDX-License-Identifier: GPL-2.0-only */
/* Between trace_events.c, who does the records of a trace and when, and trace_act.c, what. */
#ifndef SYSTEM_MACHINE_TRACE_INTERNAL_H
#define SYSTEM_MACHINE_TRACE_INTERNAL_H

#include <linux/mm.h>

#include "sim/lock.h"
#include "system/machine/trace_events.h"
#include "system/replay/trace_demux.h"

/* So many processes of a trace have a thread of their own. */
#define MAX_THREADS 64

struct sys_trace_events;

/* A process of the trace: it does what the file says that it did. */
struct actor {
	struct sys_trace_events *events;
	u32 process;
	bool is_busy, has_ended;
	u64 number; /* of the record that it is at, from 1 on */
	struct trace_event event;
};

/* Of a group of devices. */
struct sys_trace_events {
	struct sys_machine *m;
	const struct sys_trace_events_ops *ops;
	struct trace_demux *demux;
	struct sys_device_space *space;
	u32 first, nr_devices;	   /* of the machine */
	struct sys_mapping memory; /* of the process: behind what is mapped */
	struct sim_waitq waitq;
	bool is_stopping, has_ended;
	u64 begin_ps; /* what times of the trace count from */
	u64 nr_taken; /* records */
	u32 nr_actors;
	struct actor *actors[MAX_THREADS];
	struct sys_trace_events *next;
};

/** sys_trace_page() - of an address. */
static inline u64 sys_trace_page(u64 address)
{
	return address & ~((u64)PAGE_SIZE - 1);
}

/** sys_trace_act() - do it, and count it, and if it is refused. Context: sim thread; sleeps. */
void sys_trace_act(struct sys_trace_events *events, const struct trace_event *event);

#endif
