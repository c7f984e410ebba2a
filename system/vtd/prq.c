// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page request queue interrupt and thread (VT-d 7.4 to 7.7), in the shape of Linux's
 * prq_event_thread(): PPR is cleared first, so that what comes later interrupts again;
 * the requests up to PQT are handled; then PQH moves over all of them at once. Their
 * places are free only then, however soon the first was answered; or, if the
 * configuration says so, one by one (prq_head_per_record).
 *
 * Overflow: while PRO is set the unit writes nothing. What is left of a group when the
 * queue is empty is all that will ever be there: it is thrown away before PRO is
 * cleared, because then the endpoint may use its index again.
 */
#include <linux/bitfield.h>
#include <linux/io.h>

#include <errno.h>

#include "models/vtd/regs.h"
#include "sim/cpu.h"
#include "sim/dist.h"
#include "sim/sim.h"
#include "system/iommu/memory.h"
#include "system/vtd/driver.h"

/* Offsets of records, without a wrap bit: one place of the queue stays free. */
static u32 read_head(struct sys_vtd *vtd)
{
	return ring_index(readq(vtd->base + DMAR_PQH_REG), vtd->prq_lg2);
}

static u32 read_tail(struct sys_vtd *vtd)
{
	u32 tail = ring_index(readq(vtd->base + DMAR_PQT_REG), vtd->prq_lg2);

	sim_assert(tail % PAGE_REQ_BYTES == 0);
	return tail;
}

static u32 next(const struct sys_vtd *vtd, u32 at)
{
	return ring_index(at + PAGE_REQ_BYTES, vtd->prq_lg2);
}

/* --- one request --- */

static bool is_stop_marker(const u64 word[2])
{
	return (word[1] & PAGE_REQ_1_LPIG) && !(word[1] & (PAGE_REQ_1_RDR | PAGE_REQ_1_WRR));
}

static void decode(const u64 word[2], struct pfh_fault *fault)
{
	*fault = (struct pfh_fault){
		.addr = word[1] & PAGE_REQ_1_ADDR,
		.grpid = FIELD_GET(PAGE_REQ_1_PRGI, word[1]),
		.perm = (word[1] & PAGE_REQ_1_RDR ? PFH_PERM_READ : 0) |
			(word[1] & PAGE_REQ_1_WRR ? PFH_PERM_WRITE : 0),
		.flags = word[1] & PAGE_REQ_1_LPIG ? PFH_FAULT_LAST_PAGE : 0,
	};
	if (!(word[0] & PAGE_REQ_0_PP))
		return;
	fault->flags |= PFH_FAULT_PASID_VALID;
	fault->pasid = FIELD_GET(PAGE_REQ_0_PASID, word[0]);
	fault->perm |= (word[0] & PAGE_REQ_0_EXR ? PFH_PERM_EXEC : 0) |
		       (word[0] & PAGE_REQ_0_PMR ? PFH_PERM_PRIV : 0);
}

/* Linux: handle_bad_prq_event(). The PASID goes back as it came. */
static void refuse(struct sys_vtd *vtd, u32 sid, const struct pfh_fault *fault)
{
	const struct port_fault name = {PORT_FAULT_PAGE_REQUEST, sid, fault->grpid};
	const u64 desc[2] = {
		INVDESC_TYPE_PGRP_RESP | FIELD_PREP(INVDESC_PGRP_0_RID, (u64)sid) |
			FIELD_PREP(INVDESC_PGRP_0_RC, (u64)PORT_PAGE_INVALID) |
			(fault->flags & PFH_FAULT_PASID_VALID
				 ? INVDESC_PGRP_0_PP |
					   FIELD_PREP(INVDESC_0_PASID, (u64)fault->pasid)
				 : 0),
		FIELD_PREP(INVDESC_PGRP_1_PRGI, (u64)fault->grpid),
	};

	if (!(fault->flags & PFH_FAULT_LAST_PAGE))
		return;
	sys_collect_answer(vtd->iommu.collect, vtd->iommu.number, name);
	sys_vtd_submit_response(vtd, desc, name);
}

