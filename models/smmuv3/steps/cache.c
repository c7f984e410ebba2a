// SPDX-License-Identifier: GPL-2.0-only
/* A cache of any kind, as the parameters say; its random stream has a number of its own. */
#include <stdio.h>

#include "models/smmuv3/steps/steps.h"

int smmu_cache_init(struct smmu_core *smmu, struct tlb_array *array,
		    const struct smmu_cache_shape *shape)
{
	char stream[32];
	int err = tlb_array_init(array, shape->entries, min_u64(shape->ways, shape->entries),
				 shape->entry_bytes);

	snprintf(stream, sizeof(stream), "smmu%u cache %u", smmu->number, smmu->nr_caches++);
	return err ? err : tlb_array_set_replacement(array, smmu->params.replacement, stream);
}
