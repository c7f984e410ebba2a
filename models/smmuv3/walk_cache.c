// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walk cache: descriptors that walks have met, one array for each level, tables
 * and leaves alike (IHI 0070 16.2; which ones an invalidation must find: 4.4).
 * An entry also keeps the restrictions of the tables above it, so that a walk
 * may start at the deepest one.
 */
#include <errno.h>

#include "models/smmuv3/internal.h"

int smmu_walk_cache_init(struct smmu *smmu)
{
	const u64 entries[SMMU_NR_LEVELS] = {
		smmu->params.walk_l0_entries,
		smmu->params.walk_l1_entries,
		smmu->params.walk_l2_entries,
		smmu->params.walk_l3_entries,
	};

	for (u32 level = 0; level < SMMU_NR_LEVELS; level++) {
		u32 ways = min_u64(smmu->params.walk_ways, entries[level]);

		if (tlb_array_init(&smmu->walk_cache[level], entries[level], ways,
				   sizeof(struct smmu_walk_entry)))
			return -ENOMEM;
	}
	return 0;
}

void smmu_walk_cache_finish(struct smmu *smmu)
{
	for (u32 level = 0; level < SMMU_NR_LEVELS; level++)
		tlb_array_finish(&smmu->walk_cache[level]);
}

void smmu_walk_cache_fill(struct smmu *smmu, const struct smmu_xlate *x, u64 descriptor,
			  bool is_leaf)
{
	struct tlb_array *array = &smmu->walk_cache[x->walk_level];
	u64 context = x->config->context;
	u32 number = x->is_timed ? tlb_array_insert(array, x->va, x->walk_lg2, context)
				 : tlb_array_insert_new(array, x->va, x->walk_lg2, context);

	if (number == TLB_NONE)
		return;
	*(struct smmu_walk_entry *)tlb_array_entry(array, number) = (struct smmu_walk_entry){
		.descriptor = descriptor,
		.table_attrs = x->table_attrs,
		.is_leaf = is_leaf,
		.is_global = is_leaf && !(descriptor & TTD_NG),
	};
}

/* @granule_lg2 is a constant wherever this is put in: the walk of every miss comes by. */
static inline __attribute__((always_inline)) bool find(struct smmu *smmu, struct smmu_xlate *x,
						       u64 *descriptor, u32 granule_lg2)
{
	for (u32 level = SMMU_NR_LEVELS; level-- > x->table->start_level;) {
		struct tlb_array *array = &smmu->walk_cache[level];
		u32 lg2 = smmu_level_lg2(granule_lg2, level);
		u32 number = tlb_array_find(array, x->va, lg2, x->config->context);
		const struct smmu_walk_entry *entry;

		if (number == TLB_NONE)
			continue;
		entry = tlb_array_entry(array, number);
		x->walk_level = level;
		x->walk_lg2 = lg2;
		x->table_attrs = entry->table_attrs;
		*descriptor = entry->descriptor;
		return true;
	}
	return false;
}

bool smmu_walk_cache_find(struct smmu *smmu, struct smmu_xlate *x, u64 *descriptor)
{
	switch (x->table->granule_lg2) {
	case 12:
		return find(smmu, x, descriptor, 12);
	case 14:
		return find(smmu, x, descriptor, 14);
	default:
		return find(smmu, x, descriptor, 16);
	}
}

static bool matches(const struct smmu_tlbi *tlbi, const struct tlb_tag *tag,
		    const struct smmu_walk_entry *entry)
{
	if (tlbi->is_leaf && !entry->is_leaf)
		return false;
	/* The level hint is about leaves; tables above go with them (4.4.1.1). */
	if (!entry->is_leaf) {
		struct smmu_tlbi any_level = *tlbi;

		any_level.level = 0;
		return smmu_tlbi_matches(&any_level, tag->context, false, tlb_tag_base(tag),
					 tlb_tag_lg2(tag));
	}
	return smmu_tlbi_matches(tlbi, tag->context, entry->is_global, tlb_tag_base(tag),
				 tlb_tag_lg2(tag));
}

static void invalidate(struct tlb_array *array, const struct smmu_tlbi *tlbi, u32 from, u32 to)
{
	for (u32 i = from; i < to; i++) {
		if (tlb_array_is_valid(array, i) &&
		    matches(tlbi, &array->tags[i], tlb_array_entry(array, i)))
			tlb_array_drop(array, i);
	}
}

/* Only the sets in which the descriptors of the address could be, one for each granule. */
static void invalidate_address(struct tlb_array *array, const struct smmu_tlbi *tlbi)
{
	for (u64 sizes = array->sizes; sizes; sizes &= sizes - 1) {
		u32 set = tlb_array_set(array, tlbi->first, (u32)__builtin_ctzll(sizes));

		invalidate(array, tlbi, set * array->nr_ways, (set + 1) * array->nr_ways);
	}
}

void smmu_walk_cache_invalidate(struct smmu *smmu, const struct smmu_tlbi *tlbi)
{
	for (u32 level = 0; level < SMMU_NR_LEVELS; level++) {
		struct tlb_array *array = &smmu->walk_cache[level];

		if (!array->nr_valid)
			continue;
		if (smmu_tlbi_is_one_page(tlbi))
			invalidate_address(array, tlbi);
		else
			invalidate(array, tlbi, 0, array->nr_entries);
	}
}
