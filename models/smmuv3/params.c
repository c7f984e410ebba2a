// SPDX-License-Identifier: GPL-2.0-only
/* The parameter tables of params.h as data, and whether values fit each other. */
#include "models/smmuv3/params.h"

#define ROW(...) SIM_PARAM_ROW(struct smmu_params, __VA_ARGS__)
const struct sim_param smmu_feature_table[] = {SMMU_FEATURES(ROW)};
const struct sim_param smmu_cache_table[] = {SMMU_CACHES(ROW)};
const struct sim_param smmu_timing_table[] = {SMMU_TIMING(ROW)};
#undef ROW

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
const size_t smmu_feature_count = COUNT(smmu_feature_table);
const size_t smmu_cache_count = COUNT(smmu_cache_table);
const size_t smmu_timing_count = COUNT(smmu_timing_table);

void smmu_params_default(struct smmu_params *params)
{
	sim_params_default(params, smmu_feature_table, smmu_feature_count);
	sim_params_default(params, smmu_cache_table, smmu_cache_count);
	sim_params_default(params, smmu_timing_table, smmu_timing_count);
}

static bool is_address_size(u64 bits)
{
	return bits == 32 || bits == 36 || bits == 40 || bits == 42 || bits == 44 || bits == 48 ||
	       bits == 52;
}

/* A smaller cache may have fewer entries than a set has ways. */
static bool is_cache(u64 entries, u64 ways)
{
	return entries <= ways || entries % ways == 0;
}

static bool are_walk_caches(const struct smmu_params *p)
{
	const u64 entries[] = {
		p->walk_lm1_entries,   p->walk_l0_entries,    p->walk_l1_entries,
		p->walk_l2_entries,    p->walk_l3_entries,    p->s2_walk_lm1_entries,
		p->s2_walk_l0_entries, p->s2_walk_l1_entries, p->s2_walk_l2_entries,
		p->s2_walk_l3_entries,
	};

	for (size_t i = 0; i < COUNT(entries); i++) {
		if (!is_cache(entries[i], p->walk_ways))
			return false;
	}
	return true;
}

const char *smmu_params_check(const struct smmu_params *params)
{
	if (!is_address_size(params->oas_bits))
		return "smmu.features.oas_bits must be 32, 36, 40, 42, 44, 48 or 52";
	if (!is_cache(params->tlb_entries, params->tlb_ways))
		return "smmu.caches.tlb_entries must be a multiple of tlb_ways";
	if (!is_cache(params->config_entries, params->config_ways))
		return "smmu.caches.config_entries must be a multiple of config_ways";
	if (!are_walk_caches(params))
		return "smmu.caches.walk_* and s2_walk_*_entries must be multiples of walk_ways";
	return params->unchecked ? NULL : smmu_features_check(params);
}
