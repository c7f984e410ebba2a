// SPDX-License-Identifier: GPL-2.0-only
/*
 * A PCIe endpoint with ATC, ATS and PRI (PCIe Base Specification 10); see
 * pcie.h for the life of an access. Left out: what is in the data, resizing of
 * the page request allotment while it runs, stop markers, and PRG responses that
 * lack a PASID where the endpoint wants one: groups are known by their index.
 */
#include "models/device/pcie.h"

#include "models/common/tlb_array.h"
#include "sim/arena.h"
#include "sim/event.h"
#include "sim/sim.h"

#define ROW(...) SIM_PARAM_ROW(struct dev_pcie_params, __VA_ARGS__)
const struct sim_param dev_pcie_param_table[] = {DEV_PCIE_PARAMS(ROW)};
#undef ROW
const size_t dev_pcie_param_count = sizeof(dev_pcie_param_table) / sizeof(dev_pcie_param_table[0]);

enum slot_state {
	SLOT_FREE,
	SLOT_REQUESTING, /* a translation request is under way */
	SLOT_QUEUED,	 /* for credits */
	SLOT_ASKED,	 /* in a group */
	SLOT_TRANSLATED, /* in the port, translated */
	SLOT_MOVING,	 /* done at done_ps */
	SLOT_ABORTED,	 /* done at done_ps */
};

struct slot {
	struct port_translation translation; /* first */
	struct sim_event event;		     /* the end of MOVING and ABORTED */
	struct port_access access;
	struct dev_pcie *pcie;
	enum slot_state state;
	u64 epoch;	/* of invalidations, when its translation was last used */
	bool is_stale;	/* an invalidation met the translation request */
	bool has_asked; /* a page request was sent for it */
	struct slot *next;
};

struct group {
	struct slot *slot; /* NULL: the index is free */
	u32 nr_untaken;	   /* of its requests the port still has the memory */
	bool is_answered;
};

struct atc_entry {
	pa_t pa; /* of the first byte */
	bool is_readable, is_writable;
};

struct dev_pcie {
	struct port_endpoint endpoint; /* first */
	struct dev_pcie_params params;
	struct sim_event event;
	struct port *port;
	struct mem *mem;
	struct dev_source *source;
	void (*done)(struct dev_pcie *pcie, void *opaque);
	void *opaque;

	u64 start_ps;
	u64 engine_free_ps;
	struct dev_record record;
	u64 record_at_ps;
	u32 left_bytes;
	bool has_ended, is_waiting, is_done, has_failed;

	struct tlb_array atc;
	struct slot *slots, *free;
	u32 nr_free;
	struct slot *queue, *queue_tail; /* QUEUED, in order */
	u32 nr_credits;			 /* left */
	u32 nr_groups;			 /* in use */
	struct group groups[DEV_PCIE_MAX_GROUPS];
	struct port_page_request *requests; /* group_pages for each group */
	u32 max_groups;
	struct port_invalidation *inv, *inv_tail; /* not completed yet, oldest first */
	u64 epoch;				  /* invalidations so far */

	struct dev_pcie_stats stats;
};

static void translation_request(struct slot *slot);

static void kick(struct dev_pcie *pcie)
{
	sim_event_schedule(&pcie->event, sim_now_ps());
}

static u64 later(u64 a_ps, u64 b_ps)
{
	return a_ps > b_ps ? a_ps : b_ps;
}

/* --- invalidations --- */

static bool is_before(const struct slot *slot, const struct port_invalidation *inv)
{
	return (slot->state == SLOT_TRANSLATED || slot->state == SLOT_MOVING) &&
	       slot->epoch < inv->private_epoch;
}

/* Complete what no data under way is older than. */
static void invalidations_complete(struct dev_pcie *pcie)
{
	struct port_invalidation *inv;

	while ((inv = pcie->inv)) {
		for (u32 i = 0; i < pcie->params.outstanding_accesses; i++) {
			if (is_before(&pcie->slots[i], inv))
				return;
		}
		pcie->inv = inv->next;
		inv->completed(inv);
	}
}

