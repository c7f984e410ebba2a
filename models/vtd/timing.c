// SPDX-License-Identifier: GPL-2.0-only
/*
 * When: the way of an access that the IOTLB could not answer at its port. Slots,
 * waiting and what invalidations overtake are those of models/common/txn.h; what happens at
 * each stop is in steps/. A fault is recorded, then the answer goes back over the link: an
 * access is never kept (VT-d 7: what is recoverable is asked for by the endpoint).
 */
#include "models/vtd/internal.h"

static struct vtd_txn *txn_of(struct txn *txn)
{
	return (struct vtd_txn *)txn;
}

static struct vtd_port *port_of(const struct txn *txn)
{
	return (struct vtd_port *)((char *)txn->pool - offsetof(struct vtd_port, pool));
}

static struct vtd *vtd_of(const struct txn *txn)
{
	return (struct vtd *)((char *)txn->pool->unit - offsetof(struct vtd, unit));
}

/* It looks for its configuration only, and is in the unit already. */
static bool is_page_request(const struct txn *txn)
{
	return txn->pool == &vtd_of(txn)->prq.pool;
}

/* Back to the port. */
static u64 back_ps(const struct txn *txn)
{
	return is_page_request(txn) ? 0 : vtd_of(txn)->timing.link_ps;
}

/* --- the end --- */

static void observe_translated(const struct txn *base)
{
	const struct vtd *vtd = vtd_of(base);
	const struct vtd_txn *txn = (const struct vtd_txn *)base;

	if (!vtd->observer || !vtd->observer->translated || txn->status != PORT_DONE ||
	    base->access->kind == PORT_TRANSLATED || is_page_request(base))
		return;
	vtd->observer->translated(vtd->observer_opaque, txn_kind(base),
				  sim_now_ps() - base->began_ps);
}

static void answer(struct txn *base)
{
	struct vtd_txn *txn = txn_of(base);
	struct txn_pool *pool = base->pool;
	struct port_access *access = base->access;
	enum port_status status = txn->status;
	bool is_raz_wi = txn->is_raz_wi;

	/* It is the unit's until here, and of this transaction alone. */
	sim_assert(access->status == PORT_PENDING && !base->waiters.head && !base->has_walk_slot);
	if (!is_page_request(base))
		vtd_of(base)->core.stats.aborted += status == PORT_ABORTED;
	observe_translated(base);
	if (is_page_request(base))
		vtd_of(base)->prq.config_ps = txn_worked_ps(base);
	access->waited_ps = base->waited_ps;
	access->pa = txn->x.pa;
	if (access->kind == PORT_TRANSLATION_REQUEST) {
		vtd_ats_complete(&txn->x, access);
		status = PORT_DONE;
	}
	txn_free(base);
	txn_complete(pool, access, status, is_raz_wi);
	txn_pump(pool);
}

static void interrupt_done(struct vtd_interrupt_request *request)
{
	struct vtd_txn *txn = (struct vtd_txn *)((char *)request -
						 offsetof(struct vtd_txn, interrupt));

	txn->is_raz_wi = request->is_delivered || request->is_posted;
	txn->status = txn->is_raz_wi ? PORT_DONE : PORT_ABORTED;
	txn_wait(&txn->txn, vtd_of(&txn->txn)->timing.link_ps, answer);
}

static void interrupt(struct txn *base)
{
	struct vtd_txn *txn = txn_of(base);

	txn->interrupt = (struct vtd_interrupt_request){
		.sid = txn->x.sid,
		.address = txn->x.iova,
		.data = base->access->has_data ? base->access->data : 0,
		.done = interrupt_done,
	};
	vtd_interrupt(vtd_of(base), &txn->interrupt);
}

static void translated(struct txn *txn)
{
	struct vtd *vtd = vtd_of(txn);

	txn_of(txn)->status = PORT_DONE;
	if (txn_of(txn)->x.is_interrupt && (vtd->core.reg[VTD_REG_GSTS] & GSTS_IRES))
		txn_wait(txn, 0, interrupt);
	else
		txn_wait(txn, back_ps(txn), answer);
}

static void recorded(struct txn *txn)
{
	vtd_fault_record(vtd_of(txn), &txn_of(txn)->x);
	txn_wait(txn, back_ps(txn), answer);
}

static void faulted(struct txn *base)
{
	struct vtd_txn *txn = txn_of(base);
	struct vtd *vtd = vtd_of(base);

	txn->x.pa = 0;
	txn->status = PORT_ABORTED;
	if (txn->x.kind == PORT_TRANSLATION_REQUEST)
		vtd_ats_fault(&txn->x);
	txn_wait(base, vtd_fault_is_reported(&txn->x) ? vtd->timing.fault_ps : 0, recorded);
}

/* --- the way through --- */

static void start(struct txn *txn, bool is_looked_up)
{
	struct vtd *vtd = vtd_of(txn);
	enum port_status status = PORT_PENDING;

	txn_of(txn)->is_raz_wi = false;
	if (is_page_request(txn)) {
		txn_arrive(txn);
		return;
	}
	if (!is_looked_up && !txn->access->kind)
		status = vtd_lookup(vtd, port_of(txn)->port.stream_id, txn->access);
	if (status == PORT_PENDING) {
		txn_enter(txn, vtd->timing.iotlb_ps);
		return;
	}
	txn_of(txn)->status = status;
	txn_of(txn)->x.pa = txn->access->pa;
	vtd->late_hits += status == PORT_DONE;
	txn_hit(txn, vtd->timing.iotlb_ps);
	txn_wait(txn, vtd->timing.iotlb_ps, answer);
}

