// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration cache: what an STE and a CD came to, by StreamID and
 * SubstreamID (IHI 0070 4.3, 16.2). Level 1 descriptors are not cached, and
 * nothing that ended in a fault is.
 */
#include "models/smmuv3/steps/steps.h"

int smmu_config_cache_init(struct smmu_core *smmu)
{
	const struct smmu_cache_shape shape = {
		smmu->params.config_entries, smmu->params.config_ways, sizeof(struct smmu_config)};

	return smmu_cache_init(smmu, &smmu->config_cache, &shape);
}

void smmu_config_cache_fill(struct smmu_core *smmu, const struct smmu_xlate *x)
{
	u32 number;

	if (x->filling == SMMU_FILLS_NOTHING)
		return;
	number = tlb_array_insert(&smmu->config_cache, smmu_config_address(x->sid, x->ssid),
				  TLB_MIN_LG2, smmu_stream_tag(x->sid, x->ssid, x->has_ssid));
	if (number != TLB_NONE)
		*(struct smmu_config *)tlb_array_entry(&smmu->config_cache, number) = x->own_config;
}

void smmu_config_cache_invalidate(struct smmu_core *smmu, const struct smmu_cfgi *cfgi)
{
	struct tlb_array *array = &smmu->config_cache;

	for (u32 i = 0; array->nr_valid && i < array->nr_entries; i++) {
		const struct smmu_config *config = tlb_array_entry(array, i);
		u32 sid = (u32)array->tags[i].context; /* smmu_stream_tag() */

		if (!tlb_array_is_valid(array, i) || sid < cfgi->first_sid || sid > cfgi->last_sid)
			continue;
		if (cfgi->by_cd && config->cd_index != cfgi->cd_index)
			continue;
		tlb_array_drop(array, i);
	}
}
