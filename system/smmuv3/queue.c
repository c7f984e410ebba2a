// SPDX-License-Identifier: GPL-2.0-only
/*
 * What software does with each queue (IHI 0070 3.5): memory for it, and, of those that the
 * SMMU writes, taking records and acknowledging an overflow (7.4, 8.1.1).
 */
#include <linux/bitfield.h>
#include <linux/io.h>
#include <linux/processor.h>

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
	WRITE_ONCE(q->nr_taken, q->nr_taken + 1);
	q->cons = ring_next(q->cons, q->lg2) | (q->cons & Q_OVERFLOW_FLAG);
	writel(q->cons, smmu->base + q->cons_reg);
	WRITE_ONCE(q->nr_freed, q->nr_taken);
	return true;
}

/* PROD belongs to what was taken then, if nothing is being taken and nothing was meanwhile. */
u64 sys_smmu_queue_end(struct sys_smmu *smmu, const struct sys_smmu_queue *q, bool *is_full)
{
	u64 nr_freed;
	u32 depth;

	for (;;) {
		nr_freed = READ_ONCE(q->nr_freed);
		depth = ring_depth(readl(smmu->base + q->prod_reg), (u32)nr_freed, q->lg2);
		if (READ_ONCE(q->nr_taken) == nr_freed)
			break;
		cpu_relax();
	}
	*is_full = depth == 1U << q->lg2;
	return nr_freed + depth;
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
