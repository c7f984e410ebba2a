// SPDX-License-Identifier: GPL-2.0-only
/*
 * Paging-structure caches (VT-d 6.2.5): for each level 5 to 2, and each stage, what
 * entries that reference tables lead to, with the permissions of all entries up to
 * there, so that a walk may start at the deepest one.
 *
 * First-stage entries are tagged by PASID and domain; nested ones hold the address
 * of the table after the second stage. Second-stage entries are tagged by domain.
 */
#include <errno.h>

#include "models/vtd/steps/steps.h"

static struct tlb_array *array_of(struct tlb_array *arrays, u32 level)
{
	return &arrays[level - 2];
}

int vtd_walk_cache_init(struct vtd_core *vtd)
{
	const struct vtd_params *p = &vtd->params;
	const u64 entries[VTD_NR_WALK_CACHES] = {p->pde_entries, p->pdpe_entries, p->pml4_entries,
						 p->pml5_entries};

	for (u32 i = 0; i < VTD_NR_WALK_CACHES; i++) {
		u32 ways = min_u64(p->walk_ways, entries[i]);
		u32 bytes = sizeof(struct vtd_walk_entry);

		if (tlb_array_init(&vtd->fs_cache[i], entries[i], ways, bytes) ||
		    tlb_array_init(&vtd->ss_cache[i], entries[i], ways, bytes))
			return -ENOMEM;
	}
	return 0;
}

void vtd_walk_cache_finish(struct vtd_core *vtd)
{
	for (u32 i = 0; i < VTD_NR_WALK_CACHES; i++) {
		tlb_array_finish(&vtd->fs_cache[i]);
		tlb_array_finish(&vtd->ss_cache[i]);
	}
}

#define CONTEXT_DID GENMASK_ULL(15, 0)
#define CONTEXT_PASID GENMASK_ULL(35, 16)

static u64 first_context(const struct vtd_config *config)
{
	return FIELD_PREP(CONTEXT_DID, (u64)config->did) |
	       FIELD_PREP(CONTEXT_PASID, (u64)config->pasid);
}

static u64 second_context(const struct vtd_config *config)
{
	return FIELD_PREP(CONTEXT_DID, (u64)config->did);
}

/* A place for what the entry of @address at @level leads to; NULL: there is none. */
static struct vtd_walk_entry *place(struct tlb_array *arrays, u64 address, u32 level, u64 context)
{
	struct tlb_array *array = array_of(arrays, level);
	u32 number = tlb_array_insert(array, address, vtd_level_lg2(level), context);

	return number == TLB_NONE ? NULL : tlb_array_entry(array, number);
}

/* The table at x->fs.level was found by the entry above. */
void vtd_walk_cache_fill_first(struct vtd_core *vtd, const struct vtd_xlate *x, u64 table)
{
	struct vtd_walk_entry *entry;

	if (x->is_overtaken)
		return;
	entry = place(vtd->fs_cache, x->fs.address, x->fs.level + 1, first_context(x->config));
	if (entry)
		*entry = (struct vtd_walk_entry){
			.table = table,
			.perms = x->fs.perms,
			.is_table_writable = x->is_table_writable,
		};
}

void vtd_walk_cache_fill_second(struct vtd_core *vtd, const struct vtd_xlate *x, u64 table)
{
	struct vtd_walk_entry *entry;

	if (x->is_overtaken)
		return;
	entry = place(vtd->ss_cache, x->ss.address, x->ss.level, second_context(x->config));
	if (entry)
		*entry = (struct vtd_walk_entry){.table = table, .perms = x->ss.perms};
}

/* The deepest entry on the way to walk->address; fills the walk. */
static const struct vtd_walk_entry *find(struct tlb_array *arrays, struct vtd_walk *walk,
					 u32 top_level, u64 context)
{
	for (u32 level = 2; level <= top_level; level++) {
		struct tlb_array *array = array_of(arrays, level);
		u32 number = tlb_array_find(array, walk->address, vtd_level_lg2(level), context);
		const struct vtd_walk_entry *entry;

		if (number == TLB_NONE)
			continue;
		entry = tlb_array_entry(array, number);
		walk->level = level - 1;
		walk->table = entry->table;
		walk->perms = entry->perms;
		return entry;
	}
	return NULL;
}

bool vtd_walk_cache_find_first(struct vtd_core *vtd, struct vtd_xlate *x)
{
	const struct vtd_walk_entry *entry = find(vtd->fs_cache, &x->fs, x->config->fs_levels,
						  first_context(x->config));

	if (!entry)
		return false;
	x->is_table_writable = entry->is_table_writable;
	return true;
}

bool vtd_walk_cache_find_second(struct vtd_core *vtd, struct vtd_xlate *x)
{
	return find(vtd->ss_cache, &x->ss, x->config->ss_levels, second_context(x->config));
}

/* --- invalidation --- */

/* Of @kind: VTD_FIRST or VTD_SECOND, which has no PASIDs in its tags. */
static void invalidate(struct tlb_array *array, const struct vtd_inval *inval,
		       enum vtd_translation kind)
{
	for (u32 i = 0; array->nr_valid && i < array->nr_entries; i++) {
		const struct tlb_tag *tag = &array->tags[i];
		const struct vtd_inval_target target = {
			.kind = kind,
			.did = FIELD_GET(CONTEXT_DID, tag->context),
			.pasid = FIELD_GET(CONTEXT_PASID, tag->context),
			.va = tlb_tag_base(tag),
			.lg2 = tlb_tag_lg2(tag),
		};

		if (tlb_array_is_valid(array, i) && vtd_inval_matches(inval, &target))
			tlb_array_drop(array, i);
	}
}

/* The hint preserves the caches of the stage that the addresses are of (6.5.2.3, 6.5.2.4). */
void vtd_walk_cache_invalidate(struct vtd_core *vtd, const struct vtd_inval *inval)
{
	bool is_by_pasid = inval->scope == VTD_INVAL_PASID || inval->scope == VTD_INVAL_PASID_PAGES;
	bool spares_first = inval->scope == VTD_INVAL_PASID_PAGES && inval->has_hint;
	bool spares_second = inval->scope == VTD_INVAL_DOMAIN_PAGES && inval->has_hint;

	for (u32 i = 0; i < VTD_NR_WALK_CACHES; i++) {
		if (!spares_first)
			invalidate(&vtd->fs_cache[i], inval, VTD_FIRST);
		if (!is_by_pasid && !spares_second)
			invalidate(&vtd->ss_cache[i], inval, VTD_SECOND);
	}
}
