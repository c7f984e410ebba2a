// SPDX-License-Identifier: GPL-2.0-only
/*
 * PRI queue interrupt and thread (IHI 0070 3.5, 8): the thread takes record after
 * record, moves CONS for each, and reports page requests to the handler core. CONS
 * moves before a request is answered, so the credit that an answer returns never
 * finds the queue fuller than before (chapter 8).
 *
 * Overflow (8.1.1): while it is active the SMMU writes nothing, so when the queue
 * has been worked off, what is left of a group is all that will ever be there; its
 * last request was answered by the SMMU. It is thrown away before the overflow is
 * acknowledged, because then the endpoint may use its index again.
 *
 * Nobody is interrupted for an overflow: the thread looks again for one, as it does
 * for records, before it leaves.
 */
#include <linux/bitfield.h>
#include <linux/io.h>

#include "models/smmuv3/regs.h"
#include "system/smmuv3/driver.h"

static bool is_stop_marker(const u64 record[2])
{
	return record[0] & PRIQ_0_SSID_V && record[0] & PRIQ_0_PRG_LAST &&
	       !(record[0] & (PRIQ_0_PERM_READ | PRIQ_0_PERM_WRITE));
}

static void decode(const u64 record[2], struct pfh_fault *fault)
{
	*fault = (struct pfh_fault){
		.addr = record[1] & PRIQ_1_ADDR_MASK,
		.grpid = FIELD_GET(PRIQ_1_PRG_IDX, record[1]),
		.perm = (record[0] & PRIQ_0_PERM_READ ? PFH_PERM_READ : 0) |
			(record[0] & PRIQ_0_PERM_WRITE ? PFH_PERM_WRITE : 0),
		.flags = record[0] & PRIQ_0_PRG_LAST ? PFH_FAULT_LAST_PAGE : 0,
	};
	if (!(record[0] & PRIQ_0_SSID_V))
		return;
	fault->flags |= PFH_FAULT_PASID_VALID;
	fault->pasid = FIELD_GET(PRIQ_0_SSID, record[0]);
	fault->perm |= (record[0] & PRIQ_0_PERM_EXEC ? PFH_PERM_EXEC : 0) |
		       (record[0] & PRIQ_0_PERM_PRIV ? PFH_PERM_PRIV : 0);
}

/*
 * A request of an endpoint that may not ask: it is told to stop (4.5.2). The PASID
 * goes back as it came, for nothing is known of the endpoint.
 */
static void refuse(struct sys_smmu *smmu, u32 sid, const struct pfh_fault *fault)
{
	u64 substream = fault->flags & PFH_FAULT_PASID_VALID
				? CMDQ_0_SSV | FIELD_PREP(CMDQ_PRI_0_SSID, (u64)fault->pasid)
				: 0;
	const u64 cmd[1][2] = {{
		FIELD_PREP(CMDQ_0_OP, CMDQ_OP_PRI_RESP) | FIELD_PREP(CMDQ_PRI_0_SID, (u64)sid) |
			substream,
		FIELD_PREP(CMDQ_PRI_1_GRPID, (u64)fault->grpid) |
			FIELD_PREP(CMDQ_PRI_1_RESP, (u64)CMDQ_PRI_1_RESP_FAILURE),
	}};

	const struct port_fault name = {PORT_FAULT_PAGE_REQUEST, sid, fault->grpid};

	if (!(fault->flags & PFH_FAULT_LAST_PAGE))
		return;
	sys_collect_answer(smmu->iommu.collect, smmu->iommu.number, name);
	sys_smmu_issue(smmu, cmd, 1, false);
	sys_collect_stamp(smmu->iommu.collect, smmu->iommu.number, name, SYS_STAGE_ANSWERED);
}

static void handle_request(struct sys_smmu *smmu, const u64 record[2])
{
	u32 sid = FIELD_GET(PRIQ_0_SID, record[0]);
	struct port_fault name = {.kind = PORT_FAULT_PAGE_REQUEST, .stream_id = sid};
	struct sys_smmu_master *master;
	struct pfh_fault fault;

	/* Ends a use of a PASID; who ends it waits for this thread, not for the marker. */
	if (is_stop_marker(record))
		return;
	decode(record, &fault);
	name.tag = fault.grpid;
	if (fault.flags & PFH_FAULT_LAST_PAGE)
		sys_collect_stamp(smmu->iommu.collect, smmu->iommu.number, name,
				  SYS_STAGE_DEQUEUED);
	mutex_lock(&smmu->streams_mutex);
	master = sys_smmu_find_master(smmu, sid);
	if (master && master->common->pfh && READ_ONCE(master->is_pri_enabled))
		pfh_report_fault(master->common->pfh, &fault);
	else
		refuse(smmu, sid, &fault);
	mutex_unlock(&smmu->streams_mutex);
}

static void discard_partial_groups(struct sys_smmu *smmu)
{
	struct rb_node *node;

	mutex_lock(&smmu->streams_mutex);
	for (node = rb_first(&smmu->streams); node; node = rb_next(node)) {
		struct sys_smmu_master *master = rb_entry(node, struct sys_smmu_master, node);

		if (master->common->pfh && master->has_pri)
			pfh_discard_partials(master->common->pfh);
	}
	mutex_unlock(&smmu->streams_mutex);
}

/* The queue is empty, and the SMMU writes nothing before this acknowledges. */
static void acknowledge_overflow(struct sys_smmu *smmu)
{
	discard_partial_groups(smmu);
	sys_smmu_queue_acknowledge(smmu, &smmu->priq);
}

static void turn(struct sys_smmu *smmu)
{
	sys_collect_turn(smmu->iommu.collect, smmu->iommu.number, PORT_FAULT_PAGE_REQUEST);
}

irqreturn_t sys_smmu_pri_thread(int irq, void *dev)
{
	struct sys_smmu *smmu = dev;
	struct sys_smmu_queue *q = &smmu->priq;
	u64 record[PRIQ_ENT_DWORDS];

	turn(smmu);
	q->prod = readl(smmu->base + q->prod_reg);
	do {
		while (sys_smmu_queue_take(smmu, q, record)) {
			handle_request(smmu, record);
			turn(smmu);
			WRITE_ONCE(smmu->nr_pri_handled, smmu->nr_pri_handled + 1);
			wake_up_all(&smmu->queue_idle);
		}
		if (sys_smmu_queue_has_overflow(q))
			acknowledge_overflow(smmu);
		q->prod = readl(smmu->base + q->prod_reg);
	} while (!sys_smmu_queue_is_empty(q) || sys_smmu_queue_has_overflow(q));
	return IRQ_HANDLED;
}

irqreturn_t sys_smmu_pri_interrupt(int irq, void *dev)
{
	struct sys_smmu *smmu = dev;

	sys_collect_interrupt(smmu->iommu.collect, smmu->iommu.number, PORT_FAULT_PAGE_REQUEST);
	return IRQ_WAKE_THREAD;
}

void sys_smmu_drain_priq(struct sys_smmu *smmu)
{
	bool is_full;
	u64 end = sys_smmu_queue_end(smmu, &smmu->priq, &is_full);

	wait_event(smmu->queue_idle, READ_ONCE(smmu->nr_pri_handled) >= end);
}
