// SPDX-License-Identifier: GPL-2.0-only
/*
 * Event queue (IHI 0070 3.5, 7.2, 7.4). A record takes its place when it is
 * pushed, if the queue is writable then, and is seen when its write to memory
 * has ended, in order. Writes overlap in time, as far as memory lets them.
 *
 * A record of a terminated access that finds the queue not writable is lost,
 * and if that is because the queue is full, it is an overflow. A record of a
 * stalled access waits instead (deferred), never is an overflow, and goes first
 * when the queue is writable again. An abort of a write (synchronous: PROD stays)
 * loses the record and those behind it that are under way.
 *
 * Merging (3.5.5, 7.3.1), if params.merge_records says so: an event that is like one of the newest
 * records is that record. The record must be young (params.merge_window), and software must not
 * have taken it yet: what it does about a record it has read is followed by a new one. Events of
 * stalls never merge; other events do as STE.MEV permits, and those before an STE is found always.
 */
#include <string.h>

#include "models/smmuv3/internal.h"
#include "sim/sim.h"
#include "sim/trace.h"

static struct smmu_event *event_of(struct line_item *item)
{
	return (struct smmu_event *)item;
}

/* Those that met a queue filled by writes under way: what came of it is seen now. */
static void push_waiting(struct smmu *smmu)
{
	struct line_list waiting = smmu->evtq.waiting;
	struct line_item *item;

	smmu->evtq.waiting = (struct line_list){0};
	while ((item = line_list_take(&waiting)))
		smmu_evtq_push(smmu, event_of(item));
}

static u32 queue_depth(const struct smmu *smmu)
{
	return ring_depth(smmu->core.reg[SMMU_REG_EVTQ_PROD], smmu->core.reg[SMMU_REG_EVTQ_CONS],
			  smmu_queue_lg2(smmu, SMMU_REG_EVTQ_BASE));
}

static u32 nr_entries(const struct smmu *smmu)
{
	return 1U << smmu_queue_lg2(smmu, SMMU_REG_EVTQ_BASE);
}

/* Software can see that there is no room. */
static bool is_full(const struct smmu *smmu)
{
	return queue_depth(smmu) >= nr_entries(smmu);
}

/* There will be no room once what is under way has been written. */
static bool is_taken(const struct smmu *smmu)
{
	return queue_depth(smmu) + smmu->evtq.writing.list.count >= nr_entries(smmu);
}

static bool is_enabled(const struct smmu *smmu)
{
	return (smmu->core.reg[SMMU_REG_CR0] & CR0_EVTQEN) &&
	       !smmu_gerror_is_active(smmu, GERROR_EVTQ_ABT_ERR);
}

/* --- merging --- */

/* Nothing is in the queue any more, or it is not what was written. */
static void forget_recent(struct smmu *smmu)
{
	for (u32 i = 0; i < smmu->core.params.merge_records; i++)
		smmu->evtq.recent[i].number = 0;
}

static void remember(struct smmu *smmu, const struct smmu_event *event)
{
	struct smmu_evtq *evtq = &smmu->evtq;
	struct smmu_recent *recent = &evtq->recent[evtq->next_recent];

	if (!smmu->core.params.merge_records)
		return;
	smmu_record_key(event->word, recent->word);
	recent->began_ps = smmu->is_clockless ? 0 : sim_now_ps();
	recent->number = event->is_mergeable ? evtq->nr_begun : 0;
	evtq->next_recent = (evtq->next_recent + 1) % smmu->core.params.merge_records;
}

/* Is it still to be taken by software, and young? */
static bool is_recent(const struct smmu *smmu, const struct smmu_recent *recent)
{
	const struct smmu_evtq *evtq = &smmu->evtq;

	return recent->number &&
	       evtq->nr_begun - recent->number < queue_depth(smmu) + evtq->writing.list.count &&
	       (smmu->is_clockless ||
		sim_now_ps() - recent->began_ps <= smmu->core.params.merge_window_ps);
}

static bool merge(struct smmu *smmu, const struct smmu_event *event)
{
	u64 key[EVTQ_ENT_DWORDS];

	if (!event->is_mergeable || !is_enabled(smmu))
		return false;
	smmu_record_key(event->word, key);
	for (u32 i = 0; i < smmu->core.params.merge_records; i++) {
		const struct smmu_recent *recent = &smmu->evtq.recent[i];

		if (is_recent(smmu, recent) && !memcmp(recent->word, key, sizeof(key))) {
			smmu->core.stats.merged++;
			return true;
		}
	}
	return false;
}

/* --- writing --- */

static void write_failed(struct smmu *smmu, struct smmu_event *event)
{
	struct line_item *item;

	forget_recent(smmu);
	smmu_gerror_raise(smmu, GERROR_EVTQ_ABT_ERR);
	event->settled(smmu, event, false);
	while ((item = line_take(&smmu->evtq.writing)))
		event_of(item)->settled(smmu, event_of(item), false);
	push_waiting(smmu);
}

