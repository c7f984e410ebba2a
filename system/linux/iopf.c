// SPDX-License-Identifier: GPL-2.0-only
/*
 * Around the kernel's io-pgfault.c what an IOMMU driver of Linux 6.1 does: a queue,
 * its devices, a handler for each, PASIDs, reports in the kernel's form and
 * responses out of it.
 *
 * Left out: more than one address space at a time.
 */
#include <linux/iommu.h>

#include <linux/bug.h>
#include <linux/err.h>
#include <linux/ioasid.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "system/linux/iopf.h"

/* The kernel's header for these is private to its folder. */
struct iopf_queue;
int iommu_queue_iopf(struct iommu_fault *fault, void *cookie);
int iopf_queue_add_device(struct iopf_queue *queue, struct device *dev);
int iopf_queue_remove_device(struct iopf_queue *queue, struct device *dev);
int iopf_queue_flush_dev(struct device *dev);
struct iopf_queue *iopf_queue_alloc(const char *name);
void iopf_queue_free(struct iopf_queue *queue);
int iopf_queue_discard_partial(struct iopf_queue *queue);
struct mm_struct *iommu_sva_find(ioasid_t pasid);

#define THE_PASID 1

struct linux_handler {
	struct iopf_queue *queue;
	struct mm_struct *mm; /* that THE_PASID stands for */
};

static struct linux_handler *handler;

bool sys_linux_is_built(void)
{
	return true;
}

static const struct pfh_device_ops *ops_of(struct device *dev)
{
	const struct sys_master *master = dev_get_drvdata(dev);

	return master->iommu->driver->pfh_ops;
}

int sys_linux_init(void)
{
	handler = kzalloc(sizeof(*handler), GFP_KERNEL);
	if (!handler)
		return -ENOMEM;
	handler->queue = iopf_queue_alloc("sim");
	if (handler->queue)
		return 0;
	kfree(handler);
	handler = NULL;
	return -ENOMEM;
}

void sys_linux_exit(void)
{
	if (!handler)
		return;
	iopf_queue_free(handler->queue);
	kfree(handler);
	handler = NULL;
}

/* Linux: iommu_sva_find(), with a user for the caller. */
struct mm_struct *iommu_sva_find(ioasid_t pasid)
{
	struct mm_struct *mm = pasid == THE_PASID ? READ_ONCE(handler->mm) : NULL;

	return mm && mmget_not_zero(mm) ? mm : NULL;
}

/* --- binding --- */

/* Linux: arm_smmu_master_sva_enable_iopf() */
static int enable(struct device *dev)
{
	int err = iopf_queue_add_device(handler->queue, dev);

	if (err)
		return err;
	err = iommu_register_device_fault_handler(dev, iommu_queue_iopf, dev);
	if (!err) {
		err = ops_of(dev)->enable_faults(dev);
		if (!err)
			return 0;
		iommu_unregister_device_fault_handler(dev);
	}
	iopf_queue_remove_device(handler->queue, dev);
	return err;
}

static void disable(struct device *dev)
{
	ops_of(dev)->disable_faults(dev);
	iopf_queue_flush_dev(dev);
	WARN_ON(iommu_unregister_device_fault_handler(dev));
	iopf_queue_remove_device(handler->queue, dev);
}

static int bind(struct device *dev, struct mm_struct *mm, u32 *pasid)
{
	int err = kapi_dev_iommu_create(dev);

	if (err)
		return err;
	WARN_ON(handler->mm && handler->mm != mm);
	handler->mm = mm;
	*pasid = THE_PASID;
	err = enable(dev);
	if (err)
		goto err_destroy;
	err = ops_of(dev)->sva_attach(dev, THE_PASID, mm);
	if (err)
		goto err_disable;
	return 0;

err_disable:
	disable(dev);
err_destroy:
	kapi_dev_iommu_destroy(dev);
	return err;
}

int sys_linux_bind(struct sys_master *master, struct mm_struct *mm, u32 *pasid)
{
	int err;

	master->has_linux_handler = true;
	err = bind(master->dev, mm, pasid);
	if (err)
		master->has_linux_handler = false;
	return err;
}

/* Faults of the PASID end before it means nothing any more. */
void sys_linux_unbind(struct sys_master *master, u32 pasid)
{
	ops_of(master->dev)->sva_detach(master->dev, pasid);
	iopf_queue_flush_dev(master->dev);
	disable(master->dev);
	kapi_dev_iommu_destroy(master->dev);
	master->has_linux_handler = false;
}

/* --- faults --- */

static u32 perm_of(u32 perm)
{
	return (perm & PFH_PERM_READ ? IOMMU_FAULT_PERM_READ : 0) |
	       (perm & PFH_PERM_WRITE ? IOMMU_FAULT_PERM_WRITE : 0) |
	       (perm & PFH_PERM_EXEC ? IOMMU_FAULT_PERM_EXEC : 0) |
	       (perm & PFH_PERM_PRIV ? IOMMU_FAULT_PERM_PRIV : 0);
}

/* Stall tags need no PASID in their response, page request groups do if they had one. */
static u32 flags_of(u32 flags, bool is_page_request)
{
	u32 linux_flags = 0;

	if (flags & PFH_FAULT_LAST_PAGE)
		linux_flags |= IOMMU_FAULT_PAGE_REQUEST_LAST_PAGE;
	if (flags & PFH_FAULT_PASID_VALID)
		linux_flags |= IOMMU_FAULT_PAGE_REQUEST_PASID_VALID;
	if (flags & PFH_FAULT_PASID_VALID && is_page_request)
		linux_flags |= IOMMU_FAULT_PAGE_RESPONSE_NEEDS_PASID;
	return linux_flags;
}

static enum pfh_response_code code_of(u32 code)
{
	switch (code) {
	case IOMMU_PAGE_RESP_SUCCESS:
		return PFH_RESP_SUCCESS;
	case IOMMU_PAGE_RESP_INVALID:
		return PFH_RESP_INVALID;
	default:
		return PFH_RESP_FAILURE;
	}
}

static void respond(struct device *dev, const struct iommu_fault_page_request *prm, u32 code)
{
	const struct pfh_response response = {
		.pasid = prm->pasid,
		.grpid = prm->grpid,
		.pasid_valid = prm->flags & IOMMU_FAULT_PAGE_REQUEST_PASID_VALID,
		.code = code_of(code),
	};

	ops_of(dev)->page_response(dev, &response);
}

int sys_linux_page_response(struct device *dev, struct iommu_fault_event *event,
			    struct iommu_page_response *response)
{
	respond(dev, &event->fault.prm, response->code);
	return 0;
}

int sys_linux_report(struct sys_master *master, const struct pfh_fault *fault)
{
	struct iommu_fault_event event = {
		.fault.type = IOMMU_FAULT_PAGE_REQ,
		.fault.prm =
			{
				.flags = flags_of(fault->flags, master->pci),
				.pasid = fault->pasid,
				.grpid = fault->grpid,
				.perm = perm_of(fault->perm),
				.addr = fault->addr,
			},
	};
	int err = iommu_report_device_fault(master->dev, &event);

	/* Nobody cared: end the access. */
	if (err && fault->flags & PFH_FAULT_LAST_PAGE)
		respond(master->dev, &event.fault.prm, IOMMU_PAGE_RESP_INVALID);
	return err;
}

void sys_linux_discard_partials(struct sys_master *master)
{
	iopf_queue_discard_partial(handler->queue);
}
