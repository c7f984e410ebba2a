/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of sim/schedule/ share; not for others. */
#ifndef SIM_SCHEDULE_INTERNAL_H
#define SIM_SCHEDULE_INTERNAL_H

#include "sim/lock_internal.h"
#include "sim/schedule/schedule.h"

enum lock_mode { LOCK_EXCLUSIVE, LOCK_SHARED };

/* A thread, and where it stands. */
struct turn_thread {
	struct sim_thread thread;
	struct sim_step step; /* that it does when it goes on */
	s32 place;	      /* in ready[]; -1: it is not */
	u32 nr_quiet, nr_unchecked;
	const struct sim_lock_base *blocked_by; /* NULL: not by a lock */
	u8 mode;				/* of step, of a lock */
	enum sim_actor actor;	   /* not NONE: it has events instead of code (actor.c) */
	const struct sim_irq *irq; /* it is the handler of this line */
};

/* In the arena: rewound. */
struct turn {
	u32 nr_ready;
	const struct sim_step *ready[SIM_SCHEDULE_THREADS]; /* what who is ready does first */
	u32 nr_blocked;					    /* by a lock */
	u32 nr_slots;
	struct turn_thread *slots[SIM_SCHEDULE_THREADS];
	char names[SIM_SCHEDULE_THREADS][SIM_THREAD_NAME_BYTES]; /* they outlive the threads */
	struct turn_thread *next;				 /* chosen, not running yet */
	struct turn_thread *actors[SIM_NR_ACTORS];		 /* NULL: it has had no events */
	u32 nr_events[SIM_NR_ACTORS];				 /* pending */
	u32 nr_actors, nr_timeouts;				 /* time-outs that came by choice */
	struct turn_thread *acting;				 /* whose event happens now */
	u64 hardware, hardware_told; /* stand for all that it has, what it has told */
};

extern struct turn *turn;

static inline struct turn_thread *turn_self(void)
{
	return (struct turn_thread *)sim_core->current;
}

static inline struct turn_thread *turn_ready_at(u32 place)
{
	return (struct turn_thread *)((u8 *)turn->ready[place] -
				      offsetof(struct turn_thread, step));
}

/* NULL: neither a thread nor an actor. */
static inline struct turn_thread *turn_who(void)
{
	return sim_core->current ? turn_self() : turn->acting;
}

/* A thread, or an actor, in the lowest slot that may be had; NULL without memory. */
struct turn_thread *turn_thread_create(const char *name);
/* @woken is ready: so says whoever runs. */
void turn_wake(struct turn_thread *woken);
/* The step that is done now. */
void turn_tell(const struct sim_step *step);
/* The schedule ends here. */
_Noreturn void turn_leave(enum sim_schedule_end why);

/* actor.c: the first event that is nobody's, or of @actor; NULL: there is none. */
struct sim_event *turn_first_event(enum sim_actor actor);
/* It happens, not before its time. */
void turn_fire(struct sim_event *event);
/* The next event of @actor happens. */
void turn_act(struct turn_thread *actor);

/* It sleeps, or waits for a lock; returns when it was made ready and chosen. */
void turn_block(struct turn_thread *self);
void turn_ready(struct turn_thread *thread);
void turn_unready(struct turn_thread *thread);
/* The step that @self does next; switches where another is chosen. */
void turn_point(struct turn_thread *self, enum sim_point_kind kind, const volatile void *addr,
		u32 bytes);

#endif
