/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Points: where another thread may go on when schedules are explored (docs/explorer.md).
 *
 * The rule for whoever calls them: a point stands before the operation, with nothing of what the
 * operation looks at read yet, and from one point to the next the code is one step. In a build
 * that simulates time (no SIM_SCHEDULE) they are nothing.
 */
#ifndef SIM_POINT_H
#define SIM_POINT_H

#include "sim/types.h"

struct sim_event;

enum sim_point_kind {
	SIM_POINT_LOCK,	  /* take the lock at the address */
	SIM_POINT_ATOMIC, /* read-modify-write, and what else orders as one: trylock, wait queues */
	SIM_POINT_LOAD,	  /* marked: READ_ONCE() */
	SIM_POINT_STORE,  /* marked: WRITE_ONCE() */
	/* What others do before and after is told by sim_order_release() and _acquire(). */
	SIM_POINT_ENTER,   /* reads: a reader enters or leaves what a grace period waits for */
	SIM_POINT_STEP,	   /* changes */
	SIM_POINT_UNLOCK,  /* release the lock at the address */
	SIM_POINT_RELEASE, /* after a release: accesses nothing */
	SIM_POINT_YIELD,   /* others first: polling loops */
	SIM_POINT_WAKE,	   /* not asked for: it was asleep and goes on */
	SIM_POINT_TIMEOUT, /* a time-out comes before anything else: depends on all there is */
	SIM_NR_POINT_KINDS,
};

/*
 * Who makes an event happen. In a schedule that is an actor: what it does next, in the order of its
 * own times, is a step that may come at any time. What is nobody's is due when time has come so
 * far, or nobody can go on.
 */
enum sim_actor {
	SIM_ACTOR_NONE,
	SIM_ACTOR_IOMMU,
	SIM_ACTOR_DEVICES, /* DMA masters */
	SIM_ACTOR_TIMEOUT, /* so many of them as the search permits; the others as nobody's */
	SIM_NR_ACTORS,
};

/* Is this a build in which schedules are explored? */
#ifdef SIM_SCHEDULE
#define SIM_EXPLORES 1
#else
#define SIM_EXPLORES 0
#endif

#ifdef SIM_SCHEDULE
/** sim_point() - others may go on here. Context: anywhere; nothing outside of threads. */
void sim_point(enum sim_point_kind kind, const volatile void *addr, u32 bytes);

/**
 * sim_quiet_begin(), sim_quiet_end() - no points of this thread, nor are its accesses checked;
 * nests What is quiet is one step, but where it sleeps.
 */
void sim_quiet_begin(void);
void sim_quiet_end(void);

/** sim_is_quiet() - of the running thread; true outside of threads. */
bool sim_is_quiet(void);

/** sim_unchecked_begin(), sim_unchecked_end() - accesses of this thread are not checked for races.
 */
void sim_unchecked_begin(void);
void sim_unchecked_end(void);

/** sim_order_release(), sim_order_acquire() - what was before the one is before what is after the
 * other. */
void sim_order_release(const volatile void *addr);
void sim_order_acquire(const volatile void *addr);

/** sim_object_allocated(), sim_object_freed() - memory that a thread has from now on, or nobody. */
void sim_object_allocated(const void *object, u64 bytes);
void sim_object_freed(const void *object, u64 bytes);

/**
 * sim_reference() - @by references more are held to what @count counts, @left of them
 * @by: 0: it begins; less: so many are put
 * @pc: where in the program
 */
void sim_reference(const volatile void *count, s32 by, s32 left, const void *pc);

/** sim_reader() - the thread enters, or leaves, a section that a grace period waits for; nests. */
void sim_reader(bool is_in);

/** sim_event_set_actor() - @event, not pending, is one of @actor's. */
void sim_event_set_actor(struct sim_event *event, enum sim_actor actor);
/* Whom sim/event.c tells that an actor's event is pending, or no longer; set before there is one.
 */
extern void (*sim_event_on_actor)(const struct sim_event *event, bool is_pending);

/**
 * sim_hardware_read(), sim_hardware_write() - a point before software reads, or changes, what
 * hardware changes or reads: a register, or a word of memory that it walks. For the order of steps
 * all of that is one object.
 */
void sim_hardware_read(void);
void sim_hardware_write(void);
#else
static inline void sim_point(enum sim_point_kind kind, const volatile void *addr, u32 bytes)
{
}
static inline void sim_quiet_begin(void)
{
}
static inline void sim_quiet_end(void)
{
}
static inline bool sim_is_quiet(void)
{
	return false;
}
static inline void sim_unchecked_begin(void)
{
}
static inline void sim_unchecked_end(void)
{
}
static inline void sim_order_release(const volatile void *addr)
{
}
static inline void sim_order_acquire(const volatile void *addr)
{
}
static inline void sim_object_allocated(const void *object, u64 bytes)
{
}
static inline void sim_object_freed(const void *object, u64 bytes)
{
}
static inline void sim_reference(const volatile void *count, s32 by, s32 left, const void *pc)
{
}
static inline void sim_reader(bool is_in)
{
}
static inline void sim_event_set_actor(struct sim_event *event, enum sim_actor actor)
{
}
static inline void sim_hardware_read(void)
{
}
static inline void sim_hardware_write(void)
{
}
#endif

#endif
