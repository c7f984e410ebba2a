// SPDX-License-Identifier: GPL-2.0-only
/*
 * One translation as a machine of steps (IHI 0070 3.3, 15): configuration, then
 * the TLB, then a walk. A step carries out what the one before wanted and says
 * what is wanted next; nothing here waits or knows the time.
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
		x->wants_ste_only = true;
		return smmu_config_begin(smmu, x);
	}
	return smmu_xlate_want(x, SMMU_WANT_CONFIG_LOOKUP, step_config_lookup);
}

void smmu_xlate_begin(struct smmu_xlate *x, struct smmu_port *port, u32 sid,
		      const struct port_access *access)
{
	x->port = port;
	x->sid = sid;
	x->ssid = access->has_pasid ? access->pasid : 0;
	x->has_ssid = access->has_pasid;
	x->attr_in = smmu_access_attr(access);
	x->iova = access->iova;
	x->attr = x->attr_in;
	x->config = NULL;
	x->table = NULL;
	x->kind = access->kind;
	x->completion = PORT_COMPLETION_ABORTED;
	x->wants_ste_only = false;
	x->is_timed = true;
	x->step = step_begin;
}

/* --- after configuration --- */

static enum smmu_want step_tlb_lookup(struct smmu *smmu, struct smmu_xlate *x)
{
	struct smmu_mapping mapping;

	if (!smmu_tlb_find(x->port, x->config, x->va, &mapping))
		return smmu_walk_begin(smmu, x);
	if (x->kind)
		return smmu_ats_done(x, &mapping);
	if (!(mapping.perms & (1U << x->attr)))
		return smmu_xlate_fault_translation(x, EVT_ID_PERMISSION_FAULT);
	smmu_tlb_fill_hit(x, &mapping);
	return smmu_xlate_done(x, mapping.pa + (x->va - mapping.va));
}

static enum smmu_want step_walk_begin(struct smmu *smmu, struct smmu_xlate *x)
{
	return smmu_walk_begin(smmu, x);
}

/* Stage 1 does not translate: only the size of the address counts (3.4). */
static enum smmu_want bypass(struct smmu *smmu, struct smmu_xlate *x)
{
	if (x->iova & ~smmu->oas_mask) {
		smmu_xlate_fault_translation(x, EVT_ID_ADDR_SIZE_FAULT);
		x->fault.is_translation_related = false;
		return SMMU_WANT_FAULT;
	}
	if (x->kind) {
		const struct smmu_mapping identity = {
			.pa = x->iova & ~lg2_mask(SMMU_PAGE_LG2),
			.va = x->iova & ~lg2_mask(SMMU_PAGE_LG2),
			.lg2 = SMMU_PAGE_LG2,
			.perms = 0xff,
		};

		x->va = x->iova;
		return smmu_ats_done(x, &identity);
	}
	smmu_tlb_fill_bypass(smmu, x);
	return smmu_xlate_done(x, x->iova);
}

enum smmu_want smmu_xlate_configured(struct smmu *smmu, struct smmu_xlate *x)
{
	x->attr = smmu_attr_effective(x->config->attr_map, x->attr_in);
	if (x->kind && smmu_ats_check(x, x->config) == SMMU_WANT_FAULT)
		return SMMU_WANT_FAULT;
	switch (x->config->kind) {
	case SMMU_CONFIG_ABORT:
		return smmu_xlate_fault(x, 0);
	case SMMU_CONFIG_BYPASS:
		return bypass(smmu, x);
	case SMMU_CONFIG_S1:
		break;
	}
	x->table = smmu_pick_table(x->config, x->iova, &x->va);
	return smmu_xlate_want(x, SMMU_WANT_TLB_LOOKUP, step_tlb_lookup);
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
	x->attr = smmu_attr_effective(x->config->attr_map, x->attr_in);
	x->table = smmu_pick_table(x->config, x->iova, &x->va);
	x->step = step_walk_begin;
}

/* --- outcomes --- */

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

enum smmu_want smmu_xlate_fault_translation(struct smmu_xlate *x, u8 id)
{
	smmu_xlate_fault(x, id);
	x->fault.class = EVTQ_1_CLASS_IN;
	x->fault.is_translation_related = true;
	return SMMU_WANT_FAULT;
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

enum smmu_want smmu_xlate_run(struct smmu *smmu, struct smmu_xlate *x)
{
	for (;;) {
		enum smmu_want want = smmu_xlate_step(smmu, x);

		if (want == SMMU_WANT_NOTHING || want == SMMU_WANT_FAULT)
			return want;
		if (want == SMMU_WANT_CONFIG_FETCH || want == SMMU_WANT_WALK_FETCH)
			smmu_xlate_fetch(smmu, x);
	}
}
