// SPDX-License-Identifier: GPL-2.0-only
/*
 * A mapping is found, and permits the access: is its address one that an access may have
 * (VT-d 3.15, 11.4.8), and what the IOTLB keeps of it.
 */
#include "models/vtd/steps/steps.h"

/* What the privileged may, for all. */
static u8 as_privileged(u8 perms)
{
	const u8 privileged = 1U << VTD_ATTR_PRIV | 1U << (VTD_ATTR_PRIV | VTD_ATTR_WRITE) |
			      1U << (VTD_ATTR_PRIV | VTD_ATTR_INSTR) |
			      1U << (VTD_ATTR_PRIV | VTD_ATTR_ZLR);

	return (perms & privileged) | (perms & privileged) >> VTD_ATTR_PRIV;
}

/* Where nothing may be asked of the IOTLB again, a page is kept in parts of 4 KiB. */
static void keep(struct vtd_core *vtd, struct vtd_xlate *x)
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

enum vtd_want vtd_xlate_mapped(struct vtd_core *vtd, struct vtd_xlate *x)
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
