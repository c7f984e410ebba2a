// SPDX-License-Identifier: GPL-2.0-only
/*
 * Table walks of both stages, VMSAv8-64, granules of 4, 16 and 64 KiB (Arm ARM D8;
 * IHI 0070 3.4, 3.13, 5.2, 5.4, 7.3.12 to 7.3.16): range check, tables, blocks and
 * pages, addresses of 52 bits, output size, access flag, permissions, hardware
 * update of access flag and dirty state, contiguous hint. What a descriptor
 * permits is in stage1.c and stage2.c.
 *
 * With two stages, stage 2 translates the address of each descriptor of stage 1
 * before it is fetched, and again before it is updated; then what stage 1 gave.
 *
 * A fault is found in the order translation, address size, access flag,
 * permission. A descriptor that permits is updated before the walk goes on. One that
 * somebody else has changed since it was fetched is looked at anew.
 */
#include "models/smmuv3/steps/steps.h"

#define always_inline static inline __attribute__((always_inline))

/* --- descriptors --- */

/* Address in a table or leaf descriptor, aligned to 2^lg2 or, if that is more, a granule. */
always_inline u64 output_address(const struct smmu_table *table, u64 desc, u32 lg2)
{
	u64 address = desc & TTD_ADDR_MASK;

	if (__builtin_expect(table->format == SMMU_TTD_LPA, 0))
		address |= FIELD_GET(TTD_ADDR_HIGH_LPA, desc) << 48;
	if (__builtin_expect(table->format == SMMU_TTD_LPA2, 0))
		address = (desc & TTD_ADDR_LPA2_MASK) | FIELD_GET(TTD_ADDR_HIGH_LPA2, desc) << 50;
	return address & ~lg2_mask(lg2);
}

always_inline bool is_output_in_range(const struct smmu_table *table, u64 address)
{
	return !(address & ~lg2_mask(table->out_bits));
}

/* Where blocks exist (Arm ARM D8.2): the largest ones only with 52-bit addresses. */
static bool is_block_level(const struct smmu_table *table, s32 level, u32 granule_lg2)
{
	if (level == 2)
		return true;
	if (level == 1)
		return granule_lg2 == 12 || table->format != SMMU_TTD_48_BIT;
	return level == 0 && granule_lg2 == 12 && table->format == SMMU_TTD_LPA2;
}

/* log2 of the descriptors of a contiguous group at @level, 0: none are (Arm ARM D8.7). */
static u32 contiguous_lg2(u32 granule_lg2, s32 level)
{
	if (granule_lg2 == 12)
		return level >= 1 ? 4 : 0;
	if (level < 2)
		return 0;
	return granule_lg2 == 14 && level == 3 ? 7 : 5;
}

/*
 * log2 of what is mapped alike around a leaf with the contiguous hint. No more than
 * the leaf if software set the hint where input and output (they differ in the bits
 * of @differs) are not aligned alike, or the group reaches beyond the table.
 */
static u32 contiguous_group(const struct smmu_core *smmu, const struct smmu_table *table,
			    const struct smmu_walk *walk, u64 differs)
{
	u32 group_lg2 = walk->lg2 + contiguous_lg2(table->granule_lg2, walk->level);

	if (!smmu->params.contiguous || group_lg2 > table->in_bits ||
	    differs & lg2_mask(group_lg2) & ~lg2_mask(walk->lg2))
		return walk->lg2;
	return group_lg2;
}

/* --- leaves --- */

static enum smmu_want step_lookup_s1(struct smmu_core *smmu, struct smmu_xlate *x);
static enum smmu_want step_lookup_s2(struct smmu_core *smmu, struct smmu_xlate *x);
static enum smmu_want step_updated_s1(struct smmu_core *smmu, struct smmu_xlate *x);
static enum smmu_want step_updated_s2(struct smmu_core *smmu, struct smmu_xlate *x);

static enum smmu_want want_update(struct smmu_xlate *x, enum smmu_stage stage, pa_t pa)
{
	x->fetch_pa = pa;
	x->fetch_words = 1;
	x->update_stage = stage;
	return smmu_xlate_want(x, SMMU_WANT_WALK_UPDATE,
			       stage == SMMU_S2 ? step_updated_s2 : step_updated_s1);
}

static enum smmu_want update_s1(struct smmu_core *smmu, struct smmu_xlate *x)
{
	return want_update(x, SMMU_S1, x->ipa_pa);
}

/* The leaf has to be updated in memory before the walk goes on. */
static enum smmu_want update(struct smmu_core *smmu, struct smmu_xlate *x, enum smmu_stage stage)
{
	struct smmu_walk *walk = &x->walk[stage];

