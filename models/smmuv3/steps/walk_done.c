// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a walk has found goes into the TLBs, and to who asked (IHI 0070 3.3, 13.6): the
 * mapping of one stage, or both stages' leaves together.
 */
#include "models/smmuv3/steps/steps.h"

enum smmu_want smmu_xlate_mapped(struct smmu_core *smmu, struct smmu_xlate *x,
				 const struct smmu_mapping *mapping)
{
	smmu_tlb_fill(x, mapping);
	if (x->kind == PORT_TRANSLATION_REQUEST)
		return smmu_ats_done(x, mapping, x->va);
	return smmu_xlate_done(x, mapping->pa + (x->va - mapping->va));
}

enum smmu_want smmu_xlate_mapped_by_s2(struct smmu_core *smmu, struct smmu_xlate *x)
{
	const struct smmu_mapping *s1 = &x->walk[SMMU_S1].leaf, *s2 = &x->walk[SMMU_S2].leaf;
	struct smmu_mapping both = *s2;

	if (smmu_has_stage(x->config, SMMU_S1)) {
		both.lg2 = min_u64(s1->lg2, s2->lg2);
		both.leaf_lg2 = s1->leaf_lg2;
		both.va = x->va & ~lg2_mask(both.lg2);
		both.pa = x->ipa_pa & ~lg2_mask(both.lg2);
		both.perms &= s1->perms;
		both.potential &= s1->potential;
		both.is_global = s1->is_global;
	}
	if (!smmu_xlate_wants_ipa(x))
		return smmu_xlate_mapped(smmu, x, &both);
	smmu_tlb_fill(x, &both);
	/* Where stage 1 is bypassed that is the address itself (13.6.5). */
	both.pa = x->ipa & ~lg2_mask(both.lg2);
	return smmu_ats_done(x, &both, x->va);
}
