// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices come under fault handling and leave it: with their dispatch, and
 * without anything that still uses them.
 */
#include <linux/err.h>
#include <linux/slab.h>

#include "container.h"

struct pfh_device *pfh_device_register(struct device *dev, const struct pfh_device_ops *ops,
				       enum pfh_dispatch dispatch)
{
	struct pfh_device *pdev = kzalloc(sizeof(*pdev), GFP_KERNEL);
	int err;

	if (!pdev)
		return ERR_PTR(-ENOMEM);
	pdev->dev = dev;
	pdev->ops = ops;
	pdev->dispatch = dispatch;
	err = pfh_dispatch_init(pdev);
	if (err) {
		kfree(pdev);
		return ERR_PTR(err);
	}
	get_device(dev);
	kref_init(&pdev->kref);
	mutex_init(&pdev->mutex);
	INIT_LIST_HEAD(&pdev->container_node);
	xa_init(&pdev->bonds);
	spin_lock_init(&pdev->lock);
	pdev->is_accepting = true;
	pfh_partials_init(&pdev->partials);
	INIT_LIST_HEAD(&pdev->groups);
	init_waitqueue_head(&pdev->idle);
	return pdev;
}

/*
 * The order matters: no new faults, then nothing is taken any more, then what
 * is there ends, and only then goes what the handlers use.
 */
void pfh_device_unregister(struct pfh_device *pdev)
{
	struct pfh_container *container;

	mutex_lock(&pdev->mutex);
	if (pdev->nr_enables)
		pdev->ops->disable_faults(pdev->dev);
	pdev->is_removed = true;
	container = pdev->attached;
	if (container)
		pfh_container_get(container);
	mutex_unlock(&pdev->mutex);

	spin_lock(&pdev->lock);
	pdev->is_accepting = false;
	spin_unlock(&pdev->lock);
	/* What a guest has not answered waits for nobody else. */
	pfh_guest_detach(pdev);
	pfh_drain(pdev, PFH_SCOPE_ALL);
	pfh_dispatch_finish(pdev);

	if (container) {
		pfh_container_detach(container, pdev);
		pfh_container_put(container);
	}
	pfh_sva_unbind_all(pdev);
	pfh_device_put(pdev);
}
