// SPDX-License-Identifier: GPL-2.0-only
/*
 * When: the way of an access that its port's TLBs could not answer. Slots, waiting
 * and what invalidations overtake are those of models/common/txn.h; what happens at each stop is
 * in the steps of xlate.c. From the translation unit an access goes back over the
 * link, or into an event record, or into the stall table.
 */
#include "models/smmuv3/internal.h"

static struct smmu_txn *txn_of(struct txn *txn)
{
	return (struct smmu_txn *)txn;
}

static struct smmu *smmu_of(const struct txn *txn)
{
	return (struct smmu *)((char *)txn->pool->unit - offsetof(struct smmu, unit));
}

/* It looks for the STE of a page request only, and is in the unit already. */
static bool is_page_request(const struct txn *txn)
{
	return txn->pool == &smmu_of(txn)->priq.pool;
}

static struct smmu_port *port_of(const struct txn *txn)
{
	if (is_page_request(txn))
		return (struct smmu_port *)smmu_of(txn)->priq.request->port;
	return smmu_txn_port((const struct smmu_txn *)txn);
}

/* Back to the port. */
static u64 back_ps(const struct txn *txn)
{
	return is_page_request(txn) ? 0 : smmu_of(txn)->timing.link_ps;
}

/* --- the end --- */

static void answer_page_request(struct txn *base)
{
	struct smmu *smmu = smmu_of(base);
	const struct smmu_txn *txn = txn_of(base);
	bool is_valid = txn->status == PORT_DONE;
	bool has_ppar = is_valid && txn->x.config->has_ppar;

	txn_free(base);
	smmu_priq_checked(smmu, is_valid, has_ppar);
}

static void observe_translated(const struct txn *base)
{
	const struct smmu *smmu = smmu_of(base);
	const struct smmu_txn *txn = (const struct smmu_txn *)base;
	enum port_kind kind = base->access->kind;

	if (!smmu->observer || !smmu->observer->translated || txn->status != PORT_DONE ||
	    txn->is_raz_wi || kind == PORT_TRANSLATED || (txn->pending & SMMU_PENDING_PREFETCH))
		return;
	smmu->observer->translated(smmu->observer_opaque, txn_kind(base),
				   sim_now_ps() - base->began_ps);
}

/* The access is done with; what it kept for a stall that did not come is free again. */
static void answer(struct txn *base)
{
	struct smmu_txn *txn = txn_of(base);
	struct smmu_port *port = port_of(base);
	struct smmu *smmu = port->smmu;
	struct port_access *access = base->access;
	enum port_status status = txn->status;
	struct smmu_stall *stall = txn->stall;
	u32 pending = txn->pending;
	bool is_raz_wi = txn->is_raz_wi;
	bool is_configured = txn->x.is_configured;
	const struct smmu_stall_end end = {status, txn_worked_ps(base)};

	if (is_page_request(base)) {
		answer_page_request(base);
		return;
	}
	observe_translated(base);
	if (status == PORT_DONE)
		access->pa = txn->x.pa;
	if (access->kind == PORT_TRANSLATION_REQUEST) {
		smmu_ats_complete(&txn->x, access);
		access->pa = txn->x.pa;
		status = PORT_DONE;
	}
	access->waited_ps = base->waited_ps;
	txn_free(base);
	if (stall)
		smmu_stall_leave(smmu, stall, end);
	if (pending & SMMU_PENDING_RELEASED)
		port->nr_released--;
	if (pending & SMMU_PENDING_PREFETCH)
		smmu_prefetch_answered(access, is_configured);
	else
		smmu_access_complete(port, access, status, is_raz_wi);
	txn_pump(&port->pool);
	if (pending & SMMU_PENDING_RESERVED)
		smmu_stall_unreserve(smmu);
	else if (stall)
		smmu_stall_release(smmu);
	smmu_port_release_held(port);
}

/* --- faults --- */

static void record_settled(struct smmu *smmu, struct smmu_event *event, bool is_written)
{
	struct smmu_txn *txn = (struct smmu_txn *)((char *)event -
						   offsetof(struct smmu_txn, record));

	txn_wait(&txn->txn, back_ps(&txn->txn), answer);
}

