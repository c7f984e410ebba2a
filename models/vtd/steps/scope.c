// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidations of translations: what is concerned (VT-d 6.5.2.3, 6.5.2.4, tables 23 and 24).
 */
#include "models/vtd/internal.h"

void vtd_inval_make(struct vtd_inval *inval, u64 granularity, u16 did, u64 address, u32 am,
		    bool has_hint)
{
	u64 mask = lg2_mask(min_u64(am + VTD_PAGE_LG2, 64));

	*inval = (struct vtd_inval){
		.scope = granularity == INVAL_GLOBAL   ? VTD_INVAL_ALL
			 : granularity == INVAL_DOMAIN ? VTD_INVAL_DOMAIN
						       : VTD_INVAL_DOMAIN_PAGES,
		.did = did,
		.has_hint = has_hint,
		.first = address & ~mask,
		.last = address | mask,
	};
}

static bool is_first_stage(enum vtd_translation kind)
{
	return kind == VTD_FIRST || kind == VTD_NESTED;
}

static bool is_in_range(const struct vtd_inval *inval, u64 va, u8 lg2)
{
	return va <= inval->last && inval->first <= (va | lg2_mask(lg2));
}

bool vtd_inval_matches(const struct vtd_inval *inval, enum vtd_translation kind, u16 did, u32 pasid,
		       u64 va, u8 lg2)
{
	if (inval->scope == VTD_INVAL_ALL)
		return true;
	if (inval->did != did)
		return false;
	switch (inval->scope) {
	case VTD_INVAL_DOMAIN_PAGES:
		/* By second-stage address: of the first stage it is not known what is concerned. */
		return is_first_stage(kind) || is_in_range(inval, va, lg2);
	case VTD_INVAL_PASID:
		return inval->pasid == pasid;
	case VTD_INVAL_PASID_PAGES:
		return is_first_stage(kind) && inval->pasid == pasid && is_in_range(inval, va, lg2);
	default:
		return true;
	}
}

/*
 * A walk holds addresses of tables; with the hint, tables have not changed. That is
 * so for its page only, and the page may be of any size.
 */
bool vtd_inval_concerns(const struct vtd_inval *inval, const struct vtd_xlate *x)
{
	const struct vtd_config *config = x->config;
	u32 top;

	if (!config)
		return inval->scope == VTD_INVAL_ALL;
	top = is_first_stage(config->kind) ? config->fs_levels : config->ss_levels;
	return vtd_inval_matches(inval, config->kind, config->did, config->pasid,
				 x->iova & ~lg2_mask(vtd_level_lg2(top)), vtd_level_lg2(top));
}
