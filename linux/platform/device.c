// SPDX-License-Identifier: GPL-2.0-only
/* Devices behind IOMMUs, whoever describes them: what their driver switches on, and SVA. */
#include <linux/device.h>
#include <linux/iommu.h>
#include <linux/pci.h>
#include <linux/platform_device.h>

#include "platform.h"

#define MAX_DEVICES 1024

static struct device *devices[MAX_DEVICES];
static bool has_features[MAX_DEVICES];
static DEFINE_MUTEX(features_lock);
static struct iommu_sva *bonds[MAX_DEVICES];

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
/* A driver does that itself, when a domain comes that wants it. */
static int enable_features(struct device *dev)
{
	return 0;
}

static void disable_features(struct device *dev)
{
}
#else
/* arm-smmu-v3 knows no page requests: endpoints behind it have SVA of what is present. */
static bool has_page_faults(const struct device *dev)
{
	return !IS_ENABLED(CONFIG_ARM_SMMU_V3) || !dev_is_pci(dev);
}

static void disable_page_faults(struct device *dev)
{
	if (has_page_faults(dev))
		iommu_dev_disable_feature(dev, IOMMU_DEV_FEAT_IOPF);
}

/* PRI, or stalls, and then SVA: the kernel's own code sets the hardware up. */
static int enable_features(struct device *dev)
{
	int err = has_page_faults(dev) ? iommu_dev_enable_feature(dev, IOMMU_DEV_FEAT_IOPF) : 0;

	if (err)
		return err;
	err = iommu_dev_enable_feature(dev, IOMMU_DEV_FEAT_SVA);
	if (err)
		disable_page_faults(dev);
	return err;
}

static void disable_features(struct device *dev)
{
	iommu_dev_disable_feature(dev, IOMMU_DEV_FEAT_SVA);
	disable_page_faults(dev);
}
#endif

/* A platform device that may not stall is only attached to domains. */
static bool has_sva(unsigned int number)
{
	const struct ksim_device *device = &ksim_machine()->devices[number];

	return device->is_pci || device->can_stall;
}

static struct device *find(unsigned int number, int is_twice)
{
	if (number >= MAX_DEVICES)
		return NULL;
	return ksim_machine()->devices[number].is_pci ? ksim_find_endpoint(number)
						      : ksim_add_platform_device(number, is_twice);
}

static void unplug(struct device *dev)
{
	if (dev_is_pci(dev))
		pci_stop_and_remove_bus_device_locked(to_pci_dev(dev));
	else
		platform_device_unregister(to_platform_device(dev));
}

int ksim_add_device(unsigned int number, int is_twice)
{
	struct device *dev = find(number, is_twice);

	if (!dev || !dev->iommu_group)
		return -ENODEV;
	devices[number] = dev;
	dev_set_drvdata(dev, (void *)(unsigned long)number);
	return 0;
}

/* Before the first that needs them: a kernel may refuse domains to a device that has SVA. */
int ksim_enable_features(unsigned int number)
{
	int err = 0;

	mutex_lock(&features_lock);
	if (has_sva(number) && !has_features[number]) {
		err = enable_features(devices[number]);
		has_features[number] = !err;
	}
	mutex_unlock(&features_lock);
	return err;
}

void ksim_remove_device(unsigned int number)
{
	struct device *dev = devices[number];

	if (has_features[number])
		disable_features(dev);
	has_features[number] = false;
	unplug(dev);
	devices[number] = NULL;
}

struct device *ksim_device_of(unsigned int number)
{
	return devices[number];
}

int ksim_device_number(const struct device *dev)
{
	return (unsigned long)dev_get_drvdata(dev);
}

int ksim_bind(unsigned int number, void *process, unsigned int *pasid)
{
	struct ksim_bond bond;
	int err = ksim_sva_bind(number, process, &bond);

	if (err)
		return err;
	bonds[number] = bond.handle;
	*pasid = bond.pasid;
	return 0;
}

void ksim_unbind(unsigned int number)
{
	iommu_sva_unbind_device(bonds[number]);
	bonds[number] = NULL;
}
