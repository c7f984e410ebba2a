/* SPDX-License-Identifier: GPL-2.0-only */
/* An address space, and the host that it is in, as the files of memory management see them. */
#ifndef SYSTEM_SPACE_H
#define SYSTEM_SPACE_H

#include "system/memory/host_mm.h"
#include "system/memory/mm_lines.h"
#include "system/memory/pages.h"

struct sys_host_mm {
	const struct sys_config *config;
	struct mem *mem;
	enum sys_pgtable_kind tables;
	struct sys_pages pages;
	struct sys_mm_lines lines;
	struct sys_mm_stats stats;
};

struct sys_space {
	struct mm_struct mm;
	struct sys_host_mm *host;
	struct sys_pgtable pgt;
	kapi_line_t rss_stat; /* with host.mm_lines */
	u32 nr_mapped;	      /* areas that devices reach: the first ones */
	u32 nr_vmas;	      /* sorted, disjoint */
	struct vm_area_struct vmas[];
};

static inline struct sys_space *sys_space_of(const struct mm_struct *mm)
{
	return container_of(mm, struct sys_space, mm);
}

/** sys_page_mapped_at() - the page that @address leads to; NULL: none. */
static inline struct sys_page *sys_page_mapped_at(struct sys_space *space, unsigned long address)
{
	pa_t pa = 0;

	return sys_pgtable_get(&space->pgt, address, &pa) ? sys_page_at(&space->host->pages, pa)
							  : NULL;
}

#endif
