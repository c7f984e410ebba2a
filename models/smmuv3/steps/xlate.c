// SPDX-License-Identifier: GPL-2.0-only
/*
 * One translation as a machine of steps (IHI 0070 3.3, 15): configuration, then
 * the TLB, then a walk of the stages there are. A step carries out what the one
 * before wanted and says what is wanted next; nothing here waits or knows the time.
 */
#include "models/smmuv3/internal.h"

static enum smmu_want step_config_lookup(struct smmu *smmu, struct smmu_xlate *x)
{
	const struct smmu_config *config = smmu_config_find(
		smmu, x->sid, x->ssid, smmu_stream_tag(x->sid, x->ssid, x->has_ssid));

	if (!config)
		return smmu_config_begin(smmu, x);
	x->config = config;
	if (x->is_timed) {
		x->own_config = *config;
		x->config = &x->own_config;
	}
	return smmu_xlate_configured(smmu, x);
}

static enum smmu_want step_nothing(struct smmu *smmu, struct smmu_xlate *x)
{
	return SMMU_WANT_NOTHING;
}

/* SMMUEN is 0: attributes do not matter here, GBPA.ABORT and the address do (6.3.14). */
static enum smmu_want step_disabled(struct smmu *smmu, struct smmu_xlate *x)
{
	if ((smmu->reg[SMMU_REG_GBPA] & GBPA_ABORT) || x->iova & ~smmu->oas_mask)
		return smmu_xlate_fault(x, 0);
	return smmu_xlate_done(x, x->iova);
}

static enum smmu_want step_begin(struct smmu *smmu, struct smmu_xlate *x)
{
	if (!smmu->is_enabled)
		return x->kind ? smmu_ats_refuse(x) : step_disabled(smmu, x);
	if (x->kind == PORT_TRANSLATED) {
		x->has_ssid = false;
		x->ssid = 0;
		return smmu_config_begin(smmu, x);
	}
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

void smmu_xlate_begin(struct smmu_xlate *x, struct smmu_port *port, u32 sid,
		      const struct port_access *access)
{
	x->port = port;
	x->sid = sid;
	x->ssid = access->has_pasid ? access->pasid : 0;
	x->has_ssid = access->has_pasid;
	x->attr_in = incoming_attr(access);
	x->iova = access->iova;
	x->attr = x->attr_in;
	x->config = NULL;
	x->table = NULL;
	x->is_configured = false;
	x->kind = access->kind;
	x->completion = PORT_COMPLETION_ABORTED;
	x->wants_ste_only = false;
	x->is_timed = true;
	x->step = step_begin;
}

/* --- after configuration --- */

/* Split-stage ATS is told IPAs, which the TLB does not have. */
static bool wants_ipa(const struct smmu_xlate *x)
{
	return x->kind == PORT_TRANSLATION_REQUEST && x->config->eats == STRTAB_STE_1_EATS_S1CHK;
}

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

static enum smmu_want step_tlb_lookup(struct smmu *smmu, struct smmu_xlate *x)
{
	struct smmu_mapping mapping;

