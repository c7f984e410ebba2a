// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mappings: DMA ranges come, go, and become faultable or pinned. A range leaves
 * in an order that lets nobody meet freed memory and no page stay behind: it
 * refuses faults; those at work on it end; its pages go from the IOMMU, while
 * the notifier still finds it; it leaves the tree; who may have found it ends.
 */
#include <linux/bitmap.h>
#include <linux/err.h>
#include <linux/sched/mm.h>

#include "design.h"

static struct pfh_span whole(struct pfh_range *range)
{
	return (struct pfh_span){.range = range, .nr = pfh_range_pages(range)};
}

/* --- coming --- */

static bool is_valid(const struct pfh_container *container, const struct pfh_mapping *mapping)
{
	/* One address space for one container: see pfh_container_attr. */
	if (mapping->mm && mapping->mm != container->mm)
		return false;
	return pfh_is_page_range(mapping->iova, mapping->size) &&
	       pfh_is_page_range(mapping->vaddr, mapping->size) &&
	       mapping->prot & (IOMMU_READ | IOMMU_WRITE) && !(mapping->flags & ~PFH_MAP_PINNED);
}

static bool has_overlap(struct pfh_container *container, const struct pfh_range *range)
{
	struct pfh_range *next = pfh_range_first_from(container, range->iova);

	return next && next->iova <= range->iova + (range->size - 1);
}

/* A range that may not fault is there in full before anyone can find it. */
static int fill_pinned(struct pfh_container *container, struct pfh_range *range)
{
	struct pfh_span all = whole(range);
	int err;

	/* Without lock() a design pins under the lock that its notifier takes. */
	if (container->has_iopf && !container->design->lock)
		return -EOPNOTSUPP;
	if (!mmget_not_zero(container->mm))
		return -EINVAL;
	err = pfh_fill(container, &all);
	mmput(container->mm);
	return err;
}

static int map_locked(struct pfh_container *container, struct pfh_range *range)
{
	int err = 0;

	if (has_overlap(container, range))
		return -EEXIST;
	range->is_faultable = container->has_iopf && range->wants_faults;
	if (!range->is_faultable)
		err = fill_pinned(container, range);
	if (err)
		return err;
	pfh_begin_change(container);
	pfh_range_insert(container, range);
	pfh_end_change(container);
	return 0;
}

int pfh_container_map(struct pfh_container *container, const struct pfh_mapping *mapping)
{
	struct pfh_range *range;
	int err;

	if (!is_valid(container, mapping))
		return -EINVAL;
	range = pfh_range_alloc(mapping->iova, mapping->vaddr, mapping->size, mapping->prot);
	if (!range)
		return -ENOMEM;
	range->wants_faults = !(mapping->flags & PFH_MAP_PINNED);
	mutex_lock(&container->lock);
	err = map_locked(container, range);
	mutex_unlock(&container->lock);
	if (err)
		pfh_range_free(range);
	return err;
}

/* --- going --- */

#define PFH_UNMAP_BATCH 512

/* No fault is under way in it. */
static void take_out(struct pfh_container *container, struct pfh_range *range)
{
	struct pfh_span all = whole(range), batch = all;

	pfh_drop_pins(container, &all);
	batch.first = pfh_find_next(range, PFH_MAPPED, 0, all.nr);
	while (batch.first < all.nr) {
		struct pfh_hold hold;

		batch.nr = min(all.nr - batch.first, (unsigned long)PFH_UNMAP_BATCH);
		pfh_lock_entries(container, &batch, &hold, PFH_CHANGER);
		pfh_unmap_span(container, &batch, PFH_MAPPED);
		pfh_unlock_entries(container, &batch, &hold, PFH_CHANGER);
		batch.first = pfh_find_next(range, PFH_MAPPED, batch.first + batch.nr, all.nr);
	}
}

static void remove_range(struct pfh_container *container, struct pfh_range *range,
			 struct list_head *gone)
{
	WRITE_ONCE(range->is_dying, true);
	if (container->design->wait_faults)
		container->design->wait_faults(container, range);
	take_out(container, range);
	pfh_begin_change(container);
	pfh_range_erase(container, range);
	pfh_end_change(container);
	list_add_tail(&range->gone, gone);
}

