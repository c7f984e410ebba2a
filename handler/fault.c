// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fault of a container, as all designs but the posted one handle it. They differ in
 * what they hold at each step (design.h).
 *
 * Maps what was asked for: a read maps read-only, a later write faults again. A
 * fault that finds its page mapped well enough is answered with success and
 * counted: two faults raced, or the device used an old translation.
 */
#include <linux/errno.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "design.h"

/* --- enabling and disabling --- */

static void set_container(struct pfh_device *pdev, struct pfh_container *container)
{
	spin_lock(&pdev->lock);
	pdev->container = container;
	pdev->design = container ? container->design : NULL;
	spin_unlock(&pdev->lock);
}

/* First the lookup, then the faults. */
int pfh_design_enable(struct pfh_container *container, struct pfh_device *pdev)
{
	int err;

	set_container(pdev, container);
	err = pfh_enable_faults(pdev);
	if (err) {
		set_container(pdev, NULL);
		pfh_drain(pdev, PFH_SCOPE_CONTAINER);
	}
	return err;
}

/* First the faults, then the lookup; then nobody is in the container any more. */
void pfh_design_disable(struct pfh_container *container, struct pfh_device *pdev)
{
	pfh_disable_faults(pdev);
	set_container(pdev, NULL);
	pfh_drain(pdev, PFH_SCOPE_CONTAINER);
}

/* --- looking --- */

static bool is_write(const struct pfh_attempt *attempt)
{
	return attempt->prot & IOMMU_WRITE;
}

static bool is_mapped(const struct pfh_attempt *attempt)
{
	return pfh_page_is(attempt->span.range, PFH_MAPPED, attempt->span.first);
}

static bool is_mapped_well(const struct pfh_attempt *attempt)
{
	return is_mapped(attempt) &&
	       (!is_write(attempt) ||
		pfh_page_is(attempt->span.range, PFH_WRITABLE, attempt->span.first));
}

/* A page that is mapped for writing counts as written then, so none is in advance. */
static bool is_tracked_write(const struct pfh_attempt *attempt)
{
	return is_write(attempt) && READ_ONCE(attempt->container->is_tracking);
}

/* The page, and those behind it to map with it. */
static unsigned long wanted_pages(const struct pfh_attempt *attempt)
{
	const struct pfh_range *range = attempt->span.range;
	unsigned long first = attempt->span.first;
	unsigned long end = min(first + attempt->container->premap_pages, pfh_range_pages(range));

	if (is_mapped(attempt) || is_tracked_write(attempt))
		return 1;
	return pfh_find_next(range, PFH_MAPPED, first, end) - first;
}

/* Ranges and domains stay as they are meanwhile: a design calls this, and sees to it. */
enum pfh_look pfh_look(struct pfh_attempt *attempt)
{
	const struct pfh_fault *fault = attempt->fault;
	struct pfh_range *range = pfh_range_find(attempt->container, fault->addr);

	if (!range || !pfh_is_allowed(range, fault) || READ_ONCE(range->is_dying))
		return PFH_LOOK_REFUSED;
	attempt->prot = range->prot & ~IOMMU_WRITE;
	if (fault->perm & PFH_PERM_WRITE)
		attempt->prot |= IOMMU_WRITE;
	attempt->span.range = range;
	attempt->span.first = pfh_range_index(range, fault->addr);
	if (is_mapped_well(attempt))
		return PFH_LOOK_MAPPED;
	if (!READ_ONCE(range->is_faultable))
		return PFH_LOOK_REFUSED;
	attempt->span.nr = wanted_pages(attempt);
	return PFH_LOOK_MISSING;
}

/* --- bringing: the pages are claimed --- */

/* Where the pages' addresses go; without memory for all, for one. */
static void make_room_for_pages(struct pfh_attempt *attempt)
{
	attempt->pages = NULL;
	if (attempt->span.nr > 1)
		attempt->pages = kvcalloc(attempt->span.nr, sizeof(struct page *), GFP_KERNEL);
	if (attempt->pages)
		return;
	attempt->pages = &attempt->page;
	attempt->span.nr = 1;
}

static void free_room(struct pfh_attempt *attempt)
{
	if (attempt->pages != &attempt->page)
		kvfree(attempt->pages);
}

/*
 * The pages' entries are locked: what of the span is still to be mapped. Tracking may have
 * begun since we looked, and from here on waits for us. A page that dirty tracking was
 * just taking permission from was out for a moment, and is in again.
 */
static struct pfh_span still_wanted(const struct pfh_attempt *attempt)
{
	struct pfh_span span = attempt->span;

