// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nested translation: a group of level 1 faults goes to the guest, under a
 * cookie, and waits among those pending until it is taken off: by the guest's
 * answer, by the time-out, or when the guest is detached. Taking it off is the
 * claim: exactly one sends the answer. An answer that comes too late finds
 * nothing, even if the device uses the group's index again by then, and even if
 * the guest was attached anew: its number is part of the cookie.
 *
 * A group has up to two holders: who delivers its parts, and the list. The last
 * one frees it.
 */
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/kref.h>
#include <linux/slab.h>

#include "internal.h"

struct pfh_guest {
	struct kref kref; /* the device, and who answers at the moment */
	struct pfh_guest_attr attr;
	spinlock_t lock;	  /* the next group */
	struct list_head pending; /* struct pfh_group, the oldest first */
	u64 last_cookie;
	bool is_detached;
	struct pfh_guest_stats stats;

	struct delayed_work timeout; /* of the oldest */
};

/* --- pending groups; the guest is locked --- */

static struct pfh_group *find_pending(struct pfh_guest *guest, u64 cookie)
{
	struct pfh_group *group;

	list_for_each_entry (group, &guest->pending, guest_node) {
		if (group->cookie == cookie)
			return group;
	}
	return NULL;
}

/* The oldest; NULL: none, or (@is_due) its time has not come. */
static struct pfh_group *take_oldest(struct pfh_guest *guest, bool is_due)
{
	struct pfh_group *group = list_first_entry_or_null(&guest->pending, struct pfh_group,
							   guest_node);

	if (!group || (is_due && time_before(jiffies, group->deadline)))
		return NULL;
	list_del(&group->guest_node);
	return group;
}

/* --- the group's holders --- */

static void put_group(struct pfh_guest *guest, struct pfh_group *group)
{
	bool is_last;

	spin_lock(&guest->lock);
	is_last = !--group->nr_holders;
	spin_unlock(&guest->lock);
	/* From here on a detaching device may free the guest. */
	if (is_last)
		pfh_group_free(group);
}

/* It has been taken off the list. */
static void answer(struct pfh_guest *guest, struct pfh_group *group, enum pfh_response_code code)
{
	pfh_group_respond(group, code);
	put_group(guest, group);
}

/* --- delivering --- */

static bool insert(struct pfh_guest *guest, struct pfh_group *group)
{
	bool is_taken;

	spin_lock(&guest->lock);
	is_taken = !guest->is_detached;
	if (is_taken) {
		group->cookie = ++guest->last_cookie;
		group->deadline = jiffies + msecs_to_jiffies(guest->attr.timeout_ms);
		group->nr_holders = 2;
		guest->stats.delivered++;
		list_add_tail(&group->guest_node, &guest->pending);
	}
	spin_unlock(&guest->lock);
	return is_taken;
}

static void deliver(struct pfh_guest *guest, struct pfh_group *group)
{
	u64 cookie = group->cookie;
	struct pfh_part *part;

	/* Already under way for an older one: then nothing changes. */
	if (guest->attr.timeout_ms)
		queue_delayed_work(pfh_core->wq, &guest->timeout,
				   msecs_to_jiffies(guest->attr.timeout_ms));
	list_for_each_entry (part, &group->parts, node)
		guest->attr.deliver(guest->attr.opaque, cookie, &part->fault);
	put_group(guest, group);
}

/*
 * The group has begun, so the guest stays until the group is freed.
 * Return: false: there is no guest.
 */
bool pfh_guest_take(struct pfh_group *group)
{
	struct pfh_guest *guest;

	spin_lock(&group->pdev->lock);
	guest = group->pdev->guest;
	spin_unlock(&group->pdev->lock);
	if (!guest || !insert(guest, group))
		return false;
	deliver(guest, group);
	return true;
}

/* --- answering --- */

static struct pfh_guest *guest_get(struct pfh_device *pdev)
{
	struct pfh_guest *guest;

	spin_lock(&pdev->lock);
	guest = pdev->guest;
	if (guest)
		kref_get(&guest->kref);
	spin_unlock(&pdev->lock);
	return guest;
}

static void guest_release(struct kref *kref)
{
	kfree(container_of(kref, struct pfh_guest, kref));
}

static struct pfh_group *take_pending(struct pfh_guest *guest, u64 cookie)
{
	struct pfh_group *group;

	spin_lock(&guest->lock);
	group = find_pending(guest, cookie);
	if (group)
		list_del(&group->guest_node);
	guest->stats.answered += group != NULL;
	guest->stats.refused += !group;
	spin_unlock(&guest->lock);
	return group;
}

