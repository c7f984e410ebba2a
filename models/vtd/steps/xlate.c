// SPDX-License-Identifier: GPL-2.0-only
/*
 * One translation as a machine of steps (VT-d 3, 4.2, 7.1.3): the IOTLB, then
 * configuration, then a walk. A step carries out what the one before wanted and
 * says what is wanted next; nothing here waits or knows the time.
 */
#include "models/vtd/steps/steps.h"

/*
 * Requests without PASID to the interrupt range (3.15, 5.1.4): writes of one aligned DWORD are
 * interrupts; reads of length zero pass; nothing else does.
 */
static enum vtd_want interrupt_range(struct vtd_xlate *x)
{
	bool is_zlr = (x->attr & VTD_ATTR_ZLR) == VTD_ATTR_ZLR;

	x->is_interrupt = vtd_xlate_writes(x) && x->is_dword;
	if (!x->is_interrupt && !is_zlr)
		return vtd_xlate_fault(x, VTD_IR_10);
	return vtd_xlate_done(x, x->iova);
}

/* Translation is off: ATS is not supported then (4.2.1). Interrupts may be remapped still. */
static enum vtd_want disabled(struct vtd_core *vtd, struct vtd_xlate *x)
{
	bool is_ranged = !x->has_pasid && !x->kind && vtd_is_interrupt(x->iova);

	x->completion = PORT_COMPLETION_UNSUPPORTED;
	if (is_ranged && (vtd->reg[VTD_REG_GSTS] & GSTS_IRES))
		return interrupt_range(x);
	if (x->kind || x->iova & ~vtd->haw_mask)
		return vtd_xlate_fault(x, VTD_NO_FAULT);
	x->is_interrupt = is_ranged && vtd_xlate_writes(x) && x->is_dword;
	return vtd_access_address(vtd, x, x->iova);
}

/* They have gone, and from major version 8 on are told at once (7.1.3, RTA.5). */
static bool is_execute_gone(const struct vtd_core *vtd, const struct vtd_xlate *x)
{
	return vtd->params.ver_major >= 8 &&
	       (x->has_er || (x->attr & VTD_ATTR_ZLR) == VTD_ATTR_INSTR);
}

static enum vtd_want step_tlb_lookup(struct vtd_core *vtd, struct vtd_xlate *x)
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

static enum vtd_want step_begin(struct vtd_core *vtd, struct vtd_xlate *x)
{
	if (x->is_page_request)
		return vtd_config_begin(vtd, x);
	if (!vtd->is_enabled)
		return disabled(vtd, x);
	if (x->kind == PORT_TRANSLATED)
		return vtd_config_begin(vtd, x);
	if (!x->has_pasid && vtd_is_interrupt(x->iova) && x->kind == PORT_UNTRANSLATED)
		return interrupt_range(x);
	if (is_execute_gone(vtd, x))
		return vtd_xlate_fault(x, VTD_RTA_5);
	return vtd_xlate_want(x, VTD_WANT_TLB_LOOKUP, step_tlb_lookup);
}

void vtd_xlate_begin(const struct vtd_core *vtd, struct vtd_xlate *x, u32 sid,
		     const struct port_access *access)
{
	x->sid = sid;
	x->kind = access->kind;
	/* Translated requests have no PASID before revision 5. */
	x->has_pasid = access->has_pasid && x->kind != PORT_TRANSLATED;
	x->pasid = x->has_pasid ? access->pasid : 0;
	x->attr = vtd_access_attr(access);
	x->iova = access->iova;
	x->has_nw = false;
	x->has_er = false;
	x->is_dword = access->len_bytes == 4 && access->iova % 4 == 0;
	x->is_page_request = false;
	x->is_update = false;
	x->has_fpd = false;
	x->context = NULL;
	x->config = NULL;
	x->completion = PORT_COMPLETION_ABORTED;
	x->is_untranslated_only = false;
	x->is_interrupt = false;
	x->fault = VTD_NO_FAULT;
	x->is_overtaken = false;
	x->has_walked = false;
	x->is_table_writable = false;
	x->step = step_begin;
	if (x->kind != PORT_TRANSLATION_REQUEST)
		return;
	/* What it may do is told in the completion; it is a read itself. */
	x->has_nw = !access->is_write && vtd->params.nwfs;
	x->has_er = access->has_pasid && access->is_instruction;
	x->attr &= VTD_ATTR_PRIV;
}

/* After an update fetched[0] is what was found: update_old, if it was carried out. */
void vtd_xlate_memory(struct vtd_core *vtd, struct vtd_xlate *x)
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

enum vtd_want vtd_xlate_run(struct vtd_core *vtd, struct vtd_xlate *x)
{
	for (;;) {
		enum vtd_want want = vtd_xlate_step(vtd, x);

		if (want == VTD_WANT_NOTHING || want == VTD_WANT_FAULT)
			return want;
		if (want == VTD_WANT_CONFIG_FETCH || want == VTD_WANT_WALK_FETCH)
			vtd_xlate_memory(vtd, x);
	}
}
