// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pinned pages: they count against the limit of locked pages of the address
 * space, are mapped with all that their range allows, and stay mapped until they
 * are let go, whatever memory management does. So they never fault.
 */
#include <linux/errno.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "design.h"
#include "linux/compat.h"

static long pin_at_once(struct pfh_container *container, const struct pfh_span *span,
			unsigned int flags, struct page **pages)
{
	struct mm_struct *mm = container->mm;
	long nr;

	mmap_read_lock(mm);
	nr = pfh_pin_user_pages(mm, pfh_span_vaddr(span), span->nr, flags, pages);
	mmap_read_unlock(mm);
	return nr ? nr : -EFAULT;
}

/* So many at a time as pfh_pin_batch says. */
static long pin_in_batches(struct pfh_container *container, const struct pfh_span *span,
			   unsigned int flags, struct page **pages)
{
	unsigned long max = max(READ_ONCE(pfh_pin_batch), 1U), done = 0;

	while (done < span->nr) {
		struct pfh_span some = {
			.range = span->range,
			.first = span->first + done,
			.nr = min(span->nr - done, max),
		};
		long nr = pin_at_once(container, &some, flags, pages + done);

		if (nr < 0)
			return done ? (long)done : nr;
		done += nr;
		if ((unsigned long)nr < some.nr)
			break;
	}
	return done;
}

/*
 * Pin the pages of @span; the address space has a user.
 * Return: how many from the first on, 1 or more; -EAGAIN: try again; -errno.
 */
long pfh_pin(struct pfh_container *container, const struct pfh_span *span, enum pfh_pin_for what,
	     struct page **pages)
{
	bool is_write = what == PFH_PIN_WRITE ||
			(what == PFH_PIN_STAY && span->range->prot & IOMMU_WRITE);
	unsigned int flags = is_write ? FOLL_WRITE : 0;

	if (what != PFH_PIN_STAY)
		return pin_at_once(container, span, flags, pages);
	return pin_in_batches(container, span, flags | FOLL_LONGTERM, pages);
}

/* --- accounting; the container's lock is held --- */

/* Return: 0; -ENOMEM: more than may be locked. */
static int account(struct pfh_container *container, unsigned long nr)
{
	struct mm_struct *mm = container->mm;
	unsigned long limit = container->locked_limit;
	int err = 0;

	mmap_write_lock(mm);
	if (limit && mm->locked_vm + nr > limit)
		err = -ENOMEM;
	else
		mm->locked_vm += nr;
	mmap_write_unlock(mm);
	if (!err)
		container->nr_locked += nr;
	return err;
}

static void unaccount(struct pfh_container *container, unsigned long nr)
{
	mmap_write_lock(container->mm);
	container->mm->locked_vm -= nr;
	mmap_write_unlock(container->mm);
	container->nr_locked -= nr;
}

/* --- one batch --- */

static unsigned long end_of(const struct pfh_span *span)
{
	return span->first + span->nr;
}

/* Those that faults mapped for reading only go, to come back with all permissions. */
static void make_room(struct pfh_container *container, const struct pfh_span *span)
{
	struct pfh_span page = {.range = span->range, .nr = 1};

	if (!(span->range->prot & IOMMU_WRITE))
		return;
	for (page.first = span->first; page.first < end_of(span); page.first++) {
		if (pfh_page_is(page.range, PFH_MAPPED, page.first) &&
		    !pfh_page_is(page.range, PFH_WRITABLE, page.first))
			pfh_unmap_span(container, &page, PFH_MAPPED);
	}
}

/* Map what of the batch is not mapped. Return: pages mapped from the first on; -errno: none. */
static long map_missing(struct pfh_container *container, const struct pfh_span *span)
{
	struct pfh_span gap = *span;
	long mapped;

	make_room(container, span);
	for (;;) {
		gap.first = pfh_find_next_zero(span->range, PFH_MAPPED, gap.first, end_of(span));
		if (gap.first >= end_of(span))
			return span->nr;
		gap.nr = pfh_find_next(span->range, PFH_MAPPED, gap.first, end_of(span)) -
			 gap.first;
		mapped = pfh_map_span(container, &gap, span->range->prot,
				      span->range->pages + gap.first);
		if (mapped < 0 || (unsigned long)mapped < gap.nr) {
			gap.first += max(mapped, 0L);
			return gap.first > span->first ? (long)(gap.first - span->first) : mapped;
		}
		gap.first += gap.nr;
	}
}

