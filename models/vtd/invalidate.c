// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidations (VT-d 6.5): the caches that they concern, and translations under way.
 */
#include "models/vtd/internal.h"

u64 vtd_nr_cached(const struct vtd *vtd)
{
	const struct vtd_core *core = &vtd->core;
	u64 nr = core->iotlb.nr_valid + core->context_cache.nr_valid + core->pasid_cache.nr_valid;

	for (u32 i = 0; i < VTD_NR_WALK_CACHES; i++)
		nr += core->fs_cache[i].nr_valid + core->ss_cache[i].nr_valid;
	return nr;
}

void vtd_invalidate(struct vtd *vtd, const struct vtd_inval *inval)
{
	vtd_iotlb_invalidate(&vtd->core, inval);
	vtd_walk_cache_invalidate(&vtd->core, inval);
	vtd_txn_invalidate(vtd, inval);
}

/*
 * Software invalidates PASID-cache and IOTLB after the context-cache: entries of
 * theirs that came of a context-entry stay until then (6.5.2.1).
 */
void vtd_invalidate_context(struct vtd *vtd, const struct vtd_cc_inval *inval)
{
	vtd_context_invalidate(&vtd->core, inval);
	vtd_txn_invalidate_context(vtd, inval);
}

void vtd_invalidate_pasid(struct vtd *vtd, const struct vtd_pc_inval *inval)
{
	vtd_pasid_invalidate(&vtd->core, inval);
	vtd_txn_invalidate_pasid(vtd, inval);
}

void vtd_invalidate_all(struct vtd *vtd)
{
	const struct vtd_cc_inval all_contexts = {0};
	const struct vtd_pc_inval all_pasids = {0};
	const struct vtd_inval everything = {.scope = VTD_INVAL_ALL};

	vtd_invalidate_context(vtd, &all_contexts);
	vtd_invalidate_pasid(vtd, &all_pasids);
	vtd_invalidate(vtd, &everything);
}
