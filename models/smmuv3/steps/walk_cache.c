// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walk cache: descriptors that walks have met, one array for each stage and level,
 * tables and leaves alike (IHI 0070 16.2; which ones an invalidation must find: 4.4).
 * An entry also keeps the restrictions of the tables above it, so that a walk may
 * start at the deepest one.
 */
#include <errno.h>

#include "models/smmuv3/steps/steps.h"

int smmu_walk_cache_init(struct smmu_core *smmu)
{
	const struct smmu_params *p = &smmu->params;
	const u64 entries[SMMU_NR_STAGES][SMMU_NR_LEVELS] = {
		{p->walk_lm1_entries, p->walk_l0_entries, p->walk_l1_entries, p->walk_l2_entries,
		 p->walk_l3_entries},
		{p->s2_walk_lm1_entries, p->s2_walk_l0_entries, p->s2_walk_l1_entries,
		 p->s2_walk_l2_entries, p->s2_walk_l3_entries},
	};

	for (u32 i = 0; i < SMMU_NR_STAGES * SMMU_NR_LEVELS; i++) {
		u32 stage = i / SMMU_NR_LEVELS, level = i % SMMU_NR_LEVELS;
		const struct smmu_cache_shape shape = {entries[stage][level], p->walk_ways,
						       sizeof(struct smmu_walk_entry)};

		if (smmu_cache_init(smmu, &smmu->walk_cache[stage][level], &shape))
			return -ENOMEM;
	}
	return 0;
}

void smmu_walk_cache_finish(struct smmu_core *smmu)
{
	for (u32 i = 0; i < SMMU_NR_STAGES * SMMU_NR_LEVELS; i++)
		tlb_array_finish(&smmu->walk_cache[i / SMMU_NR_LEVELS][i % SMMU_NR_LEVELS]);
}

void smmu_walk_cache_put(struct tlb_array *array, const struct smmu_xlate *x, enum smmu_stage stage,
			 u64 descriptor)
{
	const struct smmu_walk *walk = &x->walk[stage];
	bool is_leaf = !smmu_is_table(walk, descriptor);
	u64 context = smmu_walk_table(x, stage)->context;
	u64 input = smmu_walk_input(x, stage);
	u32 number;

	if (__builtin_expect(x->filling == SMMU_FILLS_NEW, 1))
		number = tlb_array_insert_new(array, input, walk->lg2, context);
	else if (x->filling == SMMU_FILLS_NOTHING)
		return;
	else
		number = tlb_array_insert(array, input, walk->lg2, context);
	*(struct smmu_walk_entry *)tlb_array_entry(array, number) = (struct smmu_walk_entry){
		.descriptor = descriptor,
		.table_attrs = walk->table_attrs,
		.is_leaf = is_leaf,
		.is_global = is_leaf && stage == SMMU_S1 && !(descriptor & TTD_NG),
	};
}

/*
 * The entry of the deepest descriptor, NULL: none is cached. @granule_lg2 is a constant
 * wherever this is put in: the walk of every miss comes by.
 */
static inline __attribute__((always_inline)) const struct smmu_walk_entry *
find(struct smmu_core *smmu, struct smmu_xlate *x, enum smmu_stage stage, u32 granule_lg2)
{
	const struct smmu_table *table = smmu_walk_table(x, stage);
	struct smmu_walk *walk = &x->walk[stage];
	u64 input = smmu_walk_input(x, stage);

	for (s32 level = SMMU_LAST_LEVEL; level >= table->start_level; level--) {
		struct tlb_array *array = &smmu->walk_cache[stage][smmu_level_index(level)];
		u32 lg2 = smmu_level_lg2(granule_lg2, level);
		u32 number = tlb_array_find(array, input, lg2, table->context);

		if (number == TLB_NONE)
			continue;
		walk->level = level;
		walk->lg2 = lg2;
		return tlb_array_entry(array, number);
	}
	return NULL;
}

bool smmu_walk_cache_find(struct smmu_core *smmu, struct smmu_xlate *x, enum smmu_stage stage,
			  u64 *descriptor)
{
	const struct smmu_walk_entry *entry;

	switch (smmu_walk_table(x, stage)->granule_lg2) {
	case 12:
		entry = find(smmu, x, stage, 12);
		break;
	case 14:
		entry = find(smmu, x, stage, 14);
		break;
	default:
		entry = find(smmu, x, stage, 16);
		break;
	}
	if (!entry)
		return false;
	x->walk[stage].table_attrs = entry->table_attrs;
	*descriptor = entry->descriptor;
	return true;
}

void smmu_walk_cache_drop(struct smmu_core *smmu, const struct smmu_xlate *x, enum smmu_stage stage)
{
	const struct smmu_walk *walk = &x->walk[stage];
	struct tlb_array *array = &smmu->walk_cache[stage][smmu_level_index(walk->level)];
	u32 number = tlb_array_find(array, smmu_walk_input(x, stage), walk->lg2,
				    smmu_walk_table(x, stage)->context);

	if (number != TLB_NONE)
		tlb_array_drop(array, number);
}

static bool matches(const struct smmu_tlbi *tlbi, const struct tlb_tag *tag,
		    const struct smmu_walk_entry *entry)
{
	struct smmu_tlbi scope = *tlbi;
	const struct smmu_cached cached = {
		.context = tag->context,
		.va = tlb_tag_base(tag),
		.leaf_lg2 = tlb_tag_lg2(tag),
		.is_global = entry->is_global,
	};

	if (tlbi->is_leaf && !entry->is_leaf)
		return false;
	/* The level hint is about leaves; tables above go with them (4.4.1.1). */
	if (!entry->is_leaf)
		scope.level = 0;
	return smmu_tlbi_matches(&scope, &cached);
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

void smmu_walk_cache_invalidate(struct smmu_core *smmu, const struct smmu_tlbi *tlbi)
{
	for (u32 i = 0; i < SMMU_NR_STAGES * SMMU_NR_LEVELS; i++) {
		struct tlb_array *array = &smmu->walk_cache[i / SMMU_NR_LEVELS][i % SMMU_NR_LEVELS];

		if (!array->nr_valid)
			continue;
		if (smmu_tlbi_is_one_page(tlbi))
			invalidate_address(array, tlbi);
		else
			invalidate(array, tlbi, 0, array->nr_entries);
	}
}