static bool is_recorded(const struct smmu_txn *txn)
{
	const struct smmu_xlate *x = &txn->x;

	if (!x->fault.id)
		return false;
	if (x->wants_ste_only)
		return smmu_of(&txn->txn)->core.reg[SMMU_REG_CR2] & CR2_REC_CFG_ATS;
	return txn->is_refused || !x->fault.is_translation_related ||
	       smmu_fault_config(x)->is_recording;
}

static void terminate(struct smmu *smmu, struct smmu_txn *txn)
{
	const struct smmu_xlate *x = &txn->x;

	txn->is_raz_wi = x->fault.is_translation_related && !smmu_fault_config(x)->is_aborting &&
			 !txn->is_refused;
	txn->status = txn->is_raz_wi ? PORT_DONE : PORT_ABORTED;
	txn->x.pa = 0;
	if (!is_recorded(txn)) {
		txn_wait(&txn->txn, back_ps(&txn->txn), answer);
		return;
	}
	smmu_record_make(x, SMMU_NO_STAG, txn->record.word);
	txn->record.is_stall = false;
	txn->record.is_mergeable = smmu_record_is_mergeable(x);
	txn->record.is_dropped = false;
	txn->record.settled = record_settled;
	smmu_evtq_push(smmu, &txn->record);
}

static void faulted(struct txn *base)
{
	struct smmu *smmu = smmu_of(base);
	struct smmu_txn *txn = txn_of(base);
	const struct smmu_xlate *x = &txn->x;
	bool is_stalling;

	if (txn->pending & SMMU_PENDING_PREFETCH) {
		txn_wait(base, 0, answer);
		return;
	}
	if (x->kind)
		smmu_ats_fault(&smmu->core, &txn->x);
	/* Nothing stalls any more once translation is switched off (6.3.9.6). */
	is_stalling = x->fault.is_translation_related && smmu_fault_config(x)->is_stalling &&
		      smmu->core.is_enabled;
	txn->is_refused = is_stalling && smmu_stall_is_refused(smmu, txn);
	if (is_stalling && !txn->is_refused)
		smmu_stall_enter(smmu, txn);
	else
		terminate(smmu, txn);
}

static void translated(struct txn *txn)
{
	txn_of(txn)->status = PORT_DONE;
	txn_wait(txn, back_ps(txn), answer);
}

/* --- the way through --- */

static void start(struct txn *base, bool is_looked_up)
{
	struct smmu *smmu = smmu_of(base);
	struct smmu_txn *txn = txn_of(base);
	struct port_access *access = base->access;
	struct smmu_port_lookup lookup = {.cost_ps = smmu->timing.utlb_ps + smmu->timing.tlb_ps};
	enum port_status status = PORT_PENDING;

	txn->stall = access->port_private;
	txn->pending = (u32)access->pa;
	txn->is_raz_wi = false;
	if (is_page_request(base)) {
		txn_arrive(base);
		return;
	}
	if (txn->pending & SMMU_PENDING_PREFETCH) {
		/* Its port has not looked it up. */
		base->is_tlb_known = false;
		txn_enter(base, 0);
		return;
	}
	if (!is_looked_up && !access->kind)
		status = smmu_port_lookup(port_of(base), port_of(base)->port.stream_id, access,
					  &lookup);
	if (status == PORT_PENDING) {
		txn_enter(base, lookup.cost_ps);
		return;
	}
	txn->status = status;
	txn->x.pa = access->pa;
	smmu->late_hits[lookup.learned.config != NULL] += status == PORT_DONE;
	txn_hit(base, lookup.cost_ps);
	txn_wait(base, lookup.cost_ps, answer);
}

static void begin(struct txn *txn)
{
	struct smmu_port *port = port_of(txn);
	struct smmu_xlate *x = &txn_of(txn)->x;

	smmu_xlate_begin(x, &port->tlbs, port->port.stream_id, txn->access);
	x->wants_ste_only = is_page_request(txn);
}

static enum txn_want steps(struct txn *base)
{
	struct smmu *smmu = smmu_of(base);
	const struct smmu_timing *timing = &smmu->timing;
	struct smmu_txn *txn = txn_of(base);

