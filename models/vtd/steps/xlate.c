// SPDX-License-Identifier: GPL-2.0-only
/*
 * One translation as a machine of steps (VT-d 3, 4.2, 7.1.3): the IOTLB, then
 * configuration, then a walk. A step carries out what the one before wanted and
 * says what is wanted next; nothing here waits or knows the time.
 */
#include "models/vtd/internal.h"

static enum vtd_want step_nothing(struct vtd *vtd, struct vtd_xlate *x)
{
	return VTD_WANT_NOTHING;
}

/* The last check of every access: protected memory is not reported as a fault (11.4.8). */
static enum vtd_want access_address(struct vtd *vtd, struct vtd_xlate *x, pa_t pa)
{
	if (vtd->is_protecting && vtd_is_protected(vtd, pa))
		return vtd_xlate_fault(x, VTD_NO_FAULT);
	return vtd_xlate_done(x, pa);
}

/* Translation is off: ATS is not supported then (4.2.1). */
static enum vtd_want disabled(struct vtd *vtd, struct vtd_xlate *x)
{
	x->completion = PORT_COMPLETION_UNSUPPORTED;
	if (x->kind || x->iova & ~vtd->haw_mask)
		return vtd_xlate_fault(x, VTD_NO_FAULT);
	x->is_interrupt = !x->has_pasid && vtd_is_interrupt(x->iova) && vtd_xlate_writes(x);
	return access_address(vtd, x, x->iova);
}

/*
 * Requests without PASID to the interrupt range (3.15): writes are interrupts,
 * whatever their data; reads of length zero pass.
 */
static enum vtd_want interrupt_range(struct vtd *vtd, struct vtd_xlate *x)
{
	bool is_zlr = (x->attr & VTD_ATTR_ZLR) == VTD_ATTR_ZLR;

	if (!vtd_xlate_writes(x) && !is_zlr)
		return vtd_xlate_fault(x, VTD_IR_10);
	x->is_interrupt = !is_zlr;
	return vtd_xlate_done(x, x->iova);
}

/* S.1, S.2 of the table of fault conditions */
static enum vtd_want interrupt_range_request(struct vtd_xlate *x)
{
	x->completion = PORT_COMPLETION_SUCCESS;
	x->is_untranslated_only = !x->has_nw;
	x->mapping = (struct vtd_mapping){
		.lg2 = VTD_PAGE_LG2,
		.perms = x->has_nw ? 0 : 1U << VTD_ATTR_WRITE,
	};
	return vtd_xlate_done(x, 0);
}

static enum vtd_want step_tlb_lookup(struct vtd *vtd, struct vtd_xlate *x)
{
	struct vtd_mapping *mapping = &x->mapping;

	if (!vtd_iotlb_find(vtd, x, mapping))
		return vtd_config_begin(vtd, x);
	if (x->kind == PORT_TRANSLATION_REQUEST) {
		if (x->has_er && !(mapping->traits & VTD_TRAIT_ERE))
			return vtd_xlate_fault(x, VTD_SPT_5);
		if (vtd_is_denied(x, mapping))
			return vtd_xlate_fault(x, vtd_denial(x->attr, mapping->traits));
		/* Dirty flags are set for what a translation lets be written (4.2.3.1). */
		if (!x->has_nw && (mapping->perms & ~mapping->hit_perms))
			return vtd_config_begin(vtd, x);
		x->completion = PORT_COMPLETION_SUCCESS;
		return vtd_xlate_done(x, mapping->pa + (x->iova - mapping->va));
	}
	if (vtd_is_denied(x, mapping))
		return vtd_xlate_fault(x, vtd_denial(x->attr, mapping->traits));
	if (!(mapping->hit_perms & (1U << x->attr)))
		return vtd_config_begin(vtd, x);
	return vtd_xlate_done(x, mapping->pa + (x->iova - mapping->va));
}

static enum vtd_want step_begin(struct vtd *vtd, struct vtd_xlate *x)
{
	if (x->is_page_request)
		return vtd_config_begin(vtd, x);
	if (!vtd->is_enabled)
		return disabled(vtd, x);
	if (x->kind == PORT_TRANSLATED)
		return vtd_config_begin(vtd, x);
	if (!x->has_pasid && vtd_is_interrupt(x->iova) && x->kind == PORT_UNTRANSLATED)
		return interrupt_range(vtd, x);
	return vtd_xlate_want(x, VTD_WANT_TLB_LOOKUP, step_tlb_lookup);
}

