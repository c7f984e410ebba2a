/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page tables in simulated memory: four levels, 48-bit input, leaves of 4 KiB, and of
 * 2 MiB (blocks) one level above. Both the IOMMU driver's domains and the address spaces
 * of processes are made of them; SVA shares the latter with the IOMMU.
 *
 *	arm64		VMSAv8-64 stage 1 (Arm ARM D8; IHI 0070 3.4: the SMMU walks the same)
 *	x86		4-level paging (SDM 3, 4.5; VT-d 3.6: the first stage walks the same)
 *	VT-d second	second-stage paging (VT-d 3.7, 9.8)
 *
 * Leaves out: leaves of 1 GiB, the contiguous hint, other granules.
 */
#ifndef SYSTEM_PGTABLE_H
#define SYSTEM_PGTABLE_H

#include "system/memory/frames.h"

#define SYS_PT_VA_BITS 48
#define SYS_BLOCK_LG2 21
#define SYS_BLOCK_BYTES (1ULL << SYS_BLOCK_LG2)
#define SYS_BLOCK_PAGES (SYS_BLOCK_BYTES >> SYS_PAGE_LG2)

/*
 * What a leaf allows; SYS_PT_VALID alone is a read-only page. SYS_PT_NO_READ goes with
 * SYS_PT_WRITE, where the format has a bit for each (VT-d second); elsewhere what may be
 * written may be read.
 */
#define SYS_PT_VALID 1U
#define SYS_PT_WRITE 2U
#define SYS_PT_NO_READ 4U
/* Instructions may be fetched, where the format says so of a leaf (not: VT-d second). */
#define SYS_PT_EXEC 8U
/* For privileged accesses only, likewise. */
#define SYS_PT_PRIV 16U

enum sys_pgtable_kind {
	SYS_PT_ARM64,
	SYS_PT_X86,
	SYS_PT_VTD_SECOND,
};

struct sys_pgtable_format;

struct sys_pgtable {
	const struct sys_pgtable_format *format;
	struct mem *mem;
	struct sys_frames *frames;
	pa_t root; /* TTB0, CR3, SSPTPTR */
	u64 nr_tables;
	u64 nr_leaves; /* a block is one */
};

/** sys_pgtable_init() - an empty table in the caller's memory. 0 or -ENOMEM. */
int sys_pgtable_init(struct sys_pgtable *pgt, enum sys_pgtable_kind kind, struct mem *mem,
		     struct sys_frames *frames);
/** sys_pgtable_finish() - give all tables back; pages are the caller's. */
void sys_pgtable_finish(struct sys_pgtable *pgt);

/**
 * sys_pgtable_set() - install or change one page
 * @address: page aligned, below 2^48
 * @pa: page aligned
 * @access: SYS_PT_VALID, with SYS_PT_WRITE or not, and then with SYS_PT_NO_READ or not; with
 *	SYS_PT_EXEC, SYS_PT_PRIV
 *
 * A block that has @address in it is split first.
 *
 * Return: 0; -ENOMEM if a table could not be had.
 */
int sys_pgtable_set(struct sys_pgtable *pgt, u64 address, pa_t pa, u32 access);

/**
 * sys_pgtable_set_block() - install or change a block; @address and @pa aligned to it
 * Return: 0; -EEXIST: there is, or was, a page in it, and its table stays; -ENOMEM.
 */
int sys_pgtable_set_block(struct sys_pgtable *pgt, u64 address, pa_t pa, u32 access);

/**
 * sys_pgtable_split() - the block of @address, if one is there, becomes pages that map the same
 * Who has the block cached must forget it before a page of it changes.
 * Return: 0; -ENOMEM.
 */
int sys_pgtable_split(struct sys_pgtable *pgt, u64 address);

/** sys_pgtable_get() - SYS_PT_ bits of what maps @address, a page, and its @pa; 0: nothing does. */
u32 sys_pgtable_get(const struct sys_pgtable *pgt, u64 address, pa_t *pa);

/** sys_pgtable_leaf_lg2() - log2 of the size of the leaf of @address: 12, 21; 0: there is none. */
u32 sys_pgtable_leaf_lg2(const struct sys_pgtable *pgt, u64 address);

/**
 * sys_pgtable_table() - the table that has the entry of the page (or block) of @address
 * It is made if it is missing. Asked for that of a page, where a block is: the block's.
 * Return: its address; 0 without memory.
 */
pa_t sys_pgtable_table(struct sys_pgtable *pgt, u64 address, bool is_of_page);

/** sys_pgtable_has_table() - is there a table of pages around @address, with or without any? */
bool sys_pgtable_has_table(const struct sys_pgtable *pgt, u64 address);

/** sys_pgtable_clear() - remove the leaf of @address, a block as a whole. Return: was there one? */
bool sys_pgtable_clear(struct sys_pgtable *pgt, u64 address);

/**
 * sys_pgtable_next() - the first page at @address or above it that is mapped, be it in a block
 * Return: its address; 2^SYS_PT_VA_BITS: there is none. Tables that are missing cost nothing.
 */
u64 sys_pgtable_next(const struct sys_pgtable *pgt, u64 address);

#endif