	txn->is_update = false;
	if (is_page_request(base) && smmu->priq.is_cut_off) {
		txn->x.fault.id = 0;
		return TXN_FAULTED;
	}
	for (;;) {
		switch (smmu_xlate_step(&smmu->core, &txn->x)) {
		case SMMU_WANT_CONFIG_LOOKUP:
			base->debt_ps += timing->config_ps;
			break;
		case SMMU_WANT_CONFIG_FETCH:
			base->is_tlb_known = false;
			return TXN_FETCH_CONFIG;
		case SMMU_WANT_TLB_LOOKUP:
			if (txn->pending & SMMU_PENDING_CONFIG)
				return TXN_TRANSLATED;
			/* The port has looked already, unless it lacked configuration. */
			base->debt_ps += base->is_tlb_known ? 0 : timing->tlb_ps;
			break;
		case SMMU_WANT_WALK_LOOKUP:
			base->debt_ps += timing->walk_cache_ps;
			break;
		case SMMU_WANT_WALK_FETCH:
			/* Stage 2 walks for a CD too: that is part of fetching configuration. */
			return txn->x.is_configured ? TXN_WALK_TABLES : TXN_WALK_CONFIG;
		case SMMU_WANT_WALK_UPDATE:
			txn->is_update = true;
			return TXN_UPDATE;
		case SMMU_WANT_NOTHING:
			return txn->x.wants_ste_only ? TXN_CONFIGURED : TXN_TRANSLATED;
		case SMMU_WANT_FAULT:
			return TXN_FAULTED;
		}
	}
}

static bool is_same(const struct txn *txn, const struct txn *other, enum txn_fetching what)
{
	const struct smmu_xlate *a = &((const struct smmu_txn *)txn)->x;
	const struct smmu_xlate *b = &((const struct smmu_txn *)other)->x;

	/* Who wants the STE only leaves nothing in the cache for others. */
	if (what == TXN_FETCHING_CONFIG)
		return a->sid == b->sid && a->ssid == b->ssid && a->has_ssid == b->has_ssid &&
		       !b->wants_ste_only;
	return a->table->context == b->table->context &&
	       (a->va ^ b->va) >> a->table->granule_lg2 == 0;
}

static u64 memory_done_ps(struct txn *txn, u64 at_ps)
{
	return mem_access_done_ps(smmu_of(txn)->core.mem, at_ps, 8 * txn_of(txn)->x.fetch_words);
}

static void memory(struct txn *txn)
{
	if (txn_of(txn)->is_update)
		smmu_xlate_update(&smmu_of(txn)->core, &txn_of(txn)->x);
	else
		smmu_xlate_fetch(&smmu_of(txn)->core, &txn_of(txn)->x);
}

void smmu_unit_init(struct smmu *smmu)
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

	smmu->unit = (struct txn_unit){
		.ops = &ops,
		.slots = smmu->core.params.slots,
		.walk_slots = smmu->core.params.walk_slots,
		.walks.entries = smmu->core.params.walk_slots,
		.number = smmu->core.number,
		.link_ps = smmu->timing.link_ps,
		.step_ps = smmu->timing.step_ps,
	};
}

/* --- invalidation --- */

/* It goes on to its end, and a CMD_SYNC waits for that (3.21.1, 3.21.3). */
static void overtake(struct smmu *smmu, struct txn *txn)
{
	if (!txn_overtake(txn))
		return;
	txn_of(txn)->x.filling = SMMU_FILLS_NOTHING;
	txn_of(txn)->x.tlbs = &smmu->no_tlbs;
	smmu->core.stats.overtaken++;
}

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
	for (struct txn *txn = smmu->unit.active; txn; txn = txn->next_active) {
		const struct smmu_xlate *x = &txn_of(txn)->x;
		struct smmu_held held;

		if (txn->progress == TXN_NOT_BEGUN)
			continue;
		smmu_xlate_held(x, footprint(tlbi, x), &held);
		if (smmu_tlbi_concerns(tlbi, &held))
			overtake(smmu, txn);
	}
}

void smmu_txn_invalidate_config(struct smmu *smmu, const struct smmu_cfgi *cfgi)
{
	for (struct txn *txn = smmu->unit.active; txn; txn = txn->next_active) {
		const struct smmu_xlate *x = &txn_of(txn)->x;

		if (txn->progress != TXN_NOT_BEGUN && x->sid >= cfgi->first_sid &&
		    x->sid <= cfgi->last_sid && (!cfgi->by_cd || cfgi->cd_index == x->ssid))
			overtake(smmu, txn);
	}
}
