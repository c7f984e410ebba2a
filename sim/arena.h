/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The arena: all state of one simulated machine, fiber stacks included, lives
 * in one region at a fixed address, so that the machine can be rewound and so
 * that no host address differs from run to run.
 *
 * One process holds at most one machine at a time; parallel runs are processes.
 */
#ifndef SIM_ARENA_H
#define SIM_ARENA_H

#include "sim/types.h"

/**
 * sim_arena_create() - reserve the arena of a new machine
 * @bytes: address space to reserve; memory is taken as it is touched. A
 *	multiple of 1 MiB.
 *
 * Return: 0; -EBUSY if an arena exists; -ENOMEM if the range cannot be mapped.
 */
int sim_arena_create(u64 bytes);

/**
 * sim_arena_destroy() - unmap the arena; does nothing if there is none
 * Context: on the main stack: the stacks of fibers go with it.
 */
void sim_arena_destroy(void);

/**
 * sim_alloc() - allocate zeroed memory of the simulated machine
 * @bytes: size, 1 or more; the result is aligned to 64 for sizes of 64 or more
 *	and to 16 below.
 *
 * Addresses depend on nothing but the sequence of calls. Under ASan freed
 * memory is poisoned.
 *
 * Return: the memory, or NULL when the arena is exhausted.
 */
void *sim_alloc(size_t bytes);

/**
 * sim_free() - give back memory of sim_alloc(); NULL is accepted
 *
 * The block that was freed last is reused first. Freeing twice is a bug that is
 * asserted as long as nobody else got the block.
 */
void sim_free(void *ptr);

/** sim_arena_owns() - is @ptr inside the arena? */
bool sim_arena_owns(const void *ptr);

/** sim_arena_offset() - where in it @ptr lies, which is inside: no host address. */
u64 sim_arena_offset(const void *ptr);

/** sim_arena_used_bytes() - bytes handed out and not freed. */
u64 sim_arena_used_bytes(void);

/**
 * sim_arena_keep() - memory of the program that belongs to this machine, outside of the arena
 * @start: aligned to 8, as @bytes is
 *
 * sim_arena_save() and sim_arena_restore() know it from now on, until sim_arena_destroy().
 * Context: outside of sim_run(). Return: 0; -ENOSPC: there are four already.
 */
int sim_arena_keep(void *start, u64 bytes);

struct sim_snapshot;

/**
 * sim_arena_save() - copy the machine's state out
 * Context: outside of sim_run(): between events.
 *
 * Statics of the program are not copied, but for sim_arena_keep(): machine state belongs in the
 * arena.
 *
 * Return: the copy (heap, caller destroys with sim_snapshot_destroy()), or NULL
 * without memory, and always under TSan, whose view cannot be rewound.
 */
struct sim_snapshot *sim_arena_save(void);

/**
 * sim_arena_restore() - rewind the machine to @snapshot, any number of times
 * @snapshot: of this machine (since its sim_init()), earlier or later
 * Context: as sim_arena_save().
 */
void sim_arena_restore(const struct sim_snapshot *snapshot);

/** sim_snapshot_destroy() - NULL is accepted. */
void sim_snapshot_destroy(struct sim_snapshot *snapshot);

#endif
