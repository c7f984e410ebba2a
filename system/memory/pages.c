// SPDX-License-Identifier: GPL-2.0-only
/* Pages of processes, see pages.h. */
#include "system/memory/pages.h"

#include <errno.h>

#include "sim/arena.h"
#include "sim/sim.h"
#include "system/memory/pgtable.h"

#define PAGES_PER_CHUNK 512

int sys_pages_init(struct sys_pages *pages, const struct mem_params *params,
		   struct sys_frames *frames)
{
	*pages = (struct sys_pages){
		.frames = frames,
		.base = params->base,
		.nr_chunks = (params->size_bytes >> SYS_PAGE_LG2) / PAGES_PER_CHUNK + 1,
	};
	pages->chunks = sim_alloc(pages->nr_chunks * sizeof(*pages->chunks));
	return pages->chunks ? 0 : -ENOMEM;
}

struct sys_page *sys_page_at(struct sys_pages *pages, pa_t pa)
{
	u64 frame = (pa - pages->base) >> SYS_PAGE_LG2;
	struct sys_page **chunk = &pages->chunks[frame / PAGES_PER_CHUNK];

	sim_assert(frame / PAGES_PER_CHUNK < pages->nr_chunks);
	if (!*chunk)
		*chunk = sim_alloc(PAGES_PER_CHUNK * sizeof(**chunk));
	if (!*chunk)
		return NULL;
	(*chunk)[frame % PAGES_PER_CHUNK].pa = pa;
	return &(*chunk)[frame % PAGES_PER_CHUNK];
}

struct sys_page *sys_page_head(struct sys_pages *pages, struct sys_page *page)
{
	return page->is_huge ? sys_page_at(pages, page->pa & ~(SYS_BLOCK_BYTES - 1)) : page;
}

/* All frames of a block are known, or none. */
static struct sys_page *mark_block(struct sys_pages *pages, pa_t pa, bool is_huge)
{
	for (u64 i = 0; i < SYS_BLOCK_PAGES; i++) {
		struct sys_page *page = sys_page_at(pages, pa + i * SYS_PAGE_BYTES);

		if (!page)
			return NULL;
		page->is_huge = is_huge;
	}
	return sys_page_at(pages, pa);
}

struct sys_page *sys_page_alloc(struct sys_pages *pages, bool is_huge)
{
	pa_t pa = is_huge ? sys_frames_alloc_block(pages->frames)
			  : sys_frames_alloc(pages->frames, 0);
	struct sys_page *page;

	if (!pa)
		return NULL;
	page = is_huge ? mark_block(pages, pa, true) : sys_page_at(pages, pa);
	if (!page && is_huge)
		sys_frames_free_block(pages->frames, pa);
	else if (!page)
		sys_frames_free(pages->frames, pa);
	return page;
}

static void free_page(struct sys_pages *pages, struct sys_page *head)
{
	if (!head->is_huge) {
		sys_frames_free(pages->frames, head->pa);
		return;
	}
	mark_block(pages, head->pa, false);
	sys_frames_free_block(pages->frames, head->pa);
}

static void drop_users(struct sys_pages *pages, struct sys_page *head, u32 nr)
{
	sim_assert(head->nr_users >= nr);
	head->nr_users -= nr;
	if (!head->nr_users)
		free_page(pages, head);
}

void sys_page_map(struct sys_pages *pages, struct sys_page *page, u64 nr)
{
	sys_page_head(pages, page)->nr_users += nr;
	pages->nr_mapped += nr;
	for (u64 i = 0; i < nr; i++)
		sys_page_at(pages, page->pa + i * SYS_PAGE_BYTES)->nr_maps++;
}

void sys_page_unmap(struct sys_pages *pages, struct sys_page *page, u64 nr)
{
	pages->nr_mapped -= nr;
	for (u64 i = 0; i < nr; i++) {
		struct sys_page *part = sys_page_at(pages, page->pa + i * SYS_PAGE_BYTES);

		sim_assert(part->nr_maps);
		part->nr_maps--;
	}
	drop_users(pages, sys_page_head(pages, page), nr);
}

void sys_page_pin(struct sys_pages *pages, struct sys_page *page)
{
	struct sys_page *head = sys_page_head(pages, page);

	head->nr_pins++;
	head->nr_users++;
	pages->nr_pins++;
}

void sys_page_unpin(struct sys_pages *pages, struct sys_page *page)
{
	struct sys_page *head = sys_page_head(pages, page);

	sim_assert(head->nr_pins);
	head->nr_pins--;
	pages->nr_pins--;
	drop_users(pages, head, 1);
}
