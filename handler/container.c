// SPDX-License-Identifier: GPL-2.0-only
/* Containers: life, devices, mappings. */
#include <linux/err.h>
#include <linux/overflow.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "design.h"

static const struct pfh_design *const designs[] = {&pfh_design_core_path, &pfh_design_rfc_v3};

const char *const pfh_design_names[] = {"core-path", "rfc-v3", NULL};

void pfh_lock_maps(struct pfh_container *container)
{
	if (container->design->has_map_lock)
		mutex_lock(&container->map_lock);
}

void pfh_unlock_maps(struct pfh_container *container)
{
	if (container->design->has_map_lock)
		mutex_unlock(&container->map_lock);
}

/* --- life --- */

static const struct pfh_design *find_design(const char *name)
{
	size_t i;

	for (i = 0; name && i < ARRAY_SIZE(designs); i++) {
		if (!strcmp(designs[i]->name, name))
			return designs[i];
	}
	return NULL;
}

static struct pfh_container *container_alloc(const struct pfh_container_attr *attr,
					     const struct pfh_design *design)
{
	static struct lock_class_key lock_key, map_key;
	struct pfh_container *container = kzalloc(sizeof(*container), GFP_KERNEL);

	if (!container)
		return NULL;
	container->pin_buffer = kvcalloc(attr->premap_pages, sizeof(struct page *), GFP_KERNEL);
	if (!container->pin_buffer) {
		kfree(container);
		return NULL;
	}
	container->design = design;
	container->mm = attr->mm;
	container->has_iopf = attr->iopf;
	container->premap_pages = attr->premap_pages;
	kref_init(&container->kref);
	__mutex_init(&container->lock, "pfh_container.lock", &lock_key);
	INIT_LIST_HEAD(&container->devices);
	__mutex_init(&container->map_lock, "pfh_container.map_lock", &map_key);
	container->ranges = RB_ROOT;
	INIT_LIST_HEAD(&container->domains);
	init_waitqueue_head(&container->invalidated);
	return container;
}

static void container_release(struct kref *kref)
{
	struct pfh_container *container = container_of(kref, struct pfh_container, kref);

	mmdrop(container->mm);
	kvfree(container->pin_buffer);
	kfree(container);
}

struct pfh_container *pfh_container_create(const struct pfh_container_attr *attr)
{
	const struct pfh_design *design = find_design(attr->design);
	struct pfh_container *container;
	int err;

	if (!design || !attr->mm || !attr->premap_pages)
		return ERR_PTR(-EINVAL);
	container = container_alloc(attr, design);
	if (!container)
		return ERR_PTR(-ENOMEM);
	mmgrab(container->mm);
	if (!container->has_iopf)
		return container;
	container->notifier.ops = &pfh_notifier_ops;
	err = mmu_notifier_register(&container->notifier, container->mm);
	if (err) {
		kref_put(&container->kref, container_release);
		return ERR_PTR(err);
	}
	return container;
}

/* Some device that is attached, with a reference; NULL: none. */
static struct pfh_device *any_device(struct pfh_container *container)
{
	struct pfh_device *pdev;

	mutex_lock(&container->lock);
	pdev = list_first_entry_or_null(&container->devices, struct pfh_device, container_node);
	if (pdev)
		pfh_device_get(pdev);
	mutex_unlock(&container->lock);
	return pdev;
}

static void remove_range(struct pfh_container *container, struct pfh_range *range);

static void remove_all_ranges(struct pfh_container *container)
{
	struct pfh_range *range;

	mutex_lock(&container->lock);
	while ((range = pfh_range_first_from(container, 0)))
		remove_range(container, range);
	mutex_unlock(&container->lock);
}

void pfh_container_destroy(struct pfh_container *container)
{
	struct pfh_device *pdev;

	if (IS_ERR_OR_NULL(container))
		return;
	while ((pdev = any_device(container))) {
		pfh_container_detach(container, pdev);
		pfh_device_put(pdev);
	}
	remove_all_ranges(container);
	if (container->has_iopf)
		mmu_notifier_unregister(&container->notifier, container->mm);
	kref_put(&container->kref, container_release);
}

/* --- devices --- */

static int add_device(struct pfh_container *container, struct pfh_device *pdev)
{
	int err;

	mutex_lock(&container->lock);
	err = pfh_domains_add(container, pdev);
	if (!err)
		list_add_tail(&pdev->container_node, &container->devices);
	mutex_unlock(&container->lock);
	return err;
}

static void remove_device(struct pfh_container *container, struct pfh_device *pdev)
{
	mutex_lock(&container->lock);
	list_del_init(&pdev->container_node);
	pfh_domains_remove(container, pdev);
	mutex_unlock(&container->lock);
}

/* The device's mutex is held. */
static int attach_locked(struct pfh_container *container, struct pfh_device *pdev)
{
	int err;

	if (pdev->is_removed)
		return -ENODEV;
	if (pdev->attached)
		return -EBUSY;
	err = add_device(container, pdev);
	if (err)
		return err;
	if (container->has_iopf) {
		err = container->design->enable(container, pdev);
		if (err) {
			remove_device(container, pdev);
			return err;
		}
	}
	kref_get(&container->kref);
	pdev->attached = container;
	return 0;
}

int pfh_container_attach(struct pfh_container *container, struct pfh_device *pdev)
{
	int err;

	mutex_lock(&pdev->mutex);
	err = attach_locked(container, pdev);
	mutex_unlock(&pdev->mutex);
	return err;
}

