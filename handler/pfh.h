/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The page fault handler core: what an IOMMU driver and an owner of an address
 * space (VFIO container, SVA) see of it.
 *
 * Life of a fault: the driver reports page requests of a device; the last one
 * of a page request group makes the group whole; the group is put on the
 * device's pending list, dispatched (in the reporting thread, or by workqueue)
 * to the address space that the device or PASID is attached to, handled, and
 * answered exactly once by the driver's page_response().
 */
#ifndef PFH_H
#define PFH_H

#include <linux/device.h>
#include <linux/iommu.h>
#include <linux/mm_types.h>
#include <linux/types.h>

struct pfh_device;
struct pfh_container;

#define PFH_PERM_READ BIT(0)
#define PFH_PERM_WRITE BIT(1)
#define PFH_PERM_EXEC BIT(2)
#define PFH_PERM_PRIV BIT(3)

#define PFH_FAULT_LAST_PAGE BIT(0)
#define PFH_FAULT_PASID_VALID BIT(1)

/* One page request, or one stalled access (then always the last of its group). */
struct pfh_fault {
	u64 addr;
	u32 pasid;
	u32 grpid; /* page request group index, or STAG */
	u32 perm;  /* PFH_PERM_ */
	u32 flags; /* PFH_FAULT_ */
};

enum pfh_response_code {
	PFH_RESP_SUCCESS, /* retry the access */
	PFH_RESP_INVALID, /* terminate it */
	PFH_RESP_FAILURE, /* terminate, and send no more */
};

struct pfh_response {
	u32 pasid;
	u32 grpid;
	bool pasid_valid;
	enum pfh_response_code code;
};

/* How a whole group reaches the code that handles it. */
enum pfh_dispatch {
	PFH_DISPATCH_INLINE,	/* in the thread that reports */
	PFH_DISPATCH_WORKQUEUE, /* one unbound workqueue, as Linux's SVA */
};

struct pfh_device_ops {
	/* Answer a group. May sleep. Called with no lock of the core held. */
	void (*page_response)(struct device *dev, const struct pfh_response *response);
	/* Point @pasid of the device at the page tables of @mm. 0 or -errno. */
	int (*sva_attach)(struct device *dev, u32 pasid, struct mm_struct *mm);
	/* Take it away again: on return no access with @pasid is under way. */
	void (*sva_detach)(struct device *dev, u32 pasid);
	/* Let the device's accesses fault recoverably / stop that. */
	int (*enable_faults)(struct device *dev);
	void (*disable_faults)(struct device *dev);
};

/*
 * Moments of a fault, for the trace point pfh_stage (pfh_trace.h). A group of
 * several parts, or one that is retried, passes PINNED and MAPPED more than
 * once: the last time counts.
 */
enum pfh_stage {
	PFH_STAGE_HANDLED, /* the handler begins with the group */
	PFH_STAGE_LOCKED,  /* it has the locks of the design (container, mmap_lock) */
	PFH_STAGE_PINNED,  /* the page is present (pinned, or faulted in) */
	PFH_STAGE_MAPPED,  /* the IOMMU's tables map it */
	PFH_NR_STAGES,
};

int pfh_init(void);
void pfh_exit(void);

/* Knobs of a study; module parameters in the kernel. */
extern unsigned int pfh_extra_delay_ns; /* spent in the handler for each group */

/**
 * pfh_device_register() - take a device under fault handling
 * @dev: stays registered until pfh_device_unregister()
 * @ops: not copied
 * @dispatch: how its groups are dispatched
 *
 * Return: the device's state, with a reference for the caller, or ERR_PTR(-ENOMEM).
 */
struct pfh_device *pfh_device_register(struct device *dev, const struct pfh_device_ops *ops,
				       enum pfh_dispatch dispatch);
/**
 * pfh_device_unregister() - disable faults, drain what is in flight, answer what
 * is pending, detach from container and address spaces, let go
 * On return the core calls none of the device's operations any more, except for
 * a fault that is reported later (answered INVALID at once).
 * Context: may sleep; not from a thread that is in pfh_report_fault().
 */
void pfh_device_unregister(struct pfh_device *pdev);