static void report(struct sys_vtd *vtd, u32 sid, const struct pfh_fault *fault)
{
	struct sys_vtd_master *master = sid < SYS_MAX_DEVICES ? READ_ONCE(vtd->masters[sid]) : NULL;
	bool is_refused = vtd->iommu.config->vtd_driver.prq_refuses_rid &&
			  !(fault->flags & PFH_FAULT_PASID_VALID);

	if (is_refused || !master || !master->common->pfh || !READ_ONCE(master->is_pri_enabled)) {
		refuse(vtd, sid, fault);
		return;
	}
	if (fault->flags & PFH_FAULT_LAST_PAGE)
		master->reported_ps[fault->grpid] = sim_now_ps();
	pfh_report_fault(master->common->pfh, fault);
}

static void handle_request(struct sys_vtd *vtd, u32 at)
{
	struct port_fault name = {.kind = PORT_FAULT_PAGE_REQUEST};
	struct pfh_fault fault;
	u64 word[2] = {0};

	sim_charge_cost(vtd->iommu.config->host.event_decode_ps);
	sim_settle();
	sys_iommu_read(&vtd->iommu, vtd->prq + at, word, 2);
	/* Ends a use of a PASID; who ends it waits for this thread, not for the marker. */
	if (is_stop_marker(word))
		return;
	decode(word, &fault);
	name.stream_id = FIELD_GET(PAGE_REQ_0_RID, word[0]);
	name.tag = fault.grpid;
	if (fault.flags & PFH_FAULT_LAST_PAGE)
		sys_collect_stamp(vtd->iommu.collect, vtd->iommu.number, name, SYS_STAGE_DEQUEUED);
	report(vtd, name.stream_id, &fault);
}

/* --- the thread --- */

static void discard_partial_groups(struct sys_vtd *vtd)
{
	for (u32 sid = 0; sid < SYS_MAX_DEVICES; sid++) {
		const struct sys_vtd_master *master = READ_ONCE(vtd->masters[sid]);

		if (master && master->common->pfh && master->has_pri)
			pfh_discard_partials(master->common->pfh);
	}
}

static void clear_overflow(struct sys_vtd *vtd)
{
	if (!(readl(vtd->base + DMAR_PRS_REG) & PRS_PRO))
		return;
	/* Else there are requests that the event for them will bring here. */
	if (read_head(vtd) != read_tail(vtd))
		return;
	discard_partial_groups(vtd);
	writel(PRS_PRO, vtd->base + DMAR_PRS_REG);
}

/*
 * Up to where this round goes. What came while PPR was set has raised no interrupt, and the
 * next one is not for it; nor for what still comes before the tail is read.
 */
static u32 begin_round(struct sys_vtd *vtd)
{
	u32 tail;

	sys_collect_round(vtd->iommu.collect, vtd->iommu.number, PORT_FAULT_PAGE_REQUEST);
	writel(PRS_PPR, vtd->base + DMAR_PRS_REG);
	tail = read_tail(vtd);
	sys_collect_round(vtd->iommu.collect, vtd->iommu.number, PORT_FAULT_PAGE_REQUEST);
	return tail;
}

static void turn(struct sys_vtd *vtd)
{
	sys_collect_turn(vtd->iommu.collect, vtd->iommu.number, PORT_FAULT_PAGE_REQUEST);
}

irqreturn_t sys_vtd_prq_thread(int irq, void *dev)
{
	struct sys_vtd *vtd = dev;
	u32 tail, head;

	turn(vtd);
	WRITE_ONCE(vtd->is_in_round, true);
	tail = begin_round(vtd);
	head = read_head(vtd);

	while (head != tail) {
		handle_request(vtd, head);
		turn(vtd);
		head = next(vtd, head);
		if (head == tail || vtd->iommu.config->vtd_driver.prq_head_per_record)
			writeq(head, vtd->base + DMAR_PQH_REG);
	}
	clear_overflow(vtd);
	/* In this order: whoever finds the round there waits for its number to pass. */
	WRITE_ONCE(vtd->is_in_round, false);
	WRITE_ONCE(vtd->prq_rounds, vtd->prq_rounds + 1);
	wake_up_all(&vtd->prq_idle);
	return IRQ_HANDLED;
}

