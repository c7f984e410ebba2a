// SPDX-License-Identifier: GPL-2.0-only
/*
 * Event queue interrupt and thread (IHI 0070 3.5, 7): the hard handler wakes
 * the thread, the thread reads PROD, takes record after record, moves CONS for
 * each, and reports stalled transactions to the handler core.
 *
 * The interrupt is raised only when the queue was empty, so the thread reads
 * PROD again after its last record before it leaves.
 *
 * The handler core's state of a master stays while the thread reports for it: it is
 * let go of (sys_iommu_remove()) after sys_smmu_release_device(), which takes streams_mutex.
 */
#include <linux/bitfield.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/printk.h>

#include "models/smmuv3/regs.h"
#include "sim/point.h"
#include "system/measure/aborts.h"
#include "system/smmuv3/driver.h"

static void decode_fault(const u64 event[4], struct pfh_fault *fault)
{
	*fault = (struct pfh_fault){
		.addr = event[2],
		.grpid = FIELD_GET(EVTQ_1_STAG, event[1]),
		.flags = PFH_FAULT_LAST_PAGE,
		.perm = event[1] & EVTQ_1_RnW ? PFH_PERM_READ : PFH_PERM_WRITE,
	};
	if (event[1] & EVTQ_1_InD)
		fault->perm |= PFH_PERM_EXEC;
	if (event[1] & EVTQ_1_PnU)
		fault->perm |= PFH_PERM_PRIV;
	if (event[0] & EVTQ_0_SSV) {
		fault->flags |= PFH_FAULT_PASID_VALID;
		fault->pasid = FIELD_GET(EVTQ_0_SSID, event[0]);
	}
}

/* A stalled access that nobody takes must not hang its device. */
static void terminate(struct sys_smmu *smmu, const u64 event[4], struct port_fault stall)
{
	const u64 cmd[1][2] = {{
		FIELD_PREP(CMDQ_0_OP, CMDQ_OP_RESUME) |
			FIELD_PREP(CMDQ_RESUME_0_SID, FIELD_GET(EVTQ_0_SID, event[0])) |
			FIELD_PREP(CMDQ_RESUME_0_RESP, CMDQ_RESUME_0_RESP_ABORT),
		FIELD_PREP(CMDQ_RESUME_1_STAG, FIELD_GET(EVTQ_1_STAG, event[1])),
	}};

	sys_collect_answer(smmu->iommu.collect, smmu->iommu.number, stall);
	sys_smmu_issue(smmu, cmd, 1, false);
	sys_collect_stamp(smmu->iommu.collect, smmu->iommu.number, stall, SYS_STAGE_ANSWERED);
}

/* An access that ended already: nothing waits for an answer. Linux prints it likewise. */
static void note_abort(struct sys_smmu *smmu, const u64 event[4])
{
	struct sys_aborts *aborts = sys_collect_aborts(smmu->iommu.collect);
	u32 id = FIELD_GET(EVTQ_0_ID, event[0]);
	const char *access = event[1] & EVTQ_1_RnW ? "read" : "write";
	u32 pasid = FIELD_GET(EVTQ_0_SSID, event[0]);

	pr_info_ratelimited(
		"smmu%u: event 0x%02x received: 0x%016llx 0x%016llx 0x%016llx 0x%016llx\n",
		smmu->iommu.number, id, event[0], event[1], event[2], event[3]);
	switch (id) {
	case EVT_ID_BAD_SUBSTREAMID_CONFIG:
	case EVT_ID_BAD_CD_CONFIG:
		if (event[0] & EVTQ_0_SSV)
			sys_aborts_note(aborts, id, "PASID %u is not bound", pasid);
		else
			sys_aborts_note(aborts, id, "a device is in no domain");
		break;
	case EVT_ID_BAD_STE_CONFIG:
	case EVT_ID_BAD_STREAMID_CONFIG:
		sys_aborts_note(aborts, id, "no driver has device %llu behind smmu%u",
				FIELD_GET(EVTQ_0_SID, event[0]), smmu->iommu.number);
		break;
	case EVT_ID_TRANSLATION_FAULT:
		sys_aborts_note(aborts, id, "nothing is mapped at 0x%llx", event[2]);
		break;
	case EVT_ID_PERMISSION_FAULT:
		sys_aborts_note(aborts, id, "no permission to %s 0x%llx", access, event[2]);
		break;
	default:
		sys_aborts_note(aborts, id, "SMMU event 0x%02x, %s of 0x%llx", id, access,
				event[2]);
	}
}

