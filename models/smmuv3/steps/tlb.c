// SPDX-License-Identifier: GPL-2.0-only
/*
 * TLBs of a port (IHI 0070 3.17, 4.4, 16.2).
 *
 * The micro-TLB answers with a whole access in hand: it is tagged by stream,
 * substream and the address as it came in, and holds what configuration adds
 * (attribute overrides), so that it is invalidated with the configuration too.
 * The main TLB holds translations alone, tagged by stream world, VMID, ASID or
 * global. Both know the permissions; a hit checks them. With two stages an entry is
 * of both together, under its VA; what stage 2 alone maps is tagged as IPA (3.17).
 *
 * A stream that bypasses stage 1 gets one micro-TLB entry for all addresses.
 */
#include <errno.h>

#include "models/smmuv3/steps/steps.h"

int smmu_tlb_init(struct smmu_core *smmu, struct smmu_tlbs *tlbs)
{
	const struct smmu_params *p = &smmu->params;
	const struct smmu_cache_shape micro = {p->utlb_entries, p->utlb_entries,
					       sizeof(struct smmu_utlb_entry)};
	const struct smmu_cache_shape main = {p->tlb_entries, p->tlb_ways,
					      sizeof(struct smmu_tlb_entry)};
	int err = smmu_cache_init(smmu, &tlbs->utlb, &micro);

	return err ? err : smmu_cache_init(smmu, &tlbs->tlb, &main);
}

void smmu_tlb_finish(struct smmu_tlbs *tlbs)
{
	tlb_array_finish(&tlbs->utlb);
	tlb_array_finish(&tlbs->tlb);
}

bool smmu_tlb_find(struct smmu_tlbs *tlbs, const struct smmu_table *table, u64 va,
		   struct smmu_mapping *mapping)
{
	struct tlb_array *array = &tlbs->tlb;
	const struct smmu_tlb_entry *entry;
	u32 number = tlb_array_lookup(array, va, table->context);

	if (number == TLB_NONE && tlbs->has_global)
		number = tlb_array_lookup(array, va, table->global_context);
	if (number == TLB_NONE)
		return false;
	entry = tlb_array_entry(array, number);
	mapping->pa = entry->pa;
	mapping->va = tlb_tag_base(&array->tags[number]);
	mapping->lg2 = tlb_tag_lg2(&array->tags[number]);
	mapping->leaf_lg2 = entry->leaf_lg2;
	mapping->perms = entry->perms;
	mapping->potential = entry->potential;
	mapping->is_global = array->tags[number].context & SMMU_CTX_GLOBAL;
	return true;
}

/* @to: where the micro-TLB has made room; NULL: it has none */
static void utlb_set(struct smmu_utlb_entry *to, const struct smmu_config *config, u64 context,
		     const struct smmu_mapping *mapping)
{
	if (!to)
		return;
	*to = (struct smmu_utlb_entry){
		.pa = mapping->pa,
		.va = mapping->va,
		.context = context,
		.cd_index = config->cd_index,
		.attr_map = config->attr_map,
		.lg2 = mapping->lg2,
		.leaf_lg2 = mapping->leaf_lg2,
		.perms = mapping->perms,
	};
}

static struct smmu_utlb_entry *utlb_entry(struct smmu_tlbs *tlbs, u32 number)
{
	return number == TLB_NONE ? NULL : tlb_array_entry(&tlbs->utlb, number);
}

static u64 mapping_context(const struct smmu_table *table, const struct smmu_mapping *mapping)
{
	return mapping->is_global ? table->global_context : table->context;
}

void smmu_utlb_fill(struct smmu_tlbs *tlbs, const struct smmu_utlb_fill *fill,
		    const struct smmu_mapping *mapping)
{
	u32 number = tlb_array_insert_new(&tlbs->utlb, fill->iova, mapping->lg2, fill->tag);

	utlb_set(utlb_entry(tlbs, number), fill->config, mapping_context(fill->table, mapping),
		 mapping);
}

/* Of a translation that took time: another one may have put the same there meanwhile. */
static u32 insert(const struct smmu_xlate *x, struct tlb_array *array, struct tlb_tag tag)
{
	u32 lg2 = tlb_tag_lg2(&tag);

	if (x->filling)
		return tlb_array_insert(array, tag.address, lg2, tag.context);
	return tlb_array_insert_new(array, tag.address, lg2, tag.context);
}

static void utlb_fill(struct smmu_xlate *x, u64 context, const struct smmu_mapping *mapping)
{
	u64 tag = smmu_stream_tag(x->sid, x->ssid, x->has_ssid);
	u32 number;

	/* That of a stream is for what comes untranslated. */
	if (x->kind == PORT_TRANSLATED)
		return;
	number = insert(x, &x->tlbs->utlb,
			(struct tlb_tag){tlb_tag_make(x->iova, mapping->lg2), tag});
	utlb_set(utlb_entry(x->tlbs, number), x->config, context, mapping);
}

