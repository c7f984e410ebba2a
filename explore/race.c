// SPDX-License-Identifier: GPL-2.0-only
/*
 * See race.h. The compiler tells each access of what is built with -fsanitize=thread, as it tells
 * KCSAN: marked ones (volatile: READ_ONCE(), WRITE_ONCE()) apart from plain ones, where it can.
 * There is no other runtime of that sanitizer in the program.
 *
 * Each 8 bytes of the arena have the last accesses to them by thread, bytes and the clock of the
 * thread then. Two of different threads of which one writes and that no chain of releases and
 * acquires orders are a race, unless both are marked. Freeing writes all of an object; whoever
 * uses it afterwards, or before in no order to that, uses freed memory.
 *
 * Order comes from locks, atomics, wake-ups, RCU and SRCU, work queues, and marked accesses, a load
 * as acquire and a store as release: more than the kernel's memory model promises, so races that
 * only a missing barrier makes are not seen.
 */
#include "explore/race.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "explore/clock.h"
#include "explore/grace.h"
#include "explore/symbol.h"
#include "kapi/debug.h"
#include "sim/arena_internal.h"
#include "sim/sim.h"

#define SHADOW_BYTES (8ULL << 20) /* of the arena, from its beginning */
#define FREED_LG2 4		  /* what was freed is known by 16 bytes */
#define NR_GRANULES (SHADOW_BYTES / 8)
#define MAX_FREED 512

/*
 * An access, in one word: where in the program, the thread's clock then, who and how, and which of
 * the eight bytes.
 */
typedef u64 cell_t;
#define CELL_PC 0xffffffffULL
#define CELL_CLOCK_SHIFT 32
#define CELL_SLOT_SHIFT 48
#define CELL_SLOT_MASK (SIM_SCHEDULE_THREADS - 1)
#define CELL_WRITE (1ULL << 54)
#define CELL_MARKED (1ULL << 55)
#define CELL_BYTES_SHIFT 56

#define NR_CELLS 7

/* A line of the host's cache. */
struct granule {
	u8 nr, next;
	cell_t cells[NR_CELLS];
} __attribute__((__aligned__(64)));

/* An object that was freed in this schedule. */
struct freed {
	u64 first, end; /* offsets in the arena */
	cell_t cell;
};

/* In the host's memory. What a schedule has marked is listed, and wiped off when the next begins.
 */
struct races {
	struct race_report found;
	u32 nr_freed, nr_touched;
	struct freed freed[MAX_FREED];
	u8 *is_freed;	    /* each 16 bytes */
	u64 *touched;	    /* a bit each granule: it is of this schedule */
	u32 *touched_words; /* which of these are not zero */
	struct granule *shadow;
};

bool race_is_on = true;
static struct races *races;

/* It is hit all over: one page of the host's for 4 KiB of the arena would miss in the TLB. */
static void *map_huge(u64 bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (memory == MAP_FAILED)
		return NULL;
	madvise(memory, bytes, MADV_HUGEPAGE);
	return memory;
}

int race_init(void)
{
	races = calloc(1, sizeof(*races));
	if (!races || clock_init())
		return -ENOMEM;
	races->is_freed = calloc(SHADOW_BYTES >> FREED_LG2, 1);
	races->touched = calloc(NR_GRANULES / 64, sizeof(u64));
	races->touched_words = calloc(NR_GRANULES / 64, sizeof(u32));
	races->shadow = map_huge(NR_GRANULES * sizeof(*races->shadow));
	return races->is_freed && races->touched && races->touched_words && races->shadow ? 0
											  : -ENOMEM;
}

static void mark_freed(u64 first, u64 end, u8 is_freed)
{
	u64 from = first >> FREED_LG2, to = (end - 1) >> FREED_LG2;

	memset(&races->is_freed[from], is_freed, to - from + 1);
}

static bool is_freed(u64 offset)
{
	return races->is_freed[offset >> FREED_LG2];
}

void race_start(void)
{
	clock_start();
	for (u32 i = 0; i < races->nr_touched; i++)
		races->touched[races->touched_words[i]] = 0;
	races->nr_touched = 0;
	for (u32 i = 0; i < races->nr_freed; i++)
		mark_freed(races->freed[i].first, races->freed[i].end, 0);
	races->nr_freed = 0;
	races->found.kind = RACE_NONE;
}

