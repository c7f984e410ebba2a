// SPDX-License-Identifier: GPL-2.0-only
/*
 * A translation whose configuration is known (IHI 0070 3.4, 3.9.1, 15): bypass, or
 * the TLB and, where that has no answer, a walk of the stages there are.
 */
#include "models/smmuv3/steps/steps.h"

/*
 * Is the TLB's answer the last word? Not if the page is to become dirty. With two
 * stages it does not know which of them denies, so that the walk has to find out.
 */
static bool is_final(const struct smmu_xlate *x, const struct smmu_mapping *mapping)
{
	if (smmu_xlate_makes_dirty(x, mapping))
		return false;
	return x->kind == PORT_TRANSLATION_REQUEST || mapping->perms & (1U << x->attr) ||
	       !smmu_has_stage(x->config, SMMU_S2);
}

static enum smmu_want step_tlb_lookup(struct smmu_core *smmu, struct smmu_xlate *x)
{
	struct smmu_mapping mapping;

	if (smmu_xlate_wants_ipa(x) || smmu_xlate_is_e0pd(x) ||
	    !smmu_tlb_find(x->tlbs, x->table, x->va, &mapping) || !is_final(x, &mapping))
		return smmu_walk_begin(smmu, x);
	if (x->kind == PORT_TRANSLATION_REQUEST)
		return smmu_ats_done(x, &mapping, x->va);
	if (!(mapping.perms & (1U << x->attr)))
		return smmu_xlate_fault_stage(x, SMMU_S1, EVT_ID_PERMISSION_FAULT);
	smmu_tlb_fill_hit(x, &mapping);
	return smmu_xlate_done(x, mapping.pa + (x->va - mapping.va));
}

/* Stage 1 does not translate: the address is too large to be an IPA, or a PA (3.4). */
static enum smmu_want input_too_large(struct smmu_xlate *x)
{
	smmu_xlate_fault_stage(x, SMMU_S1, EVT_ID_ADDR_SIZE_FAULT);
	x->fault.is_translation_related = false;
	return SMMU_WANT_FAULT;
}

static enum smmu_want bypass(struct smmu_core *smmu, struct smmu_xlate *x)
{
	if (x->iova & ~smmu->oas_mask)
		return input_too_large(x);
	if (x->kind == PORT_TRANSLATION_REQUEST) {
		const struct smmu_mapping identity = {
			.pa = x->iova & ~lg2_mask(SMMU_PAGE_LG2),
			.va = x->iova & ~lg2_mask(SMMU_PAGE_LG2),
			.lg2 = SMMU_PAGE_LG2,
			.perms = 0xff,
			.potential = 0xff,
		};

		return smmu_ats_done(x, &identity, x->iova);
	}
	smmu_tlb_fill_bypass(smmu, x);
	return smmu_xlate_done(x, x->iova);
}

static enum smmu_want translate(struct smmu_core *smmu, struct smmu_xlate *x)
{
	x->table = smmu_pick_table(x->config, x->iova, &x->va);
	if (!smmu_has_stage(x->config, SMMU_S1) && x->iova & ~smmu->oas_mask)
		return input_too_large(x);
	return smmu_xlate_want(x, SMMU_WANT_TLB_LOOKUP, step_tlb_lookup);
}

enum smmu_want smmu_xlate_configured(struct smmu_core *smmu, struct smmu_xlate *x)
{
	x->is_configured = true;
	x->attr = smmu_attr_effective(x->config->attr_map, x->attr_in);
	if (x->kind && smmu_ats_check(x, x->config) == SMMU_WANT_FAULT)
		return SMMU_WANT_FAULT;
	switch (x->config->kind) {
	case SMMU_CONFIG_ABORT:
		return smmu_xlate_fault(x, 0);
	case SMMU_CONFIG_BYPASS:
		return bypass(smmu, x);
	case SMMU_CONFIG_TRANSLATE:
		break;
	}
	return translate(smmu, x);
}

enum smmu_want smmu_xlate_translated(struct smmu_core *smmu, struct smmu_xlate *x)
{
	/* Too large a PA is aborted without an event (3.9.1.1). */
	if (x->config->eats != STRTAB_STE_1_EATS_S1CHK)
		return x->iova & ~smmu->oas_mask ? smmu_xlate_fault(x, 0)
						 : smmu_xlate_done(x, x->iova);
	/* The address is an IPA, and stage 2 translates it as any other (13.6.3). */
	x->is_configured = true;
	x->attr = smmu_attr_effective(x->config->attr_map, x->attr_in);
	return translate(smmu, x);
}
