// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is mapped: pages into every domain of the container, and out of it. A
 * page is mapped in all of them or in none (but for one that is just joining),
 * and the ranges' bits say which. The entries of the pages are locked, or nobody
 * else can find their range.
 *
 * While dirty pages are tracked, what some device could write for a moment counts
 * as written, for whatever reason it goes: the bits say so here, at the bottom.
 */
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/rculist.h>

#include "container.h"
#include "linux/compat.h"

/* A fault keeps the list by its design's means; who changes it has excluded the others. */
#define for_each_domain(domain, container)                                                         \
	list_for_each_entry_srcu(domain, &(container)->domains, node, true)

/* Pages of the smallest block that the IOMMU driver can make; 0: it makes none. */
static unsigned long block_pages(const struct pfh_domain *domain)
{
	unsigned long larger = domain->domain->pgsize_bitmap & ~(PAGE_SIZE | (PAGE_SIZE - 1));

	return larger ? 1UL << (__ffs(larger) - PAGE_SHIFT) : 0;
}

/*
 * Pages of @span that are mapped or let go together: no more than @max, and of a
 * block that an IOMMU driver may make all or none.
 */
unsigned long pfh_batch_pages(struct pfh_container *container, const struct pfh_span *span,
			      unsigned long max)
{
	unsigned long pfn = pfh_span_iova(span) >> PAGE_SHIFT, nr = min(span->nr, max);
	struct pfh_domain *domain;

	for_each_domain(domain, container)
	{
		unsigned long pages = block_pages(domain);

		if (pages && pages <= max)
			nr = min(nr, max - (pfn & (max - 1)));
	}
	return nr;
}

/* Physically contiguous pages from @pages on. */
static unsigned long contiguous(struct page **pages, unsigned long nr)
{
	unsigned long run = 1;

	while (run < nr && page_to_pfn(pages[run]) == page_to_pfn(pages[0]) + run)
		run++;
	return run;
}

/* --- out --- */

static size_t unmap_page_if_mapped(struct pfh_domain *domain, dma_addr_t iova,
				   struct iommu_iotlb_gather *gather)
{
	if (!iommu_iova_to_phys(domain->domain, iova))
		return 0;
	return iommu_unmap_fast(domain->domain, iova, PAGE_SIZE, gather);
}

/*
 * Take a run out of one domain. The driver may take out more than asked, a block
 * that it made. Return: the pages from the run's first on that are out.
 */
static unsigned long unmap_run(struct pfh_domain *domain, const struct pfh_span *run,
			       struct iommu_iotlb_gather *gather)
{
	size_t size = run->nr << PAGE_SHIFT, done = 0;

	while (done < size) {
		dma_addr_t iova = pfh_span_iova(run) + done;
		size_t unmapped;

		if (domain->is_joining)
			unmapped = unmap_page_if_mapped(domain, iova, gather);
		else
			unmapped = iommu_unmap_fast(domain->domain, iova, size - done, gather);
		WARN_ON_ONCE(!unmapped && !domain->is_joining);
		done += unmapped ? unmapped : PAGE_SIZE;
	}
	return done >> PAGE_SHIFT;
}

static void unmap_run_before(struct pfh_container *container, const struct pfh_span *run,
			     const struct pfh_domain *end)
{
	struct pfh_domain *domain;

	for_each_domain(domain, container)
	{
		struct iommu_iotlb_gather gather;

		if (domain == end)
			return;
		iommu_iotlb_gather_init(&gather);
		unmap_run(domain, run, &gather);
		iommu_iotlb_sync(domain->domain, &gather);
	}
}

/* The next run of pages of @span from *first on whose @bit is set. */
static bool next_run(const struct pfh_span *span, enum pfh_bit bit, struct pfh_span *run)
{
	unsigned long end = span->first + span->nr;

	run->first = pfh_find_next(span->range, bit, run->first, end);
	if (run->first >= end)
		return false;
	run->nr = pfh_find_next_zero(span->range, bit, run->first, end) - run->first;
	return true;
}