static void move_prod(struct smmu *smmu)
{
	u32 lg2 = smmu_queue_lg2(smmu, SMMU_REG_EVTQ_BASE);
	u64 prod = smmu->core.reg[SMMU_REG_EVTQ_PROD];
	bool was_empty = queue_depth(smmu) == 0;
	u32 depth;

	smmu->core.reg[SMMU_REG_EVTQ_PROD] = (prod & Q_OVERFLOW_FLAG) | ring_next(prod, lg2);
	depth = queue_depth(smmu);
	smmu->core.stats.events++;
	smmu->core.stats.evtq.pushed++;
	smmu->core.stats.evtq.max_depth = max_u64(smmu->core.stats.evtq.max_depth, depth);
	sim_trace(SIM_TRACE_QUEUE_PUSH, smmu_queue_number(smmu, SMMU_QUEUE_EVTQ), depth);
	if (was_empty)
		smmu_irq_raise(smmu, SMMU_IRQ_EVTQ);
}

/* The oldest write under way has ended. */
static void write_ends(struct smmu *smmu, struct smmu_event *event)
{
	u8 record[EVTQ_ENT_BYTES];
	pa_t pa = smmu_queue_entry(smmu, SMMU_REG_EVTQ_BASE, smmu->core.reg[SMMU_REG_EVTQ_PROD],
				   EVTQ_ENT_BYTES);

	for (u32 i = 0; i < EVTQ_ENT_DWORDS; i++)
		le64_store(record + 8 * i, event->word[i]);
	if (mem_write(smmu->core.mem, pa, record, sizeof(record))) {
		write_failed(smmu, event);
		return;
	}
	move_prod(smmu);
	event->settled(smmu, event, true);
	if (!smmu->evtq.writing.list.count)
		push_waiting(smmu);
}

static void write_ended(struct line *line, struct line_item *item)
{
	write_ends((struct smmu *)((char *)line - offsetof(struct smmu, evtq.writing)),
		   event_of(item));
}

void smmu_evtq_init(struct smmu *smmu)
{
	line_init(&smmu->evtq.writing, write_ended);
}

static void write_begins(struct smmu *smmu, struct smmu_event *event)
{
	struct smmu_evtq *evtq = &smmu->evtq;
	u64 done_ps;

	evtq->nr_begun++;
	remember(smmu, event);
	if (smmu->is_clockless) {
		write_ends(smmu, event);
		return;
	}
	sim_assert(evtq->writing.list.count < nr_entries(smmu));
	evtq->free_ps = max_u64(sim_now_ps(), evtq->free_ps) + smmu->timing.event_ps;
	done_ps = mem_access_done_ps(smmu->core.mem, evtq->free_ps, EVTQ_ENT_BYTES);
	event->worked_ps = smmu->timing.event_ps + done_ps - evtq->free_ps;
	line_add(&evtq->writing, &event->line, done_ps);
}

static void overflow(struct smmu *smmu)
{
	u64 prod = smmu->core.reg[SMMU_REG_EVTQ_PROD];
	u64 cons = smmu->core.reg[SMMU_REG_EVTQ_CONS];

	smmu->core.stats.evtq.overflows++;
	sim_trace(SIM_TRACE_QUEUE_OVERFLOW, smmu_queue_number(smmu, SMMU_QUEUE_EVTQ), 0);
	/* A second overflow before software acknowledged the first is not seen (7.4). */
	if (!((prod ^ cons) & Q_OVERFLOW_FLAG))
		smmu->core.reg[SMMU_REG_EVTQ_PROD] = prod ^ Q_OVERFLOW_FLAG;
}

void smmu_evtq_push(struct smmu *smmu, struct smmu_event *event)
{
	bool is_behind = event->is_stall && smmu->evtq.deferred.head;

	event->worked_ps = 0;
	if (event->is_dropped) {
		event->settled(smmu, event, false);
		return;
	}
	if (merge(smmu, event)) {
		event->settled(smmu, event, true);
		return;
	}
	if (is_enabled(smmu) && !is_taken(smmu) && !is_behind) {
		write_begins(smmu, event);
		return;
	}
	/* No overflow may be seen before a full queue is (7.4). */
	if (is_enabled(smmu) && !is_full(smmu) && !is_behind) {
		line_list_add(&smmu->evtq.waiting, &event->line);
		return;
	}
	if (event->is_stall) {
		smmu->core.stats.evtq.deferred++;
		line_list_add(&smmu->evtq.deferred, &event->line);
		return;
	}
	if (is_enabled(smmu))
		overflow(smmu);
	event->settled(smmu, event, false);
}

void smmu_evtq_kick(struct smmu *smmu)
{
	while (smmu->evtq.deferred.head && is_enabled(smmu) && !is_taken(smmu)) {
		struct smmu_event *event = event_of(line_list_take(&smmu->evtq.deferred));

		if (event->is_stale)
			event->expired(smmu, event);
		else
			write_begins(smmu, event);
	}
}

void smmu_evtq_flush(struct smmu *smmu)
{
	struct line_item *item;

	while ((item = line_take(&smmu->evtq.writing)))
		write_ends(smmu, event_of(item));
	/* Software may write the pointers now. */
	forget_recent(smmu);
	push_waiting(smmu);
}

bool smmu_evtq_remove_deferred(struct smmu *smmu, struct smmu_event *event)
{
	return line_list_remove(&smmu->evtq.deferred, &event->line);
}
