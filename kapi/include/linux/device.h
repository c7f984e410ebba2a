/* SPDX-License-Identifier: GPL-2.0-only */
/* Changed: a device is a name, driver data and its place below an IOMMU; no sysfs, no driver
 * binding. A device that is on no bus is on the platform bus. */
#ifndef _LINUX_DEVICE_H
#define _LINUX_DEVICE_H

#include <linux/dev_printk.h>
#include <linux/err.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/types.h>

struct iommu_group;
struct iommu_ops;
struct device;

struct bus_type {
	const char *name;
	const struct iommu_ops *iommu_ops;
};

extern struct bus_type platform_bus_type;

struct device {
	const char *init_name;
	char name[32];
	struct device *parent;
	struct bus_type *bus;
	void *driver_data;
	void (*release)(struct device *dev);
	struct kref kref;
	struct iommu_group *iommu_group;
	struct list_head group_entry; /* in iommu_group's devices */
};

void device_initialize(struct device *dev);
/* Puts it on its bus: the IOMMU driver is asked for it. 0 or -errno. */
int device_add(struct device *dev);
void device_del(struct device *dev);
int device_register(struct device *dev);
void device_unregister(struct device *dev);
int __attribute__((__format__(printf, 2, 3)))
dev_set_name(struct device *dev, const char *fmt, ...);
struct device *get_device(struct device *dev);
void put_device(struct device *dev);

static inline void *dev_get_drvdata(const struct device *dev)
{
	return dev->driver_data;
}

static inline void dev_set_drvdata(struct device *dev, void *data)
{
	dev->driver_data = data;
}

#endif
