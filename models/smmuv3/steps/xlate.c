// SPDX-License-Identifier: GPL-2.0-only
/*
 * One translation as a machine of steps (IHI 0070 3.3, 15): where it begins, and how it is
 * run. Configuration comes first (config.c), then the TLB (translate.c), then a walk of the
 * stages there are (walk.c). A step carries out what the one before wanted and says what is
 * wanted next; no step waits or knows the time.
 */
#include "models/smmuv3/steps/steps.h"

static enum smmu_want step_config_lookup(struct smmu_core *smmu, struct smmu_xlate *x)
{
	const struct smmu_config *config = smmu_config_find(
		smmu, x->sid, x->ssid, smmu_stream_tag(x->sid, x->ssid, x->has_ssid));

	if (!config)
		return smmu_config_begin(smmu, x);
	x->config = config;
	if (x->filling != SMMU_FILLS_NEW) {
		x->own_config = *config;
		x->config = &x->own_config;
	}
	if (x->wants_ste_only)
		return smmu_xlate_done(x, x->iova);
	return smmu_xlate_configured(smmu, x);
}

/* SMMUEN is 0: attributes do not matter here, GBPA.ABORT and the address do (6.3.14). */
static enum smmu_want step_disabled(struct smmu_core *smmu, struct smmu_xlate *x)
{
	if ((smmu->reg[SMMU_REG_GBPA] & GBPA_ABORT) || x->iova & ~smmu->oas_mask)
		return smmu_xlate_fault(x, 0);
	return smmu_xlate_done(x, x->iova);
}

static enum smmu_want step_begin(struct smmu_core *smmu, struct smmu_xlate *x)
{
	if (!smmu->is_enabled && x->wants_ste_only)
		return smmu_xlate_fault(x, 0);
	if (!smmu->is_enabled)
		return x->kind ? smmu_ats_refuse(x) : step_disabled(smmu, x);
	if (x->kind == PORT_TRANSLATED)
		return smmu_config_begin(smmu, x);
	return smmu_xlate_want(x, SMMU_WANT_CONFIG_LOOKUP, step_config_lookup);
}

/*
 * Privilege and execution are asked for with a PASID; what has none, and translated
 * transactions without IDR3.PASIDTT, are unprivileged and data (3.9.1.3, 13.7).
 */
static u32 incoming_attr(const struct port_access *access)
{
	u32 attr = smmu_access_attr(access);

	if (access->kind == PORT_TRANSLATED ||
	    (access->kind == PORT_TRANSLATION_REQUEST && !access->has_pasid))
		attr &= SMMU_ATTR_WRITE;
	return attr;
}

void smmu_xlate_begin(struct smmu_xlate *x, struct smmu_tlbs *tlbs, u32 sid,
		      const struct port_access *access)
{
	x->tlbs = tlbs;
	x->sid = sid;
	/* A translated transaction has none without IDR3.PASIDTT (3.9.1.3). */
	x->has_ssid = access->has_pasid && access->kind != PORT_TRANSLATED;
	x->ssid = x->has_ssid ? access->pasid : 0;
	x->attr_in = incoming_attr(access);
	x->iova = access->iova;
	x->attr = x->attr_in;
	x->config = NULL;
	x->table = NULL;
	x->is_configured = false;
	x->kind = access->kind;
	x->completion = PORT_COMPLETION_ABORTED;
	x->wants_ste_only = false;
	x->filling = SMMU_FILLS_TIMED;
	x->step = step_begin;
}

void smmu_xlate_begin_after(struct smmu_xlate *x, const struct smmu_lookup *lookup)
{
	/* What denied is still there: a fill must look for it. */
	x->filling = lookup->is_denied ? SMMU_FILLS_TIMED : SMMU_FILLS_NEW;
	if (!lookup->config || lookup->is_denied)
		return;
	x->config = lookup->config;
	x->is_configured = true;
	x->attr = smmu_attr_effective(x->config->attr_map, x->attr_in);
	x->table = lookup->table;
	x->va = lookup->va;
	x->step = smmu_walk_begin;
}

void smmu_xlate_fetch(struct smmu_core *smmu, struct smmu_xlate *x)
{
	x->is_fetch_failed = false;
	for (u32 i = 0; i < x->fetch_words; i++) {
		if (mem_read64(smmu->mem, x->fetch_pa + 8ULL * i, &x->fetched[i]))
			x->is_fetch_failed = true;
	}
}

void smmu_xlate_update(struct smmu_core *smmu, struct smmu_xlate *x)
{
	const struct smmu_walk *walk = &x->walk[x->update_stage];

	x->fetched[0] = walk->update_from;
	x->is_fetch_failed = mem_cas64(smmu->mem, x->fetch_pa, &x->fetched[0], walk->update_to);
}

enum smmu_want smmu_xlate_run(struct smmu_core *smmu, struct smmu_xlate *x)
{
	for (;;) {
		enum smmu_want want = smmu_xlate_step(smmu, x);

		if (want == SMMU_WANT_NOTHING || want == SMMU_WANT_FAULT)
			return want;
		if (want == SMMU_WANT_CONFIG_FETCH || want == SMMU_WANT_WALK_FETCH)
			smmu_xlate_fetch(smmu, x);
		else if (want == SMMU_WANT_WALK_UPDATE)
			smmu_xlate_update(smmu, x);
	}
}
