/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The address spaces of a scenario: mock ones in the virtual world
 * (scenario_mm_mock.c), processes of a real kernel in a module
 * (handler/linux/scenario_mm_kernel.c).
 *
 * A space has SCN_RW_PAGES private pages that may be read and written, then
 * SCN_RO_PAGES that may only be read. A page comes by the first fault. Reading
 * it first maps it read-only; writing then is a copy (COW), and MMU notifiers are
 * told that the old page goes.
 */
#ifndef PFH_SCENARIO_MM_H
#define PFH_SCENARIO_MM_H

#include <linux/mm_types.h>
#include <linux/types.h>

#include "gate.h"

struct scn_mm;

/** scn_mm_create() - space number @index, with one user; ERR_PTR(-errno). */
struct scn_mm *scn_mm_create(unsigned int index, wait_queue_head_t *arrived);
/** scn_mm_exit() - the process ends: its last thread leaves. Once, and before destroying. */
void scn_mm_exit(struct scn_mm *mm);
/** scn_mm_destroy() - nobody refers to it. Accepts NULL. Return: pages still pinned. */
u32 scn_mm_destroy(struct scn_mm *mm);

struct mm_struct *scn_mm_struct(struct scn_mm *mm);

/** scn_mm_faults() - the gate that page faults pass, by page. */
struct gate *scn_mm_faults(struct scn_mm *mm);
/** scn_mm_fail_faults() - the next @times page faults run out of memory. */
void scn_mm_fail_faults(struct scn_mm *mm, u32 times);

/** scn_mm_evict() - memory management takes pages away. May sleep. */
void scn_mm_evict(struct scn_mm *mm, s32 page, s32 pages);
/** scn_mm_unmap() - the process unmaps pages, for good. 0 or -errno. */
int scn_mm_unmap(struct scn_mm *mm, s32 page, s32 pages);
/** scn_mm_touch() - a thread of the process reads or writes a page. 0 or -errno. */
int scn_mm_touch(struct scn_mm *mm, s32 page, bool is_write);
/** scn_mm_phys() - where is the page? 0: it is not present. */
phys_addr_t scn_mm_phys(struct scn_mm *mm, s32 page);
/**
 * scn_mm_owns() - is @phys, page aligned, one of its pages, pinned ones that left it among them?
 * A kernel does not tell: true.
 */
bool scn_mm_owns(struct scn_mm *mm, phys_addr_t phys);

#endif
