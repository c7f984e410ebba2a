// SPDX-License-Identifier: GPL-2.0-only
/*
 * Address translation services (IHI 0070 3.9.1): translation requests and their
 * completions, translated transactions, invalidations of endpoints with time-out
 * (4.5.1, 3.9.1.4).
 *
 * A translation request takes the way of an access that its port could not
 * answer (timing.c), through the same caches and walkers, and never stalls. It
 * ends with UR where ATS is refused (F_BAD_ATS_TREQ says so, except for an STE
 * that aborts), with CA where configuration or a fetch fails, without an event
 * unless CR2.REC_CFG_ATS asks for it (IDR0.ATSRECERR), else with Success and the permissions that
 * there are, which may be none.
 *
 * Translated transactions pass; if CR0.ATSCHK is set their STE is fetched and has
 * to permit ATS. They have no PASID here (IDR3.PASIDTT is 0). With split-stage ATS
 * (13.6.3) the endpoint is told IPAs, and stage 2 translates its transactions.
 *
 * Leaves out: requests of more than one translation, and Span and permissions in the record of
 * F_BAD_ATS_TREQ, which are zero.
 */
#include "models/smmuv3/internal.h"

/* --- refusals and results of the steps --- */

enum smmu_want smmu_ats_check(struct smmu_xlate *x, const struct smmu_config *config)
{
	x->completion = PORT_COMPLETION_UNSUPPORTED;
	if (config->kind == SMMU_CONFIG_ABORT)
		return smmu_xlate_fault(x, 0);
	if (config->eats == STRTAB_STE_1_EATS_ABT)
		return smmu_ats_refuse(x);
	x->completion = PORT_COMPLETION_ABORTED;
	return SMMU_WANT_NOTHING;
}

enum smmu_want smmu_ats_refuse(struct smmu_xlate *x)
{
	x->completion = PORT_COMPLETION_UNSUPPORTED;
	return smmu_xlate_fault(x, x->kind == PORT_TRANSLATED ? EVT_ID_TRANSL_FORBIDDEN
							      : EVT_ID_BAD_ATS_TREQ);
}

static bool is_permitted(const struct smmu_xlate *x, u8 perms, u32 attr)
{
	u32 attr_in = (x->attr_in & SMMU_ATTR_PRIV) | attr;

	return perms & (1U << smmu_attr_effective(x->config->attr_map, attr_in));
}

/*
 * 13.7.1: what is granted does not depend on what was asked for, but for execution,
 * and for writes that make a page dirty. Execute permission comes with read.
 */
u8 smmu_ats_granted(const struct smmu_xlate *x, const struct smmu_mapping *mapping)
{
	u8 perms = x->attr_in & SMMU_ATTR_WRITE ? mapping->potential : mapping->perms;
	u8 granted = (is_permitted(x, perms, 0) ? SMMU_ATS_READ : 0) |
		     (is_permitted(x, perms, SMMU_ATTR_WRITE) ? SMMU_ATS_WRITE : 0);

	if ((x->attr_in & SMMU_ATTR_INSTR) && (granted & SMMU_ATS_READ) &&
	    is_permitted(x, perms, SMMU_ATTR_INSTR))
		granted |= SMMU_ATS_EXEC;
	return granted;
}

enum smmu_want smmu_ats_deny(struct smmu_xlate *x)
{
	x->completion = PORT_COMPLETION_SUCCESS;
	x->lg2 = SMMU_PAGE_LG2;
	x->granted = 0;
	return smmu_xlate_done(x, 0);
}

enum smmu_want smmu_ats_done(struct smmu_xlate *x, const struct smmu_mapping *mapping, u64 va)
{
	x->granted = smmu_ats_granted(x, mapping);
	if (!x->granted)
		return smmu_ats_deny(x);
	x->completion = PORT_COMPLETION_SUCCESS;
	x->lg2 = mapping->lg2;
	return smmu_xlate_done(x, mapping->pa + (va - mapping->va));
}

