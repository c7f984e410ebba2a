// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dirty pages: starting takes write permission away, so the first write to a
 * page faults, and makes it writable. Looking takes the permission away again,
 * under the lock of the page's entries: a write is either in this report or
 * faults and is in the next. So a page has been written if it is writable, or has
 * been so since we looked last (map.c keeps PFH_DIRTY for that): whatever was
 * pinned, unpinned, brought, detached or taken away meanwhile.
 *
 * A page that is pinned for writing never faults: it counts as dirty for as long
 * as it is, and once more after that. So does, always, every page under a design
 * that maps more than was asked for.
 */
#include <linux/bitmap.h>
#include <linux/errno.h>

#include "design.h"

/* --- beginning and ending --- */

/* Its entries are locked. Write permission goes, if a fault would bring it back. */
static void protect(struct pfh_container *container, const struct pfh_span *page)
{
	if (pfh_page_is(page->range, PFH_WRITABLE, page->first) &&
	    !pfh_page_is(page->range, PFH_PINNED, page->first))
		pfh_protect_page(container, page);
	/* Of one that is pinned the other bit still tells. */
	pfh_page_clear(page->range, PFH_DIRTY, page->first);
}

#define PFH_PROTECT_BATCH 512

/*
 * Every page's entries are locked, also of those that are not writable: a fault may
 * be making them so that does not know of the tracking yet.
 */
static void protect_range(struct pfh_container *container, struct pfh_range *range)
{
	unsigned long end = pfh_range_pages(range);
	struct pfh_span batch = {.range = range}, page = {.range = range, .nr = 1};

	for (; batch.first < end; batch.first += batch.nr) {
		struct pfh_hold hold;

		batch.nr = min(end - batch.first, (unsigned long)PFH_PROTECT_BATCH);
		pfh_lock_entries(container, &batch, &hold, PFH_CHANGER);
		for (page.first = batch.first; page.first < batch.first + batch.nr; page.first++)
			protect(container, &page);
		pfh_unlock_entries(container, &batch, &hold, PFH_CHANGER);
	}
}

static void start(struct pfh_container *container)
{
	struct pfh_range *range = NULL;

	WRITE_ONCE(container->is_tracking, true);
	if (container->design->maps_what_was_asked)
		range = pfh_range_first_from(container, 0);
	for (; range; range = pfh_range_next(container, range))
		protect_range(container, range);
}

int pfh_container_dirty_start(struct pfh_container *container)
{
	mutex_lock(&container->lock);
	if (!container->is_tracking)
		start(container);
	mutex_unlock(&container->lock);
	return 0;
}

/* Bits that stay are of no account: starting clears them. */
void pfh_container_dirty_stop(struct pfh_container *container)
{
	mutex_lock(&container->lock);
	WRITE_ONCE(container->is_tracking, false);
	mutex_unlock(&container->lock);
}

/* --- telling --- */

/* Is it always to be taken for written? */
static bool is_always_dirty(struct pfh_container *container, const struct pfh_range *range)
{
	return range->prot & IOMMU_WRITE && !container->design->maps_what_was_asked;
}

static bool report_page(struct pfh_container *container, const struct pfh_span *page)
{
	struct pfh_hold hold;
	bool is_dirty;

	pfh_lock_entries(container, page, &hold, PFH_CHANGER);
	is_dirty = pfh_page_is(page->range, PFH_DIRTY, page->first) ||
		   pfh_page_is(page->range, PFH_WRITABLE, page->first);
	if (is_dirty)
		protect(container, page);
	pfh_unlock_entries(container, page, &hold, PFH_CHANGER);
	return is_dirty;
}

/* What of @range is to be told, and the bit of the first page. */
static struct pfh_span overlap(struct pfh_range *range, const struct pfh_dirty_report *report,
			       unsigned long *bit)
{
	dma_addr_t first = max(range->iova, report->iova);
	dma_addr_t last = min(report->last, range->iova + (range->size - 1));
	struct pfh_span span = {.range = range, .first = pfh_range_index(range, first)};

	span.nr = pfh_range_index(range, last) + 1 - span.first;
	*bit = (first - report->iova) >> PAGE_SHIFT;
	return span;
}

static void report_range(struct pfh_container *container, struct pfh_range *range,
			 const struct pfh_dirty_report *report)
{
	bool is_always = is_always_dirty(container, range);
	unsigned long bit, end;
	struct pfh_span page = overlap(range, report, &bit);

	end = page.first + page.nr;
	page.nr = 1;
	for (; page.first < end; page.first++, bit++) {
		if (is_always || report_page(container, &page))
			__set_bit(bit, report->bitmap);
	}
}

/* The same of a range whose pages are all out, and that nobody else finds. */
void pfh_report_gone(struct pfh_container *container, struct pfh_range *range,
		     const struct pfh_dirty_report *report)
{
	bool is_always = is_always_dirty(container, range);
	unsigned long bit, page, end;
	struct pfh_span span = overlap(range, report, &bit);

	end = span.first + span.nr;
	for (page = span.first; page < end; page++, bit++) {
		if (is_always || pfh_page_is(range, PFH_DIRTY, page))
			__set_bit(bit, report->bitmap);
	}
}

int pfh_container_dirty_get(struct pfh_container *container, dma_addr_t iova, size_t size,
			    unsigned long *bitmap)
{
	const struct pfh_dirty_report report = {iova, iova + (size - 1), bitmap};
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
