// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reporting: page requests become page request groups. Parts that are not the
 * last wait (partial.c); the last one collects those of its
 * group, and the group is whole.
 *
 * A part that cannot be kept is forgotten: the group is handled without it, and
 * the device, which retries all of its accesses, asks again. A last part that
 * cannot be kept is answered here, or the device would wait for ever.
 */
#include <linux/errno.h>
#include <linux/slab.h>

#include "internal.h"

void pfh_free_parts(struct list_head *parts, const struct pfh_part *except)
{
	struct pfh_part *part, *next;

	list_for_each_entry_safe (part, next, parts, node) {
		if (part != except)
			kfree(part);
	}
}

void pfh_discard_partial(struct pfh_device *pdev, const struct pfh_scope *scope)
{
	LIST_HEAD(parts);

	spin_lock(&pdev->lock);
	pfh_partials_take_scope(&pdev->partials, scope, &parts);
	spin_unlock(&pdev->lock);
	pfh_free_parts(&parts, NULL);
}

void pfh_discard_partials(struct pfh_device *pdev)
{
	pfh_discard_partial(pdev, &PFH_SCOPE_ALL);
}

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

static struct pfh_group *group_alloc(struct pfh_device *pdev, const struct pfh_fault *last)
{
	struct pfh_group *group = kzalloc(sizeof(*group), GFP_KERNEL);

	if (!group)
		return NULL;
	INIT_LIST_HEAD(&group->parts);
	group->last.fault = *last;
	group->pdev = pfh_device_get(pdev);
	return group;
}

static bool group_publish(struct pfh_group *group)
{
	struct pfh_device *pdev = group->pdev;
	bool is_taken;

	spin_lock(&pdev->lock);
	is_taken = pdev->is_accepting;
	if (is_taken) {
		pfh_partials_take_group(&pdev->partials, &group->last.fault, &group->parts);
		list_add_tail(&group->last.node, &group->parts);
		list_add_tail(&group->node, &pdev->groups);
	}
	spin_unlock(&pdev->lock);
	return is_taken;
}

/* It was never published, or has left the device's list. */
static void group_release(struct pfh_group *group)
{
	pfh_free_parts(&group->parts, &group->last);
	pfh_device_put(group->pdev);
	kfree(group);
}

void pfh_group_free(struct pfh_group *group)
{
	struct pfh_device *pdev = group->pdev;
	bool is_awaited;

	spin_lock(&pdev->lock);
	list_del(&group->node);
	is_awaited = pdev->nr_drains;
	spin_unlock(&pdev->lock);
	if (is_awaited)
		wake_up_all(&pdev->idle);
	group_release(group);
}

int pfh_report_fault(struct pfh_device *pdev, const struct pfh_fault *fault)
{
	struct pfh_group *group;

	if (!(fault->flags & PFH_FAULT_LAST_PAGE))
		return report_part(pdev, fault);
	group = group_alloc(pdev, fault);
	if (!group)
		return refuse_last(pdev, fault, PFH_RESP_FAILURE, -ENOMEM);
	if (!group_publish(group)) {
		group_release(group);
		return refuse_last(pdev, fault, PFH_RESP_INVALID, -ENODEV);
	}
	pfh_dispatch_group(group);
	return 0;
}