	if (is_tracked_write(attempt))
		span.nr = 1;
	else
		span.nr = pfh_find_next(span.range, PFH_MAPPED, span.first + 1,
					span.first + span.nr) -
			  span.first;
	return span;
}

/* Mapped for reading, and now written: the old entry goes first. */
static void upgrade(struct pfh_attempt *attempt, const struct pfh_span *span)
{
	if (!is_mapped(attempt))
		return;
	pfh_unmap_span(attempt->container, span, PFH_MAPPED);
	pfh_count(attempt->container, upgrades);
}

/* Return: pages mapped; -EAGAIN: an invalidation came between; another -errno. */
static long map_pinned(struct pfh_attempt *attempt, unsigned int seq)
{
	struct pfh_container *container = attempt->container;
	struct pfh_hold hold;
	long mapped = -EAGAIN;

	pfh_lock_entries(container, &attempt->span, &hold, PFH_FAULT);
	/* No invalidation was under way when we pinned, so only a new one counts. */
	if (!pfh_gates_moved(container, &attempt->span, seq)) {
		struct pfh_span span = still_wanted(attempt);

		upgrade(attempt, &span);
		mapped = pfh_map_span(container, &span, attempt->prot, attempt->pages);
		/* Tables are allocated without reclaim (pfh_iommu_map()), so this may pass. */
		attempt->nr_misses += mapped == -ENOMEM;
		mapped = mapped == -ENOMEM ? -EAGAIN : mapped;
	}
	pfh_unlock_entries(container, &attempt->span, &hold, PFH_FAULT);
	return mapped;
}

static long pin_and_map(struct pfh_attempt *attempt)
{
	unsigned int seq = pfh_gates_wait(attempt->container, &attempt->span);
	long pinned, mapped;

	pinned = pfh_pin(attempt->container, &attempt->span,
			 is_write(attempt) ? PFH_PIN_WRITE : PFH_PIN_READ, attempt->pages);
	attempt->nr_misses += pinned == -EAGAIN;
	if (pinned < 0)
		return pinned;
	pfh_stamp(attempt->group, PFH_STAGE_PINNED);
	attempt->span.nr = pinned;
	mapped = map_pinned(attempt, seq);
	/* The notifier takes the pin's place. */
	unpin_user_pages(attempt->pages, pinned);
	return mapped;
}

/* Return: as pin_and_map(); 0: another fault has brought it since we looked. */
static long bring(struct pfh_attempt *attempt)
{
	long ret;

	if (is_mapped_well(attempt))
		return 0;
	attempt->span.nr = min(attempt->claimed.nr, wanted_pages(attempt));
	make_room_for_pages(attempt);
	ret = pin_and_map(attempt);
	free_room(attempt);
	return ret;
}

/* --- one fault --- */

/* So often does a page that cannot be had or mapped now (reclaim is under way) get another chance.
 */
#define PFH_MAX_MISSES 64

static bool is_worth_another_try(struct pfh_attempt *attempt, long ret)
{
	if (ret != -EAGAIN || attempt->nr_misses >= PFH_MAX_MISSES)
		return false;
	pfh_count(attempt->container, retries);
	cond_resched();
	return true;
}

static long try_once(struct pfh_attempt *attempt)
{
	const struct pfh_design *design = attempt->container->design;
	enum pfh_look look = design->claim(attempt);
	long ret;

	pfh_stamp(attempt->group, PFH_STAGE_LOCKED);
	if (look == PFH_LOOK_REFUSED)
		return -EFAULT;
	if (look == PFH_LOOK_MAPPED)
		return 0;
	ret = bring(attempt);
	design->release(attempt);
	return ret;
}

static enum pfh_response_code handle(struct pfh_attempt *attempt)
{
	struct pfh_container *container = attempt->container;
	long ret;

	pfh_count(container, faults);
	do
		ret = try_once(attempt);
	while (is_worth_another_try(attempt, ret));
	if (ret < 0) {
		pfh_count(container, refused);
		return PFH_RESP_INVALID;
	}
	if (!ret) {
		pfh_count(container, spurious);
		return PFH_RESP_SUCCESS;
	}
	pfh_stamp(attempt->group, PFH_STAGE_MAPPED);
	pfh_count_more(container, mapped_pages, ret);
	return PFH_RESP_SUCCESS;
}

enum pfh_response_code pfh_design_handle(struct pfh_group *group, const struct pfh_fault *fault)
{
	struct pfh_container *container = group->container;
	struct pfh_attempt attempt = {
		.container = container,
		.group = group,
		.fault = fault,
	};
	enum pfh_response_code code;

	if (!container || !mmget_not_zero(container->mm))
		return PFH_RESP_INVALID;
	code = handle(&attempt);
	mmput(container->mm);
	return code;
}
