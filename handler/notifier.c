// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory management takes pages away: what the IOMMU still maps of them is
 * taken out first. Pinned pages stay, they cannot go.
 */
#include <linux/errno.h>

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

/* For a design without lock(): the container's lock is held. Return: pages taken out. */
unsigned long pfh_invalidate(struct pfh_container *container, unsigned long start,
			     unsigned long end)
{
	struct pfh_range *range = pfh_range_first_from(container, 0);
	unsigned long nr = 0;

	for (; range; range = pfh_range_next(container, range)) {
		struct pfh_span span;

		if (overlap(range, start, end, &span))
			nr += pfh_unmap_span(container, &span, PFH_LOOSE);
	}
	return nr;
}

/* So many pages' entries are locked at a time. */
#define PFH_WALK_BATCH 512

/*
 * Every page's entries are locked, mapped or not: a fault may be about to map
 * one that looked at the gates before they closed.
 * Return: false if it would have to sleep and must not.
 */
static bool take_out(struct pfh_container *container, const struct pfh_span *span,
		     enum pfh_user walk)
{
	struct pfh_span batch = *span;
	unsigned long done;

	for (done = 0; done < span->nr; done += batch.nr) {
		struct pfh_hold hold;

		batch.first = span->first + done;
		batch.nr = min(span->nr - done, (unsigned long)PFH_WALK_BATCH);
		if (!pfh_lock_entries(container, &batch, &hold, walk))
			return false;
		pfh_count_more(container, invalidated_pages,
			       pfh_unmap_span(container, &batch, PFH_LOOSE));
		pfh_unlock_entries(container, &batch, &hold, walk);
	}
	return true;
}

int pfh_design_invalidate_start(struct pfh_container *container,
				const struct mmu_notifier_range *event)
{
	bool may_sleep = mmu_notifier_range_blockable(event), is_done = true;
	struct pfh_range *range;
	int token;

	/* Whatever comes of it: memory management calls the end then too. */
	pfh_gates_close(container, event->start, event->end);
	token = container->design->walk_begin(container, may_sleep);
	if (token < 0)
		return token;
	range = pfh_range_first_from(container, 0);
	for (; range && is_done; range = pfh_range_next(container, range)) {
		struct pfh_span span;

		if (overlap(range, event->start, event->end, &span))
			is_done = take_out(container, &span,
					   may_sleep ? PFH_WALK : PFH_WALK_NO_SLEEP);
	}
	container->design->walk_end(container, token);
	return is_done ? 0 : -EAGAIN;
}

void pfh_design_invalidate_end(struct pfh_container *container,
			       const struct mmu_notifier_range *event)
{
	pfh_gates_open(container, event->start, event->end);
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