void vtd_xlate_begin(struct vtd_xlate *x, struct vtd_port *port, u32 sid,
		     const struct port_access *access)
{
	x->port = port;
	x->sid = sid;
	x->kind = access->kind;
	/* Translated requests have no PASID before revision 5. */
	x->has_pasid = access->has_pasid && x->kind != PORT_TRANSLATED;
	x->pasid = x->has_pasid ? access->pasid : 0;
	x->attr = vtd_access_attr(access);
	x->iova = access->iova;
	x->has_nw = false;
	x->has_er = false;
	x->is_page_request = false;
	x->is_update = false;
	x->has_fpd = false;
	x->context = NULL;
	x->config = NULL;
	x->completion = PORT_COMPLETION_ABORTED;
	x->is_untranslated_only = false;
	x->is_interrupt = false;
	x->fault = VTD_NO_FAULT;
	x->is_timed = true;
	x->has_walked = false;
	x->is_table_writable = false;
	x->step = step_begin;
	if (x->kind != PORT_TRANSLATION_REQUEST)
		return;
	/* What it may do is told in the completion; it is a read itself. */
	x->has_nw = !access->is_write && port->vtd->params.nwfs;
	x->has_er = access->has_pasid && access->is_instruction;
	x->attr &= VTD_ATTR_PRIV;
}

/* --- after configuration --- */

static enum vtd_want pass_through(struct vtd *vtd, struct vtd_xlate *x)
{
	if (x->iova & ~vtd->haw_mask)
		return vtd_xlate_fault(x, x->config->is_scalable ? VTD_SGN_4_2 : VTD_LGN_1_3);
	/* As large a region as a page can be (4.2.3). */
	x->mapping = (struct vtd_mapping){
		.pa = x->iova & ~lg2_mask(vtd_level_lg2(3)),
		.va = x->iova & ~lg2_mask(vtd_level_lg2(3)),
		.lg2 = vtd_level_lg2(3),
		.perms = vtd_config_perms(x->config),
		.hit_perms = vtd_config_perms(x->config),
		.traits = vtd_config_traits(x->config),
	};
	return vtd_xlate_mapped(vtd, x);
}

/* Translated requests bypass translation; their context has been checked (4.1.3). */
static enum vtd_want translated(struct vtd *vtd, struct vtd_xlate *x)
{
	bool is_legacy = vtd_ttm(vtd) == RTADDR_TTM_LEGACY;

	if (x->iova & ~vtd->haw_mask)
		return vtd_xlate_fault(x, is_legacy ? VTD_LGN_1_2 : VTD_SGN_4_1);
	if (vtd_is_interrupt(x->iova))
		return vtd_xlate_fault(x, is_legacy ? VTD_LGN_4 : VTD_SGN_8);
	return access_address(vtd, x, x->iova);
}

static enum vtd_want step_walked(struct vtd *vtd, struct vtd_xlate *x)
{
	return vtd_walk_done(vtd, x);
}

enum vtd_want vtd_xlate_configured(struct vtd *vtd, struct vtd_xlate *x)
{
	if (x->kind == PORT_TRANSLATED)
		return translated(vtd, x);
	if (x->is_page_request)
		return vtd_xlate_done(x, 0);
	if (x->kind == PORT_TRANSLATION_REQUEST && !x->has_pasid && vtd_is_interrupt(x->iova))
		return interrupt_range_request(x);
	switch (x->config->kind) {
	case VTD_PASS_THROUGH:
		return pass_through(vtd, x);
	case VTD_SECOND:
		if (x->iova & ~lg2_mask(x->config->ss_bits))
			return vtd_xlate_fault(x, x->config->is_scalable ? VTD_SGN_5 : VTD_LGN_1_1);
		return vtd_second_begin(x, x->iova, true, step_walked);
	case VTD_FIRST:
	case VTD_NESTED:
		break;
	}
	return vtd_first_begin(vtd, x);
}

enum vtd_condition vtd_denial(u32 attr, u32 traits)
{
	bool is_write = (attr & VTD_ATTR_ZLR) == VTD_ATTR_WRITE;
	bool is_instruction = (attr & VTD_ATTR_ZLR) == VTD_ATTR_INSTR;

	if (traits & VTD_TRAIT_LEGACY)
		return is_write ? VTD_LGN_2 : VTD_LGN_3;
	if (is_instruction && !(traits & VTD_TRAIT_ERE))
		return VTD_SPT_5;
	if ((attr & VTD_ATTR_PRIV) && !(traits & VTD_TRAIT_SRE))
		return VTD_SPT_6;
	if (!(attr & VTD_ATTR_PRIV) && (traits & VTD_TRAIT_SUPERVISOR))
		return VTD_SGN_2;
	if (is_write)
		return VTD_SGN_6;
	return is_instruction ? VTD_SGN_3 : VTD_SGN_7;
}

/* What the privileged may, for all. */
static u8 as_privileged(u8 perms)
{
	const u8 privileged = 1U << VTD_ATTR_PRIV | 1U << (VTD_ATTR_PRIV | VTD_ATTR_WRITE) |
			      1U << (VTD_ATTR_PRIV | VTD_ATTR_INSTR) |
			      1U << (VTD_ATTR_PRIV | VTD_ATTR_ZLR);

	return (perms & privileged) | (perms & privileged) >> VTD_ATTR_PRIV;
}

