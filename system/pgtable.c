// SPDX-License-Identifier: GPL-2.0-only
/*
 * VMSAv8-64 stage 1 tables, see pgtable.h. Tables are freed with the whole, not
 * when they become empty, as Linux's io-pgtable does for single pages.
 */
#include "system/pgtable.h"

#include <errno.h>

/* Arm ARM D8.3: descriptors. */
#define DESC_VALID (1ULL << 0)
#define DESC_TABLE_OR_PAGE (1ULL << 1)
#define DESC_ATTR_INDEX(n) ((u64)(n) << 2)
#define DESC_AP_UNPRIV (1ULL << 6)
#define DESC_AP_RDONLY (1ULL << 7)
#define DESC_SH_INNER (3ULL << 8)
#define DESC_AF (1ULL << 10)
#define DESC_NG (1ULL << 11)
#define DESC_PXN (1ULL << 53)
#define DESC_UXN (1ULL << 54)
#define DESC_ADDRESS 0x0000fffffffff000ULL

#define LAST_LEVEL 3
#define ENTRIES_LG2 9
#define NR_ENTRIES (1U << ENTRIES_LG2)

int sys_pgtable_init(struct sys_pgtable *pgt, struct mem *mem, struct sys_frames *frames)
{
	*pgt = (struct sys_pgtable){.mem = mem, .frames = frames};
	pgt->root = sys_frames_alloc(frames, 0);
	pgt->nr_tables = 1;
	return pgt->root ? 0 : -ENOMEM;
}

static void free_table(struct sys_pgtable *pgt, pa_t table, u32 level)
{
	for (u32 i = 0; level < LAST_LEVEL && i < NR_ENTRIES; i++) {
		u64 desc = 0;

		mem_read64(pgt->mem, table + 8ULL * i, &desc);
		if (desc & DESC_VALID)
			free_table(pgt, desc & DESC_ADDRESS, level + 1);
	}
	sys_frames_free(pgt->frames, table);
}

void sys_pgtable_finish(struct sys_pgtable *pgt)
{
	if (pgt && pgt->root)
		free_table(pgt, pgt->root, 0);
	if (pgt)
		pgt->root = 0;
}

static pa_t entry_address(pa_t table, u64 address, u32 level)
{
	u32 shift = SYS_PAGE_LG2 + ENTRIES_LG2 * (LAST_LEVEL - level);

	return table + 8 * ((address >> shift) & (NR_ENTRIES - 1));
}

/* Where the leaf of @address is; 0 if a table on the way is missing. */
static pa_t leaf_slot(const struct sys_pgtable *pgt, u64 address)
{
	pa_t table = pgt->root;

	for (u32 level = 0; level < LAST_LEVEL; level++) {
		u64 desc = 0;

		mem_read64(pgt->mem, entry_address(table, address, level), &desc);
		if (!(desc & DESC_VALID))
			return 0;
		table = desc & DESC_ADDRESS;
	}
	return entry_address(table, address, LAST_LEVEL);
}

static pa_t make_table(struct sys_pgtable *pgt, pa_t slot)
{
	pa_t table = sys_frames_alloc(pgt->frames, 0);

	if (!table)
		return 0;
	pgt->nr_tables++;
	mem_write64(pgt->mem, slot, table | DESC_TABLE_OR_PAGE | DESC_VALID);
	return table;
}

static pa_t leaf_slot_make(struct sys_pgtable *pgt, u64 address)
{
	pa_t table = pgt->root;

	for (u32 level = 0; table && level < LAST_LEVEL; level++) {
		pa_t slot = entry_address(table, address, level);
		u64 desc = 0;

		mem_read64(pgt->mem, slot, &desc);
		table = desc & DESC_VALID ? desc & DESC_ADDRESS : make_table(pgt, slot);
	}
	return table ? entry_address(table, address, LAST_LEVEL) : 0;
}

int sys_pgtable_set(struct sys_pgtable *pgt, u64 address, pa_t pa, u32 access)
{
	pa_t slot = leaf_slot_make(pgt, address);
	u64 old = 0, desc;

	if (!slot)
		return -ENOMEM;
	desc = (pa & DESC_ADDRESS) | DESC_VALID | DESC_TABLE_OR_PAGE | DESC_ATTR_INDEX(0) |
	       DESC_AP_UNPRIV | DESC_SH_INNER | DESC_AF | DESC_NG | DESC_PXN | DESC_UXN;
	if (!(access & SYS_PT_WRITE))
		desc |= DESC_AP_RDONLY;
	mem_read64(pgt->mem, slot, &old);
	pgt->nr_leaves += !(old & DESC_VALID);
	mem_write64(pgt->mem, slot, desc);
	return 0;
}

u32 sys_pgtable_get(const struct sys_pgtable *pgt, u64 address, pa_t *pa)
{
	pa_t slot = leaf_slot(pgt, address);
	u64 desc = 0;

	if (!slot)
		return 0;
	mem_read64(pgt->mem, slot, &desc);
	if (!(desc & DESC_VALID))
		return 0;
	*pa = desc & DESC_ADDRESS;
	return SYS_PT_VALID | (desc & DESC_AP_RDONLY ? 0 : SYS_PT_WRITE);
}

bool sys_pgtable_clear(struct sys_pgtable *pgt, u64 address)
{
	pa_t pa, slot = leaf_slot(pgt, address);

	if (!slot || !sys_pgtable_get(pgt, address, &pa))
		return false;
	mem_write64(pgt->mem, slot, 0);
	pgt->nr_leaves--;
	return true;
}