static void begin(struct txn *txn)
{
	struct vtd *vtd = vtd_of(txn);
	struct vtd_xlate *x = &txn_of(txn)->x;
	const struct port *port = is_page_request(txn) ? vtd->prq.request->port
						       : &port_of(txn)->port;

	vtd_xlate_begin(&vtd->core, x, port->stream_id, txn->access);
	x->is_page_request = is_page_request(txn);
}

static enum txn_want steps(struct txn *txn)
{
	struct vtd *vtd = vtd_of(txn);
	struct vtd_xlate *x = &txn_of(txn)->x;

	for (;;) {
		switch (vtd_xlate_step(&vtd->core, x)) {
		case VTD_WANT_TLB_LOOKUP:
			/* The port has looked already. */
			txn->debt_ps += txn->is_tlb_known ? 0 : vtd->timing.iotlb_ps;
			break;
		case VTD_WANT_CONFIG_LOOKUP:
			txn->debt_ps += vtd->timing.context_ps;
			break;
		case VTD_WANT_WALK_LOOKUP:
			txn->debt_ps += vtd->timing.walk_cache_ps;
			break;
		case VTD_WANT_CONFIG_FETCH:
			return TXN_FETCH_CONFIG;
		case VTD_WANT_WALK_FETCH:
			return x->is_update ? TXN_UPDATE : TXN_WALK_TABLES;
		case VTD_WANT_NOTHING:
			return x->is_page_request ? TXN_CONFIGURED : TXN_TRANSLATED;
		case VTD_WANT_FAULT:
			return TXN_FAULTED;
		}
	}
}

static bool is_same(const struct txn *txn, const struct txn *other, enum txn_fetching what)
{
	const struct vtd_xlate *a = &((const struct vtd_txn *)txn)->x;
	const struct vtd_xlate *b = &((const struct vtd_txn *)other)->x;

	if (a->sid != b->sid || a->pasid != b->pasid || a->has_pasid != b->has_pasid)
		return false;
	return what == TXN_FETCHING_CONFIG || (a->iova ^ b->iova) >> VTD_PAGE_LG2 == 0;
}

static u64 memory_done_ps(struct txn *txn, u64 at_ps)
{
	return mem_access_done_ps(vtd_of(txn)->core.mem, at_ps, 8 * txn_of(txn)->x.memory_words);
}

static void memory(struct txn *txn)
{
	vtd_xlate_memory(&vtd_of(txn)->core, &txn_of(txn)->x);
}

void vtd_unit_init(struct vtd *vtd)
{
	static const struct txn_ops ops = {
		.start = start,
		.begin = begin,
		.steps = steps,
		.is_same = is_same,
		.memory_done_ps = memory_done_ps,
		.memory = memory,
		.translated = translated,
		.faulted = faulted,
	};

	vtd->unit = (struct txn_unit){
		.ops = &ops,
		.slots = vtd->core.params.slots,
		.walk_slots = vtd->core.params.walk_slots,
		.walks.entries = vtd->core.params.walk_slots,
		.number = vtd->number,
		.link_ps = vtd->timing.link_ps,
		.step_ps = vtd->timing.step_ps,
	};
}

/* --- invalidation --- */

/* It goes on to its end, and the completion of the invalidation waits for that (6.5.4). */
static void overtake(struct vtd *vtd, struct txn *txn)
{
	if (!txn_overtake(txn))
		return;
	txn_of(txn)->x.is_overtaken = true;
	vtd->core.stats.overtaken++;
}

void vtd_txn_invalidate(struct vtd *vtd, const struct vtd_inval *inval)
{
	for (struct txn *txn = vtd->unit.active; txn; txn = txn->next_active) {
		if (txn->progress != TXN_NOT_BEGUN && vtd_inval_concerns(inval, &txn_of(txn)->x))
			overtake(vtd, txn);
	}
}

void vtd_txn_invalidate_context(struct vtd *vtd, const struct vtd_cc_inval *inval)
{
	for (struct txn *txn = vtd->unit.active; txn; txn = txn->next_active) {
		if (txn->progress == TXN_NOT_BEGUN)
			continue;
		/* Its domain may not be known yet. */
		if (!inval->by_sid || ((txn_of(txn)->x.sid ^ inval->sid) & ~inval->sid_mask) == 0)
			overtake(vtd, txn);
	}
}

void vtd_txn_invalidate_pasid(struct vtd *vtd, const struct vtd_pc_inval *inval)
{
	for (struct txn *txn = vtd->unit.active; txn; txn = txn->next_active) {
		const struct vtd_xlate *x = &txn_of(txn)->x;

		if (txn->progress == TXN_NOT_BEGUN)
			continue;
		if (!inval->by_pasid || !x->has_pasid || x->pasid == inval->pasid)
			overtake(vtd, txn);
	}
}
