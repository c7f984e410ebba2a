// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fault stamps and queue depths, see collect.h. A fault lives in a slot
 * indexed by STAG from detection to completion; then its stages go into the
 * histograms and its record among the first, or the slowest, or nowhere.
 */
#include "system/collect.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/arena.h"
#include "sim/event.h"
#include "sim/sim.h"
#include "sim/trace.h"

#define NR_STAGS 65536
#define STAGS_PER_CHUNK 256

/* A fault under way. */
struct slot {
	struct sys_fault_record record;
	bool is_live;
};

struct watch {
	struct sys_collect *collect;
	struct smmu *smmu;
	u32 number;
	struct smmu_stats at_start;
	struct slot *chunks[NR_STAGS / STAGS_PER_CHUNK];
	/* STAGs recorded since the last interrupt, oldest first: a ring. */
	u16 *recorded;
	u32 recorded_first, nr_recorded;
	u32 *device_of_sid;
	u32 nr_sids;
};

struct record_store {
	struct sys_fault_record *records;
	u64 nr, limit, capacity;
};

#define NR_QUEUE_NUMBERS (SYS_MAX_SMMUS * 4)

struct sys_collect {
	u32 nr_smmus;
	u64 start_ps;
	u64 nr_detected, nr_recorded, nr_answered, nr_completed, nr_aborted, nr_dropped;
	struct sim_hist *latency;
	struct sim_hist *stages[SYS_NR_STAGES];
	struct record_store first;
	struct record_store slowest; /* a min-heap by latency */
	struct sys_depth_series *depths[NR_QUEUE_NUMBERS];
	u32 depth_now[NR_QUEUE_NUMBERS];
	struct watch watches[];
};

const char *const sys_stage_names[SYS_NR_STAGES] = {
	[SYS_STAGE_DETECTED] = "detected",	 [SYS_STAGE_RECORDED] = "recorded",
	[SYS_STAGE_INTERRUPTED] = "interrupted", [SYS_STAGE_DEQUEUED] = "dequeued",
	[SYS_STAGE_HANDLED] = "handled",	 [SYS_STAGE_LOCKED] = "locked",
	[SYS_STAGE_PINNED] = "pinned",		 [SYS_STAGE_MAPPED] = "mapped",
	[SYS_STAGE_ANSWERED] = "answered",	 [SYS_STAGE_CONSUMED] = "consumed",
	[SYS_STAGE_COMPLETED] = "completed",
};

/* --- queue depth over time --- */

/* Twice the time per bin: neighbours merge, the higher depth stays. */
static void depth_widen(struct sys_depth_series *series)
{
	series->bin_ps *= 2;
	series->nr_bins = (series->nr_bins + 1) / 2;
	for (u32 i = 0; i < series->nr_bins; i++) {
		u32 a = series->max_depth[2 * i], b = series->max_depth[2 * i + 1];

		series->max_depth[i] = a > b ? a : b;
	}
	memset(&series->max_depth[series->nr_bins], 0,
	       (SYS_DEPTH_SAMPLES - series->nr_bins) * sizeof(series->max_depth[0]));
}

static void depth_sample(struct sys_depth_series *series, u64 at_ps, u32 before, u32 depth)
{
	u32 bin;

	while (at_ps / series->bin_ps >= SYS_DEPTH_SAMPLES)
		depth_widen(series);
	bin = at_ps / series->bin_ps;
	/* Between samples the depth stays what it was. */
	while (series->nr_bins <= bin)
		series->max_depth[series->nr_bins++] = before;
	if (depth > series->max_depth[bin])
		series->max_depth[bin] = depth;
}

static void on_queue_trace(void *opaque, const struct sim_trace_record *record)
{
	struct sys_collect *collect = opaque;
	struct sys_depth_series *series;

	if (record->a >= NR_QUEUE_NUMBERS || !collect->depths[record->a])
		return;
	series = collect->depths[record->a];
	depth_sample(series, record->at_ps - collect->start_ps, collect->depth_now[record->a],
		     record->b);
	collect->depth_now[record->a] = record->b;
}

/* --- records kept --- */

static u64 latency_ps(const struct sys_fault_record *record)
{
	return record->stamp_ps[SYS_STAGE_COMPLETED] - record->began_ps;
}

static bool is_faster(const struct sys_fault_record *a, const struct sys_fault_record *b)
{
	if (latency_ps(a) != latency_ps(b))
		return latency_ps(a) < latency_ps(b);
	return a->number > b->number;
}

