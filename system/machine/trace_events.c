// SPDX-License-Identifier: GPL-2.0-only
/* Records of a trace that are no access, see trace_events.h. */
#include "system/machine/trace_events.h"

#include <linux/err.h>
#include <linux/kthread.h>

#include "handler/pfh.h"
#include "sim/arena.h"
#include "sim/event.h"
#include "sim/lock.h"
#include "sim/sim.h"
#include "system/config/groups.h"
#include "system/memory/mm_change.h"
#include "system/replay/replay.h"
#include "system/replay/trace_demux.h"

/* How often it looks whether accesses have completed: at first, and at last. */
#define LOOK_MIN_PS (100 * SIM_PS_PER_NS)
#define LOOK_MAX_PS (10 * SIM_PS_PER_US)
/* So long without an end of any: they wait for something that will not come. */
#define LOOK_LIMIT_PS (10 * SIM_PS_PER_S)

struct sys_trace_events {
	struct sys_machine *m;
	const struct sys_trace_events_ops *ops;
	struct trace_demux *demux;
	struct sim_waitq waitq;
	bool is_stopping, has_ended;
	u64 begin_ps; /* what times of the trace count from */
};

bool sys_trace_events_are_there(void)
{
	struct trace_demux *demux = replay_trace();

	return demux && trace_demux_kinds(demux) & ~(1ULL << TRACE_ACCESS);
}

bool sys_trace_events_map(const struct sys_machine *m)
{
	struct trace_demux *demux = replay_trace();

	return demux && trace_demux_kinds(demux) & (1ULL << TRACE_MAP | 1ULL << TRACE_UNMAP);
}

/* --- what is done --- */

static struct sys_mm_stats *stats_of(const struct sys_machine *m)
{
	return sys_host_mm_stats(m->host);
}

static u64 page_down(u64 address)
{
	return address & ~((u64)PAGE_SIZE - 1);
}

static u64 pages_bytes(const struct trace_event *event)
{
	return page_down(event->address + event->bytes - 1) - page_down(event->address) + PAGE_SIZE;
}

/* The first of `mappings` is the memory of the process: an IOVA stands for the same part of it
 * always. */
static int map(const struct sys_device_space *space, const struct trace_event *event)
{
	const struct sys_mapping *memory = &space->machine->config->mappings[0];
	u64 bytes = pages_bytes(event), iova = page_down(event->address), places;
	struct pfh_mapping mapping = {
		.iova = iova,
		.size = bytes,
		.prot = (event->flags & TRACE_READ ? IOMMU_READ : 0) |
			(event->flags & TRACE_WRITE ? IOMMU_WRITE : 0),
	};
	int err;

	if (bytes > memory->bytes)
		return -ENOMEM;
	places = (memory->bytes - bytes) / PAGE_SIZE + 1;
	mapping.vaddr = memory->iova + memory->va_offset + iova / PAGE_SIZE % places * PAGE_SIZE;
	err = pfh_container_map(space->container, &mapping);
	if (err != -EEXIST)
		return err;
	/* The trace does not tell of its end. */
	pfh_container_unmap(space->container, iova, bytes);
	return pfh_container_map(space->container, &mapping);
}

static int unmap(const struct sys_device_space *space, const struct trace_event *event)
{
	return pfh_container_unmap(space->container, page_down(event->address), pages_bytes(event));
}

/* In the container of the device, or in all of them. The first error. */
static int in_containers(struct sys_machine *m, const struct trace_event *event,
			 int (*act)(const struct sys_device_space *space,
				    const struct trace_event *event))
{
	u32 nr = sys_config_nr_spaces(m->config);
	int err = 0, one;

	for (u32 i = 0; i < nr; i++) {
		if (nr > 1 && event->device != TRACE_DEVICE_ALL &&
		    m->devices[event->device].space != &m->spaces[i])
			continue;
		one = act(&m->spaces[i], event);
		if (!err)
			err = one;
	}
	return err;
}

/* Of a process: its pages in the range go, and who caches them forgets. */
static int give_back(struct sys_machine *m, const struct trace_event *event)
{
	u64 first = page_down(event->address), end = first + pages_bytes(event);

	for (u32 i = 0; i < m->config->nr_mappings && m->spaces[0].mm; i++) {
		const struct sys_mapping *mapping = &m->config->mappings[i];
		u64 start = mapping->iova + mapping->va_offset;
		struct sys_mm_part part = {
			.start = first > start ? first : start,
			.end = end < start + mapping->bytes ? end : start + mapping->bytes,
		};

		if (part.start >= part.end)
			continue;
		sys_mm_remap(m->spaces[0].mm, part);
		return 0;
	}
	return -ENOENT;
}

static int for_devices(struct sys_trace_events *events, const struct trace_event *event,
		       bool is_bound)
{
	struct sys_machine *m = events->m;
	int err = 0;

	for (u32 i = 0; i < m->config->machine.nr_devices && !err; i++) {
		struct sys_device_unit *unit = &m->devices[i];

		if ((event->device != TRACE_DEVICE_ALL && event->device != i) ||
		    unit->is_bound == is_bound)
			continue;
		if (is_bound)
			err = unit->space->mm ? events->ops->bind(m, unit) : -ESRCH;
		else
			events->ops->unbind(m, i);
	}
	return err;
}

