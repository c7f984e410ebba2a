// SPDX-License-Identifier: GPL-2.0-only
/* A cache of any kind, as the parameters say; its random stream has a number of its own. */
#include <stdio.h>

#include "models/smmuv3/steps/steps.h"

int smmu_cache_init(struct smmu_core *smmu, struct tlb_array *array, u64 entries, u64 ways,
		    u32 entry_bytes)
{
	char stream[32];
	int err = tlb_array_init(array, entries, min_u64(ways, entries), entry_bytes);

	snprintf(stream, sizeof(stream), "smmu%u cache %u", smmu->number, smmu->nr_caches++);
	return err ? err : tlb_array_set_replacement(array, smmu->params.replacement, stream);
}
