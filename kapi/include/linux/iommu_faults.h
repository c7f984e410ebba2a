/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour (Linux 6.1): registering a device's fault handler, reporting, page
 * responses, with the kernel's locks. In the kernel this is a part of <linux/iommu.h>, which
 * includes it.
 * Left out: firmware specifications. Changed: the state of a device is made by
 * kapi_dev_iommu_create(). */
#ifndef _LINUX_IOMMU_FAULTS_H
#define _LINUX_IOMMU_FAULTS_H

#include <linux/device.h>
#include <linux/ioasid.h>
#include <linux/list.h>
#include <linux/mm.h> /* in the kernel by <linux/scatterlist.h> */
#include <linux/mutex.h>
#include <uapi/linux/iommu.h>

struct iopf_device_param;

typedef int (*iommu_dev_fault_handler_t)(struct iommu_fault *fault, void *cookie);

struct iommu_fault_event {
	struct iommu_fault fault;
	struct list_head list;
};

struct iommu_fault_param {
	iommu_dev_fault_handler_t handler;
	void *data;
	struct list_head faults; /* that await their response */
	struct mutex lock;	 /* faults */
};

/* What the IOMMU API keeps of a device. */
struct dev_iommu {
	struct mutex lock; /* the pointers; held across a report */
	struct iommu_fault_param *fault_param;
	struct iopf_device_param *iopf_param;
};

/* 0, -EINVAL no dev_iommu, -EBUSY has one, -ENOMEM. */
int iommu_register_device_fault_handler(struct device *dev, iommu_dev_fault_handler_t handler,
					void *data);
/* 0, -EINVAL none, -EBUSY faults await their response. */
int iommu_unregister_device_fault_handler(struct device *dev);
/* 0; -EINVAL nobody handles; what the handler says: then the caller answers. May sleep. */
int iommu_report_device_fault(struct device *dev, struct iommu_fault_event *event);
/* 0, -ENODEV, -EINVAL no such fault is pending; what the driver says. May sleep. */
int iommu_page_response(struct device *dev, struct iommu_page_response *response);

/* 0, -ENOMEM. */
int kapi_dev_iommu_create(struct device *dev);
/* No handler is registered any more. Accepts a device without. */
void kapi_dev_iommu_destroy(struct device *dev);

#endif
