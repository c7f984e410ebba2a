// SPDX-License-Identifier: GPL-2.0-only
/*
 * First-stage walk of 4 or 5 levels (VT-d 3.6, 9.7), and nested in the second stage
 * (3.8): then tables, and the page in the end, are at guest-physical addresses.
 *
 * Accessed and extended-accessed flags of an entry are set where the walk uses it.
 * Present and reserved bits of all entries are looked at before permissions, which
 * add up on the way.
 *
 * A walk of either stage, or both, ends here: what they permit together, flags of their
 * leaves, and the mapping that comes of it. No dirty flag is set by an access that is not
 * permitted. A first-stage leaf is done before the second stage's, whose flags its own
 * update would need.
 *
 * Execute-disable counts with revision 3 only. Leaves out: memory types.
 */
#include "models/vtd/steps/steps.h"

static enum vtd_want first_entry(struct vtd_core *vtd, struct vtd_xlate *x);
static enum vtd_want want_entry(struct vtd_core *vtd, struct vtd_xlate *x);

static bool is_leaf(const struct vtd_walk *walk)
{
	return walk->level == 1 || (walk->level <= 3 && (walk->entry & PTE_PS));
}

/* 3.6: what is reserved in a present entry. */
static bool has_reserved(const struct vtd_core *vtd, const struct vtd_xlate *x)
{
	const struct vtd_walk *walk = &x->fs;
	u64 reserved = PTE_ADDR_MASK & ~vtd->haw_mask;

	if (walk->level > 3 || (walk->level == 3 && !vtd->params.fs_1g))
		reserved |= PTE_PS;
	/* Bit 12 of a large page is PAT. */
	if (is_leaf(walk))
		reserved |= lg2_mask(vtd_level_lg2(walk->level)) & ~0x1fffULL;
	if (vtd->params.revision == 3 && !x->config->has_nxe)
		reserved |= FSPTE_XD;
	return walk->entry & reserved;
}

static u32 entry_permissions(const struct vtd_xlate *x)
{
	u64 e = x->fs.entry;

	return (e & FSPTE_RW ? VTD_FS_RW : 0) | (e & FSPTE_US ? VTD_FS_US : 0) |
	       (x->config->has_nxe && (e & FSPTE_XD) ? 0 : VTD_FS_X);
}

/* Accessed flags that an entry lacks. */
static u64 missing_flags(const struct vtd_xlate *x)
{
	u64 wanted = FSPTE_A | (x->config->has_eafe ? FSPTE_EA : 0);

	return wanted & ~x->fs.entry;
}

static enum vtd_want step_updated(struct vtd_core *vtd, struct vtd_xlate *x)
{
	if (x->is_memory_failed)
		return vtd_xlate_fault(x, VTD_SFS_10);
	/* Another agent has changed it meanwhile: what it is now counts. */
	x->fs.entry = x->fetched[0] == x->update_old ? x->update_new : x->fetched[0];
	return first_entry(vtd, x);
}

static enum vtd_want step_leaf_updated(struct vtd_core *vtd, struct vtd_xlate *x)
{
	if (x->is_memory_failed || x->fetched[0] != x->update_old)
		return step_updated(vtd, x);
	x->fs.entry = x->update_new;
	return vtd_walk_done(vtd, x);
}

static enum vtd_want update(struct vtd_xlate *x, u64 flags, vtd_step *step)
{
	if (!x->config->is_snooped)
		return vtd_xlate_fault(x, VTD_SFS_9);
	if (x->config->kind == VTD_NESTED && !x->is_table_writable)
		return vtd_xlate_fault(x, VTD_SFS_8);
	return vtd_xlate_want_update(x, &x->fs, flags, step);
}

/* --- the end of a walk --- */

#define WRITES (1U << VTD_ATTR_WRITE | 1U << (VTD_ATTR_WRITE | VTD_ATTR_PRIV))

static bool has_first(const struct vtd_xlate *x)
{
	return x->config->kind != VTD_SECOND;
}

static bool has_second(const struct vtd_xlate *x)
{
	return x->config->kind != VTD_FIRST;
}

