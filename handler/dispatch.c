// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dispatch: a whole group goes to a handler, here or in another thread, and the
 * handler to the address space that the group names. A group succeeds if each
 * of its parts does.
 */
#include <linux/delay.h>
#include <linux/errno.h>

#include "design.h"
#include "internal.h"
#include "pfh_trace.h"

void pfh_stamp(struct pfh_group *group, enum pfh_stage stage)
{
	const struct pfh_fault *fault = &group->last.fault;

	if (stage == PFH_STAGE_LOCKED) {
		if (group->is_stamped_locked)
			return;
		group->is_stamped_locked = true;
	}
	trace_pfh_stage(group->pdev->dev, fault->grpid,
			fault->flags & PFH_FAULT_PASID_VALID ? fault->pasid : 0, stage);
}

static void spend_extra_delay(void)
{
	unsigned int delay_ns = READ_ONCE(pfh_extra_delay_ns);

	if (!delay_ns)
		return;
	udelay(delay_ns / 1000);
	ndelay(delay_ns % 1000);
}

static enum pfh_response_code handle_part(struct pfh_group *group, const struct pfh_fault *fault)
{
	if (fault->flags & PFH_FAULT_PASID_VALID)
		return pfh_sva_handle(group, fault);
	if (!group->design)
		return PFH_RESP_INVALID;
	return group->design->handle(group, fault);
}

static enum pfh_response_code handle_parts(struct pfh_group *group)
{
	enum pfh_response_code code = PFH_RESP_SUCCESS;
	struct pfh_part *part;

	list_for_each_entry (part, &group->parts, node) {
		code = handle_part(group, &part->fault);
		if (code != PFH_RESP_SUCCESS)
			break;
	}
	return code;
}

void pfh_handle_group(struct pfh_group *group)
{
	if (pfh_group_begin(group)) {
		pfh_stamp(group, PFH_STAGE_HANDLED);
		spend_extra_delay();
		if (group->last.fault.flags & PFH_FAULT_LEVEL1) {
			/* It stays with the guest, who answers. */
			if (pfh_guest_take(group))
				return;
			pfh_group_respond(group, PFH_RESP_INVALID);
		} else {
			pfh_group_respond(group, handle_parts(group));
		}
	}
	pfh_group_free(group);
}

static void group_work(struct work_struct *work)
{
	pfh_handle_group(container_of(work, struct pfh_group, work));
}

static void queue_to(struct workqueue_struct *wq, struct pfh_group *group)
{
	INIT_WORK(&group->work, group_work);
	queue_work(wq, &group->work);
}

void pfh_dispatch_group(struct pfh_group *group)
{
	switch (group->pdev->dispatch) {
	case PFH_DISPATCH_WORKQUEUE:
		queue_to(pfh_core->wq, group);
		break;
	case PFH_DISPATCH_DEVICE_WORKQUEUE:
		queue_to(group->pdev->wq, group);
		break;
	case PFH_DISPATCH_CPU_THREADS:
		pfh_queue_group(group);
		break;
	default:
		pfh_handle_group(group);
	}
}

/* What the device's dispatch needs. 0 or -ENOMEM. */
int pfh_dispatch_init(struct pfh_device *pdev)
{
	if (pdev->dispatch == PFH_DISPATCH_CPU_THREADS) {
		/* Devices begin at different queues. */
		pdev->next_queue = READ_ONCE(pfh_core->nr_queue_users);
		return pfh_queues_get();
	}
	if (pdev->dispatch == PFH_DISPATCH_DEVICE_WORKQUEUE) {
		pdev->wq = alloc_ordered_workqueue("pfh-%s", 0, dev_name(pdev->dev));
		return pdev->wq ? 0 : -ENOMEM;
	}
	return 0;
}

/* The device takes no groups any more, and none is left. */
void pfh_dispatch_finish(struct pfh_device *pdev)
{
	if (pdev->dispatch == PFH_DISPATCH_CPU_THREADS)
		pfh_queues_put();
	if (pdev->wq)
		destroy_workqueue(pdev->wq);
	pdev->wq = NULL;
}