	if (!walk->has_fetched) {
		/* From the walk cache: where it is in memory is not known. */
		smmu_walk_cache_drop(smmu, x, stage);
		return smmu_xlate_want(x, SMMU_WANT_WALK_LOOKUP,
				       stage == SMMU_S2 ? step_lookup_s2 : step_lookup_s1);
	}
	if (stage == SMMU_S2)
		return want_update(x, stage, walk->at);
	return smmu_walk_s2_begin(
		smmu, x, &(const struct smmu_s2_input){walk->at, SMMU_S2_TTD_WRITE, update_s1});
}

/* Stage 1 has found what it maps to. */
always_inline enum smmu_want s1_end(struct smmu_core *smmu, struct smmu_xlate *x)
{
	struct smmu_mapping *found = &x->walk[SMMU_S1].leaf;

	if (!smmu_has_stage(x->config, SMMU_S2))
		return smmu_xlate_mapped(smmu, x, found);
	if (x->kind == PORT_TRANSLATION_REQUEST && !smmu_ats_granted(x, found))
		return smmu_ats_deny(x);
	return smmu_walk_s2_begin(smmu, x,
				  &(const struct smmu_s2_input){found->pa + (x->va - found->va),
								SMMU_S2_INPUT,
								smmu_xlate_mapped_by_s2});
}

always_inline enum smmu_want s2_end(struct smmu_core *smmu, struct smmu_xlate *x)
{
	const struct smmu_mapping *found = &x->walk[SMMU_S2].leaf;

	x->ipa_pa = found->pa + (x->ipa - found->va);
	return x->after_s2(smmu, x);
}

/* Fill the walk's leaf from @desc, but for permissions. */
always_inline void leaf_extent(struct smmu_core *smmu, struct smmu_xlate *x, enum smmu_stage stage,
			       u64 desc)
{
	struct smmu_walk *walk = &x->walk[stage];
	u64 input = smmu_walk_input(x, stage);
	u64 output = output_address(smmu_walk_table(x, stage), desc, walk->lg2);
	u32 lg2 = walk->lg2;

	if (__builtin_expect(desc & TTD_CONT, 0))
		lg2 = contiguous_group(smmu, smmu_walk_table(x, stage), walk, output ^ input);
	walk->leaf.lg2 = lg2;
	walk->leaf.leaf_lg2 = lg2;
	walk->leaf.pa = output & ~lg2_mask(lg2);
	walk->leaf.va = input & ~lg2_mask(lg2);
}

always_inline enum smmu_want leaf(struct smmu_core *smmu, struct smmu_xlate *x,
				  enum smmu_stage stage, u64 desc)
{
	const struct smmu_stage_config *config = &x->config->stage[stage];
	struct smmu_walk *walk = &x->walk[stage];
	bool is_cacheable = (desc & TTD_AF) || !config->updates_access;
	u64 updated;

	leaf_extent(smmu, x, stage, desc);
	if (!is_output_in_range(smmu_walk_table(x, stage), walk->leaf.pa))
		return smmu_xlate_fault_stage(x, stage, EVT_ID_ADDR_SIZE_FAULT);
	if (!(desc & TTD_AF) && !config->has_affd && !config->updates_access)
		return smmu_xlate_fault_stage(x, stage, EVT_ID_ACCESS_FAULT);
	if (stage == SMMU_S2)
		smmu_s2_permissions(x, desc);
	else
		smmu_s1_permissions(x, desc);
	/* Fit to be cached, whether or not this access is permitted. */
	if (walk->has_fetched && is_cacheable)
		smmu_walk_cache_fill(smmu, x, stage, desc);
	if (!(stage == SMMU_S2 ? smmu_s2_permits(x, desc) : smmu_s1_permits(x))) {
		if (stage == SMMU_S1 && !smmu_has_stage(x->config, SMMU_S2) && is_cacheable)
			smmu_tlb_fill(x, &walk->leaf);
		return smmu_xlate_fault_stage(x, stage, EVT_ID_PERMISSION_FAULT);
	}
	updated = stage == SMMU_S2 ? smmu_s2_updated(x, desc) : smmu_s1_updated(x, desc);
	if (__builtin_expect(updated != desc, 0)) {
		walk->update_from = desc;
		walk->update_to = updated;
		return update(smmu, x, stage);
	}
	/* Not accessed: a translation request that is granted nothing. */
	if (__builtin_expect(!is_cacheable, 0))
		return smmu_ats_deny(x);
	return stage == SMMU_S2 ? s2_end(smmu, x) : s1_end(smmu, x);
}

/* --- from table to table --- */

