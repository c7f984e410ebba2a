// SPDX-License-Identifier: GPL-2.0-only
/*
 * Second-stage walk of 3, 4 or 5 levels (VT-d 3.7, 9.8), of a request's address or,
 * nested, of an address that the first stage came up with (3.8).
 *
 * An entry's accessed flag is set where the walk uses it, if SSADE says so. Flags
 * of the leaf are set when it is known what the access comes to (walk_first.c), but
 * for tables of the first stage: with SSADE, reading them counts as writing, as
 * 3.8.1 asks for write permission then, and the dirty flag is set.
 *
 * Leaves out: the memory type and snoop behaviour that leaves carry.
 */
#include "models/vtd/steps/steps.h"

static enum vtd_want second_entry(struct vtd_core *vtd, struct vtd_xlate *x);
static enum vtd_want want_entry(struct vtd_xlate *x);

static bool is_leaf(const struct vtd_walk *walk)
{
	return walk->level == 1 || (walk->entry & PTE_PS);
}

/* 3.7: what is reserved in an entry with a permission. */
static bool has_reserved(const struct vtd_core *vtd, const struct vtd_walk *walk)
{
	const struct vtd_params *p = &vtd->params;
	u64 reserved = SSPTE_TM | (PTE_ADDR_MASK & ~vtd->haw_mask);

	if (walk->level > 3 || (walk->level == 3 && !p->ss_1g) || (walk->level == 2 && !p->ss_2m))
		reserved |= PTE_PS;
	if (!is_leaf(walk) || !p->sc)
		reserved |= SSPTE_SNP;
	if (is_leaf(walk))
		reserved |= lg2_mask(vtd_level_lg2(walk->level)) & ~0xfffULL;
	return walk->entry & reserved;
}

/* Neither read nor write is permitted (LGN.2, LGN.3; SSS.2). */
static enum vtd_want no_permission(struct vtd_xlate *x)
{
	if (x->config->is_scalable)
		return vtd_xlate_fault(x, VTD_SSS_2);
	return vtd_xlate_fault(x, vtd_denial(x->attr, VTD_TRAIT_LEGACY));
}

static enum vtd_want step_updated(struct vtd_core *vtd, struct vtd_xlate *x)
{
	if (x->is_memory_failed)
		return vtd_xlate_fault(x, VTD_SSS_6);
	/* Another agent has changed it meanwhile: what it is now counts. */
	x->ss.entry = x->fetched[0] == x->update_old ? x->update_new : x->fetched[0];
	return second_entry(vtd, x);
}

enum vtd_want vtd_second_update(struct vtd_xlate *x, u64 flags)
{
	if (!x->config->is_snooped)
		return vtd_xlate_fault(x, VTD_SSS_5);
	return vtd_xlate_want_update(x, &x->ss, flags, step_updated);
}

/* Who may do what: one bit for each of the attributes. */
static u8 permissions(const struct vtd_core *vtd, u32 perms)
{
	u8 reads = 1U << 0 | 1U << VTD_ATTR_INSTR, writes = 1U << VTD_ATTR_WRITE;
	bool has_zlr = (perms & VTD_SS_R) || ((perms & VTD_SS_W) && vtd->params.zlr);
	u8 user = (perms & VTD_SS_R ? reads : 0) | (perms & VTD_SS_W ? writes : 0) |
		  has_zlr << VTD_ATTR_ZLR;

	return user | user << VTD_ATTR_PRIV;
}

static enum vtd_want leaf(struct vtd_core *vtd, struct vtd_xlate *x, u32 perms)
{
	struct vtd_walk *walk = &x->ss;
	u32 lg2 = vtd_level_lg2(walk->level);

	if (!perms)
		return no_permission(x);
	x->ss_leaf = (struct vtd_mapping){
		.pa = walk->entry & PTE_ADDR_MASK & ~lg2_mask(lg2),
		.va = walk->address & ~lg2_mask(lg2),
		.lg2 = lg2,
		.perms = permissions(vtd, perms),
	};
	return x->ss_after(vtd, x);
}

/* x->ss.entry is the entry at x->ss.level. */
static enum vtd_want second_entry(struct vtd_core *vtd, struct vtd_xlate *x)
{
	struct vtd_walk *walk = &x->ss;
	u32 perms = walk->entry & (SSPTE_R | SSPTE_W);

	if (!perms)
		return no_permission(x);
	if (has_reserved(vtd, walk))
		return vtd_xlate_fault(x, x->config->is_scalable ? VTD_SSS_3 : VTD_LSS_2);
	perms &= walk->perms;
	if (is_leaf(walk))
		return leaf(vtd, x, perms);
	if (x->config->has_ssade && !(walk->entry & SSPTE_A))
		return vtd_second_update(x, SSPTE_A);
	walk->perms = perms;
	walk->table = walk->entry & PTE_ADDR_MASK;
	vtd_walk_cache_fill_second(vtd, x, walk->table);
	walk->level--;
	return want_entry(x);
}

static enum vtd_want step_fetched(struct vtd_core *vtd, struct vtd_xlate *x)
{
	bool is_first = x->ss.level == x->config->ss_levels;

	vtd->stats.ss_fetches[x->ss.level - 1]++;
	vtd->stats.walks += !x->has_walked;
	x->has_walked = true;
	if (x->is_memory_failed && x->config->is_scalable)
		return vtd_xlate_fault(x, is_first ? VTD_SSS_4 : VTD_SSS_1);
	if (x->is_memory_failed)
		return vtd_xlate_fault(x, is_first ? VTD_LCT_4_3 : VTD_LSS_1);
	x->ss.entry = x->fetched[0];
	return second_entry(vtd, x);
}

static enum vtd_want want_entry(struct vtd_xlate *x)
{
	struct vtd_walk *walk = &x->ss;

	sim_assert(walk->level && walk->level <= x->config->ss_levels);
	walk->entry_pa = walk->table + 8 * (walk->address >> vtd_level_lg2(walk->level) & 511);
	return vtd_xlate_want_entry(x, walk, step_fetched);
}

static enum vtd_want step_lookup(struct vtd_core *vtd, struct vtd_xlate *x)
{
	if (!vtd_walk_cache_find_second(vtd, x)) {
		x->ss.level = x->config->ss_levels;
		x->ss.table = x->config->ss_root;
		x->ss.perms = VTD_SS_ALL;
	}
	return want_entry(x);
}

enum vtd_want vtd_second_begin(struct vtd_xlate *x, u64 address, bool is_final, vtd_step *after)
{
	x->ss.address = address;
	x->is_ss_final = is_final;
	x->ss_after = after;
	return vtd_xlate_want(x, VTD_WANT_WALK_LOOKUP, step_lookup);
}