/* Return: the first page index behind all that is out now. */
static unsigned long unmap_from(struct pfh_domain *domain, const struct pfh_span *span,
				enum pfh_bit bit)
{
	unsigned long end = span->first + span->nr;
	struct iommu_iotlb_gather gather;
	struct pfh_span run = *span;

	iommu_iotlb_gather_init(&gather);
	while (next_run(span, bit, &run)) {
		run.first += unmap_run(domain, &run, &gather);
		end = max(end, run.first);
	}
	iommu_iotlb_sync(domain->domain, &gather);
	return end;
}

/* Some device may have written the page. */
static void note_written(struct pfh_container *container, const struct pfh_range *range,
			 unsigned long page)
{
	if (READ_ONCE(container->is_tracking))
		pfh_page_set(range, PFH_DIRTY, page);
}

/* The page is out, for every device. */
static void forget(struct pfh_container *container, const struct pfh_range *range,
		   unsigned long page)
{
	if (pfh_page_is(range, PFH_WRITABLE, page))
		note_written(container, range, page);
	pfh_page_clear(range, PFH_MAPPED, page);
	pfh_page_clear(range, PFH_WRITABLE, page);
}

/* Out of all domains that have it. */
static void take_out(struct pfh_container *container, const struct pfh_span *page)
{
	struct pfh_domain *domain;

	for_each_domain(domain, container)
	{
		struct iommu_iotlb_gather gather;

		iommu_iotlb_gather_init(&gather);
		unmap_page_if_mapped(domain, pfh_span_iova(page), &gather);
		iommu_iotlb_sync(domain->domain, &gather);
	}
}

/* Without memory it is pinned and mapped nowhere: devices lose it until a fault brings it. */
static void map_again(struct pfh_container *container, const struct pfh_span *page)
{
	phys_addr_t phys = page_to_phys(page->range->pages[page->first]);
	struct pfh_domain *domain;

	for_each_domain(domain, container)
	{
		if (!WARN_ON(pfh_map_in(domain, page, phys)))
			continue;
		take_out(container, page);
		forget(container, page->range, page->first);
		return;
	}
}

/*
 * Some domain's driver took out more: a page that is out in one domain goes from
 * all; one that is pinned comes back.
 */
static void follow_driver(struct pfh_container *container, struct pfh_range *range,
			  unsigned long first, unsigned long end)
{
	struct pfh_span page = {.range = range, .nr = 1};

	end = min(end, pfh_range_pages(range));
	for (page.first = first; page.first < end; page.first++) {
		if (!pfh_page_is(range, PFH_MAPPED, page.first))
			continue;
		take_out(container, &page);
		if (pfh_page_is(range, PFH_PINNED, page.first))
			map_again(container, &page);
		else
			forget(container, range, page.first);
	}
}

/*
 * Take those pages of @span whose @bit (PFH_MAPPED, PFH_LOOSE) is set out of
 * every domain; on return no device reaches them. Return: how many.
 */
unsigned long pfh_unmap_span(struct pfh_container *container, const struct pfh_span *span,
			     enum pfh_bit bit)
{
	unsigned long asked = span->first + span->nr, end = asked, nr = 0;
	struct pfh_span run = *span;
	struct pfh_domain *domain;

	if (!next_run(span, bit, &run))
		return 0;
	for_each_domain(domain, container) end = max(end, unmap_from(domain, span, bit));
	for (run = *span; next_run(span, bit, &run); nr += run.nr) {
		unsigned long page;

		for (page = run.first; page < run.first + run.nr; page++)
			forget(container, span->range, page);
		run.first += run.nr;
	}
	if (end > asked)
		follow_driver(container, span->range, asked, end);
	return nr;
}

/* --- in --- */