void pfh_container_detach(struct pfh_container *container, struct pfh_device *pdev)
{
	mutex_lock(&pdev->mutex);
	if (pdev->attached != container) {
		mutex_unlock(&pdev->mutex);
		return;
	}
	if (container->has_iopf)
		container->design->disable(container, pdev);
	remove_device(container, pdev);
	pdev->attached = NULL;
	mutex_unlock(&pdev->mutex);
	kref_put(&container->kref, container_release);
}

/* --- mappings --- */

static bool is_page_range(dma_addr_t iova, size_t size)
{
	dma_addr_t last;

	if (!size || !PAGE_ALIGNED(iova | size))
		return false;
	return !check_add_overflow(iova, (dma_addr_t)(size - 1), &last);
}

static bool is_valid_mapping(dma_addr_t iova, unsigned long vaddr, size_t size, int prot)
{
	return is_page_range(iova, size) && is_page_range(vaddr, size) &&
	       prot & (IOMMU_READ | IOMMU_WRITE);
}

static void unpin_range(struct pfh_range *range, unsigned long nr)
{
	unsigned long i;

	for (i = 0; i < nr; i++)
		unpin_user_page(range->pages[i]);
}

#define PFH_PIN_BATCH 512

/* Pin and map [done, done + up to a batch). Return: pages, or -errno with none pinned. */
static long fill_some(struct pfh_container *container, struct pfh_range *range, unsigned long done)
{
	struct page **pages = range->pages + done;
	struct pfh_span span = {
		.range = range,
		.first = done,
		.nr = min(pfh_range_pages(range) - done, (unsigned long)PFH_PIN_BATCH),
	};
	long pinned = pfh_pin(container, &span, range->prot & IOMMU_WRITE, pages);
	long mapped;

	if (pinned < 0)
		return pinned;
	span.nr = pinned;
	pfh_lock_maps(container);
	mapped = pfh_map_span(container, &span, range->prot, pages);
	pfh_unlock_maps(container);
	unpin_user_pages(pages + max(mapped, 0L), pinned - max(mapped, 0L));
	return mapped;
}

static int fill_range(struct pfh_container *container, struct pfh_range *range)
{
	unsigned long done = 0;
	struct pfh_span all = {.range = range};

	range->pages = kvcalloc(pfh_range_pages(range), sizeof(struct page *), GFP_KERNEL);
	if (!range->pages)
		return -ENOMEM;
	while (done < pfh_range_pages(range)) {
		long nr = fill_some(container, range, done);

		if (nr < 0) {
			all.nr = done;
			pfh_lock_maps(container);
			pfh_unmap_span(container, &all);
			pfh_unlock_maps(container);
			unpin_range(range, done);
			return nr;
		}
		done += nr;
	}
	return 0;
}

/* A range that may not fault is there in full before anyone can find it. */
static int fill_static_range(struct pfh_container *container, struct pfh_range *range)
{
	int err;

	if (!mmget_not_zero(container->mm))
		return -EINVAL;
	err = fill_range(container, range);
	mmput(container->mm);
	return err;
}

static bool has_overlap(struct pfh_container *container, dma_addr_t iova, size_t size)
{
	struct pfh_range *range = pfh_range_first_from(container, iova);

	return range && range->iova <= iova + (size - 1);
}

static int map_locked(struct pfh_container *container, struct pfh_range *range)
{
	int err = 0;

	if (has_overlap(container, range->iova, range->size))
		return -EEXIST;
	if (!container->has_iopf)
		err = fill_static_range(container, range);
	if (err)
		return err;
	pfh_lock_maps(container);
	pfh_range_insert(container, range);
	pfh_unlock_maps(container);
	return 0;
}

int pfh_container_map(struct pfh_container *container, dma_addr_t iova, unsigned long vaddr,
		      size_t size, int prot)
{
	struct pfh_range *range;
	int err;

	if (!is_valid_mapping(iova, vaddr, size, prot))
		return -EINVAL;
	range = pfh_range_alloc(iova, vaddr, size, prot);
	if (!range)
		return -ENOMEM;
	mutex_lock(&container->lock);
	err = map_locked(container, range);
	mutex_unlock(&container->lock);
	if (err)
		pfh_range_free(range);
	return err;
}

/* The container's lock is held. */
static void remove_range(struct pfh_container *container, struct pfh_range *range)
{
	struct pfh_span all = {.range = range, .nr = pfh_range_pages(range)};

	pfh_lock_maps(container);
	pfh_unmap_span(container, &all);
	pfh_range_erase(container, range);
	pfh_unlock_maps(container);
	if (range->pages)
		unpin_range(range, all.nr);
	pfh_range_free(range);
}

/* Does [iova, last] cover whole ranges, and one at least? */
static int check_unmap(struct pfh_container *container, dma_addr_t iova, dma_addr_t last)
{
	struct pfh_range *range = pfh_range_first_from(container, iova);

	if (!range || range->iova > last)
		return -ENOENT;
	for (; range && range->iova <= last; range = pfh_range_next(range)) {
		if (range->iova < iova || range->iova + (range->size - 1) > last)
			return -EINVAL;
	}
	return 0;
}

int pfh_container_unmap(struct pfh_container *container, dma_addr_t iova, size_t size)
{
	dma_addr_t last = iova + (size - 1);
	struct pfh_range *range;
	int err;

	if (!is_page_range(iova, size))
		return -EINVAL;
	mutex_lock(&container->lock);
	err = check_unmap(container, iova, last);
	while (!err && (range = pfh_range_first_from(container, iova)) && range->iova <= last)
		remove_range(container, range);
	mutex_unlock(&container->lock);
	return err;
}

void pfh_container_stats(struct pfh_container *container, struct pfh_container_stats *stats)
{
	mutex_lock(&container->lock);
	*stats = container->stats;
	mutex_unlock(&container->lock);
}
