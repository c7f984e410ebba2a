// SPDX-License-Identifier: GPL-2.0-only
/* SMMUv3 bring-up (IHI 0070 3.11, 6.3): stream table, queues, interrupts, CR0. */
#include <linux/bitfield.h>
#include <linux/io.h>
#include <linux/minmax.h>

#include <errno.h>

#include "kapi/mmio.h"
#include "models/smmuv3/regs.h"
#include "sim/cpu.h"
#include "system/smmuv3/driver.h"

static u64 mmio_read(void *opaque, u64 offset, unsigned int bytes)
{
	return smmu_mmio_read(opaque, offset, bytes);
}

static void mmio_write(void *opaque, u64 offset, u64 value, unsigned int bytes)
{
	smmu_mmio_write(opaque, offset, value, bytes);
}

static const struct kapi_mmio_ops mmio_ops = {.read = mmio_read, .write = mmio_write};

static void describe_queues(struct sys_smmu *smmu, u32 idr1)
{
	smmu->cmdq = (struct sys_smmu_queue){
		.lg2 = FIELD_GET(IDR1_CMDQS, idr1),
		.entry_words = CMDQ_ENT_DWORDS,
		.base_reg = ARM_SMMU_CMDQ_BASE,
		.prod_reg = ARM_SMMU_CMDQ_PROD,
		.cons_reg = ARM_SMMU_CMDQ_CONS,
	};
	smmu->evtq = (struct sys_smmu_queue){
		.lg2 = FIELD_GET(IDR1_EVTQS, idr1),
		.entry_words = EVTQ_ENT_DWORDS,
		.base_reg = ARM_SMMU_EVTQ_BASE,
		.prod_reg = ARM_SMMU_EVTQ_PROD,
		.cons_reg = ARM_SMMU_EVTQ_CONS,
	};
	smmu->priq = (struct sys_smmu_queue){
		.lg2 = FIELD_GET(IDR1_PRIQS, idr1),
		.entry_words = PRIQ_ENT_DWORDS,
		.base_reg = ARM_SMMU_PRIQ_BASE,
		.prod_reg = ARM_SMMU_PRIQ_PROD,
		.cons_reg = ARM_SMMU_PRIQ_CONS,
	};
}

static int read_id_registers(struct sys_smmu *smmu)
{
	u32 idr0 = readl(smmu->base + ARM_SMMU_IDR0);
	u32 idr1 = readl(smmu->base + ARM_SMMU_IDR1);
	u32 idr3 = readl(smmu->base + ARM_SMMU_IDR3);
	u32 idr5 = readl(smmu->base + ARM_SMMU_IDR5);

	if (!(idr0 & IDR0_S1P) || !(idr0 & IDR0_MSI) || !(idr5 & IDR5_GRAN4K))
		return -EINVAL;
	smmu->is_2level = FIELD_GET(IDR0_ST_LVL, idr0) == IDR0_ST_LVL_2LVL;
	smmu->sid_bits = FIELD_GET(IDR1_SIDSIZE, idr1);
	smmu->ssid_bits = FIELD_GET(IDR1_SSIDSIZE, idr1);
	if (!(idr0 & IDR0_CD2L))
		smmu->ssid_bits = min(smmu->ssid_bits, (u32)SYS_SMMU_LINEAR_CD_LG2);
	smmu->oas_field = FIELD_GET(IDR5_OAS, idr5);
	smmu->has_ats = idr0 & IDR0_ATS;
	smmu->has_pri = idr0 & IDR0_PRI;
	smmu->has_hyp = idr0 & IDR0_HYP;
	smmu->has_btm = idr0 & IDR0_BTM;
	smmu->has_ril = idr3 & IDR3_RIL;
	smmu->stall_model = FIELD_GET(IDR0_STALL_MODEL, idr0);
	describe_queues(smmu, idr1);
	return 0;
}

static int init_tables(struct sys_smmu *smmu)
{
	int err = sys_smmu_init_stream_table(smmu);

	if (!err)
		err = sys_smmu_queue_init(smmu, &smmu->cmdq);
	if (!err)
		err = sys_smmu_queue_init(smmu, &smmu->evtq);
	if (!err && smmu->has_pri)
		err = sys_smmu_queue_init(smmu, &smmu->priq);
	return err ? err : sys_smmu_cmdq_init(smmu);
}

/* Write @value and wait until its acknowledge register follows (6.3.9, 6.3.15). */
static int write_and_ack(struct sys_smmu *smmu, u32 value, u32 reg, u32 ack_reg)
{
	writel(value, smmu->base + reg);
	for (u32 tries = 0; tries < 1000; tries++) {
		if (readl(smmu->base + ack_reg) == value)
			return 0;
		cpu_relax();
	}
	return -ETIMEDOUT;
}

/*
 * Of no value after a reset (6.3.11, 6.3.12), and to be written while all is off: tables and
 * queues are in memory that CPUs cache; C_BAD_STREAMID is recorded; the TLBs are this driver's
 * alone, where CPUs could broadcast to them.
 */