/* Where nothing may be asked of the IOTLB again, a page is kept in parts of 4 KiB. */
static void keep(struct vtd *vtd, struct vtd_xlate *x)
{
	struct vtd_mapping part = x->mapping;
	bool has_interrupts = vtd_overlaps_interrupts(part.pa, part.lg2) ||
			      (!x->has_pasid && vtd_overlaps_interrupts(part.va, part.lg2));

	if (has_interrupts || vtd->is_protecting) {
		part.va = x->iova & ~lg2_mask(VTD_PAGE_LG2);
		part.pa += part.va - x->mapping.va;
		part.lg2 = VTD_PAGE_LG2;
	}
	/* Requests without PASID ask without privilege; RID_PRIV gave it to them. */
	if (!x->has_pasid && (x->attr & VTD_ATTR_PRIV)) {
		part.perms = as_privileged(part.perms);
		part.hit_perms = as_privileged(part.hit_perms);
		part.traits &= ~VTD_TRAIT_SUPERVISOR;
	}
	vtd_iotlb_fill(vtd, x, &part);
}

static bool reaches_interrupts(const struct vtd_xlate *x, pa_t pa)
{
	if (x->kind == PORT_TRANSLATION_REQUEST)
		return vtd_overlaps_interrupts(x->mapping.pa, x->mapping.lg2);
	return vtd_is_interrupt(pa);
}

/* Output addresses that no access may have; 0: it may. */
enum vtd_condition vtd_check_output(const struct vtd_xlate *x)
{
	pa_t pa = x->mapping.pa + (x->iova - x->mapping.va);

	if (!reaches_interrupts(x, pa))
		return VTD_NO_FAULT;
	return x->config->is_scalable ? VTD_SGN_8 : VTD_LGN_4;
}

enum vtd_want vtd_xlate_mapped(struct vtd *vtd, struct vtd_xlate *x)
{
	pa_t pa = x->mapping.pa + (x->iova - x->mapping.va);
	enum vtd_condition condition;

	/* A range that passes through is as large as it can be without interrupts in it. */
	if (x->config->kind == VTD_PASS_THROUGH && reaches_interrupts(x, pa) &&
	    !vtd_is_interrupt(pa)) {
		x->mapping.pa = pa & ~lg2_mask(INTR_RANGE_LG2);
		x->mapping.va = x->mapping.pa;
		x->mapping.lg2 = INTR_RANGE_LG2;
	}
	condition = vtd_check_output(x);
	if (condition)
		return vtd_xlate_fault(x, condition);
	if (vtd->is_protecting && vtd_is_protected(vtd, pa))
		return vtd_xlate_fault(x, VTD_NO_FAULT);
	keep(vtd, x);
	if (x->kind == PORT_TRANSLATION_REQUEST)
		x->completion = PORT_COMPLETION_SUCCESS;
	return vtd_xlate_done(x, pa);
}

/* --- outcomes --- */

enum vtd_want vtd_xlate_done(struct vtd_xlate *x, pa_t pa)
{
	x->pa = pa;
	return vtd_xlate_want(x, VTD_WANT_NOTHING, step_nothing);
}

enum vtd_want vtd_xlate_fault(struct vtd_xlate *x, enum vtd_condition condition)
{
	x->fault = condition;
	return VTD_WANT_FAULT;
}

enum vtd_want vtd_xlate_want(struct vtd_xlate *x, enum vtd_want want, vtd_step *step)
{
	x->step = step;
	return want;
}

enum vtd_want vtd_xlate_want_fetch(struct vtd_xlate *x, enum vtd_want want, pa_t pa, u32 words,
				   vtd_step *step)
{
	x->memory_pa = pa;
	x->memory_words = words;
	x->is_update = false;
	return vtd_xlate_want(x, want, step);
}

enum vtd_want vtd_xlate_want_update(struct vtd_xlate *x, pa_t pa, u64 old, u64 flags,
				    vtd_step *step)
{
	x->memory_pa = pa;
	x->memory_words = 1;
	x->is_update = true;
	x->update_old = old;
	x->update_new = old | flags;
	return vtd_xlate_want(x, VTD_WANT_WALK_FETCH, step);
}

/* After an update fetched[0] is what was found: update_old, if it was carried out. */
void vtd_xlate_memory(struct vtd *vtd, struct vtd_xlate *x)
{
	x->is_memory_failed = false;
	if (x->is_update) {
		x->fetched[0] = x->update_old;
		x->is_memory_failed = mem_cas64(vtd->mem, x->memory_pa, &x->fetched[0],
						x->update_new);
		vtd->stats.flag_updates++;
		return;
	}
	for (u32 i = 0; i < x->memory_words; i++) {
		if (mem_read64(vtd->mem, x->memory_pa + 8ULL * i, &x->fetched[i]))
			x->is_memory_failed = true;
	}
}

enum vtd_want vtd_xlate_run(struct vtd *vtd, struct vtd_xlate *x)
{
	for (;;) {
		enum vtd_want want = vtd_xlate_step(vtd, x);

		if (want == VTD_WANT_NOTHING || want == VTD_WANT_FAULT)
			return want;
		if (want == VTD_WANT_CONFIG_FETCH || want == VTD_WANT_WALK_FETCH)
			vtd_xlate_memory(vtd, x);
	}
}
