// SPDX-License-Identifier: GPL-2.0-only
/* Records of a trace that are no access, see trace_events.h. */
#include "system/machine/trace_internal.h"

#include <linux/err.h>
#include <linux/kthread.h>

#include "sim/arena.h"
#include "sim/event.h"
#include "sim/lock.h"
#include "sim/sim.h"
#include "system/config/groups.h"
#include "system/replay/replay.h"
#include "system/replay/trace_demux.h"

/* How often it looks whether accesses have completed: at first, and at last. */
#define LOOK_MIN_PS (100 * SIM_PS_PER_NS)
#define LOOK_MAX_PS (10 * SIM_PS_PER_US)
/* So long without an end of any: they wait for something that will not come. */
#define LOOK_LIMIT_PS (10 * SIM_PS_PER_S)

static bool has_controls(u32 group)
{
	struct trace_demux *demux = replay_trace(group);

	return demux && trace_demux_kinds(demux) & ~(1ULL << TRACE_ACCESS);
}

bool sys_trace_events_are_there(const struct sys_machine *m)
{
	for (u32 g = 0; g < sys_config_nr_groups(m->config); g++) {
		if (has_controls(g))
			return true;
	}
	return false;
}

bool sys_trace_events_map(const struct sys_machine *m, u32 space)
{
	const u64 kinds = 1ULL << TRACE_MAP | 1ULL << TRACE_UNMAP;

	for (u32 g = 0; g < sys_config_nr_groups(m->config); g++) {
		struct trace_demux *demux = replay_trace(g);

		if (demux && trace_demux_kinds(demux) & kinds &&
		    (!m->config->nr_groups || sys_config_space_of(m->config, g) == space))
			return true;
	}
	return false;
}

/* --- who --- */

/* Accesses behind a record go on when it and all before it are done. */
static void show_done(struct sys_trace_events *events)
{
	u64 nr_done = events->nr_taken;

	for (u32 i = 0; i < events->nr_actors; i++) {
		const struct actor *actor = events->actors[i];

		if (actor->is_busy && actor->number <= nr_done)
			nr_done = actor->number - 1;
	}
	trace_demux_controls_done(events->demux, nr_done);
	sim_waitq_wake(&events->waitq, ~0U);
}

static bool has_work(void *arg)
{
	const struct actor *actor = arg;

	return actor->is_busy || actor->events->is_stopping;
}

static int actor_fn(void *data)
{
	struct actor *actor = data;

	while (sim_waitq_wait(&actor->events->waitq, has_work, actor, SIM_TIME_NEVER) &&
	       actor->is_busy) {
		sys_trace_act(actor->events, &actor->event);
		actor->is_busy = false;
		show_done(actor->events);
	}
	sim_settle();
	actor->has_ended = true;
	sim_waitq_wake(&actor->events->waitq, ~0U);
	return 0;
}

/* NULL: nobody is known, or there are too many: then the thread that reads does it. */
static struct actor *actor_of(struct sys_trace_events *events, u32 process)
{
	const char *name = trace_demux_process(events->demux, process);
	struct actor *actor;

	for (u32 i = 0; i < events->nr_actors; i++) {
		if (events->actors[i]->process == process)
			return events->actors[i];
	}
	if (process == TRACE_PROCESS_NONE || events->nr_actors == MAX_THREADS)
		return NULL;
	actor = sim_alloc(sizeof(*actor));
	if (!actor)
		return NULL;
	*actor = (struct actor){.events = events, .process = process};
	if (IS_ERR(kthread_run(actor_fn, actor, "%s", name ? name : "trace"))) {
		sim_free(actor);
		return NULL;
	}
	events->actors[events->nr_actors++] = actor;
	return actor;
}

/* Must one have ended before the other begins? */
static bool is_ordered(const struct trace_event *one, const struct trace_event *other)
{
	if (one->kind > TRACE_INVALIDATE || other->kind > TRACE_INVALIDATE)
		return true;
	return sys_trace_page(one->address) <= sys_trace_page(other->address + other->bytes - 1) &&
	       sys_trace_page(other->address) <= sys_trace_page(one->address + one->bytes - 1);
}

struct turn {
	struct sys_trace_events *events;
	const struct trace_event *event; /* NULL: for nobody to be busy */
};

