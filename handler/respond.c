// SPDX-License-Identifier: GPL-2.0-only
/*
 * Responding: each group is answered exactly once. The claim is one flag under
 * the device's lock; the device's operation is called with no lock held.
 */
#include <linux/errno.h>

#include "internal.h"

/* Return: does the caller answer it? */
static bool claim(struct pfh_group *group)
{
	struct pfh_device *pdev = group->pdev;
	bool is_ours;

	spin_lock(&pdev->lock);
	is_ours = !group->is_answered;
	group->is_answered = true;
	spin_unlock(&pdev->lock);
	return is_ours;
}

void pfh_respond_fault(struct pfh_device *pdev, const struct pfh_fault *fault,
		       enum pfh_response_code code)
{
	struct pfh_response response = {
		.pasid = fault->pasid,
		.grpid = fault->grpid,
		.pasid_valid = fault->flags & PFH_FAULT_PASID_VALID,
		.code = code,
	};

	pdev->ops->page_response(pdev->dev, &response);
}

/* Return: has this been the answer? Somebody else may have been first. */
bool pfh_group_respond(struct pfh_group *group, enum pfh_response_code code)
{
	if (!claim(group))
		return false;
	pfh_respond_fault(group->pdev, &group->last.fault, code);
	return true;
}

/*
 * A handler takes the group up and sees what the device is attached to.
 * Return: false: it has been answered in the meantime, there is nothing to do.
 */
bool pfh_group_begin(struct pfh_group *group)
{
	struct pfh_device *pdev = group->pdev;
	bool is_ours;

	spin_lock(&pdev->lock);
	is_ours = !group->is_answered;
	group->is_begun = is_ours;
	group->container = pdev->container;
	group->design = pdev->design;
	spin_unlock(&pdev->lock);
	return is_ours;
}

/* --- answers from outside --- */

static bool is_of(const struct pfh_response *response, const struct pfh_fault *fault)
{
	bool has_pasid = fault->flags & PFH_FAULT_PASID_VALID;

	return fault->grpid == response->grpid && has_pasid == response->pasid_valid &&
	       (!has_pasid || fault->pasid == response->pasid);
}

/* The device is locked. */
static struct pfh_group *find_pending(struct pfh_device *pdev, const struct pfh_response *response)
{
	struct pfh_group *group;

	list_for_each_entry (group, &pdev->groups, node) {
		if (!group->is_answered && is_of(response, &group->last.fault))
			return group;
	}
	return NULL;
}

int pfh_respond(struct pfh_device *pdev, const struct pfh_response *response)
{
	struct pfh_group *group;

	spin_lock(&pdev->lock);
	group = find_pending(pdev, response);
	if (group)
		group->is_answered = true;
	spin_unlock(&pdev->lock);
	if (!group)
		return -ENOENT;
	pdev->ops->page_response(pdev->dev, response);
	return 0;
}

/* --- draining --- */

/* The device is locked. One that no handler has begun with, and nobody answered. */
static struct pfh_group *find_waiting(struct pfh_device *pdev, const struct pfh_scope *scope)
{
	struct pfh_group *group;

	list_for_each_entry (group, &pdev->groups, node) {
		if (!group->is_begun && !group->is_answered &&
		    pfh_scope_has(scope, &group->last.fault))
			return group;
	}
	return NULL;
}

/* Answer one waiting group INVALID; its handler will only free it. */
static bool answer_one_waiting(struct pfh_device *pdev, const struct pfh_scope *scope)
{
	struct pfh_fault fault;
	struct pfh_group *group;

	spin_lock(&pdev->lock);
	group = find_waiting(pdev, scope);
	if (group) {
		group->is_answered = true;
		fault = group->last.fault;
	}
	spin_unlock(&pdev->lock);
	if (!group)
		return false;
	pfh_respond_fault(pdev, &fault, PFH_RESP_INVALID);
	return true;
}

static bool is_drained(struct pfh_device *pdev, const struct pfh_scope *scope)
{
	struct pfh_group *group;
	bool is_drained = true;

	spin_lock(&pdev->lock);
	list_for_each_entry (group, &pdev->groups, node) {
		if (pfh_scope_has(scope, &group->last.fault)) {
			is_drained = false;
			break;
		}
	}
	spin_unlock(&pdev->lock);
	return is_drained;
}

/* From now on who ends a group wakes us. */
static void begin_drain(struct pfh_device *pdev)
{
	spin_lock(&pdev->lock);
	pdev->nr_drains++;
	spin_unlock(&pdev->lock);
}

static void end_drain(struct pfh_device *pdev, const struct pfh_scope *scope)
{
	wait_event(pdev->idle, is_drained(pdev, scope));
	spin_lock(&pdev->lock);
	pdev->nr_drains--;
	spin_unlock(&pdev->lock);
}

/*
 * Answer what waits, wait for what is being handled. The caller has seen to it
 * that a group which begins from now on does not find what will be taken away;
 * groups that go on arriving can make this wait longer, not for ever wrong.
 */
void pfh_drain(struct pfh_device *pdev, struct pfh_scope scope)
{
	pfh_discard_partial(pdev, &scope);
	begin_drain(pdev);
	while (answer_one_waiting(pdev, &scope))
		;
	end_drain(pdev, &scope);
}

void pfh_device_flush(struct pfh_device *pdev)
{
	begin_drain(pdev);
	end_drain(pdev, &PFH_SCOPE_HOST);
}
