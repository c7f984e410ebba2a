/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What arena.c, snapshot.c and fiber.c share: the layout of the arena and the
 * stacks in it. Not for other rooms.
 */
#ifndef SIM_ARENA_INTERNAL_H
#define SIM_ARENA_INTERNAL_H

#include "sim/arena.h"
#include <stdint.h>

#if defined(__SANITIZE_ADDRESS__)
#define SIM_HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SIM_HAS_ASAN 1
#endif
#endif
#ifndef SIM_HAS_ASAN
#define SIM_HAS_ASAN 0
#endif

#if defined(__SANITIZE_THREAD__)
#define SIM_HAS_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SIM_HAS_TSAN 1
#endif
#endif
#ifndef SIM_HAS_TSAN
#define SIM_HAS_TSAN 0
#endif

/* For code that must touch what is poisoned: free lists, copies of the arena. */
#define SIM_NO_ASAN __attribute__((no_sanitize("address"), noinline))

/*
 * In the address ranges that ASan (HighMem) and TSan (low application memory)
 * leave to the program, and out of the kernel's way for mmap() and PIE.
 */
#if SIM_HAS_TSAN
#define SIM_ARENA_BASE 0x1000000000ULL
#else
#define SIM_ARENA_BASE 0x200000000000ULL
#endif

#define SIM_PAGE_BYTES 4096ULL

/* The heap grows in chunks: one size class each, or part of a larger block. */
#define SIM_CHUNK_BYTES 16384ULL
#define SIM_NR_SMALL_CLASSES 23
#define SIM_NR_SPAN_CLASSES 160

/* Stack sizes: 16 KiB << index. Each has a part of its own with fixed slots. */
#define SIM_NR_STACK_CLASSES 10
#define SIM_STACK_MIN_BYTES 16384ULL

struct sim_stack {
	u8 *low; /* first usable byte; the page below is the guard */
	u64 bytes;
	u64 colour_bytes; /* start this far below the top */
	u32 class;
	bool is_used;
	void **saved_sp; /* where the stack pointer is kept; NULL: save it all */
	struct sim_stack *next_free, *next_all;
};

#define SIM_MAX_KEPT 4

/* Lies at the start of the arena and is rewound with it. */
struct sim_arena {
	u64 bytes;
	u64 heap_start; /* offsets from the base */
	u64 heap_end;
	u64 heap_top; /* everything from here on is zero */
	u64 used_bytes;
	u64 stack_part_bytes;
	void *small_free[SIM_NR_SMALL_CLASSES];
	u8 *small_next[SIM_NR_SMALL_CLASSES], *small_end[SIM_NR_SMALL_CLASSES];
	void *span_free[SIM_NR_SPAN_CLASSES];
	u32 nr_stacks[SIM_NR_STACK_CLASSES];
	struct sim_stack *stack_free[SIM_NR_STACK_CLASSES];
	struct sim_stack *stacks;
	struct {
		u8 *start;
		u64 bytes;
	} kept[SIM_MAX_KEPT]; /* outside of it, and rewound with it */
	u32 nr_kept;
	u16 chunk_class[]; /* by chunk of the heap */
};

static inline struct sim_arena *sim_arena(void)
{
	return (struct sim_arena *)(uintptr_t)SIM_ARENA_BASE;
}

bool sim_arena_exists(void);

/** sim_stack_alloc() - a stack of @bytes or more; NULL when there is no room. */
struct sim_stack *sim_stack_alloc(u64 bytes);
void sim_stack_free(struct sim_stack *stack);

/* Make [heap_start, @top) accessible; false without memory. */
bool sim_heap_map(u64 top);

/* ASan: poison and unpoison; nothing without it. */
void sim_poison(const void *addr, u64 bytes);
void sim_unpoison(const void *addr, u64 bytes);

#endif
