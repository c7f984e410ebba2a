// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidation of device-TLBs (VT-d 6.5.2.5, 6.5.2.6), with time-out (6.5.2.11).
 *
 * An invalidation that has no completion in time sets FSTS.ITE, and IQERCD says
 * whose it was; a completion that comes later is one that nobody expects
 * (FSTS.ICE). An endpoint that is not there never completes.
 *
 * Leaves out: throttling by the physical function (ECAP.DIT is 0).
 */
#include "models/vtd/internal.h"
#include "sim/point.h"

static struct vtd_devtlb_inv *inv_of(struct sim_event *event)
{
	return (struct vtd_devtlb_inv *)((char *)event - offsetof(struct vtd_devtlb_inv, event));
}

static void set_state(struct vtd_devtlb_inv *inv, enum vtd_devtlb_state state)
{
	static const u32 next[] = {
		[VTD_DEVTLB_FREE] = 1U << VTD_DEVTLB_TRAVELLING,
		[VTD_DEVTLB_TRAVELLING] = 1U << VTD_DEVTLB_WAITING,
		[VTD_DEVTLB_WAITING] = 1U << VTD_DEVTLB_RETURNING | 1U << VTD_DEVTLB_ABANDONED |
				       1U << VTD_DEVTLB_FREE,
		[VTD_DEVTLB_RETURNING] = 1U << VTD_DEVTLB_FREE,
		[VTD_DEVTLB_ABANDONED] = 1U << VTD_DEVTLB_FREE,
	};

	sim_assert(next[inv->state] & 1U << state);
	inv->state = state;
}

static void itag_take(struct vtd *vtd)
{
	vtd->devtlb.nr_outstanding++;
	sim_assert(vtd->devtlb.nr_outstanding <= VTD_NR_ITAGS);
}

static void itag_free(struct vtd *vtd)
{
	sim_assert(vtd->devtlb.nr_outstanding);
	vtd->devtlb.nr_outstanding--;
}

static void observe(const struct vtd_devtlb_inv *inv)
{
	const struct vtd *vtd = inv->vtd;
	const struct iommu_invalidation done = {
		.kind = IOMMU_INVAL_ENDPOINT,
		.took_ps = sim_now_ps() - inv->sent_ps,
		.nr_dropped = inv->invalidation.nr_dropped,
	};

	if (vtd->observer && vtd->observer->invalidated)
		vtd->observer->invalidated(vtd->observer_opaque, &done);
}

static void ends(struct vtd_devtlb_inv *inv)
{
	observe(inv);
	set_state(inv, VTD_DEVTLB_FREE);
	itag_free(inv->vtd);
	vtd_iq_wake(inv->vtd);
}

static void record_sid(struct vtd *vtd, u64 field, u64 value, u64 error)
{
	u64 *iqercd = &vtd->core.reg[VTD_REG_IQERCD];

	/* Of the first one, as long as software has not cleared the error. */
	if (!(vtd->core.reg[VTD_REG_FSTS] & error))
		*iqercd = (*iqercd & ~field) | value;
	vtd_fault_raise(vtd, error);
}

/* 4.3: a completion for no ITag that is outstanding. */
static void late(struct vtd_devtlb_inv *inv)
{
	set_state(inv, VTD_DEVTLB_FREE);
	record_sid(inv->vtd, IQERCD_ICESID, FIELD_PREP(IQERCD_ICESID, (u64)inv->sid), FSTS_ICE);
	vtd_iq_wake(inv->vtd);
}

static void completed(struct port_invalidation *invalidation)
{
	struct vtd_devtlb_inv *inv = (struct vtd_devtlb_inv *)invalidation;

	if (inv->state == VTD_DEVTLB_ABANDONED) {
		late(inv);
		return;
	}
	sim_event_cancel(&inv->event);
	sim_event_set_actor(&inv->event, SIM_ACTOR_IOMMU);
	set_state(inv, VTD_DEVTLB_RETURNING);
	if (inv->vtd->is_clockless)
		ends(inv);
	else
		sim_event_schedule(&inv->event, sim_now_ps() + inv->vtd->timing.link_ps);
}

/* The ITag is free; the endpoint, if there is one, may still have the message. */
static void time_out(struct vtd_devtlb_inv *inv)
{
	struct vtd *vtd = inv->vtd;

	set_state(inv, inv->endpoint ? VTD_DEVTLB_ABANDONED : VTD_DEVTLB_FREE);
	itag_free(vtd);
	vtd->core.stats.atc_inv_timeouts++;
	vtd->iq.has_timed_out = true;
	record_sid(vtd, IQERCD_ITESID, FIELD_PREP(IQERCD_ITESID, (u64)inv->sid), FSTS_ITE);
	vtd_iq_wake(vtd);
}

static void arrive(struct vtd_devtlb_inv *inv)
{
	set_state(inv, VTD_DEVTLB_WAITING);
	sim_event_set_actor(&inv->event, SIM_ACTOR_TIMEOUT);
	if (!inv->vtd->is_clockless)
		sim_event_schedule(&inv->event,
				   sim_now_ps() + inv->vtd->core.params.devtlb_timeout_ps);
	if (inv->endpoint)
		inv->endpoint->ops->invalidate(inv->endpoint, &inv->invalidation);
}