/* 3.9.1.2, 3.9.1.3: errors of configuration, if software wants to know of them. */
static bool is_recorded(const struct smmu_xlate *x)
{
	if (!(x->port->smmu->reg[SMMU_REG_CR2] & CR2_REC_CFG_ATS))
		return false;
	switch (x->fault.id) {
	case EVT_ID_BAD_STREAMID_CONFIG:
	case EVT_ID_STE_FETCH_FAULT:
	case EVT_ID_BAD_STE_CONFIG:
	case EVT_ID_BAD_SUBSTREAMID_CONFIG:
	case EVT_ID_STREAM_DISABLED_FAULT:
	case EVT_ID_CD_FETCH_FAULT:
	case EVT_ID_BAD_CD_CONFIG:
	case EVT_ID_WALK_EABT:
		return true;
	default:
		return false;
	}
}

void smmu_ats_fault(struct smmu_xlate *x)
{
	u8 id = x->fault.id;

	/* Of a translated transaction stage 2 faults as of any other (3.9.1.3). */
	if (x->kind == PORT_TRANSLATED && x->is_configured)
		return;
	x->lg2 = SMMU_PAGE_LG2;
	x->granted = 0;
	/* Also where stage 2 does not let a CD or a descriptor be read. */
	if (x->fault.is_translation_related || id == EVT_ID_ADDR_SIZE_FAULT)
		x->completion = PORT_COMPLETION_SUCCESS;
	if (id != EVT_ID_BAD_ATS_TREQ && id != EVT_ID_TRANSL_FORBIDDEN && !is_recorded(x))
		x->fault.id = 0;
	x->fault.is_translation_related = false;
}

void smmu_ats_complete(const struct smmu_xlate *x, struct port_access *access)
{
	struct port_translation *translation = (struct port_translation *)access;

	translation->completion = x->completion;
	translation->lg2 = x->lg2;
	translation->is_readable = x->granted & SMMU_ATS_READ;
	translation->is_writable = x->granted & SMMU_ATS_WRITE;
	translation->is_executable = x->granted & SMMU_ATS_EXEC;
}

/* --- ports --- */

enum port_status smmu_ats_request(struct port *base, struct port_translation *translation)
{
	struct smmu_port *port = (struct smmu_port *)base;

	translation->access.kind = PORT_TRANSLATION_REQUEST;
	port->smmu->stats.ats_requests++;
	return smmu_txn_call(port, &translation->access, true);
}

enum port_status smmu_ats_translated(struct port *base, struct port_access *access)
{
	struct smmu_port *port = (struct smmu_port *)base;
	struct smmu *smmu = port->smmu;

	access->kind = PORT_TRANSLATED;
	access->is_raz_wi = false;
	smmu->stats.ats_translated++;
	if (!smmu->is_enabled || (smmu->reg[SMMU_REG_CR0] & CR0_ATSCHK))
		return smmu_txn_call(port, access, true);
	access->done_ps = sim_now_ps();
	access->pa = access->iova;
	access->status = access->iova & ~smmu->oas_mask ? PORT_ABORTED : PORT_DONE;
	return access->status;
}

/* --- invalidation --- */

static void slot_free(struct smmu_atc_inv *slot)
{
	slot->state = SMMU_ATC_FREE;
	slot->smmu->atc.nr_outstanding--;
	slot->cmdq->nr_atc_outstanding--;
	smmu_cmdq_unblock(slot->smmu);
}

static void completed(struct port_invalidation *invalidation)
{
	struct smmu_atc_inv *slot = (struct smmu_atc_inv *)invalidation;

	if (slot->state == SMMU_ATC_ABANDONED) {
		slot->state = SMMU_ATC_FREE;
		smmu_cmdq_unblock(slot->smmu);
		return;
	}
	sim_event_cancel(&slot->event);
	slot->state = SMMU_ATC_RETURNING;
	if (slot->smmu->is_clockless)
		slot_free(slot);
	else
		sim_event_schedule(&slot->event, sim_now_ps() + slot->smmu->timing.link_ps);
}

static void abandon(struct smmu_atc_inv *slot)
{
	slot->state = SMMU_ATC_ABANDONED;
	slot->smmu->atc.nr_outstanding--;
	slot->cmdq->nr_atc_outstanding--;
	slot->cmdq->has_atc_timed_out = true;
	slot->smmu->stats.atc_inv_timeouts++;
	smmu_cmdq_unblock(slot->smmu);
}