static bool store_grow(struct record_store *store)
{
	u64 capacity = store->capacity ? 2 * store->capacity : 1024;
	struct sys_fault_record *records;

	if (capacity > store->limit)
		capacity = store->limit;
	records = sim_alloc(capacity * sizeof(*records));
	if (!records)
		return false;
	if (store->nr)
		memcpy(records, store->records, store->nr * sizeof(*records));
	sim_free(store->records);
	store->records = records;
	store->capacity = capacity;
	return true;
}

static bool store_append(struct record_store *store, const struct sys_fault_record *record)
{
	if (store->nr == store->limit)
		return false;
	if (store->nr == store->capacity && !store_grow(store))
		return false;
	store->records[store->nr++] = *record;
	return true;
}

static void heap_swap(struct sys_fault_record *a, struct sys_fault_record *b)
{
	struct sys_fault_record tmp = *a;

	*a = *b;
	*b = tmp;
}

static void heap_up(struct sys_fault_record *heap, u64 i)
{
	while (i && is_faster(&heap[i], &heap[(i - 1) / 2])) {
		heap_swap(&heap[i], &heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
}

static void heap_down(struct sys_fault_record *heap, u64 nr)
{
	u64 i = 0;

	for (;;) {
		u64 child = 2 * i + 1;

		if (child + 1 < nr && is_faster(&heap[child + 1], &heap[child]))
			child++;
		if (child >= nr || !is_faster(&heap[child], &heap[i]))
			return;
		heap_swap(&heap[child], &heap[i]);
		i = child;
	}
}

static void keep_record(struct sys_collect *collect, const struct sys_fault_record *record)
{
	struct record_store *slowest = &collect->slowest;

	if (store_append(&collect->first, record))
		return;
	if (store_append(slowest, record)) {
		heap_up(slowest->records, slowest->nr - 1);
		return;
	}
	collect->nr_dropped++;
	if (slowest->nr && is_faster(&slowest->records[0], record)) {
		slowest->records[0] = *record;
		heap_down(slowest->records, slowest->nr);
	}
}

/* --- stamps --- */

static struct slot *slot_of(struct watch *watch, u32 stag)
{
	struct slot **chunk = &watch->chunks[(stag & (NR_STAGS - 1)) / STAGS_PER_CHUNK];

	return *chunk ? &(*chunk)[stag % STAGS_PER_CHUNK] : NULL;
}

static struct slot *slot_make(struct watch *watch, u32 stag)
{
	struct slot **chunk = &watch->chunks[stag / STAGS_PER_CHUNK];

	if (!*chunk)
		*chunk = sim_alloc(STAGS_PER_CHUNK * sizeof(**chunk));
	return *chunk ? &(*chunk)[stag % STAGS_PER_CHUNK] : NULL;
}

static void stamp(struct watch *watch, u32 stag, enum sys_stage stage)
{
	struct slot *slot = slot_of(watch, stag);
	struct sys_fault_record *record;

	if (!slot || !slot->is_live || slot->record.stamp_ps[stage])
		return;
	record = &slot->record;
	record->stamp_ps[stage] = sim_now_ps();
	sim_trace(SIM_TRACE_FAULT_STAMP, record->number << 8 | stage, record->iova);
}

static void on_detected(void *opaque, u16 stag, u32 sid, const struct port_access *access,
			u64 began_ps)
{
	struct watch *watch = opaque;
	struct slot *slot = slot_make(watch, stag);

	if (!slot)
		return;
	*slot = (struct slot){
		.is_live = true,
		.record =
			{
				.number = ++watch->collect->nr_detected,
				.iova = access->iova,
				.device = sid < watch->nr_sids ? watch->device_of_sid[sid] : ~0U,
				.smmu = watch->number,
				.pasid = access->pasid,
				.stag = stag,
				.is_write = access->is_write,
				.has_pasid = access->has_pasid,
				.began_ps = began_ps,
			},
	};
	stamp(watch, stag, SYS_STAGE_DETECTED);
}

static void on_recorded(void *opaque, u16 stag)
{
	struct watch *watch = opaque;

	watch->collect->nr_recorded++;
	stamp(watch, stag, SYS_STAGE_RECORDED);
	sim_assert(watch->nr_recorded < NR_STAGS);
	watch->recorded[(watch->recorded_first + watch->nr_recorded++) % NR_STAGS] = stag;
}

static void on_consumed(void *opaque, u16 stag)
{
	stamp(opaque, stag, SYS_STAGE_CONSUMED);
}

static void add_to_histograms(struct sys_collect *collect, const struct sys_fault_record *record)
{
	u64 before_ps = record->began_ps;

	sim_hist_add(collect->latency, latency_ps(record));
	for (int stage = 0; stage < SYS_NR_STAGES; stage++) {
		sim_hist_add(collect->stages[stage], record->stamp_ps[stage] - before_ps);
		before_ps = record->stamp_ps[stage];
	}
}

/* A stage that was skipped took no time: its stamp is the one before. */
static void level_stamps(struct sys_fault_record *record)
{
	u64 before_ps = record->began_ps;

	for (int stage = 0; stage < SYS_NR_STAGES; stage++) {
		if (record->stamp_ps[stage] < before_ps)
			record->stamp_ps[stage] = before_ps;
		before_ps = record->stamp_ps[stage];
	}
}

static void on_completed(void *opaque, u16 stag, enum port_status status)
{
	struct watch *watch = opaque;
	struct sys_collect *collect = watch->collect;
	struct slot *slot = slot_of(watch, stag);

	if (!slot || !slot->is_live)
		return;
	stamp(watch, stag, SYS_STAGE_COMPLETED);
	slot->is_live = false;
	slot->record.is_aborted = status == PORT_ABORTED;
	collect->nr_completed++;
	collect->nr_aborted += slot->record.is_aborted;
	level_stamps(&slot->record);
	add_to_histograms(collect, &slot->record);
	keep_record(collect, &slot->record);
}

static const struct smmu_observer observer = {
	.detected = on_detected,
	.recorded = on_recorded,
	.consumed = on_consumed,
	.completed = on_completed,
};

/* Drop from the ring what the thread has read: it needs no interrupt any more. */
static void forget_dequeued(struct watch *watch)
{
	while (watch->nr_recorded) {
		struct slot *slot = slot_of(watch, watch->recorded[watch->recorded_first]);

		if (slot->is_live && !slot->record.stamp_ps[SYS_STAGE_DEQUEUED])
			return;
		watch->recorded_first = (watch->recorded_first + 1) % NR_STAGS;
		watch->nr_recorded--;
	}
}

void sys_collect_stamp(struct sys_collect *collect, u32 smmu, u32 stag, enum sys_stage stage)
{
	if (stage == SYS_STAGE_ANSWERED)
		collect->nr_answered++;
	stamp(&collect->watches[smmu], stag, stage);
	if (stage == SYS_STAGE_DEQUEUED)
		forget_dequeued(&collect->watches[smmu]);
}

void sys_collect_interrupt(struct sys_collect *collect, u32 smmu)
{
	struct watch *watch = &collect->watches[smmu];

	for (; watch->nr_recorded; watch->nr_recorded--) {
		stamp(watch, watch->recorded[watch->recorded_first], SYS_STAGE_INTERRUPTED);
		watch->recorded_first = (watch->recorded_first + 1) % NR_STAGS;
	}
}

/* --- set-up and result --- */

struct sys_collect *sys_collect_create(u32 nr_smmus, u64 trace_limit)
{
	struct sys_collect *collect = sim_alloc(sizeof(*collect) +
						nr_smmus * sizeof(collect->watches[0]));

	if (!collect)
		return NULL;
	collect->nr_smmus = nr_smmus;
	collect->first.limit = trace_limit;
	collect->slowest.limit = trace_limit;
	collect->latency = sim_alloc(sizeof(*collect->latency));
	if (!collect->latency)
		return NULL;
	for (int i = 0; i < SYS_NR_STAGES; i++) {
		collect->stages[i] = sim_alloc(sizeof(*collect->stages[i]));
		if (!collect->stages[i])
			return NULL;
	}
	return collect;
}

int sys_collect_watch(struct sys_collect *collect, struct smmu *smmu, u32 number)
{
	struct watch *watch = &collect->watches[number];

	*watch = (struct watch){.collect = collect, .smmu = smmu, .number = number};
	watch->recorded = sim_alloc(NR_STAGS * sizeof(*watch->recorded));
	watch->nr_sids = SYS_MAX_DEVICES;
	watch->device_of_sid = sim_alloc(watch->nr_sids * sizeof(*watch->device_of_sid));
	for (u32 i = 0; i < 2; i++)
		collect->depths[number * 4 + i] = sim_alloc(sizeof(struct sys_depth_series));
	if (!watch->recorded || !watch->device_of_sid || !collect->depths[number * 4] ||
	    !collect->depths[number * 4 + 1])
		return -ENOMEM;
	smmu_set_observer(smmu, &observer, watch);
	return 0;
}

void sys_collect_name_sid(struct sys_collect *collect, u32 number, u32 sid, u32 device)
{
	sim_assert(sid < collect->watches[number].nr_sids);
	collect->watches[number].device_of_sid[sid] = device;
}

void sys_collect_start(struct sys_collect *collect)
{
	collect->start_ps = sim_now_ps();
	sim_hist_init(collect->latency);
	for (int i = 0; i < SYS_NR_STAGES; i++)
		sim_hist_init(collect->stages[i]);
	for (u32 i = 0; i < NR_QUEUE_NUMBERS; i++) {
		if (collect->depths[i])
			*collect->depths[i] = (struct sys_depth_series){.bin_ps = 1000000};
	}
	for (u32 i = 0; i < collect->nr_smmus; i++)
		smmu_stats(collect->watches[i].smmu, &collect->watches[i].at_start);
	sim_trace_set_sink(on_queue_trace, collect,
			   1ULL << SIM_TRACE_QUEUE_PUSH | 1ULL << SIM_TRACE_QUEUE_POP);
}

static int by_number(const void *a, const void *b)
{
	const struct sys_fault_record *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

static u32 highest(const struct sys_depth_series *depth)
{
	u32 max_depth = 0;

	for (u32 i = 0; i < depth->nr_bins; i++) {
		if (depth->max_depth[i] > max_depth)
			max_depth = depth->max_depth[i];
	}
	return max_depth;
}

/* What happened since the start; bring-up used the queues too. */
static void queue_result(struct sys_collect *collect, struct sys_queue_result *queue, u32 number,
			 const char *name, const struct smmu_queue_stats *start,
			 const struct smmu_queue_stats *end)
{
	struct sys_depth_series *depth = collect->depths[number];

	depth_sample(depth, sim_now_ps() - collect->start_ps, collect->depth_now[number],
		     collect->depth_now[number]);
	*queue = (struct sys_queue_result){
		.entries = end->entries,
		.pushed = end->pushed - start->pushed,
		.popped = end->popped - start->popped,
		.max_depth = highest(depth),
		.overflows = end->overflows - start->overflows,
		.deferred = end->deferred - start->deferred,
		.depth = *depth,
	};
	snprintf(queue->name, sizeof(queue->name), "smmu%u.%s", number / 4, name);
}

static void queue_results(struct sys_collect *collect, struct sys_result *result)
{
	struct sys_queue_result *queues = sim_alloc(2 * collect->nr_smmus * sizeof(*queues));

	if (!queues)
		return;
	for (u32 i = 0; i < collect->nr_smmus; i++) {
		struct watch *watch = &collect->watches[i];
		struct smmu_stats stats;

		smmu_stats(watch->smmu, &stats);
		queue_result(collect, &queues[2 * i], i * 4 + 1, "evtq", &watch->at_start.evtq,
			     &stats.evtq);
		queue_result(collect, &queues[2 * i + 1], i * 4, "cmdq", &watch->at_start.cmdq,
			     &stats.cmdq);
	}
	result->queues = queues;
	result->nr_queues = 2 * collect->nr_smmus;
}

void sys_collect_result(struct sys_collect *collect, struct sys_result *result)
{
	result->faults_recorded = collect->nr_recorded;
	result->faults_answered = collect->nr_answered;
	result->faults_completed = collect->nr_completed;
	result->faults_aborted = collect->nr_aborted;
	result->faults_dropped = collect->nr_dropped;
	result->latency = collect->latency;
	for (int i = 0; i < SYS_NR_STAGES; i++)
		result->stages[i] = collect->stages[i];
	result->first = collect->first.records;
	result->nr_first = collect->first.nr;
	if (collect->slowest.nr)
		qsort(collect->slowest.records, collect->slowest.nr,
		      sizeof(*collect->slowest.records), by_number);
	result->slowest = collect->slowest.records;
	result->nr_slowest = collect->slowest.nr;
	queue_results(collect, result);
}
