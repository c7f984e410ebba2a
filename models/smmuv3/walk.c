// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stage 1 table walk, VMSAv8-64, granules of 4, 16 and 64 KiB (Arm ARM D8;
 * IHI 0070 3.4, 5.4, 7.3.12 to 7.3.16): range check, start level from TxSZ,
 * tables, blocks and pages, output size, access flag, permissions with
 * hierarchical attributes.
 *
 * A fault is found in the order translation, address size, access flag,
 * permission. Leaves out: hardware update of AF and dirty state, the
 * contiguous hint (entries are cached singly), addresses of 52 bits.
 */
#include "models/smmuv3/internal.h"

/* What the table descriptors on the way take away from a leaf. */
#define WALK_NO_EL0 1U
#define WALK_RDONLY 2U
#define WALK_UXN 4U
#define WALK_PXN 8U

static u8 table_attrs(const struct smmu_xlate *x, u64 desc)
{
	u8 attrs = 0;

	if (x->table->has_had)
		return 0;
	if (desc & TTD_APTABLE_RDONLY)
		attrs |= WALK_RDONLY;
	if (desc & TTD_UXNTABLE)
		attrs |= WALK_UXN;
	/* With one privilege level there is neither EL0 nor PXN. */
	if (x->config->world == SMMU_WORLD_EL2)
		return attrs;
	if (desc & TTD_APTABLE_NO_EL0)
		attrs |= WALK_NO_EL0;
	if (desc & TTD_PXNTABLE)
		attrs |= WALK_PXN;
	return attrs;
}

/* Who may do what: one bit for each of the effective attributes. */
static u8 permissions(u32 el0_r, u32 el0_w, u32 el0_x, u32 el1_r, u32 el1_w, u32 el1_x)
{
	return el0_r << 0 | el0_w << SMMU_ATTR_WRITE | el1_r << SMMU_ATTR_PRIV |
	       el1_w << (SMMU_ATTR_PRIV | SMMU_ATTR_WRITE) | el0_x << SMMU_ATTR_INSTR |
	       el1_x << (SMMU_ATTR_INSTR | SMMU_ATTR_PRIV);
}

static u8 leaf_permissions(const struct smmu_xlate *x, u64 desc)
{
	const struct smmu_config *config = x->config;
	bool is_writable = !(desc & TTD_AP_RDONLY) && !(x->table_attrs & WALK_RDONLY);
	bool has_el0 = (desc & TTD_AP_EL0) && !(x->table_attrs & WALK_NO_EL0);
	bool uxn = (desc & TTD_UXN) || (x->table_attrs & WALK_UXN);
	bool pxn = (desc & TTD_PXN) || (x->table_attrs & WALK_PXN);
	bool el0_writable = has_el0 && is_writable;
	bool has_el1 = !(config->has_pan && has_el0);

	if (config->world == SMMU_WORLD_EL2) {
		bool is_executable = !uxn && !(config->has_wxn && is_writable);

		return permissions(1, is_writable, is_executable, 1, is_writable, is_executable);
	}
	/* What EL0 may write, EL1 does not execute, whatever WXN says. */
	return permissions(has_el0, el0_writable, !uxn && !(config->has_wxn && el0_writable),
			   has_el1, has_el1 && is_writable,
			   !pxn && !el0_writable && !(config->has_wxn && is_writable));
}

static bool is_output_in_range(const struct smmu_xlate *x, pa_t pa)
{
	return !(pa & ~lg2_mask(x->config->ips_bits));
}

static enum smmu_want leaf(struct smmu *smmu, struct smmu_xlate *x, u64 desc)
{
	u32 lg2 = x->walk_lg2;
	struct smmu_mapping mapping = {
		.pa = desc & TTD_ADDR_MASK & (~0ULL << lg2),
		.va = x->va & (~0ULL << lg2),
		.lg2 = lg2,
		.is_global = !(desc & TTD_NG),
	};

	if (!is_output_in_range(x, mapping.pa))
		return smmu_xlate_fault_translation(x, EVT_ID_ADDR_SIZE_FAULT);
	if (!(desc & TTD_AF) && !x->config->has_affd)
		return smmu_xlate_fault_translation(x, EVT_ID_ACCESS_FAULT);
	/* Fit to be cached, whether or not this access is permitted. */
	if (x->has_fetched)
		smmu_walk_cache_fill(smmu, x, desc, true);
	mapping.perms = leaf_permissions(x, desc);
	smmu_tlb_fill(x, &mapping);
	if (x->kind)
		return smmu_ats_done(x, &mapping);
	if (!(mapping.perms & (1U << x->attr)))
		return smmu_xlate_fault_translation(x, EVT_ID_PERMISSION_FAULT);
	return smmu_xlate_done(x, mapping.pa + (x->va - mapping.va));
}

