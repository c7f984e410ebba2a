// SPDX-License-Identifier: GPL-2.0-only
/* Containers: life, devices, faults on and off. */
#include <linux/err.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "design.h"

/* --- life --- */

static void container_init(struct pfh_container *container, const struct pfh_container_attr *attr,
			   const struct pfh_design *design)
{
	static struct lock_class_key state_key, lock_key, map_key;

	container->design = design;
	container->mm = attr->mm;
	container->has_iopf = attr->iopf;
	container->premap_pages = attr->premap_pages;
	container->locked_limit = attr->locked_limit;
	kref_init(&container->kref);
	container->notifier.ops = &pfh_notifier_ops;
	__mutex_init(&container->state, "pfh_container.state", &state_key);
	__mutex_init(&container->lock, "pfh_container.lock", &lock_key);
	INIT_LIST_HEAD(&container->devices);
	__mutex_init(&container->map_lock, "pfh_container.map_lock", &map_key);
	container->ranges = RB_ROOT;
	INIT_LIST_HEAD(&container->domains);
	pfh_gates_init(container);
}

static struct pfh_container *container_alloc(const struct pfh_container_attr *attr,
					     const struct pfh_design *design)
{
	struct pfh_container *container = kzalloc(sizeof(*container) + design->own_bytes,
						  GFP_KERNEL);

	if (!container)
		return NULL;
	container->stats = alloc_percpu(struct pfh_container_stats);
	if (!container->stats)
		goto err_free;
	container_init(container, attr, design);
	if (design->init && design->init(container))
		goto err_stats;
	mmgrab(container->mm);
	return container;

err_stats:
	free_percpu(container->stats);
err_free:
	kfree(container);
	return NULL;
}

static void container_release(struct kref *kref)
{
	struct pfh_container *container = container_of(kref, struct pfh_container, kref);

	if (container->design->finish)
		container->design->finish(container);
	mmdrop(container->mm);
	free_percpu(container->stats);
	kfree(container);
}

void pfh_container_get(struct pfh_container *container)
{
	kref_get(&container->kref);
}

void pfh_container_put(struct pfh_container *container)
{
	kref_put(&container->kref, container_release);
}

struct pfh_container *pfh_container_create(const struct pfh_container_attr *attr)
{
	const struct pfh_design *design = pfh_find_design(attr->design);
	struct pfh_container *container;
	int err;

