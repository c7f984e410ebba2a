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

/* Moments of a fault, for DECLARE_TRACE(pfh_stage) below. */
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
/* Disables faults, drains what is in flight, answers what is pending, lets go. */
void pfh_device_unregister(struct pfh_device *pdev);

/**
 * pfh_report_fault() - the driver's event or PRI thread has read one request
 * Context: may sleep.
 * Return: 0: the core has taken it and will answer; -errno: it was not taken,
 * and the core has answered it with INVALID or FAILURE if it wants an answer.
 */
int pfh_report_fault(struct pfh_device *pdev, const struct pfh_fault *fault);

/* SVA: PASID to mm. */
int pfh_sva_bind(struct pfh_device *pdev, struct mm_struct *mm, u32 *pasid);
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

struct pfh_container *pfh_container_create(const struct pfh_container_attr *attr);
void pfh_container_destroy(struct pfh_container *container);
int pfh_container_attach(struct pfh_container *container, struct pfh_device *pdev);
void pfh_container_detach(struct pfh_container *container, struct pfh_device *pdev);
int pfh_container_map(struct pfh_container *container, dma_addr_t iova, unsigned long vaddr,
		      size_t size, int prot);
int pfh_container_unmap(struct pfh_container *container, dma_addr_t iova, size_t size);

/* Names of the designs, NULL at the end. */
extern const char *const pfh_design_names[];

#endif
