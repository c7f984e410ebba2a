// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fault stamps and queue depths, see collect.h. A fault lives in a slot that its
 * name leads to from detection to completion; then its stages go into the
 * histograms and its record among the first, or the slowest, or nowhere.
 *
 * Slots of an IOMMU are numbered: stalls by STAG, behind them the page request
 * groups, 512 a stream.
 */
#include "system/measure/collect.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/arena.h"
#include "sim/cpu.h"
#include "sim/defects.h"
#include "sim/event.h"
#include "sim/sim.h"
#include "sim/trace.h"
#include "system/iommu/iommu.h"
#include "system/measure/aborts.h"
#include "system/measure/groups.h"
#include "system/measure/queues.h"
#include "system/measure/repeats.h"
#include "system/measure/timeline.h"
#include "system/measure/translation.h"
#include "system/measure/window.h"
#include "system/measure/work.h"

#define NR_STAGS 65536
#define NR_PRG_INDEXES 512
#define NR_SLOTS (NR_STAGS + SYS_MAX_DEVICES * NR_PRG_INDEXES)
#define SLOTS_PER_CHUNK 256
#define NO_SLOT (~0U)

/* A fault under way. */
struct slot {
	struct sys_fault_record record;
	bool is_live, is_answered;
	u64 answered_ps;
	struct sys_work work;
};

/* Slots recorded in a queue since its last interrupt, oldest first. */
struct ring {
	u32 *slots;
	u32 first, nr, capacity;
};

#define NR_KINDS (PORT_FAULT_PAGE_REQUEST + 1)

struct watch {
	struct sys_collect *collect;
	struct sys_iommu *iommu;
	u32 number;
	struct sys_iommu_stats at_start;
	struct slot *chunks[NR_SLOTS / SLOTS_PER_CHUNK];
	struct ring recorded[NR_KINDS];
	struct sys_turn turns[NR_KINDS];
	struct sys_translation translation;
	u32 *device_of_sid;
	u32 nr_sids;
};

struct record_store {
	struct sys_fault_record *records;
	u64 nr, limit, capacity;
};

struct sys_collect {
	u32 nr_watches;
	u32 nr_devices; /* behind an IOMMU, at most */
	u64 start_ps;
	u64 nr_detected, nr_recorded, nr_answered, nr_completed, nr_aborted, nr_dropped;
	const struct sys_config *config;
	struct sim_hist *latency, *from_due;
	struct sim_hist *stages[SYS_NR_STAGES];
	struct sys_stage_work stage_work;
	struct dev_dma_times times; /* of all, once there is a result; without groups always */
	struct sys_group_times *groups;
	struct sys_series series, due_series; /* latencies, in order of completion */
	struct sys_device_share *devices;     /* of the machine */
	struct record_store first;
	struct record_store slowest; /* a min-heap by latency */
	struct sys_queues *queues;
	bool is_stopped;
	struct sys_aborts aborts;
	struct sys_repeats repeats;
	struct sys_timeline_recorder *timeline;
	struct watch watches[];
};

#define STAGE_NAME(name, key, help) [SYS_STAGE_##name] = key,
const char *const sys_stage_names[SYS_NR_STAGES] = {SYS_STAGES(STAGE_NAME)};

#define STAGE_ABOUT(name, key, help) [SYS_STAGE_##name] = help,
const char *const sys_stage_abouts[SYS_NR_STAGES] = {SYS_STAGES(STAGE_ABOUT)};

/* --- trace records --- */

static void on_trace(void *opaque, const struct sim_trace_record *record);

static void want_traces(struct sys_collect *collect)
{
	sim_trace_set_sink(on_trace, collect,
			   SYS_QUEUES_MASK | sys_timeline_wants(collect->timeline));
}

