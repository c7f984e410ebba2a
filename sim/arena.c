// SPDX-License-Identifier: GPL-2.0-only
/*
 * The arena: one region at a fixed address, reserved without access, made
 * accessible as it fills, so that it needs no overcommit.
 *
 *	struct sim_arena | class of each chunk | heap, growing up | stacks by size
 *
 * Heap: blocks up to 4 KiB come from chunks of one size class, larger ones are
 * spans of chunks whose number is rounded up to a quarter of a power of two.
 * Freed blocks are reused last in, first out, and never merged: the address of
 * a block depends on nothing but the sequence of calls.
 *
 * Stacks: slot n of a size has a fixed place, so a guard page stays a guard
 * page whatever the machine does after it was rewound.
 *
 * A large block that is freed gives its memory back to the host, but for its first page, and
 * keeps its place: an array that grew leaves no memory behind, only addresses.
 */
#define _GNU_SOURCE
#include "sim/arena_internal.h"
#include "sim/sim.h"
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#if SIM_HAS_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/lsan_interface.h>
#endif

/* Facts about the host's mapping, not about the machine: never rewound. */
static u64 arena_bytes;				/* 0: there is no arena */
static u64 heap_mapped;				/* accessible up to this offset */
static u32 stacks_mapped[SIM_NR_STACK_CLASSES]; /* slots made accessible */

#define CHUNK_SPAN 0x8000
#define CHUNK_INSIDE 0xffff
#define HEAP_STEP_BYTES (1ULL << 20)
#define SMALL_MAX_BYTES 4096ULL
/* From here on a block may be a table of which little is ever touched. */
#define SPARSE_MIN_BYTES (64ULL << 20)

/* From here on a freed block's memory goes back to the host. */
#define RETURNED_MIN_BYTES (1ULL << 20)

/* Behind the link of a freed block: finds most double frees in any build. */
#define FREED_MARK 0xf5eedb10cf5eedb1ULL

/* Keeps a gap after each block, so that ASan sees the byte after it. */
#define REDZONE_BYTES (SIM_HAS_ASAN ? 16 : 0)

struct freed_block {
	struct freed_block *next;
	u64 mark;
};

static const u16 small_bytes[SIM_NR_SMALL_CLASSES] = {
	16,  32,  48,	64,   128,  192,  256,	320,  384,  448,  512,	640,
	768, 896, 1024, 1280, 1536, 1792, 2048, 2560, 3072, 3584, 4096,
};

/* Filled once, the same in every process: class by size in units of 16 bytes. */
static u8 small_class[SMALL_MAX_BYTES / 16 + 1];

void sim_poison(const void *addr, u64 bytes)
{
#if SIM_HAS_ASAN
	__asan_poison_memory_region(addr, bytes);
#endif
}

void sim_unpoison(const void *addr, u64 bytes)
{
#if SIM_HAS_ASAN
	__asan_unpoison_memory_region(addr, bytes);
#endif
}

static u8 *at_offset(u64 offset)
{
	return (u8 *)(uintptr_t)(SIM_ARENA_BASE + offset);
}

static u64 round_up_to(u64 value, u64 step)
{
	return (value + step - 1) / step * step;
}

bool sim_arena_exists(void)
{
	return arena_bytes != 0;
}

static void fill_small_classes(void)
{
	u32 class = 0;
	u32 units;

	for (units = 0; units <= SMALL_MAX_BYTES / 16; units++) {
		if (units * 16 > small_bytes[class])
			class ++;
		small_class[units] = class;
	}
}

bool sim_heap_map(u64 top)
{
	struct sim_arena *arena = sim_arena();
	u64 to = round_up_to(top, HEAP_STEP_BYTES);

	if (top <= heap_mapped)
		return true;
	if (top > arena->heap_end)
		return false;
	if (to > arena->heap_end)
		to = arena->heap_end;
	if (mprotect(at_offset(heap_mapped), to - heap_mapped, PROT_READ | PROT_WRITE))
		return false;
	sim_poison(at_offset(heap_mapped), to - heap_mapped);
	heap_mapped = to;
	return true;
}