/* Takes no mutex: a guest may answer from within deliver(), while it is detached. */
int pfh_guest_respond(struct pfh_device *pdev, u64 cookie, enum pfh_response_code code)
{
	struct pfh_guest *guest;
	struct pfh_group *group;

	if (code > PFH_RESP_FAILURE)
		return -EINVAL;
	guest = guest_get(pdev);
	if (!guest)
		return -ENOENT;
	group = take_pending(guest, cookie);
	if (group)
		answer(guest, group, code);
	kref_put(&guest->kref, guest_release);
	return group ? 0 : -ENOENT;
}

static void answer_all(struct pfh_guest *guest, bool is_due)
{
	struct pfh_group *group;

	for (;;) {
		spin_lock(&guest->lock);
		group = take_oldest(guest, is_due);
		if (group && is_due)
			guest->stats.timeouts++;
		spin_unlock(&guest->lock);
		if (!group)
			return;
		answer(guest, group, PFH_RESP_INVALID);
	}
}

/* When is the oldest due? In jiffies from now; 0: none is pending. */
static unsigned long time_left(struct pfh_guest *guest)
{
	unsigned long left = 0;
	struct pfh_group *group;

	spin_lock(&guest->lock);
	group = list_first_entry_or_null(&guest->pending, struct pfh_group, guest_node);
	if (group)
		left = time_before(jiffies, group->deadline) ? group->deadline - jiffies : 1;
	spin_unlock(&guest->lock);
	return left;
}

static void on_timeout(struct work_struct *work)
{
	struct pfh_guest *guest = container_of(to_delayed_work(work), struct pfh_guest, timeout);
	unsigned long left;

	answer_all(guest, true);
	left = time_left(guest);
	if (left)
		queue_delayed_work(pfh_core->wq, &guest->timeout, left);
}

/* --- life; the device's mutex is held --- */

static void set_guest(struct pfh_device *pdev, struct pfh_guest *guest)
{
	spin_lock(&pdev->lock);
	pdev->guest = guest;
	spin_unlock(&pdev->lock);
}

static struct pfh_guest *guest_alloc(const struct pfh_guest_attr *attr)
{
	struct pfh_guest *guest = kzalloc(sizeof(*guest), GFP_KERNEL);

	if (!guest)
		return NULL;
	kref_init(&guest->kref);
	guest->attr = *attr;
	guest->last_cookie = (u64)atomic64_inc_return(&pfh_core->nr_guests) << 32;
	spin_lock_init(&guest->lock);
	INIT_LIST_HEAD(&guest->pending);
	INIT_DELAYED_WORK(&guest->timeout, on_timeout);
	return guest;
}

/* No new group finds it; answer those that are there; wait for who still delivers. */
static void guest_finish(struct pfh_device *pdev, struct pfh_guest *guest)
{
	set_guest(pdev, NULL);
	spin_lock(&guest->lock);
	guest->is_detached = true;
	spin_unlock(&guest->lock);
	answer_all(guest, false);
	pfh_drain(pdev, PFH_SCOPE_GUEST);
	cancel_delayed_work_sync(&guest->timeout);
	kref_put(&guest->kref, guest_release);
}

static int attach_locked(struct pfh_device *pdev, const struct pfh_guest_attr *attr)
{
	struct pfh_guest *guest;
	int err;

	if (pdev->is_removed || !(pfh_device_capabilities(pdev) & PFH_CAP_NESTED))
		return -ENODEV;
	if (pdev->guest)
		return -EBUSY;
	guest = guest_alloc(attr);
	if (!guest)
		return -ENOMEM;
	/* As everywhere: first the lookup, then the faults. */
	set_guest(pdev, guest);
	err = pfh_enable_faults(pdev);
	if (err)
		guest_finish(pdev, guest);
	return err;
}

int pfh_guest_attach(struct pfh_device *pdev, const struct pfh_guest_attr *attr)
{
	int err;

	mutex_lock(&pdev->mutex);
	err = attach_locked(pdev, attr);
	mutex_unlock(&pdev->mutex);
	return err;
}

void pfh_guest_detach(struct pfh_device *pdev)
{
	mutex_lock(&pdev->mutex);
	if (pdev->guest) {
		pfh_disable_faults(pdev);
		guest_finish(pdev, pdev->guest);
	}
	mutex_unlock(&pdev->mutex);
}

void pfh_guest_stats(struct pfh_device *pdev, struct pfh_guest_stats *stats)
{
	struct pfh_guest *guest = guest_get(pdev);

	*stats = (struct pfh_guest_stats){0};
	if (!guest)
		return;
	spin_lock(&guest->lock);
	*stats = guest->stats;
	spin_unlock(&guest->lock);
	kref_put(&guest->kref, guest_release);
}
