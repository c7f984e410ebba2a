// SPDX-License-Identifier: GPL-2.0-only
/*
 * IOTLB (VT-d 6.2.1, 6.2.4), and what invalidations of translations find (6.5.2.3,
 * 6.5.2.4, tables 23 and 24).
 *
 * An entry is looked up by requester, PASID (or its absence) and address, and
 * invalidated by domain, kind of translation, PASID (RID_PASID for those without)
 * and address. Nothing that faulted is kept, whatever CAP.CM says: that is allowed.
 */
#include "models/vtd/internal.h"

int vtd_iotlb_init(struct vtd *vtd)
{
	const struct vtd_params *p = &vtd->params;

	return tlb_array_init(&vtd->iotlb, p->iotlb_entries,
			      min_u64(p->iotlb_ways, p->iotlb_entries),
			      sizeof(struct vtd_iotlb_entry));
}

bool vtd_iotlb_find(struct vtd *vtd, const struct vtd_xlate *x, struct vtd_mapping *mapping)
{
	u64 tag = vtd_request_tag(x->sid, x->pasid, x->has_pasid);
	u32 number = tlb_array_lookup(&vtd->iotlb, x->iova, tag);
	const struct vtd_iotlb_entry *entry;

	if (number == TLB_NONE)
		return false;
	entry = tlb_array_entry(&vtd->iotlb, number);
	*mapping = (struct vtd_mapping){
		.pa = entry->pa,
		.va = x->iova & ~lg2_mask(entry->lg2),
		.lg2 = entry->lg2,
		.perms = entry->perms,
		.hit_perms = entry->hit_perms,
		.traits = entry->traits,
	};
	return true;
}

void vtd_iotlb_fill(struct vtd *vtd, struct vtd_xlate *x, const struct vtd_mapping *mapping)
{
	u64 tag = vtd_request_tag(x->sid, x->pasid, x->has_pasid);
	u32 number = tlb_array_insert(&vtd->iotlb, mapping->va, mapping->lg2, tag);

	if (number == TLB_NONE)
		return;
	*(struct vtd_iotlb_entry *)tlb_array_entry(&vtd->iotlb, number) = (struct vtd_iotlb_entry){
		.pa = mapping->pa,
		.pasid = x->config->pasid,
		.did = x->config->did,
		.kind = x->config->kind,
		.lg2 = mapping->lg2,
		.perms = mapping->perms,
		.hit_perms = mapping->hit_perms,
		.traits = mapping->traits,
	};
}

/* --- invalidation --- */

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

static void invalidate(struct tlb_array *array, const struct vtd_inval *inval, u32 from, u32 to)
{
	for (u32 i = from; i < to; i++) {
		const struct vtd_iotlb_entry *entry = tlb_array_entry(array, i);

		if (tlb_array_is_valid(array, i) &&
		    vtd_inval_matches(inval, entry->kind, entry->did, entry->pasid,
				      tlb_tag_base(&array->tags[i]), entry->lg2))
			tlb_array_drop(array, i);
	}
}

/* One page of the first stage: only the sets in which an entry of some size could be. */
static bool is_one_page(const struct vtd_inval *inval)
{
	return inval->scope == VTD_INVAL_PASID_PAGES &&
	       inval->first >> VTD_PAGE_LG2 == inval->last >> VTD_PAGE_LG2;
}

static void invalidate_iotlb(struct vtd *vtd, const struct vtd_inval *inval)
{
	struct tlb_array *array = &vtd->iotlb;

	if (!array->nr_valid)
		return;
	if (!is_one_page(inval)) {
		invalidate(array, inval, 0, array->nr_entries);
		return;
	}
	for (u64 sizes = array->sizes; sizes; sizes &= sizes - 1) {
		u32 set = tlb_array_set(array, inval->first, (u32)__builtin_ctzll(sizes));

		invalidate(array, inval, set * array->nr_ways, (set + 1) * array->nr_ways);
	}
}

void vtd_invalidate(struct vtd *vtd, const struct vtd_inval *inval)
{
	invalidate_iotlb(vtd, inval);
	vtd_walk_cache_invalidate(vtd, inval);
	vtd_txn_invalidate(vtd, inval);
}

/*
 * Software invalidates PASID-cache and IOTLB after the context-cache: entries of
 * theirs that came of a context-entry stay until then (6.5.2.1).
 */
void vtd_invalidate_context(struct vtd *vtd, const struct vtd_cc_inval *inval)
{
	vtd_context_invalidate(vtd, inval);
	vtd_txn_invalidate_context(vtd, inval);
}

void vtd_invalidate_pasid(struct vtd *vtd, const struct vtd_pc_inval *inval)
{
	vtd_pasid_invalidate(vtd, inval);
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