static enum smmu_want step_fetched_s1(struct smmu_core *smmu, struct smmu_xlate *x);
static enum smmu_want step_fetched_s2(struct smmu_core *smmu, struct smmu_xlate *x);

static enum smmu_want fetch_s1(struct smmu_core *smmu, struct smmu_xlate *x)
{
	return smmu_xlate_want_descriptor(x, x->ipa_pa, step_fetched_s1);
}

/* In the table at walk->at. */
always_inline enum smmu_want want_descriptor(struct smmu_core *smmu, struct smmu_xlate *x,
					     enum smmu_stage stage, u32 granule_lg2)
{
	const struct smmu_table *table = smmu_walk_table(x, stage);
	struct smmu_walk *walk = &x->walk[stage];
	u32 lg2 = smmu_level_lg2(granule_lg2, walk->level);
	u64 index = smmu_walk_input(x, stage) >> lg2;

	if (walk->level == table->start_level)
		index &= lg2_mask(table->in_bits - lg2);
	else
		index &= lg2_mask(smmu_stride(granule_lg2));
	walk->at += 8 * index;
	if (stage == SMMU_S1 && smmu_has_stage(x->config, SMMU_S2))
		return smmu_walk_s2_begin(
			smmu, x,
			&(const struct smmu_s2_input){walk->at, SMMU_S2_TTD_READ, fetch_s1});
	return smmu_xlate_want_descriptor(x, walk->at,
					  stage == SMMU_S2 ? step_fetched_s2 : step_fetched_s1);
}

/* The descriptor maps, or nothing is mapped. */
always_inline enum smmu_want end_of_tables(struct smmu_core *smmu, struct smmu_xlate *x,
					   enum smmu_stage stage, u64 desc, u32 granule_lg2)
{
	struct smmu_walk *walk = &x->walk[stage];
	bool is_mapping;

	if (walk->level == SMMU_LAST_LEVEL)
		is_mapping = desc & TTD_TABLE; /* means page here */
	else
		is_mapping = is_block_level(smmu_walk_table(x, stage), walk->level, granule_lg2);
	smmu->stats.walks += stage == SMMU_S1 || !smmu_has_stage(x->config, SMMU_S1);
	if (!(desc & TTD_VALID) || !is_mapping)
		return smmu_xlate_fault_stage(x, stage, EVT_ID_TRANSLATION_FAULT);
	return leaf(smmu, x, stage, desc);
}

/* @desc is the descriptor at the walk's level, from memory or from the walk cache. */
always_inline enum smmu_want descend_by(struct smmu_core *smmu, struct smmu_xlate *x,
					enum smmu_stage stage, u64 desc, u32 granule_lg2)
{
	const struct smmu_table *table = smmu_walk_table(x, stage);
	struct smmu_walk *walk = &x->walk[stage];
	u64 next = output_address(table, desc, granule_lg2);

	if (!smmu_is_table(walk, desc))
		return end_of_tables(smmu, x, stage, desc, granule_lg2);
	if (!is_output_in_range(table, next))
		return smmu_xlate_fault_stage(x, stage, EVT_ID_ADDR_SIZE_FAULT);
	if (walk->has_fetched)
		smmu_walk_cache_fill(smmu, x, stage, desc);
	if (stage == SMMU_S1)
		walk->table_attrs |= FIELD_GET(TTD_TABLE_ATTRS, desc) & table->table_attrs;
	walk->level++;
	walk->lg2 -= smmu_stride(granule_lg2);
	walk->at = next;
	return want_descriptor(smmu, x, stage, granule_lg2);
}

/* With whatever granule, of whatever stage. */
static __attribute__((noinline)) enum smmu_want
descend_any(struct smmu_core *smmu, struct smmu_xlate *x, enum smmu_stage stage, u64 desc)
{
	return descend_by(smmu, x, stage, desc, smmu_walk_table(x, stage)->granule_lg2);
}

/* With the commonest granule as a constant: every miss comes by here, some several times. */
always_inline enum smmu_want descend(struct smmu_core *smmu, struct smmu_xlate *x,
				     enum smmu_stage stage, u64 desc)
{
	if (__builtin_expect(smmu_walk_table(x, stage)->granule_lg2 == 12, 1))
		return descend_by(smmu, x, stage, desc, 12);
	return descend_any(smmu, x, stage, desc);
}

static enum smmu_want walk_abort(struct smmu_xlate *x, enum smmu_stage stage)
{
	smmu_xlate_fault_fetch(x, EVT_ID_WALK_EABT);
	x->fault.stage = stage;
	if (stage == SMMU_S2)
		x->fault.class = smmu_s2_class(x);
	return SMMU_WANT_FAULT;
}