/* Return: pages of the batch that are mapped and stay; -EAGAIN: an invalidation came; -errno. */
static long map_and_mark(struct pfh_container *container, const struct pfh_span *span,
			 unsigned int seq)
{
	struct pfh_hold hold;
	long mapped = -EAGAIN, i;

	pfh_lock_entries(container, span, &hold, PFH_CHANGER);
	if (!pfh_gates_moved(container, span, seq)) {
		mapped = map_missing(container, span);
		for (i = 0; i < mapped; i++)
			pfh_page_set(span->range, PFH_PINNED, span->first + i);
	}
	pfh_unlock_entries(container, span, &hold, PFH_CHANGER);
	return mapped;
}

/* The batch is claimed. */
static long fill_claimed(struct pfh_container *container, struct pfh_span *span)
{
	struct page **pages = span->range->pages + span->first;

	for (;;) {
		unsigned int seq = pfh_gates_wait(container, span);
		long pinned, mapped;

		pinned = pfh_pin(container, span, PFH_PIN_STAY, pages);
		if (pinned < 0)
			return pinned;
		span->nr = pinned;
		mapped = map_and_mark(container, span, seq);
		unpin_user_pages(pages + max(mapped, 0L), pinned - max(mapped, 0L));
		if (mapped != -EAGAIN)
			return mapped;
		pfh_count(container, retries);
	}
}

/* Return: pages, 1 or more; -errno with none pinned. */
static long fill_some(struct pfh_container *container, struct pfh_span *span)
{
	const struct pfh_design *design = container->design;
	struct pfh_span claimed;
	struct pfh_hold hold;
	long nr;

	span->nr = pfh_batch_pages(container, span, PFH_PIN_BATCH);
	if (design->claim_span)
		design->claim_span(container, span, &hold);
	claimed = *span;
	nr = fill_claimed(container, span);
	if (design->release_span)
		design->release_span(container, &claimed, &hold);
	return nr;
}

/* --- many pages; the container's lock is held --- */

static int alloc_pages_of(struct pfh_range *range)
{
	if (!range->pages)
		range->pages = kvcalloc(pfh_range_pages(range), sizeof(struct page *), GFP_KERNEL);
	return range->pages ? 0 : -ENOMEM;
}

/* Let go of pages that are pinned; the device reaches them no more. */
static void let_go(struct pfh_container *container, const struct pfh_span *span)
{
	bool is_writable = span->range->prot & IOMMU_WRITE;
	unsigned long page;
	struct pfh_hold hold;

	pfh_lock_entries(container, span, &hold, PFH_CHANGER);
	pfh_unmap_span(container, span, PFH_MAPPED);
	for (page = span->first; page < end_of(span); page++)
		pfh_page_clear(span->range, PFH_PINNED, page);
	pfh_unlock_entries(container, span, &hold, PFH_CHANGER);
	unpin_user_pages_dirty_lock(span->range->pages + span->first, span->nr, is_writable);
}

/*
 * Let go of those pages of @span that are pinned. They are not mapped either
 * then: what their address holds may have changed while they were pinned.
 */
void pfh_drop_pins(struct pfh_container *container, const struct pfh_span *span)
{
	struct pfh_span run = *span;

	for (;;) {
		run.first = pfh_find_next(span->range, PFH_PINNED, run.first, end_of(span));
		if (run.first >= end_of(span))
			return;
		run.nr = pfh_find_next_zero(span->range, PFH_PINNED, run.first, end_of(span)) -
			 run.first;
		run.nr = pfh_batch_pages(container, &run, PFH_PIN_BATCH);
		let_go(container, &run);
		unaccount(container, run.nr);
		run.first += run.nr;
	}
}

/*
 * Pin and map the pages of @span, none of which is pinned; the address space has
 * a user. Return: 0; -errno, and none is pinned.
 */
