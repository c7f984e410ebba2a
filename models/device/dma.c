// SPDX-License-Identifier: GPL-2.0-only
/*
 * A platform DMA engine behind an IOMMU port; see dma.h for the life of an
 * access. No specification: the smallest engine that keeps a memory system
 * busy. Left out: descriptors, the data itself, interrupts on completion.
 *
 * Only accesses that the port keeps (PORT_PENDING) are objects. One that is
 * translated at once needs no more than its completion time, which is known
 * when it is issued, so it becomes an entry of a ring ordered by that time.
 * The engine moves data first in, first out, so new entries go to the ring's
 * end; only aborts, which skip the engine, are put in between.
 *
 * Completions matter to nobody outside but for the slots they free. They are
 * therefore taken off the ring when somebody looks (the next issue, statistics),
 * not by an event each.
 */
#include "models/device/dma.h"

#include "sim/arena.h"
#include "sim/event.h"
#include "sim/hist.h"
#include "sim/point.h"
#include "sim/sim.h"

#define ROW(...) SIM_PARAM_ROW(struct dev_dma_params, __VA_ARGS__)
const struct sim_param dev_dma_param_table[] = {DEV_DMA_PARAMS(ROW)};
#undef ROW
const size_t dev_dma_param_count = sizeof(dev_dma_param_table) / sizeof(dev_dma_param_table[0]);

void dev_dma_params_default(struct dev_dma_params *params)
{
	sim_params_default(params, dev_dma_param_table, dev_dma_param_count);
}

struct dma_slot {
	struct port_access access; /* first: complete() finds the slot by it */
	u64 issued_ps;
	u64 think_ps; /* the slot stays taken behind the end of the access */
	struct dev_dma *dma;
};

/* An access whose end is known. */
struct dma_ending {
	u64 done_ps;  /* its slot is free */
	u64 think_ps; /* the access itself ended so long before */
	u32 len_bytes;
	bool is_aborted;
};

struct dev_dma {
	struct sim_event event; /* first: its callback finds the engine by it */
	struct port *port;
	struct mem *mem;
	struct dev_source *source;
	struct dev_dma_times *times;
	void (*done)(struct dev_dma *dma, void *opaque);
	void *opaque;

	/* dev_dma_stop(); NULL: none, or it has */
	void (*stopped)(void *opaque);
	void *stopped_opaque;

	u64 start_ps;
	u64 bandwidth_bytes_per_s;
	u64 engine_free_ps; /* data of all accesses so far has passed by then */
	u32 timed_bytes;    /* transfer_ps is the time of this many bytes */
	u64 transfer_ps;

	/* the record being issued; its rest while left_bytes is not 0 */
	struct dev_record record;
	u64 record_at_ps;
	u32 left_bytes;
	bool is_fresh;	 /* nothing of it has been issued */
	u64 issued_ps;	 /* the last access was */
	bool has_ended;	 /* DEV_NEXT_END was seen, or dev_dma_stop() */
	bool is_waiting; /* DEV_NEXT_WAIT was seen, wake() not yet */
	bool is_running; /* in dma_run(): it will see what changes */
	bool is_done;

	/* nr_free + pending in the port == limit; pending + endings <= limit */
	u32 limit;
	u32 nr_free;
	struct dma_slot *slots;
	struct dma_slot **free;

	/* endings[first & mask], ..., nr_endings of them, by done_ps */
	u32 first, nr_endings, mask;
	struct dma_ending *endings;

	struct dev_dma_stats stats;
};

static u64 later(u64 a_ps, u64 b_ps)
{
	return a_ps > b_ps ? a_ps : b_ps;
}

static u32 nr_pending(const struct dev_dma *dma)
{
	return dma->limit - dma->nr_free;
}

static void endings_retire(struct dev_dma *dma, u64 now_ps)
{
	while (dma->nr_endings) {
		const struct dma_ending *ending = &dma->endings[dma->first & dma->mask];

		if (ending->done_ps > now_ps)
			return;
		if (ending->is_aborted) {
			dma->stats.aborted++;
		} else {
			dma->stats.accesses++;
			dma->stats.bytes += ending->len_bytes;
		}
		dma->stats.end_ps = later(dma->stats.end_ps, ending->done_ps - ending->think_ps);
		dma->first++;
		dma->nr_endings--;
	}
}

