// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidations of endpoints, with time-out (IHI 0070 3.9.1.4, 4.5.1): over the link to
 * the endpoint, its completion, and the way back. Commands of a queue wait for them.
 */
#include "models/smmuv3/internal.h"
#include "sim/point.h"
#include "sim/sim.h"

/* --- the queues that wait --- */

static void unblock(struct smmu_cmdq *cmdq)
{
	if (!cmdq->is_blocked)
		return;
	cmdq->is_blocked = false;
	cmdq->smmu->nr_blocked--;
	sim_event_schedule(&cmdq->event, sim_now_ps());
}

/* What their commands wait for may have come. */
static void unblock_all(struct smmu *smmu)
{
	if (!smmu->nr_blocked)
		return;
	unblock(&smmu->cmdq);
	for (u32 i = 0; i < smmu->nr_ecmdqs; i++)
		unblock(&smmu->ecmdq[i]);
}

/* --- an invalidation on its way --- */

static void observe(const struct smmu_atc_inv *slot)
{
	const struct smmu *smmu = slot->smmu;
	const struct iommu_invalidation done = {
		.kind = IOMMU_INVAL_ENDPOINT,
		.took_ps = sim_now_ps() - slot->sent_ps,
		.nr_dropped = slot->invalidation.nr_dropped,
	};

	if (smmu->observer && smmu->observer->invalidated)
		smmu->observer->invalidated(smmu->observer_opaque, &done);
}

static void slot_free(struct smmu_atc_inv *slot)
{
	observe(slot);
	sim_assert(slot->smmu->atc.nr_outstanding && slot->cmdq->nr_atc_outstanding);
	slot->state = SMMU_ATC_FREE;
	slot->smmu->atc.nr_outstanding--;
	slot->cmdq->nr_atc_outstanding--;
	unblock_all(slot->smmu);
}

static void completed(struct port_invalidation *invalidation)
{
	struct smmu_atc_inv *slot = (struct smmu_atc_inv *)invalidation;

	if (slot->state == SMMU_ATC_ABANDONED) {
		slot->state = SMMU_ATC_FREE;
		unblock_all(slot->smmu);
		return;
	}
	sim_assert(slot->state == SMMU_ATC_WAITING);
	sim_event_cancel(&slot->event);
	sim_event_set_actor(&slot->event, SIM_ACTOR_IOMMU);
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
	slot->smmu->core.stats.atc_inv_timeouts++;
	unblock_all(slot->smmu);
}

static void arrive(struct smmu_atc_inv *slot)
{
	slot->state = SMMU_ATC_WAITING;
	sim_event_set_actor(&slot->event, SIM_ACTOR_TIMEOUT);
	if (!slot->smmu->is_clockless)
		sim_event_schedule(&slot->event,
				   sim_now_ps() + slot->smmu->core.params.atc_inv_timeout_ps);
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

/* --- for the command queues --- */

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
	bool has_pasid = (cmd[0] & CMDQ_0_SSV) && smmu->core.params.ssid_bits;
	u32 lg2 = 12 + FIELD_GET(CMDQ_ATC_1_SIZE, cmd[1]);
	struct smmu_atc_inv *slot = find_free(smmu);

	if (!smmu->core.is_enabled || !port)
		return;
	smmu->core.stats.atc_invs++;
	if (!slot) {
		cmdq->has_atc_timed_out = true;
		smmu->core.stats.atc_inv_timeouts++;
		return;
	}
	slot->endpoint = port->port.endpoint;
	slot->sent_ps = sim_now_ps();
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
	sim_event_set_actor(&slot->event, SIM_ACTOR_IOMMU);
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