/* Those of what the report is of; it is made if it has a bitmap. */
static void remove_ranges(struct pfh_container *container, const struct pfh_dirty_report *report)
{
	struct pfh_range *range, *next;
	LIST_HEAD(gone);

	while ((range = pfh_range_first_from(container, report->iova)) &&
	       range->iova <= report->last)
		remove_range(container, range, &gone);
	pfh_wait_users(container);
	list_for_each_entry_safe (range, next, &gone, gone) {
		if (report->bitmap)
			pfh_report_gone(container, range, report);
		pfh_range_free(range);
	}
}

void pfh_unmap_all(struct pfh_container *container)
{
	remove_ranges(container, &(const struct pfh_dirty_report){.last = ~(dma_addr_t)0});
}

/* Does [iova, last] cover whole ranges, and one at least? */
static int check_unmap(struct pfh_container *container, dma_addr_t iova, dma_addr_t last)
{
	struct pfh_range *range = pfh_range_first_from(container, iova);

	if (!range || range->iova > last)
		return -ENOENT;
	for (; range && range->iova <= last; range = pfh_range_next(container, range)) {
		if (range->iova < iova || range->iova + (range->size - 1) > last)
			return -EINVAL;
	}
	return 0;
}

static int unmap(struct pfh_container *container, const struct pfh_dirty_report *report)
{
	int err = 0;

	mutex_lock(&container->lock);
	if (report->bitmap && !container->is_tracking)
		err = -EINVAL;
	if (!err)
		err = check_unmap(container, report->iova, report->last);
	if (!err)
		remove_ranges(container, report);
	mutex_unlock(&container->lock);
	return err;
}

int pfh_container_unmap(struct pfh_container *container, dma_addr_t iova, size_t size)
{
	if (!pfh_is_page_range(iova, size))
		return -EINVAL;
	return unmap(container,
		     &(const struct pfh_dirty_report){.iova = iova, .last = iova + (size - 1)});
}

int pfh_container_unmap_dirty(struct pfh_container *container, dma_addr_t iova, size_t size,
			      unsigned long *bitmap)
{
	if (!pfh_is_page_range(iova, size))
		return -EINVAL;
	bitmap_zero(bitmap, size >> PAGE_SHIFT);
	return unmap(container, &(const struct pfh_dirty_report){iova, iova + (size - 1), bitmap});
}

/* --- turning: faults on or off --- */

/* Those without the flag are let go; their pages come back by faults. */
void pfh_convert_to_faults(struct pfh_container *container)
{
	struct pfh_range *range = pfh_range_first_from(container, 0);

	for (; range; range = pfh_range_next(container, range)) {
		struct pfh_span all = whole(range);

		if (!range->wants_faults)
			continue;
		WRITE_ONCE(range->is_faultable, true);
		pfh_drop_pins(container, &all);
	}
}

static void let_fault_until(struct pfh_container *container, const struct pfh_range *end)
{
	struct pfh_range *range = pfh_range_first_from(container, 0);

	for (; range && range != end; range = pfh_range_next(container, range)) {
		struct pfh_span all = whole(range);

		if (range->is_faultable)
			pfh_drop_pins(container, &all);
	}
}

static int pin_all(struct pfh_container *container)
{
	struct pfh_range *range = pfh_range_first_from(container, 0);

	for (; range; range = pfh_range_next(container, range)) {
		struct pfh_span all = whole(range);
		int err = range->is_faultable ? pfh_fill(container, &all) : 0;

		if (!err)
			continue;
		let_fault_until(container, pfh_range_next(container, range));
		return err;
	}
	return 0;
}

/* Faults go on until all is pinned. Return: 0; -EBUSY: somebody's pins would get lost; -errno. */
int pfh_convert_to_pinned(struct pfh_container *container)
{
	struct pfh_range *range = pfh_range_first_from(container, 0);
	int err;

	for (; range; range = pfh_range_next(container, range)) {
		if (range->is_faultable && range->nr_pins &&
		    pfh_find_next(range, PFH_PINNED, 0, pfh_range_pages(range)) <
			    pfh_range_pages(range))
			return -EBUSY;
	}
	if (!mmget_not_zero(container->mm))
		return -ESRCH;
	err = pin_all(container);
	mmput(container->mm);
	if (err)
		return err;
	range = pfh_range_first_from(container, 0);
	for (; range; range = pfh_range_next(container, range))
		WRITE_ONCE(range->is_faultable, false);
	return 0;
}