/* Counted when it is done: one that wanted a fetch may have waited for another's instead. */
always_inline enum smmu_want step_fetched(struct smmu_core *smmu, struct smmu_xlate *x,
					  enum smmu_stage stage)
{
	struct smmu_walk *walk = &x->walk[stage];

	smmu->stats.stage_fetches[stage * IOMMU_LEVELS + smmu_level_index(walk->level)]++;
	walk->has_fetched = true;
	if (x->is_fetch_failed)
		return walk_abort(x, stage);
	return descend(smmu, x, stage, x->fetched[0]);
}

static enum smmu_want step_fetched_s1(struct smmu_core *smmu, struct smmu_xlate *x)
{
	return step_fetched(smmu, x, SMMU_S1);
}

static enum smmu_want step_fetched_s2(struct smmu_core *smmu, struct smmu_xlate *x)
{
	return step_fetched(smmu, x, SMMU_S2);
}

static enum smmu_want step_updated(struct smmu_core *smmu, struct smmu_xlate *x,
				   enum smmu_stage stage)
{
	struct smmu_walk *walk = &x->walk[stage];

	if (x->is_fetch_failed)
		return walk_abort(x, stage);
	/* Somebody was faster: what counts is what is there now. */
	if (x->fetched[0] != walk->update_from)
		return descend_any(smmu, x, stage, x->fetched[0]);
	smmu->stats.updates[stage]++;
	return leaf(smmu, x, stage, walk->update_to);
}

static enum smmu_want step_updated_s1(struct smmu_core *smmu, struct smmu_xlate *x)
{
	return step_updated(smmu, x, SMMU_S1);
}

static enum smmu_want step_updated_s2(struct smmu_core *smmu, struct smmu_xlate *x)
{
	return step_updated(smmu, x, SMMU_S2);
}

/* --- the beginning --- */

always_inline enum smmu_want step_lookup(struct smmu_core *smmu, struct smmu_xlate *x,
					 enum smmu_stage stage)
{
	const struct smmu_table *table = smmu_walk_table(x, stage);
	struct smmu_walk *walk = &x->walk[stage];
	u64 desc;

	walk->has_fetched = false;
	walk->table_attrs = 0;
	if (smmu_walk_cache_find(smmu, x, stage, &desc))
		return descend(smmu, x, stage, desc);
	walk->level = table->start_level;
	walk->lg2 = table->start_lg2;
	walk->at = table->base;
	return want_descriptor(smmu, x, stage, table->granule_lg2);
}

static enum smmu_want step_lookup_s1(struct smmu_core *smmu, struct smmu_xlate *x)
{
	return step_lookup(smmu, x, SMMU_S1);
}

static enum smmu_want step_lookup_s2(struct smmu_core *smmu, struct smmu_xlate *x)
{
	return step_lookup(smmu, x, SMMU_S2);
}

enum smmu_want smmu_walk_s2_begin(struct smmu_core *smmu, struct smmu_xlate *x,
				  const struct smmu_s2_input *input)
{
	x->ipa = input->ipa;
	x->s2_use = input->use;
	x->after_s2 = input->after;
	if (!smmu_has_stage(x->config, SMMU_S2)) {
		x->ipa_pa = input->ipa;
		return input->after(smmu, x);
	}
	if (input->ipa & ~lg2_mask(x->config->s2_table.in_bits))
		return smmu_xlate_fault_stage(x, SMMU_S2, EVT_ID_TRANSLATION_FAULT);
	return smmu_xlate_want(x, SMMU_WANT_WALK_LOOKUP, step_lookup_s2);
}

/* Bits above the range are zero below TTB0, ones below TTB1 (3.4.1). */
static bool is_input_in_range(const struct smmu_xlate *x)
{
	u64 high = x->va & ~lg2_mask(x->table->in_bits);

	if (x->table == &x->config->table[1])
		return high == ~lg2_mask(x->table->in_bits);
	return high == 0;
}

enum smmu_want smmu_walk_begin(struct smmu_core *smmu, struct smmu_xlate *x)
{
	if (!smmu_has_stage(x->config, SMMU_S1))
		return smmu_walk_s2_begin(smmu, x,
					  &(const struct smmu_s2_input){x->va, SMMU_S2_INPUT,
									smmu_xlate_mapped_by_s2});
	if (x->table->is_disabled || smmu_xlate_is_e0pd(x) || !is_input_in_range(x))
		return smmu_xlate_fault_stage(x, SMMU_S1, EVT_ID_TRANSLATION_FAULT);
	return smmu_xlate_want(x, SMMU_WANT_WALK_LOOKUP, step_lookup_s1);
}