static u64 atc_context(u32 pasid, bool has_pasid)
{
	return pasid | (u64)has_pasid << 32;
}

static bool is_concerned(const struct port_invalidation *inv, u64 context, u64 iova, u32 lg2)
{
	u32 larger_lg2 = lg2 > inv->lg2 ? lg2 : inv->lg2;

	if (!(inv->is_global && context >> 32) &&
	    context != atc_context(inv->pasid, inv->has_pasid))
		return false;
	return larger_lg2 >= 64 || (inv->iova ^ iova) >> larger_lg2 == 0;
}

static void atc_invalidate(struct dev_pcie *pcie, const struct port_invalidation *inv)
{
	for (u32 i = 0; i < pcie->atc.nr_entries; i++) {
		const struct tlb_tag *tag = &pcie->atc.tags[i];

		if (tlb_array_is_valid(&pcie->atc, i) &&
		    is_concerned(inv, tag->context, tlb_tag_base(tag), tlb_tag_lg2(tag)))
			tlb_array_drop(&pcie->atc, i);
	}
	for (u32 i = 0; i < pcie->params.outstanding_accesses; i++) {
		struct slot *slot = &pcie->slots[i];

		if (slot->state == SLOT_REQUESTING &&
		    is_concerned(inv, atc_context(slot->access.pasid, slot->access.has_pasid),
				 slot->translation.access.iova, 12))
			slot->is_stale = true;
	}
}

static void invalidate(struct port_endpoint *endpoint, struct port_invalidation *inv)
{
	struct dev_pcie *pcie = (struct dev_pcie *)endpoint;

	pcie->stats.invalidations++;
	atc_invalidate(pcie, inv);
	inv->private_epoch = ++pcie->epoch;
	inv->next = NULL;
	if (pcie->inv)
		pcie->inv_tail->next = inv;
	else
		pcie->inv = inv;
	pcie->inv_tail = inv;
	invalidations_complete(pcie);
}

/* --- the end of an access --- */

static void slot_event(struct sim_event *event)
{
	struct slot *slot = (struct slot *)((char *)event - offsetof(struct slot, event));
	struct dev_pcie *pcie = slot->pcie;
	struct dev_dma_stats *stats = &pcie->stats.dma;

	if (slot->state == SLOT_MOVING) {
		stats->accesses++;
		stats->bytes += slot->access.len_bytes;
	} else {
		stats->aborted++;
	}
	stats->stalled += slot->has_asked;
	stats->end_ps = sim_now_ps();
	slot->state = SLOT_FREE;
	slot->next = pcie->free;
	pcie->free = slot;
	pcie->nr_free++;
	invalidations_complete(pcie);
	kick(pcie);
}

static void abort_access(struct slot *slot)
{
	slot->state = SLOT_ABORTED;
	sim_event_schedule(&slot->event, sim_now_ps());
}

static void data_move(struct slot *slot, u64 at_ps)
{
	struct dev_pcie *pcie = slot->pcie;
	u64 bandwidth = pcie->params.bandwidth_bytes_per_s;

	if (pcie->mem && !slot->access.is_raz_wi)
		at_ps = mem_access_done_ps(pcie->mem, at_ps, slot->access.len_bytes);
	at_ps = later(at_ps, pcie->engine_free_ps) +
		(slot->access.len_bytes * SIM_PS_PER_S + bandwidth / 2) / bandwidth;
	pcie->engine_free_ps = at_ps;
	slot->state = SLOT_MOVING;
	sim_event_schedule(&slot->event, at_ps);
}

static void translated_ends(struct slot *slot, u64 at_ps)
{
	if (slot->access.status == PORT_DONE)
		data_move(slot, at_ps);
	else
		abort_access(slot);
}