static void arrive(struct smmu_atc_inv *slot)
{
	slot->state = SMMU_ATC_WAITING;
	if (!slot->smmu->is_clockless)
		sim_event_schedule(&slot->event,
				   sim_now_ps() + slot->smmu->params.atc_inv_timeout_ps);
	slot->endpoint->ops->invalidate(slot->endpoint, &slot->invalidation);
}

static void slot_event(struct sim_event *event)
{
	struct smmu_atc_inv *slot = (struct smmu_atc_inv *)((char *)event -
							    offsetof(struct smmu_atc_inv, event));

	if (slot->state == SMMU_ATC_TRAVELLING)
		arrive(slot);
	else if (slot->state == SMMU_ATC_WAITING)
		abandon(slot);
	else
		slot_free(slot);
}

static struct smmu_atc_inv *find_free(struct smmu *smmu)
{
	for (u32 i = 0; i < SMMU_NR_ATC_INV; i++) {
		if (smmu->atc.slots[i].state == SMMU_ATC_FREE)
			return &smmu->atc.slots[i];
	}
	return NULL;
}

bool smmu_atc_must_wait(struct smmu_cmdq *cmdq, u64 op)
{
	struct smmu *smmu = cmdq->smmu;

	if (op == CMDQ_OP_CMD_SYNC)
		return cmdq->nr_atc_outstanding;
	/* With nothing outstanding, nobody will free a slot: it times out at once. */
	return op == CMDQ_OP_ATC_INV && smmu->atc.nr_outstanding && !find_free(smmu);
}

void smmu_atc_invalidate(struct smmu_cmdq *cmdq, const u64 *cmd)
{
	struct smmu *smmu = cmdq->smmu;
	struct smmu_port *port = smmu_find_endpoint(smmu, FIELD_GET(CMDQ_ATC_0_SID, cmd[0]));
	bool has_pasid = (cmd[0] & CMDQ_0_SSV) && smmu->params.ssid_bits;
	u32 lg2 = 12 + FIELD_GET(CMDQ_ATC_1_SIZE, cmd[1]);
	struct smmu_atc_inv *slot = find_free(smmu);

	if (!smmu->is_enabled || !port)
		return;
	smmu->stats.atc_invs++;
	if (!slot) {
		cmdq->has_atc_timed_out = true;
		smmu->stats.atc_inv_timeouts++;
		return;
	}
	slot->endpoint = port->port.endpoint;
	slot->cmdq = cmdq;
	slot->invalidation = (struct port_invalidation){
		.iova = cmd[1] & CMDQ_ATC_1_ADDR_MASK & ~lg2_mask(lg2),
		.lg2 = lg2,
		.pasid = has_pasid ? FIELD_GET(CMDQ_ATC_0_SSID, cmd[0]) : 0,
		.has_pasid = has_pasid,
		.is_global = has_pasid && (cmd[0] & CMDQ_ATC_0_GLOBAL),
		.completed = completed,
	};
	smmu->atc.nr_outstanding++;
	cmdq->nr_atc_outstanding++;
	slot->state = SMMU_ATC_TRAVELLING;
	if (smmu->is_clockless)
		arrive(slot);
	else
		sim_event_schedule(&slot->event, sim_now_ps() + smmu->timing.link_ps);
}

bool smmu_atc_take_timeout(struct smmu_cmdq *cmdq)
{
	struct smmu *smmu = cmdq->smmu;
	bool has_timed_out;

	/* Without a clock nobody waits: what is outstanding now is late. */
	for (u32 i = 0; i < SMMU_NR_ATC_INV && smmu->is_clockless; i++) {
		struct smmu_atc_inv *slot = &smmu->atc.slots[i];

		if (slot->state == SMMU_ATC_WAITING && slot->cmdq == cmdq)
			abandon(slot);
	}
	has_timed_out = cmdq->has_atc_timed_out;
	cmdq->has_atc_timed_out = false;
	return has_timed_out;
}

void smmu_atc_init(struct smmu *smmu)
{
	for (u32 i = 0; i < SMMU_NR_ATC_INV; i++) {
		smmu->atc.slots[i].smmu = smmu;
		sim_event_init(&smmu->atc.slots[i].event, slot_event);
	}
}

void smmu_atc_finish(struct smmu *smmu)
{
	for (u32 i = 0; i < SMMU_NR_ATC_INV; i++)
		sim_event_cancel(&smmu->atc.slots[i].event);
}