static void handle_event(struct sys_smmu *smmu, const u64 event[4])
{
	struct port_fault stall = {.kind = PORT_FAULT_STALL};
	struct sys_smmu_master *master;
	struct pfh_fault fault;

	if (!(event[1] & EVTQ_1_STALL)) {
		note_abort(smmu, event);
		return;
	}
	stall.stream_id = FIELD_GET(EVTQ_0_SID, event[0]);
	stall.tag = FIELD_GET(EVTQ_1_STAG, event[1]);
	sys_collect_stamp(smmu->iommu.collect, smmu->iommu.number, stall, SYS_STAGE_DEQUEUED);
	decode_fault(event, &fault);
	mutex_lock(&smmu->streams_mutex);
	master = sys_smmu_find_master(smmu, FIELD_GET(EVTQ_0_SID, event[0]));
	if (master && master->common->pfh)
		pfh_report_fault(master->common->pfh, &fault);
	else
		terminate(smmu, event, stall);
	mutex_unlock(&smmu->streams_mutex);
}

static void turn(struct sys_smmu *smmu)
{
	sys_collect_turn(smmu->iommu.collect, smmu->iommu.number, PORT_FAULT_STALL);
}

irqreturn_t sys_smmu_event_thread(int irq, void *dev)
{
	struct sys_smmu *smmu = dev;
	struct sys_smmu_queue *q = &smmu->evtq;
	u64 event[EVTQ_ENT_DWORDS];

	turn(smmu);
	do {
		q->prod = readl(smmu->base + q->prod_reg);
		while (sys_smmu_queue_take(smmu, q, event)) {
			handle_event(smmu, event);
			turn(smmu);
			WRITE_ONCE(smmu->nr_evt_handled, smmu->nr_evt_handled + 1);
			/* Who waits counts himself, then looks. */
			smp_mb();
			if (READ_ONCE(smmu->nr_evt_drains))
				wake_up_all(&smmu->queue_idle);
		}
		if (sys_smmu_queue_has_overflow(q))
			sys_smmu_queue_acknowledge(smmu, q);
		q->prod = readl(smmu->base + q->prod_reg);
	} while (!sys_smmu_queue_is_empty(q));
	return IRQ_HANDLED;
}

irqreturn_t sys_smmu_event_interrupt(int irq, void *dev)
{
	struct sys_smmu *smmu = dev;

	sys_collect_interrupt(smmu->iommu.collect, smmu->iommu.number, PORT_FAULT_STALL);
	return IRQ_WAKE_THREAD;
}

/* In one step, that costs nothing: Linux has no such counter. */
static void count_drains(struct sys_smmu *smmu, u32 by)
{
	sim_point(SIM_POINT_ATOMIC, &smmu->nr_evt_drains, sizeof(smmu->nr_evt_drains));
	sim_unchecked_begin();
	smmu->nr_evt_drains += by;
	sim_unchecked_end();
}

/* What waits for room in a full queue has its place in it when that is no longer full. */
void sys_smmu_drain_evtq(struct sys_smmu *smmu)
{
	bool is_full;

	count_drains(smmu, 1);
	do {
		u64 end = sys_smmu_queue_end(smmu, &smmu->evtq, &is_full);

		wait_event(smmu->queue_idle, READ_ONCE(smmu->nr_evt_handled) >= end);
	} while (is_full);
	count_drains(smmu, -1U);
}
