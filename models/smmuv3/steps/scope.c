// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an invalidation of translations is about (IHI 0070 3.17, 4.4): is something
 * cached, or held by a translation under way, in its scope?
 */
#include "models/smmuv3/steps/steps.h"

static bool is_in_scope(const struct smmu_tlbi *tlbi, u64 context, bool is_global)
{
	if (context & SMMU_CTX_NONE)
		return false;
	if (!(tlbi->worlds & (1U << FIELD_GET(SMMU_CTX_WORLD, context))))
		return false;
	if (tlbi->by_vmid && (FIELD_GET(SMMU_CTX_VMID, context) ^ tlbi->vmid) & tlbi->vmid_mask)
		return false;
	if (is_global && tlbi->spares_global)
		return false;
	return !tlbi->by_asid || is_global || FIELD_GET(SMMU_CTX_ASID, context) == tlbi->asid;
}

bool smmu_tlbi_matches(const struct smmu_tlbi *tlbi, const struct smmu_cached *cached)
{
	u64 granule_lg2 = FIELD_GET(SMMU_CTX_GRANULE, cached->context);
	u64 base = cached->va & ~lg2_mask(cached->leaf_lg2);

	if (!is_in_scope(tlbi, cached->context, cached->is_global))
		return false;
	/* A level is given only together with a granule. */
	if (tlbi->granule_lg2 && tlbi->granule_lg2 != granule_lg2)
		return false;
	if (tlbi->level && smmu_leaf_level(granule_lg2, cached->leaf_lg2) != tlbi->level)
		return false;
	if (!tlbi->by_va)
		return true;
	/* What was cut out of a larger leaf goes with any address of the leaf. */
	return base <= tlbi->last && tlbi->first <= (base | lg2_mask(cached->leaf_lg2));
}

/*
 * It is not known yet of what size, level or scope its leaf is. By address, it may be
 * global and so belong to every ASID.
 */
bool smmu_tlbi_concerns(const struct smmu_tlbi *tlbi, const struct smmu_held *held)
{
	u64 ipa_context = FIELD_PREP(SMMU_CTX_WORLD, (u64)SMMU_WORLD_IPA) |
			  FIELD_PREP(SMMU_CTX_VMID, (u64)held->vmid);
	struct smmu_tlbi wide = *tlbi;
	u64 base = held->va & ~lg2_mask(held->lg2);

	wide.spares_global = false;
	if (held->has_ipa && is_in_scope(&wide, ipa_context, false))
		return true;
	if (!is_in_scope(&wide, held->context, wide.by_va))
		return false;
	return !wide.by_va || (base <= wide.last && wide.first <= (base | lg2_mask(held->lg2)));
}
