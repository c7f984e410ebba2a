/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The virtual world: what the kernel API's types are made of when simulated
 * CPUs run the code in virtual time. kapi/include/linux/ includes this file
 * and knows nothing else of the world that it is compiled for.
 *
 * A structure that code walks node by node (lists, trees, arrays) carries a tag:
 * which CPUs have it. An atomic carries a cache line (sim/line.h), for which CPUs
 * wait. The tag or line, never the address, decides what a touch costs.
 */
#ifndef KAPI_WORLD_H
#define KAPI_WORLD_H

#include "sim/cpu.h"
#include "sim/event.h"
#include "sim/line.h"
#include "sim/lock.h"
#include "sim/point.h"
#include "sim/types.h"

typedef struct sim_mutex kapi_mutex_t;
typedef struct sim_spinlock kapi_spinlock_t;
typedef struct sim_rwsem kapi_rwsem_t;
typedef struct sim_thread kapi_thread_t;

/*
 * A cache line that many write at once: accesses wait for each other. It stands
 * among the locks by its name: waits for it are as bad, and Linux's lock_stat does not see them.
 */
typedef struct kapi_line {
	struct sim_word word;
	struct sim_lock_class *class;
} kapi_line_t;
void kapi_line_init(kapi_line_t *line, const char *name);
void kapi_line_atomic(kapi_line_t *line);

/**
 * kapi_line_load() / _store() / _rmw() - read, write, or change atomically a word of the line
 * On return the access has just happened: what the caller does to the word before it
 * calls anything else is part of it. After a change kapi_line_changed() tells those who poll.
 *
 * Context: a thread or interrupt; time passes.
 */
void kapi_line_load(kapi_line_t *line);
void kapi_line_store(kapi_line_t *line);
void kapi_line_rmw(kapi_line_t *line);
void kapi_line_changed(kapi_line_t *line);

/**
 * kapi_line_poll() - smp_cond_load_relaxed(): read the line until @is_true(@arg)
 * Between two reads the CPU waits for the line to be written, whichever word of it.
 *
 * Context: as kapi_line_load(); polls.
 */
void kapi_line_poll(kapi_line_t *line, bool (*is_true)(void *arg), void *arg);

/** kapi_line_spinlock() - @lock, initialised and not used yet, is a neighbour on the line. */
void kapi_line_spinlock(kapi_line_t *line, kapi_spinlock_t *lock);

/* A call at a time. */
typedef struct kapi_timer {
	struct sim_event event;
	void (*expire)(struct kapi_timer *timer);
} kapi_timer_t;

/*
 * Which machine this is, counted by kapi_init(): what lies in static storage (a
 * DEFINE_MUTEX, the probes of a trace point) knows by it that the machine it was
 * made for is gone.
 */
extern u32 kapi_epoch;

/* Where a lock is asked for. */
typedef struct sim_site kapi_site_t;
#define KAPI_SITE SIM_SITE_HERE

/* Whose caches hold a node; all zero: nobody's. */
#if SIM_EXPLORES
struct kapi_touch {
}; /* nothing costs, and each schedule copies it */
#define KAPI_TOUCH_INIT                                                                            \
	{                                                                                          \
	}
#else
struct kapi_touch {
	u16 cpu_plus_1;			/* wrote it last */
	bool is_shared;			/* any sharers */
	u64 sharers[SIM_MAX_CPUS / 64]; /* have read it since */
};

#define KAPI_TOUCH_INIT                                                                            \
	{                                                                                          \
		.cpu_plus_1 = 0                                                                    \
	}
#endif

/**
 * kapi_touch() - the running CPU writes the tagged node
 * Charges line_hit if no other CPU has it, the distance to the farthest that
 * does, or line_memory if none touched it ever. Then this CPU alone has it.
 * No switch. Outside of threads: nothing.
 */
void kapi_touch(struct kapi_touch *touch);

/**
 * kapi_touch_read() - it reads the node; CPUs that only read share it
 * Charges line_hit if this CPU has it, else the distance to the nearest that
 * does, or line_memory.
 */
void kapi_touch_read(const struct kapi_touch *touch);

/** kapi_touch_new() - the same for a node just allocated: what the tag says is not read. */
void kapi_touch_new(struct kapi_touch *touch);

/**
 * kapi_atomic_rmw() - a read-modify-write of the word that @line is of; do it after this
 * Time passes while the line is on its way or others are before us; with the
 * line held, the cost is debt. Outside of threads: nothing.
 *
 * kapi_atomic_load() - the word is read: a debt, no time passes.
 * kapi_atomic_new() - it is set, whatever the line says: its memory is new.
 */
static inline void kapi_atomic_rmw(struct sim_line *line)
{
	sim_line_atomic_shared(line);
}

static inline void kapi_atomic_load(const struct sim_line *line)
{
	/* What is read is const to the caller; its line is ours. */
	sim_line_charge_read((struct sim_line *)line);
}

static inline void kapi_atomic_new(struct sim_line *line)
{
	sim_line_charge_new(line);
}

/**
 * kapi_word_rmw() - as kapi_atomic_rmw(), of a word that has no room for a line: a bitmap's
 * Words of an object that lie in one block of 64 bytes, from its beginning, are on one line.
 */
void kapi_word_rmw(const volatile void *word);

/** kapi_atomic() - an atomic read-modify-write of a word of this CPU's own, taken as held. */
void kapi_atomic(void);

/** kapi_call() - charge one call into the kernel API. */
void kapi_call(void);

/*
 * What serializes a wait queue. In the virtual world nothing runs between two
 * interactions, so taking its cache line is all there is to its lock; hence a
 * wait queue may be woken from anywhere.
 */
typedef struct sim_line kapi_waitlock_t;
void kapi_waitlock_init(kapi_waitlock_t *lock);
void kapi_waitlock_lock(kapi_waitlock_t *lock);
static inline void kapi_waitlock_unlock(kapi_waitlock_t *lock)
{
}

#endif
