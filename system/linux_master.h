/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between linux_iopf.c, which sees the kernel's struct iommu_fault, and
 * linux_master.c, which sees the models' one: no file can include both.
 */
#ifndef SYSTEM_LINUX_MASTER_H
#define SYSTEM_LINUX_MASTER_H

#include "handler/pfh.h"

struct iommu_fault_event;
struct iommu_page_response;

/** sys_linux_ops() - the operations of the driver that has the device. */
const struct pfh_device_ops *sys_linux_ops(struct device *dev);

/** sys_linux_init() - its queue. 0, -ENOMEM, -EOPNOTSUPP: not in this build. */
int sys_linux_init(void);
/* Nothing is bound any more. */
void sys_linux_exit(void);

/* linux_iopf.h has these for a struct sys_master. */
int sys_linux_bind_dev(struct device *dev, struct mm_struct *mm, u32 *pasid);
void sys_linux_unbind_dev(struct device *dev, u32 pasid);
int sys_linux_report_dev(struct device *dev, const struct pfh_fault *fault, bool is_page_request);
void sys_linux_discard(void);

/* Of a driver's iommu_ops: sends the response by the driver's pfh_ops. */
int sys_linux_page_response(struct device *dev, struct iommu_fault_event *event,
			    struct iommu_page_response *response);

#endif
