// SPDX-License-Identifier: GPL-2.0-only
/*
 * IOTLB (VT-d 6.2.1, 6.2.4).
 *
 * An entry is looked up by requester, PASID (or its absence) and address, and
 * invalidated by domain, kind of translation, PASID (RID_PASID for those without)
 * and address. Nothing that faulted is kept, whatever CAP.CM says: that is allowed.
 */
#include "models/vtd/steps/steps.h"

int vtd_iotlb_init(struct vtd_core *vtd)
{
	const struct vtd_params *p = &vtd->params;

	return tlb_array_init(&vtd->iotlb, p->iotlb_entries,
			      min_u64(p->iotlb_ways, p->iotlb_entries),
			      sizeof(struct vtd_iotlb_entry));
}

bool vtd_iotlb_find(struct vtd_core *vtd, const struct vtd_xlate *x, struct vtd_mapping *mapping)
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

void vtd_iotlb_fill(struct vtd_core *vtd, struct vtd_xlate *x, const struct vtd_mapping *mapping)
{
	u64 tag = vtd_request_tag(x->sid, x->pasid, x->has_pasid);
	u32 number;

	if (x->is_overtaken)
		return;
	number = tlb_array_insert(&vtd->iotlb, mapping->va, mapping->lg2, tag);
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

static void invalidate(struct tlb_array *array, const struct vtd_inval *inval, u32 from, u32 to)
{
	for (u32 i = from; i < to; i++) {
		const struct vtd_iotlb_entry *entry = tlb_array_entry(array, i);
		const struct vtd_inval_target target = {
			.kind = entry->kind,
			.did = entry->did,
			.pasid = entry->pasid,
			.va = tlb_tag_base(&array->tags[i]),
			.lg2 = entry->lg2,
		};

		if (tlb_array_is_valid(array, i) && vtd_inval_matches(inval, &target))
			tlb_array_drop(array, i);
	}
}

/* One page of the first stage: only the sets in which an entry of some size could be. */
static bool is_one_page(const struct vtd_inval *inval)
{
	return inval->scope == VTD_INVAL_PASID_PAGES &&
	       inval->first >> VTD_PAGE_LG2 == inval->last >> VTD_PAGE_LG2;
}

void vtd_iotlb_invalidate(struct vtd_core *vtd, const struct vtd_inval *inval)
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
