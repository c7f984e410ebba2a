// SPDX-License-Identifier: GPL-2.0-only
/*
 * Event queue interrupt and thread (IHI 0070 3.5, 7): the hard handler wakes
 * the thread, the thread reads PROD, takes record after record, moves CONS for
 * each, and reports stalled transactions to the handler core.
 *
 * The interrupt is raised only when the queue was empty, so the thread reads
 * PROD again after its last record before it leaves.
 */
#include <linux/bitfield.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/printk.h>

#include "kapi/irq.h"
#include "models/smmuv3/regs.h"
#include "sim/cpu.h"
#include "system/iommu/irqchip.h"
#include "system/linux/iopf.h"
#include "system/smmuv3/driver.h"

struct sys_smmu_master *sys_smmu_find_master(struct sys_smmu *smmu, u32 sid)
{
	struct rb_node *node = smmu->streams.rb_node;

	while (node) {
		struct sys_smmu_master *master = rb_entry(node, struct sys_smmu_master, node);

		if (master->sid == sid)
			return master;
		node = sid < master->sid ? rb_left(node) : rb_right(node);
	}
	return NULL;
}

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
static void terminate(struct sys_smmu *smmu, const u64 event[4])
{
	const u64 cmd[1][2] = {{
		FIELD_PREP(CMDQ_0_OP, CMDQ_OP_RESUME) |
			FIELD_PREP(CMDQ_RESUME_0_SID, FIELD_GET(EVTQ_0_SID, event[0])) |
			FIELD_PREP(CMDQ_RESUME_0_RESP, CMDQ_RESUME_0_RESP_ABORT),
		FIELD_PREP(CMDQ_RESUME_1_STAG, FIELD_GET(EVTQ_1_STAG, event[1])),
	}};

	sys_smmu_issue(smmu, cmd, 1, false);
}

static void handle_event(struct sys_smmu *smmu, const u64 event[4])
{
	struct port_fault stall = {.kind = PORT_FAULT_STALL};
	struct sys_smmu_master *master;
	struct pfh_fault fault;

	/* An access that ended already: nothing waits for an answer. */
	if (!(event[1] & EVTQ_1_STALL))
		return;
	stall.stream_id = FIELD_GET(EVTQ_0_SID, event[0]);
	stall.tag = FIELD_GET(EVTQ_1_STAG, event[1]);
	sys_collect_stamp(smmu->iommu.collect, smmu->iommu.number, stall, SYS_STAGE_DEQUEUED);
	decode_fault(event, &fault);
	mutex_lock(&smmu->streams_mutex);
	master = sys_smmu_find_master(smmu, FIELD_GET(EVTQ_0_SID, event[0]));
	if (master && master->common->pfh)
		sys_report_fault(master->common, &fault);
	else
		terminate(smmu, event);
	mutex_unlock(&smmu->streams_mutex);
}

/* Take the record at CONS, if there is one below the PROD read last. */
static bool remove_record(struct sys_smmu *smmu, u64 event[4])
{
	struct sys_smmu_queue *q = &smmu->evtq;
	u32 mask = (2U << q->lg2) - 1;
	pa_t slot = q->base + EVTQ_ENT_BYTES * (q->cons & ((1U << q->lg2) - 1));

	if (((q->prod ^ q->cons) & mask) == 0)
		return false;
	sim_charge(smmu->iommu.config->host.event_decode_ps);
	sim_settle();
	for (u32 i = 0; i < 4; i++)
		mem_read64(smmu->iommu.mem, slot + 8 * i, &event[i]);
	q->cons = ((q->cons + 1) & mask) | (q->cons & Q_OVERFLOW_FLAG);
	writel(q->cons, smmu->base + q->cons_reg);
	return true;
}

/* Acknowledge an overflow: OVACKFLG follows OVFLG (IHI 0070 7.4). */
static void acknowledge_overflow(struct sys_smmu *smmu)
{
	struct sys_smmu_queue *q = &smmu->evtq;

	if (!((q->prod ^ q->cons) & Q_OVERFLOW_FLAG))
		return;
	q->cons = (q->cons & ~Q_OVERFLOW_FLAG) | (q->prod & Q_OVERFLOW_FLAG);
	writel(q->cons, smmu->base + q->cons_reg);
}

