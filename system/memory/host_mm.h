/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host memory management: a process's address space, anonymous pages, minor
 * faults, pinning. It stands below the kernel API (kapi/mm_ops.h): the handler
 * calls handle_mm_fault() and pin_user_pages_remote(), this answers.
 *
 * An anonymous page that is read first is mapped read-only (in Linux: the zero
 * page); the first write makes it writable at the price of another fault.
 *
 * Where an area is to have huge pages, a fault brings in 2 MiB, if all of them lie in
 * the area and no smaller page is or was there. As in Linux 6.1, a write to a huge page
 * that was only read so far, or that a fork() shares, first makes 4 KiB pages of it, and
 * pages are pinned one by one.
 *
 * Leaves out: major faults, reclaim, files, making huge pages of small ones.
 */
#ifndef SYSTEM_HOST_MM_H
#define SYSTEM_HOST_MM_H

#include <linux/mm.h>

#include "system/config/config.h"
#include "system/memory/pgtable.h"
#include "system/result/result.h"

struct sys_host_mm;

/**
 * sys_host_mm_create() - register with kapi and take frames from @frames
 * @config: section host gives the costs
 * @tables: of processes; an IOMMU shares them under SVA
 *
 * Return: it, or NULL without memory.
 */
struct sys_host_mm *sys_host_mm_create(const struct sys_config *config, struct mem *mem,
				       struct sys_frames *frames, enum sys_pgtable_kind tables);

/**
 * sys_mm_create() - an address space with @config's mappings of space @number as VMAs, one user
 * Where mappings lead to the same addresses they are one VMA. NULL without memory.
 */
struct mm_struct *sys_mm_create(struct sys_host_mm *host, const struct sys_config *config,
				u32 number);

/**
 * sys_mm_populate() - make every page of every VMA present, as a CPU that writes
 * (reads, where a VMA is read-only) each page would
 * Context: sim thread; time passes.
 * Return: 0 or -ENOMEM.
 */
int sys_mm_populate(struct mm_struct *mm);

/** sys_mm_pgtable() - the page tables that the IOMMU shares under SVA. */
const struct sys_pgtable *sys_mm_pgtable(const struct mm_struct *mm);

/** sys_host_mm_stats() - what is counted; the caller may count what processes do. */
struct sys_mm_stats *sys_host_mm_stats(struct sys_host_mm *host);

/** sys_host_mm_pages() - pages of processes that are pinned, and that tables lead to, now */
struct sys_host_mm_pages {
	u64 pinned, present;
};

struct sys_host_mm_pages sys_host_mm_pages(const struct sys_host_mm *host);

#endif
