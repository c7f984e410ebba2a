/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A locking design: how a fault gets from its device to the container, what it
 * holds on its way, and how the MMU notifier keeps out of it. What is done with
 * the page is the same for all (fault.c, map.c, notifier.c).
 *
 * A fault claims: it looks its range up, and other faults on its pages wait; a
 * range stays while a page of it is claimed. It pins; locks the pages' entries;
 * maps; unlocks; releases. The notifier walks all ranges and locks the entries
 * of those that overlap. Who changes ranges or domains holds the container's
 * lock, and does it between begin_change() and end_change(); after wait_users()
 * nobody uses what he could have found before the change, but for what he has
 * claimed.
 */
#ifndef PFH_DESIGN_H
#define PFH_DESIGN_H

#include "container.h"

/* One fault on its way. */
struct pfh_attempt {
	struct pfh_container *container;
	struct pfh_group *group;
	const struct pfh_fault *fault;
	struct pfh_span span;	 /* the page, and those to map with it */
	struct pfh_span claimed; /* and those that the design keeps others from */
	struct pfh_hold hold;
	int prot; /* to map with */
	unsigned int nr_misses;
	struct page **pages, *page; /* room for those of the span; for one */
};

/* What a look at the ranges says. */
enum pfh_look {
	PFH_LOOK_REFUSED, /* no range, or none that allows it: INVALID */
	PFH_LOOK_MAPPED,  /* nothing is to be done */
	PFH_LOOK_MISSING, /* the attempt's span is to be brought */
};

/* Who asks for a page's entries, and what he has. */
enum pfh_user {
	PFH_FAULT,	   /* has claimed the page */
	PFH_WALK,	   /* is between walk_begin() and walk_end() */
	PFH_WALK_NO_SLEEP, /* the same, and must not sleep */
	PFH_CHANGER,	   /* holds the container's lock */
};

static inline bool pfh_is_walk(enum pfh_user user)
{
	return user == PFH_WALK || user == PFH_WALK_NO_SLEEP;
}

/* Functions may be NULL: nothing to do. */
struct pfh_design {
	/* Its known defects are kept. */
	bool is_as_posted;
	/* Faults map what was asked for, so that dirty pages are known by them. */
	bool maps_what_was_asked;

	/* With the core. 0 or -ENOMEM. */
	int (*begin)(void);
	void (*end)(void);

	/* With a container; own_bytes: of its room for the design. */
	size_t own_bytes;
	int (*init)(struct pfh_container *container);
	void (*finish)(struct pfh_container *container);

	/*
	 * A device's faults are handled by this container from now on / no more.
	 * Called with the device's mutex held; it is in the container's domains.
	 */
	int (*enable)(struct pfh_container *container, struct pfh_device *pdev);
	void (*disable)(struct pfh_container *container, struct pfh_device *pdev);

	/* Handle one part of a group. */
	enum pfh_response_code (*handle)(struct pfh_group *group, const struct pfh_fault *fault);

	/*
	 * Look (pfh_look()), and if the page is missing keep other faults from it, and from
	 * as many of the span's others as is possible: attempt->claimed. May wait for
	 * them. The claim lasts until release(); of other outcomes nothing is left.
	 */
	enum pfh_look (*claim)(struct pfh_attempt *attempt);
	void (*release)(struct pfh_attempt *attempt);

	/* The same for who holds the container's lock, of a span that he knows: @span->nr is
	 * how many pages it got. */
	void (*claim_span)(struct pfh_container *container, struct pfh_span *span,
			   struct pfh_hold *hold);
	void (*release_span)(struct pfh_container *container, const struct pfh_span *span,
			     struct pfh_hold *hold);

	/*
	 * Nobody else changes the entries of the span's pages, or the domains. Not while a
	 * page is pinned. Return: false if it would have to sleep and must not.
	 */
	bool (*lock)(struct pfh_container *container, const struct pfh_span *span,
		     struct pfh_hold *hold, enum pfh_user user);
	void (*unlock)(struct pfh_container *container, const struct pfh_span *span,
		       struct pfh_hold *hold, enum pfh_user user);

	/* The range with the lowest address that ends above @iova: as pfh_range_search(). */
	struct pfh_range *(*first_from)(struct pfh_container *container, dma_addr_t iova);

	/* Walk the ranges without the container's lock. Return: a token; -EAGAIN: would sleep. */
	int (*walk_begin)(struct pfh_container *container, bool may_sleep);
	void (*walk_end)(struct pfh_container *container, int token);

	void (*begin_change)(struct pfh_container *container);
	void (*end_change)(struct pfh_container *container);
	void (*wait_users)(struct pfh_container *container);
	/* Wait until no page of @range, which is dying, is claimed any more. */
	void (*wait_faults)(struct pfh_container *container, struct pfh_range *range);

	/* MMU notifier: pages of [start, end) go. 0 or -EAGAIN (see linux/mmu_notifier.h). */
	int (*invalidate_start)(struct pfh_container *container,
				const struct mmu_notifier_range *range);
	void (*invalidate_end)(struct pfh_container *container,
			       const struct mmu_notifier_range *range);
};

/* designs.c */
const struct pfh_design *pfh_find_design(const char *name);
const char *pfh_design_name(const struct pfh_design *design);
int pfh_designs_begin(void);
void pfh_designs_end(void);

/* fault.c */
int pfh_design_enable(struct pfh_container *container, struct pfh_device *pdev);
void pfh_design_disable(struct pfh_container *container, struct pfh_device *pdev);
enum pfh_response_code pfh_design_handle(struct pfh_group *group, const struct pfh_fault *fault);
enum pfh_look pfh_look(struct pfh_attempt *attempt);

/* notifier.c */
int pfh_design_invalidate_start(struct pfh_container *container,
				const struct mmu_notifier_range *range);
void pfh_design_invalidate_end(struct pfh_container *container,
			       const struct mmu_notifier_range *range);

static inline bool pfh_lock_entries(struct pfh_container *container, const struct pfh_span *span,
				    struct pfh_hold *hold, enum pfh_user user)
{
	return !container->design->lock || container->design->lock(container, span, hold, user);
}

static inline void pfh_unlock_entries(struct pfh_container *container, const struct pfh_span *span,
				      struct pfh_hold *hold, enum pfh_user user)
{
	if (container->design->unlock)
		container->design->unlock(container, span, hold, user);
}

static inline void pfh_begin_change(struct pfh_container *container)
{
	if (container->design->begin_change)
		container->design->begin_change(container);
}

static inline void pfh_end_change(struct pfh_container *container)
{
	if (container->design->end_change)
		container->design->end_change(container);
}

static inline void pfh_wait_users(struct pfh_container *container)
{
	if (container->design->wait_users)
		container->design->wait_users(container);
}

/* Does @range allow what @fault asks for? */
static inline bool pfh_is_allowed(const struct pfh_range *range, const struct pfh_fault *fault)
{
	if (fault->perm & PFH_PERM_WRITE && !(range->prot & IOMMU_WRITE))
		return false;
	return !(fault->perm & (PFH_PERM_READ | PFH_PERM_EXEC)) || range->prot & IOMMU_READ;
}

#endif
