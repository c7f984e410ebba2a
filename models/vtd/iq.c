// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidation queue (VT-d 6.5.2): descriptors of 128 or 256 bits are fetched one at
 * a time, checked, and carried out. IQH moves when a descriptor is known to be
 * valid. An error stops the queue at the descriptor until software clears
 * FSTS.IQE; IQERCD says which error it was (6.5.2.11).
 *
 * Descriptors are carried out in order and one by one, so that a wait descriptor
 * finds all before it done. Invalidations take effect at once when they are
 * carried out; translations under way that they meet go on to their end (timing.c), and
 * a wait descriptor waits for them (6.5.4).
 */
#include "models/vtd/internal.h"
#include "sim/point.h"
#include "sim/trace.h"

/* --- the queue as registers show it --- */

static bool is_wide(const struct vtd *vtd)
{
	return vtd->core.reg[VTD_REG_IQA] & IQA_DW;
}

static u32 desc_bytes(const struct vtd *vtd)
{
	return is_wide(vtd) ? 32 : 16;
}

static u64 queue_bytes(const struct vtd *vtd)
{
	return 4096ULL << FIELD_GET(Q_BASE_SIZE, vtd->core.reg[VTD_REG_IQA]);
}

u32 vtd_iq_entries(const struct vtd *vtd)
{
	return queue_bytes(vtd) / desc_bytes(vtd);
}

static u32 distance(const struct vtd *vtd, u64 from, u64 to)
{
	u64 bytes = queue_bytes(vtd);

	return ((to - from) & (bytes - 1)) / desc_bytes(vtd);
}

static bool can_fetch(const struct vtd *vtd)
{
	return (vtd->core.reg[VTD_REG_GSTS] & GSTS_QIES) &&
	       vtd->core.reg[VTD_REG_IQH] != vtd->core.reg[VTD_REG_IQT] &&
	       !(vtd->core.reg[VTD_REG_FSTS] & (FSTS_IQE | FSTS_ITE));
}

static void fail(struct vtd *vtd, u64 info)
{
	u64 *iqercd = &vtd->core.reg[VTD_REG_IQERCD];

	vtd->iq.phase = VTD_IQ_IDLE;
	*iqercd = (*iqercd & ~IQERCD_IQEI) | info;
	vtd_fault_raise(vtd, FSTS_IQE);
}

/* --- decoding --- */

static u32 type_of(const u64 *desc)
{
	return FIELD_GET(INVDESC_0_TYPE, desc[0]) | FIELD_GET(INVDESC_0_TYPE_HIGH, desc[0]) << 4;
}

/* Table 26, and features that types belong to. */
static bool is_type_valid(const struct vtd *vtd, u32 type)
{
	const struct vtd_params *p = &vtd->core.params;

	if (type > INVDESC_TYPE_WAIT && vtd_ttm(&vtd->core) == RTADDR_TTM_LEGACY)
		return false;
	switch (type) {
	case INVDESC_TYPE_CC:
	case INVDESC_TYPE_IOTLB:
	case INVDESC_TYPE_WAIT:
		return true;
	case INVDESC_TYPE_PIOTLB:
	case INVDESC_TYPE_PC:
		return p->smts;
	case INVDESC_TYPE_DEVTLB:
		return p->dt;
	case INVDESC_TYPE_PDEVTLB:
		return p->dt && p->smts;
	case INVDESC_TYPE_IEC:
		return p->ir;
	case INVDESC_TYPE_PGRP_RESP:
		return p->prs;
	default:
		return false;
	}
}

/* Bits that have to be zero, less those of the type itself. */
static const u64 reserved[][2] = {
	[INVDESC_TYPE_CC] = {GENMASK_ULL(8, 6) | GENMASK_ULL(15, 12) | GENMASK_ULL(63, 50), ~0ULL},
	[INVDESC_TYPE_IOTLB] = {BIT_ULL(8) | GENMASK_ULL(15, 12) | GENMASK_ULL(63, 32),
				GENMASK_ULL(11, 7)},
	[INVDESC_TYPE_DEVTLB] = {GENMASK_ULL(8, 4) | GENMASK_ULL(15, 12) | GENMASK_ULL(31, 21) |
					 GENMASK_ULL(63, 48),
				 GENMASK_ULL(11, 1)},
	[INVDESC_TYPE_IEC] = {GENMASK_ULL(8, 5) | GENMASK_ULL(26, 12) | GENMASK_ULL(63, 48), ~0ULL},
	[INVDESC_TYPE_WAIT] = {BIT_ULL(8) | GENMASK_ULL(31, 12), GENMASK_ULL(1, 0)},
	[INVDESC_TYPE_PIOTLB] = {GENMASK_ULL(8, 6) | GENMASK_ULL(15, 12) | GENMASK_ULL(63, 52),
				 GENMASK_ULL(11, 7)},
	[INVDESC_TYPE_PC] = {GENMASK_ULL(8, 6) | GENMASK_ULL(15, 12) | GENMASK_ULL(63, 52), ~0ULL},
	[INVDESC_TYPE_PDEVTLB] = {GENMASK_ULL(15, 12) | GENMASK_ULL(63, 52), GENMASK_ULL(10, 1)},
	[INVDESC_TYPE_PGRP_RESP] = {GENMASK_ULL(8, 5) | GENMASK_ULL(63, 52),
				    GENMASK_ULL(1, 0) | GENMASK_ULL(63, 12)},
};

