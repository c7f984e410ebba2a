// SPDX-License-Identifier: GPL-2.0-only
/* Devices: names, references, their place on a bus. */
#include <linux/device.h>
#include <linux/kernel.h>

#include <linux/bug.h>
#include <linux/iommu.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <stdarg.h>

#include "kapi/internal.h"

/* Operations are those of the one driver, kapi_state->iommu. */
struct bus_type platform_bus_type = {.name = "platform"};

void device_initialize(struct device *dev)
{
	kref_init(&dev->kref);
	INIT_LIST_HEAD(&dev->group_entry);
	if (!dev->bus)
		dev->bus = &platform_bus_type;
}

int dev_set_name(struct device *dev, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(dev->name, sizeof(dev->name), fmt, args);
	va_end(args);
	return 0;
}

const char *dev_name(const struct device *dev)
{
	return dev->init_name ? dev->init_name : dev->name;
}

struct device *get_device(struct device *dev)
{
	if (dev)
		kref_get(&dev->kref);
	return dev;
}

static void device_release(struct kref *kref)
{
	struct device *dev = container_of(kref, struct device, kref);

	if (dev->release)
		dev->release(dev);
}

void put_device(struct device *dev)
{
	if (dev)
		kref_put(&dev->kref, device_release);
}

int device_add(struct device *dev)
{
	int err = kapi_state->iommu ? iommu_probe_device(dev) : 0;

	/* The IOMMU driver does not know it: then it has no IOMMU. */
	return err == -ENODEV ? 0 : err;
}

void device_del(struct device *dev)
{
	iommu_release_device(dev);
}

int device_register(struct device *dev)
{
	device_initialize(dev);
	return device_add(dev);
}

void device_unregister(struct device *dev)
{
	device_del(dev);
	put_device(dev);
}

static void platform_device_release(struct device *dev)
{
	kfree(to_platform_device(dev));
}

static void name_platform_device(struct platform_device *pdev)
{
	if (pdev->id == PLATFORM_DEVID_NONE)
		dev_set_name(&pdev->dev, "%s", pdev->name);
	else if (pdev->id == PLATFORM_DEVID_AUTO)
		dev_set_name(&pdev->dev, "%s.%d.auto", pdev->name, kapi_state->next_device_id++);
	else
		dev_set_name(&pdev->dev, "%s.%d", pdev->name, pdev->id);
}

struct platform_device *platform_device_register_simple(const char *name, int id,
							const struct resource *res, unsigned int nr)
{
	struct platform_device *pdev = kzalloc(sizeof(*pdev), GFP_KERNEL);
	int err;

	if (!pdev)
		return ERR_PTR(-ENOMEM);
	pdev->name = name;
	pdev->id = id;
	pdev->dev.release = platform_device_release;
	device_initialize(&pdev->dev);
	name_platform_device(pdev);
	err = device_add(&pdev->dev);
	if (err) {
		put_device(&pdev->dev);
		return ERR_PTR(err);
	}
	return pdev;
}

void platform_device_unregister(struct platform_device *pdev)
{
	if (!IS_ERR_OR_NULL(pdev))
		device_unregister(&pdev->dev);
}
