// SPDX-License-Identifier: GPL-2.0-only
/*
 * A PCIe endpoint (PCIe Base Specification 6.20, 10): records become accesses,
 * accesses move data; see pcie.h for the life of an access. Left out: what is in
 * the data, changing the allocation of page requests while PRI is on.
 */
#include "models/device/pcie_internal.h"

#include "sim/arena.h"
#include "sim/point.h"

#define ROW(...) SIM_PARAM_ROW(struct dev_pcie_params, __VA_ARGS__)
const struct sim_param dev_pcie_param_table[] = {DEV_PCIE_PARAMS(ROW)};
#undef ROW
const size_t dev_pcie_param_count = sizeof(dev_pcie_param_table) / sizeof(dev_pcie_param_table[0]);

void dev_pcie_params_default(struct dev_pcie_params *params)
{
	sim_params_default(params, dev_pcie_param_table, dev_pcie_param_count);
}

/* --- the end of an access --- */

static void slot_free(struct slot *slot)
{
	struct dev_pcie *pcie = slot->pcie;

	sim_assert(!slot->leads && pcie->nr_free < pcie->dma.outstanding_accesses);
	slot->state = SLOT_FREE;
	slot->next = pcie->free;
	pcie->free = slot;
	pcie->nr_free++;
}

/* Its user thinks before the slot has another access. */
static bool thinks(struct slot *slot)
{
	if (!slot->think_ps || slot->state == SLOT_REPORTED)
		return false;
	slot->state = SLOT_THINKING;
	sim_event_schedule(&slot->event, sim_now_ps() + slot->think_ps);
	return true;
}

static void tell_source(const struct slot *slot)
{
	struct dev_source *source = slot->pcie->source;

	if (source->ended && slot->state != SLOT_REPORTED)
		source->ended(source, slot->serial,
			      slot->state == SLOT_MOVING ? PORT_DONE : PORT_ABORTED,
			      slot->access.pa);
}

static void access_ends(struct slot *slot)
{
	struct dev_pcie *pcie = slot->pcie;
	struct dev_dma_stats *stats = &pcie->stats.dma;

	if (slot->state == SLOT_MOVING) {
		stats->accesses++;
		stats->bytes += slot->access.len_bytes;
	} else if (slot->state == SLOT_REPORTED) {
		pcie_report_end(slot);
	} else {
		sim_assert(slot->state == SLOT_ABORTED);
		stats->aborted++;
	}
	stats->stalled += slot->has_asked;
	stats->end_ps = sim_now_ps();
	tell_source(slot);
	if (!thinks(slot))
		slot_free(slot);
	pcie_invalidations_complete(pcie);
	pcie_kick(pcie);
}

static void slot_event(struct sim_event *event)
{
	struct slot *slot = (struct slot *)((char *)event - offsetof(struct slot, event));

	if (slot->state == SLOT_PAUSING) {
		pcie_pause_ends(slot);
	} else if (slot->state == SLOT_THINKING) {
		slot_free(slot);
		pcie_kick(slot->pcie);
	} else {
		access_ends(slot);
	}
}

void pcie_access_abort(struct slot *slot)
{
	if (slot->leads)
		pcie_group_end(slot, PORT_ABORTED);
	pcie_recorded_needs_none(slot);
	slot->state = SLOT_ABORTED;
	sim_event_schedule(&slot->event, sim_now_ps());
}

static void data_move(struct slot *slot, u64 at_ps)
{
	const struct dev_dma_issue issue = {slot->access.due_ps, slot->issued_ps};
	struct dev_pcie *pcie = slot->pcie;
	u64 bandwidth = pcie->dma.bandwidth_bytes_per_s;

	if (pcie->mem && !slot->access.is_raz_wi)
		at_ps = mem_access_done_ps(pcie->mem, at_ps, slot->access.len_bytes);
	at_ps = max_u64(at_ps, pcie->engine_free_ps) +
		(slot->access.len_bytes * SIM_PS_PER_S + bandwidth / 2) / bandwidth;
	pcie->engine_free_ps = at_ps;
	slot->state = SLOT_MOVING;
	dev_dma_times_add(pcie->times, issue, at_ps);
	sim_event_schedule(&slot->event, at_ps);
}

