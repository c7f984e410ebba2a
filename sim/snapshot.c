// SPDX-License-Identifier: GPL-2.0-only
/*
 * Save and rewind a machine: copies of all of the arena that is in use, as runs
 * of pages. Pages of zeros (most of a fresh histogram, untouched arrays) are
 * noted, not copied. Of a fiber's stack only the part above its stack pointer
 * is live. Under ASan the marks of that memory are rewound too.
 *
 * Left out: TSan keeps its own view of memory and fibers, which cannot be
 * rewound; there sim_arena_save() returns NULL.
 */
#include "sim/arena_internal.h"
#include "sim/core.h"
#include "sim/sim.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#if SIM_HAS_ASAN
#include <sanitizer/asan_interface.h>
#endif

struct run {
	u8 *start;
	u64 bytes;
	u64 at; /* in the copy; NO_COPY: zeros */
};

#define NO_COPY (~0ULL)

struct sim_snapshot {
	u64 heap_top;
	u64 nr_runs, cap_runs;
	struct run *runs;
	u64 nr_bytes, cap_bytes;
	u8 *bytes;
};

/* Words, not memcpy(): ASan watches memcpy(), and half of this is poisoned. */
SIM_NO_ASAN static void copy_words(void *to, const void *from, u64 bytes)
{
#if SIM_HAS_ASAN
	volatile u64 *t = to;
	const u64 *f = from;
	u64 i;

	for (i = 0; i < bytes / 8; i++)
		t[i] = f[i];
#else
	memcpy(to, from, bytes);
#endif
}

SIM_NO_ASAN static void zero_words(void *to, u64 bytes)
{
#if SIM_HAS_ASAN
	volatile u64 *t = to;
	u64 i;

	for (i = 0; i < bytes / 8; i++)
		t[i] = 0;
#else
	memset(to, 0, bytes);
#endif
}

SIM_NO_ASAN static bool is_zero_page(const u8 *page)
{
	const u64 *words = (const u64 *)page;
	u64 i, all;

	for (i = 0; i < SIM_PAGE_BYTES / 8; i += 8) {
		all = words[i] | words[i + 1] | words[i + 2] | words[i + 3] | words[i + 4] |
		      words[i + 5] | words[i + 6] | words[i + 7];
		if (all)
			return false;
	}
	return true;
}

static bool grow(void **array, u64 *cap, u64 need, u64 item_bytes)
{
	u64 to = *cap ? *cap : 64;
	void *bigger;

	if (need <= *cap)
		return true;
	while (to < need)
		to *= 2;
	bigger = realloc(*array, to * item_bytes);
	if (!bigger)
		return false;
	*array = bigger;
	*cap = to;
	return true;
}

static bool run_add(struct sim_snapshot *snapshot, u8 *start, u64 bytes, bool is_zero)
{
	struct run *run;

	if (!grow((void **)&snapshot->runs, &snapshot->cap_runs, snapshot->nr_runs + 1,
		  sizeof(*run)))
		return false;
	run = &snapshot->runs[snapshot->nr_runs++];
	*run = (struct run){.start = start, .bytes = bytes, .at = NO_COPY};
	if (is_zero)
		return true;
	if (!grow((void **)&snapshot->bytes, &snapshot->cap_bytes, snapshot->nr_bytes + bytes, 1))
		return false;
	sim_assert(snapshot->bytes);
	run->at = snapshot->nr_bytes;
	copy_words(snapshot->bytes + run->at, start, bytes);
	snapshot->nr_bytes += bytes;
	return true;
}

/* Whole pages from @start to @end, as few runs as there are changes. */
static bool save_pages(struct sim_snapshot *snapshot, u8 *start, u8 *end)
{
	while (start < end) {
		bool is_zero = is_zero_page(start);
		u8 *stop = start + SIM_PAGE_BYTES;

		while (stop < end && is_zero_page(stop) == is_zero)
			stop += SIM_PAGE_BYTES;
		if (!run_add(snapshot, start, stop - start, is_zero))
			return false;
		start = stop;
	}
	return true;
}

/* ASan's marks for memory from @start to @end; both are multiples of a page. */
static bool save_marks(struct sim_snapshot *snapshot, u8 *start, u8 *end)
{
#if SIM_HAS_ASAN
	size_t scale, offset;

	__asan_get_shadow_mapping(&scale, &offset);
	return run_add(snapshot, (u8 *)((uintptr_t)start >> scale) + offset, (end - start) >> scale,
		       false);
#else
	return true;
#endif
}

