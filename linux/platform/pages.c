// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page allocator: runs of pages of simulated RAM, first fit behind the last one. One zone, one
 * node; no reclaim, no watermarks, no per-CPU lists: a charge stands for all of that.
 */
#include <linux/gfp.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/version.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 2, 0)
#include <linux/folio_batch.h>
#else
#include <linux/pagevec.h>
#endif

#include "internal.h"
#include "noprof.h"
#include "platform.h"

unsigned long ksim_ram_va, ksim_ram_pa, ksim_ram_bytes;
unsigned long max_pfn, min_low_pfn, max_low_pfn;
atomic_long_t _totalram_pages;
long total_swap_pages;
#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 0, 0)
struct page *ksim_zero_page;
#else
struct page *__zero_page;
unsigned long zero_page_pfn;
#endif
/* Until then mm/memory.c has them. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 2, 0)
struct page *mem_map;
unsigned long max_mapnr;
#endif

/* Which pages of RAM somebody has. */
static unsigned char *is_used;
static unsigned long hint;

/* The first of them is never given: a physical address of 0 is none. */
#define FIRST_PAGE 16

void ksim_pages_init(void)
{
	const struct ksim_machine *machine = ksim_machine();
	unsigned long nr = machine->ram_bytes >> PAGE_SHIFT;

	ksim_ram_va = machine->ram_va;
	ksim_ram_pa = machine->ram_pa;
	ksim_ram_bytes = machine->ram_bytes;
	mem_map = ksim_alloc(nr * sizeof(struct page));
	is_used = ksim_alloc(nr);
	if (!mem_map || !is_used)
		ksim_die("no memory for struct pages");
	min_low_pfn = ksim_ram_pa >> PAGE_SHIFT;
	max_mapnr = nr;
	max_pfn = max_low_pfn = min_low_pfn + nr;
	atomic_long_set(&_totalram_pages, nr);
	hint = FIRST_PAGE;
#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 0, 0)
	ksim_zero_page = ksim_pages_get(GFP_KERNEL | __GFP_ZERO, 0);
#else
	__zero_page = ksim_pages_get(GFP_KERNEL | __GFP_ZERO, 0);
	zero_page_pfn = page_to_pfn(__zero_page);
#endif
}

/* Ranges of RAM: there is one. */
void __next_mem_pfn_range(int *index, int node, unsigned long *first, unsigned long *end,
			  int *of_node)
{
	*index = *index < 0 ? 0 : -1;
	if (first)
		*first = min_low_pfn;
	if (end)
		*end = max_low_pfn;
	if (of_node)
		*of_node = 0;
}

static bool is_free(unsigned long at, unsigned long nr)
{
	unsigned long i;

	for (i = 0; i < nr; i++)
		if (is_used[at + i])
			return false;
	return true;
}

/* The first run of @nr free pages, aligned, from @at on; 0: none. */
static unsigned long find_free(unsigned long at, unsigned long nr)
{
	for (at = ALIGN(at, nr); at + nr <= max_mapnr; at += nr)
		if (is_free(at, nr))
			return at;
	return 0;
}

/* Several pages that are one: the kernel asks such a page for its order. */
static void make_compound(struct page *page, unsigned int order)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 2, 0)
	unsigned int i;

	__SetPageHead(page);
	for (i = 1; i < 1U << order; i++)
		prep_compound_tail(page + i, page, order);
	prep_compound_head(page, order);
#endif
}

struct page *ksim_pages_get(gfp_t gfp, unsigned int order)
{
	unsigned long nr = 1UL << order, at = find_free(hint, nr), i;

	if (!at)
		at = find_free(FIRST_PAGE, nr);
	if (!at)
		return NULL;
	memset(is_used + at, 1, nr);
	hint = at + nr;
	if (gfp & __GFP_ZERO)
		memset((void *)(ksim_ram_va + (at << PAGE_SHIFT)), 0, nr << PAGE_SHIFT);
	memset(mem_map + at, 0, nr * sizeof(struct page));
	for (i = 0; i < nr; i++)
		atomic_set(&mem_map[at + i]._mapcount, -1);
	set_page_count(mem_map + at, 1);
	if (order && gfp & __GFP_COMP)
		make_compound(mem_map + at, order);
	return mem_map + at;
}

void ksim_pages_put(struct page *page, unsigned int order)
{
	memset(is_used + (page - mem_map), 0, 1UL << order);
}

struct page *__alloc_pages(gfp_t gfp, unsigned int order, int nid, nodemask_t *mask)
{
	ksim_charge(KSIM_COST_ALLOC);
	return ksim_pages_get(gfp, order);
}

unsigned long __get_free_pages(gfp_t gfp, unsigned int order)
{
	struct page *page = __alloc_pages(gfp, order, 0, NULL);

	return page ? (unsigned long)page_address(page) : 0;
}

unsigned long get_zeroed_page(gfp_t gfp)
{
	return __get_free_pages(gfp | __GFP_ZERO, 0);
}

void __free_pages(struct page *page, unsigned int order)
{
	if (!put_page_testzero(page))
		return;
	ksim_charge(KSIM_COST_FREE);
	ksim_pages_put(page, order);
}

void free_pages(unsigned long address, unsigned int order)
{
	if (address)
		__free_pages(virt_to_page((void *)address), order);
}

/* --- what mm/ asks for --- */

#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 2, 0)
#define free_frozen_pages free_unref_page
#endif
void free_frozen_pages(struct page *page, unsigned int order);

void free_frozen_pages(struct page *page, unsigned int order)
{
	ksim_charge(KSIM_COST_FREE);
	ksim_pages_put(page, order);
}

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
void free_unref_page_list(struct list_head *list);

struct folio *__folio_alloc(gfp_t gfp, unsigned int order, int nid, nodemask_t *mask)
{
	return (struct folio *)__alloc_pages(gfp, order, nid, mask);
}

void free_unref_page_list(struct list_head *list)
{
	struct page *page, *next;

	list_for_each_entry_safe (page, next, list, lru)
		free_frozen_pages(page, 0);
	INIT_LIST_HEAD(list);
}
#else
struct folio *__folio_alloc_noprof(gfp_t gfp, unsigned int order, int nid, nodemask_t *mask)
{
	return (struct folio *)__alloc_pages(gfp | __GFP_COMP, order, nid, mask);
}

void free_unref_folios(struct folio_batch *folios);

void free_unref_folios(struct folio_batch *folios)
{
	unsigned int i;

	for (i = 0; i < folios->nr; i++)
		free_frozen_pages(&folios->folios[i]->page, folio_order(folios->folios[i]));
	folio_batch_reinit(folios);
}
#endif