static void inv_event(struct sim_event *event)
{
	struct vtd_devtlb_inv *inv = inv_of(event);

	if (inv->state == VTD_DEVTLB_TRAVELLING)
		arrive(inv);
	else if (inv->state == VTD_DEVTLB_WAITING)
		time_out(inv);
	else
		ends(inv);
}

static u32 nr_free(const struct vtd *vtd)
{
	u32 nr = 0;

	for (u32 i = 0; i < VTD_NR_DEVTLB_INVS; i++)
		nr += vtd->devtlb.invs[i].state == VTD_DEVTLB_FREE;
	return nr;
}

static struct vtd_devtlb_inv *find_free(struct vtd *vtd)
{
	for (u32 i = 0; i < VTD_NR_DEVTLB_INVS; i++) {
		if (vtd->devtlb.invs[i].state == VTD_DEVTLB_FREE)
			return &vtd->devtlb.invs[i];
	}
	return NULL;
}

/* Of those that the endpoint has to handle at a time; 0 stands for 32. */
static bool is_endpoint_busy(const struct vtd *vtd, u32 sid, u32 max_pending)
{
	u32 nr = 0;

	for (u32 i = 0; i < VTD_NR_DEVTLB_INVS; i++) {
		const struct vtd_devtlb_inv *inv = &vtd->devtlb.invs[i];

		nr += inv->sid == sid && inv->state != VTD_DEVTLB_FREE &&
		      inv->state != VTD_DEVTLB_ABANDONED;
	}
	return nr >= (max_pending ? max_pending : VTD_NR_ITAGS);
}

static bool is_pasid_based(const u64 *desc)
{
	return FIELD_GET(INVDESC_0_TYPE, desc[0]) == (INVDESC_TYPE_PDEVTLB & 15);
}

static u32 sid_of(const u64 *desc)
{
	return is_pasid_based(desc) ? FIELD_GET(INVDESC_PDEVTLB_0_SID, desc[0])
				    : FIELD_GET(INVDESC_0_SID, desc[0]);
}

bool vtd_devtlb_is_full(const struct vtd *vtd, const u64 *desc)
{
	u32 max_pending = is_pasid_based(desc) ? FIELD_GET(INVDESC_PDEVTLB_0_MIP, desc[0])
					       : FIELD_GET(INVDESC_DEVTLB_0_MIP, desc[0]);

	return vtd->devtlb.nr_outstanding >= VTD_NR_ITAGS || !nr_free(vtd) ||
	       is_endpoint_busy(vtd, sid_of(desc), max_pending);
}

void vtd_devtlb_expire(struct vtd *vtd)
{
	for (u32 i = 0; i < VTD_NR_DEVTLB_INVS; i++) {
		if (vtd->devtlb.invs[i].state == VTD_DEVTLB_WAITING)
			time_out(&vtd->devtlb.invs[i]);
	}
}

/* log2 of the region: with S the lowest 0 of the address says so (PCIe ATS, invalidate request). */
static u32 region_lg2(u64 word)
{
	u64 is_large = word & (INVDESC_DEVTLB_1_S | INVDESC_PDEVTLB_1_S);
	u64 ones = ~(word | lg2_mask(VTD_PAGE_LG2));

	if (!is_large)
		return VTD_PAGE_LG2;
	return ones ? (u32)__builtin_ctzll(ones) + 1 : 64;
}

static u64 region_base(u64 word, u32 lg2)
{
	return lg2 >= 64 ? 0 : word & INVDESC_1_ADDR & ~lg2_mask(lg2);
}

void vtd_devtlb_invalidate(struct vtd *vtd, const u64 *desc)
{
	struct vtd_devtlb_inv *inv = find_free(vtd);
	struct vtd_port *port = vtd_find_endpoint(vtd, sid_of(desc));
	bool has_pasid = is_pasid_based(desc);
	u32 lg2 = region_lg2(desc[1]);

	/* The descriptor has waited for that. */
	sim_assert(inv);
	vtd->core.stats.atc_invs++;
	itag_take(vtd);
	inv->sid = sid_of(desc);
	inv->sent_ps = sim_now_ps();
	inv->endpoint = port ? port->port.endpoint : NULL;
	inv->invalidation = (struct port_invalidation){
		.iova = region_base(desc[1], lg2),
		.lg2 = lg2,
		.pasid = has_pasid ? FIELD_GET(INVDESC_0_PASID, desc[0]) : 0,
		.has_pasid = has_pasid,
		.is_global = has_pasid && (desc[1] & INVDESC_PDEVTLB_1_GI),
		.completed = completed,
	};
	set_state(inv, VTD_DEVTLB_TRAVELLING);
	sim_event_set_actor(&inv->event, SIM_ACTOR_IOMMU);
	if (vtd->is_clockless)
		arrive(inv);
	else
		sim_event_schedule(&inv->event, sim_now_ps() + vtd->timing.link_ps);
}

void vtd_devtlb_init(struct vtd *vtd)
{
	for (u32 i = 0; i < VTD_NR_DEVTLB_INVS; i++) {
		vtd->devtlb.invs[i].vtd = vtd;
		sim_event_init(&vtd->devtlb.invs[i].event, inv_event);
	}
}

void vtd_devtlb_finish(struct vtd *vtd)
{
	for (u32 i = 0; i < VTD_NR_DEVTLB_INVS; i++)
		sim_event_cancel(&vtd->devtlb.invs[i].event);
}
