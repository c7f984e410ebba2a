// SPDX-License-Identifier: GPL-2.0-only
/*
 * When: the way of an access that its port's TLBs could not answer. The one
 * place that waits; what happens at each stop is in the steps of xlate.c.
 *
 *	port: lookups, then the link to the translation unit
 *	translation unit: a slot, configuration, TLB, walk with a walk slot;
 *		fetches are reads of memory, the rest costs cycles
 *	back over the link, or an event record, or the stall table
 *
 * Slots that are all taken are waited for in order of arrival. An access to
 * configuration or to a page that another one is fetching waits for that one
 * and then looks up again. A translation that an invalidation meets starts over,
 * so nothing stale is ever put into a cache or handed out after it.
 *
 * Costs of lookups add up as a debt that passes together with the next fetch:
 * two events fewer for each walk, and no difference in time.
 */
#include <errno.h>

#include "models/smmuv3/internal.h"
#include "sim/arena.h"
#include "sim/sim.h"

static void txn_start(struct smmu_txn *txn, bool is_looked_up);
static void txn_go(struct smmu_txn *txn);
static void walk_slot_granted(struct smmu_txn *txn);

static struct smmu *smmu_of(const struct smmu_txn *txn)
{
	return txn->port->smmu;
}

/* --- waiting --- */

static void txn_event(struct sim_event *event)
{
	struct smmu_txn *txn = (struct smmu_txn *)event;

	txn->resume(txn);
}

static void txn_wait_until(struct smmu_txn *txn, u64 at_ps, void (*resume)(struct smmu_txn *txn))
{
	txn->resume = resume;
	if (smmu_of(txn)->is_clockless)
		resume(txn);
	else
		sim_event_schedule(&txn->event, at_ps);
}

/* Let the debt and @more_ps pass. */
static void txn_wait(struct smmu_txn *txn, u64 more_ps, void (*resume)(struct smmu_txn *txn))
{
	u64 at_ps = sim_now_ps() + txn->debt_ps + more_ps;

	txn->debt_ps = 0;
	txn_wait_until(txn, at_ps, resume);
}

static void txn_list_add(struct smmu_txn_list *list, struct smmu_txn *txn)
{
	txn->next = NULL;
	if (list->tail)
		list->tail->next = txn;
	else
		list->head = txn;
	list->tail = txn;
}

static struct smmu_txn *txn_list_take(struct smmu_txn_list *list)
{
	struct smmu_txn *txn = list->head;

	if (!txn)
		return NULL;
	list->head = txn->next;
	if (!list->head)
		list->tail = NULL;
	txn->next = NULL;
	return txn;
}

/* Into a queue; the debt goes on passing meanwhile. */
static void txn_block(struct smmu_txn_list *list, struct smmu_txn *txn)
{
	txn->ready_ps = sim_now_ps() + txn->debt_ps;
	txn->debt_ps = 0;
	txn_list_add(list, txn);
}

static void txn_unblock(struct smmu_txn *txn, void (*resume)(struct smmu_txn *txn))
{
	txn_wait_until(txn, max_u64(sim_now_ps(), txn->ready_ps), resume);
}

/* --- slots of the port --- */

int smmu_txn_pool_init(struct smmu_port *port)
{
	u32 nr = port->smmu->params.port_slots;

	port->txns = sim_alloc(nr * sizeof(port->txns[0]));
	if (!port->txns)
		return -ENOMEM;
	for (u32 i = nr; i-- > 0;) {
		struct smmu_txn *txn = &port->txns[i];

		sim_event_init(&txn->event, txn_event);
		txn->port = port;
		txn->next = port->free_txns;
		port->free_txns = txn;
	}
	return 0;
}

void smmu_txn_free(struct smmu_txn *txn)
{
	txn->next = txn->port->free_txns;
	txn->port->free_txns = txn;
}

static struct smmu_txn *txn_take(struct smmu_port *port, struct port_access *access)
{
	struct smmu_txn *txn = port->free_txns;

	port->free_txns = txn->next;
	txn->next = NULL;
	txn->access = access;
	txn->stall = access->port_private;
	txn->began_ps = access->done_ps;
	txn->pending = (u32)access->pa;
	txn->debt_ps = 0;
	txn->is_stale = false;
	txn->is_raz_wi = false;
	return txn;
}

void smmu_txn_submit(struct smmu_port *port, struct port_access *access, struct smmu_stall *stall,
		     u64 began_ps, u32 pending)
{
	/* A master's access comes here after its lookup; the others look up when they start. */
	bool is_new = !stall && !pending;

	access->status = PORT_PENDING;
	access->done_ps = began_ps;
	access->port_private = stall;
	access->pa = pending;
	if (port->free_txns)
		txn_start(txn_take(port, access), is_new);
	else
		smmu_access_list_add(&port->queue, access);
}

