// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reporting: page requests become page request groups. Parts that are not the
 * last wait (partial.c); the last one collects those of its group (group.c), and
 * the group is whole.
 *
 * A part that cannot be kept is forgotten: the group is handled without it, and
 * the device, which retries all of its accesses, asks again. A last part that
 * cannot be kept is answered here, or the device would wait for ever.
 */
#include <linux/errno.h>
#include <linux/slab.h>

#include "internal.h"

static int report_part(struct pfh_device *pdev, const struct pfh_fault *fault)
{
	struct pfh_part *part = kmalloc(sizeof(*part), GFP_KERNEL);
	bool is_taken;

	if (!part)
		return -ENOMEM;
	part->fault = *fault;
	spin_lock(&pdev->lock);
	is_taken = pdev->is_accepting;
	if (is_taken)
		pfh_partials_add(&pdev->partials, part);
	spin_unlock(&pdev->lock);
	if (is_taken)
		return 0;
	kfree(part);
	return -ENODEV;
}

/* Nobody will handle @fault's group: forget its parts, answer it. */
static int refuse_last(struct pfh_device *pdev, const struct pfh_fault *fault,
		       enum pfh_response_code code, int err)
{
	LIST_HEAD(parts);

	spin_lock(&pdev->lock);
	pfh_partials_take_group(&pdev->partials, fault, &parts);
	spin_unlock(&pdev->lock);
	pfh_free_parts(&parts, NULL);
	pfh_respond_fault(pdev, fault, code);
	return err;
}

int pfh_report_fault(struct pfh_device *pdev, const struct pfh_fault *fault)
{
	struct pfh_group *group;

	if (!(fault->flags & PFH_FAULT_LAST_PAGE))
		return report_part(pdev, fault);
	group = pfh_group_alloc(pdev, fault);
	if (!group)
		return refuse_last(pdev, fault, PFH_RESP_FAILURE, -ENOMEM);
	if (!pfh_group_publish(group)) {
		pfh_group_release(group);
		return refuse_last(pdev, fault, PFH_RESP_INVALID, -ENODEV);
	}
	pfh_dispatch_group(group);
	return 0;
}
