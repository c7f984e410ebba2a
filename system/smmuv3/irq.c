// SPDX-License-Identifier: GPL-2.0-only
/* Interrupts by message (IHI 0070 3.18), and the one of global errors (6.3.18, 7.5). */
#include <linux/bitfield.h>
#include <linux/io.h>
#include <linux/printk.h>

#include "models/smmuv3/regs.h"
#include "system/iommu/memory.h"
#include "system/smmuv3/driver.h"

/* The address, 8 bytes, the data, and what kind of memory the address is. */
int sys_smmu_request_msi(struct sys_smmu *smmu, u32 cpu, const struct sys_msi *msi)
{
	int irq = sys_irqchip_request(msi, cpu, smmu);

	if (irq < 0)
		return irq;
	writeq(SYS_IRQCHIP_DOORBELL, smmu->base + msi->reg);
	writel(irq, smmu->base + msi->reg + 8);
	writel(FIELD_PREP(MSI_CFG2_MEMATTR, (u64)ARM_SMMU_MEMATTR_DEVICE_nGnRE),
	       smmu->base + msi->reg + 12);
	return 0;
}

/*
 * A command that the hardware refused stays at CONS and stops the queue (7.1):
 * put a CMD_SYNC without signal in its place, and it goes on. A CMD_SYNC that an
 * endpoint's invalidation has kept too long is not refused: it is tried again.
 */
static void skip_failed_command(struct sys_smmu *smmu)
{
	u32 cons = readl(smmu->base + ARM_SMMU_CMDQ_CONS);
	pa_t slot = sys_smmu_queue_slot(&smmu->cmdq, cons);
	const u64 sync[CMDQ_ENT_DWORDS] = {FIELD_PREP(CMDQ_0_OP, CMDQ_OP_CMD_SYNC)};
	u64 cmd = 0;

	if (FIELD_GET(CMDQ_CONS_ERR, (u64)cons) == CMDQ_ERR_CERROR_ATC_INV_IDX) {
		pr_err("smmu%u: an endpoint did not complete an ATC invalidation in time\n",
		       smmu->iommu.number);
		return;
	}
	mem_read64(smmu->iommu.mem, slot, &cmd);
	pr_err("smmu%u: command 0x%llx refused, error %llu\n", smmu->iommu.number, cmd,
	       FIELD_GET(CMDQ_CONS_ERR, (u64)cons));
	sys_iommu_write(&smmu->iommu, slot, sync, CMDQ_ENT_DWORDS);
}

/* Global errors (6.3.18): report, mend what can be mended, acknowledge. */
irqreturn_t sys_smmu_error_interrupt(int irq, void *dev)
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