/* The live part of a stack, from a page on; 128 bytes below its pointer are live on x86-64. */
static u8 *live_from(const struct sim_stack *stack)
{
	u8 *from;

	if (!stack->saved_sp)
		return stack->low;
	from = (u8 *)(((uintptr_t)*stack->saved_sp - 128) & ~(SIM_PAGE_BYTES - 1));
	return from > stack->low ? from : stack->low;
}

static bool save_stacks(struct sim_snapshot *snapshot)
{
	struct sim_stack *stack;

	for (stack = sim_arena()->stacks; stack; stack = stack->next_all) {
		u8 *from = live_from(stack);
		u8 *to = stack->low + stack->bytes;

		if (!stack->is_used)
			continue;
		if (!save_pages(snapshot, from, to) || !save_marks(snapshot, from, to))
			return false;
	}
	return true;
}

int sim_arena_keep(void *start, u64 bytes)
{
	struct sim_arena *arena = sim_arena();

	sim_assert(sim_arena_exists() && (uintptr_t)start % 8 == 0 && bytes % 8 == 0);
	if (arena->nr_kept == SIM_MAX_KEPT)
		return -ENOSPC;
	arena->kept[arena->nr_kept].start = start;
	arena->kept[arena->nr_kept].bytes = bytes;
	arena->nr_kept++;
	return 0;
}

static bool save_kept(struct sim_snapshot *snapshot)
{
	const struct sim_arena *arena = sim_arena();

	for (u32 i = 0; i < arena->nr_kept; i++) {
		if (!run_add(snapshot, arena->kept[i].start, arena->kept[i].bytes, false))
			return false;
	}
	return true;
}

static bool save_all(struct sim_snapshot *snapshot)
{
	struct sim_arena *arena = sim_arena();
	u8 *base = (u8 *)arena;
	u64 nr_chunks = (arena->heap_top - arena->heap_start) / SIM_CHUNK_BYTES;
	u64 head_bytes = sizeof(*arena) + nr_chunks * sizeof(arena->chunk_class[0]);

	snapshot->heap_top = arena->heap_top;
	head_bytes = (head_bytes + SIM_PAGE_BYTES - 1) & ~(SIM_PAGE_BYTES - 1);
	return save_pages(snapshot, base, base + head_bytes) &&
	       save_pages(snapshot, base + arena->heap_start, base + arena->heap_top) &&
	       save_marks(snapshot, base + arena->heap_start, base + arena->heap_top) &&
	       save_stacks(snapshot) && save_kept(snapshot);
}

struct sim_snapshot *sim_arena_save(void)
{
	struct sim_snapshot *snapshot;

	sim_assert(sim_arena_exists());
	sim_core_assert_outside();
	if (SIM_HAS_TSAN)
		return NULL;
	snapshot = calloc(1, sizeof(*snapshot));
	if (!snapshot)
		return NULL;
	if (!save_all(snapshot)) {
		sim_snapshot_destroy(snapshot);
		return NULL;
	}
	return snapshot;
}

static void restore_run(const struct sim_snapshot *snapshot, const struct run *run)
{
	u64 done;

	if (run->at != NO_COPY) {
		copy_words(run->start, snapshot->bytes + run->at, run->bytes);
		return;
	}
	/* Writing zeros over an untouched page would take memory for it. */
	for (done = 0; done < run->bytes; done += SIM_PAGE_BYTES)
		if (!is_zero_page(run->start + done))
			zero_words(run->start + done, SIM_PAGE_BYTES);
}

/* What was below a stack pointer is nobody's; frames may have marked it for ASan. */
static void unmark_dead_stacks(void)
{
#if SIM_HAS_ASAN
	struct sim_stack *stack;

	for (stack = sim_arena()->stacks; stack; stack = stack->next_all)
		if (stack->is_used && stack->saved_sp)
			sim_unpoison(stack->low, live_from(stack) - stack->low);
#endif
}

void sim_arena_restore(const struct sim_snapshot *snapshot)
{
	struct sim_arena *arena = sim_arena();
	u8 *base = (u8 *)arena;
	u64 old_top;
	u64 i;

	sim_assert(sim_arena_exists());
	sim_core_assert_outside();
	old_top = arena->heap_top;
	for (i = 0; i < snapshot->nr_runs; i++)
		restore_run(snapshot, &snapshot->runs[i]);
	if (old_top > snapshot->heap_top) {
		zero_words(base + snapshot->heap_top, old_top - snapshot->heap_top);
		sim_poison(base + snapshot->heap_top, old_top - snapshot->heap_top);
	}
	unmark_dead_stacks();
}

void sim_snapshot_destroy(struct sim_snapshot *snapshot)
{
	if (!snapshot)
		return;
	free(snapshot->runs);
	free(snapshot->bytes);
	free(snapshot);
}