static bool has_come(void *arg)
{
	const struct turn *turn = arg;
	const struct sys_trace_events *events = turn->events;

	for (u32 i = 0; i < events->nr_actors; i++) {
		const struct actor *actor = events->actors[i];

		if (actor->is_busy && (!turn->event || turn->event->process == actor->process ||
				       is_ordered(turn->event, &actor->event)))
			return false;
	}
	return true;
}

static void wait_turn(struct sys_trace_events *events, const struct trace_event *event)
{
	struct turn turn = {events, event};

	sim_waitq_wait(&events->waitq, has_come, &turn, SIM_TIME_NEVER);
}

/* It has its turn. */
static void do_one(struct sys_trace_events *events, const struct trace_event *event)
{
	struct actor *actor = actor_of(events, event->process);

	events->nr_taken++;
	trace_demux_control_take(events->demux);
	if (!actor) {
		/* Nobody else is to be at something behind it. */
		wait_turn(events, NULL);
		sys_trace_act(events, event);
		show_done(events);
		return;
	}
	actor->event = *event;
	actor->number = events->nr_taken;
	actor->is_busy = true;
	sim_waitq_wake(&events->waitq, ~0U);
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

static u64 nr_completed(const struct sys_trace_events *events)
{
	u64 nr = 0;

	for (u32 i = 0; i < events->nr_devices; i++) {
		struct sys_engine *engine = &events->m->devices[events->first + i].engine;

		nr += sys_engine_stats(engine)->accesses + sys_engine_stats(engine)->aborted;
	}
	return nr;
}

/* Return: false: it is over, or they never will. */
static bool wait_for_accesses(struct sys_trace_events *events, u64 nr_before)
{
	u64 look_ps = LOOK_MIN_PS, waited_ps = 0, nr = nr_completed(events);

	while (nr < nr_before && waited_ps < LOOK_LIMIT_PS) {
		u64 now;

		if (sim_waitq_wait(&events->waitq, is_stopping, events, look_ps))
			return false;
		now = nr_completed(events);
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
	struct trace_event event;
	u64 nr_before;

	sim_waitq_wait(&events->waitq, is_next_known, events, SIM_TIME_NEVER);
	if (events->is_stopping ||
	    trace_demux_control(events->demux, &event, &nr_before) != DEV_NEXT_RECORD ||
	    !wait_until(events, events->begin_ps + event.time_ps) ||
	    !wait_for_accesses(events, nr_before))
		return false;
	wait_turn(events, &event);
	do_one(events, &event);
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
	wait_turn(events, NULL);
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

static struct sys_trace_events *start_group(struct sys_machine *m, u32 group,
					    const struct sys_trace_events_ops *ops)
{
	struct sys_trace_events *events = sim_alloc(sizeof(*events));

	if (!events)
		return NULL;
	*events = (struct sys_trace_events){
		.m = m,
		.ops = ops,
		.demux = replay_trace(group),
		.space = &m->spaces[sys_config_space_of(m->config, group)],
		.first = sys_config_first_device(m->config, group),
		.nr_devices = (u32)sys_config_group_devices(m->config, group),
		.memory = *replay_memory(group),
		.begin_ps = m->origin_ps + sys_config_group(m->config, group)->workload.startup_ps,
	};
	sim_waitq_init(&events->waitq);
	trace_demux_watch(events->demux, on_changed, events);
	return IS_ERR(kthread_run(trace_fn, events, "trace")) ? NULL : events;
}

int sys_trace_events_start(struct sys_machine *m, const struct sys_trace_events_ops *ops)
{
	for (u32 g = 0; g < sys_config_nr_groups(m->config); g++) {
		struct sys_trace_events *events;

		if (!has_controls(g))
			continue;
		events = start_group(m, g, ops);
		if (!events)
			return -ENOMEM;
		events->next = m->trace_events;
		m->trace_events = events;
		m->nr_running++;
	}
	return 0;
}

static bool has_ended(void *arg)
{
	const struct sys_trace_events *events = arg;

	for (u32 i = 0; i < events->nr_actors; i++) {
		if (!events->actors[i]->has_ended)
			return false;
	}
	return events->has_ended;
}

void sys_trace_events_stop(struct sys_machine *m)
{
	for (struct sys_trace_events *events = m->trace_events; events; events = events->next) {
		events->is_stopping = true;
		sim_waitq_wake(&events->waitq, ~0U);
		sim_waitq_wait(&events->waitq, has_ended, events, SIM_TIME_NEVER);
	}
}