/* The smaller page of the two stages, and what both permit. */
static void combine(struct vtd_xlate *x)
{
	struct vtd_mapping *m = &x->mapping;

	*m = has_first(x) ? x->fs_leaf : x->ss_leaf;
	m->perms &= vtd_config_perms(x->config);
	if (!has_first(x))
		m->traits = vtd_config_traits(x->config);
	if (!has_first(x) || !has_second(x))
		return;
	m->perms &= x->ss_leaf.perms;
	m->lg2 = min_u64(m->lg2, x->ss_leaf.lg2);
	m->va = x->iova & ~lg2_mask(m->lg2);
	m->pa = x->ss_leaf.pa + ((x->ss.address & ~lg2_mask(m->lg2)) - x->ss_leaf.va);
}

static bool is_dirty(const struct vtd_xlate *x)
{
	if (has_first(x) && !(x->fs.entry & FSPTE_D))
		return false;
	return !has_second(x) || !x->config->has_ssade || (x->ss.entry & SSPTE_D);
}

enum vtd_want vtd_walk_done(struct vtd_core *vtd, struct vtd_xlate *x)
{
	struct vtd_mapping *m = &x->mapping;
	enum vtd_condition condition;
	bool is_written;
	u64 flags;

	combine(x);
	if (vtd_is_denied(x, m))
		return vtd_xlate_fault(x, vtd_denial(x->attr, m->traits));
	condition = vtd_check_output(x);
	if (condition)
		return vtd_xlate_fault(x, condition);
	is_written = vtd_xlate_writes(x) &&
		     (m->perms & (1U << (VTD_ATTR_WRITE | (x->attr & VTD_ATTR_PRIV))));
	if (has_first(x)) {
		flags = FSPTE_A | (x->config->has_eafe ? FSPTE_EA : 0) | (is_written ? FSPTE_D : 0);
		if (flags & ~x->fs.entry)
			return update(x, flags & ~x->fs.entry, step_leaf_updated);
	}
	if (has_second(x) && x->config->has_ssade) {
		flags = SSPTE_A | (is_written ? SSPTE_D : 0);
		if (flags & ~x->ss.entry)
			return vtd_second_update(x, flags & ~x->ss.entry);
	}
	m->hit_perms = is_dirty(x) ? m->perms : m->perms & ~WRITES;
	return vtd_xlate_mapped(vtd, x);
}

/* --- the first stage --- */

static u32 allow(bool is_allowed, u32 attributes)
{
	return is_allowed ? 1U << attributes : 0;
}

/* Who may do what: one bit for each set of attributes. Reads are never forbidden to the privileged.
 */
static u8 permissions(const struct vtd_config *config, u32 perms)
{
	bool rw = perms & VTD_FS_RW, us = perms & VTD_FS_US, x = perms & VTD_FS_X;
	bool priv_x = x && !(config->has_smep && us);

	return allow(us, 0) | allow(us && rw, VTD_ATTR_WRITE) | allow(us && x, VTD_ATTR_INSTR) |
	       allow(us, VTD_ATTR_ZLR) | allow(true, VTD_ATTR_PRIV) |
	       allow(rw || !config->has_wpe, VTD_ATTR_PRIV | VTD_ATTR_WRITE) |
	       allow(priv_x, VTD_ATTR_PRIV | VTD_ATTR_INSTR) |
	       allow(true, VTD_ATTR_PRIV | VTD_ATTR_ZLR);
}

static enum vtd_want leaf(struct vtd_core *vtd, struct vtd_xlate *x, u32 perms)
{
	struct vtd_walk *walk = &x->fs;
	u32 lg2 = vtd_level_lg2(walk->level);

	x->fs_leaf = (struct vtd_mapping){
		.pa = walk->entry & PTE_ADDR_MASK & ~lg2_mask(lg2),
		.va = walk->address & ~lg2_mask(lg2),
		.lg2 = lg2,
		.perms = permissions(x->config, perms) & vtd_config_perms(x->config),
		.traits = vtd_config_traits(x->config) |
			  (perms & VTD_FS_US ? 0 : VTD_TRAIT_SUPERVISOR),
	};
	if (!(x->fs_leaf.perms & (1U << x->attr)))
		return vtd_xlate_fault(x, vtd_denial(x->attr, x->fs_leaf.traits));
	if (x->config->kind == VTD_FIRST)
		return vtd_walk_done(vtd, x);
	return vtd_second_begin(x, x->fs_leaf.pa + (walk->address - x->fs_leaf.va), true,
				vtd_walk_done);
}

