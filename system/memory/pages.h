/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory of processes as memory management sees it: a frame, who maps it, who has pinned
 * it. A huge page is 2 MiB whose frames go together, as Linux's compound pages do: its
 * head counts for all of them, and it is given back as a whole, also if some of its
 * frames are mapped one by one, and others no more.
 */
#ifndef SYSTEM_PAGES_H
#define SYSTEM_PAGES_H

#include <linux/mm.h>
#include <linux/spinlock.h>

#include "system/memory/frames.h"

/* One frame. Also of a page table: then only @ptl is used. */
struct sys_page {
	struct page page; /* what the kernel API knows it by */
	pa_t pa;
	u32 nr_maps;  /* entries of page tables that lead to it */
	u32 nr_pins;  /* head: of all its frames */
	u32 nr_users; /* head: maps and pins of all its frames; it goes with the last */
	bool is_huge;
	bool is_zero; /* only read so far: in Linux, the zero page */
	/* Taken out of a table, and not given back before all have forgotten it: */
	u32 nr_gathered; /* so many frames from here on */
	struct sys_page *next_gathered;
	/* With host.mm_lines, and then not before they are needed: */
	spinlock_t *ptl;       /* of the page table in it */
	kapi_line_t *refcount; /* head */
	u16 cpu_plus_1;	       /* that brought it in, and has its struct page; 0: long ago */
};

struct sys_pages {
	struct sys_frames *frames;
	pa_t base; /* of RAM */
	u64 nr_chunks;
	struct sys_page **chunks; /* by frame number from there on */
	u64 nr_pins;		  /* of all pages, now */
	u64 nr_mapped;		  /* frames that some table leads to, each time */
};

/** sys_pages_init() - all of @params' RAM, none of it used. 0 or -ENOMEM. */
int sys_pages_init(struct sys_pages *pages, const struct mem_params *params,
		   struct sys_frames *frames);

/** sys_page_at() - the page of frame @pa; NULL without memory. Context: anywhere. */
struct sys_page *sys_page_at(struct sys_pages *pages, pa_t pa);

/** sys_page_head() - of the huge page that it is part of, else itself. */
struct sys_page *sys_page_head(struct sys_pages *pages, struct sys_page *page);

/**
 * sys_page_alloc() - a page, or a huge one's head, with no users
 * Return: NULL: no such memory is left.
 */
struct sys_page *sys_page_alloc(struct sys_pages *pages, bool is_huge);

/** sys_page_map() - entries of page tables lead to @nr frames from @page on, once more. */
void sys_page_map(struct sys_pages *pages, struct sys_page *page, u64 nr);

/** sys_page_unmap() - no more. Frames whose last user that was are given back. */
void sys_page_unmap(struct sys_pages *pages, struct sys_page *page, u64 nr);

/** sys_page_pin() - keep it, whatever becomes of its entries; sys_page_unpin(): once less. */
void sys_page_pin(struct sys_pages *pages, struct sys_page *page);
void sys_page_unpin(struct sys_pages *pages, struct sys_page *page);

static inline struct sys_page *sys_page_of(const struct page *page)
{
	return container_of(page, struct sys_page, page);
}

#endif
