/* SPDX-License-Identifier: GPL-2.0-only */
/* Changed: a platform device is a device on the platform bus, without resources or driver. */
#ifndef _LINUX_PLATFORM_DEVICE_H
#define _LINUX_PLATFORM_DEVICE_H

#include <linux/device.h>

struct platform_device {
	const char *name;
	int id;
	struct device dev;
};

#define PLATFORM_DEVID_NONE (-1)
#define PLATFORM_DEVID_AUTO (-2)
#define to_platform_device(x) container_of((x), struct platform_device, dev)

struct resource;
struct platform_device *platform_device_register_simple(const char *name, int id,
							const struct resource *res,
							unsigned int nr);
void platform_device_unregister(struct platform_device *pdev);

#endif
