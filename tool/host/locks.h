/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Linux 6.1's spinlock, mutex and rwsem in a program, their steps alone, written
 * anew: what sim/ simulates, on real lines. Nobody sleeps: each thread has a
 * CPU to itself, so a mutex's owner always runs, and no waiter gives up.
 */
#ifndef TOOL_HOST_LOCKS_H
#define TOOL_HOST_LOCKS_H

#include "tool/host/internal.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the parts of the spinlock's word are those of a little-endian machine"
#endif

/* On lines of its own: a thread's place in the queue of a spinlock, or of a mutex. */
struct host_node {
	struct host_node *next __attribute__((aligned(HOST_LINE_BYTES)));
	u32 is_first; /* of those that wait */
};

union host_spin_word {
	u32 all;
	struct {
		u8 locked, pending;
		u16 tail; /* a thread's number and 1 */
	};
	u16 locked_pending;
};

struct host_spinlock {
	union host_spin_word word __attribute__((aligned(HOST_LINE_BYTES)));
	struct host_node nodes[HOST_MAX_CPUS];
};

struct host_mutex {
	u64 owner __attribute__((aligned(HOST_LINE_BYTES))); /* a thread's number and 1 */
	struct host_node *tail; /* of those that spin, in the owner's line */
	struct host_node nodes[HOST_MAX_CPUS];
};

/* @self: number of the thread, below HOST_MAX_CPUS */
void host_spin_lock(struct host_spinlock *lock, u32 self);
void host_spin_unlock(struct host_spinlock *lock);
void host_mutex_lock(struct host_mutex *mutex, u32 self);
void host_mutex_unlock(struct host_mutex *mutex, u32 self);

/* Readers among themselves: the count, which nobody writes otherwise. */
static inline void host_down_read(struct host_word *count)
{
	__atomic_add_fetch(&count->value, 256, __ATOMIC_ACQUIRE);
}

static inline void host_up_read(struct host_word *count)
{
	__atomic_sub_fetch(&count->value, 256, __ATOMIC_RELEASE);
}

#endif
