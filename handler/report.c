// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reporting: page requests become page request groups. Parts that are not the
 * last wait in the device's partial list; the last one collects those of its
 * group, and the group is whole.
 *
 * A part that cannot be kept is forgotten: the group is handled without it, and
 * the device, which retries all of its accesses, asks again. A last part that
 * cannot be kept is answered here, or the device would wait for ever.
 */
#include <linux/errno.h>
#include <linux/slab.h>

#include "internal.h"

static void free_parts(struct list_head *parts, const struct pfh_part *except)
{
	struct pfh_part *part, *next;

	list_for_each_entry_safe (part, next, parts, node) {
		if (part != except)
			kfree(part);
	}
}

/* The device is locked. Move the parts of @scope (and @grpid, if not NULL) to @parts. */
static void take_partial(struct pfh_device *pdev, const struct pfh_scope *scope, const u32 *grpid,
			 struct list_head *parts)
{
	struct pfh_part *part, *next;

	list_for_each_entry_safe (part, next, &pdev->partial, node) {
		if (pfh_scope_has(scope, &part->fault) && (!grpid || part->fault.grpid == *grpid))
			list_move_tail(&part->node, parts);
	}
}

void pfh_discard_partial(struct pfh_device *pdev, const struct pfh_scope *scope)
{
	LIST_HEAD(parts);

	spin_lock(&pdev->lock);
	take_partial(pdev, scope, NULL, &parts);
	spin_unlock(&pdev->lock);
	free_parts(&parts, NULL);
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
		list_add_tail(&part->node, &pdev->partial);
	spin_unlock(&pdev->lock);
	if (is_taken)
		return 0;
	kfree(part);
	return -ENODEV;
}

static struct pfh_scope scope_of(const struct pfh_fault *fault)
{
	return fault->flags & PFH_FAULT_PASID_VALID ? PFH_SCOPE_PASID(fault->pasid)
						    : PFH_SCOPE_NO_PASID;
}

/* Nobody will handle @fault's group: forget its parts, answer it. */
static int refuse_last(struct pfh_device *pdev, const struct pfh_fault *fault,
		       enum pfh_response_code code, int err)
{
	struct pfh_scope scope = scope_of(fault);
	LIST_HEAD(parts);

	spin_lock(&pdev->lock);
	take_partial(pdev, &scope, &fault->grpid, &parts);
	spin_unlock(&pdev->lock);
	free_parts(&parts, NULL);
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
	struct pfh_scope scope = scope_of(&group->last.fault);
	struct pfh_device *pdev = group->pdev;
	bool is_taken;

	spin_lock(&pdev->lock);
	is_taken = pdev->is_accepting;
	if (is_taken) {
		take_partial(pdev, &scope, &group->last.fault.grpid, &group->parts);
		list_add_tail(&group->last.node, &group->parts);
		list_add_tail(&group->node, &pdev->groups);
	}
	spin_unlock(&pdev->lock);
	return is_taken;
}

/* It was never published, or has left the device's list. */
static void group_release(struct pfh_group *group)
{
	free_parts(&group->parts, &group->last);
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