static void sent_ends(struct slot *slot, u64 at_ps)
{
	sim_assert(slot->state == SLOT_TRANSLATED || slot->state == SLOT_UNTRANSLATED);
	if (slot->access.status == PORT_DONE)
		data_move(slot, at_ps);
	else
		pcie_access_abort(slot);
}

static void sent_complete(struct port_access *access)
{
	sent_ends((struct slot *)((char *)access - offsetof(struct slot, access)), sim_now_ps());
}

void pcie_access_send(struct slot *slot, enum slot_state how, iova_t address)
{
	const struct port_ops *ops = slot->pcie->port->ops;
	enum port_status status;

	pcie_recorded_needs_none(slot);
	slot->state = how;
	if (!slot->is_overtaken)
		slot->epoch = slot->pcie->epoch;
	slot->access.iova = address;
	slot->access.kind = PORT_UNTRANSLATED;
	status = how == SLOT_TRANSLATED ? ops->translated(slot->pcie->port, &slot->access)
					: ops->translate(slot->pcie->port, &slot->access);
	if (status != PORT_PENDING)
		sent_ends(slot, slot->access.done_ps);
}

/* --- its beginning --- */

bool pcie_is_stopped(const struct dev_pcie *pcie, const struct port_access *access)
{
	return pcie->is_stopped && access->has_pasid == pcie->stop.has_pasid &&
	       (!access->has_pasid || access->pasid == pcie->stop.pasid);
}

static void send_untranslated(struct slot *slot)
{
	/* ATS went off meanwhile: whether the page came will not be known. */
	if (slot->leads)
		pcie_group_end(slot, PORT_ABORTED);
	pcie_access_send(slot, SLOT_UNTRANSLATED, slot->translation.access.iova);
}

void pcie_access_begin(struct slot *slot)
{
	struct dev_pcie *pcie = slot->pcie;

	slot->is_overtaken = false;
	if (pcie_is_stopped(pcie, &slot->access) ||
	    (slot->access.has_pasid && !pcie->is_pasid_enabled))
		pcie_access_abort(slot);
	else if (pcie->is_ats_enabled)
		pcie_translate(slot);
	else
		send_untranslated(slot);
}

static void access_issue(struct dev_pcie *pcie)
{
	struct slot *slot = pcie->free;
	u32 room_bytes = DEV_DMA_PAGE_BYTES - (pcie->record.iova & (DEV_DMA_PAGE_BYTES - 1));
	u32 len_bytes = min_u64(pcie->left_bytes, room_bytes);

	sim_assert(slot->state == SLOT_FREE);
	pcie->free = slot->next;
	pcie->nr_free--;
	slot->has_asked = false;
	slot->serial = pcie->nr_issued++;
	slot->has_group = pcie->record.has_group;
	slot->is_last = pcie->record.is_last && pcie->left_bytes == len_bytes;
	slot->group = pcie->record.group % DEV_PCIE_MAX_GROUPS;
	slot->issued_ps = pcie->issued_ps = sim_now_ps();
	slot->record_end = pcie->record.iova + pcie->left_bytes;
	slot->access = (struct port_access){
		.iova = pcie->record.iova,
		.len_bytes = len_bytes,
		.pasid = pcie->record.pasid,
		.has_pasid = pcie->record.has_pasid,
		.is_write = pcie->record.is_write,
		/* The prefix that says so has the PASID, too (6.20.2.2). */
		.is_privileged = pcie->record.is_privileged && pcie->record.has_pasid,
		.is_instruction = pcie->record.is_instruction && pcie->record.has_pasid,
		.process_plus_1 = pcie->record.process_plus_1,
		.due_ps = pcie->source->is_timed ? pcie->record_at_ps : 0,
		.complete = sent_complete,
	};
	slot->translation.access = slot->access;
	pcie->record.iova += len_bytes;
	pcie->left_bytes -= len_bytes;
	slot->think_ps = 0;
	if (pcie->is_of_source && pcie->source->think_ps && !pcie->left_bytes)
		slot->think_ps = pcie->source->think_ps(pcie->source);
	pcie->is_fresh = false;
	pcie_access_begin(slot);
}

