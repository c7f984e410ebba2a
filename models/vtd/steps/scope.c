// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidations of translations: what is concerned (VT-d 6.5.2.3, 6.5.2.4, tables 23 and 24).
 */
#include "models/vtd/steps/steps.h"

struct vtd_inval vtd_inval_make(const struct vtd_inval_request *request)
{
	u64 mask = lg2_mask(min_u64(request->am + VTD_PAGE_LG2, 64));

	return (struct vtd_inval){
		.scope = request->granularity == INVAL_GLOBAL	? VTD_INVAL_ALL
			 : request->granularity == INVAL_DOMAIN ? VTD_INVAL_DOMAIN
								: VTD_INVAL_DOMAIN_PAGES,
		.did = request->did,
		.has_hint = request->has_hint,
		.first = request->address & ~mask,
		.last = request->address | mask,
	};
}

static bool is_first_stage(enum vtd_translation kind)
{
	return kind == VTD_FIRST || kind == VTD_NESTED;
}

static bool is_in_range(const struct vtd_inval *inval, const struct vtd_inval_target *target)
{
	return target->va <= inval->last && inval->first <= (target->va | lg2_mask(target->lg2));
}

bool vtd_inval_matches(const struct vtd_inval *inval, const struct vtd_inval_target *target)
{
	if (inval->scope == VTD_INVAL_ALL)
		return true;
	if (inval->did != target->did)
		return false;
	switch (inval->scope) {
	case VTD_INVAL_DOMAIN_PAGES:
		/* By second-stage address: of the first stage it is not known what is concerned. */
		return is_first_stage(target->kind) || is_in_range(inval, target);
	case VTD_INVAL_PASID:
		return inval->pasid == target->pasid;
	case VTD_INVAL_PASID_PAGES:
		return is_first_stage(target->kind) && inval->pasid == target->pasid &&
		       is_in_range(inval, target);
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
	struct vtd_inval_target target;
	u32 lg2;

	if (!config)
		return inval->scope == VTD_INVAL_ALL;
	lg2 = vtd_level_lg2(is_first_stage(config->kind) ? config->fs_levels : config->ss_levels);
	target = (struct vtd_inval_target){
		.kind = config->kind,
		.did = config->did,
		.pasid = config->pasid,
		.va = x->iova & ~lg2_mask(lg2),
		.lg2 = lg2,
	};
	return vtd_inval_matches(inval, &target);
}
