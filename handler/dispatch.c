// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dispatch: a whole group goes to the handler (handle.c), here or in another
 * thread.
 */
#include <linux/errno.h>

#include "internal.h"

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
