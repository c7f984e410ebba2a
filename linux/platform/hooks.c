// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a fault is: calls from one file of the kernel's into another, which linux/link leads
 * through here (the lists in linux/lists). They stamp, and call what was called.
 */
#include <linux/iommu.h>
#include <linux/mm.h>
#include <linux/rwsem.h>
#include <linux/workqueue.h>

#include "platform.h"

static unsigned long nr_page_faults;

unsigned long ksim_nr_page_faults(void)
{
	return nr_page_faults;
}

/* --- the group that the running worker handles --- */

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
/* As io-pgfault.c has it, for itself. */
struct iopf_fault {
	struct iommu_fault fault;
	struct list_head list;
};

struct iopf_group {
	struct iopf_fault last_fault;
	struct list_head faults;
	struct work_struct work;
	struct device *dev;
};

static struct device *device_of(const struct iopf_group *group)
{
	return group->dev;
}
#else
static struct device *device_of(const struct iopf_group *group)
{
	return group->fault_param->dev;
}
#endif

static const struct iopf_group *current_group(void)
{
	struct work_struct *work = current_work();

	return work ? container_of(work, struct iopf_group, work) : NULL;
}

static void stamp(enum ksim_stage stage)
{
	const struct iopf_group *group = current_group();

	if (group)
		ksim_stamp(stage, ksim_device_number(device_of(group)),
			   group->last_fault.fault.prm.grpid);
}

void ksim_hook_down_read(struct rw_semaphore *sem);
vm_fault_t ksim_hook_handle_mm_fault(struct vm_area_struct *vma, unsigned long address,
				     unsigned int flags, struct pt_regs *regs);

void ksim_hook_down_read(struct rw_semaphore *sem)
{
	stamp(KSIM_STAGE_HANDLED);
	ksim_called_from(_RET_IP_);
	down_read(sem);
	stamp(KSIM_STAGE_LOCKED);
}

vm_fault_t ksim_hook_handle_mm_fault(struct vm_area_struct *vma, unsigned long address,
				     unsigned int flags, struct pt_regs *regs)
{
	vm_fault_t fault;

	nr_page_faults++;
	ksim_charge(KSIM_COST_MINOR_FAULT);
	fault = handle_mm_fault(vma, address, flags, regs);
	ksim_settle();
	stamp(KSIM_STAGE_PINNED);
	return fault;
}

/* --- reported, by the event thread; answered, by the worker --- */

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
int ksim_hook_iommu_report_device_fault(struct device *dev, struct iommu_fault_event *evt);
int ksim_hook_iommu_page_response(struct device *dev, struct iommu_page_response *msg);

int ksim_hook_iommu_report_device_fault(struct device *dev, struct iommu_fault_event *evt)
{
	unsigned int device = ksim_device_number(dev);
	int err;

	if (evt->fault.type == IOMMU_FAULT_PAGE_REQ)
		ksim_stamp(KSIM_STAGE_DEQUEUED, device, evt->fault.prm.grpid);
	err = iommu_report_device_fault(dev, evt);
	ksim_turned(device);
	return err;
}

int ksim_hook_iommu_page_response(struct device *dev, struct iommu_page_response *msg)
{
	unsigned int device = ksim_device_number(dev), tag = msg->grpid;
	int err;

	ksim_answer_begin(device, tag);
	err = iommu_page_response(dev, msg);
	ksim_answer_end(device, tag);
	return err;
}
#else
int ksim_hook_iommu_report_device_fault(struct device *dev, struct iopf_fault *evt);
void ksim_hook_iopf_group_response(struct iopf_group *group, enum iommu_page_response_code status);

int ksim_hook_iommu_report_device_fault(struct device *dev, struct iopf_fault *evt)
{
	unsigned int device = ksim_device_number(dev);
	int err;

	ksim_stamp(KSIM_STAGE_DEQUEUED, device, evt->fault.prm.grpid);
	err = iommu_report_device_fault(dev, evt);
	ksim_turned(device);
	return err;
}

void ksim_hook_iopf_group_response(struct iopf_group *group, enum iommu_page_response_code status)
{
	unsigned int device = ksim_device_number(device_of(group));
	unsigned int tag = group->last_fault.fault.prm.grpid;

	ksim_answer_begin(device, tag);
	iopf_group_response(group, status);
	ksim_answer_end(device, tag);
}
#endif