	if (!design || !attr->mm || !attr->premap_pages)
		return ERR_PTR(-EINVAL);
	container = container_alloc(attr, design);
	if (!container)
		return ERR_PTR(-ENOMEM);
	if (!container->has_iopf)
		return container;
	err = mmu_notifier_register(&container->notifier, container->mm);
	if (err) {
		pfh_container_put(container);
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

void pfh_container_destroy(struct pfh_container *container)
{
	struct pfh_device *pdev;

	if (IS_ERR_OR_NULL(container))
		return;
	while ((pdev = any_device(container))) {
		pfh_container_detach(container, pdev);
		pfh_device_put(pdev);
	}
	mutex_lock(&container->lock);
	pfh_unmap_all(container);
	mutex_unlock(&container->lock);
	if (container->has_iopf)
		mmu_notifier_unregister(&container->notifier, container->mm);
	pfh_container_put(container);
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
	pfh_container_get(container);
	pdev->attached = container;
	return 0;
}

int pfh_container_attach(struct pfh_container *container, struct pfh_device *pdev)
{
	int err;

	mutex_lock(&container->state);
	mutex_lock(&pdev->mutex);
	err = attach_locked(container, pdev);
	mutex_unlock(&pdev->mutex);
	mutex_unlock(&container->state);
	return err;
}

/* The container's state and the device's mutex are held. Return: was it attached? */
static bool detach_locked(struct pfh_container *container, struct pfh_device *pdev)
{
	if (pdev->attached != container)
		return false;
	if (container->has_iopf)
		container->design->disable(container, pdev);
	remove_device(container, pdev);
	pdev->attached = NULL;
	return true;
}

void pfh_container_detach(struct pfh_container *container, struct pfh_device *pdev)
{
	bool was_attached;

	mutex_lock(&container->state);
	mutex_lock(&pdev->mutex);
	was_attached = detach_locked(container, pdev);
	mutex_unlock(&pdev->mutex);
	mutex_unlock(&container->state);
	if (was_attached)
		pfh_container_put(container);
}

/* --- turning faults on and off; the container's state is held, so devices stay --- */

static void disable_until(struct pfh_container *container, const struct pfh_device *end)
{
	struct pfh_device *pdev;

	list_for_each_entry (pdev, &container->devices, container_node) {
		if (pdev == end)
			return;
		mutex_lock(&pdev->mutex);
		container->design->disable(container, pdev);
		mutex_unlock(&pdev->mutex);
	}
}

/* All devices, or none. */
static int enable_devices(struct pfh_container *container)
{
	struct pfh_device *pdev;

	list_for_each_entry (pdev, &container->devices, container_node) {
		int err;

		mutex_lock(&pdev->mutex);
		err = container->design->enable(container, pdev);
		mutex_unlock(&pdev->mutex);
		if (err) {
			disable_until(container, pdev);
			return err;
		}
	}
	return 0;
}

static void stop_notifier(struct pfh_container *container)
{
	mmu_notifier_unregister(&container->notifier, container->mm);
	pfh_gates_abandon(container);
}

/* The notifier first: from the first fault on pages may go that are not pinned. */
static int enable_iopf(struct pfh_container *container)
{
	int err = mmu_notifier_register(&container->notifier, container->mm);

	if (err)
		return err;
	err = enable_devices(container);
	if (err) {
		stop_notifier(container);
		return err;
	}
	mutex_lock(&container->lock);
	container->has_iopf = true;
	pfh_convert_to_faults(container);
	mutex_unlock(&container->lock);
	return 0;
}

/* Everything is there before nobody brings it any more. */
static int disable_iopf(struct pfh_container *container)
{
	int err;

	mutex_lock(&container->lock);
	err = pfh_convert_to_pinned(container);
	if (!err)
		container->has_iopf = false;
	mutex_unlock(&container->lock);
	if (err)
		return err;
	disable_until(container, NULL);
	stop_notifier(container);
	return 0;
}

static int set_iopf_locked(struct pfh_container *container, bool iopf)
{
	int err;

	if (container->has_iopf == iopf)
		return 0;
	/* Enabled with the container, never disabled. */
	if (!container->design->lock)
		return -EOPNOTSUPP;
	if (!iopf)
		return disable_iopf(container);
	if (!mmget_not_zero(container->mm))
		return -ESRCH;
	err = enable_iopf(container);
	mmput(container->mm);
	return err;
}

int pfh_container_set_iopf(struct pfh_container *container, bool iopf)
{
	int err;

	mutex_lock(&container->state);
	err = set_iopf_locked(container, iopf);
	mutex_unlock(&container->state);
	return err;
}

/* --- what there is to know --- */

void pfh_container_stats(struct pfh_container *container, struct pfh_container_stats *stats)
{
	unsigned int cpu;

	memset(stats, 0, sizeof(*stats));
	for_each_possible_cpu(cpu)
	{
		const struct pfh_container_stats *one = per_cpu_ptr(container->stats, cpu);

		stats->faults += READ_ONCE(one->faults);
		stats->mapped_pages += READ_ONCE(one->mapped_pages);
		stats->spurious += READ_ONCE(one->spurious);
		stats->upgrades += READ_ONCE(one->upgrades);
		stats->retries += READ_ONCE(one->retries);
		stats->refused += READ_ONCE(one->refused);
		stats->invalidated_pages += READ_ONCE(one->invalidated_pages);
	}
}

void pfh_container_info(struct pfh_container *container, struct pfh_container_info *info)
{
	mutex_lock(&container->lock);
	*info = (struct pfh_container_info){
		.design = pfh_design_name(container->design),
		.iopf = container->has_iopf,
		.is_tracking = container->is_tracking,
		.locked_pages = container->nr_locked,
		.caps = PFH_CONTAINER_FAULTS,
	};
	if (container->design->lock)
		info->caps |= PFH_CONTAINER_PIN | PFH_CONTAINER_TURN;
	if (container->design->maps_what_was_asked)
		info->caps |= PFH_CONTAINER_DIRTY_PAGES;
	mutex_unlock(&container->lock);
}