static bool has_private_data(const struct vtd *vtd, u32 type, const u64 *desc)
{
	return type == INVDESC_TYPE_PGRP_RESP && vtd->core.params.revision == 3 &&
	       (desc[0] & INVDESC_PGRP_0_PDP);
}

static bool has_reserved(const struct vtd *vtd, u32 type, const u64 *desc)
{
	u64 word0 = desc[0] & reserved[type][0];

	if (has_private_data(vtd, type, desc))
		word0 &= ~INVDESC_PGRP_0_PDP;
	else if (desc[2] || desc[3])
		return true;
	if (type == INVDESC_TYPE_WAIT && !vtd->core.params.pds)
		word0 |= desc[0] & INVDESC_WAIT_0_PD;
	return word0 || (desc[1] & reserved[type][1]);
}

/* Values of fields that are reserved, or that the hardware does not have. */
static bool has_reserved_value(const struct vtd *vtd, u32 type, const u64 *desc)
{
	u64 g = FIELD_GET(INVDESC_0_G, desc[0]);
	u64 rc;

	switch (type) {
	case INVDESC_TYPE_CC:
		return !g;
	case INVDESC_TYPE_IOTLB:
		return !g || (g == INVAL_PAGE &&
			      (!vtd->core.params.psi ||
			       FIELD_GET(INVDESC_1_AM, desc[1]) > vtd->core.params.mamv));
	case INVDESC_TYPE_PIOTLB:
		return g < INVDESC_PIOTLB_G_PASID;
	case INVDESC_TYPE_PC:
		return g == 2;
	case INVDESC_TYPE_PGRP_RESP:
		rc = FIELD_GET(INVDESC_PGRP_0_RC, desc[0]);
		return rc > PORT_PAGE_INVALID && rc != PORT_PAGE_FAILURE;
	default:
		return false;
	}
}

/* Can the queue be fetched from at all? Return: IQEI_*, or 0. */
static u64 check_queue(const struct vtd *vtd)
{
	const struct vtd_params *p = &vtd->core.params;
	u32 ttm = vtd_ttm(&vtd->core);

	if (ttm == 2 || (ttm == RTADDR_TTM_ABORT && !p->adms) ||
	    (ttm == RTADDR_TTM_SCALABLE && !p->smts))
		return IQEI_TTM;
	if (is_wide(vtd) ? !p->smts && !p->adms : ttm != RTADDR_TTM_LEGACY)
		return IQEI_WIDTH;
	if (vtd->core.reg[VTD_REG_IQT] % desc_bytes(vtd))
		return IQEI_TAIL_UNALIGNED;
	return vtd->core.reg[VTD_REG_IQT] >= queue_bytes(vtd) ? IQEI_TAIL_INVALID : 0;
}

static u64 fetch_desc(struct vtd *vtd)
{
	pa_t pa = (vtd->core.reg[VTD_REG_IQA] & Q_BASE_ADDR_MASK) +
		  (vtd->core.reg[VTD_REG_IQH] & (queue_bytes(vtd) - 1));
	u64 *desc = vtd->iq.desc;
	u32 type;

	desc[2] = 0;
	desc[3] = 0;
	for (u32 i = 0; i < desc_bytes(vtd) / 8; i++) {
		if (mem_read64(vtd->core.mem, pa + 8 * i, &desc[i]))
			return IQEI_FETCH;
	}
	type = type_of(desc);
	if (!is_type_valid(vtd, type))
		return IQEI_TYPE;
	return has_reserved(vtd, type, desc) || has_reserved_value(vtd, type, desc) ? IQEI_RESERVED
										    : 0;
}

/* --- carrying out --- */

