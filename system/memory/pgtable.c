// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page tables of three kinds, see pgtable.h. Tables are freed with the whole, not
 * when they become empty, as Linux's io-pgtable does for single pages.
 */
#include "system/memory/pgtable.h"

#include <errno.h>

/* What an entry is made of beside an address. */
struct sys_pgtable_format {
	u64 valid; /* of a table and of a leaf: one of these bits */
	u64 table;
	u64 leaf;
	u64 read_only, writable; /* one of them */
	u64 access;		 /* the bits that tell one from the other */
	u64 readable;		 /* 0: a leaf is */
};

/* Arm ARM D8.3 */
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

/* SDM 3, 4.5.4 */
#define X86_P (1ULL << 0)
#define X86_RW (1ULL << 1)
#define X86_US (1ULL << 2)
#define X86_A (1ULL << 5)
#define X86_D (1ULL << 6)
#define X86_XD (1ULL << 63)

/* VT-d 9.8 */
#define SS_R (1ULL << 0)
#define SS_W (1ULL << 1)

static const struct sys_pgtable_format formats[] = {
	[SYS_PT_ARM64] =
		{
			.valid = DESC_VALID,
			.table = DESC_VALID | DESC_TABLE_OR_PAGE,
			.leaf = DESC_VALID | DESC_TABLE_OR_PAGE | DESC_ATTR_INDEX(0) |
				DESC_AP_UNPRIV | DESC_SH_INNER | DESC_AF | DESC_NG | DESC_PXN |
				DESC_UXN,
			.read_only = DESC_AP_RDONLY,
			.access = DESC_AP_RDONLY,
		},
	/* Flags are set as the fault handler does: pages come young, and dirty by a write. */
	[SYS_PT_X86] =
		{
			.valid = X86_P,
			.table = X86_P | X86_RW | X86_US | X86_A,
			.leaf = X86_P | X86_US | X86_A | X86_XD,
			.writable = X86_RW | X86_D,
			.access = X86_RW,
		},
	[SYS_PT_VTD_SECOND] =
		{
			.valid = SS_R | SS_W,
			.table = SS_R | SS_W,
			.writable = SS_W,
			.access = SS_W,
			.readable = SS_R,
		},
};

/* Of 48 bits in all of them. */
#define DESC_ADDRESS 0x0000fffffffff000ULL

#define LAST_LEVEL 3
#define ENTRIES_LG2 9
#define NR_ENTRIES (1U << ENTRIES_LG2)

int sys_pgtable_init(struct sys_pgtable *pgt, enum sys_pgtable_kind kind, struct mem *mem,
		     struct sys_frames *frames)
{
	*pgt = (struct sys_pgtable){.format = &formats[kind], .mem = mem, .frames = frames};
	pgt->root = sys_frames_alloc(frames, 0);
	pgt->nr_tables = 1;
	return pgt->root ? 0 : -ENOMEM;
}

static void free_table(struct sys_pgtable *pgt, pa_t table, u32 level)
{
	for (u32 i = 0; level < LAST_LEVEL && i < NR_ENTRIES; i++) {
		u64 desc = 0;

		mem_read64(pgt->mem, table + 8ULL * i, &desc);
		if (desc & pgt->format->valid)
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
		if (!(desc & pgt->format->valid))
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
	mem_write64(pgt->mem, slot, table | pgt->format->table);
	return table;
}

static pa_t leaf_slot_make(struct sys_pgtable *pgt, u64 address)
{
	pa_t table = pgt->root;

	for (u32 level = 0; table && level < LAST_LEVEL; level++) {
		pa_t slot = entry_address(table, address, level);
		u64 desc = 0;

		mem_read64(pgt->mem, slot, &desc);
		table = desc & pgt->format->valid ? desc & DESC_ADDRESS : make_table(pgt, slot);
	}
	return table ? entry_address(table, address, LAST_LEVEL) : 0;
}

int sys_pgtable_set(struct sys_pgtable *pgt, u64 address, pa_t pa, u32 access)
{
	const struct sys_pgtable_format *format = pgt->format;
	pa_t slot = leaf_slot_make(pgt, address);
	u64 old = 0, desc;

	if (!slot)
		return -ENOMEM;
	desc = (pa & DESC_ADDRESS) | format->leaf |
	       (access & SYS_PT_WRITE ? format->writable : format->read_only) |
	       (access & SYS_PT_NO_READ ? 0 : format->readable);
	mem_read64(pgt->mem, slot, &old);
	pgt->nr_leaves += !(old & format->valid);
	mem_write64(pgt->mem, slot, desc);
	return 0;
}

u32 sys_pgtable_get(const struct sys_pgtable *pgt, u64 address, pa_t *pa)
{
	const struct sys_pgtable_format *format = pgt->format;
	pa_t slot = leaf_slot(pgt, address);
	u64 desc = 0;

	if (!slot)
		return 0;
	mem_read64(pgt->mem, slot, &desc);
	if (!(desc & format->valid))
		return 0;
	*pa = desc & DESC_ADDRESS;
	return SYS_PT_VALID |
	       ((desc & format->access) == (format->writable & format->access) ? SYS_PT_WRITE : 0) |
	       (format->readable && !(desc & format->readable) ? SYS_PT_NO_READ : 0);
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

/* What an entry of @level spans. */
static u64 span_of(u32 level)
{
	return SYS_PAGE_BYTES << ENTRIES_LG2 * (LAST_LEVEL - level);
}

u64 sys_pgtable_next(const struct sys_pgtable *pgt, u64 address)
{
	pa_t table = pgt->root;
	u32 level = 0;

	while (address < 1ULL << SYS_PT_VA_BITS) {
		u64 desc = 0;

		mem_read64(pgt->mem, entry_address(table, address, level), &desc);
		if (desc & pgt->format->valid) {
			if (level == LAST_LEVEL)
				return address;
			table = desc & DESC_ADDRESS;
			level++;
			continue;
		}
		/* Beyond this entry, from the top again: the next one may be another table's. */
		address = (address & ~(span_of(level) - 1)) + span_of(level);
		table = pgt->root;
		level = 0;
	}
	return 1ULL << SYS_PT_VA_BITS;
}
