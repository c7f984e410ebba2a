// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fault reporting of the IOMMU API as in Linux 6.1: one handler for a device, a list of
 * faults that await their response, and the locks that lie around both.
 */
#include <linux/iommu.h>

#include <linux/printk.h>
#include <linux/slab.h>

#include "kapi/internal.h"
#include "sim/defects.h"

int kapi_dev_iommu_create(struct device *dev)
{
	struct dev_iommu *param = kzalloc(sizeof(*param), GFP_KERNEL);

	if (!param)
		return -ENOMEM;
	mutex_init(&param->lock);
	dev->iommu = param;
	return 0;
}

void kapi_dev_iommu_destroy(struct device *dev)
{
	kfree(dev->iommu);
	dev->iommu = NULL;
}

/* --- handlers --- */

static int register_locked(struct dev_iommu *param, iommu_dev_fault_handler_t handler, void *data)
{
	struct iommu_fault_param *fparam;

	if (param->fault_param)
		return -EBUSY;
	fparam = kzalloc(sizeof(*fparam), GFP_KERNEL);
	if (!fparam)
		return -ENOMEM;
	fparam->handler = handler;
	fparam->data = data;
	mutex_init(&fparam->lock);
	INIT_LIST_HEAD(&fparam->faults);
	param->fault_param = fparam;
	return 0;
}

int iommu_register_device_fault_handler(struct device *dev, iommu_dev_fault_handler_t handler,
					void *data)
{
	struct dev_iommu *param = dev->iommu;
	int err;

	if (!param)
		return -EINVAL;
	mutex_lock(&param->lock);
	err = register_locked(param, handler, data);
	mutex_unlock(&param->lock);
	return err;
}

int iommu_unregister_device_fault_handler(struct device *dev)
{
	struct dev_iommu *param = dev->iommu;
	int err = 0;

	if (!param)
		return -EINVAL;
	mutex_lock(&param->lock);
	if (!param->fault_param) {
		err = -EINVAL;
	} else if (!list_empty(&param->fault_param->faults)) {
		err = -EBUSY;
	} else {
		kfree(param->fault_param);
		param->fault_param = NULL;
	}
	mutex_unlock(&param->lock);
	return err;
}

/* --- reports --- */

static bool awaits_response(const struct iommu_fault *fault)
{
	return fault->type == IOMMU_FAULT_PAGE_REQ &&
	       fault->prm.flags & IOMMU_FAULT_PAGE_REQUEST_LAST_PAGE;
}

static struct iommu_fault_event *add_pending(struct iommu_fault_param *fparam,
					     const struct iommu_fault_event *event)
{
	struct iommu_fault_event *pending = kmemdup(event, sizeof(*event), GFP_KERNEL);

	if (!pending)
		return NULL;
	mutex_lock(&fparam->lock);
	list_add_tail(&pending->list, &fparam->faults);
	mutex_unlock(&fparam->lock);
	return pending;
}

static void drop_pending(struct iommu_fault_param *fparam, struct iommu_fault_event *pending)
{
	mutex_lock(&fparam->lock);
	list_del(&pending->list);
	mutex_unlock(&fparam->lock);
	kfree(pending);
}

static int report_locked(struct iommu_fault_param *fparam, struct iommu_fault_event *event)
{
	struct iommu_fault_event *pending = NULL;
	int err;

	if (!fparam || !fparam->handler)
		return -EINVAL;
	if (awaits_response(&event->fault)) {
		pending = add_pending(fparam, event);
		if (!pending)
			return -ENOMEM;
	}
	err = fparam->handler(&event->fault, fparam->data);
	if (err && pending)
		drop_pending(fparam, pending);
	return err;
}

int iommu_report_device_fault(struct device *dev, struct iommu_fault_event *event)
{
	struct dev_iommu *param = dev->iommu;
	int err;

	if (!param || !event)
		return -EINVAL;
	mutex_lock(&param->lock);
	err = report_locked(param->fault_param, event);
	mutex_unlock(&param->lock);
	return err;
}

/* --- responses --- */

/* Is it @pending's? A response whose PASID was not asked for loses it. */
static bool answers(struct iommu_page_response *response, const struct iommu_fault_event *pending)
{
	const struct iommu_fault_page_request *prm = &pending->fault.prm;
	bool needs_pasid = prm->flags & IOMMU_FAULT_PAGE_RESPONSE_NEEDS_PASID;
	bool has_pasid = response->flags & IOMMU_PAGE_RESP_PASID_VALID;

	if (prm->grpid != response->grpid)
		return false;
	if (needs_pasid)
		return has_pasid && response->pasid == prm->pasid;
	if (has_pasid) {
		response->flags = 0;
		response->pasid = 0;
	}
	return true;
}

static int respond_locked(struct device *dev, struct iommu_fault_param *fparam,
			  const struct iommu_ops *ops, struct iommu_page_response *response)
{
	struct iommu_fault_event *pending;
	int err;

	list_for_each_entry (pending, &fparam->faults, list) {
		if (!answers(response, pending))
			continue;
		err = ops->page_response(dev, pending, response);
		list_del(&pending->list);
		kfree(pending);
		return err;
	}
	pr_warn("%s: no fault is pending that this response is for\n", dev_name(dev));
	sim_defect(
		&sim_defects()->counts.unawaited_answers,
		"%s: group %u, PASID %u, is answered by thread '%s', and awaits no answer: it has "
		"one, or was never reported",
		dev_name(dev), response->grpid, response->pasid, current->comm);
	return -EINVAL;
}

int iommu_page_response(struct device *dev, struct iommu_page_response *response)
{
	const struct iommu_ops *ops = kapi_state->iommu ? kapi_state->iommu->ops : NULL;
	struct dev_iommu *param = dev->iommu;
	int err;

	if (!ops || !ops->page_response)
		return -ENODEV;
	if (!param || !param->fault_param)
		return -EINVAL;
	if (response->version != IOMMU_PAGE_RESP_VERSION_1 ||
	    response->flags & ~IOMMU_PAGE_RESP_PASID_VALID)
		return -EINVAL;
	/* As there: who registers, unregisters only when nothing is pending. */
	mutex_lock(&param->fault_param->lock);
	err = respond_locked(dev, param->fault_param, ops, response);
	mutex_unlock(&param->fault_param->lock);
	return err;
}
