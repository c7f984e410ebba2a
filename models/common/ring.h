/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pointers of a circular queue of 2^lg2 entries: an index, and above it one
 * wrap bit that toggles each time the index passes the end, so that full and
 * empty differ. Bits above the wrap bit do not belong to the pointer and are
 * ignored on input. A queue of one entry (lg2 == 0) has a wrap bit only.
 *
 * The producer and the consumer pointer may hold anything: software wrote one
 * of them. ring_depth() then says more than the queue has room for, and the
 * queue counts as full.
 */
#ifndef MODELS_COMMON_RING_H
#define MODELS_COMMON_RING_H

#include "sim/types.h"

static inline u32 ring_index(u32 pointer, u32 lg2)
{
	return pointer & ((1U << lg2) - 1);
}

static inline u32 ring_pointer(u32 pointer, u32 lg2)
{
	return pointer & ((2U << lg2) - 1);
}

static inline u32 ring_next(u32 pointer, u32 lg2)
{
	return ring_pointer(pointer + 1, lg2);
}

/* Entries from @cons up to @prod; 0 to 2 * entries - 1. */
static inline u32 ring_depth(u32 prod, u32 cons, u32 lg2)
{
	return ring_pointer(prod - cons, lg2);
}

static inline bool ring_is_empty(u32 prod, u32 cons, u32 lg2)
{
	return ring_depth(prod, cons, lg2) == 0;
}

static inline bool ring_is_full(u32 prod, u32 cons, u32 lg2)
{
	return ring_depth(prod, cons, lg2) >= (1U << lg2);
}

#endif