static void translated_complete(struct port_access *access)
{
	translated_ends((struct slot *)((char *)access - offsetof(struct slot, access)),
			sim_now_ps());
}

static void translated_begin(struct slot *slot, pa_t pa)
{
	struct dev_pcie *pcie = slot->pcie;

	slot->state = SLOT_TRANSLATED;
	slot->epoch = pcie->epoch;
	slot->access.iova = pa;
	if (pcie->port->ops->translated(pcie->port, &slot->access) != PORT_PENDING)
		translated_ends(slot, slot->access.done_ps);
}

/* --- page requests --- */

static void group_release(struct dev_pcie *pcie, struct group *group)
{
	if (group->nr_untaken || !group->is_answered)
		return;
	group->slot = NULL;
	pcie->nr_groups--;
	kick(pcie);
}

static void request_taken(struct port_page_request *request)
{
	struct dev_pcie *pcie = (struct dev_pcie *)request->port->endpoint;
	struct group *group = &pcie->groups[request->prg_index];

	group->nr_untaken--;
	group_release(pcie, group);
}

static void group_send(struct dev_pcie *pcie, u32 index, struct slot *slot)
{
	u32 nr = pcie->params.group_pages;
	iova_t page = slot->translation.access.iova & ~lg2_mask(12);

	slot->state = SLOT_ASKED;
	slot->has_asked = true;
	pcie->groups[index] = (struct group){.slot = slot, .nr_untaken = nr};
	pcie->nr_groups++;
	pcie->nr_credits -= nr;
	pcie->stats.groups++;
	pcie->stats.requests += nr;
	for (u32 i = 0; i < nr; i++) {
		struct port_page_request *request = &pcie->requests[index * nr + i];

		*request = (struct port_page_request){
			.iova = page + i * 4096ULL,
			.prg_index = index,
			.pasid = slot->access.pasid,
			.has_pasid = slot->access.has_pasid,
			.is_last = i == nr - 1,
			.is_read = !slot->access.is_write,
			.is_write = slot->access.is_write,
			.taken = request_taken,
		};
		pcie->port->ops->page_request(pcie->port, request);
	}
}

static struct slot *queue_take(struct dev_pcie *pcie)
{
	struct slot *slot = pcie->queue;

	if (slot)
		pcie->queue = slot->next;
	return slot;
}

static void groups_send(struct dev_pcie *pcie)
{
	for (u32 i = 0; i < pcie->max_groups && pcie->queue; i++) {
		if (pcie->nr_credits < pcie->params.group_pages)
			return;
		if (!pcie->groups[i].slot)
			group_send(pcie, i, queue_take(pcie));
	}
}

static void page_ask(struct slot *slot)
{
	struct dev_pcie *pcie = slot->pcie;

	if (!pcie->port->ops->page_request || pcie->has_failed) {
		abort_access(slot);
		return;
	}
	slot->state = SLOT_QUEUED;
	slot->next = NULL;
	if (pcie->queue)
		pcie->queue_tail->next = slot;
	else
		pcie->queue = slot;
	pcie->queue_tail = slot;
	groups_send(pcie);
}

static void fail(struct dev_pcie *pcie)
{
	struct slot *slot;

	pcie->has_failed = true;
	while ((slot = queue_take(pcie)))
		abort_access(slot);
}

static void page_response(struct port_endpoint *endpoint, const struct port_page_response *response)
{
	struct dev_pcie *pcie = (struct dev_pcie *)endpoint;
	struct group *group = &pcie->groups[response->prg_index % DEV_PCIE_MAX_GROUPS];
	struct slot *slot = group->slot;

	if (!slot || group->is_answered) {
		pcie->stats.unexpected++;
		return;
	}
	group->is_answered = true;
	pcie->nr_credits += pcie->params.group_pages;
	switch (response->code) {
	case PORT_PAGE_SUCCESS:
		pcie->stats.success++;
		pcie->stats.retried++;
		translation_request(slot);
		break;
	case PORT_PAGE_INVALID:
		pcie->stats.invalid++;
		abort_access(slot);
		break;
	default:
		pcie->stats.failure++;
		abort_access(slot);
		fail(pcie);
		break;
	}
	group_release(pcie, group);
}

