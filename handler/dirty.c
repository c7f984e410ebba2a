// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dirty pages: starting takes write permission away, so the first write to a
 * page faults, and the fault marks it. Looking takes the marks and the permission
 * away again, under the lock of the page's entries: a write is either in this
 * report or faults and is in the next.
 *
 * A page that is pinned for writing never faults: it always counts as dirty. So
 * does every page under a design that maps more than was asked for.
 */
#include <linux/bitmap.h>
#include <linux/errno.h>

#include "design.h"

/* Its entries are locked. Write permission goes, if a fault would bring it back. */
static void protect(struct pfh_container *container, const struct pfh_span *page)
{
	if (pfh_page_is(page->range, PFH_WRITABLE, page->first) &&
	    !pfh_page_is(page->range, PFH_PINNED, page->first))
		pfh_protect_page(container, page);
}

static void protect_range(struct pfh_container *container, struct pfh_range *range)
{
	unsigned long end = pfh_range_pages(range);
	struct pfh_span page = {.range = range, .nr = 1};

	for (;; page.first++) {
		struct pfh_hold hold;

		page.first = pfh_find_next(range, PFH_WRITABLE, page.first, end);
		if (page.first >= end)
			return;
		pfh_lock_entries(container, &page, &hold, PFH_CHANGER);
		protect(container, &page);
		pfh_unlock_entries(container, &page, &hold, PFH_CHANGER);
	}
}

int pfh_container_dirty_start(struct pfh_container *container)
{
	struct pfh_range *range;

	mutex_lock(&container->lock);
	WRITE_ONCE(container->is_tracking, true);
	range = container->design->maps_what_was_asked ? pfh_range_first_from(container, 0) : NULL;
	for (; range; range = pfh_range_next(container, range))
		protect_range(container, range);
	mutex_unlock(&container->lock);
	return 0;
}

void pfh_container_dirty_stop(struct pfh_container *container)
{
	struct pfh_range *range;

	mutex_lock(&container->lock);
	WRITE_ONCE(container->is_tracking, false);
	range = pfh_range_first_from(container, 0);
	for (; range; range = pfh_range_next(container, range)) {
		unsigned long end = pfh_range_pages(range), page = 0;

		while ((page = pfh_find_next(range, PFH_DIRTY, page, end)) < end)
			pfh_page_clear(range, PFH_DIRTY, page);
	}
	mutex_unlock(&container->lock);
}

/* Is it always to be taken for written? */
static bool is_always_dirty(struct pfh_container *container, const struct pfh_span *page)
{
	if (!(page->range->prot & IOMMU_WRITE))
		return false;
	return !container->design->maps_what_was_asked ||
	       pfh_page_is(page->range, PFH_PINNED, page->first);
}

static bool report_page(struct pfh_container *container, const struct pfh_span *page)
{
	struct pfh_hold hold;
	bool is_dirty;

	if (is_always_dirty(container, page))
		return true;
	pfh_lock_entries(container, page, &hold, PFH_CHANGER);
	is_dirty = pfh_page_is(page->range, PFH_DIRTY, page->first);
	if (is_dirty) {
		protect(container, page);
		pfh_page_clear(page->range, PFH_DIRTY, page->first);
	}
	pfh_unlock_entries(container, page, &hold, PFH_CHANGER);
	return is_dirty;
}

/* What is to be told: bits of [iova, last]. */
struct report {
	dma_addr_t iova, last;
	unsigned long *bitmap;
};

/* What is not mapped is not dirty. */
static void report_range(struct pfh_container *container, struct pfh_range *range,
			 const struct report *report)
{
	dma_addr_t first = max(range->iova, report->iova);
	dma_addr_t last = min(report->last, range->iova + (range->size - 1));
	unsigned long end = pfh_range_index(range, last) + 1;
	struct pfh_span page = {.range = range, .first = pfh_range_index(range, first), .nr = 1};
	unsigned long bit = (first - report->iova) >> PAGE_SHIFT;

	for (; page.first < end; page.first++, bit++) {
		if (report_page(container, &page))
			__set_bit(bit, report->bitmap);
	}
}

int pfh_container_dirty_get(struct pfh_container *container, dma_addr_t iova, size_t size,
			    unsigned long *bitmap)
{
	const struct report report = {iova, iova + (size - 1), bitmap};
	struct pfh_range *range;
	int err = 0;

	if (!pfh_is_page_range(iova, size))
		return -EINVAL;
	bitmap_zero(bitmap, size >> PAGE_SHIFT);
	mutex_lock(&container->lock);
	if (!container->is_tracking)
		err = -EINVAL;
	range = err ? NULL : pfh_range_first_from(container, iova);
	for (; range && range->iova <= report.last; range = pfh_range_next(container, range))
		report_range(container, range, &report);
	mutex_unlock(&container->lock);
	return err;
}