static void on_trace(void *opaque, const struct sim_trace_record *record)
{
	struct sys_collect *collect = opaque;

	if (SYS_QUEUES_MASK >> record->id & 1)
		sys_queues_note(collect->queues, record);
	if (!sys_timeline_wants(collect->timeline))
		return;
	sys_timeline_note(collect->timeline, record);
	if (!sys_timeline_wants(collect->timeline))
		want_traces(collect);
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

/* --- slots --- */

static u32 slot_number(const struct watch *watch, struct port_fault fault)
{
	if (fault.kind == PORT_FAULT_STALL)
		return fault.tag % NR_STAGS;
	if (fault.stream_id >= watch->nr_sids)
		return NO_SLOT;
	return NR_STAGS + fault.stream_id * NR_PRG_INDEXES + fault.tag % NR_PRG_INDEXES;
}

static struct slot *slot_at(struct watch *watch, u32 number)
{
	struct slot *chunk = number == NO_SLOT ? NULL : watch->chunks[number / SLOTS_PER_CHUNK];

	return chunk ? &chunk[number % SLOTS_PER_CHUNK] : NULL;
}

static struct slot *slot_of(struct watch *watch, struct port_fault fault)
{
	return slot_at(watch, slot_number(watch, fault));
}

static struct slot *slot_make(struct watch *watch, struct port_fault fault)
{
	u32 number = slot_number(watch, fault);
	struct slot **chunk;

	if (number == NO_SLOT)
		return NULL;
	chunk = &watch->chunks[number / SLOTS_PER_CHUNK];
	if (!*chunk)
		*chunk = sim_alloc(SLOTS_PER_CHUNK * sizeof(**chunk));
	return slot_at(watch, number);
}

static u32 ring_head(const struct ring *ring)
{
	return ring->slots[ring->first];
}

static void ring_drop(struct ring *ring)
{
	ring->first = (ring->first + 1) % ring->capacity;
	ring->nr--;
}

static void ring_add(struct ring *ring, u32 slot)
{
	/* More than there are faults: the oldest are of some that ended otherwise. */
	if (ring->nr == ring->capacity)
		ring_drop(ring);
	ring->slots[(ring->first + ring->nr++) % ring->capacity] = slot;
}

/* --- stamps --- */

/* Return: is it the first of its stage? */
static bool stamp(struct slot *slot, enum sys_stage stage)
{
	struct sys_fault_record *record;

	if (!slot || !slot->is_live || slot->record.stamp_ps[stage])
		return false;
	record = &slot->record;
	record->stamp_ps[stage] = sim_now_ps();
	sim_trace(SIM_TRACE_FAULT_STAMP, record->number << 8 | stage, record->iova);
	return true;
}

static void stamp_by_hardware(struct slot *slot, enum sys_stage stage, u64 worked_ps)
{
	if (stamp(slot, stage))
		slot->work.worked_ps[stage] = worked_ps;
}

static void stamp_by_thread(struct slot *slot, enum sys_stage stage, const struct sys_turn *turn)
{
	if (stamp(slot, stage))
		sys_work_stamp(&slot->work, turn, stage);
}

/* A page request that is under way and has never had a place in the queue. */
static bool is_unrecorded(const struct slot *slot)
{
	return slot->is_live && slot->record.is_page_request &&
	       !slot->record.stamp_ps[SYS_STAGE_RECORDED];
}

static void on_detected(void *opaque, struct port_fault fault, const struct port_access *access,
			u64 began_ps)
{
	struct watch *watch = opaque;
	struct slot *slot = slot_make(watch, fault);
	u32 sid = fault.stream_id;

	/* Asks again because its request found no room: one fault, however often. */
	if (!slot || is_unrecorded(slot))
		return;
	*slot = (struct slot){
		.is_live = true,
		.record =
			{
				.number = ++watch->collect->nr_detected,
				.iova = access->iova,
				.due_ps = access->due_ps,
				.device = sid < watch->nr_sids ? watch->device_of_sid[sid] : ~0U,
				.iommu = watch->number,
				.pasid = access->pasid,
				.tag = fault.tag,
				.is_page_request = fault.kind == PORT_FAULT_PAGE_REQUEST,
				.is_write = access->is_write,
				.is_instruction = access->is_instruction,
				.is_privileged = access->is_privileged,
				.process_plus_1 = access->process_plus_1,
				.has_pasid = access->has_pasid,
				.began_ps = began_ps,
			},
	};
	stamp_by_hardware(slot, SYS_STAGE_DETECTED,
			  access->waited_ps < sim_now_ps() - began_ps
				  ? sim_now_ps() - began_ps - access->waited_ps
				  : 0);
}

static void on_recorded(void *opaque, struct port_fault fault, u64 worked_ps)
{
	struct watch *watch = opaque;

	watch->collect->nr_recorded++;
	stamp_by_hardware(slot_of(watch, fault), SYS_STAGE_RECORDED, worked_ps);
	ring_add(&watch->recorded[fault.kind], slot_number(watch, fault));
}

/* An answer to a request that was not recorded is the hardware's own. */
static void on_consumed(void *opaque, struct port_fault fault, u64 worked_ps)
{
	struct slot *slot = slot_of(opaque, fault);

	if (slot && !is_unrecorded(slot))
		stamp_by_hardware(slot, SYS_STAGE_CONSUMED, worked_ps);
}

static void add_from_due(struct sys_collect *collect, const struct sys_fault_record *record)
{
	u64 at_ps = record->stamp_ps[SYS_STAGE_COMPLETED];

	sim_hist_add(collect->from_due, at_ps - record->due_ps);
	sys_series_add(&collect->due_series, at_ps, at_ps - record->due_ps);
}

static void add_to_histograms(struct sys_collect *collect, const struct sys_fault_record *record)
{
	u64 before_ps = record->began_ps;

	sim_hist_add(collect->latency, latency_ps(record));
	sys_series_add(&collect->series, record->stamp_ps[SYS_STAGE_COMPLETED], latency_ps(record));
	if (record->due_ps)
		add_from_due(collect, record);
	sys_group_times_add(collect->groups, record);
	if (record->device < collect->config->machine.nr_devices) {
		collect->devices[record->device].nr++;
		collect->devices[record->device].total_ps += latency_ps(record);
	}
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

/* Kinds of reasons above those of drivers, which are numbers of their hardware. */
#define REASON_HANDLER 0x10000

static void note_end(struct sys_collect *collect, const struct slot *slot, bool is_back)
{
	const struct sys_fault_record *record = &slot->record;

	if (record->is_aborted && slot->is_answered)
		sys_aborts_note(&collect->aborts, REASON_HANDLER,
				"the handler refused a %s of page 0x%llx",
				record->is_write ? "write" : "read", record->iova & ~0xfffULL);
	if (sys_repeats_note(&collect->repeats, record, is_back && slot->is_answered))
		sim_stop();
}

static void on_completed(void *opaque, struct port_fault fault, enum port_status status,
			 u64 worked_ps)
{
	struct watch *watch = opaque;
	struct sys_collect *collect = watch->collect;
	struct slot *slot = slot_of(watch, fault);

	if (!slot || !slot->is_live || (status == PORT_PENDING && is_unrecorded(slot)))
		return;
	stamp_by_hardware(slot, SYS_STAGE_COMPLETED, worked_ps);
	slot->is_live = false;
	slot->record.is_aborted = status == PORT_ABORTED;
	note_end(collect, slot, status == PORT_PENDING);
	level_stamps(&slot->record);
	if (collect->is_stopped)
		return;
	collect->nr_completed++;
	collect->nr_aborted += slot->record.is_aborted;
	add_to_histograms(collect, &slot->record);
	sys_work_add(&slot->work, &slot->record, &collect->stage_work);
	keep_record(collect, &slot->record);
}

static void on_translated(void *opaque, enum iommu_translation what, u64 took_ps)
{
	struct watch *watch = opaque;

	if (!watch->collect->is_stopped)
		sys_translation_note(&watch->translation, what, took_ps);
}

static void on_invalidated(void *opaque, const struct iommu_invalidation *done)
{
	struct watch *watch = opaque;

	if (!watch->collect->is_stopped)
		sys_translation_note_inval(&watch->translation, done);
}

static const struct iommu_observer observer = {
	.detected = on_detected,
	.recorded = on_recorded,
	.consumed = on_consumed,
	.completed = on_completed,
	.translated = on_translated,
	.invalidated = on_invalidated,
};

/* Drop from the ring what the thread has read: it needs no interrupt any more. */
static void forget_dequeued(struct watch *watch, enum port_fault_kind kind)
{
	struct ring *ring = &watch->recorded[kind];

	while (ring->nr) {
		const struct slot *slot = slot_at(watch, ring_head(ring));

		if (slot && slot->is_live && !slot->record.stamp_ps[SYS_STAGE_DEQUEUED])
			return;
		ring_drop(ring);
	}
}

/* --- are faults answered once? --- */

static const char *who(void)
{
	return sim_thread_self() ? sim_thread_name(sim_thread_self()) : "?";
}

/* "fault 17, a write of page 0x1000 by device 0, PASID 1" */
static const char *describe(char text[160], const struct sys_fault_record *record)
{
	char pasid[24] = "";

	if (record->has_pasid)
		snprintf(pasid, sizeof(pasid), ", PASID %u", record->pasid);
	snprintf(text, 160, "fault %llu, a %s of page 0x%llx by device %u%s,", record->number,
		 record->is_write ? "write" : "read", record->iova & ~0xfffULL, record->device,
		 pasid);
	return text;
}

static void complain_of_answer(const struct watch *watch, struct port_fault fault,
			       const struct slot *slot)
{
	struct sim_defect_stats *counts = &sim_defects()->counts;
	char text[160];

	if (!slot || !slot->record.number)
		sim_defect(
			&counts->unawaited_answers,
			"thread '%s' answered %s %u of stream %u of %s%u, which nobody asked for",
			who(), fault.kind == PORT_FAULT_STALL ? "stall" : "page request group",
			fault.tag, fault.stream_id, watch->iommu->driver->unit, watch->number);
	else if (slot->is_answered)
		sim_defect(&counts->double_answers,
			   "%s was answered again by thread '%s', %llu ns after its answer",
			   describe(text, &slot->record), who(),
			   (sim_now_ps() - slot->answered_ps) / SIM_PS_PER_NS);
	else
		sim_defect(&counts->late_answers,
			   "%s was answered by thread '%s' when its access had ended",
			   describe(text, &slot->record), who());
}

/* An endpoint that stops expects answers to what it no longer waits for. */
static bool is_stale(const struct sys_collect *collect, const struct slot *slot)
{
	return collect->is_stopped && slot && slot->record.is_page_request && !slot->is_answered;
}

void sys_collect_answer(struct sys_collect *collect, u32 number, struct port_fault fault)
{
	struct watch *watch = &collect->watches[number];
	struct slot *slot;

	if (!watch->iommu) /* nobody watches it */
		return;
	slot = slot_of(watch, fault);
	if (!slot || ((!slot->is_live || slot->is_answered) && !is_stale(collect, slot)))
		complain_of_answer(watch, fault, slot);
	if (!slot)
		return;
	slot->is_answered = true;
	slot->answered_ps = sim_now_ps();
}

static enum sys_stage last_stamp(const struct sys_fault_record *record)
{
	u32 stage = SYS_NR_STAGES - 1;

	while (stage && !record->stamp_ps[stage])
		stage--;
	return stage;
}

static void complain_of_missing(const struct sys_fault_record *record)
{
	enum sys_stage last = last_stamp(record);
	char text[160];

	sim_defect(&sim_defects()->counts.missing_answers,
		   "%s was never answered: its last stamp is '%s', %llu ns ago",
		   describe(text, record), sys_stage_names[last],
		   (sim_now_ps() - record->stamp_ps[last]) / SIM_PS_PER_NS);
}

/* Each fault under way, in order of slots. */
static void each_live(struct sys_collect *collect, void (*fn)(struct slot *slot, void *opaque),
		      void *opaque)
{
	for (u32 i = 0; i < collect->nr_watches; i++) {
		for (u32 c = 0; c < NR_SLOTS / SLOTS_PER_CHUNK; c++) {
			struct slot *chunk = collect->watches[i].chunks[c];

			for (u32 k = 0; chunk && k < SLOTS_PER_CHUNK; k++) {
				if (chunk[k].is_live)
					fn(&chunk[k], opaque);
			}
		}
	}
}

static void check_missing(struct slot *slot, void *opaque)
{
	if (!slot->is_answered && !is_unrecorded(slot))
		complain_of_missing(&slot->record);
}

void sys_collect_missing(struct sys_collect *collect)
{
	each_live(collect, check_missing, NULL);
}

void sys_collect_stop(struct sys_collect *collect)
{
	collect->is_stopped = true;
}

bool sys_collect_is_endless(const struct sys_collect *collect)
{
	return collect->repeats.is_over;
}

struct sys_aborts *sys_collect_aborts(struct sys_collect *collect)
{
	return &collect->aborts;
}

/* --- what threads say --- */

void sys_collect_stamp(struct sys_collect *collect, u32 number, struct port_fault fault,
		       enum sys_stage stage)
{
	struct watch *watch = &collect->watches[number];
	struct sys_turn *turn = &watch->turns[fault.kind];
	struct slot *slot = slot_of(watch, fault);

	if (stage == SYS_STAGE_ANSWERED)
		collect->nr_answered++;
	stamp_by_thread(slot, stage, turn);
	if (stage != SYS_STAGE_DEQUEUED)
		return;
	turn->work = slot && slot->is_live ? &slot->work : NULL;
	forget_dequeued(watch, fault.kind);
}

void sys_collect_turn(struct sys_collect *collect, u32 number, enum port_fault_kind kind)
{
	sys_work_turn(&collect->watches[number].turns[kind]);
}

void sys_collect_interrupt(struct sys_collect *collect, u32 number, enum port_fault_kind kind)
{
	struct watch *watch = &collect->watches[number];

	for (struct ring *ring = &watch->recorded[kind]; ring->nr; ring_drop(ring))
		stamp_by_thread(slot_at(watch, ring_head(ring)), SYS_STAGE_INTERRUPTED,
				&watch->turns[kind]);
}

void sys_collect_round(struct sys_collect *collect, u32 number, enum port_fault_kind kind)
{
	for (struct ring *ring = &collect->watches[number].recorded[kind]; ring->nr;)
		ring_drop(ring);
}

/* --- set-up and result --- */

/* All of a collector that are not a table's. */
static bool hists_alloc(struct sys_collect *collect)
{
	struct sim_hist **hists[] = {&collect->latency, &collect->from_due, &collect->times.latency,
				     &collect->times.lateness, &collect->times.from_due};

	for (size_t i = 0; i < sizeof(hists) / sizeof(hists[0]); i++) {
		*hists[i] = sim_alloc(sizeof(**hists[i]));
		if (!*hists[i])
			return false;
	}
	for (int i = 0; i < SYS_NR_STAGES; i++) {
		collect->stages[i] = sim_alloc(sizeof(*collect->stages[i]));
		if (!collect->stages[i])
			return false;
	}
	return true;
}

struct sys_collect *sys_collect_create(const struct sys_config *config)
{
	u64 nr_iommus = config->machine.nr_iommus;
	struct sys_collect *collect = sim_alloc(sizeof(*collect) +
						nr_iommus * sizeof(collect->watches[0]));

	if (!collect)
		return NULL;
	collect->nr_watches = nr_iommus;
	collect->nr_devices = sys_config_most_devices(config, SYS_NR_DEVICE_KINDS);
	collect->first.limit = config->output.trace_limit;
	collect->slowest.limit = config->output.trace_limit;
	collect->repeats.limit = config->handler.max_repeats;
	collect->queues = sys_queues_create(config);
	collect->timeline = sys_timeline_create(config->output.timeline_limit);
	collect->config = config;
	collect->devices = sim_alloc(config->machine.nr_devices * sizeof(*collect->devices));
	collect->groups = sys_group_times_create(config);
	if (!collect->groups || !collect->queues || !collect->timeline || !collect->devices ||
	    !hists_alloc(collect) || sys_series_init(&collect->series, true) ||
	    sys_series_init(&collect->due_series, false))
		return NULL;
	return collect;
}

static bool ring_alloc(struct ring *ring, u32 capacity)
{
	ring->capacity = capacity;
	ring->slots = sim_alloc(capacity * sizeof(*ring->slots));
	return ring->slots;
}

int sys_collect_watch(struct sys_collect *collect, struct sys_iommu *iommu)
{
	struct watch *watch = &collect->watches[iommu->number];

	*watch = (struct watch){
		.collect = collect,
		.iommu = iommu,
		.number = iommu->number,
		.nr_sids = SYS_MAX_DEVICES,
	};
	watch->device_of_sid = sim_alloc(watch->nr_sids * sizeof(*watch->device_of_sid));
	iommu->driver->stats(iommu, &watch->at_start);
	if (!watch->device_of_sid || !ring_alloc(&watch->recorded[PORT_FAULT_STALL], NR_STAGS) ||
	    !ring_alloc(&watch->recorded[PORT_FAULT_PAGE_REQUEST],
			NR_PRG_INDEXES * collect->nr_devices) ||
	    sys_queues_watch(collect->queues, iommu) || sys_translation_init(&watch->translation))
		return -ENOMEM;
	iommu->driver->observe(iommu, &observer, watch);
	return 0;
}

void sys_collect_watch_endpoint(struct sys_collect *collect, u32 number, struct dev_pcie *pcie)
{
	dev_pcie_set_observer(pcie, &observer, &collect->watches[number]);
	sys_queues_watch_endpoint(collect->queues, number, pcie);
}

void sys_collect_name_sid(struct sys_collect *collect, u32 number, u32 sid, u32 device)
{
	sim_assert(sid < collect->watches[number].nr_sids);
	collect->watches[number].device_of_sid[sid] = device;
}

static void start_watch(struct sys_collect *collect, struct watch *watch)
{
	watch->iommu->driver->stats(watch->iommu, &watch->at_start);
	sys_translation_start(&watch->translation);
}

void sys_collect_start(struct sys_collect *collect)
{
	collect->start_ps = sim_now_ps();
	sim_hist_init(collect->latency);
	sim_hist_init(collect->from_due);
	sim_hist_init(collect->times.latency);
	sim_hist_init(collect->times.lateness);
	sim_hist_init(collect->times.from_due);
	sys_group_times_start(collect->groups);
	sys_series_start(&collect->series);
	sys_series_start(&collect->due_series);
	memset(collect->devices, 0,
	       collect->config->machine.nr_devices * sizeof(*collect->devices));
	for (int i = 0; i < SYS_NR_STAGES; i++)
		sim_hist_init(collect->stages[i]);
	collect->stage_work = (struct sys_stage_work){0};
	for (u32 i = 0; i < collect->nr_watches; i++)
		start_watch(collect, &collect->watches[i]);
	sys_queues_start(collect->queues);
	sys_timeline_start(collect->timeline);
	want_traces(collect);
}

struct dev_dma_times *sys_collect_times(struct sys_collect *collect, u32 number)
{
	struct dev_dma_times *of_group = sys_group_times_of(collect->groups, number);

	return of_group ? of_group : &collect->times;
}

static int by_number(const void *a, const void *b)
{
	const struct sys_fault_record *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

/* What is counted later does not change it. */
static struct sim_hist *copy_of(const struct sim_hist *hist)
{
	struct sim_hist *copy = sim_alloc(sizeof(*copy));

	if (copy)
		*copy = *hist;
	return copy;
}

/* Of each IOMMU, and all. 0 or -ENOMEM. */
static int translation_results(struct sys_collect *collect, struct sys_result *result)
{
	int err = sys_translation_init(&result->translation);

	for (u32 i = 0; !err && i < collect->nr_watches; i++) {
		const struct watch *watch = &collect->watches[i];
		struct sys_iommu_result *iommu = &result->iommus[i];

		err = sys_translation_result(&watch->translation, &watch->at_start, &iommu->stats,
					     &iommu->translation);
		if (!err)
			sys_translation_add(&result->translation, &iommu->translation);
	}
	return err;
}

static void add_pending(struct slot *slot, void *opaque)
{
	struct record_store *store = opaque;

	if (!store_append(store, &slot->record))
		return;
	store->records[store->nr - 1].is_pending = true;
}

static void pending_results(struct sys_collect *collect, struct sys_result *result)
{
	struct record_store store = {.limit = collect->first.limit};

	each_live(collect, add_pending, &store);
	if (store.nr)
		qsort(store.records, store.nr, sizeof(*store.records), by_number);
	result->pending = store.records;
	result->nr_pending = store.nr;
}

static void window_result(struct sys_collect *collect, struct sys_result *result)
{
	u64 drain_ps = result->all.dma.drain_ps;
	const struct sys_window_input input = {
		.config = collect->config,
		.series = &collect->series,
		.due_series = &collect->due_series,
		.devices = collect->devices,
		.start_ps = collect->start_ps,
		.drain_ps = drain_ps ? collect->start_ps + drain_ps : 0,
	};

	sys_window_result(&input, result);
}

int sys_collect_result(struct sys_collect *collect, struct sys_result *result)
{
	result->faults_recorded = collect->nr_recorded;
	result->faults_answered = collect->nr_answered;
	result->faults_completed = collect->nr_completed;
	result->faults_aborted = collect->nr_aborted;
	result->faults_dropped = collect->nr_dropped;
	sys_group_times_merge(collect->groups, &collect->times);
	result->latency = copy_of(collect->latency);
	result->from_due = copy_of(collect->from_due);
	result->access_latency = copy_of(collect->times.latency);
	result->access_lateness = copy_of(collect->times.lateness);
	result->access_from_due = copy_of(collect->times.from_due);
	for (int i = 0; i < SYS_NR_STAGES; i++)
		result->stages[i] = copy_of(collect->stages[i]);
	result->stage_work = collect->stage_work;
	result->first = collect->first.records;
	result->nr_first = collect->first.nr;
	if (collect->slowest.nr)
		qsort(collect->slowest.records, collect->slowest.nr,
		      sizeof(*collect->slowest.records), by_number);
	result->slowest = collect->slowest.records;
	result->nr_slowest = collect->slowest.nr;
	result->timeline = sys_timeline_result(collect->timeline);
	window_result(collect, result);
	sys_group_times_result(collect->groups, result);
	pending_results(collect, result);
	sys_queues_result(collect->queues, result);
	return translation_results(collect, result);
}
