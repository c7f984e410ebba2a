// SPDX-License-Identifier: GPL-2.0-only
/*
 * What software does with each queue (IHI 0070 3.5): memory for it, and, of those that the
 * SMMU writes, taking records and acknowledging an overflow (7.4, 8.1.1).
 */
#include <linux/bitfield.h>
#include <linux/io.h>

#include <errno.h>

#include "models/smmuv3/regs.h"
#include "sim/cpu.h"
#include "sim/dist.h"
#include "sim/sim.h"
#include "system/iommu/memory.h"
#include "system/smmuv3/driver.h"

int sys_smmu_queue_init(struct sys_smmu *smmu, struct sys_smmu_queue *q)
{
	q->base = sys_iommu_alloc(&smmu->iommu, 8ULL * q->entry_words << q->lg2);
	if (!q->base)
		return -ENOMEM;
	writeq(Q_BASE_RWA | (q->base & Q_BASE_ADDR_MASK) | FIELD_PREP(Q_BASE_LOG2SIZE, q->lg2),
	       smmu->base + q->base_reg);
	writel(0, smmu->base + q->prod_reg);
	writel(0, smmu->base + q->cons_reg);
	return 0;
}

bool sys_smmu_queue_take(struct sys_smmu *smmu, struct sys_smmu_queue *q, u64 *record)
{
	sim_assert(ring_depth(q->prod, q->cons, q->lg2) <= 1U << q->lg2);
	if (sys_smmu_queue_is_empty(q))
		return false;
	sim_charge_cost(smmu->iommu.config->host.event_decode_ps);
	sim_settle();
	sys_iommu_read(&smmu->iommu, sys_smmu_queue_slot(q, q->cons), record, q->entry_words);
	q->nr_taken++;
	q->cons = ring_next(q->cons, q->lg2) | (q->cons & Q_OVERFLOW_FLAG);
	writel(q->cons, smmu->base + q->cons_reg);
	return true;
}

bool sys_smmu_queue_has_overflow(const struct sys_smmu_queue *q)
{
	return (q->prod ^ q->cons) & Q_OVERFLOW_FLAG;
}

void sys_smmu_queue_acknowledge(struct sys_smmu *smmu, struct sys_smmu_queue *q)
{
	q->cons = (q->cons & ~Q_OVERFLOW_FLAG) | (q->prod & Q_OVERFLOW_FLAG);
	writel(q->cons, smmu->base + q->cons_reg);
}