/* The descriptor at hand has been carried out; @nr_before: entries that were cached. */
static void observe(const struct vtd *vtd, enum iommu_inval kind, u64 nr_before)
{
	const struct iommu_invalidation done = {
		.kind = kind,
		.took_ps = sim_now_ps() - vtd->iq.began_ps,
		.nr_dropped = nr_before - vtd_nr_cached(vtd),
	};

	if (vtd->observer && vtd->observer->invalidated)
		vtd->observer->invalidated(vtd->observer_opaque, &done);
}

static enum iommu_inval kind_of(u64 granularity)
{
	return granularity == INVAL_PAGE     ? IOMMU_INVAL_ADDRESS
	       : granularity == INVAL_DOMAIN ? IOMMU_INVAL_SPACE
					     : IOMMU_INVAL_ALL;
}

static void run_cc(struct vtd *vtd, const u64 *desc)
{
	u64 g = FIELD_GET(INVDESC_0_G, desc[0]);
	const struct vtd_cc_inval inval = {
		.by_did = g != INVAL_GLOBAL,
		.by_sid = g == INVAL_DEVICE,
		.did = vtd_inval_did(vtd, FIELD_GET(INVDESC_0_DID, desc[0])),
		.sid = FIELD_GET(INVDESC_0_SID, desc[0]),
		.sid_mask = vtd_function_mask(FIELD_GET(INVDESC_CC_0_FM, desc[0])),
	};
	u64 nr_before;

	nr_before = vtd_nr_cached(vtd);
	vtd_invalidate_context(vtd, &inval);
	observe(vtd, IOMMU_INVAL_CONFIG, nr_before);
}

static struct vtd_inval inval_of(const struct vtd *vtd, const u64 *desc, u64 granularity)
{
	u64 address = desc[1] & INVDESC_1_ADDR;
	const struct vtd_inval_request request = {
		.granularity = granularity,
		.did = vtd_inval_did(vtd, FIELD_GET(INVDESC_0_DID, desc[0])),
		/* Of the first stage all of it counts. */
		.address = type_of(desc) == INVDESC_TYPE_IOTLB ? vtd_inval_address(vtd, address)
							       : address,
		.am = FIELD_GET(INVDESC_1_AM, desc[1]),
		.has_hint = desc[1] & INVDESC_1_IH,
	};

	return vtd_inval_make(&request);
}

static void run_iotlb(struct vtd *vtd, const u64 *desc)
{
	u64 granularity = FIELD_GET(INVDESC_0_G, desc[0]);
	const struct vtd_inval inval = inval_of(vtd, desc, granularity);
	u64 nr_before = vtd_nr_cached(vtd);

	vtd_invalidate(vtd, &inval);
	observe(vtd, kind_of(granularity), nr_before);
}

static void run_piotlb(struct vtd *vtd, const u64 *desc)
{
	bool is_by_page = FIELD_GET(INVDESC_0_G, desc[0]) == INVDESC_PIOTLB_G_PAGE;
	struct vtd_inval inval = inval_of(vtd, desc, INVAL_PAGE);
	u64 nr_before = vtd_nr_cached(vtd);

	inval.scope = is_by_page ? VTD_INVAL_PASID_PAGES : VTD_INVAL_PASID;
	inval.pasid = FIELD_GET(INVDESC_0_PASID, desc[0]);
	vtd_invalidate(vtd, &inval);
	observe(vtd, is_by_page ? IOMMU_INVAL_ADDRESS : IOMMU_INVAL_SPACE, nr_before);
}

static void run_pc(struct vtd *vtd, const u64 *desc)
{
	u64 g = FIELD_GET(INVDESC_0_G, desc[0]);
	const struct vtd_pc_inval inval = {
		.by_did = g != INVDESC_PC_G_GLOBAL,
		.by_pasid = g == INVDESC_PC_G_PASID,
		.did = vtd_inval_did(vtd, FIELD_GET(INVDESC_0_DID, desc[0])),
		.pasid = FIELD_GET(INVDESC_0_PASID, desc[0]),
	};
	u64 nr_before = vtd_nr_cached(vtd);

	vtd_invalidate_pasid(vtd, &inval);
	observe(vtd, IOMMU_INVAL_CONFIG, nr_before);
}

static void run_iec(struct vtd *vtd, const u64 *desc)
{
	u32 index = FIELD_GET(INVDESC_IEC_0_IIDX, desc[0]);
	u32 mask = lg2_mask(FIELD_GET(INVDESC_IEC_0_IM, desc[0]));

	if (desc[0] & INVDESC_IEC_0_G)
		vtd_ir_invalidate(vtd, index & ~mask, index | mask);
	else
		vtd_ir_invalidate(vtd, 0, ~0U);
}

