// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page tables of three kinds, see pgtable.h. Tables are freed with the whole, not
 * when they become empty, as Linux's io-pgtable does for single pages: where pages were,
 * no block comes any more.
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
	u64 no_exec;		 /* set: no instruction comes from there */
	u64 user;		 /* set: not for privileged accesses only */
	/* By these bits a block differs from a table, and by others from a page. */
	u64 block_mask, is_block;
	u64 block_leaf; /* in place of @leaf */
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
#define DESC_ATTRIBUTES (DESC_ATTR_INDEX(0) | DESC_SH_INNER | DESC_AF | DESC_NG)

/* SDM 3, 4.5.4 */
#define X86_P (1ULL << 0)
#define X86_RW (1ULL << 1)
#define X86_US (1ULL << 2)
#define X86_A (1ULL << 5)
#define X86_D (1ULL << 6)
#define X86_PS (1ULL << 7)
#define X86_XD (1ULL << 63)

/* VT-d 9.8 */
#define SS_R (1ULL << 0)
#define SS_W (1ULL << 1)
#define SS_PS (1ULL << 7)

static const struct sys_pgtable_format formats[] = {
	[SYS_PT_ARM64] =
		{
			.valid = DESC_VALID,
			.table = DESC_VALID | DESC_TABLE_OR_PAGE,
			.leaf = DESC_VALID | DESC_TABLE_OR_PAGE | DESC_ATTRIBUTES,
			.read_only = DESC_AP_RDONLY,
			.access = DESC_AP_RDONLY,
			.no_exec = DESC_PXN | DESC_UXN,
			.user = DESC_AP_UNPRIV,
			.block_mask = DESC_TABLE_OR_PAGE,
			.block_leaf = DESC_VALID | DESC_ATTRIBUTES,
		},
	/* Flags are set as the fault handler does: pages come young, and dirty by a write. */
	[SYS_PT_X86] =
		{
			.valid = X86_P,
			.table = X86_P | X86_RW | X86_US | X86_A,
			.leaf = X86_P | X86_A,
			.writable = X86_RW | X86_D,
			.access = X86_RW,
			.block_mask = X86_PS,
			.is_block = X86_PS,
			.block_leaf = X86_P | X86_A | X86_PS,
			.no_exec = X86_XD,
			.user = X86_US,
		},
	[SYS_PT_VTD_SECOND] =
		{
			.valid = SS_R | SS_W,
			.table = SS_R | SS_W,
			.writable = SS_W,
			.access = SS_W,
			.readable = SS_R,
			.block_mask = SS_PS,
			.is_block = SS_PS,
			.block_leaf = SS_PS,
		},
};

/* Of 48 bits in all of them. */
#define DESC_ADDRESS 0x0000fffffffff000ULL

#define LAST_LEVEL 3
#define BLOCK_LEVEL (LAST_LEVEL - 1)
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

static bool is_leaf(const struct sys_pgtable *pgt, u64 desc, u32 level)
{
	const struct sys_pgtable_format *format = pgt->format;

	return level == LAST_LEVEL ||
	       (level == BLOCK_LEVEL && (desc & format->block_mask) == format->is_block);
}