/* An abort and data that are on their way may end in any order: go back from the end. */
static __attribute__((noinline)) u32 endings_make_room(struct dev_dma *dma, u32 at, u64 done_ps)
{
	while (at != dma->first && dma->endings[(at - 1) & dma->mask].done_ps > done_ps) {
		dma->endings[at & dma->mask] = dma->endings[(at - 1) & dma->mask];
		at--;
	}
	return at;
}

/* Equal times keep their order of arrival. */
static inline void endings_add(struct dev_dma *dma, const struct dma_slot *slot, u64 done_ps,
			       bool is_aborted)
{
	u32 at = dma->first + dma->nr_endings;
	struct dma_ending *ending;

	done_ps += slot->think_ps;

	sim_assert(dma->nr_endings < dma->limit);
	if (dma->nr_endings && dma->endings[(at - 1) & dma->mask].done_ps > done_ps)
		at = endings_make_room(dma, at, done_ps);
	ending = &dma->endings[at & dma->mask];
	ending->done_ps = done_ps;
	ending->think_ps = slot->think_ps;
	ending->len_bytes = slot->access.len_bytes;
	ending->is_aborted = is_aborted;
	dma->nr_endings++;
}

/* Time that @len_bytes, a page at the most, take in the engine, rounded to nearest. */
static u64 transfer_ps(struct dev_dma *dma, u32 len_bytes)
{
	if (dma->timed_bytes != len_bytes) {
		dma->timed_bytes = len_bytes;
		dma->transfer_ps = (len_bytes * SIM_PS_PER_S + dma->bandwidth_bytes_per_s / 2) /
				   dma->bandwidth_bytes_per_s;
	}
	return dma->transfer_ps;
}

void dev_dma_times_add(struct dev_dma_times *times, struct dev_dma_issue issue, u64 done_ps)
{
	if (!times || !issue.due_ps)
		return;
	sim_hist_add(times->latency, done_ps - issue.issued_ps);
	sim_hist_add(times->lateness, issue.issued_ps - issue.due_ps);
	sim_hist_add(times->from_due, done_ps - issue.due_ps);
}

/*
 * Move the data of an access whose translation is known at @at_ps. One that the
 * IOMMU terminated as read-zero, write-ignored never gets to memory.
 */
static void data_move(struct dev_dma *dma, const struct dma_slot *slot, u64 at_ps)
{
	const struct dev_dma_issue issue = {slot->access.due_ps, slot->issued_ps};
	const struct port_access *access = &slot->access;
	u32 len_bytes = access->len_bytes;

	if (dma->mem && !access->is_raz_wi)
		at_ps = mem_access_done_ps(dma->mem, at_ps, len_bytes);
	at_ps = later(at_ps, dma->engine_free_ps) + transfer_ps(dma, len_bytes);
	dma->engine_free_ps = at_ps;
	endings_add(dma, slot, at_ps, false);
	dev_dma_times_add(dma->times, issue, at_ps);
}

/*
 * The port lets go of an access that it kept. It is in the middle of its own
 * work and may call this from within translate(), so no further access is
 * issued from here: an event does that.
 */
static void access_complete(struct port_access *access)
{
	struct dma_slot *slot = (struct dma_slot *)access;
	struct dev_dma *dma = slot->dma;
	u64 now_ps = sim_now_ps();

	sim_assert(dma->nr_free < dma->limit);
	dma->free[dma->nr_free++] = slot;
	if (access->nr_stalls)
		dma->stats.stalled++;
	if (access->status == PORT_DONE) {
		data_move(dma, slot, now_ps);
	} else {
		sim_assert(access->status == PORT_ABORTED);
		endings_add(dma, slot, now_ps, true);
	}
	if (!dma->is_running)
		sim_event_schedule(&dma->event, now_ps);
}