irqreturn_t sys_vtd_prq_interrupt(int irq, void *dev)
{
	struct sys_vtd *vtd = dev;

	sys_collect_interrupt(vtd->iommu.collect, vtd->iommu.number, PORT_FAULT_PAGE_REQUEST);
	return IRQ_WAKE_THREAD;
}

int sys_vtd_prq_init(struct sys_vtd *vtd)
{
	u64 order = vtd->iommu.config->vtd_driver.prq_order;

	vtd->prq_lg2 = SYS_PAGE_LG2 + order;
	vtd->prq = sys_iommu_alloc(&vtd->iommu, 1ULL << vtd->prq_lg2);
	if (!vtd->prq)
		return -ENOMEM;
	writeq(0, vtd->base + DMAR_PQH_REG);
	writeq(0, vtd->base + DMAR_PQT_REG);
	writeq(vtd->prq | order, vtd->base + DMAR_PQA_REG);
	return 0;
}

/* --- draining --- */

static bool has_pasid(struct sys_vtd *vtd, u32 at, u32 pasid)
{
	u64 word[2] = {0};

	sys_iommu_read(&vtd->iommu, vtd->prq + at, word, 2);
	return (word[0] & PAGE_REQ_0_PP) && FIELD_GET(PAGE_REQ_0_PASID, word[0]) == pasid;
}

/* Is one in the queue that the thread has not done with? */
static bool is_queued(struct sys_vtd *vtd, u32 pasid)
{
	u32 tail = read_tail(vtd);

	for (u32 at = read_head(vtd); at != tail; at = next(vtd, at)) {
		if (has_pasid(vtd, at, pasid))
			return true;
	}
	return false;
}

/* The thread has come to its end once more. */
static void wait_for_round(struct sys_vtd *vtd, u64 round)
{
	wait_event(vtd->prq_idle, READ_ONCE(vtd->prq_rounds) != round);
}

void sys_vtd_sync_prq(struct sys_vtd *vtd)
{
	/* Which round, before whether: one that ends in between is over. */
	u64 round = READ_ONCE(vtd->prq_rounds);

	if (READ_ONCE(vtd->is_in_round))
		wait_for_round(vtd, round);
}

static void wait_for_queued(struct sys_vtd *vtd, u32 pasid)
{
	u64 round = READ_ONCE(vtd->prq_rounds);

	while (is_queued(vtd, pasid)) {
		wait_for_round(vtd, round);
		round = READ_ONCE(vtd->prq_rounds);
	}
}

void sys_vtd_drain_prq(const struct sys_vtd_master *master, u32 did, u32 pasid)
{
	struct sys_vtd *vtd = master->vtd;

	wait_for_queued(vtd, pasid);
	for (;;) {
		u64 round = READ_ONCE(vtd->prq_rounds);

		sys_vtd_flush_drain(master, did, pasid);
		if (!(readl(vtd->base + DMAR_PRS_REG) & PRS_PRO))
			break;
		wait_for_round(vtd, round);
	}
	/* What the drain has brought into the queue. */
	wait_for_queued(vtd, pasid);
}

void sys_vtd_drain_all(struct sys_vtd *vtd)
{
	u64 round;

	if (vtd->ecap & ECAP_PDS)
		sys_vtd_submit(vtd, NULL, 0, true);
	round = READ_ONCE(vtd->prq_rounds);
	while (read_head(vtd) != read_tail(vtd)) {
		wait_for_round(vtd, round);
		round = READ_ONCE(vtd->prq_rounds);
	}
}
