// SPDX-License-Identifier: GPL-2.0-only
/*
 * Design core-path: from the device straight to its container. The device holds
 * a counted reference; there is no global tree and no global lock. A fault holds
 * the container's mutex to the end, so faults of a container still go one after
 * the other, but the MMU notifier does not need that mutex: it takes the inner
 * map_lock, which is not held while a page is pinned.
 */
#include <linux/errno.h>

#include "design.h"

static enum pfh_look core_path_claim(struct pfh_attempt *attempt)
{
	enum pfh_look look;

	mutex_lock(&attempt->container->lock);
	look = pfh_look(attempt);
	if (look != PFH_LOOK_MISSING)
		mutex_unlock(&attempt->container->lock);
	attempt->claimed = attempt->span;
	return look;
}

static void core_path_release(struct pfh_attempt *attempt)
{
	mutex_unlock(&attempt->container->lock);
}

/* A walk holds the map_lock from its begin on. */
static bool core_path_lock(struct pfh_container *container, const struct pfh_span *span,
			   struct pfh_hold *hold, enum pfh_user user)
{
	if (!pfh_is_walk(user))
		mutex_lock(&container->map_lock);
	return true;
}

static void core_path_unlock(struct pfh_container *container, const struct pfh_span *span,
			     struct pfh_hold *hold, enum pfh_user user)
{
	if (!pfh_is_walk(user))
		mutex_unlock(&container->map_lock);
}

static int core_path_walk_begin(struct pfh_container *container, bool may_sleep)
{
	if (may_sleep)
		mutex_lock(&container->map_lock);
	else if (!mutex_trylock(&container->map_lock))
		return -EAGAIN;
	return 0;
}

static void core_path_walk_end(struct pfh_container *container, int token)
{
	mutex_unlock(&container->map_lock);
}

/* Faults hold the container's lock, as who changes something does. */
static void core_path_begin_change(struct pfh_container *container)
{
	mutex_lock(&container->map_lock);
}

static void core_path_end_change(struct pfh_container *container)
{
	mutex_unlock(&container->map_lock);
}

const struct pfh_design pfh_design_core_path = {
	.maps_what_was_asked = true,
	.enable = pfh_design_enable,
	.disable = pfh_design_disable,
	.handle = pfh_design_handle,
	.claim = core_path_claim,
	.release = core_path_release,
	.lock = core_path_lock,
	.unlock = core_path_unlock,
	.walk_begin = core_path_walk_begin,
	.walk_end = core_path_walk_end,
	.begin_change = core_path_begin_change,
	.end_change = core_path_end_change,
	.invalidate_start = pfh_design_invalidate_start,
	.invalidate_end = pfh_design_invalidate_end,
};