static int act(struct sys_trace_events *events, const struct trace_event *event)
{
	struct sys_machine *m = events->m;
	bool is_container = m->spaces[0].container;

	switch (event->kind) {
	case TRACE_MAP:
		stats_of(m)->trace_maps++;
		return is_container ? in_containers(m, event, map) : 0;
	case TRACE_UNMAP:
		stats_of(m)->trace_unmaps++;
		return is_container ? in_containers(m, event, unmap) : give_back(m, event);
	case TRACE_INVALIDATE:
		stats_of(m)->trace_invalidates++;
		return is_container ? 0 : give_back(m, event);
	case TRACE_BIND:
	case TRACE_ATTACH:
		return for_devices(events, event, true);
	case TRACE_UNBIND:
	case TRACE_DETACH:
		return for_devices(events, event, false);
	default:
		events->ops->end_space(&m->spaces[0]);
		return 0;
	}
}

/* --- when --- */

static bool is_stopping(void *arg)
{
	return ((struct sys_trace_events *)arg)->is_stopping;
}

static bool is_next_known(void *arg)
{
	struct sys_trace_events *events = arg;
	struct trace_event event;
	u64 nr_before;

	return events->is_stopping ||
	       trace_demux_control(events->demux, &event, &nr_before) != DEV_NEXT_WAIT;
}

static void on_changed(void *opaque)
{
	struct sys_trace_events *events = opaque;

	sim_waitq_wake(&events->waitq, ~0U);
}

static u64 nr_completed(const struct sys_machine *m)
{
	u64 nr = 0;

	for (u32 i = 0; i < m->config->machine.nr_devices; i++)
		nr += sys_engine_stats(&m->devices[i].engine)->accesses +
		      sys_engine_stats(&m->devices[i].engine)->aborted;
	return nr;
}

/* Return: false: it is over, or they never will. */
static bool wait_for_accesses(struct sys_trace_events *events, u64 nr_before)
{
	u64 look_ps = LOOK_MIN_PS, waited_ps = 0, nr = nr_completed(events->m);

	while (nr < nr_before && waited_ps < LOOK_LIMIT_PS) {
		u64 now;

		if (sim_waitq_wait(&events->waitq, is_stopping, events, look_ps))
			return false;
		now = nr_completed(events->m);
		waited_ps = now == nr ? waited_ps + look_ps : 0;
		look_ps = 2 * look_ps < LOOK_MAX_PS ? 2 * look_ps : LOOK_MAX_PS;
		nr = now;
	}
	return nr >= nr_before;
}

static bool wait_until(struct sys_trace_events *events, u64 at_ps)
{
	u64 now_ps = sim_now_ps();

	return at_ps <= now_ps ||
	       !sim_waitq_wait(&events->waitq, is_stopping, events, at_ps - now_ps);
}

/* Return: false: there is no next one. */
static bool do_next(struct sys_trace_events *events)
{
	struct sys_mm_stats *stats = stats_of(events->m);
	struct trace_event event;
	u64 nr_before;

	sim_waitq_wait(&events->waitq, is_next_known, events, SIM_TIME_NEVER);
	if (events->is_stopping ||
	    trace_demux_control(events->demux, &event, &nr_before) != DEV_NEXT_RECORD ||
	    !wait_until(events, events->begin_ps + event.time_ps) ||
	    !wait_for_accesses(events, nr_before))
		return false;
	if (act(events, &event))
		stats->trace_refused++;
	sim_settle();
	trace_demux_control_done(events->demux);
	return true;
}

static int trace_fn(void *data)
{
	struct sys_trace_events *events = data;
	struct sys_machine *m = events->m;
	struct trace_event event;
	u64 nr_before;

	while (do_next(events))
		;
	sim_settle();
	events->has_ended = true;
	sim_waitq_wake(&events->waitq, ~0U);
	/* What it gave up keeps the run from its end: then nothing is left to happen. */
	if (events->is_stopping ||
	    trace_demux_control(events->demux, &event, &nr_before) != DEV_NEXT_END)
		return 0;
	if (sim_now_ps() > m->end_ps)
		m->end_ps = sim_now_ps();
	if (!--m->nr_running)
		sim_stop();
	return 0;
}

/* --- life --- */

struct sys_trace_events *sys_trace_events_start(struct sys_machine *m,
						const struct sys_trace_events_ops *ops)
{
	struct sys_trace_events *events;

	if (!sys_trace_events_are_there())
		return NULL;
	events = sim_alloc(sizeof(*events));
	if (!events)
		return ERR_PTR(-ENOMEM);
	*events = (struct sys_trace_events){
		.m = m,
		.ops = ops,
		.demux = replay_trace(),
		.begin_ps = m->origin_ps + m->config->workload.startup_ps,
	};
	sim_waitq_init(&events->waitq);
	trace_demux_watch(events->demux, on_changed, events);
	m->nr_running++;
	return IS_ERR(kthread_run(trace_fn, events, "trace")) ? ERR_PTR(-ENOMEM) : events;
}

static bool has_ended(void *arg)
{
	return ((struct sys_trace_events *)arg)->has_ended;
}

void sys_trace_events_stop(struct sys_trace_events *events)
{
	if (!events)
		return;
	events->is_stopping = true;
	sim_waitq_wake(&events->waitq, ~0U);
	sim_waitq_wait(&events->waitq, has_ended, events, SIM_TIME_NEVER);
}
