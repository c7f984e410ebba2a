/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual time and the event queue: an intrusive 4-ary heap ordered by (time,
 * sequence number). A callback runs on the main stack; it may schedule, cancel
 * and wake, it may not block.
 */
#ifndef SIM_EVENT_H
#define SIM_EVENT_H

#include "sim/time.h"
#include "sim/types.h"

struct sim_event {
	__u64 at_ps;
	__u64 seq;
	void (*fn)(struct sim_event *event);
	__u32 heap_slot; /* 0: not pending; else index in the heap plus one */
	__u32 actor;	 /* enum sim_actor, where schedules are explored (sim/point.h) */
};

/** sim_event_init() - prepare caller's memory; @fn is called when it is due. */
void sim_event_init(struct sim_event *event, void (*fn)(struct sim_event *event));

/**
 * sim_event_schedule() - make an event due at an absolute time
 * @event: initialized; if pending, it is moved (and takes a new sequence number)
 * @at_ps: not before sim_now_ps(), not SIM_TIME_NEVER
 *
 * Events of equal times are dispatched in the order of their scheduling.
 * Context: anywhere. Allocates only when more events are pending than ever
 * before (the array doubles).
 */
void sim_event_schedule(struct sim_event *event, __u64 at_ps);

/**
 * sim_event_cancel() - take a pending event back
 * Its memory may be reused at once.
 *
 * Context: anywhere.
 *
 * Return: was it pending?
 */
bool sim_event_cancel(struct sim_event *event);

static inline bool sim_event_is_pending(const struct sim_event *event)
{
	return event->heap_slot != 0;
}

/** sim_now_ps() - current virtual time. */
__u64 sim_now_ps(void);

/** sim_next_event_ps() - time of the earliest pending event or SIM_TIME_NEVER. */
__u64 sim_next_event_ps(void);

/**
 * sim_try_advance() - let time pass without going back to the event loop
 * @to_ps: new time, not before sim_now_ps()
 *
 * The fast path of whoever computes times: allowed only while nothing else is
 * due at or before @to_ps and no stop was asked for.
 *
 * Context: in an event or a fiber; time passes.
 *
 * Return: true and time is @to_ps, or false and nothing happened.
 */
bool sim_try_advance(__u64 to_ps);

/**
 * sim_events_dispatched() - events dispatched since sim_init()
 *
 * Depends on the limits given to sim_run(): time that passes by itself
 * (sim_try_advance()) takes an event where a limit cuts it. What happens, and
 * when, does not.
 */
__u64 sim_events_dispatched(void);

enum sim_run_result {
	SIM_RUN_STOPPED, /* sim_stop() was called */
	SIM_RUN_UNTIL,	 /* the limit was reached */
	SIM_RUN_IDLE,	 /* no event is left: done, or stuck */
};

/**
 * sim_run() - dispatch events in order
 * @until_ps: stop before the first event after this time; SIM_TIME_NEVER for all
 * Context: outside of events and threads.
 *
 * Return: why it stopped. SIM_RUN_UNTIL leaves the time at @until_ps, the others
 * at the last event. With SIM_RUN_IDLE threads may still be parked or spinning:
 * nothing can ever wake them.
 */
enum sim_run_result sim_run(__u64 until_ps);

/** sim_stop() - make sim_run() return after the current callback or fiber step. Context: in one. */
void sim_stop(void);

#endif