int pfh_fill(struct pfh_container *container, const struct pfh_span *span)
{
	struct pfh_span done = {.range = span->range, .first = span->first};
	int err = alloc_pages_of(span->range);

	if (!err)
		err = account(container, span->nr);
	if (err)
		return err;
	while (done.nr < span->nr) {
		struct pfh_span batch = {
			.range = span->range,
			.first = span->first + done.nr,
			.nr = span->nr - done.nr,
		};
		long nr = fill_some(container, &batch);

		if (nr < 0) {
			unaccount(container, span->nr - done.nr);
			pfh_drop_pins(container, &done);
			return nr;
		}
		done.nr += nr;
	}
	return 0;
}

/* --- pinning by who wants to use pages himself --- */

/* Return: 0; -EINVAL: a hole, or (@is_pinned) a page that pfh_container_pin() did not pin. */
static int check_pages(struct pfh_container *container, dma_addr_t iova, size_t size,
		       bool is_pinned)
{
	dma_addr_t last = iova + (size - 1), next = iova;
	struct pfh_range *range;
	unsigned long page;

	for (;;) {
		range = pfh_range_find(container, next);
		if (!range)
			return -EINVAL;
		for (; next - range->iova < range->size; next += PAGE_SIZE) {
			page = pfh_range_index(range, next);
			if (is_pinned && range->is_faultable &&
			    (!range->nr_pins || !range->nr_pins[page]))
				return -EINVAL;
			if (last - next < PAGE_SIZE)
				return 0;
		}
	}
}

static void unpin_page(struct pfh_container *container, const struct pfh_span *page)
{
	struct pfh_range *range = page->range;

	if (range->is_faultable && !--range->nr_pins[page->first])
		pfh_drop_pins(container, page);
}

static int pin_page(struct pfh_container *container, const struct pfh_span *page)
{
	struct pfh_range *range = page->range;
	int err = 0;

	/* One that may not fault is pinned anyway. */
	if (!range->is_faultable)
		return 0;
	if (!range->nr_pins)
		range->nr_pins = kvcalloc(pfh_range_pages(range), sizeof(u32), GFP_KERNEL);
	if (!range->nr_pins)
		return -ENOMEM;
	if (!range->nr_pins[page->first])
		err = pfh_fill(container, page);
	if (!err)
		range->nr_pins[page->first]++;
	return err;
}

static struct pfh_span page_at(struct pfh_container *container, dma_addr_t iova)
{
	struct pfh_range *range = pfh_range_find(container, iova);

	return (struct pfh_span){.range = range, .first = pfh_range_index(range, iova), .nr = 1};
}

static void unpin_pages(struct pfh_container *container, dma_addr_t iova, size_t size)
{
	size_t done;

	for (done = 0; done < size; done += PAGE_SIZE) {
		struct pfh_span page = page_at(container, iova + done);

		unpin_page(container, &page);
	}
}

static int pin_pages(struct pfh_container *container, dma_addr_t iova, size_t size)
{
	size_t done;

	for (done = 0; done < size; done += PAGE_SIZE) {
		struct pfh_span page = page_at(container, iova + done);
		int err = pin_page(container, &page);

		if (err) {
			unpin_pages(container, iova, done);
			return err;
		}
	}
	return 0;
}

int pfh_container_pin(struct pfh_container *container, dma_addr_t iova, size_t size)
{
	int err;

	if (!pfh_is_page_range(iova, size))
		return -EINVAL;
	/* The notifier would wait for the lock that its own thread pins under. */
	if (!container->design->lock)
		return -EOPNOTSUPP;
	if (!mmget_not_zero(container->mm))
		return -ESRCH;
	mutex_lock(&container->lock);
	err = check_pages(container, iova, size, false);
	if (!err)
		err = pin_pages(container, iova, size);
	mutex_unlock(&container->lock);
	mmput(container->mm);
	return err;
}

int pfh_container_unpin(struct pfh_container *container, dma_addr_t iova, size_t size)
{
	int err;

	if (!pfh_is_page_range(iova, size))
		return -EINVAL;
	mutex_lock(&container->lock);
	err = check_pages(container, iova, size, true);
	if (!err)
		unpin_pages(container, iova, size);
	mutex_unlock(&container->lock);
	return err;
}