	if (wants_ipa(x) || !smmu_tlb_find(x->port, x->table, x->va, &mapping) ||
	    !is_final(x, &mapping))
		return smmu_walk_begin(smmu, x);
	if (x->kind == PORT_TRANSLATION_REQUEST)
		return smmu_ats_done(x, &mapping, x->va);
	if (!(mapping.perms & (1U << x->attr)))
		return smmu_xlate_fault_stage(x, SMMU_S1, EVT_ID_PERMISSION_FAULT);
	smmu_tlb_fill_hit(x, &mapping);
	return smmu_xlate_done(x, mapping.pa + (x->va - mapping.va));
}

static enum smmu_want step_walk_begin(struct smmu *smmu, struct smmu_xlate *x)
{
	return smmu_walk_begin(smmu, x);
}

/* Stage 1 does not translate: the address is too large to be an IPA, or a PA (3.4). */
static enum smmu_want input_too_large(struct smmu_xlate *x)
{
	smmu_xlate_fault_stage(x, SMMU_S1, EVT_ID_ADDR_SIZE_FAULT);
	x->fault.is_translation_related = false;
	return SMMU_WANT_FAULT;
}

static enum smmu_want bypass(struct smmu *smmu, struct smmu_xlate *x)
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

static enum smmu_want translate(struct smmu *smmu, struct smmu_xlate *x)
{
	x->table = smmu_pick_table(x->config, x->iova, &x->va);
	if (!smmu_has_stage(x->config, SMMU_S1) && x->iova & ~smmu->oas_mask)
		return input_too_large(x);
	return smmu_xlate_want(x, SMMU_WANT_TLB_LOOKUP, step_tlb_lookup);
}

enum smmu_want smmu_xlate_configured(struct smmu *smmu, struct smmu_xlate *x)
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

enum smmu_want smmu_xlate_translated(struct smmu *smmu, struct smmu_xlate *x)
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

void smmu_xlate_begin_after(struct smmu_xlate *x, struct smmu_port *port, u32 sid,
			    const struct port_access *access, const struct smmu_lookup *lookup)
{
	smmu_xlate_begin(x, port, sid, access);
	/* What denied is still there: a fill must look for it. */
	x->is_timed = lookup->is_denied;
	if (!lookup->config || lookup->is_denied)
		return;
	x->config = lookup->config;
	x->is_configured = true;
	x->attr = smmu_attr_effective(x->config->attr_map, x->attr_in);
	x->table = lookup->table;
	x->va = lookup->va;
	x->step = step_walk_begin;
}

/* --- outcomes --- */

enum smmu_want smmu_xlate_mapped(struct smmu *smmu, struct smmu_xlate *x,
				 const struct smmu_mapping *mapping)
{
	smmu_tlb_fill(x, mapping);
	if (x->kind == PORT_TRANSLATION_REQUEST)
		return smmu_ats_done(x, mapping, x->va);
	return smmu_xlate_done(x, mapping->pa + (x->va - mapping->va));
}

enum smmu_want smmu_xlate_mapped_by_s2(struct smmu *smmu, struct smmu_xlate *x)
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
	if (!wants_ipa(x))
		return smmu_xlate_mapped(smmu, x, &both);
	smmu_tlb_fill(x, &both);
	/* Where stage 1 is bypassed that is the address itself (13.6.5). */
	both.pa = x->ipa & ~lg2_mask(both.lg2);
	return smmu_ats_done(x, &both, x->va);
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

enum smmu_want smmu_xlate_want(struct smmu_xlate *x, enum smmu_want want,
			       enum smmu_want (*step)(struct smmu *, struct smmu_xlate *))
{
	x->step = step;
	return want;
}

enum smmu_want smmu_xlate_want_fetch(struct smmu_xlate *x, enum smmu_want want, pa_t pa, u32 words,
				     enum smmu_want (*step)(struct smmu *, struct smmu_xlate *))
{
	x->fetch_pa = pa;
	x->fetch_words = words;
	return smmu_xlate_want(x, want, step);
}

void smmu_xlate_fetch(struct smmu *smmu, struct smmu_xlate *x)
{
	x->is_fetch_failed = false;
	for (u32 i = 0; i < x->fetch_words; i++) {
		if (mem_read64(smmu->mem, x->fetch_pa + 8ULL * i, &x->fetched[i]))
			x->is_fetch_failed = true;
	}
}

void smmu_xlate_update(struct smmu *smmu, struct smmu_xlate *x)
{
	const struct smmu_walk *walk = &x->walk[x->update_stage];

	x->fetched[0] = walk->update_from;
	x->is_fetch_failed = mem_cas64(smmu->mem, x->fetch_pa, &x->fetched[0], walk->update_to);
}

enum smmu_want smmu_xlate_run(struct smmu *smmu, struct smmu_xlate *x)
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