/* --- records --- */

/* @is_of_source: it is no retry */
static void record_begin(struct dev_pcie *pcie, bool is_of_source)
{
	pcie->is_fresh = pcie->is_of_source = is_of_source;
	pcie->left_bytes = pcie->record.len_bytes;
	pcie->record_at_ps = pcie->start_ps + pcie->record.not_before_ps;
}

/* Not yet: what is submitted again meanwhile goes first. */
static void record_hold(struct dev_pcie *pcie)
{
	pcie->held = pcie->record;
	pcie->has_held = true;
	pcie->left_bytes = 0;
}

static bool held_take(struct dev_pcie *pcie)
{
	if (!pcie->has_held)
		return false;
	pcie->record = pcie->held;
	pcie->has_held = false;
	return true;
}

static bool record_fetch(struct dev_pcie *pcie)
{
	if (pcie->left_bytes)
		return true;
	if (pcie_retry_take(pcie, &pcie->record)) {
		record_begin(pcie, false);
		return true;
	}
	if (held_take(pcie)) {
		record_begin(pcie, true);
		return true;
	}
	if (!pcie->source || pcie->has_ended || pcie->is_waiting)
		return false;
	switch (pcie->source->next(pcie->source, &pcie->record)) {
	case DEV_NEXT_RECORD:
		record_begin(pcie, true);
		return true;
	case DEV_NEXT_WAIT:
		pcie->is_waiting = true;
		return false;
	case DEV_NEXT_END:
		pcie->has_ended = true;
		pcie->stats.dma.drain_ps = pcie->issued_ps;
		return false;
	}
	return false;
}

static void stop_check(struct dev_pcie *pcie)
{
	void (*stopped)(void *opaque) = pcie->stopped;

	if (!stopped || !pcie_pri_has_stopped(pcie))
		return;
	for (u32 i = 0; i < pcie->dma.outstanding_accesses; i++) {
		const struct slot *slot = &pcie->slots[i];

		if (slot->state != SLOT_FREE && slot->state != SLOT_THINKING &&
		    pcie_is_stopped(pcie, &slot->access))
			return;
	}
	pcie->stopped = NULL;
	stopped(pcie->stopped_opaque);
}

static void run_event(struct sim_event *event)
{
	struct dev_pcie *pcie = (struct dev_pcie *)((char *)event -
						    offsetof(struct dev_pcie, event));

	stop_check(pcie);
	pcie_groups_send(pcie);
	while (pcie->nr_free && record_fetch(pcie)) {
		if (pcie->record_at_ps > sim_now_ps()) {
			record_hold(pcie);
			sim_event_schedule(&pcie->event, pcie->record_at_ps);
			return;
		}
		if (pcie->is_fresh &&
		    dev_source_drops(pcie->source, pcie->record_at_ps, sim_now_ps())) {
			pcie->stats.dma.dropped++;
			pcie->left_bytes = 0;
			continue;
		}
		access_issue(pcie);
	}
	pcie_recorded_end(pcie);
	if (pcie->is_done || !pcie->has_ended || pcie->left_bytes || pcie->nr_groups ||
	    pcie->nr_reported || pcie->nr_free < pcie->dma.outstanding_accesses)
		return;
	pcie->is_done = true;
	pcie->done(pcie, pcie->opaque);
}

