// SPDX-License-Identifier: GPL-2.0-only
/*
 * A lock for intervals of pages. Those held do not overlap and stand in a tree;
 * a request that meets one, or an older request that waits, waits itself, so a
 * long interval is not starved by short ones.
 */
#include "range_lock.h"

void pfh_range_lock_init(struct pfh_range_lock *lock)
{
	spin_lock_init(&lock->lock);
	lock->held = RB_ROOT;
	INIT_LIST_HEAD(&lock->waiting);
}

static bool overlaps(const struct pfh_range_hold *a, const struct pfh_range_hold *b)
{
	return a->first <= b->last && b->first <= a->last;
}

/* Of those held, the first that ends at or behind @first is the only candidate to ask. */
static bool meets_held(const struct pfh_range_lock *lock, const struct pfh_range_hold *hold)
{
	struct rb_node *node = lock->held.rb_node;

	while (node) {
		struct pfh_range_hold *other = rb_entry(node, struct pfh_range_hold, node);

		if (overlaps(other, hold))
			return true;
		node = hold->first < other->first ? node->rb_left : node->rb_right;
	}
	return false;
}

/* Does it overlap one that waits before @end? */
static bool meets_waiting(const struct pfh_range_lock *lock, const struct pfh_range_hold *hold,
			  const struct pfh_range_hold *end)
{
	struct pfh_range_hold *other;

	list_for_each_entry (other, &lock->waiting, waiting) {
		if (other == end)
			break;
		if (overlaps(other, hold))
			return true;
	}
	return false;
}

static void insert(struct pfh_range_lock *lock, struct pfh_range_hold *hold)
{
	struct rb_node **link = &lock->held.rb_node, *parent = NULL;

	while (*link) {
		struct pfh_range_hold *other = rb_entry(*link, struct pfh_range_hold, node);

		parent = *link;
		link = hold->first < other->first ? &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(&hold->node, parent, link);
	rb_insert_color(&hold->node, &lock->held);
}

static void hold_init(struct pfh_range_hold *hold, unsigned long first, unsigned long nr)
{
	hold->first = first;
	hold->last = first + nr - 1;
	INIT_LIST_HEAD(&hold->waiting);
}

bool pfh_range_trylock(struct pfh_range_lock *lock, struct pfh_range_hold *hold,
		       unsigned long first, unsigned long nr)
{
	bool is_free;

	hold_init(hold, first, nr);
	spin_lock(&lock->lock);
	is_free = !meets_held(lock, hold) && !meets_waiting(lock, hold, NULL);
	if (is_free)
		insert(lock, hold);
	spin_unlock(&lock->lock);
	return is_free;
}

void pfh_range_lock(struct pfh_range_lock *lock, struct pfh_range_hold *hold, unsigned long first,
		    unsigned long nr)
{
	bool is_free;

	hold_init(hold, first, nr);
	spin_lock(&lock->lock);
	is_free = !meets_held(lock, hold) && !meets_waiting(lock, hold, NULL);
	if (is_free) {
		insert(lock, hold);
	} else {
		init_completion(&hold->granted);
		list_add_tail(&hold->waiting, &lock->waiting);
	}
	spin_unlock(&lock->lock);
	if (!is_free)
		wait_for_completion(&hold->granted);
}

/* Its turn has come for whom neither a holder nor an older one is in the way any more. */
static void grant(struct pfh_range_lock *lock, struct list_head *granted)
{
	struct pfh_range_hold *hold, *next;

	list_for_each_entry_safe (hold, next, &lock->waiting, waiting) {
		if (meets_held(lock, hold) || meets_waiting(lock, hold, hold))
			continue;
		list_move_tail(&hold->waiting, granted);
		insert(lock, hold);
	}
}

void pfh_range_unlock(struct pfh_range_lock *lock, struct pfh_range_hold *hold)
{
	struct pfh_range_hold *other, *next;
	LIST_HEAD(granted);

	spin_lock(&lock->lock);
	rb_erase(&hold->node, &lock->held);
	if (!list_empty(&lock->waiting))
		grant(lock, &granted);
	spin_unlock(&lock->lock);
	/* Once it is granted, the request is its owner's again. */
	list_for_each_entry_safe (other, next, &granted, waiting)
		complete(&other->granted);
}
