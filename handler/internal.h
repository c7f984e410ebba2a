/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside the core: devices, page request groups, and who locks what.
 *
 * Locks, outermost first:
 *   pfh_device.mutex     attaching, binding, enabling
 *   pfh_core.sva_lock    PASIDs and the address spaces they name
 *   container locks      see container.h
 *   mmap_lock            of the address space
 *   pfh_device.lock      spinlock: groups and partial groups of the device
 *
 * Life of a group: made whole by the report of its last part, it stands in its
 * device's list of groups until it is freed. Whoever sets is_answered under the
 * device's lock, once, sends the response. is_begun says that a handler uses
 * what the device is attached to; who takes that away first makes sure that no
 * new group finds it, then waits for those that have begun (pfh_drain()).
 */
#ifndef PFH_INTERNAL_H
#define PFH_INTERNAL_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rbtree.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "pfh.h"

struct pfh_design;

/* The one core; what it points at is all of its state. */
struct pfh_core {
	struct workqueue_struct *wq;
	struct mutex sva_lock;	/* sva */
	struct xarray sva;	/* PASID to struct pfh_sva */
	struct mutex tree_lock; /* rfc-v3: tree */
	struct rb_root tree;	/* rfc-v3: IOMMU groups that may fault */
};

extern struct pfh_core *pfh_core;

struct pfh_part {
	struct list_head node;
	struct pfh_fault fault;
};

struct pfh_group {
	struct list_head node;	 /* in pdev->groups */
	struct pfh_device *pdev; /* counted */
	struct list_head parts;	 /* in order of report; the last is @last */
	struct pfh_part last;
	bool is_begun;	  /* under pdev->lock */
	bool is_answered; /* under pdev->lock */
	/* what the device was attached to when the handler began; the handler's */
	struct pfh_container *container;
	const struct pfh_design *design;
	bool is_stamped_locked;
	struct work_struct work;
};

struct pfh_device {
	struct device *dev; /* counted */
	const struct pfh_device_ops *ops;
	enum pfh_dispatch dispatch;
	struct kref kref;

	struct mutex mutex; /* the next group */
	unsigned int nr_enables;
	bool is_removed;
	struct pfh_container *attached;	 /* counted */
	struct list_head container_node; /* in attached's devices */

	struct xarray bonds; /* PASID to struct pfh_bond; changed under mutex */

	spinlock_t lock; /* the next group */
	bool is_accepting;
	unsigned int nr_drains;
	struct list_head partial;	 /* struct pfh_part */
	struct list_head groups;	 /* struct pfh_group */
	struct pfh_container *container; /* that handles faults without PASID, or NULL */
	const struct pfh_design *design; /* how, or NULL */

	wait_queue_head_t idle; /* pfh_drain() */
};

/* Which groups: all, those of one PASID, those without. */
struct pfh_scope {
	bool is_all;
	bool has_pasid;
	u32 pasid;
};

#define PFH_SCOPE_ALL ((struct pfh_scope){.is_all = true})
#define PFH_SCOPE_NO_PASID ((struct pfh_scope){.has_pasid = false})
#define PFH_SCOPE_PASID(pasid_) ((struct pfh_scope){.has_pasid = true, .pasid = (pasid_)})

static inline bool pfh_scope_has(const struct pfh_scope *scope, const struct pfh_fault *fault)
{
	bool has_pasid = fault->flags & PFH_FAULT_PASID_VALID;

	if (scope->is_all)
		return true;
	return scope->has_pasid == has_pasid && (!has_pasid || scope->pasid == fault->pasid);
}

/* report.c */
void pfh_group_free(struct pfh_group *group);
void pfh_discard_partial(struct pfh_device *pdev, const struct pfh_scope *scope);

/* respond.c */
bool pfh_group_begin(struct pfh_group *group);
void pfh_group_respond(struct pfh_group *group, enum pfh_response_code code);
void pfh_respond_fault(struct pfh_device *pdev, const struct pfh_fault *fault,
		       enum pfh_response_code code);
void pfh_drain(struct pfh_device *pdev, struct pfh_scope scope);

/* dispatch.c */
void pfh_dispatch_group(struct pfh_group *group);
void pfh_stamp(struct pfh_group *group, enum pfh_stage stage);

/* device.c */
int pfh_enable_faults(struct pfh_device *pdev);
void pfh_disable_faults(struct pfh_device *pdev);

/* sva.c */
enum pfh_response_code pfh_sva_handle(struct pfh_group *group, const struct pfh_fault *fault);
void pfh_sva_unbind_all(struct pfh_device *pdev);

#endif
