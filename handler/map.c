// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is mapped: pages into every domain of the container, and out of it. A
 * page is mapped in all of them or in none, and the ranges' bits say which.
 */
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "container.h"
#include "linux/compat.h"

/*
 * Pin the pages of @span; the address space has a user.
 * Return: how many from the first on, 1 or more; -errno.
 */
long pfh_pin(struct pfh_container *container, const struct pfh_span *span, bool writable,
	     struct page **pages)
{
	struct mm_struct *mm = container->mm;
	long nr;

	mmap_read_lock(mm);
	nr = pfh_pin_user_pages(mm, pfh_span_vaddr(span), span->nr, writable ? FOLL_WRITE : 0,
				pages);
	mmap_read_unlock(mm);
	return nr ? nr : -EFAULT;
}

/*
 * Pages that one iommu_map() may cover: so few that the IOMMU driver cannot make
 * a block of them. Each page can then be taken out alone, as the MMU notifier
 * needs, and what was unmapped is what was asked for.
 */
static unsigned long max_run(const struct pfh_domain *domain)
{
	unsigned long larger = domain->domain->pgsize_bitmap & ~(PAGE_SIZE | (PAGE_SIZE - 1));

	return larger ? (1UL << (__ffs(larger) - PAGE_SHIFT)) - 1 : ~0UL;
}

/* Physically contiguous pages from @pages on. */
static unsigned long contiguous(struct page **pages, unsigned long nr)
{
	unsigned long run = 1;

	while (run < nr && page_to_pfn(pages[run]) == page_to_pfn(pages[0]) + run)
		run++;
	return run;
}

/* Take [first, first + nr) of a range out of one domain, whole or not mapped there at all. */
static void unmap_run(struct pfh_domain *domain, const struct pfh_span *run,
		      struct iommu_iotlb_gather *gather)
{
	size_t size = run->nr << PAGE_SHIFT;
	size_t unmapped = iommu_unmap_fast(domain->domain, pfh_span_iova(run), size, gather);

	WARN_ON(unmapped != size);
}

static void unmap_run_before(struct pfh_container *container, const struct pfh_span *run,
			     const struct pfh_domain *end)
{
	struct pfh_domain *domain;

	list_for_each_entry (domain, &container->domains, node) {
		struct iommu_iotlb_gather gather;

		if (domain == end)
			return;
		iommu_iotlb_gather_init(&gather);
		unmap_run(domain, run, &gather);
		iommu_iotlb_sync(domain->domain, &gather);
	}
}

/* One contiguous run into every domain. */
static int map_run(struct pfh_container *container, const struct pfh_span *run, int prot,
		   phys_addr_t phys)
{
	struct pfh_domain *domain;

	list_for_each_entry (domain, &container->domains, node) {
		int err = pfh_iommu_map(domain->domain, pfh_span_iova(run), phys,
					run->nr << PAGE_SHIFT, prot);

		if (err) {
			unmap_run_before(container, run, domain);
			return err;
		}
	}
	return 0;
}

static void mark_mapped(const struct pfh_span *run, int prot)
{
	for (unsigned long i = run->first; i < run->first + run->nr; i++) {
		__set_bit(i, run->range->mapped);
		if (prot & IOMMU_WRITE)
			__set_bit(i, run->range->writable);
	}
}

static unsigned long max_run_all(struct pfh_container *container)
{
	unsigned long max_pages = ~0UL;
	struct pfh_domain *domain;

	list_for_each_entry (domain, &container->domains, node)
		max_pages = min(max_pages, max_run(domain));
	return max_pages;
}

/*
 * Map the pages of @span, none of which is mapped, run by run.
 * Return: how many from the first on, 1 or more; -errno if not even the first run.
 */
long pfh_map_span(struct pfh_container *container, const struct pfh_span *span, int prot,
		  struct page **pages)
{
	unsigned long max_pages = max_run_all(container), done = 0;
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

/* The next run of mapped pages in [*first, end). */
static bool next_mapped(const struct pfh_range *range, unsigned long *first, unsigned long end,
			unsigned long *nr)
{
	*first = find_next_bit(range->mapped, end, *first);
	if (*first >= end)
		return false;
	*nr = find_next_zero_bit(range->mapped, end, *first) - *first;
	return true;
}

static void unmap_from(struct pfh_domain *domain, const struct pfh_span *span)
{
	struct iommu_iotlb_gather gather;
	struct pfh_span run = *span;

	iommu_iotlb_gather_init(&gather);
	while (next_mapped(span->range, &run.first, span->first + span->nr, &run.nr)) {
		unmap_run(domain, &run, &gather);
		run.first += run.nr;
	}
	iommu_iotlb_sync(domain->domain, &gather);
}

/*
 * Take what is mapped of @span out of every domain; on return no device reaches
 * it. Return: pages that were mapped.
 */
unsigned long pfh_unmap_span(struct pfh_container *container, const struct pfh_span *span)
{
	unsigned long end = span->first + span->nr, nr = 0;
	struct pfh_domain *domain;

	if (find_next_bit(span->range->mapped, end, span->first) >= end)
		return 0;
	list_for_each_entry (domain, &container->domains, node)
		unmap_from(domain, span);
	for (unsigned long i = span->first; i < end; i++) {
		nr += __test_and_clear_bit(i, span->range->mapped);
		__clear_bit(i, span->range->writable);
	}
	return nr;
}

unsigned long pfh_count_unmapped(const struct pfh_range *range, unsigned long first,
				 unsigned long max_pages)
{
	unsigned long end = min(first + max_pages, pfh_range_pages(range));

	return find_next_bit(range->mapped, end, first) - first;
}

/* --- a domain that comes later --- */

/* Where is page @index of @range? Pinned: we know. Else as in a domain that has it. */
static phys_addr_t phys_of(struct pfh_container *container, const struct pfh_range *range,
			   unsigned long index)
{
	struct pfh_domain *first = list_first_entry(&container->domains, struct pfh_domain, node);

	if (range->pages)
		return page_to_phys(range->pages[index]);
	return iommu_iova_to_phys(first->domain, range->iova + ((dma_addr_t)index << PAGE_SHIFT));
}

static int replay_page(struct pfh_container *container, struct pfh_domain *to,
		       struct pfh_range *range, unsigned long index)
{
	bool is_writable = test_bit(index, range->writable);

	return pfh_iommu_map(to->domain, range->iova + ((dma_addr_t)index << PAGE_SHIFT),
			     phys_of(container, range, index), PAGE_SIZE,
			     is_writable ? range->prot : range->prot & ~IOMMU_WRITE);
}

/* What is mapped is mapped in every domain, so also in one that joins: @to, not yet in the list. */
int pfh_replay(struct pfh_container *container, struct pfh_domain *to)
{
	struct pfh_range *range = pfh_range_first_from(container, 0);

	for (; range; range = pfh_range_next(range)) {
		unsigned long index;

		for_each_set_bit (index, range->mapped, pfh_range_pages(range)) {
			int err = replay_page(container, to, range, index);

			/* The caller frees the domain, and its tables with it. */
			if (err)
				return err;
		}
	}
	return 0;
}

/* The last domain has gone: what faults had mapped is mapped nowhere. */
void pfh_forget_mapped(struct pfh_container *container)
{
	struct pfh_range *range = pfh_range_first_from(container, 0);

	for (; range; range = pfh_range_next(range)) {
		size_t bytes = BITS_TO_LONGS(pfh_range_pages(range)) * sizeof(long);

		if (range->pages)
			continue;
		memset(range->mapped, 0, bytes);
		memset(range->writable, 0, bytes);
	}
}