static enum smmu_want step_fetched(struct smmu *smmu, struct smmu_xlate *x);

static inline __attribute__((always_inline)) enum smmu_want
want_descriptor(struct smmu_xlate *x, pa_t table, u32 granule_lg2)
{
	u32 lg2 = smmu_level_lg2(granule_lg2, x->walk_level);
	u64 index = x->va >> lg2;

	if (x->walk_level == x->table->start_level)
		index &= lg2_mask(x->table->va_bits - lg2);
	else
		index &= lg2_mask(smmu_stride(granule_lg2));
	return smmu_xlate_want_fetch(x, SMMU_WANT_WALK_FETCH, table + 8 * index, 1, step_fetched);
}

/* Blocks of 1 GiB exist with 4 KiB tables only; those above with none of 48 bits. */
static bool is_block_level(const struct smmu_xlate *x, u32 granule_lg2)
{
	return x->walk_level == 2 || (x->walk_level == 1 && granule_lg2 == 12);
}

/* @desc is the descriptor at x->walk_level, from memory or from the walk cache. */
static inline __attribute__((always_inline)) enum smmu_want
descend_by(struct smmu *smmu, struct smmu_xlate *x, u64 desc, u32 granule_lg2)
{
	pa_t next = desc & TTD_ADDR_MASK & ~lg2_mask(granule_lg2);

	if (!(desc & TTD_VALID))
		return smmu_xlate_fault_translation(x, EVT_ID_TRANSLATION_FAULT);
	if (x->walk_level == 3) {
		if (!(desc & TTD_TABLE))
			return smmu_xlate_fault_translation(x, EVT_ID_TRANSLATION_FAULT);
		return leaf(smmu, x, desc);
	}
	if (!(desc & TTD_TABLE)) {
		if (!is_block_level(x, granule_lg2))
			return smmu_xlate_fault_translation(x, EVT_ID_TRANSLATION_FAULT);
		return leaf(smmu, x, desc);
	}
	if (!is_output_in_range(x, next))
		return smmu_xlate_fault_translation(x, EVT_ID_ADDR_SIZE_FAULT);
	if (x->has_fetched)
		smmu_walk_cache_fill(smmu, x, desc, false);
	x->table_attrs |= table_attrs(x, desc);
	x->walk_level++;
	x->walk_lg2 -= smmu_stride(granule_lg2);
	return want_descriptor(x, next, granule_lg2);
}

/* With the commonest granule as a constant: every miss comes by here, some several times. */
static enum smmu_want descend(struct smmu *smmu, struct smmu_xlate *x, u64 desc)
{
	if (__builtin_expect(x->table->granule_lg2 == 12, 1))
		return descend_by(smmu, x, desc, 12);
	return descend_by(smmu, x, desc, x->table->granule_lg2);
}

/* Counted when it is done: one that wanted a fetch may have waited for another's instead. */
static enum smmu_want step_fetched(struct smmu *smmu, struct smmu_xlate *x)
{
	smmu->stats.table_fetches[x->walk_level]++;
	smmu->stats.walks += !x->has_fetched;
	x->has_fetched = true;
	if (x->is_fetch_failed)
		return smmu_xlate_fault_fetch(x, EVT_ID_WALK_EABT);
	return descend(smmu, x, x->fetched[0]);
}

static enum smmu_want step_walk_lookup(struct smmu *smmu, struct smmu_xlate *x)
{
	enum smmu_want want;
	u64 desc;

	x->has_fetched = false;
	x->table_attrs = 0;
	if (smmu_walk_cache_find(smmu, x, &desc)) {
		want = descend(smmu, x, desc);
		smmu->stats.walks += want != SMMU_WANT_WALK_FETCH;
		return want;
	}
	x->walk_level = x->table->start_level;
	x->walk_lg2 = x->table->start_lg2;
	return want_descriptor(x, x->table->base, x->table->granule_lg2);
}

/* Bits above the range are zero below TTB0, ones below TTB1 (3.4.1). */
static bool is_input_in_range(const struct smmu_xlate *x)
{
	u64 high = x->va & ~lg2_mask(x->table->va_bits);

	if (x->table == &x->config->table[1])
		return high == ~lg2_mask(x->table->va_bits);
	return high == 0;
}

enum smmu_want smmu_walk_begin(struct smmu *smmu, struct smmu_xlate *x)
{
	if (x->table->is_disabled || !is_input_in_range(x))
		return smmu_xlate_fault_translation(x, EVT_ID_TRANSLATION_FAULT);
	return smmu_xlate_want(x, SMMU_WANT_WALK_LOOKUP, step_walk_lookup);
}
