/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside the core: devices, page request groups, and who locks what.
 *
 * Locks, outermost first:
 *   pfh_container.state  see container.h
 *   pfh_device.mutex     attaching, binding, enabling
 *   pfh_core.sva_lock    PASIDs, the address spaces they name, and who is bound
 *   container locks      see container.h
 *   mmap_lock            of the address space
 *   pfh_device.lock      spinlock: groups and partial groups of the device
 *
 * Life of a group: made whole by the report of its last part, it stands in its
 * device's list of groups until it is freed. Whoever sets is_answered under the
 * device's lock, once, sends the response. is_begun says that a handler uses
 * what the device is attached to; who takes that away first makes sure that no
 * new group finds it, then waits for those that have begun (pfh_drain()).
 *
 * A file calls none that stands above it. From the ground up: core, device,
 * partial, group, respond; the container, and the designs (container.h); sva,
 * guest; handle, dispatch_cpu, dispatch, report; register, init.
 */
#ifndef PFH_INTERNAL_H
#define PFH_INTERNAL_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/rbtree.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "pfh.h"

struct pfh_design;
struct pfh_guest;
struct pfh_cpu_queue;

/* The one core; what it points at is all of its state, but for what designs have of their own. */
struct pfh_core {
	atomic64_t nr_guests; /* attached ever */
	struct workqueue_struct *wq;
	struct mutex sva_lock; /* sva */
	struct xarray sva;     /* PASID to struct pfh_sva */

	struct mutex queues_lock; /* the next group; dispatch_cpu.c */
	unsigned int nr_queue_users;
	unsigned int nr_queues;
	struct pfh_cpu_queue *queues; /* from the first user on */
};

extern struct pfh_core *pfh_core;

/* Part of a group that is not whole. */
struct pfh_part {
	struct list_head node; /* in the list; of a group: in its parts */
	struct rb_node tree;   /* the first one of a group, in the tree */
	struct list_head more; /* of that one: the others */
	struct pfh_fault fault;
};

struct pfh_partials {
	bool is_tree;
	struct list_head list;
	struct rb_root tree; /* by PASID and group index */
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
	/* one of them, by the device's dispatch */
	struct work_struct work;
	struct llist_node queue_node;
	/* at a guest; under the guest's lock */
	struct list_head guest_node;
	u64 cookie;
	unsigned long deadline;	 /* jiffies */
	unsigned int nr_holders; /* who delivers it, and the list of those pending */
};

struct pfh_device {
	struct device *dev; /* counted */
	const struct pfh_device_ops *ops;
	enum pfh_dispatch dispatch;
	struct workqueue_struct *wq; /* PFH_DISPATCH_DEVICE_WORKQUEUE */
	struct kref kref;

	struct mutex mutex; /* the next group */
	unsigned int nr_enables;
	bool is_removed;
	struct pfh_container *attached;	 /* counted */
	struct list_head container_node; /* in attached's devices */
	struct pfh_guest *guest;	 /* changed under lock too */

	struct xarray bonds; /* PASID to struct pfh_bond; changed under mutex */

	spinlock_t lock; /* the next group */
	bool is_accepting;
	unsigned int nr_drains;
	unsigned int next_queue; /* of a CPU, for the next group */
	struct pfh_partials partials;
	struct list_head groups;	 /* struct pfh_group */
	struct pfh_container *container; /* that handles faults without PASID, or NULL */
	const struct pfh_design *design; /* how, or NULL */

	wait_queue_head_t idle; /* pfh_drain() */
};

/* Which groups: all, those that the host handles, or those of one handler. */
struct pfh_scope {
	enum { PFH_OF_ALL, PFH_OF_HOST, PFH_OF_CONTAINER, PFH_OF_GUEST, PFH_OF_PASID } of;
	u32 pasid;
};

#define PFH_SCOPE_ALL ((struct pfh_scope){.of = PFH_OF_ALL})
#define PFH_SCOPE_HOST ((struct pfh_scope){.of = PFH_OF_HOST})
#define PFH_SCOPE_CONTAINER ((struct pfh_scope){.of = PFH_OF_CONTAINER})
#define PFH_SCOPE_GUEST ((struct pfh_scope){.of = PFH_OF_GUEST})
#define PFH_SCOPE_PASID(pasid_) ((struct pfh_scope){.of = PFH_OF_PASID, .pasid = (pasid_)})

static inline struct pfh_scope pfh_scope_of(const struct pfh_fault *fault)
{
	if (fault->flags & PFH_FAULT_LEVEL1)
		return PFH_SCOPE_GUEST;
	if (fault->flags & PFH_FAULT_PASID_VALID)
		return PFH_SCOPE_PASID(fault->pasid);
	return PFH_SCOPE_CONTAINER;
}

static inline bool pfh_scope_has(const struct pfh_scope *scope, const struct pfh_fault *fault)
{
	struct pfh_scope of = pfh_scope_of(fault);

	if (scope->of == PFH_OF_ALL)
		return true;
	if (scope->of == PFH_OF_HOST)
		return of.of != PFH_OF_GUEST;
	return scope->of == of.of && (scope->of != PFH_OF_PASID || scope->pasid == of.pasid);
}

/* core.c */
void pfh_stamp(struct pfh_group *group, enum pfh_stage stage);

/* device.c */
int pfh_enable_faults(struct pfh_device *pdev);
void pfh_disable_faults(struct pfh_device *pdev);

/* partial.c: the device is locked */
void pfh_partials_init(struct pfh_partials *partials);
void pfh_partials_add(struct pfh_partials *partials, struct pfh_part *part);
void pfh_partials_take_group(struct pfh_partials *partials, const struct pfh_fault *last,
			     struct list_head *parts);
void pfh_partials_take_scope(struct pfh_partials *partials, const struct pfh_scope *scope,
			     struct list_head *parts);

/* group.c */
void pfh_free_parts(struct list_head *parts, const struct pfh_part *except);
void pfh_discard_partial(struct pfh_device *pdev, const struct pfh_scope *scope);
struct pfh_group *pfh_group_alloc(struct pfh_device *pdev, const struct pfh_fault *last);
bool pfh_group_publish(struct pfh_group *group);
void pfh_group_release(struct pfh_group *group);
void pfh_group_free(struct pfh_group *group);

/* respond.c */
bool pfh_group_begin(struct pfh_group *group);
bool pfh_group_respond(struct pfh_group *group, enum pfh_response_code code);
void pfh_respond_fault(struct pfh_device *pdev, const struct pfh_fault *fault,
		       enum pfh_response_code code);
void pfh_drain(struct pfh_device *pdev, struct pfh_scope scope);

/* sva.c */
enum pfh_response_code pfh_sva_handle(struct pfh_group *group, const struct pfh_fault *fault);
void pfh_sva_unbind_all(struct pfh_device *pdev);

/* guest.c */
bool pfh_guest_take(struct pfh_group *group);

/* handle.c */
void pfh_handle_group(struct pfh_group *group);

/* dispatch_cpu.c */
int pfh_queues_get(void);
void pfh_queues_put(void);
void pfh_queues_end(void);
void pfh_queue_group(struct pfh_group *group);

/* dispatch.c */
int pfh_dispatch_init(struct pfh_device *pdev);
void pfh_dispatch_finish(struct pfh_device *pdev);
void pfh_dispatch_group(struct pfh_group *group);

#endif