const struct race_report *race_found(void)
{
	return &races->found;
}

/* --- order --- */

void race_acquire(u32 slot, const volatile void *addr)
{
	clock_join(clock_of(slot), clock_at(addr));
}

static void release(u32 slot, struct clocks *to)
{
	struct clocks *clocks = clock_of(slot);

	clock_join(to, clocks);
	clocks->of[slot]++;
}

void race_release(u32 slot, const volatile void *addr)
{
	release(slot, clock_at(addr));
}

void race_wake(u32 waker, u32 woken)
{
	if (race_is_on)
		release(waker, clock_of(woken));
}

void race_step(const struct sim_step *step)
{
	struct clocks *at;

	if (!race_is_on || step->kind < SIM_POINT_ATOMIC || step->kind > SIM_POINT_STORE)
		return;
	at = clock_at(step->addr);
	if (step->kind != SIM_POINT_STORE)
		clock_join(clock_of(step->slot), at);
	if (step->kind != SIM_POINT_LOAD)
		release(step->slot, at);
}

/* --- memory --- */

static u32 slot_of(cell_t cell)
{
	return (u32)(cell >> CELL_SLOT_SHIFT) & CELL_SLOT_MASK;
}

static u32 bytes_of(cell_t cell)
{
	return (u32)(cell >> CELL_BYTES_SHIFT);
}

static cell_t cell_bytes(u32 mask)
{
	return (u64)mask << CELL_BYTES_SHIFT;
}

/* Of no bytes yet. */
static cell_t cell_now(u32 slot, u64 pc)
{
	u64 clock = clock_of(slot)->of[slot];

	return (symbol_offset(pc) & CELL_PC) | clock << CELL_CLOCK_SHIFT |
	       (u64)slot << CELL_SLOT_SHIFT;
}

static struct race_access access_of(cell_t cell)
{
	return (struct race_access){
		.pc = cell & CELL_PC,
		.slot = (u8)slot_of(cell),
		.is_write = cell & CELL_WRITE,
		.is_marked = cell & CELL_MARKED,
	};
}

static void __attribute__((noinline))
found(enum race_kind kind, cell_t first, cell_t second, u64 offset)
{
	if (races->found.kind != RACE_NONE)
		return;
	races->found = (struct race_report){
		.kind = kind,
		.first = access_of(first),
		.second = access_of(second),
		.arena_offset = offset,
		.bytes = (u32)__builtin_popcount(bytes_of(second)),
	};
}

static bool is_before(cell_t cell, const struct clocks *clocks)
{
	return clocks->of[slot_of(cell)] >= (u16)(cell >> CELL_CLOCK_SHIFT);
}

/* Whatever races with @cell races with @now, which comes after it. */
static bool is_covered(cell_t cell, cell_t now)
{
	return !(bytes_of(cell) & ~bytes_of(now)) && !(cell & ~now & CELL_WRITE) &&
	       !(now & ~cell & CELL_MARKED);
}

static bool is_conflict(cell_t cell, cell_t now)
{
	return slot_of(cell) != slot_of(now) && bytes_of(cell) & bytes_of(now) &&
	       (cell | now) & CELL_WRITE && !(cell & now & CELL_MARKED);
}

/* Where an access is kept: instead of one that it makes superfluous, or of the oldest. */
static cell_t *place_for(struct granule *granule, cell_t now, const struct clocks *clocks)
{
	for (u32 i = 0; i < granule->nr; i++) {
		if (is_covered(granule->cells[i], now) && is_before(granule->cells[i], clocks))
			return &granule->cells[i];
	}
	if (granule->nr < NR_CELLS)
		return &granule->cells[granule->nr++];
	return &granule->cells[granule->next++ % NR_CELLS];
}

static void __attribute__((noinline)) found_freed(u64 offset, cell_t now)
{
	const struct freed *freed = races->freed;

	while (freed < races->freed + races->nr_freed &&
	       (offset + 8 <= freed->first || offset >= freed->end))
		freed++;
	if (races->found.kind != RACE_NONE || freed == races->freed + races->nr_freed)
		return;
	found(RACE_FREED, freed->cell, now, offset);
	races->found.first.is_free = true;
}