/* The status is seen before the interrupt (6.5.2.10). */
static void run_wait(struct vtd *vtd, const u64 *desc)
{
	bool was_complete = vtd->core.reg[VTD_REG_ICS] & ICS_IWC;

	if (desc[0] & INVDESC_WAIT_0_SW)
		mem_write32(vtd->core.mem, desc[1] & INVDESC_WAIT_1_ADDR & vtd->core.haw_mask,
			    FIELD_GET(INVDESC_WAIT_0_DATA, desc[0]));
	if (!(desc[0] & INVDESC_WAIT_0_IF))
		return;
	vtd->core.reg[VTD_REG_ICS] |= ICS_IWC;
	if (!was_complete)
		vtd_event_raise(vtd, VTD_IRQ_INVALIDATION);
}

/* Does the descriptor at hand have to wait for something that says vtd_iq_wake()? */
static bool is_blocked(const struct vtd *vtd)
{
	const u64 *desc = vtd->iq.desc;

	switch (type_of(desc)) {
	case INVDESC_TYPE_DEVTLB:
	case INVDESC_TYPE_PDEVTLB:
		return vtd_devtlb_is_full(vtd, desc);
	case INVDESC_TYPE_WAIT:
		return vtd->devtlb.nr_outstanding || vtd->iq.drain.is_waiting ||
		       ((desc[0] & INVDESC_WAIT_0_PD) && !vtd_prq_is_drained(vtd));
	default:
		return false;
	}
}

/* What was translated, or overtaken, before reaches its port first (6.5.4); once. */
static bool must_drain(struct vtd *vtd)
{
	bool is_overtaken = vtd->unit.nr_overtaken_active;

	if (vtd->iq.has_drained)
		return false;
	vtd->iq.has_drained = true;
	if (!txn_drain_begin(&vtd->iq.drain))
		return false;
	vtd->core.stats.overtaken_waits += is_overtaken;
	return true;
}

static void drained(struct txn_drain *drain)
{
	struct vtd_iq *iq = (struct vtd_iq *)((char *)drain - offsetof(struct vtd_iq, drain));

	/* Something else may have woken it at this moment. */
	if (iq->phase != VTD_IQ_WAITING)
		return;
	iq->phase = VTD_IQ_EXECUTING;
	iq->event.fn(&iq->event);
}

static void execute(struct vtd *vtd)
{
	const u64 *desc = vtd->iq.desc;
	bool is_wait = type_of(desc) == INVDESC_TYPE_WAIT;

	if (vtd->is_clockless && is_blocked(vtd))
		vtd_devtlb_expire(vtd);
	/* A wait descriptor is never completed if a device-TLB timed out meanwhile (6.5.2.11). */
	if (is_wait && vtd->iq.has_timed_out) {
		vtd->iq.phase = VTD_IQ_IDLE;
		return;
	}
	if (is_blocked(vtd)) {
		vtd->iq.phase = VTD_IQ_WAITING;
		return;
	}
	if (is_wait && must_drain(vtd)) {
		vtd->iq.phase = VTD_IQ_WAITING;
		return;
	}
	vtd->iq.phase = VTD_IQ_IDLE;
	vtd->nr_commands[type_of(desc)]++;
	vtd->core.stats.invalidations += !is_wait && type_of(desc) != INVDESC_TYPE_PGRP_RESP;
	switch (type_of(desc)) {
	case INVDESC_TYPE_CC:
		run_cc(vtd, desc);
		break;
	case INVDESC_TYPE_IOTLB:
		run_iotlb(vtd, desc);
		break;
	case INVDESC_TYPE_PIOTLB:
		run_piotlb(vtd, desc);
		break;
	case INVDESC_TYPE_PC:
		run_pc(vtd, desc);
		break;
	case INVDESC_TYPE_DEVTLB:
	case INVDESC_TYPE_PDEVTLB:
		vtd_devtlb_invalidate(vtd, desc);
		break;
	case INVDESC_TYPE_PGRP_RESP:
		vtd->iq.response_ps = sim_now_ps() - vtd->iq.began_ps;
		vtd_prq_respond(vtd, desc);
		break;
	case INVDESC_TYPE_WAIT:
		run_wait(vtd, desc);
		break;
	default:
		run_iec(vtd, desc);
		break;
	}
}

/* --- the queue --- */

