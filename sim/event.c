// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual time and the event queue: a 4-ary heap whose entries carry their key,
 * so that ordering touches no event, and whose events know their place, so that
 * they can be taken back. The array grows by doubling, at set-up in practice.
 */
#include "sim/event.h"
#include "sim/core.h"
#include "sim/point.h"
#include "sim/sim.h"
#include <errno.h>
#include <string.h>

#define HEAP_FIRST_CAP (SIM_EXPLORES ? 16 : 512)

static unsigned __int128 key_of(u64 at_ps, u64 seq)
{
	return (unsigned __int128)at_ps << 64 | seq;
}

int sim_events_init(struct sim_core *core)
{
	core->heap = sim_alloc(HEAP_FIRST_CAP * sizeof(core->heap[0]));
	if (!core->heap)
		return -ENOMEM;
	core->heap_cap = HEAP_FIRST_CAP;
	core->heap_end = HEAP_ROOT;
	core->until_ps = SIM_TIME_NEVER;
	return 0;
}

static void heap_grow(struct sim_core *core)
{
	struct heap_entry *bigger = sim_alloc(2ULL * core->heap_cap * sizeof(*bigger));

	sim_assert(bigger); /* the arena is full of events */
	memcpy(bigger, core->heap, core->heap_cap * sizeof(*bigger));
	sim_free(core->heap);
	core->heap = bigger;
	core->heap_cap *= 2;
}

static inline void put_at(struct heap_entry *heap, u32 slot, struct heap_entry entry)
{
	heap[slot] = entry;
	entry.event->heap_slot = slot + 1;
}

/* Place @entry at the hole @slot or above it. */
static void sift_up(struct heap_entry *heap, u32 slot, struct heap_entry entry)
{
	while (slot > HEAP_ROOT) {
		u32 parent = slot / 4 + 2;

		if (heap[parent].key <= entry.key)
			break;
		put_at(heap, slot, heap[parent]);
		slot = parent;
	}
	put_at(heap, slot, entry);
}

static inline u32 least_of_four(const struct heap_entry *heap, u32 first)
{
	u32 a = heap[first + 1].key < heap[first].key ? first + 1 : first;
	u32 b = heap[first + 3].key < heap[first + 2].key ? first + 3 : first + 2;

	return heap[b].key < heap[a].key ? b : a;
}

static u32 least_child(const struct heap_entry *heap, u32 first, u32 end)
{
	u32 least = first;
	u32 slot;

	if (first + 4 <= end)
		return least_of_four(heap, first);
	for (slot = first + 1; slot < end; slot++)
		if (heap[slot].key < heap[least].key)
			least = slot;
	return least;
}

/* Place @entry at the hole @slot or below it. */
static void sift_down(struct heap_entry *heap, u32 slot, u32 end, struct heap_entry entry)
{
	for (;;) {
		u32 first = 4 * slot - 8;
		u32 least;

		if (first >= end)
			break;
		least = least_child(heap, first, end);
		if (heap[least].key >= entry.key)
			break;
		put_at(heap, slot, heap[least]);
		slot = least;
	}
	put_at(heap, slot, entry);
}

/* Fill the hole at @slot with the last entry. */
static void heap_fill(struct sim_core *core, u32 slot)
{
	struct heap_entry last = core->heap[--core->heap_end];

	if (slot == core->heap_end)
		return;
	if (slot > HEAP_ROOT && last.key < core->heap[slot / 4 + 2].key)
		sift_up(core->heap, slot, last);
	else
		sift_down(core->heap, slot, core->heap_end, last);
}

#if SIM_EXPLORES
void (*sim_event_on_actor)(const struct sim_event *event, bool is_pending);
#endif

/* Of an actor's event: it is pending from now on, or no longer. */
static inline void tell(const struct sim_event *event, bool is_pending)
{
#if SIM_EXPLORES
	if (event->actor)
		sim_event_on_actor(event, is_pending);
#endif
}

void sim_event_init(struct sim_event *event, void (*fn)(struct sim_event *event))
{
	*event = (struct sim_event){.fn = fn};
}

void sim_event_schedule(struct sim_event *event, u64 at_ps)
{
	struct sim_core *core = sim_core;
	struct heap_entry entry;
	u32 slot;

	/* Where an actor's event may come late, what was to follow it is due then. */
	if (SIM_EXPLORES && at_ps < core->now_ps)
		at_ps = core->now_ps;
	sim_assert(at_ps >= core->now_ps && at_ps != SIM_TIME_NEVER);
	event->at_ps = at_ps;
	event->seq = core->next_seq++;
	entry.key = key_of(at_ps, event->seq);
	entry.event = event;
	if (event->heap_slot) {
		slot = event->heap_slot - 1;
		/* The sequence number grew, so at the same time it is later too. */
		if (entry.key < core->heap[slot].key)
			sift_up(core->heap, slot, entry);
		else
			sift_down(core->heap, slot, core->heap_end, entry);
		return;
	}
	if (core->heap_end == core->heap_cap)
		heap_grow(core);
	sift_up(core->heap, core->heap_end++, entry);
	tell(event, true);
}

bool sim_event_cancel(struct sim_event *event)
{
	u32 slot = event->heap_slot;

	if (!slot)
		return false;
	event->heap_slot = 0;
	heap_fill(sim_core, slot - 1);
	tell(event, false);
	return true;
}

u64 sim_now_ps(void)
{
	return sim_core->now_ps;
}

u64 sim_next_event_ps(void)
{
	return core_next_event_ps(sim_core);
}

bool sim_try_advance(u64 to_ps)
{
	sim_assert(to_ps >= sim_core->now_ps);
	return core_try_advance(sim_core, to_ps);
}

u64 sim_events_dispatched(void)
{
	return sim_core->nr_dispatched;
}

void sim_stop(void)
{
	sim_core->is_stop_asked = true;
}

static void dispatch_first(struct sim_core *core)
{
	struct heap_entry first = core->heap[HEAP_ROOT];

	first.event->heap_slot = 0;
	core->now_ps = (u64)(first.key >> 64);
	core->nr_dispatched++;
	heap_fill(core, HEAP_ROOT);
	first.event->fn(first.event);
}

static enum sim_run_result run_events(struct sim_core *core)
{
	while (!core->is_stop_asked) {
		if (core->heap_end == HEAP_ROOT)
			return SIM_RUN_IDLE;
		if (core_next_event_ps(core) > core->until_ps) {
			if (core->until_ps > core->now_ps)
				core->now_ps = core->until_ps;
			return SIM_RUN_UNTIL;
		}
		dispatch_first(core);
	}
	return SIM_RUN_STOPPED;
}

enum sim_run_result sim_run(u64 until_ps)
{
	struct sim_core *core = sim_core;
	enum sim_run_result result;

	sim_core_assert_outside();
	core->is_running = true;
	core->is_stop_asked = false;
	core->until_ps = until_ps;
	result = run_events(core);
	core->is_stop_asked = false;
	core->until_ps = SIM_TIME_NEVER;
	core->is_running = false;
	return result;
}
