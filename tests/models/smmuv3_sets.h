/* SPDX-License-Identifier: GPL-2.0-only */
/* Random sets of features of an SMMUv3, for tests of what may be together. */
#ifndef TESTS_SMMUV3_SETS_H
#define TESTS_SMMUV3_SETS_H

#include "sim/rng.h"
#include "tests/models/smmuv3_rig.h"

/* Not of the specification, or of no interest here. */
__attribute__((unused)) static bool sets_is_fixed(const struct sim_param *feature)
{
	static const char *const fixed[] = {"merge_records", "suppress_duplicate_stalls",
					    "unchecked"};

	for (u32 i = 0; i < 3; i++) {
		if (!strcmp(feature->key, fixed[i]))
			return true;
	}
	return false;
}

__attribute__((unused)) static u64 sets_value(struct sim_rng *rng, const struct sim_param *feature)
{
	static const u8 oas[] = {32, 36, 40, 42, 44, 48, 52};
	u64 max = feature->max;

	if (!strcmp(feature->key, "oas_bits"))
		return oas[sim_rng_below(rng, 7)];
	/* what costs memory, or time to be filled */
	if (!strcmp(feature->key, "stall_max"))
		max = 8;
	if (!strncmp(feature->key, "ecmdq_", 6))
		max = 3;
	return feature->min + sim_rng_below(rng, max - feature->min + 1);
}

/* Another value of any feature. */
__attribute__((unused)) static void sets_change(struct sim_rng *rng, struct smmu_params *params)
{
	const struct sim_param *feature;

	do
		feature = &smmu_feature_table[sim_rng_below(rng, smmu_feature_count)];
	while (sets_is_fixed(feature));
	*(u64 *)((char *)params + feature->offset) = sets_value(rng, feature);
}

/* Any set, permitted or not. */
__attribute__((unused)) static void sets_any(struct sim_rng *rng, struct smmu_params *params)
{
	smmu_params_default(params);
	for (size_t i = 0; i < smmu_feature_count; i++) {
		const struct sim_param *feature = &smmu_feature_table[i];

		if (!sets_is_fixed(feature))
			*(u64 *)((char *)params + feature->offset) = sets_value(rng, feature);
	}
}

/* A permitted one: changed here and there until it is. */
__attribute__((unused)) static void sets_permitted(struct sim_rng *rng, struct smmu_params *params)
{
	sets_any(rng, params);
	while (smmu_params_check(params))
		sets_change(rng, params);
}

#endif