void smmu_port_pump(struct smmu_port *port)
{
	while (port->free_txns && port->queue.head)
		txn_start(txn_take(port, smmu_access_list_take(&port->queue)), false);
}

void smmu_port_release_held(struct smmu_port *port)
{
	while (port->held.head && (!port->port.max_stalled ||
				   port->nr_stalled + port->nr_released < port->port.max_stalled)) {
		struct port_access *access = smmu_access_list_take(&port->held);

		port->nr_released++;
		smmu_txn_submit(port, access, NULL, sim_now_ps(), SMMU_PENDING_RELEASED);
	}
}

/* --- the end --- */

/* The access is done with; what it kept for a stall that did not come is free again. */
static void txn_answer(struct smmu_txn *txn)
{
	struct smmu_port *port = txn->port;
	struct smmu *smmu = port->smmu;
	struct port_access *access = txn->access;
	enum port_status status = txn->status;
	struct smmu_stall *stall = txn->stall;
	u32 pending = txn->pending;
	bool is_raz_wi = txn->is_raz_wi;

	if (status == PORT_DONE)
		access->pa = txn->x.pa;
	if (access->kind == PORT_TRANSLATION_REQUEST) {
		smmu_ats_complete(&txn->x, access);
		access->pa = txn->x.pa;
		status = PORT_DONE;
	}
	smmu_txn_free(txn);
	if (stall)
		smmu_stall_leave(smmu, stall, status);
	if (pending & SMMU_PENDING_RELEASED)
		port->nr_released--;
	smmu_access_complete(port, access, status, is_raz_wi);
	smmu_port_pump(port);
	if (pending & SMMU_PENDING_RESERVED)
		smmu_stall_unreserve(smmu);
	else if (stall)
		smmu_stall_release(smmu);
	smmu_port_release_held(port);
}

/* --- the translation unit --- */

static void unit_enter(struct smmu_txn *txn)
{
	struct smmu *smmu = smmu_of(txn);

	smmu->nr_slots_used++;
	txn->prev_active = NULL;
	txn->next_active = smmu->active;
	if (smmu->active)
		smmu->active->prev_active = txn;
	smmu->active = txn;
}

static void begin(struct smmu_txn *txn)
{
	smmu_xlate_begin(&txn->x, txn->port, txn->port->port.stream_id, txn->access);
	txn_go(txn);
}

/* What it waited for is in the caches now, or is found to be missing. */
static void again(struct smmu_txn *txn)
{
	txn->is_tlb_known = false;
	begin(txn);
}

/* Nothing is being fetched any more: those that waited for it look up again. */
static void fetching_ends(struct smmu_txn *txn)
{
	struct smmu *smmu = smmu_of(txn);
	struct smmu_txn *other;

	txn->fetching = SMMU_FETCHING_NOTHING;
	while ((other = txn_list_take(&txn->waiters)))
		txn_unblock(other, again);
	if (!txn->has_walk_slot)
		return;
	txn->has_walk_slot = false;
	other = txn_list_take(&smmu->walk_slot_queue);
	if (!other) {
		smmu->nr_walk_slots_used--;
		return;
	}
	other->has_walk_slot = true;
	txn_unblock(other, walk_slot_granted);
}

static void unit_leave(struct smmu_txn *txn)
{
	struct smmu *smmu = smmu_of(txn);
	struct smmu_txn *other;

	fetching_ends(txn);
	if (txn->prev_active)
		txn->prev_active->next_active = txn->next_active;
	else
		smmu->active = txn->next_active;
	if (txn->next_active)
		txn->next_active->prev_active = txn->prev_active;
	smmu->nr_slots_used--;
	other = txn_list_take(&smmu->slot_queue);
	if (!other)
		return;
	unit_enter(other);
	txn_unblock(other, begin);
}

static void unit_arrive(struct smmu_txn *txn)
{
	struct smmu *smmu = smmu_of(txn);

	if (smmu->nr_slots_used >= smmu->params.slots && !smmu->is_clockless) {
		txn_block(&smmu->slot_queue, txn);
		return;
	}
	unit_enter(txn);
	begin(txn);
}