static void source_wake(void *opaque)
{
	struct dev_pcie *pcie = opaque;

	pcie->is_waiting = false;
	pcie_kick(pcie);
}

/* --- stopping --- */

void dev_pcie_stop(struct dev_pcie *pcie, struct dev_pcie_space space,
		   void (*stopped)(void *opaque), void *opaque)
{
	sim_assert(!pcie->stopped);
	pcie->stop = space;
	pcie->is_stopped = true;
	pcie->stopped = stopped;
	pcie->stopped_opaque = opaque;
	pcie_pri_stop_space(pcie);
	pcie_kick(pcie);
}

/* --- life --- */

static bool buffers_alloc(struct dev_pcie *pcie)
{
	u32 nr = pcie->dma.outstanding_accesses;

	pcie->slots = sim_alloc(nr * sizeof(*pcie->slots));
	pcie->groups = sim_alloc(DEV_PCIE_MAX_GROUPS * sizeof(*pcie->groups));
	pcie->requests = sim_alloc(DEV_PCIE_MAX_GROUPS * pcie->params.group_pages *
				   sizeof(*pcie->requests));
	if (!pcie->slots || !pcie->groups || !pcie->requests)
		return false;
	for (u32 i = nr; i-- > 0;) {
		struct slot *slot = &pcie->slots[i];

		slot->pcie = pcie;
		slot->next = pcie->free;
		pcie->free = slot;
		sim_event_init(&slot->event, slot_event);
		sim_event_set_actor(&slot->event, SIM_ACTOR_DEVICES);
	}
	pcie->nr_free = nr;
	return !pcie_report_init(pcie) && !pcie_atc_init(pcie);
}

struct dev_pcie *dev_pcie_create(const struct dev_pcie_attr *attr)
{
	static const struct port_endpoint_ops ops = {.invalidate = pcie_invalidate,
						     .page_response = pcie_page_response};
	struct dev_pcie *pcie = sim_alloc(sizeof(*pcie));

	if (!pcie)
		return NULL;
	pcie->dma = *attr->dma;
	pcie->params = *attr->pcie;
	sim_event_init(&pcie->event, run_event);
	sim_event_set_actor(&pcie->event, SIM_ACTOR_DEVICES);
	if (!buffers_alloc(pcie)) {
		dev_pcie_destroy(pcie);
		return NULL;
	}
	pcie->endpoint.ops = &ops;
	pcie->port = attr->port;
	pcie->mem = attr->mem;
	pcie->times = attr->times;
	pcie->done = attr->done;
	pcie->report = attr->report;
	pcie->opaque = attr->opaque;
	attr->port->endpoint = &pcie->endpoint;
	return pcie;
}

void dev_pcie_set_observer(struct dev_pcie *pcie, const struct iommu_observer *observer,
			   void *opaque)
{
	pcie->observer = observer;
	pcie->observer_opaque = opaque;
}

void dev_pcie_start(struct dev_pcie *pcie, struct dev_source *source, u64 at_ps)
{
	pcie->source = source;
	source->wake = source_wake;
	source->wake_opaque = pcie;
	pcie->start_ps = at_ps;
	sim_event_schedule(&pcie->event, at_ps);
}

const struct dev_pcie_stats *dev_pcie_stats(const struct dev_pcie *pcie)
{
	return &pcie->stats;
}

void dev_pcie_destroy(struct dev_pcie *pcie)
{
	if (!pcie)
		return;
	sim_event_cancel(&pcie->event);
	for (u32 i = 0; pcie->slots && i < pcie->dma.outstanding_accesses; i++)
		sim_event_cancel(&pcie->slots[i].event);
	if (pcie->port)
		pcie->port->endpoint = NULL;
	tlb_array_finish(&pcie->atc);
	sim_free(pcie->retries);
	sim_free(pcie->requests);
	sim_free(pcie->groups);
	sim_free(pcie->slots);
	sim_free(pcie);
}
