// SPDX-License-Identifier: GPL-2.0-only
/* Where the queues in memory are, and how large (IHI 0070 3.5, 6.3.26). */
#include "models/smmuv3/internal.h"

u32 smmu_queue_lg2(const struct smmu *smmu, enum smmu_reg base_reg)
{
	u64 limit = smmu->core.params.evtq_lg2;

	if (base_reg == SMMU_REG_CMDQ_BASE)
		limit = smmu->core.params.cmdq_lg2;
	if (base_reg == SMMU_REG_PRIQ_BASE)
		limit = smmu->core.params.priq_lg2;
	return min_u64(FIELD_GET(Q_BASE_LOG2SIZE, smmu->core.reg[base_reg]), limit);
}

pa_t smmu_queue_entry_at(u64 base, u32 lg2, u32 pointer, u32 entry_bytes)
{
	u64 size = (u64)entry_bytes << lg2;

	/* The base is aligned to the queue's size, 32 bytes at the least (6.3.26). */
	return (base & Q_BASE_ADDR_MASK & ~(max_u64(size, 32) - 1)) +
	       (u64)ring_index(pointer, lg2) * entry_bytes;
}

pa_t smmu_queue_entry(const struct smmu *smmu, enum smmu_reg base_reg, u32 pointer, u32 entry_bytes)
{
	return smmu_queue_entry_at(smmu->core.reg[base_reg], smmu_queue_lg2(smmu, base_reg),
				   pointer, entry_bytes);
}
