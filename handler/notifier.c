// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory management takes pages away: what the IOMMU still maps of them is
 * taken out first. Pinned ranges stay, their pages cannot go.
 */
#include "design.h"

static struct pfh_container *container_of_notifier(struct mmu_notifier *notifier)
{
	return container_of(notifier, struct pfh_container, notifier);
}

/* The part of @range that [start, end) of the address space covers. */
static bool overlap(struct pfh_range *range, unsigned long start, unsigned long end,
		    struct pfh_span *span)
{
	unsigned long first = max(start, range->vaddr);
	unsigned long last = min(end - 1, range->vaddr + (range->size - 1));

	if (first > last)
		return false;
	span->range = range;
	span->first = (first - range->vaddr) >> PAGE_SHIFT;
	span->nr = ((last - range->vaddr) >> PAGE_SHIFT) - span->first + 1;
	return true;
}

/* The lock that protects what is mapped is held. Return: pages taken out. */
unsigned long pfh_invalidate(struct pfh_container *container, unsigned long start,
			     unsigned long end)
{
	struct pfh_range *range = pfh_range_first_from(container, 0);
	unsigned long nr = 0;

	for (; range; range = pfh_range_next(range)) {
		struct pfh_span span;

		if (!range->pages && overlap(range, start, end, &span))
			nr += pfh_unmap_span(container, &span);
	}
	return nr;
}

static int invalidate_start(struct mmu_notifier *notifier, const struct mmu_notifier_range *range)
{
	struct pfh_container *container = container_of_notifier(notifier);

	return container->design->invalidate_start(container, range);
}

static void invalidate_end(struct mmu_notifier *notifier, const struct mmu_notifier_range *range)
{
	struct pfh_container *container = container_of_notifier(notifier);

	container->design->invalidate_end(container, range);
}

/* The last thread has left the address space: everything goes. */
static void release(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	struct pfh_container *container = container_of_notifier(notifier);
	struct mmu_notifier_range all = {
		.mm = mm,
		.start = 0,
		.end = ~0UL,
		.flags = MMU_NOTIFIER_RANGE_BLOCKABLE,
		.event = MMU_NOTIFY_RELEASE,
	};

	container->design->invalidate_start(container, &all);
	container->design->invalidate_end(container, &all);
}

const struct mmu_notifier_ops pfh_notifier_ops = {
	.release = release,
	.invalidate_range_start = invalidate_start,
	.invalidate_range_end = invalidate_end,
};