static struct granule *granule_at(u64 offset)
{
	u64 number = offset / 8, *word = &races->touched[number / 64], bit = 1ULL << number % 64;
	struct granule *granule = &races->shadow[number];

	if (!(*word & bit)) {
		if (!*word)
			races->touched_words[races->nr_touched++] = (u32)(number / 64);
		*word |= bit;
		granule->nr = granule->next = 0;
	}
	return granule;
}

static void check_granule(u64 offset, cell_t now)
{
	const struct clocks *clocks = clock_of(slot_of(now));
	struct granule *granule;

	if (__builtin_expect(is_freed(offset), 0)) {
		found_freed(offset, now);
		return;
	}
	granule = granule_at(offset);
	for (u32 i = 0; i < granule->nr; i++) {
		cell_t cell = granule->cells[i];

		if (is_conflict(cell, now) && !is_before(cell, clocks))
			found(RACE_DATA, cell, now, offset);
	}
	*place_for(granule, now, clocks) = now;
}

static void check_freed(u64 offset, cell_t now)
{
	const struct granule *granule = &races->shadow[offset / 8];
	const struct clocks *clocks = clock_of(slot_of(now));

	for (u32 i = 0; i < granule->nr; i++) {
		cell_t cell = granule->cells[i];

		if (slot_of(cell) == slot_of(now) || is_before(cell, clocks) ||
		    races->found.kind != RACE_NONE)
			continue;
		found(RACE_FREED, cell, now, offset);
		races->found.second.is_free = true;
	}
}

/* Bits of the granules of [first, end) in word @word of touched[]. */
static u64 bits_of(u64 word, u64 first, u64 end)
{
	u64 from = first / 8, to = (end + 7) / 8, bits = ~0ULL;

	if (from > word * 64)
		bits &= ~0ULL << from % 64;
	if (to < word * 64 + 64)
		bits &= ~(~0ULL << to % 64);
	return bits;
}

static void check_freed_all(u64 first, u64 end, cell_t now)
{
	for (u64 word = first / 512; word <= (end - 1) / 512; word++) {
		u64 left = races->touched[word] & bits_of(word, first, end);

		for (; left; left &= left - 1)
			check_freed((word * 64 + (u64)__builtin_ctzll(left)) * 8, now);
	}
}

/* Where it was freed is known to the allocator (kapi's slab). */
void race_free(const void *object, u64 bytes)
{
	u64 first = (u64)object - SIM_ARENA_BASE, end = first + bytes;
	cell_t now;

	if (!bytes || end > SHADOW_BYTES || races->nr_freed == MAX_FREED)
		return;
	now = cell_now(sim_schedule_self(), (u64)__executable_start) | cell_bytes(0xff) |
	      CELL_WRITE;
	if (race_is_on)
		check_freed_all(first, end, now);
	mark_freed(first, end, 1);
	races->freed[races->nr_freed++] = (struct freed){first, end, now};
}

/* Of who had it before nothing is known. */
void race_alloc(const void *object, u64 bytes)
{
	u64 first = (u64)object - SIM_ARENA_BASE, end = first + bytes;

	if (!bytes || end > SHADOW_BYTES)
		return;
	mark_freed(first, end, 0);
	for (u64 word = first / 512; word <= (end - 1) / 512; word++) {
		u64 bits = races->touched[word] & bits_of(word, first, end);

		for (; bits; bits &= bits - 1)
			races->shadow[word * 64 + (u64)__builtin_ctzll(bits)].nr = 0;
	}
}

static void __attribute__((noinline)) check_granules(u64 offset, u64 end, cell_t now)
{
	for (; offset < end; offset = offset / 8 * 8 + 8) {
		u64 in = offset % 8, nr = end - offset < 8 - in ? end - offset : 8 - in;

		check_granule(offset, now | cell_bytes(((1u << nr) - 1) << in));
	}
}

static inline void check(volatile void *addr, u64 bytes, u64 how, u64 pc)
{
	u64 offset = (u64)addr - SIM_ARENA_BASE, end = offset + bytes;
	u32 slot;

	/* Stacks lie behind that. */
	if (end > SHADOW_BYTES || !sim_schedule_is_checking(&slot))
		return;
	if (race_is_on || is_freed(offset) || is_freed(end - 1))
		check_granules(offset, end, cell_now(slot, pc) | how);
}

