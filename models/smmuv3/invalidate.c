// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidations reach all that may hold what they are about (IHI 0070 4.3, 4.4): the
 * caches, translations under way, and stalls whose record is still to be written.
 */
#include "models/smmuv3/internal.h"

/* Entries of all caches: what an invalidation drops is the difference. */
static u64 nr_cached(const struct smmu *smmu)
{
	const struct smmu_core *core = &smmu->core;
	u64 nr = core->config_cache.nr_valid;

	for (const struct smmu_port *port = smmu->ports; port; port = port->next_port)
		nr += port->tlbs.utlb.nr_valid + port->tlbs.tlb.nr_valid;
	for (u32 i = 0; i < SMMU_NR_STAGES * SMMU_NR_LEVELS; i++)
		nr += core->walk_cache[i / SMMU_NR_LEVELS][i % SMMU_NR_LEVELS].nr_valid;
	return nr;
}

static void observe(struct smmu *smmu, enum iommu_inval kind, u64 nr_before)
{
	const struct iommu_invalidation done = {
		.kind = kind,
		.took_ps = smmu->command_ps,
		.nr_dropped = nr_before - nr_cached(smmu),
	};

	if (smmu->observer && smmu->observer->invalidated)
		smmu->observer->invalidated(smmu->observer_opaque, &done);
}

static enum iommu_inval kind_of(const struct smmu_tlbi *tlbi)
{
	if (tlbi->by_va)
		return IOMMU_INVAL_ADDRESS;
	return tlbi->by_asid || tlbi->by_vmid ? IOMMU_INVAL_SPACE : IOMMU_INVAL_ALL;
}

void smmu_invalidate(struct smmu *smmu, const struct smmu_tlbi *tlbi)
{
	u64 nr_before = nr_cached(smmu);

	for (struct smmu_port *port = smmu->ports; port; port = port->next_port)
		smmu_tlb_invalidate(&port->tlbs, tlbi);
	smmu_walk_cache_invalidate(&smmu->core, tlbi);
	smmu_txn_invalidate(smmu, tlbi);
	smmu_stall_invalidate(smmu, tlbi);
	observe(smmu, kind_of(tlbi), nr_before);
}

void smmu_invalidate_config(struct smmu *smmu, const struct smmu_cfgi *cfgi)
{
	u64 nr_before = nr_cached(smmu);

	for (struct smmu_port *port = smmu->ports; port; port = port->next_port)
		smmu_tlb_invalidate_config(&port->tlbs, cfgi);
	smmu_config_cache_invalidate(&smmu->core, cfgi);
	smmu_txn_invalidate_config(smmu, cfgi);
	smmu_stall_invalidate_config(smmu, cfgi);
	observe(smmu, IOMMU_INVAL_CONFIG, nr_before);
}
