// SPDX-License-Identifier: GPL-2.0-only
/* The parameter tables of params.h as data, and whether values fit each other: features.c says so
 * of features. */
#include "models/vtd/params.h"

#define ROW(...) SIM_PARAM_ROW(struct vtd_params, __VA_ARGS__)
const struct sim_param vtd_feature_table[] = {VTD_FEATURES(ROW)};
const struct sim_param vtd_cache_table[] = {VTD_CACHES(ROW)};
const struct sim_param vtd_timing_table[] = {VTD_TIMING(ROW)};
#undef ROW

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
const size_t vtd_feature_count = COUNT(vtd_feature_table);
const size_t vtd_cache_count = COUNT(vtd_cache_table);
const size_t vtd_timing_count = COUNT(vtd_timing_table);

void vtd_params_default(struct vtd_params *params)
{
	sim_params_default(params, vtd_feature_table, vtd_feature_count);
	sim_params_default(params, vtd_cache_table, vtd_cache_count);
	sim_params_default(params, vtd_timing_table, vtd_timing_count);
}

/* A smaller cache may have fewer entries than a set has ways. */
static bool is_cache(u64 entries, u64 ways)
{
	return entries <= ways || entries % ways == 0;
}

static const char *check_caches(const struct vtd_params *params)
{
	if (!is_cache(params->iotlb_entries, params->iotlb_ways))
		return "vtd.caches.iotlb_entries must be a multiple of iotlb_ways";
	if (!is_cache(params->context_entries, params->context_ways))
		return "vtd.caches.context_entries must be a multiple of context_ways";
	if (!is_cache(params->pasid_entries, params->pasid_ways))
		return "vtd.caches.pasid_entries must be a multiple of pasid_ways";
	if (!is_cache(params->iec_entries, params->iec_ways))
		return "vtd.caches.iec_entries must be a multiple of iec_ways";
	if (!is_cache(params->pml5_entries, params->walk_ways) ||
	    !is_cache(params->pml4_entries, params->walk_ways) ||
	    !is_cache(params->pdpe_entries, params->walk_ways) ||
	    !is_cache(params->pde_entries, params->walk_ways))
		return "vtd.caches.pml5, pml4, pdpe, pde_entries must be multiples of walk_ways";
	return NULL;
}

const char *vtd_params_check(const struct vtd_params *params)
{
	const char *wrong = params->unchecked ? NULL : vtd_features_check(params);

	return wrong ? wrong : check_caches(params);
}