static irqreturn_t event_thread(int irq, void *dev)
{
	struct sys_smmu *smmu = dev;
	struct sys_smmu_queue *q = &smmu->evtq;
	u32 mask = (2U << q->lg2) - 1;
	u64 event[4];

	do {
		q->prod = readl(smmu->base + q->prod_reg);
		while (remove_record(smmu, event))
			handle_event(smmu, event);
		acknowledge_overflow(smmu);
		q->prod = readl(smmu->base + q->prod_reg);
	} while ((q->prod ^ q->cons) & mask);
	return IRQ_HANDLED;
}

static irqreturn_t event_interrupt(int irq, void *dev)
{
	struct sys_smmu *smmu = dev;

	sys_collect_interrupt(smmu->iommu.collect, smmu->iommu.number, PORT_FAULT_STALL);
	return IRQ_WAKE_THREAD;
}

/*
 * A command that the hardware refused stays at CONS and stops the queue (7.1):
 * put a CMD_SYNC without signal in its place, and it goes on. A CMD_SYNC that an
 * endpoint's invalidation has kept too long is not refused: it is tried again.
 */
static void skip_failed_command(struct sys_smmu *smmu)
{
	u32 cons = readl(smmu->base + ARM_SMMU_CMDQ_CONS);
	pa_t slot = smmu->cmdq.base + CMDQ_ENT_BYTES * (cons & ((1U << smmu->cmdq.lg2) - 1));
	u64 cmd = 0;

	if (FIELD_GET(CMDQ_CONS_ERR, (u64)cons) == CMDQ_ERR_CERROR_ATC_INV_IDX) {
		pr_err("smmu%u: an endpoint did not complete an ATC invalidation in time\n",
		       smmu->iommu.number);
		return;
	}
	mem_read64(smmu->iommu.mem, slot, &cmd);
	pr_err("smmu%u: command 0x%llx refused, error %llu\n", smmu->iommu.number, cmd,
	       FIELD_GET(CMDQ_CONS_ERR, (u64)cons));
	mem_write64(smmu->iommu.mem, slot, FIELD_PREP(CMDQ_0_OP, CMDQ_OP_CMD_SYNC));
	mem_write64(smmu->iommu.mem, slot + 8, 0);
}

/* Global errors (6.3.18): report, mend what can be mended, acknowledge. */
static irqreturn_t error_interrupt(int irq, void *dev)
{
	struct sys_smmu *smmu = dev;
	u32 gerror = readl(smmu->base + ARM_SMMU_GERROR);
	u32 active = gerror ^ readl(smmu->base + ARM_SMMU_GERRORN);

	if (!active)
		return IRQ_NONE;
	if (active & GERROR_CMDQ_ERR)
		skip_failed_command(smmu);
	if (active & ~GERROR_CMDQ_ERR)
		pr_err("smmu%u: GERROR 0x%x\n", smmu->iommu.number, active);
	writel(gerror, smmu->base + ARM_SMMU_GERRORN);
	return IRQ_HANDLED;
}

int sys_smmu_request_msi(struct sys_smmu *smmu, u32 cpu, u32 cfg0, u32 cfg1, irq_handler_t handler,
			 irq_handler_t thread, const char *name)
{
	int irq = kapi_irq_create(cpu);
	int err;

	if (irq < 0)
		return irq;
	err = request_threaded_irq(irq, handler, thread, 0, name, smmu);
	if (err)
		return err;
	writeq(SYS_IRQCHIP_DOORBELL, smmu->base + cfg0);
	writel(irq, smmu->base + cfg1);
	return 0;
}

int sys_smmu_request_irqs(struct sys_smmu *smmu, u32 irq_cpu)
{
	int err = sys_smmu_request_msi(smmu, irq_cpu, ARM_SMMU_EVTQ_IRQ_CFG0,
				       ARM_SMMU_EVTQ_IRQ_CFG1, event_interrupt, event_thread,
				       "arm-smmu-v3-evtq");

	if (!err)
		err = sys_smmu_request_msi(smmu, irq_cpu, ARM_SMMU_GERROR_IRQ_CFG0,
					   ARM_SMMU_GERROR_IRQ_CFG1, error_interrupt, NULL,
					   "arm-smmu-v3-gerror");
	if (!err && smmu->has_pri)
		err = sys_smmu_request_msi(smmu, irq_cpu, ARM_SMMU_PRIQ_IRQ_CFG0,
					   ARM_SMMU_PRIQ_IRQ_CFG1, sys_smmu_pri_interrupt,
					   sys_smmu_pri_thread, "arm-smmu-v3-priq");
	return err;
}
