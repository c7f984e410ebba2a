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

#include "explore/symbol.h"
#include "kapi/debug.h"
#include "sim/arena_internal.h"
#include "sim/sim.h"

#define NR SIM_SCHEDULE_THREADS
#define NR_CELLS 8
#define NR_ORDERS 512		  /* of places that synchronize, in one schedule */
#define SHADOW_BYTES (8ULL << 20) /* of the arena, from its beginning */
#define NR_GRANULES (SHADOW_BYTES / 8)

/* Of one schedule: fewer releases than it may have points. */
struct clocks {
	u16 of[NR];
} __attribute__((__aligned__(32)));

struct cell {
	u32 pc;
	u16 clock;
	u8 slot, mask;
	bool is_write, is_marked;
};

struct granule {
	u8 nr, next;
	struct cell cells[NR_CELLS];
};

/* An object that was freed in this schedule. */
struct freed {
	u64 first, end; /* offsets in the arena */
	struct cell cell;
};

#define MAX_FREED 512

struct order {
	u32 generation;
	const volatile void *addr;
	struct clocks clocks;
};

/* In the host's memory: forgotten by counting up the generation. */
struct races {
	u32 generation;
	struct clocks threads[NR];
	struct order orders[NR_ORDERS];
	struct race_report found;
	u64 nr_accesses;
	u32 nr_freed;
	struct freed freed[MAX_FREED];
	u32 *states; /* of each granule: twice the generation, one more: it is freed */
	struct granule *shadow;
};

bool race_is_on = true;
static struct races *races;

extern const char __executable_start[];

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
	if (!races)
		return -ENOMEM;
	races->states = calloc(NR_GRANULES, sizeof(*races->states));
	races->shadow = map_huge(NR_GRANULES * sizeof(*races->shadow));
	return races->states && races->shadow ? 0 : -ENOMEM;
}

void race_start(void)
{
	races->generation++;
	memset(races->threads, 0, sizeof(races->threads));
	for (u32 i = 0; i < NR; i++)
		races->threads[i].of[i] = 1;
	races->found.kind = RACE_NONE;
	races->nr_freed = 0;
}

const struct race_report *race_found(void)
{
	return &races->found;
}

u64 race_nr_accesses(void)
{
	return races->nr_accesses;
}

/* --- order --- */

static struct order *order_of(const volatile void *addr)
{
	u64 hash = ((u64)addr >> 2) * 0x9e3779b97f4a7c15ULL >> 55;

	for (u32 tries = 0;; hash = (hash + 1) % NR_ORDERS, tries++) {
		struct order *order = &races->orders[hash];

		sim_assert(tries < NR_ORDERS);
		if (order->generation != races->generation) {
			order->generation = races->generation;
			order->addr = addr;
			memset(&order->clocks, 0, sizeof(order->clocks));
			return order;
		}
		if (order->addr == addr)
			return order;
	}
}

static void join(struct clocks *to, const struct clocks *from)
{
	for (u32 i = 0; i < NR; i++)
		to->of[i] = to->of[i] > from->of[i] ? to->of[i] : from->of[i];
}

void race_acquire(u32 slot, const volatile void *addr)
{
	if (!race_is_on)
		return;
	join(&races->threads[slot], &order_of(addr)->clocks);
}

void race_release(u32 slot, const volatile void *addr)
{
	if (!race_is_on)
		return;
	join(&order_of(addr)->clocks, &races->threads[slot]);
	races->threads[slot].of[slot]++;
}

void race_wake(u32 waker, u32 woken)
{
	join(&races->threads[woken], &races->threads[waker]);
	races->threads[waker].of[waker]++;
}

void race_step(const struct sim_step *step)
{
	if (step->kind == SIM_POINT_ATOMIC || step->kind == SIM_POINT_LOAD)
		race_acquire(step->slot, step->addr);
	if (step->kind == SIM_POINT_ATOMIC || step->kind == SIM_POINT_STORE)
		race_release(step->slot, step->addr);
}

/* --- memory --- */

static u32 state_live(void)
{
	return 2 * races->generation;
}

static u32 state_freed(void)
{
	return 2 * races->generation + 1;
}