static void free_table(struct sys_pgtable *pgt, pa_t table, u32 level)
{
	for (u32 i = 0; level < LAST_LEVEL && i < NR_ENTRIES; i++) {
		u64 desc = 0;

		mem_read64(pgt->mem, table + 8ULL * i, &desc);
		if (desc & pgt->format->valid && !is_leaf(pgt, desc, level))
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

/* An entry: where it is, and what it holds. */
struct slot {
	pa_t at; /* 0: there is none, a table on the way is missing */
	u32 level;
	u64 desc;
};

/* The entry of @address at the last level, or that of the block around it. */
static struct slot find_slot(const struct sys_pgtable *pgt, u64 address)
{
	struct slot slot = {.at = entry_address(pgt->root, address, 0)};

	for (;; slot.level++) {
		mem_read64(pgt->mem, slot.at, &slot.desc);
		if (is_leaf(pgt, slot.desc, slot.level))
			return slot;
		if (!(slot.desc & pgt->format->valid))
			return (struct slot){0};
		slot.at = entry_address(slot.desc & DESC_ADDRESS, address, slot.level + 1);
	}
}

/* The leaf of @address; at 0: nothing is mapped. */
static struct slot find_leaf(const struct sys_pgtable *pgt, u64 address)
{
	struct slot slot = find_slot(pgt, address);

	return slot.desc & pgt->format->valid ? slot : (struct slot){0};
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

static u64 access_bits(const struct sys_pgtable_format *format, u32 access)
{
	return (access & SYS_PT_WRITE ? format->writable : format->read_only) |
	       (access & SYS_PT_NO_READ ? 0 : format->readable) |
	       (access & SYS_PT_EXEC ? 0 : format->no_exec) |
	       (access & SYS_PT_PRIV ? 0 : format->user);
}

static u32 access_of(const struct sys_pgtable_format *format, u64 desc)
{
	return SYS_PT_VALID |
	       ((desc & format->access) == (format->writable & format->access) ? SYS_PT_WRITE : 0) |
	       (format->readable && !(desc & format->readable) ? SYS_PT_NO_READ : 0) |
	       (format->no_exec && !(desc & format->no_exec) ? SYS_PT_EXEC : 0) |
	       (format->user && !(desc & format->user) ? SYS_PT_PRIV : 0);
}

static void write_leaf(struct sys_pgtable *pgt, pa_t slot, u64 desc)
{
	u64 old = 0;

	mem_read64(pgt->mem, slot, &old);
	pgt->nr_leaves += !(old & pgt->format->valid);
	mem_write64(pgt->mem, slot, desc);
}

/*
 * A table in place of the block @desc at @slot, whole before it is there: nobody finds a
 * page of it missing. Return: the table, or 0.
 */
static pa_t split_at(struct sys_pgtable *pgt, pa_t slot, u64 desc)
{
	const struct sys_pgtable_format *format = pgt->format;
	u64 page = format->leaf | access_bits(format, access_of(format, desc));
	pa_t table = sys_frames_alloc(pgt->frames, 0);

	if (!table)
		return 0;
	for (u64 i = 0; i < NR_ENTRIES; i++)
		mem_write64(pgt->mem, table + 8 * i,
			    ((desc & DESC_ADDRESS) + i * SYS_PAGE_BYTES) | page);
	mem_write64(pgt->mem, slot, table | format->table);
	pgt->nr_tables++;
	pgt->nr_leaves += NR_ENTRIES - 1;
	return table;
}

int sys_pgtable_split(struct sys_pgtable *pgt, u64 address)
{
	struct slot slot = find_leaf(pgt, address);

	if (!slot.at || slot.level == LAST_LEVEL)
		return 0;
	return split_at(pgt, slot.at, slot.desc) ? 0 : -ENOMEM;
}

static pa_t next_table(struct sys_pgtable *pgt, pa_t slot, u32 level)
{
	u64 desc = 0;

	mem_read64(pgt->mem, slot, &desc);
	if (!(desc & pgt->format->valid))
		return make_table(pgt, slot);
	return is_leaf(pgt, desc, level) ? split_at(pgt, slot, desc) : desc & DESC_ADDRESS;
}

/* Where the entry of @address at level @last is, with the tables on the way to it. */
static pa_t slot_make(struct sys_pgtable *pgt, u64 address, u32 last)
{
	pa_t table = pgt->root;

	for (u32 level = 0; table && level < last; level++)
		table = next_table(pgt, entry_address(table, address, level), level);
	return table ? entry_address(table, address, last) : 0;
}

int sys_pgtable_set(struct sys_pgtable *pgt, u64 address, pa_t pa, u32 access)
{
	const struct sys_pgtable_format *format = pgt->format;
	pa_t slot = slot_make(pgt, address, LAST_LEVEL);

	if (!slot)
		return -ENOMEM;
	write_leaf(pgt, slot, (pa & DESC_ADDRESS) | format->leaf | access_bits(format, access));
	return 0;
}

bool sys_pgtable_has_table(const struct sys_pgtable *pgt, u64 address)
{
	struct slot slot = find_slot(pgt, address);

	return slot.at && slot.level == LAST_LEVEL;
}

pa_t sys_pgtable_table(struct sys_pgtable *pgt, u64 address, bool is_of_page)
{
	struct slot slot = find_leaf(pgt, address);

	if (!slot.at)
		slot.at = slot_make(pgt, address, is_of_page ? LAST_LEVEL : BLOCK_LEVEL);
	return slot.at & ~(SYS_PAGE_BYTES - 1);
}

int sys_pgtable_set_block(struct sys_pgtable *pgt, u64 address, pa_t pa, u32 access)
{
	const struct sys_pgtable_format *format = pgt->format;
	pa_t slot;

	if (sys_pgtable_has_table(pgt, address))
		return -EEXIST;
	slot = slot_make(pgt, address, BLOCK_LEVEL);
	if (!slot)
		return -ENOMEM;
	write_leaf(pgt, slot,
		   (pa & DESC_ADDRESS) | format->block_leaf | access_bits(format, access));
	return 0;
}

u32 sys_pgtable_leaf_lg2(const struct sys_pgtable *pgt, u64 address)
{
	struct slot slot = find_leaf(pgt, address);

	if (!slot.at)
		return 0;
	return slot.level == LAST_LEVEL ? SYS_PAGE_LG2 : SYS_BLOCK_LG2;
}

u32 sys_pgtable_get(const struct sys_pgtable *pgt, u64 address, pa_t *pa)
{
	struct slot slot = find_leaf(pgt, address);

	if (!slot.at)
		return 0;
	*pa = slot.desc & DESC_ADDRESS;
	if (slot.level == BLOCK_LEVEL)
		*pa |= address & (SYS_BLOCK_BYTES - 1) & ~(SYS_PAGE_BYTES - 1);
	return access_of(pgt->format, slot.desc);
}

bool sys_pgtable_clear(struct sys_pgtable *pgt, u64 address)
{
	struct slot slot = find_leaf(pgt, address);

	if (!slot.at)
		return false;
	mem_write64(pgt->mem, slot.at, 0);
	pgt->nr_leaves--;
	return true;
}

/* What an entry of @level spans. */
static u64 span_of(u32 level)
{
	return SYS_PAGE_BYTES << ENTRIES_LG2 * (LAST_LEVEL - level);
}

/* Is it of the first entry of a table at @level? */
static bool begins_table(u64 address, u32 level)
{
	return level && !(address & (span_of(level - 1) - 1));
}

u64 sys_pgtable_next(const struct sys_pgtable *pgt, u64 address)
{
	pa_t table = pgt->root;
	u32 level = 0;

	while (address < 1ULL << SYS_PT_VA_BITS) {
		u64 desc = 0;

		mem_read64(pgt->mem, entry_address(table, address, level), &desc);
		if (desc & pgt->format->valid) {
			if (is_leaf(pgt, desc, level))
				return address;
			table = desc & DESC_ADDRESS;
			level++;
			continue;
		}
		address = (address & ~(span_of(level) - 1)) + span_of(level);
		if (begins_table(address, level)) {
			table = pgt->root;
			level = 0;
		}
	}
	return 1ULL << SYS_PT_VA_BITS;
}
