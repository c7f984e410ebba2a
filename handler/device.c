// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices under fault handling. The state is counted: one reference for who
 * registered, one for each group, more for a driver that asks.
 */
#include <linux/errno.h>
#include <linux/slab.h>

#include "internal.h"

struct pfh_device *pfh_device_get(struct pfh_device *pdev)
{
	kref_get(&pdev->kref);
	return pdev;
}

static void device_release(struct kref *kref)
{
	struct pfh_device *pdev = container_of(kref, struct pfh_device, kref);

	xa_destroy(&pdev->bonds);
	put_device(pdev->dev);
	kfree(pdev);
}

void pfh_device_put(struct pfh_device *pdev)
{
	kref_put(&pdev->kref, device_release);
}

u32 pfh_device_capabilities(struct pfh_device *pdev)
{
	const struct pfh_device_ops *ops = pdev->ops;

	if (ops->capabilities)
		return ops->capabilities(pdev->dev);
	return (ops->enable_faults ? PFH_CAP_FAULTS : 0) | (ops->sva_attach ? PFH_CAP_SVA : 0);
}

/* The device's mutex is held. Nests. */
int pfh_enable_faults(struct pfh_device *pdev)
{
	int err = 0;

	if (pdev->is_removed)
		return -ENODEV;
	if (!pdev->nr_enables)
		err = pdev->ops->enable_faults(pdev->dev);
	if (!err)
		pdev->nr_enables++;
	return err;
}

/* The device's mutex is held. */
void pfh_disable_faults(struct pfh_device *pdev)
{
	if (!--pdev->nr_enables && !pdev->is_removed)
		pdev->ops->disable_faults(pdev->dev);
}