static void txn_start(struct smmu_txn *txn, bool is_looked_up)
{
	struct smmu *smmu = smmu_of(txn);
	struct smmu_lookup lookup = {.cost_ps = smmu->timing.utlb_ps + smmu->timing.tlb_ps};
	enum port_status status = PORT_PENDING;

	txn->is_tlb_known = true;
	if (!is_looked_up && !txn->access->kind)
		status = smmu_port_lookup(txn->port, txn->port->port.stream_id, txn->access,
					  &lookup);
	if (status == PORT_PENDING) {
		txn_wait(txn, lookup.cost_ps + smmu->timing.link_ps, unit_arrive);
		return;
	}
	txn->status = status;
	txn->x.pa = txn->access->pa;
	txn_wait(txn, lookup.cost_ps, txn_answer);
}

/* --- faults --- */

static void record_settled(struct smmu *smmu, struct smmu_event *event, bool is_written)
{
	struct smmu_txn *txn = (struct smmu_txn *)((char *)event -
						   offsetof(struct smmu_txn, record));

	txn_wait(txn, smmu->timing.link_ps, txn_answer);
}

static bool is_recorded(const struct smmu_txn *txn)
{
	const struct smmu_xlate *x = &txn->x;

	if (!x->fault.id)
		return false;
	return txn->is_refused || !x->fault.is_translation_related ||
	       smmu_fault_config(x)->is_recording;
}

static void terminate(struct smmu_txn *txn)
{
	struct smmu *smmu = smmu_of(txn);
	const struct smmu_xlate *x = &txn->x;

	txn->is_raz_wi = x->fault.is_translation_related && !smmu_fault_config(x)->is_aborting &&
			 !txn->is_refused;
	txn->status = txn->is_raz_wi ? PORT_DONE : PORT_ABORTED;
	txn->x.pa = 0;
	if (!is_recorded(txn)) {
		txn_wait(txn, smmu->timing.link_ps, txn_answer);
		return;
	}
	smmu_record_make(x, SMMU_NO_STAG, txn->record.word);
	txn->record.is_stall = false;
	txn->record.is_mergeable = smmu_record_is_mergeable(x);
	txn->record.is_dropped = false;
	txn->record.settled = record_settled;
	smmu_evtq_push(smmu, &txn->record);
}

/* The fault is known now. */
static void faulted(struct smmu_txn *txn)
{
	struct smmu *smmu = smmu_of(txn);
	const struct smmu_xlate *x = &txn->x;
	bool is_stalling;

	if (txn->is_stale) {
		txn_go(txn);
		return;
	}
	unit_leave(txn);
	if (x->kind)
		smmu_ats_fault(&txn->x);
	/* Nothing stalls any more once translation is switched off (6.3.9.6). */
	is_stalling = x->fault.is_translation_related && smmu_fault_config(x)->is_stalling &&
		      smmu->is_enabled;
	txn->is_refused = is_stalling && smmu_stall_is_refused(smmu, txn);
	if (is_stalling && !txn->is_refused)
		smmu_stall_enter(smmu, txn);
	else
		terminate(txn);
}

static void translated(struct smmu_txn *txn)
{
	struct smmu *smmu = smmu_of(txn);
	u64 back_ps = txn->debt_ps + smmu->timing.link_ps;

	unit_leave(txn);
	txn->status = PORT_DONE;
	smmu->quiesce_ps = max_u64(smmu->quiesce_ps, sim_now_ps() + back_ps);
	txn_wait(txn, smmu->timing.link_ps, txn_answer);
}

/* --- fetches --- */

static bool fetches_the_same(const struct smmu_txn *txn, const struct smmu_txn *other,
			     enum smmu_fetching what)
{
	const struct smmu_xlate *a = &txn->x, *b = &other->x;

	if (other == txn || other->fetching != what || other->is_stale)
		return false;
	if (what == SMMU_FETCHING_CONFIG)
		return a->sid == b->sid && a->ssid == b->ssid && a->has_ssid == b->has_ssid;
	return a->table->context == b->table->context &&
	       (a->va ^ b->va) >> a->table->granule_lg2 == 0;
}

static struct smmu_txn *find_leader(const struct smmu_txn *txn, enum smmu_fetching what)
{
	struct smmu_txn *other = smmu_of(txn)->active;

	while (other && !fetches_the_same(txn, other, what))
		other = other->next_active;
	return other;
}

/* Take what the fetch needs; false: queued, and resumed later. */
static bool fetching_begins(struct smmu_txn *txn, bool is_walk)
{
	/* Stage 2 walks for a CD too: that is part of fetching configuration. */
	enum smmu_fetching what = txn->x.is_configured ? SMMU_FETCHING_TABLES
						       : SMMU_FETCHING_CONFIG;
	struct smmu *smmu = smmu_of(txn);
	struct smmu_txn *leader;

	if (txn->fetching != what) {
		fetching_ends(txn);
		leader = find_leader(txn, what);
		if (leader) {
			txn_block(&leader->waiters, txn);
			return false;
		}
		txn->fetching = what;
	}
	if (!is_walk || txn->has_walk_slot)
		return true;
	if (smmu->nr_walk_slots_used >= smmu->params.walk_slots) {
		txn_block(&smmu->walk_slot_queue, txn);
		return false;
	}
	smmu->nr_walk_slots_used++;
	txn->has_walk_slot = true;
	return true;
}