/* Half for the heap with what describes it, half for stacks. */
static void arena_lay_out(u64 bytes)
{
	struct sim_arena *arena = sim_arena();
	u64 nr_chunks = bytes / 2 / SIM_CHUNK_BYTES;

	arena->bytes = bytes;
	arena->heap_start = round_up_to(sizeof(*arena) + nr_chunks * sizeof(arena->chunk_class[0]),
					SIM_CHUNK_BYTES);
	arena->heap_end = bytes / 2;
	arena->heap_top = arena->heap_start;
	arena->stack_part_bytes = bytes / 2 / SIM_NR_STACK_CLASSES / SIM_PAGE_BYTES *
				  SIM_PAGE_BYTES;
	heap_mapped = arena->heap_start;
}

int sim_arena_create(u64 bytes)
{
	void *base = at_offset(0);
	void *got;
	/* The header and the chunk table; small beside what they describe. */
	u64 head_bytes = round_up_to(sizeof(struct sim_arena) + bytes / SIM_CHUNK_BYTES,
				     SIM_CHUNK_BYTES);

	if (arena_bytes)
		return -EBUSY;
	sim_assert(bytes && bytes % (1ULL << 20) == 0);
	got = mmap(base, bytes, PROT_NONE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
	if (got == MAP_FAILED)
		return -ENOMEM;
	/* A kernel before 4.17 takes the address as a hint. */
	if (got != base || mprotect(base, head_bytes, PROT_READ | PROT_WRITE)) {
		munmap(got, bytes);
		return -ENOMEM;
	}
	arena_bytes = bytes;
	memset(stacks_mapped, 0, sizeof(stacks_mapped));
	fill_small_classes();
	arena_lay_out(bytes);
	/* The heap is dense and mostly touched: fewer page faults of the host. A wish, so
	 * that it may fail does not matter. */
	madvise(at_offset(sim_arena()->heap_start), bytes / 2 - sim_arena()->heap_start,
		MADV_HUGEPAGE);
#if SIM_HAS_ASAN
	/* Host memory that only the arena points to is not a leak. */
	__lsan_register_root_region(base, bytes);
#endif
	return 0;
}

void sim_arena_destroy(void)
{
	struct sim_stack *stack;

	if (!arena_bytes)
		return;
#if SIM_HAS_ASAN
	__lsan_unregister_root_region(at_offset(0), arena_bytes);
#endif
	sim_unpoison(at_offset(0), heap_mapped);
	for (stack = sim_arena()->stacks; stack; stack = stack->next_all)
		sim_unpoison(stack->low, stack->bytes);
	munmap(at_offset(0), arena_bytes);
	arena_bytes = 0;
}

bool sim_arena_owns(const void *ptr)
{
	return (uintptr_t)ptr - SIM_ARENA_BASE < arena_bytes;
}

u64 sim_arena_offset(const void *ptr)
{
	return (uintptr_t)ptr - SIM_ARENA_BASE;
}

u64 sim_arena_used_bytes(void)
{
	return arena_bytes ? sim_arena()->used_bytes : 0;
}

/* @nr consecutive chunks, zeroed, marked @class. */
static u8 *chunks_take(u64 nr, u16 class)
{
	struct sim_arena *arena = sim_arena();
	u64 first = (arena->heap_top - arena->heap_start) / SIM_CHUNK_BYTES;
	u64 at = arena->heap_top;
	u64 i;

	if (nr > (arena->heap_end - at) / SIM_CHUNK_BYTES ||
	    !sim_heap_map(at + nr * SIM_CHUNK_BYTES))
		return NULL;
	arena->heap_top = at + nr * SIM_CHUNK_BYTES;
	arena->chunk_class[first] = class;
	for (i = 1; i < nr; i++)
		arena->chunk_class[first + i] = CHUNK_INSIDE;
	return at_offset(at);
}

/* Take the block that was freed last; NULL if none. */
SIM_NO_ASAN static void *freed_pop(void **list)
{
	struct freed_block *block = *list;

	if (!block)
		return NULL;
	*list = block->next;
	block->next = NULL;
	block->mark = 0;
	return block;
}

SIM_NO_ASAN static void freed_push(void **list, void *ptr)
{
	struct freed_block *block = ptr;

	sim_assert(block->mark != (FREED_MARK ^ (uintptr_t)ptr)); /* freed twice */
	block->next = *list;
	block->mark = FREED_MARK ^ (uintptr_t)ptr;
	*list = block;
}

static void *small_alloc(u64 bytes)
{
	struct sim_arena *arena = sim_arena();
	u32 class = small_class[(bytes + 15) / 16];
	u64 class_bytes = small_bytes[class];
	u8 *ptr = freed_pop(&arena->small_free[class]);

	if (ptr) {
		sim_unpoison(ptr, bytes - REDZONE_BYTES);
		memset(ptr, 0, bytes - REDZONE_BYTES);
	} else {
		if ((u64)(arena->small_end[class] - arena->small_next[class]) < class_bytes) {
			u8 *chunk = chunks_take(1, class);

			if (!chunk)
				return NULL;
			arena->small_next[class] = chunk;
			arena->small_end[class] = chunk + SIM_CHUNK_BYTES;
		}
		ptr = arena->small_next[class];
		arena->small_next[class] += class_bytes;
		sim_unpoison(ptr, bytes - REDZONE_BYTES);
	}
	arena->used_bytes += class_bytes;
	return ptr;
}

/*
 * Spans of 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, ... chunks. Stores the
 * rounded number.
 */
static u32 span_class(u64 *nr_chunks)
{
	u64 nr = *nr_chunks;
	u32 shift = 0;

	while ((nr + (1ULL << shift) - 1) >> shift > 7)
		shift++;
	nr = (nr + (1ULL << shift) - 1) >> shift;
	*nr_chunks = nr << shift;
	return shift * 4 + nr;
}

static u64 span_class_chunks(u32 class)
{
	u32 shift = class <= 7 ? 0 : (class - 4) / 4;

	return (u64)(class - shift * 4) << shift;
}

/* So much of a freed span is not known to be zero. */
static u64 span_dirty_bytes(u64 bytes)
{
	return bytes < RETURNED_MIN_BYTES ? bytes : SIM_PAGE_BYTES;
}

/* Zeros from then on; a host that does not take them back (mlockall()) is written to. */
static void span_return(u8 *ptr, u64 bytes)
{
	u64 kept = span_dirty_bytes(bytes);

	if (kept == bytes || !madvise(ptr + kept, bytes - kept, MADV_DONTNEED))
		return;
	sim_unpoison(ptr, bytes);
	memset(ptr + kept, 0, bytes - kept);
}

static void *span_alloc(u64 bytes)
{
	struct sim_arena *arena = sim_arena();
	u64 nr_chunks = (bytes + SIM_CHUNK_BYTES - 1) / SIM_CHUNK_BYTES;
	u32 class = span_class(&nr_chunks);
	u8 *ptr;

	sim_assert(class < SIM_NR_SPAN_CLASSES);
	ptr = freed_pop(&arena->span_free[class]);
	if (ptr) {
		u64 dirty = span_dirty_bytes(nr_chunks * SIM_CHUNK_BYTES);

		sim_unpoison(ptr, bytes - REDZONE_BYTES);
		memset(ptr, 0, dirty < bytes - REDZONE_BYTES ? dirty : bytes - REDZONE_BYTES);
	} else {
		ptr = chunks_take(nr_chunks, CHUNK_SPAN | class);
		if (!ptr)
			return NULL;
		/* A huge page of the host for each of a few words would be most of its memory. */
		if (bytes >= SPARSE_MIN_BYTES)
			madvise(ptr, nr_chunks * SIM_CHUNK_BYTES, MADV_NOHUGEPAGE);
		sim_unpoison(ptr, bytes - REDZONE_BYTES);
	}
	arena->used_bytes += nr_chunks * SIM_CHUNK_BYTES;
	return ptr;
}

void *sim_alloc(size_t bytes)
{
	sim_assert(arena_bytes && bytes);
	if (bytes > arena_bytes)
		return NULL;
	bytes += REDZONE_BYTES;
	return bytes <= SMALL_MAX_BYTES ? small_alloc(bytes) : span_alloc(bytes);
}

void sim_free(void *ptr)
{
	struct sim_arena *arena = sim_arena();
	u64 offset = (uintptr_t)ptr - SIM_ARENA_BASE - (arena_bytes ? arena->heap_start : 0);
	u64 bytes;
	u16 class;

	if (!ptr)
		return;
	sim_assert(sim_arena_owns(ptr) && offset < arena->heap_top - arena->heap_start);
	class = arena->chunk_class[offset / SIM_CHUNK_BYTES];
	sim_assert(class != CHUNK_INSIDE);
	if (class & CHUNK_SPAN) {
		class &= ~CHUNK_SPAN;
		bytes = span_class_chunks(class) * SIM_CHUNK_BYTES;
		sim_assert(offset % SIM_CHUNK_BYTES == 0);
		freed_push(&arena->span_free[class], ptr);
		span_return(ptr, bytes);
	} else {
		bytes = small_bytes[class];
		sim_assert(offset % SIM_CHUNK_BYTES % bytes == 0);
		freed_push(&arena->small_free[class], ptr);
	}
	arena->used_bytes -= bytes;
	sim_poison(ptr, bytes);
}

/* A guard page, the stack, and a page over which the starts are spread. */
static u64 stack_slot_bytes(u32 class)
{
	return (SIM_STACK_MIN_BYTES << class) + 2 * SIM_PAGE_BYTES;
}

static bool stack_map(u32 class, u32 slot, u8 *low, u64 bytes)
{
	if (slot < stacks_mapped[class])
		return true;
	if (mprotect(low, bytes, PROT_READ | PROT_WRITE))
		return false;
	stacks_mapped[class] = slot + 1;
	return true;
}

/* The next slot of a class, never used since the machine began. */
static struct sim_stack *stack_new(u32 class)
{
	struct sim_arena *arena = sim_arena();
	u64 slot_bytes = stack_slot_bytes(class);
	u32 slot = arena->nr_stacks[class];
	u8 *part = at_offset(arena->bytes / 2 + class * arena->stack_part_bytes);
	struct sim_stack *stack;

	if ((slot + 1) * slot_bytes > arena->stack_part_bytes)
		return NULL;
	stack = sim_alloc(sizeof(*stack));
	if (!stack)
		return NULL;
	stack->class = class;
	stack->low = part + slot * slot_bytes + SIM_PAGE_BYTES;
	stack->bytes = slot_bytes - SIM_PAGE_BYTES;
	/* 64 lines of a page, in an order that keeps neighbours apart. */
	stack->colour_bytes = slot * 11 % 64 * 64;
	if (!stack_map(class, slot, stack->low, stack->bytes)) {
		sim_free(stack);
		return NULL;
	}
	arena->nr_stacks[class]++;
	stack->next_all = arena->stacks;
	arena->stacks = stack;
	return stack;
}

struct sim_stack *sim_stack_alloc(u64 bytes)
{
	struct sim_arena *arena = sim_arena();
	struct sim_stack *stack;
	u32 class = 0;

	while (class < SIM_NR_STACK_CLASSES && SIM_STACK_MIN_BYTES << class < bytes)
		class ++;
	if (class == SIM_NR_STACK_CLASSES)
		return NULL;
	stack = arena->stack_free[class];
	if (stack)
		arena->stack_free[class] = stack->next_free;
	else
		stack = stack_new(class);
	if (!stack)
		return NULL;
	stack->is_used = true;
	/* Whoever ran here last may have left frames marked. */
	sim_unpoison(stack->low, stack->bytes);
	return stack;
}

void sim_stack_free(struct sim_stack *stack)
{
	struct sim_arena *arena = sim_arena();

	if (!stack)
		return;
	stack->is_used = false;
	stack->saved_sp = NULL;
	stack->next_free = arena->stack_free[stack->class];
	arena->stack_free[stack->class] = stack;
	sim_poison(stack->low, stack->bytes);
}