/* A marked one is a point too: the order of marked ones is part of the schedule. */
static void check_marked(volatile void *addr, u64 bytes, u64 how, u64 pc)
{
	if (!sim_schedule || !sim_schedule->is_checked || sim_is_quiet() ||
	    sim_schedule_on_stack(addr))
		return;
	sim_point(how ? SIM_POINT_STORE : SIM_POINT_LOAD, addr, (u32)bytes);
	check(addr, bytes, how | CELL_MARKED, pc);
	if (!how && bytes == sizeof(u64))
		grace_load(sim_schedule_self(), *(volatile u64 *)addr, pc);
}

/* --- what the compiler calls --- */

#define PC ((u64)__builtin_return_address(0) - 1)

#define DEFINE(bytes)                                                                              \
	void __tsan_read##bytes(void *addr);                                                       \
	void __tsan_read##bytes(void *addr)                                                        \
	{                                                                                          \
		check(addr, bytes, 0, PC);                                                         \
	}                                                                                          \
	void __tsan_write##bytes(void *addr);                                                      \
	void __tsan_write##bytes(void *addr)                                                       \
	{                                                                                          \
		check(addr, bytes, CELL_WRITE, PC);                                                \
	}                                                                                          \
	void __tsan_unaligned_read##bytes(void *addr);                                             \
	void __tsan_unaligned_read##bytes(void *addr)                                              \
	{                                                                                          \
		check(addr, bytes, 0, PC);                                                         \
	}                                                                                          \
	void __tsan_unaligned_write##bytes(void *addr);                                            \
	void __tsan_unaligned_write##bytes(void *addr)                                             \
	{                                                                                          \
		check(addr, bytes, CELL_WRITE, PC);                                                \
	}                                                                                          \
	void __tsan_volatile_read##bytes(void *addr);                                              \
	void __tsan_volatile_read##bytes(void *addr)                                               \
	{                                                                                          \
		check_marked(addr, bytes, 0, PC);                                                  \
	}                                                                                          \
	void __tsan_volatile_write##bytes(void *addr);                                             \
	void __tsan_volatile_write##bytes(void *addr)                                              \
	{                                                                                          \
		check_marked(addr, bytes, CELL_WRITE, PC);                                         \
	}

DEFINE(1)
DEFINE(2)
DEFINE(4)
DEFINE(8)
DEFINE(16)

void __tsan_read_range(void *addr, long bytes);
void __tsan_read_range(void *addr, long bytes)
{
	check(addr, (u64)bytes, 0, PC);
}

void __tsan_write_range(void *addr, long bytes);
void __tsan_write_range(void *addr, long bytes)
{
	check(addr, (u64)bytes, CELL_WRITE, PC);
}

void __tsan_init(void);
void __tsan_init(void)
{
}

/* --- words --- */

static const char *verb_of(const struct race_access *access)
{
	if (access->is_marked)
		return access->is_write ? "WRITE_ONCE()" : "READ_ONCE()";
	return access->is_write ? "write" : "read";
}

static void tell_access(const struct race_access *access, char *text, size_t bytes)
{
	char where[SYMBOL_BYTES];

	if (access->is_free)
		snprintf(text, bytes, "freed by '%s'", sim_schedule_name(access->slot));
	else
		snprintf(text, bytes, "%s by '%s' at %s", verb_of(access),
			 sim_schedule_name(access->slot), symbol_name(access->pc, where));
}

void race_tell(const struct race_report *report, char *text, size_t bytes)
{
	char first[256], second[256], blame[384] = "";

	tell_access(&report->first, first, sizeof(first));
	tell_access(&report->second, second, sizeof(second));
	if (report->kind == RACE_FREED)
		kapi_slab_blame(SIM_ARENA_BASE + report->arena_offset, blame, sizeof(blame));
	snprintf(text, bytes, "%s, then %s%s, in no order to each other%s%s", first, second,
		 report->first.is_free ? " after it" : "", blame[0] ? "\n" : "", blame);
}