/* It could not be mapped for all, but a device may have met it where it was. */
static void undo_map(struct pfh_container *container, const struct pfh_span *run, int prot,
		     const struct pfh_domain *end)
{
	unsigned long page;

	unmap_run_before(container, run, end);
	for (page = run->first; prot & IOMMU_WRITE && page < run->first + run->nr; page++)
		note_written(container, run->range, page);
}

/* One contiguous run into every domain. */
static int map_run(struct pfh_container *container, const struct pfh_span *run, int prot,
		   phys_addr_t phys)
{
	struct pfh_domain *domain;

	for_each_domain(domain, container)
	{
		int err = pfh_iommu_map(domain->domain, pfh_span_iova(run), phys,
					run->nr << PAGE_SHIFT, prot);

		if (err) {
			undo_map(container, run, prot, domain);
			return err;
		}
	}
	return 0;
}

static void mark_mapped(const struct pfh_span *run, int prot)
{
	unsigned long page;

	for (page = run->first; page < run->first + run->nr; page++) {
		pfh_page_set(run->range, PFH_MAPPED, page);
		if (prot & IOMMU_WRITE)
			pfh_page_set(run->range, PFH_WRITABLE, page);
	}
}

/*
 * Pages that one iommu_map() may cover. Of a range that may fault, so few that the
 * IOMMU driver cannot make a block of them: each page can then be taken out alone, as
 * the MMU notifier needs. What is pinned as a whole goes as a whole.
 */
static unsigned long max_run(struct pfh_container *container, const struct pfh_range *range)
{
	unsigned long max_pages = ~0UL;
	struct pfh_domain *domain;

	if (!READ_ONCE(range->is_faultable))
		return max_pages;
	for_each_domain(domain, container)
	{
		if (block_pages(domain))
			max_pages = min(max_pages, block_pages(domain) - 1);
	}
	return max_pages;
}

/*
 * Map the pages of @span, none of which is mapped, run by run.
 * Return: how many from the first on, 1 or more; -errno if not even the first run.
 */
long pfh_map_span(struct pfh_container *container, const struct pfh_span *span, int prot,
		  struct page **pages)
{
	unsigned long max_pages = max_run(container, span->range), done = 0;
	int err = 0;

	while (done < span->nr) {
		struct pfh_span run = {
			.range = span->range,
			.first = span->first + done,
			.nr = min(contiguous(pages + done, span->nr - done), max_pages),
		};

		err = map_run(container, &run, prot, page_to_phys(pages[done]));
		if (err)
			break;
		mark_mapped(&run, prot);
		done += run.nr;
	}
	return done ? (long)done : err;
}

/* @page, which is mapped, into one more domain, unless that has it already. */
int pfh_map_in(struct pfh_domain *domain, const struct pfh_span *page, phys_addr_t phys)
{
	bool is_writable = pfh_page_is(page->range, PFH_WRITABLE, page->first);

	if (iommu_iova_to_phys(domain->domain, pfh_span_iova(page)))
		return 0;
	return pfh_iommu_map(domain->domain, pfh_span_iova(page), phys, PAGE_SIZE,
			     is_writable ? page->range->prot : page->range->prot & ~IOMMU_WRITE);
}

/* Take write permission away from @page, which is mapped; without memory, take it out. */
int pfh_protect_page(struct pfh_container *container, const struct pfh_span *page)
{
	struct pfh_domain *domain = list_first_entry_or_null(&container->domains, struct pfh_domain,
							     node);
	int prot = page->range->prot & ~IOMMU_WRITE, err = 0;
	phys_addr_t phys;

	if (!domain)
		return 0;
	phys = iommu_iova_to_phys(domain->domain, pfh_span_iova(page));
	pfh_unmap_span(container, page, PFH_MAPPED);
	if (!(prot & IOMMU_READ))
		return 0;
	err = map_run(container, page, prot, phys);
	if (!err)
		mark_mapped(page, prot);
	return err;
}