static void move_head(struct vtd *vtd)
{
	u64 *head = &vtd->core.reg[VTD_REG_IQH];

	*head = (*head + desc_bytes(vtd)) & (queue_bytes(vtd) - 1);
	vtd->core.stats.iq.popped++;
	sim_trace(SIM_TRACE_QUEUE_POP, vtd_queue_number(vtd, VTD_QUEUE_IQ),
		  distance(vtd, *head, vtd->core.reg[VTD_REG_IQT]));
}

/* Fetch the next descriptor; false: there is none to carry out. */
static bool fetch(struct vtd *vtd)
{
	u64 error = check_queue(vtd);

	if (!error)
		error = fetch_desc(vtd);
	if (error) {
		fail(vtd, error);
		return false;
	}
	move_head(vtd);
	vtd->iq.phase = VTD_IQ_EXECUTING;
	vtd->iq.has_timed_out = false;
	vtd->iq.has_drained = false;
	return true;
}

/* Earliest end of the fetched descriptor that is carried out from now on. */
static u64 done_ps(const struct vtd *vtd)
{
	u32 type = type_of(vtd->iq.desc);
	u64 at_ps = sim_now_ps() + vtd->timing.desc_ps;

	/* Messages to endpoints and software invalidate nothing in the unit. */
	switch (type) {
	case INVDESC_TYPE_WAIT:
	case INVDESC_TYPE_DEVTLB:
	case INVDESC_TYPE_PDEVTLB:
	case INVDESC_TYPE_PGRP_RESP:
		return at_ps;
	default:
		return at_ps + vtd->timing.inval_ps;
	}
}

static void iq_event(struct sim_event *event)
{
	struct vtd_iq *iq = (struct vtd_iq *)event;
	struct vtd *vtd = (struct vtd *)((char *)iq - offsetof(struct vtd, iq));

	if (iq->phase == VTD_IQ_FETCHING) {
		/* Not while ITE is set: software reads in IQH what was fetched (6.5.2.11). */
		if (!can_fetch(vtd))
			iq->phase = VTD_IQ_IDLE;
		else if (fetch(vtd))
			sim_event_schedule(&iq->event, done_ps(vtd));
		return;
	}
	sim_assert(iq->phase == VTD_IQ_EXECUTING);
	execute(vtd);
	vtd_iq_kick(vtd);
}

void vtd_iq_init(struct vtd *vtd)
{
	sim_event_init(&vtd->iq.event, iq_event);
	sim_event_set_actor(&vtd->iq.event, SIM_ACTOR_IOMMU);
	txn_drain_init(&vtd->iq.drain, &vtd->unit, drained);
}

void vtd_iq_finish(struct vtd *vtd)
{
	sim_event_cancel(&vtd->iq.event);
	txn_drain_cancel(&vtd->iq.drain);
}

void vtd_iq_kick(struct vtd *vtd)
{
	struct vtd_iq *iq = &vtd->iq;

	if (iq->phase != VTD_IQ_IDLE || !can_fetch(vtd))
		return;
	iq->phase = VTD_IQ_FETCHING;
	if (!vtd->is_clockless) {
		iq->began_ps = sim_now_ps();
		sim_event_schedule(&iq->event, mem_access_done_ps(vtd->core.mem, sim_now_ps(),
								  desc_bytes(vtd)));
		return;
	}
	/* A descriptor may write registers by way of a doorbell: phase guards against nesting. */
	while (fetch(vtd)) {
		execute(vtd);
		if (iq->phase != VTD_IQ_IDLE || !can_fetch(vtd))
			return;
		iq->phase = VTD_IQ_FETCHING;
	}
}

void vtd_iq_tail_written(struct vtd *vtd, u64 old)
{
	struct iommu_queue_stats *stats = &vtd->core.stats.iq;
	u32 added = distance(vtd, old, vtd->core.reg[VTD_REG_IQT]);
	u32 depth = distance(vtd, vtd->core.reg[VTD_REG_IQH], vtd->core.reg[VTD_REG_IQT]);

	if (added) {
		stats->pushed += added;
		stats->max_depth = max_u64(stats->max_depth, depth);
		sim_trace(SIM_TRACE_QUEUE_PUSH, vtd_queue_number(vtd, VTD_QUEUE_IQ), depth);
	}
	vtd_iq_kick(vtd);
}

/* Disabled: what is in progress is carried out, or was not fetched; a wait may not be over. */
void vtd_iq_disable(struct vtd *vtd)
{
	if (sim_event_cancel(&vtd->iq.event) && vtd->iq.phase == VTD_IQ_EXECUTING)
		execute(vtd);
	txn_drain_cancel(&vtd->iq.drain);
	vtd->iq.phase = VTD_IQ_IDLE;
	vtd->core.reg[VTD_REG_IQH] = 0;
}
