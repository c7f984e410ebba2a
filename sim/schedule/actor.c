// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who acts without code of his own: hardware, and time-outs (enum sim_actor). An actor stands among
 * the threads that are ready as long as it has an event pending; chosen, its first event happens.
 * So what a device or an IOMMU does keeps its own order, and comes at any time as seen by threads
 * and by other hardware: its times say what comes first, not when. Time never goes back.
 *
 * What software and hardware do to each other's registers and memory is one object to those who
 * look at the order of steps (sim_hardware_read(), sim_hardware_write()).
 */
#include "sim/schedule/internal.h"

#include "sim/event.h"
#include "sim/sim.h"

static const char *const names[SIM_NR_ACTORS] = {
	[SIM_ACTOR_IOMMU] = "iommu",
	[SIM_ACTOR_DEVICES] = "devices",
	[SIM_ACTOR_TIMEOUT] = "time-outs",
};

/* --- events --- */

struct sim_event *turn_first_event(enum sim_actor actor)
{
	const struct heap_entry *first = NULL;

	for (u32 i = HEAP_ROOT; i < sim_core->heap_end; i++) {
		const struct heap_entry *entry = &sim_core->heap[i];

		if (entry->event->actor == actor && (!first || entry->key < first->key))
			first = entry;
	}
	return first ? first->event : NULL;
}

static void happen(struct sim_event *event)
{
	sim_event_cancel(event);
	event->fn(event);
}

void turn_fire(struct sim_event *event)
{
	if (event->at_ps > sim_core->now_ps)
		sim_core->now_ps = event->at_ps;
	happen(event);
}

/* --- who is ready --- */

/* A time-out by choice: as many as are permitted in a schedule. */
static bool may_act(enum sim_actor actor)
{
	return actor != SIM_ACTOR_TIMEOUT || (sim_schedule && sim_schedule->is_on &&
					      turn->nr_timeouts < sim_schedule->max_timeouts);
}

static void sort(enum sim_actor number)
{
	struct turn_thread *actor = turn->actors[number];
	bool may = turn->nr_events[number] && may_act(number);

	if (may && actor->place < 0)
		turn_wake(actor);
	else if (!may && actor->place >= 0)
		turn_unready(actor);
}

static void on_event(const struct sim_event *event, bool is_pending)
{
	turn->nr_events[event->actor] += is_pending ? 1 : -1U;
	sort(event->actor);
}

/* --- actors --- */

void sim_event_set_actor(struct sim_event *event, enum sim_actor actor)
{
	sim_assert(!sim_event_is_pending(event));
	event->actor = actor;
	sim_event_on_actor = on_event;
	if (turn->actors[actor])
		return;
	turn->actors[actor] = turn_thread_create(names[actor]);
	sim_assert(turn->actors[actor]);
	turn->actors[actor]->actor = actor;
	turn->actors[actor]->thread.state = THREAD_RUNNING;
	turn->actors[actor]->step.kind = actor == SIM_ACTOR_TIMEOUT ? SIM_POINT_TIMEOUT
								    : SIM_POINT_STEP;
	turn->actors[actor]->step.addr = &turn->hardware;
	turn->actors[actor]->step.bytes = sizeof(turn->hardware);
	turn->nr_actors++;
}

static void order(void (*tell)(u32 slot, const volatile void *addr), u32 slot, const u64 *object)
{
	if (sim_schedule && sim_schedule->is_checked && tell)
		tell(slot, object);
}

void turn_act(struct turn_thread *actor)
{
	struct sim_event *event = turn_first_event(actor->actor);

	sim_assert(event);
	turn->acting = actor;
	if (sim_schedule && sim_schedule->is_on &&
	    ++sim_schedule->nr_points > sim_schedule->max_points)
		turn_leave(SIM_SCHEDULE_ENDLESS);
	if (sim_schedule)
		sim_schedule->event_pc = (u64)event->fn;
	turn_tell(&actor->step);
	turn->nr_timeouts += actor->actor == SIM_ACTOR_TIMEOUT;
	if (sim_schedule)
		order(sim_schedule->on_acquire, actor->step.slot, &turn->hardware);
	/* A time-out that is chosen comes early: nobody else's time is over. */
	if (actor->actor == SIM_ACTOR_TIMEOUT)
		happen(event);
	else
		turn_fire(event);
	if (sim_schedule)
		order(sim_schedule->on_release, actor->step.slot, &turn->hardware_told);
	turn->acting = NULL;
	sort(actor->actor);
}

/* --- software --- */

void sim_hardware_read(void)
{
	sim_point(SIM_POINT_ENTER, &turn->hardware, sizeof(turn->hardware));
	sim_order_acquire(&turn->hardware_told);
}

void sim_hardware_write(void)
{
	sim_point(SIM_POINT_STEP, &turn->hardware, sizeof(turn->hardware));
	sim_order_release(&turn->hardware);
}
