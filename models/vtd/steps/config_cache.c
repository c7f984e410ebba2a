// SPDX-License-Identifier: GPL-2.0-only
/*
 * Context-cache, by requester, and PASID-cache, by requester and PASID (VT-d 6.2.2,
 * 6.2.3), with their invalidations (6.5.2.1, 6.5.2.2). Root and directory entries
 * are not cached, and nothing that faulted is.
 */
#include <errno.h>

#include "models/vtd/steps/steps.h"

int vtd_config_cache_init(struct vtd_core *vtd)
{
	const struct vtd_params *p = &vtd->params;

	if (tlb_array_init(&vtd->context_cache, p->context_entries,
			   min_u64(p->context_ways, p->context_entries),
			   sizeof(struct vtd_context)) ||
	    tlb_array_init(&vtd->pasid_cache, p->pasid_entries,
			   min_u64(p->pasid_ways, p->pasid_entries), sizeof(struct vtd_config)))
		return -ENOMEM;
	return 0;
}

void vtd_config_cache_finish(struct vtd_core *vtd)
{
	tlb_array_finish(&vtd->context_cache);
	tlb_array_finish(&vtd->pasid_cache);
}

/* Requesters, and PASIDs of one, spread over the sets. */
static u64 set_address(u32 sid, u32 pasid)
{
	return ((u64)sid + pasid) << TLB_MIN_LG2;
}

static u64 pasid_tag(u32 sid, u32 pasid)
{
	return sid | (u64)pasid << 16;
}

const struct vtd_context *vtd_context_find(struct vtd_core *vtd, u32 sid)
{
	u32 number = tlb_array_find(&vtd->context_cache, set_address(sid, 0), TLB_MIN_LG2, sid);

	return number == TLB_NONE ? NULL : tlb_array_entry(&vtd->context_cache, number);
}

void vtd_context_fill(struct vtd_core *vtd, const struct vtd_xlate *x)
{
	u32 number;

	if (x->is_overtaken)
		return;
	number = tlb_array_insert(&vtd->context_cache, set_address(x->sid, 0), TLB_MIN_LG2, x->sid);
	if (number != TLB_NONE)
		*(struct vtd_context *)tlb_array_entry(&vtd->context_cache,
						       number) = x->own_context;
}

const struct vtd_config *vtd_pasid_find(struct vtd_core *vtd, u32 sid, u32 pasid)
{
	u32 number = tlb_array_find(&vtd->pasid_cache, set_address(sid, pasid), TLB_MIN_LG2,
				    pasid_tag(sid, pasid));

	return number == TLB_NONE ? NULL : tlb_array_entry(&vtd->pasid_cache, number);
}

void vtd_pasid_fill(struct vtd_core *vtd, const struct vtd_xlate *x)
{
	u32 pasid = x->own_config.pasid;
	u32 number;

	if (x->is_overtaken)
		return;
	number = tlb_array_insert(&vtd->pasid_cache, set_address(x->sid, pasid), TLB_MIN_LG2,
				  pasid_tag(x->sid, pasid));
	if (number != TLB_NONE)
		*(struct vtd_config *)tlb_array_entry(&vtd->pasid_cache, number) = x->own_config;
}

/* --- invalidation --- */

/* In scalable mode contexts have no domain: by domain is all, of a device is by requester. */
static bool context_matches(const struct vtd_cc_inval *inval, u32 sid,
			    const struct vtd_context *context)
{
	if (inval->by_did && !context->is_scalable && context->config.did != inval->did)
		return false;
	return !inval->by_sid || (sid | inval->sid_mask) == (inval->sid | inval->sid_mask);
}

void vtd_context_invalidate(struct vtd_core *vtd, const struct vtd_cc_inval *inval)
{
	struct tlb_array *array = &vtd->context_cache;

	for (u32 i = 0; array->nr_valid && i < array->nr_entries; i++) {
		if (tlb_array_is_valid(array, i) &&
		    context_matches(inval, (u32)array->tags[i].context, tlb_array_entry(array, i)))
			tlb_array_drop(array, i);
	}
}

void vtd_pasid_invalidate(struct vtd_core *vtd, const struct vtd_pc_inval *inval)
{
	struct tlb_array *array = &vtd->pasid_cache;

	for (u32 i = 0; array->nr_valid && i < array->nr_entries; i++) {
		const struct vtd_config *config = tlb_array_entry(array, i);

		if (!tlb_array_is_valid(array, i) || (inval->by_did && config->did != inval->did) ||
		    (inval->by_pasid && config->pasid != inval->pasid))
			continue;
		tlb_array_drop(array, i);
	}
}
