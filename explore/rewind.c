// SPDX-License-Identifier: GPL-2.0-only
/*
 * See rewind.h. Of the heap only what had been handed out is kept, of a stack what is live. What a
 * schedule takes anew from the heap is zeroed, as a fresh machine's is: the heap grows at the ends
 * of its chunks only, and those are known.
 *
 * All static storage of the program is put back as it was, so that no file has to register what it
 * has: what must stay lies in memory of the host to which a static pointer points.
 */
#include "explore/rewind.h"

#include <stdlib.h>
#include <string.h>

#include "sim/arena_internal.h"
#include "sim/sim.h"

extern char __data_start[], _end[];

struct part {
	u8 *start;
	u64 bytes;
	u8 *copy;
};

#define MAX_PARTS 256
#define HEAP_AHEAD (4ULL << 20) /* so much of the heap may a schedule take anew */

struct rewind {
	u64 heap_top;
	u64 bytes;
	u32 nr_parts;
	struct part parts[MAX_PARTS];
	/* by size class of small blocks: what was free of its chunk */
	u8 *next[SIM_NR_SMALL_CLASSES], *end[SIM_NR_SMALL_CLASSES];
	u8 *poison; /* with AddressSanitizer: what of the heap nobody has */
};

SIM_NO_ASAN static void copy_words(void *to, const void *from, u64 bytes)
{
#if SIM_HAS_ASAN
	volatile u64 *t = to;
	const volatile u64 *f = from;

	for (u64 i = 0; i < bytes / 8; i++)
		t[i] = f[i];
#else
	memcpy(to, from, bytes);
#endif
}

static bool keep(struct rewind *rewind, void *start, u64 bytes)
{
	struct part *part = &rewind->parts[rewind->nr_parts];

	bytes = (bytes + 7) & ~7ULL;
	if (!bytes)
		return true;
	sim_assert(rewind->nr_parts < MAX_PARTS);
	part->copy = aligned_alloc(64, (bytes + 63) & ~63ULL);
	if (!part->copy)
		return false;
	part->start = start;
	part->bytes = bytes;
	copy_words(part->copy, start, bytes);
	rewind->nr_parts++;
	rewind->bytes += bytes;
	return true;
}

/* What is behind @at in its chunk has not been handed out; NULL: all of it may have been. */
static u8 *unused_from(const struct sim_arena *arena, const u8 *chunk)
{
	for (u32 i = 0; i < SIM_NR_SMALL_CLASSES; i++) {
		if (arena->small_end[i] == chunk + SIM_CHUNK_BYTES)
			return arena->small_next[i];
	}
	return NULL;
}

static bool keep_heap(struct rewind *rewind)
{
	struct sim_arena *arena = sim_arena();
	u8 *base = (u8 *)arena, *from = base + arena->heap_start, *top = base + arena->heap_top;

	for (u8 *chunk = from; chunk < top; chunk += SIM_CHUNK_BYTES) {
		u8 *unused = unused_from(arena, chunk);

		if (!unused)
			continue;
		if (!keep(rewind, from, (u64)(unused - from)))
			return false;
		from = chunk + SIM_CHUNK_BYTES;
	}
	return keep(rewind, from, (u64)(top - from));
}

static bool keep_stacks(struct rewind *rewind)
{
	for (struct sim_stack *stack = sim_arena()->stacks; stack; stack = stack->next_all) {
		u8 *from = stack->low, *to = stack->low + stack->bytes;

		if (!stack->is_used)
			continue;
		if (stack->saved_sp)
			from = (u8 *)(((uintptr_t)*stack->saved_sp - 128) & ~7ULL);
		if (!keep(rewind, from, (u64)(to - from)))
			return false;
	}
	return true;
}

static bool keep_all(struct rewind *rewind)
{
	struct sim_arena *arena = sim_arena();
	u64 nr_chunks = (arena->heap_top - arena->heap_start) / SIM_CHUNK_BYTES;

	rewind->heap_top = arena->heap_top;
	for (u32 i = 0; i < SIM_NR_SMALL_CLASSES; i++) {
		rewind->next[i] = arena->small_next[i];
		rewind->end[i] = arena->small_end[i];
	}
	return keep(rewind, arena, sizeof(*arena) + nr_chunks * sizeof(arena->chunk_class[0])) &&
	       keep_heap(rewind) && keep_stacks(rewind) &&
	       keep(rewind, __data_start, ((u64)_end - (u64)__data_start) & ~7ULL);
}