/* Issue what of the record fits into a page. */
static void access_issue(struct dev_dma *dma)
{
	struct dma_slot *slot = dma->free[--dma->nr_free];
	struct port_access *access = &slot->access;
	u32 room_bytes = DEV_DMA_PAGE_BYTES - (dma->record.iova & (DEV_DMA_PAGE_BYTES - 1));
	u32 len_bytes = dma->left_bytes < room_bytes ? dma->left_bytes : room_bytes;

	access->iova = dma->record.iova;
	access->len_bytes = len_bytes;
	access->pasid = dma->record.pasid;
	access->has_pasid = dma->record.has_pasid;
	access->is_write = dma->record.is_write;
	access->is_privileged = dma->record.is_privileged;
	access->is_instruction = dma->record.is_instruction;
	access->process_plus_1 = dma->record.process_plus_1;
	access->nr_stalls = 0;
	access->due_ps = dma->source->is_timed ? dma->record_at_ps : 0;
	slot->issued_ps = dma->issued_ps = sim_now_ps();
	dma->record.iova += len_bytes;
	dma->left_bytes -= len_bytes;
	dma->is_fresh = false;
	slot->think_ps = 0;
	if (dma->source->think_ps && !dma->left_bytes)
		slot->think_ps = dma->source->think_ps(dma->source);
	switch (dma->port->ops->translate(dma->port, access)) {
	case PORT_DONE:
		dma->free[dma->nr_free++] = slot;
		data_move(dma, slot, access->done_ps);
		break;
	case PORT_ABORTED:
		dma->free[dma->nr_free++] = slot;
		endings_add(dma, slot, access->done_ps, true);
		break;
	case PORT_PENDING:
		break;
	}
}

/* Make sure that there is something to issue; Return: is there? */
static bool record_fetch(struct dev_dma *dma)
{
	if (dma->left_bytes)
		return true;
	if (dma->has_ended || dma->is_waiting)
		return false;
	switch (dma->source->next(dma->source, &dma->record)) {
	case DEV_NEXT_RECORD:
		sim_assert(dma->record.len_bytes);
		dma->left_bytes = dma->record.len_bytes;
		dma->is_fresh = true;
		dma->record_at_ps = dma->start_ps + dma->record.not_before_ps;
		sim_assert(dma->record_at_ps >= dma->start_ps);
		return true;
	case DEV_NEXT_WAIT:
		dma->is_waiting = true;
		return false;
	case DEV_NEXT_END:
		dma->has_ended = true;
		dma->stats.drain_ps = dma->issued_ps;
		return false;
	}
	return false;
}

/*
 * When is there something to do next? Not before @now_ps; SIM_TIME_NEVER: when
 * the port or the source calls.
 */
static u64 next_step_ps(struct dev_dma *dma, u64 now_ps)
{
	const struct dma_ending *newest;
	u64 at_ps;

	if (!record_fetch(dma)) {
		if (!dma->has_ended || nr_pending(dma))
			return SIM_TIME_NEVER;
		if (!dma->nr_endings)
			return now_ps;
		newest = &dma->endings[(dma->first + dma->nr_endings - 1) & dma->mask];
		return later(now_ps, newest->done_ps);
	}
	at_ps = later(now_ps, dma->record_at_ps);
	if (nr_pending(dma) + dma->nr_endings < dma->limit)
		return at_ps;
	if (!dma->nr_endings)
		return SIM_TIME_NEVER;
	return later(at_ps, dma->endings[dma->first & dma->mask].done_ps);
}

static bool is_finished(const struct dev_dma *dma)
{
	return dma->has_ended && !dma->left_bytes && !dma->nr_endings && !nr_pending(dma);
}

/* done() may destroy the engine. */
static void tell_end(struct dev_dma *dma)
{
	void (*stopped)(void *opaque) = dma->stopped;
	bool was_done = dma->is_done;

	dma->stopped = NULL;
	dma->is_done = true;
	if (stopped)
		stopped(dma->stopped_opaque);
	if (!was_done)
		dma->done(dma, dma->opaque);
}

