// SPDX-License-Identifier: GPL-2.0-only
/*
 * Design core-path: from the device straight to its container. The device holds
 * a counted reference; there is no global tree and no global lock. A fault holds
 * the container's mutex to the end, so faults of a container still go one after
 * the other, but the MMU notifier does not need that mutex: it takes the inner
 * map_lock, which is not held while a page is pinned. What an invalidation could
 * have made stale is found by its sequence count, and tried again.
 *
 * Maps what was asked for: a read maps read-only, a later write faults again. A
 * fault that finds its page mapped well enough is answered with success and
 * counted: two faults raced, or the device used an old translation.
 */
#include <linux/sched/mm.h>

#include "design.h"

static void set_container(struct pfh_device *pdev, struct pfh_container *container)
{
	spin_lock(&pdev->lock);
	pdev->container = container;
	pdev->design = container ? container->design : NULL;
	spin_unlock(&pdev->lock);
}

/* First the lookup, then the faults. */
static int core_path_enable(struct pfh_container *container, struct pfh_device *pdev)
{
	int err;

	set_container(pdev, container);
	err = pfh_enable_faults(pdev);
	if (err) {
		set_container(pdev, NULL);
		pfh_drain(pdev, PFH_SCOPE_NO_PASID);
	}
	return err;
}

/* First the faults, then the lookup; then nobody is in the container any more. */
static void core_path_disable(struct pfh_container *container, struct pfh_device *pdev)
{
	pfh_disable_faults(pdev);
	set_container(pdev, NULL);
	pfh_drain(pdev, PFH_SCOPE_NO_PASID);
}

/* --- faults: the container's lock is held --- */

/* One fault on its way. */
struct attempt {
	struct pfh_container *container;
	struct pfh_group *group;
	struct pfh_span span; /* the page, and those to pre-map */
	int prot;	      /* to map with */
	unsigned long seq;
};

static bool is_write(const struct attempt *attempt)
{
	return attempt->prot & IOMMU_WRITE;
}

static bool is_mapped_well(const struct attempt *attempt)
{
	const struct pfh_range *range = attempt->span.range;

	return test_bit(attempt->span.first, range->mapped) &&
	       (!is_write(attempt) || test_bit(attempt->span.first, range->writable));
}

/*
 * See what there is to do, and remember when that was.
 * Return: false: nothing, the page is mapped.
 */
static bool look(struct attempt *attempt)
{
	struct pfh_container *container = attempt->container;
	struct pfh_span *span = &attempt->span;
	bool is_done;

	pfh_lock_maps(container);
	is_done = is_mapped_well(attempt);
	attempt->seq = container->invalidate_seq;
	span->nr = 1;
	if (!test_bit(span->first, span->range->mapped))
		span->nr = pfh_count_unmapped(span->range, span->first, container->premap_pages);
	pfh_unlock_maps(container);
	return !is_done;
}

/* Mapped for reading, and now written: the old entry goes first. */
static void make_room(struct attempt *attempt)
{
	struct pfh_container *container = attempt->container;

	if (test_bit(attempt->span.first, attempt->span.range->mapped)) {
		pfh_unmap_span(container, &attempt->span);
		container->stats.upgrades++;
	}
}

/* Return: pages mapped; -EAGAIN: an invalidation came between; another -errno. */
static long map_pinned(struct attempt *attempt, struct page **pages, long nr)
{
	struct pfh_container *container = attempt->container;
	long mapped = -EAGAIN;

	attempt->span.nr = nr;
	pfh_lock_maps(container);
	/* No invalidation was under way when we pinned, so only a new one counts. */
	if (attempt->seq == container->invalidate_seq) {
		make_room(attempt);
		mapped = pfh_map_span(container, &attempt->span, attempt->prot, pages);
	}
	pfh_unlock_maps(container);
	return mapped;
}

static long pin_and_map(struct attempt *attempt)
{
	struct page **pages = attempt->container->pin_buffer;
	long pinned, mapped;

	pinned = pfh_pin(attempt->container, &attempt->span, is_write(attempt), pages);
	if (pinned < 0)
		return pinned;
	pfh_stamp(attempt->group, PFH_STAGE_PINNED);
	mapped = map_pinned(attempt, pages, pinned);
	/* The notifier takes the pin's place. */
	unpin_user_pages(pages, pinned);
	return mapped;
}

static enum pfh_response_code fault_page(struct attempt *attempt)
{
	struct pfh_container *container = attempt->container;
	long ret;

	while (look(attempt)) {
		wait_event(container->invalidated, !READ_ONCE(container->nr_invalidating));
		ret = pin_and_map(attempt);
		if (ret == -EAGAIN) {
			container->stats.retries++;
			continue;
		}
		if (ret < 0)
			return PFH_RESP_INVALID;
		pfh_stamp(attempt->group, PFH_STAGE_MAPPED);
		container->stats.mapped_pages += ret;
		return PFH_RESP_SUCCESS;
	}
	container->stats.spurious++;
	return PFH_RESP_SUCCESS;
}

static enum pfh_response_code handle_locked(struct pfh_container *container,
					    struct pfh_group *group, const struct pfh_fault *fault)
{
	struct pfh_range *range = pfh_range_find(container, fault->addr);
	struct attempt attempt = {.container = container, .group = group};

	container->stats.faults++;
	if (!range || !pfh_is_allowed(range, fault))
		return PFH_RESP_INVALID;
	attempt.span.range = range;
	attempt.span.first = pfh_range_index(range, fault->addr);
	attempt.prot = range->prot & ~IOMMU_WRITE;
	if (fault->perm & PFH_PERM_WRITE)
		attempt.prot |= IOMMU_WRITE;
	return fault_page(&attempt);
}

static enum pfh_response_code core_path_handle(struct pfh_group *group,
					       const struct pfh_fault *fault)
{
	struct pfh_container *container = group->container;
	enum pfh_response_code code;

	if (!container || !mmget_not_zero(container->mm))
		return PFH_RESP_INVALID;
	mutex_lock(&container->lock);
	pfh_stamp(group, PFH_STAGE_LOCKED);
	code = handle_locked(container, group, fault);
	if (code != PFH_RESP_SUCCESS)
		container->stats.refused++;
	mutex_unlock(&container->lock);
	mmput(container->mm);
	return code;
}

/* --- MMU notifier --- */

static int core_path_invalidate_start(struct pfh_container *container,
				      const struct mmu_notifier_range *range)
{
	if (!mmu_notifier_range_blockable(range)) {
		if (!mutex_trylock(&container->map_lock))
			return -EAGAIN;
	} else {
		mutex_lock(&container->map_lock);
	}
	container->nr_invalidating++;
	container->invalidate_seq++;
	container->stats.invalidated_pages += pfh_invalidate(container, range->start, range->end);
	mutex_unlock(&container->map_lock);
	return 0;
}

static void core_path_invalidate_end(struct pfh_container *container,
				     const struct mmu_notifier_range *range)
{
	bool is_last;

	mutex_lock(&container->map_lock);
	is_last = !--container->nr_invalidating;
	mutex_unlock(&container->map_lock);
	if (is_last)
		wake_up_all(&container->invalidated);
}

const struct pfh_design pfh_design_core_path = {
	.name = "core-path",
	.has_map_lock = true,
	.enable = core_path_enable,
	.disable = core_path_disable,
	.handle = core_path_handle,
	.invalidate_start = core_path_invalidate_start,
	.invalidate_end = core_path_invalidate_end,
};
