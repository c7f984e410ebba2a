// SPDX-License-Identifier: GPL-2.0-only
/*
 * Design range-lock: faults share the container and exclude each other where
 * their pages overlap. A fault locks the interval of its pages, then looks; a
 * range goes only after its whole interval has been locked, so what is found
 * stays. While it maps, it also holds that interval against who else changes
 * entries: the notifier, unmapping.
 *
 * A semaphore keeps ranges and domains as they are, for the moment of looking
 * and while entries are changed: never while a page is pinned, when memory
 * management may call the notifier, which needs it too.
 */
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/rwsem.h>

#include "design.h"
#include "range_lock.h"

/* Of each container. */
struct own {
	struct rw_semaphore sem;       /* ranges and domains */
	struct pfh_range_lock claims;  /* faults against each other */
	struct pfh_range_lock entries; /* who changes entries */
};

static struct own *own_of(struct pfh_container *container)
{
	return (struct own *)container->own;
}

static struct pfh_range_hold *hold_of(struct pfh_hold *hold)
{
	BUILD_BUG_ON(sizeof(struct pfh_range_hold) > sizeof(*hold));
	return (struct pfh_range_hold *)hold->own;
}

static int range_lock_init(struct pfh_container *container)
{
	static struct lock_class_key key;
	struct own *range_lock = own_of(container);

	__init_rwsem(&range_lock->sem, "pfh_container.sem", &key);
	pfh_range_lock_init(&range_lock->claims);
	pfh_range_lock_init(&range_lock->entries);
	/* Each under a name of its own. */
	spin_lock_init(&range_lock->claims.lock);
	spin_lock_init(&range_lock->entries.lock);
	return 0;
}

/* --- claims --- */

/* The page that faulted and all that might be mapped with it, whatever is there. */
static enum pfh_look range_lock_claim(struct pfh_attempt *attempt)
{
	unsigned long first = attempt->fault->addr >> PAGE_SHIFT;
	struct own *own = own_of(attempt->container);
	enum pfh_look look;

	pfh_range_lock(&own->claims, hold_of(&attempt->hold), first,
		       attempt->container->premap_pages);
	down_read(&own->sem);
	look = pfh_look(attempt);
	up_read(&own->sem);
	attempt->claimed = attempt->span;
	if (look != PFH_LOOK_MISSING)
		pfh_range_unlock(&own->claims, hold_of(&attempt->hold));
	return look;
}

static void range_lock_release(struct pfh_attempt *attempt)
{
	pfh_range_unlock(&own_of(attempt->container)->claims, hold_of(&attempt->hold));
}

static void lock_span(struct pfh_range_lock *lock, struct pfh_hold *hold,
		      const struct pfh_span *span)
{
	pfh_range_lock(lock, hold_of(hold), pfh_span_iova(span) >> PAGE_SHIFT, span->nr);
}

static void range_lock_claim_span(struct pfh_container *container, struct pfh_span *span,
				  struct pfh_hold *hold)
{
	lock_span(&own_of(container)->claims, hold, span);
}

static void range_lock_release_span(struct pfh_container *container, const struct pfh_span *span,
				    struct pfh_hold *hold)
{
	pfh_range_unlock(&own_of(container)->claims, hold_of(hold));
}

/* Who claims later sees that it dies, or does not find it. */
static void range_lock_wait_faults(struct pfh_container *container, struct pfh_range *range)
{
	struct pfh_span all = {.range = range, .nr = pfh_range_pages(range)};
	struct pfh_hold hold;

	lock_span(&own_of(container)->claims, &hold, &all);
	pfh_range_unlock(&own_of(container)->claims, hold_of(&hold));
}

/* --- entries --- */

/* A walk holds the semaphore; nobody changes the container but who holds its lock. */
static bool range_lock_lock(struct pfh_container *container, const struct pfh_span *span,
			    struct pfh_hold *hold, enum pfh_user user)
{
	unsigned long first = pfh_span_iova(span) >> PAGE_SHIFT;
	struct own *own = own_of(container);

	if (user == PFH_FAULT)
		down_read(&own->sem);
	if (user == PFH_WALK_NO_SLEEP)
		return pfh_range_trylock(&own->entries, hold_of(hold), first, span->nr);
	lock_span(&own->entries, hold, span);
	return true;
}

static void range_lock_unlock(struct pfh_container *container, const struct pfh_span *span,
			      struct pfh_hold *hold, enum pfh_user user)
{
	pfh_range_unlock(&own_of(container)->entries, hold_of(hold));
	if (user == PFH_FAULT)
		up_read(&own_of(container)->sem);
}

static int range_lock_walk_begin(struct pfh_container *container, bool may_sleep)
{
	if (may_sleep)
		down_read(&own_of(container)->sem);
	else if (!down_read_trylock(&own_of(container)->sem))
		return -EAGAIN;
	return 0;
}

static void range_lock_walk_end(struct pfh_container *container, int token)
{
	up_read(&own_of(container)->sem);
}

/* --- changes: when one begins, nobody is looking or changing entries --- */

static void range_lock_begin_change(struct pfh_container *container)
{
	down_write(&own_of(container)->sem);
}

static void range_lock_end_change(struct pfh_container *container)
{
	up_write(&own_of(container)->sem);
}

const struct pfh_design pfh_design_range_lock = {
	.own_bytes = sizeof(struct own),
	.maps_what_was_asked = true,
	.init = range_lock_init,
	.enable = pfh_design_enable,
	.disable = pfh_design_disable,
	.handle = pfh_design_handle,
	.claim = range_lock_claim,
	.release = range_lock_release,
	.claim_span = range_lock_claim_span,
	.release_span = range_lock_release_span,
	.lock = range_lock_lock,
	.unlock = range_lock_unlock,
	.walk_begin = range_lock_walk_begin,
	.walk_end = range_lock_walk_end,
	.begin_change = range_lock_begin_change,
	.end_change = range_lock_end_change,
	.wait_faults = range_lock_wait_faults,
	.invalidate_start = pfh_design_invalidate_start,
	.invalidate_end = pfh_design_invalidate_end,
};