static void write_attributes(struct sys_smmu *smmu)
{
	const u64 cr1 = FIELD_PREP(CR1_TABLE_SH, ARM_SMMU_SH_ISH) |
			FIELD_PREP(CR1_TABLE_OC, CR1_CACHE_WB) |
			FIELD_PREP(CR1_TABLE_IC, CR1_CACHE_WB) |
			FIELD_PREP(CR1_QUEUE_SH, ARM_SMMU_SH_ISH) |
			FIELD_PREP(CR1_QUEUE_OC, CR1_CACHE_WB) |
			FIELD_PREP(CR1_QUEUE_IC, CR1_CACHE_WB);

	writel(cr1, smmu->base + ARM_SMMU_CR1);
	writel(CR2_RECINVSID | (smmu->has_btm ? CR2_PTM : 0), smmu->base + ARM_SMMU_CR2);
}

static void invalidate_everything(struct sys_smmu *smmu)
{
	const u64 cmds[3][2] = {
		{FIELD_PREP(CMDQ_0_OP, CMDQ_OP_CFGI_ALL),
		 FIELD_PREP(CMDQ_CFGI_1_RANGE, CMDQ_CFGI_1_ALL_STES)},
		{FIELD_PREP(CMDQ_0_OP, CMDQ_OP_TLBI_NSNH_ALL)},
		{FIELD_PREP(CMDQ_0_OP, CMDQ_OP_TLBI_EL2_ALL)},
	};

	/* There may be entries of EL2 where IDR0.Hyp is 1. */
	sys_smmu_issue(smmu, cmds, smmu->has_hyp ? 3 : 2, true);
}

static int request_irqs(struct sys_smmu *smmu, u32 cpu)
{
	static const struct sys_msi msis[] = {
		{"arm-smmu-v3-evtq", ARM_SMMU_EVTQ_IRQ_CFG0, sys_smmu_event_interrupt,
		 sys_smmu_event_thread},
		{"arm-smmu-v3-gerror", ARM_SMMU_GERROR_IRQ_CFG0, sys_smmu_error_interrupt, NULL},
		{"arm-smmu-v3-priq", ARM_SMMU_PRIQ_IRQ_CFG0, sys_smmu_pri_interrupt,
		 sys_smmu_pri_thread},
	};
	u32 nr = smmu->has_pri ? 3 : 2;
	int err = 0;

	for (u32 i = 0; !err && i < nr; i++)
		err = sys_smmu_request_msi(smmu, cpu, &msis[i]);
	return err;
}

/* Translated transactions are let through for streams that may use ATS only. */
static int enable(struct sys_smmu *smmu, u32 irq_cpu)
{
	u32 cr0 = CR0_CMDQEN;
	u32 irqs = IRQ_CTRL_EVTQ_IRQEN | IRQ_CTRL_GERROR_IRQEN |
		   (smmu->has_pri ? IRQ_CTRL_PRIQ_IRQEN : 0);
	int err = write_and_ack(smmu, cr0, ARM_SMMU_CR0, ARM_SMMU_CR0ACK);

	if (err)
		return err;
	invalidate_everything(smmu);
	cr0 |= CR0_EVTQEN | (smmu->has_pri ? CR0_PRIQEN : 0) | (smmu->has_ats ? CR0_ATSCHK : 0);
	err = write_and_ack(smmu, cr0, ARM_SMMU_CR0, ARM_SMMU_CR0ACK);
	/* Before their messages are written (6.3.15). */
	if (!err)
		err = write_and_ack(smmu, 0, ARM_SMMU_IRQ_CTRL, ARM_SMMU_IRQ_CTRLACK);
	if (!err)
		err = request_irqs(smmu, irq_cpu);
	if (!err)
		err = write_and_ack(smmu, irqs, ARM_SMMU_IRQ_CTRL, ARM_SMMU_IRQ_CTRLACK);
	if (!err)
		err = write_and_ack(smmu, cr0 | CR0_SMMUEN, ARM_SMMU_CR0, ARM_SMMU_CR0ACK);
	return err;
}

int sys_smmu_probe(struct sys_iommu *iommu, u32 irq_cpu)
{
	struct sys_smmu *smmu = to_smmu(iommu);
	int err;

	smmu->near_cpu = irq_cpu;
	smmu->base = kapi_ioremap(&mmio_ops, smmu->model);
	if (!smmu->base)
		return -ENOMEM;
	mutex_init(&smmu->streams_mutex);
	smmu->streams = RB_ROOT;
	atomic_set(&smmu->last_asid, 0);
	init_waitqueue_head(&smmu->queue_idle);
	err = read_id_registers(smmu);
	if (!err)
		err = write_and_ack(smmu, 0, ARM_SMMU_CR0, ARM_SMMU_CR0ACK);
	if (err)
		return err;
	write_attributes(smmu);
	err = init_tables(smmu);
	return err ? err : enable(smmu, irq_cpu);
}
