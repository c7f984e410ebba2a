// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidations reach all that may hold what they are about (IHI 0070 4.3, 4.4): the
 * caches, translations under way, and stalls whose record is still to be written.
 */
#include "models/smmuv3/internal.h"

void smmu_invalidate(struct smmu *smmu, const struct smmu_tlbi *tlbi)
{
	for (struct smmu_port *port = smmu->ports; port; port = port->next_port)
		smmu_tlb_invalidate(&port->tlbs, tlbi);
	smmu_walk_cache_invalidate(&smmu->core, tlbi);
	smmu_txn_invalidate(smmu, tlbi);
	smmu_stall_invalidate(smmu, tlbi);
}

void smmu_invalidate_config(struct smmu *smmu, const struct smmu_cfgi *cfgi)
{
	for (struct smmu_port *port = smmu->ports; port; port = port->next_port)
		smmu_tlb_invalidate_config(&port->tlbs, cfgi);
	smmu_config_cache_invalidate(&smmu->core, cfgi);
	smmu_txn_invalidate_config(smmu, cfgi);
	smmu_stall_invalidate_config(smmu, cfgi);
}