static void dma_run(struct sim_event *event)
{
	struct dev_dma *dma = (struct dev_dma *)event;
	u64 now_ps = sim_now_ps();

	dma->is_running = true;
	for (;;) {
		u64 at_ps = next_step_ps(dma, now_ps);

		if (at_ps == SIM_TIME_NEVER)
			break;
		if (at_ps > now_ps && !sim_try_advance(at_ps)) {
			sim_event_schedule(&dma->event, at_ps);
			break;
		}
		now_ps = at_ps;
		endings_retire(dma, now_ps);
		if (!dma->left_bytes)
			break;
		if (dma->is_fresh && dev_source_drops(dma->source, dma->record_at_ps, now_ps)) {
			dma->stats.dropped++;
			dma->left_bytes = 0;
			continue;
		}
		access_issue(dma);
	}
	dma->is_running = false;
	if (is_finished(dma))
		tell_end(dma);
}

static void source_wake(void *opaque)
{
	struct dev_dma *dma = opaque;

	dma->is_waiting = false;
	if (!dma->is_running)
		sim_event_schedule(&dma->event, sim_now_ps());
}

static bool buffers_alloc(struct dev_dma *dma)
{
	u32 nr_ring = 1;

	while (nr_ring < dma->limit)
		nr_ring *= 2;
	dma->mask = nr_ring - 1;
	dma->slots = sim_alloc(dma->limit * sizeof(*dma->slots));
	dma->free = sim_alloc(dma->limit * sizeof(*dma->free));
	dma->endings = sim_alloc(nr_ring * sizeof(*dma->endings));
	return dma->slots && dma->free && dma->endings;
}

static void slots_init(struct dev_dma *dma)
{
	/* The last one is taken first: slot 0 stays warm in the host's cache. */
	for (u32 i = 0; i < dma->limit; i++) {
		struct dma_slot *slot = &dma->slots[dma->limit - 1 - i];

		slot->dma = dma;
		slot->access.complete = access_complete;
		dma->free[i] = slot;
	}
	dma->nr_free = dma->limit;
}

struct dev_dma *dev_dma_create(const struct dev_dma_attr *attr)
{
	const struct dev_dma_params *params = attr->params;
	struct dev_dma *dma = sim_alloc(sizeof(*dma));

	if (!dma)
		return NULL;
	dma->limit = params->outstanding_accesses;
	dma->bandwidth_bytes_per_s = params->bandwidth_bytes_per_s;
	if (!buffers_alloc(dma)) {
		dev_dma_destroy(dma);
		return NULL;
	}
	slots_init(dma);
	dma->port = attr->port;
	dma->mem = attr->mem;
	dma->source = attr->source;
	dma->times = attr->times;
	dma->done = attr->done;
	dma->opaque = attr->opaque;
	attr->port->max_stalled = params->outstanding_faults;
	attr->source->wake = source_wake;
	attr->source->wake_opaque = dma;
	sim_event_init(&dma->event, dma_run);
	sim_event_set_actor(&dma->event, SIM_ACTOR_DEVICES);
	return dma;
}

void dev_dma_start(struct dev_dma *dma, u64 at_ps)
{
	dma->start_ps = at_ps;
	sim_event_schedule(&dma->event, at_ps);
}

/* Where it has ended already, the event finds nothing to do but to say so. */
void dev_dma_stop(struct dev_dma *dma, void (*stopped)(void *opaque), void *opaque)
{
	dma->stopped = stopped;
	dma->stopped_opaque = opaque;
	dma->has_ended = true;
	dma->left_bytes = 0;
	sim_event_schedule(&dma->event, sim_now_ps());
}

const struct dev_dma_stats *dev_dma_stats(const struct dev_dma *dma)
{
	/* Completions that nobody has looked at yet have happened nonetheless. */
	endings_retire((struct dev_dma *)dma, sim_now_ps());
	return &dma->stats;
}

void dev_dma_destroy(struct dev_dma *dma)
{
	if (!dma)
		return;
	sim_event_cancel(&dma->event);
	sim_free(dma->endings);
	sim_free(dma->free);
	sim_free(dma->slots);
	sim_free(dma);
}