void smmu_tlb_fill(struct smmu_xlate *x, const struct smmu_mapping *mapping)
{
	struct smmu_tlbs *tlbs = x->tlbs;
	u64 context = mapping_context(x->table, mapping);
	u32 number = insert(x, &tlbs->tlb,
			    (struct tlb_tag){tlb_tag_make(mapping->va, mapping->lg2), context});

	if (number != TLB_NONE) {
		*(struct smmu_tlb_entry *)tlb_array_entry(&tlbs->tlb, number) =
			(struct smmu_tlb_entry){.pa = mapping->pa,
						.perms = mapping->perms,
						.potential = mapping->potential,
						.leaf_lg2 = mapping->leaf_lg2};
		tlbs->has_global |= mapping->is_global;
		tlbs->has_fragments |= mapping->leaf_lg2 != mapping->lg2;
	}
	utlb_fill(x, context, mapping);
}

void smmu_tlb_fill_hit(struct smmu_xlate *x, const struct smmu_mapping *mapping)
{
	utlb_fill(x, mapping_context(x->table, mapping), mapping);
}

void smmu_tlb_fill_bypass(struct smmu_core *smmu, struct smmu_xlate *x)
{
	const struct smmu_mapping everything = {
		.lg2 = smmu->params.oas_bits, .leaf_lg2 = smmu->params.oas_bits, .perms = 0xff};

	utlb_fill(x, SMMU_CTX_NONE, &everything);
}

/* --- invalidation --- */

static void invalidate_utlb(struct tlb_array *array, const struct smmu_tlbi *tlbi)
{
	for (u32 i = 0; array->nr_valid && i < array->nr_entries; i++) {
		const struct smmu_utlb_entry *entry = tlb_array_entry(array, i);
		const struct smmu_cached cached = {
			.context = entry->context,
			.va = entry->va,
			.leaf_lg2 = entry->leaf_lg2,
			.is_global = entry->context & SMMU_CTX_GLOBAL,
		};

		if (tlb_array_is_valid(array, i) && smmu_tlbi_matches(tlbi, &cached))
			tlb_array_drop(array, i);
	}
}

static void invalidate_range_of(struct tlb_array *array, const struct smmu_tlbi *tlbi, u32 from,
				u32 to)
{
	for (u32 i = from; i < to; i++) {
		const struct smmu_tlb_entry *entry = tlb_array_entry(array, i);
		const struct tlb_tag *tag = &array->tags[i];
		const struct smmu_cached cached = {
			.context = tag->context,
			.va = tlb_tag_base(tag),
			.leaf_lg2 = entry->leaf_lg2,
			.is_global = tag->context & SMMU_CTX_GLOBAL,
		};

		if (tlb_array_is_valid(array, i) && smmu_tlbi_matches(tlbi, &cached))
			tlb_array_drop(array, i);
	}
}

/* One address: only the sets in which an entry of some size could be. */
static void invalidate_address(struct tlb_array *array, const struct smmu_tlbi *tlbi)
{
	for (u64 sizes = array->sizes; sizes; sizes &= sizes - 1) {
		u32 set = tlb_array_set(array, tlbi->first, (u32)__builtin_ctzll(sizes));

		invalidate_range_of(array, tlbi, set * array->nr_ways, (set + 1) * array->nr_ways);
	}
}

void smmu_tlb_invalidate(struct smmu_tlbs *tlbs, const struct smmu_tlbi *tlbi)
{
	invalidate_utlb(&tlbs->utlb, tlbi);
	if (!tlbs->tlb.nr_valid)
		return;
	/* Pieces of a leaf may be in the sets of its other addresses. */
	if (smmu_tlbi_is_one_page(tlbi) && !tlbs->has_fragments)
		invalidate_address(&tlbs->tlb, tlbi);
	else
		invalidate_range_of(&tlbs->tlb, tlbi, 0, tlbs->tlb.nr_entries);
	if (!tlbs->tlb.nr_valid) {
		tlbs->has_global = false;
		tlbs->has_fragments = false;
	}
}

void smmu_tlb_invalidate_config(struct smmu_tlbs *tlbs, const struct smmu_cfgi *cfgi)
{
	for (u32 i = 0; tlbs->utlb.nr_valid && i < tlbs->utlb.nr_entries; i++) {
		const struct smmu_utlb_entry *entry = tlb_array_entry(&tlbs->utlb, i);
		u32 sid = (u32)tlbs->utlb.tags[i].context; /* smmu_stream_tag() */

		if (!tlb_array_is_valid(&tlbs->utlb, i) || sid < cfgi->first_sid ||
		    sid > cfgi->last_sid)
			continue;
		if (cfgi->by_cd && entry->cd_index != cfgi->cd_index)
			continue;
		tlb_array_drop(&tlbs->utlb, i);
	}
}