/* --- translations --- */

static bool is_permitted(const struct slot *slot, bool is_readable, bool is_writable)
{
	return slot->access.is_write ? is_writable : is_readable;
}

static void atc_fill(struct dev_pcie *pcie, const struct port_translation *t)
{
	u32 lg2 = t->lg2 < 63 ? t->lg2 : 63;
	u32 number = tlb_array_insert(&pcie->atc, t->access.iova, lg2,
				      atc_context(t->access.pasid, t->access.has_pasid));
	struct atc_entry *entry;

	if (number == TLB_NONE)
		return;
	entry = tlb_array_entry(&pcie->atc, number);
	entry->pa = t->access.pa & ~lg2_mask(lg2);
	entry->is_readable = t->is_readable;
	entry->is_writable = t->is_writable;
}

static void translation_answered(struct slot *slot)
{
	const struct port_translation *t = &slot->translation;

	if (slot->is_stale) {
		translation_request(slot);
	} else if (t->completion != PORT_COMPLETION_SUCCESS) {
		abort_access(slot);
	} else if (is_permitted(slot, t->is_readable, t->is_writable)) {
		atc_fill(slot->pcie, t);
		translated_begin(slot, t->access.pa);
	} else {
		page_ask(slot);
	}
}

static void translation_complete(struct port_access *access)
{
	translation_answered((struct slot *)access);
}

static void translation_request(struct slot *slot)
{
	struct dev_pcie *pcie = slot->pcie;

	slot->state = SLOT_REQUESTING;
	slot->is_stale = false;
	pcie->stats.translation_requests++;
	if (pcie->port->ops->translation_request(pcie->port, &slot->translation) != PORT_PENDING)
		translation_answered(slot);
}

static void access_begin(struct slot *slot)
{
	struct dev_pcie *pcie = slot->pcie;
	const struct port_access *access = &slot->access;
	u64 context = atc_context(access->pasid, access->has_pasid);
	u32 number = tlb_array_lookup(&pcie->atc, access->iova, context);
	const struct atc_entry *entry;

	if (number != TLB_NONE) {
		entry = tlb_array_entry(&pcie->atc, number);
		if (is_permitted(slot, entry->is_readable, entry->is_writable)) {
			pcie->stats.atc_hits++;
			translated_begin(
				slot, entry->pa + (access->iova &
						   lg2_mask(tlb_tag_lg2(&pcie->atc.tags[number]))));
			return;
		}
	}
	pcie->stats.atc_misses++;
	translation_request(slot);
}

/* --- records --- */

static void access_issue(struct dev_pcie *pcie)
{
	struct slot *slot = pcie->free;
	u32 room_bytes = DEV_DMA_PAGE_BYTES - (pcie->record.iova & (DEV_DMA_PAGE_BYTES - 1));
	u32 len_bytes = pcie->left_bytes < room_bytes ? pcie->left_bytes : room_bytes;

	pcie->free = slot->next;
	pcie->nr_free--;
	slot->has_asked = false;
	slot->access = (struct port_access){
		.iova = pcie->record.iova,
		.len_bytes = len_bytes,
		.pasid = pcie->record.pasid,
		.has_pasid = pcie->record.has_pasid,
		.is_write = pcie->record.is_write,
		.complete = translated_complete,
	};
	slot->translation.access = slot->access;
	slot->translation.access.complete = translation_complete;
	pcie->record.iova += len_bytes;
	pcie->left_bytes -= len_bytes;
	access_begin(slot);
}

