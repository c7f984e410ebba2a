// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a step ends: with what is wanted next, a translation, or a fault (IHI 0070 7.3);
 * and what a translation that ends, or is under way, holds (4.4).
 */
#include "models/smmuv3/steps/steps.h"

static enum smmu_want step_nothing(struct smmu_core *smmu, struct smmu_xlate *x)
{
	return SMMU_WANT_NOTHING;
}

enum smmu_want smmu_xlate_want(struct smmu_xlate *x, enum smmu_want want,
			       enum smmu_want (*step)(struct smmu_core *, struct smmu_xlate *))
{
	x->step = step;
	return want;
}

enum smmu_want smmu_xlate_want_config(struct smmu_xlate *x, pa_t pa, u32 words,
				      enum smmu_want (*step)(struct smmu_core *,
							     struct smmu_xlate *))
{
	x->fetch_pa = pa;
	x->fetch_words = words;
	return smmu_xlate_want(x, SMMU_WANT_CONFIG_FETCH, step);
}

enum smmu_want smmu_xlate_want_descriptor(struct smmu_xlate *x, pa_t pa,
					  enum smmu_want (*step)(struct smmu_core *,
								 struct smmu_xlate *))
{
	x->fetch_pa = pa;
	x->fetch_words = 1;
	return smmu_xlate_want(x, SMMU_WANT_WALK_FETCH, step);
}

enum smmu_want smmu_xlate_done(struct smmu_xlate *x, pa_t pa)
{
	x->pa = pa;
	return smmu_xlate_want(x, SMMU_WANT_NOTHING, step_nothing);
}

enum smmu_want smmu_xlate_fault(struct smmu_xlate *x, u8 id)
{
	x->fault = (struct smmu_fault){.id = id, .ssid = x->ssid};
	return SMMU_WANT_FAULT;
}

enum smmu_want smmu_xlate_fault_fetch(struct smmu_xlate *x, u8 id)
{
	smmu_xlate_fault(x, id);
	x->fault.fetch_address = x->fetch_pa;
	x->fault.class = EVTQ_1_CLASS_TT;
	return SMMU_WANT_FAULT;
}

u8 smmu_s2_class(const struct smmu_xlate *x)
{
	switch (x->s2_use) {
	case SMMU_S2_CD:
		return EVTQ_1_CLASS_CD;
	case SMMU_S2_INPUT:
		return EVTQ_1_CLASS_IN;
	default:
		return EVTQ_1_CLASS_TT;
	}
}

enum smmu_want smmu_xlate_fault_stage(struct smmu_xlate *x, enum smmu_stage stage, u8 id)
{
	smmu_xlate_fault(x, id);
	x->fault.stage = stage;
	x->fault.class = EVTQ_1_CLASS_IN;
	x->fault.is_translation_related = true;
	if (stage == SMMU_S2) {
		x->fault.class = smmu_s2_class(x);
		x->fault.is_tt_read = x->s2_use == SMMU_S2_TTD_READ;
		x->fault.ipa = x->ipa;
	}
	return SMMU_WANT_FAULT;
}

void smmu_xlate_held(const struct smmu_xlate *x, u8 lg2, struct smmu_held *held)
{
	*held = (struct smmu_held){.context = SMMU_CTX_NONE};
	if (x->table) {
		held->context = x->table->context;
		held->va = x->va;
		held->lg2 = lg2;
	}
	if (x->config && smmu_has_stage(x->config, SMMU_S2)) {
		held->has_ipa = true;
		held->vmid = FIELD_GET(SMMU_CTX_VMID, x->config->s2_table.context);
	}
}
