/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host memory management: a process's address space, anonymous pages, minor
 * faults, pinning. It stands below the kernel API (kapi/mm_ops.h): the handler
 * calls handle_mm_fault() and pin_user_pages_remote(), this answers.
 *
 * An anonymous page that is read first is mapped read-only (in Linux: the zero
 * page); the first write makes it writable at the price of another fault.
 *
 * Leaves out: major faults, reclaim, huge pages, files.
 */
#ifndef SYSTEM_HOST_MM_H
#define SYSTEM_HOST_MM_H

#include <linux/mm.h>

#include "system/config/config.h"
#include "system/memory/pgtable.h"

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

/** sys_mm_create() - an address space with @config's mappings as VMAs, one user; NULL without
 * memory. */
struct mm_struct *sys_mm_create(struct sys_host_mm *host, const struct sys_config *config);

/**
 * sys_mm_populate() - make every page of every VMA present, as a CPU that writes
 * (reads, where a VMA is read-only) each page would
 * Context: sim thread; time passes.
 * Return: 0 or -ENOMEM.
 */
int sys_mm_populate(struct mm_struct *mm);

/** sys_mm_pgtable() - the page tables that the IOMMU shares under SVA. */
const struct sys_pgtable *sys_mm_pgtable(const struct mm_struct *mm);

struct sys_host_mm_stats {
	u64 minor_faults;  /* a page was allocated */
	u64 upgrades;	   /* a read-only page became writable */
	u64 spurious;	   /* nothing was missing */
	u64 bad;	   /* no VMA, or not allowed */
	u64 pinned_pages;  /* now */
	u64 present_pages; /* now */
};

const struct sys_host_mm_stats *sys_host_mm_stats(const struct sys_host_mm *host);

#endif
