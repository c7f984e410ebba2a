/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A locking design: how a fault gets from its device to the container, what it
 * holds on its way, and how the MMU notifier keeps out of it. What is done with
 * the page is the same for all.
 */
#ifndef PFH_DESIGN_H
#define PFH_DESIGN_H

#include "container.h"

struct pfh_design {
	const char *name;
	bool has_map_lock;

	/*
	 * A device's faults are handled by this container from now on / no more.
	 * Called with the device's mutex held; it is in the container's domains.
	 */
	int (*enable)(struct pfh_container *container, struct pfh_device *pdev);
	void (*disable)(struct pfh_container *container, struct pfh_device *pdev);

	/* Handle one part of a group. */
	enum pfh_response_code (*handle)(struct pfh_group *group, const struct pfh_fault *fault);

	/* MMU notifier: pages of [start, end) go. 0 or -EAGAIN (see linux/mmu_notifier.h). */
	int (*invalidate_start)(struct pfh_container *container,
				const struct mmu_notifier_range *range);
	void (*invalidate_end)(struct pfh_container *container,
			       const struct mmu_notifier_range *range);
};

extern const struct pfh_design pfh_design_rfc_v3;
extern const struct pfh_design pfh_design_core_path;

/* Does @range allow what @fault asks for? */
static inline bool pfh_is_allowed(const struct pfh_range *range, const struct pfh_fault *fault)
{
	if (fault->perm & PFH_PERM_WRITE && !(range->prot & IOMMU_WRITE))
		return false;
	return !(fault->perm & (PFH_PERM_READ | PFH_PERM_EXEC)) || range->prot & IOMMU_READ;
}

#endif
