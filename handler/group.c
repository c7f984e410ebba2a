// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page request groups: a group is allocated with its last part, published in its
 * device's list together with the parts that waited for that, and freed when it
 * has been answered. Parts of groups that will never be whole are discarded.
 */
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

/* With a reference to the device. NULL: no memory. */
struct pfh_group *pfh_group_alloc(struct pfh_device *pdev, const struct pfh_fault *last)
{
	struct pfh_group *group = kzalloc(sizeof(*group), GFP_KERNEL);

	if (!group)
		return NULL;
	INIT_LIST_HEAD(&group->parts);
	group->last.fault = *last;
	group->pdev = pfh_device_get(pdev);
	return group;
}

/* Return: false: the device takes no groups any more. */
bool pfh_group_publish(struct pfh_group *group)
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
void pfh_group_release(struct pfh_group *group)
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
	pfh_group_release(group);
}