/* A driver whose event thread runs beside unregistering holds a reference of its own. */
struct pfh_device *pfh_device_get(struct pfh_device *pdev);
void pfh_device_put(struct pfh_device *pdev);

/**
 * pfh_report_fault() - the driver's event or PRI thread has read one request
 * Context: may sleep.
 * Return: 0: the core has taken it and will answer; -errno: it was not taken,
 * and the core has answered it with INVALID or FAILURE if it wants an answer.
 */
int pfh_report_fault(struct pfh_device *pdev, const struct pfh_fault *fault);

/**
 * pfh_respond() - answer a pending group from outside its handler
 * Context: may sleep.
 * Return: 0: the device has the answer; -ENOENT: no such group is pending, or
 * somebody has answered it: nothing was sent.
 */
int pfh_respond(struct pfh_device *pdev, const struct pfh_response *response);

/**
 * pfh_sva_bind() - let the device use an address space under a PASID
 * @mm: has a user while this is called
 * @pasid: set; one PASID for one mm, whichever device asks; 1 or more
 *
 * Nests. A device whose enable_faults() says -ENODEV is bound nevertheless: it
 * must not touch pages that are absent.
 *
 * Context: may sleep.
 * Return: 0; -ENOMEM; -ENOSPC no PASID is left; what sva_attach() or
 * enable_faults() returned.
 */
int pfh_sva_bind(struct pfh_device *pdev, struct mm_struct *mm, u32 *pasid);
/* The last one detaches, drains and answers what is pending for the PASID. May sleep. */
void pfh_sva_unbind(struct pfh_device *pdev, u32 pasid);

/*
 * VFIO container. The locking designs under study are named by strings so that
 * a workload can choose: "rfc-v3", "core-path".
 */
struct pfh_container_attr {
	const char *design;
	struct mm_struct *mm;
	unsigned int premap_pages; /* 1: only the page that faulted */
	bool iopf;		   /* false: pfh_container_map() pins and maps everything */
};

/* Return: ERR_PTR(-EINVAL) no mm, no such design, premap of 0; -ENOMEM. */
struct pfh_container *pfh_container_create(const struct pfh_container_attr *attr);
/* Detaches what is attached, unmaps what is mapped. Accepts NULL. */
void pfh_container_destroy(struct pfh_container *container);

/**
 * pfh_container_attach() - give a device the container's address space
 * With iopf its faults are handled from then on.
 * Context: may sleep.
 * Return: 0; -EBUSY attached already; -ENODEV no IOMMU group; -ENOMEM; what the
 * IOMMU or enable_faults() says.
 */
int pfh_container_attach(struct pfh_container *container, struct pfh_device *pdev);
void pfh_container_detach(struct pfh_container *container, struct pfh_device *pdev);

/**
 * pfh_container_map() - make [iova, iova + size) stand for [vaddr, vaddr + size)
 * @prot: IOMMU_READ, IOMMU_WRITE, more flags go on to the IOMMU
 * Context: may sleep.
 * Return: 0; -EINVAL not pages, empty, wraps, no access; -EEXIST overlaps;
 * -ENOMEM; without iopf what pinning or mapping says.
 */
int pfh_container_map(struct pfh_container *container, dma_addr_t iova, unsigned long vaddr,
		      size_t size, int prot);

/**
 * pfh_container_unmap() - take whole mappings away
 * Return: 0; -EINVAL not pages, empty, wraps, or it would cut a mapping in two;
 * -ENOENT nothing is mapped there.
 */
int pfh_container_unmap(struct pfh_container *container, dma_addr_t iova, size_t size);

struct pfh_container_stats {
	u64 faults;	  /* parts of groups handled */
	u64 mapped_pages; /* by faults, pre-mapped ones included */
	u64 spurious;	  /* mapped already: answered with success, nothing done */
	u64 upgrades;	  /* mapped for reading, now for writing too */
	u64 retries;	  /* an invalidation came while the page was pinned */
	u64 refused;	  /* answered INVALID */
	u64 invalidated_pages;
};

void pfh_container_stats(struct pfh_container *container, struct pfh_container_stats *stats);

/* Names of the designs, NULL at the end. */
extern const char *const pfh_design_names[];

#endif