static struct race_access access_of(const struct cell *cell)
{
	return (struct race_access){
		.pc = cell->pc,
		.slot = cell->slot,
		.is_write = cell->is_write,
		.is_marked = cell->is_marked,
	};
}

static void __attribute__((noinline))
found(enum race_kind kind, const struct cell *first, const struct cell *second, u64 offset)
{
	if (races->found.kind != RACE_NONE)
		return;
	races->found = (struct race_report){
		.kind = kind,
		.first = access_of(first),
		.second = access_of(second),
		.arena_offset = offset,
		.bytes = (u32)__builtin_popcount(second->mask),
	};
}

static bool is_before(const struct cell *cell, const struct clocks *clocks)
{
	return clocks->of[cell->slot] >= cell->clock;
}

/* Where an access is kept: instead of one that it makes superfluous, or of the oldest. */
static struct cell *place_for(struct granule *granule, const struct cell *now)
{
	const struct clocks *clocks = &races->threads[now->slot];

	for (u32 i = 0; i < granule->nr; i++) {
		struct cell *cell = &granule->cells[i];
		bool is_covered = (cell->mask & ~now->mask) == 0 &&
				  (now->is_write || !cell->is_write) &&
				  now->is_marked <= cell->is_marked;

		if (is_covered && is_before(cell, clocks))
			return cell;
	}
	if (granule->nr < NR_CELLS)
		return &granule->cells[granule->nr++];
	return &granule->cells[granule->next++ % NR_CELLS];
}

static void found_freed(u64 offset, const struct cell *now)
{
	const struct freed *freed = races->freed;

	while (freed < races->freed + races->nr_freed &&
	       (offset + 8 <= freed->first || offset >= freed->end))
		freed++;
	if (races->found.kind != RACE_NONE || freed == races->freed + races->nr_freed)
		return;
	found(RACE_FREED, &freed->cell, now, offset);
	races->found.first.is_free = true;
}

static void check_granule(u64 offset, const struct cell *now)
{
	struct granule *granule = &races->shadow[offset / 8];
	const struct clocks *clocks = &races->threads[now->slot];
	u32 *state = &races->states[offset / 8];

	if (__builtin_expect(*state == state_freed(), 0)) {
		found_freed(offset, now);
		return;
	}
	if (!race_is_on)
		return;
	if (*state != state_live()) {
		*state = state_live();
		granule->nr = granule->next = 0;
	}
	for (u32 i = 0; i < granule->nr; i++) {
		const struct cell *cell = &granule->cells[i];

		if (cell->slot == now->slot || !(cell->mask & now->mask) ||
		    !(cell->is_write | now->is_write) || (cell->is_marked & now->is_marked))
			continue;
		if (!is_before(cell, clocks))
			found(RACE_DATA, cell, now, offset);
	}
	*place_for(granule, now) = *now;
}

static struct cell cell_now(u64 pc, u8 mask)
{
	u32 slot = sim_schedule_self();

	return (struct cell){
		.clock = races->threads[slot].of[slot],
		.pc = (u32)(pc - (u64)__executable_start),
		.slot = (u8)slot,
		.mask = mask,
	};
}

static void check_freed(u64 at, const struct cell *now)
{
	const struct granule *granule = &races->shadow[at / 8];

	for (u32 i = 0; i < granule->nr; i++) {
		const struct cell *cell = &granule->cells[i];

		if (cell->slot == now->slot || is_before(cell, &races->threads[now->slot]) ||
		    races->found.kind != RACE_NONE)
			continue;
		found(RACE_FREED, cell, now, at);
		races->found.second.is_free = true;
	}
}

/* Where it was freed is known to the allocator (kapi's slab). */
void race_free(const void *object, u64 bytes)
{
	u64 first = (u64)object - SIM_ARENA_BASE, end = first + bytes;
	struct cell now = cell_now((u64)__executable_start, 0xff);

	now.is_write = true;
	if (end > SHADOW_BYTES)
		return;
	for (u64 at = first / 8; at < (end + 7) / 8; at++) {
		if (races->states[at] == state_live())
			check_freed(at * 8, &now);
		races->states[at] = state_freed();
	}
	if (races->nr_freed < MAX_FREED)
		races->freed[races->nr_freed++] = (struct freed){first, end, now};
}