static bool record_fetch(struct dev_pcie *pcie)
{
	if (pcie->left_bytes)
		return true;
	if (pcie->has_ended || pcie->is_waiting)
		return false;
	switch (pcie->source->next(pcie->source, &pcie->record)) {
	case DEV_NEXT_RECORD:
		pcie->left_bytes = pcie->record.len_bytes;
		pcie->record_at_ps = pcie->start_ps + pcie->record.not_before_ps;
		return true;
	case DEV_NEXT_WAIT:
		pcie->is_waiting = true;
		return false;
	case DEV_NEXT_END:
		pcie->has_ended = true;
		return false;
	}
	return false;
}

static void run_event(struct sim_event *event)
{
	struct dev_pcie *pcie = (struct dev_pcie *)((char *)event -
						    offsetof(struct dev_pcie, event));

	groups_send(pcie);
	while (pcie->nr_free && record_fetch(pcie)) {
		if (pcie->record_at_ps > sim_now_ps()) {
			sim_event_schedule(&pcie->event, pcie->record_at_ps);
			return;
		}
		access_issue(pcie);
	}
	if (pcie->is_done || !pcie->has_ended || pcie->left_bytes || pcie->nr_groups ||
	    pcie->nr_free < pcie->params.outstanding_accesses)
		return;
	pcie->is_done = true;
	pcie->done(pcie, pcie->opaque);
}

static void source_wake(void *opaque)
{
	struct dev_pcie *pcie = opaque;

	pcie->is_waiting = false;
	kick(pcie);
}

/* --- life --- */

static bool buffers_alloc(struct dev_pcie *pcie)
{
	u32 nr = pcie->params.outstanding_accesses;

	pcie->slots = sim_alloc(nr * sizeof(*pcie->slots));
	pcie->requests = sim_alloc((u64)pcie->max_groups * pcie->params.group_pages *
				   sizeof(*pcie->requests));
	if (!pcie->slots || !pcie->requests)
		return false;
	for (u32 i = nr; i-- > 0;) {
		struct slot *slot = &pcie->slots[i];

		slot->pcie = pcie;
		slot->next = pcie->free;
		pcie->free = slot;
		sim_event_init(&slot->event, slot_event);
	}
	pcie->nr_free = nr;
	return !tlb_array_init(&pcie->atc, pcie->params.atc_entries, pcie->params.atc_entries,
			       sizeof(struct atc_entry));
}

struct dev_pcie *dev_pcie_create(const struct dev_pcie_params *params, struct port *port,
				 struct mem *mem, struct dev_source *source,
				 void (*done)(struct dev_pcie *pcie, void *opaque), void *opaque)
{
	static const struct port_endpoint_ops ops = {.invalidate = invalidate,
						     .page_response = page_response};
	struct dev_pcie *pcie;

	if (!port->ops->translation_request || params->group_pages > params->credits)
		return NULL;
	pcie = sim_alloc(sizeof(*pcie));
	if (!pcie)
		return NULL;
	pcie->params = *params;
	pcie->nr_credits = params->credits;
	pcie->max_groups = min_u64(DEV_PCIE_MAX_GROUPS, params->credits / params->group_pages);
	sim_event_init(&pcie->event, run_event);
	if (!buffers_alloc(pcie)) {
		dev_pcie_destroy(pcie);
		return NULL;
	}
	pcie->endpoint.ops = &ops;
	pcie->port = port;
	pcie->mem = mem;
	pcie->source = source;
	pcie->done = done;
	pcie->opaque = opaque;
	source->wake = source_wake;
	source->wake_opaque = pcie;
	port->endpoint = &pcie->endpoint;
	return pcie;
}

void dev_pcie_start(struct dev_pcie *pcie, u64 at_ps)
{
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
	for (u32 i = 0; pcie->slots && i < pcie->params.outstanding_accesses; i++)
		sim_event_cancel(&pcie->slots[i].event);
	if (pcie->port)
		pcie->port->endpoint = NULL;
	tlb_array_finish(&pcie->atc);
	sim_free(pcie->requests);
	sim_free(pcie->slots);
	sim_free(pcie);
}