/* x->fs.entry is the entry at x->fs.level. */
static enum vtd_want first_entry(struct vtd_core *vtd, struct vtd_xlate *x)
{
	struct vtd_walk *walk = &x->fs;
	u32 perms;

	if (!(walk->entry & FSPTE_P))
		return vtd_xlate_fault(x, VTD_SFS_2);
	if (has_reserved(vtd, x))
		return vtd_xlate_fault(x, VTD_SFS_3);
	if (x->config->kind == VTD_NESTED &&
	    (walk->entry & PTE_ADDR_MASK & ~lg2_mask(x->config->ss_bits)))
		return vtd_xlate_fault(x, VTD_SFS_5);
	perms = walk->perms & entry_permissions(x);
	if (is_leaf(walk))
		return leaf(vtd, x, perms);
	if (missing_flags(x))
		return update(x, missing_flags(x), step_updated);
	walk->perms = perms;
	walk->table = walk->entry & PTE_ADDR_MASK;
	walk->level--;
	return want_entry(vtd, x);
}

static enum vtd_want step_fetched(struct vtd_core *vtd, struct vtd_xlate *x)
{
	vtd->stats.fs_fetches[x->fs.level - 1]++;
	vtd->stats.walks += !x->has_walked;
	x->has_walked = true;
	if (x->is_memory_failed)
		return vtd_xlate_fault(x,
				       x->fs.level == x->config->fs_levels ? VTD_SFS_4 : VTD_SFS_1);
	x->fs.entry = x->fetched[0];
	return first_entry(vtd, x);
}

/* @table is the host-physical address of the table at x->fs.level. */
static enum vtd_want fetch(struct vtd_xlate *x, pa_t table)
{
	struct vtd_walk *walk = &x->fs;

	sim_assert(walk->level && walk->level <= x->config->fs_levels);
	walk->entry_pa = table + 8 * (walk->address >> vtd_level_lg2(walk->level) & 511);
	return vtd_xlate_want_entry(x, walk, step_fetched);
}

static enum vtd_want step_table_translated(struct vtd_core *vtd, struct vtd_xlate *x)
{
	bool is_first = x->fs.level == x->config->fs_levels;
	u64 flags = x->config->has_ssade ? (SSPTE_A | SSPTE_D) & ~x->ss.entry : 0;
	pa_t table = x->ss_leaf.pa + (x->fs.table - x->ss_leaf.va);

	if (!(x->ss_leaf.perms & 1U))
		return vtd_xlate_fault(x, is_first ? VTD_SFS_6 : VTD_SFS_7);
	x->is_table_writable = x->ss_leaf.perms & (1U << VTD_ATTR_WRITE);
	if (x->config->has_ssade && !x->is_table_writable)
		return vtd_xlate_fault(x, VTD_SFS_8);
	if (flags)
		return vtd_second_update(x, flags);
	if (!is_first)
		vtd_walk_cache_fill_first(vtd, x, table);
	return fetch(x, table);
}

static enum vtd_want want_entry(struct vtd_core *vtd, struct vtd_xlate *x)
{
	if (x->config->kind == VTD_NESTED)
		return vtd_second_begin(x, x->fs.table, false, step_table_translated);
	if (x->fs.level != x->config->fs_levels)
		vtd_walk_cache_fill_first(vtd, x, x->fs.table);
	return fetch(x, x->fs.table);
}

static enum vtd_want step_lookup(struct vtd_core *vtd, struct vtd_xlate *x)
{
	if (vtd_walk_cache_find_first(vtd, x))
		return fetch(x, x->fs.table);
	x->fs.level = x->config->fs_levels;
	x->fs.table = x->config->fs_root;
	x->fs.perms = VTD_FS_ALL;
	return want_entry(vtd, x);
}

static bool is_canonical(u64 address, u32 bits)
{
	u64 high = address >> (bits - 1);

	return high == 0 || high == lg2_mask(64 - (bits - 1));
}

enum vtd_want vtd_first_begin(struct vtd_core *vtd, struct vtd_xlate *x)
{
	if (!is_canonical(x->iova, vtd_level_lg2(x->config->fs_levels + 1)))
		return vtd_xlate_fault(x, VTD_SGN_1);
	x->fs.address = x->iova;
	return vtd_xlate_want(x, VTD_WANT_WALK_LOOKUP, step_lookup);
}
