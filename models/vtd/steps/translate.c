// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration is known: a walk of one stage or both, or none (VT-d 3.4.3, 4.1.3, 4.2.3).
 */
#include "models/vtd/steps/steps.h"

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

static enum vtd_want pass_through(struct vtd_core *vtd, struct vtd_xlate *x)
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
static enum vtd_want translated(struct vtd_core *vtd, struct vtd_xlate *x)
{
	bool is_legacy = vtd_ttm(vtd) == RTADDR_TTM_LEGACY;

	if (x->iova & ~vtd->haw_mask)
		return vtd_xlate_fault(x, is_legacy ? VTD_LGN_1_2 : VTD_SGN_4_1);
	if (vtd_is_interrupt(x->iova))
		return vtd_xlate_fault(x, is_legacy ? VTD_LGN_4 : VTD_SGN_8);
	return vtd_access_address(vtd, x, x->iova);
}

enum vtd_want vtd_xlate_configured(struct vtd_core *vtd, struct vtd_xlate *x)
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
		return vtd_second_begin(x, x->iova, true, vtd_walk_done);
	case VTD_FIRST:
	case VTD_NESTED:
		break;
	}
	return vtd_first_begin(vtd, x);
}