/* What the host has mapped is static and no part of the machine: it must not change any more. */
static void map_ahead(void)
{
	struct sim_stack *stacks[16];

	for (u32 i = 0; i < 16; i++)
		stacks[i] = sim_stack_alloc(SIM_HAS_ASAN ? 256ULL << 10 : 32ULL << 10);
	for (u32 i = 0; i < 16; i++)
		sim_stack_free(stacks[15 - i]);
	sim_assert(sim_heap_map(sim_arena()->heap_top + HEAP_AHEAD));
}

#if SIM_HAS_ASAN
void __asan_get_shadow_mapping(size_t *shift, size_t *offset);

/* A bit of its shadow memory, for 2^shift bytes a byte. */
static u8 *shadow_of(const struct rewind *rewind, u64 *bytes)
{
	size_t shift, offset;

	__asan_get_shadow_mapping(&shift, &offset);
	*bytes = (rewind->heap_top + HEAP_AHEAD) >> shift;
	return (u8 *)(((u64)sim_arena() >> shift) + offset);
}

static bool keep_poison(struct rewind *rewind)
{
	u64 bytes;
	const u8 *shadow = shadow_of(rewind, &bytes);

	rewind->poison = malloc(bytes);
	if (rewind->poison)
		copy_words(rewind->poison, shadow, bytes);
	return rewind->poison;
}

static void restore_poison(const struct rewind *rewind)
{
	u64 bytes;
	u8 *shadow = shadow_of(rewind, &bytes);

	copy_words(shadow, rewind->poison, bytes);
	for (struct sim_stack *stack = sim_arena()->stacks; stack; stack = stack->next_all)
		sim_unpoison(stack->low, stack->bytes);
}
#else
static bool keep_poison(struct rewind *rewind)
{
	return true;
}

static void restore_poison(const struct rewind *rewind)
{
}
#endif

struct rewind *rewind_save(void)
{
	struct rewind *rewind = calloc(1, sizeof(*rewind));

	if (!rewind)
		return NULL;
	map_ahead();
	return keep_all(rewind) && keep_poison(rewind) ? rewind : NULL;
}

/* Most often there is nothing, and perhaps no memory there: a masked store that stores nothing, as
 * memset() has it, takes the host a hundred cycles then. */
SIM_NO_ASAN static void zero_words(u8 *from, const u8 *to)
{
	if (from == to)
		return;
#if SIM_HAS_ASAN
	for (volatile u64 *word = (volatile u64 *)from; (const u8 *)word < to; word++)
		*word = 0;
#else
	memset(from, 0, (u64)(to - from));
#endif
}

/* What was handed out since then. */
static void zero_new(const struct rewind *rewind)
{
	struct sim_arena *arena = sim_arena();
	u8 *top = (u8 *)arena + arena->heap_top;

	for (u32 i = 0; i < SIM_NR_SMALL_CLASSES; i++) {
		bool is_same_chunk = arena->small_end[i] == rewind->end[i];

		zero_words(rewind->next[i], is_same_chunk ? arena->small_next[i] : rewind->end[i]);
	}
	for (u8 *chunk = (u8 *)arena + rewind->heap_top; chunk < top; chunk += SIM_CHUNK_BYTES) {
		const u8 *unused = unused_from(arena, chunk);

		zero_words(chunk, unused ? unused : chunk + SIM_CHUNK_BYTES);
	}
}

void rewind_restore(const struct rewind *rewind)
{
	zero_new(rewind);
	for (u32 i = 0; i < rewind->nr_parts; i++)
		copy_words(rewind->parts[i].start, rewind->parts[i].copy, rewind->parts[i].bytes);
	restore_poison(rewind);
}

u64 rewind_bytes(const struct rewind *rewind)
{
	return rewind->bytes;
}