static void fetched(struct smmu_txn *txn)
{
	struct smmu *smmu = smmu_of(txn);

	if (!txn->is_stale)
		smmu_xlate_fetch(smmu, &txn->x);
	txn->debt_ps = smmu->timing.step_ps;
	txn_go(txn);
}

static void updated(struct smmu_txn *txn)
{
	struct smmu *smmu = smmu_of(txn);

	if (!txn->is_stale)
		smmu_xlate_update(smmu, &txn->x);
	txn->debt_ps = smmu->timing.step_ps;
	txn_go(txn);
}

static void access_memory(struct smmu_txn *txn, void (*done)(struct smmu_txn *txn))
{
	struct smmu *smmu = smmu_of(txn);
	u64 at_ps = sim_now_ps() + txn->debt_ps;

	txn->debt_ps = 0;
	txn_wait_until(txn, mem_access_done_ps(smmu->mem, at_ps, 8 * txn->x.fetch_words), done);
}

static void walk_slot_granted(struct smmu_txn *txn)
{
	if (txn->is_stale)
		txn_go(txn);
	else
		access_memory(txn, fetched);
}

/* --- the way through --- */

static void restart(struct smmu_txn *txn)
{
	fetching_ends(txn);
	txn->is_stale = false;
	txn->is_tlb_known = false;
	smmu_xlate_begin(&txn->x, txn->port, txn->port->port.stream_id, txn->access);
}

/* Steps until one has to wait. */
static void txn_go(struct smmu_txn *txn)
{
	const struct smmu_timing *timing = &smmu_of(txn)->timing;

	if (txn->is_stale)
		restart(txn);
	for (;;) {
		switch (smmu_xlate_step(smmu_of(txn), &txn->x)) {
		case SMMU_WANT_CONFIG_LOOKUP:
			txn->debt_ps += timing->config_ps;
			break;
		case SMMU_WANT_CONFIG_FETCH:
			txn->is_tlb_known = false;
			if (fetching_begins(txn, false))
				access_memory(txn, fetched);
			return;
		case SMMU_WANT_TLB_LOOKUP:
			/* The port has looked already, unless it lacked configuration. */
			txn->debt_ps += txn->is_tlb_known ? 0 : timing->tlb_ps;
			break;
		case SMMU_WANT_WALK_LOOKUP:
			txn->debt_ps += timing->walk_cache_ps;
			break;
		case SMMU_WANT_WALK_FETCH:
			if (fetching_begins(txn, true))
				access_memory(txn, fetched);
			return;
		case SMMU_WANT_WALK_UPDATE:
			access_memory(txn, updated);
			return;
		case SMMU_WANT_NOTHING:
			translated(txn);
			return;
		case SMMU_WANT_FAULT:
			txn_wait(txn, 0, faulted);
			return;
		}
	}
}

/* --- invalidation --- */

/*
 * log2 of the addresses around x->va whose invalidation the translation must
 * obey: its page, or all that shares a table descriptor with it, if tables are
 * invalidated too. It holds the address of the next table while it fetches.
 */
static u8 footprint(const struct smmu_tlbi *tlbi, const struct smmu_xlate *x)
{
	if (!x->table)
		return 0;
	if (tlbi->is_leaf || x->table->is_disabled)
		return x->table->granule_lg2;
	return x->table->start_lg2;
}

void smmu_txn_invalidate(struct smmu *smmu, const struct smmu_tlbi *tlbi)
{
	for (struct smmu_txn *txn = smmu->active; txn; txn = txn->next_active) {
		struct smmu_held held;

		smmu_xlate_held(&txn->x, footprint(tlbi, &txn->x), &held);
		if (smmu_tlbi_concerns(tlbi, &held))
			txn->is_stale = true;
	}
}

void smmu_txn_invalidate_config(struct smmu *smmu, const struct smmu_cfgi *cfgi)
{
	for (struct smmu_txn *txn = smmu->active; txn; txn = txn->next_active) {
		const struct smmu_xlate *x = &txn->x;

		if (x->sid >= cfgi->first_sid && x->sid <= cfgi->last_sid &&
		    (!cfgi->by_cd || cfgi->cd_index == x->ssid))
			txn->is_stale = true;
	}
}