void race_alloc(const void *object, u64 bytes)
{
	u64 first = (u64)object - SIM_ARENA_BASE, end = first + bytes;

	if (end <= SHADOW_BYTES)
		memset(&races->states[first / 8], 0, ((end + 7) / 8 - first / 8) * sizeof(u32));
}

static void check(volatile void *addr, u64 bytes, bool is_write, u64 pc)
{
	u64 offset = (u64)addr - SIM_ARENA_BASE;
	struct cell now;

	if (offset >= SHADOW_BYTES || !sim_schedule || !sim_schedule->is_checked ||
	    sim_schedule_is_unchecked() || sim_schedule_on_stack(addr))
		return;
	races->nr_accesses++;
	for (u64 end = offset + bytes; offset < end; offset = offset / 8 * 8 + 8) {
		u64 in = offset % 8, nr = end - offset < 8 - in ? end - offset : 8 - in;

		now = cell_now(pc, (u8)(((1u << nr) - 1) << in));
		now.is_write = is_write;
		check_granule(offset / 8 * 8, &now);
	}
}

/* A marked one is a point too: the order of marked ones is part of the schedule. */
static void check_marked(volatile void *addr, u64 bytes, bool is_write, u64 pc)
{
	u64 offset = (u64)addr - SIM_ARENA_BASE;
	struct cell now;

	if (!sim_schedule || !sim_schedule->is_checked || sim_schedule_is_quiet() ||
	    (sim_arena_owns((const void *)addr) && sim_schedule_on_stack(addr)))
		return;
	sim_point(is_write ? SIM_POINT_STORE : SIM_POINT_LOAD, addr, (u32)bytes);
	if (offset >= SHADOW_BYTES || sim_schedule_is_unchecked())
		return;
	races->nr_accesses++;
	now = cell_now(pc, (u8)(((1u << bytes) - 1) << offset % 8));
	now.is_write = is_write;
	now.is_marked = true;
	check_granule(offset / 8 * 8, &now);
}

/* --- what the compiler calls --- */

#define PC ((u64)__builtin_return_address(0) - 1)

#define DEFINE(bytes)                                                                              \
	void __tsan_read##bytes(void *addr);                                                       \
	void __tsan_read##bytes(void *addr)                                                        \
	{                                                                                          \
		check(addr, bytes, false, PC);                                                     \
	}                                                                                          \
	void __tsan_write##bytes(void *addr);                                                      \
	void __tsan_write##bytes(void *addr)                                                       \
	{                                                                                          \
		check(addr, bytes, true, PC);                                                      \
	}                                                                                          \
	void __tsan_unaligned_read##bytes(void *addr);                                             \
	void __tsan_unaligned_read##bytes(void *addr)                                              \
	{                                                                                          \
		check(addr, bytes, false, PC);                                                     \
	}                                                                                          \
	void __tsan_unaligned_write##bytes(void *addr);                                            \
	void __tsan_unaligned_write##bytes(void *addr)                                             \
	{                                                                                          \
		check(addr, bytes, true, PC);                                                      \
	}                                                                                          \
	void __tsan_volatile_read##bytes(void *addr);                                              \
	void __tsan_volatile_read##bytes(void *addr)                                               \
	{                                                                                          \
		check_marked(addr, bytes, false, PC);                                              \
	}                                                                                          \
	void __tsan_volatile_write##bytes(void *addr);                                             \
	void __tsan_volatile_write##bytes(void *addr)                                              \
	{                                                                                          \
		check_marked(addr, bytes, true, PC);                                               \
	}

DEFINE(1)
DEFINE(2)
DEFINE(4)
DEFINE(8)
DEFINE(16)

void __tsan_read_range(void *addr, u64 bytes);
void __tsan_read_range(void *addr, u64 bytes)
{
	check(addr, bytes, false, PC);
}

void __tsan_write_range(void *addr, u64 bytes);
void __tsan_write_range(void *addr, u64 bytes)
{
	check(addr, bytes, true, PC);
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
