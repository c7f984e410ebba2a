/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The page fault handler core: what an IOMMU driver and an owner of an address
 * space (VFIO container, SVA, guest) see of it.
 *
 * Life of a fault: the driver reports page requests of a device; the last one
 * of a page request group makes the group whole; the group is put on the
 * device's pending list, dispatched (in the reporting thread, a workqueue, a
 * thread of some CPU) to who handles what the device or PASID is attached to,
 * handled, and answered exactly once by the driver's page_response().
 *
 * Who handles: a PASID's faults, its process (SVA). Of the others those of level
 * 1, the guest (nested translation); those of level 2, and of a device with one
 * level only, the container. One handler for each, so a device may have several.
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
#define PFH_FAULT_LEVEL1 BIT(2) /* nested: of the guest's tables, @addr is of the guest's */

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
	PFH_DISPATCH_INLINE,	       /* in the thread that reports */
	PFH_DISPATCH_WORKQUEUE,	       /* one unbound workqueue, as Linux's SVA */
	PFH_DISPATCH_DEVICE_WORKQUEUE, /* an ordered one for each device */
	PFH_DISPATCH_CPU_THREADS,      /* a thread on each CPU; groups go to a short queue */
	PFH_NR_DISPATCHES,
};

/* What a device can do. */
#define PFH_CAP_FAULTS BIT(0) /* its accesses can fault recoverably */
#define PFH_CAP_SVA BIT(1)    /* it can use address spaces by PASID */
#define PFH_CAP_NESTED BIT(2) /* it tells faults of level 1 from those of level 2 */

struct pfh_device_ops {
	/* Answer a group. May sleep. Called with no lock of the core held. */
	void (*page_response)(struct device *dev, const struct pfh_response *response);
	/*
	 * Point @pasid of the device at the page tables of @mm. 0 or -errno. The driver
	 * watches @mm (mmu_notifier) and takes the device off the tables when they go: it
	 * waits for no handler there, as a handler may be who ends the address space.
	 */
	int (*sva_attach)(struct device *dev, u32 pasid, struct mm_struct *mm);
	/* Take it away again, once: on return no access with @pasid is under way, and what
	 * was asked for has been reported. @mm may have ended. Called with no lock that a
	 * handler, or the end of an address space, needs. */
	void (*sva_detach)(struct device *dev, u32 pasid);
	/* Let the device's accesses fault recoverably / stop that. */
	int (*enable_faults)(struct device *dev);
	void (*disable_faults)(struct device *dev);
	/* PFH_CAP_ of the device; NULL: all that the operations above allow. */
	u32 (*capabilities)(struct device *dev);
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

/** pfh_init() - start the core, once. Context: may sleep. Return: 0; -ENOMEM. */
int pfh_init(void);
/** pfh_exit() - no device and no container is left. Context: may sleep. */
void pfh_exit(void);

/* Knobs of a study; module parameters in the kernel. */
extern unsigned int pfh_extra_delay_ns; /* spent in the handler for each group */
/* Pages of what is pinned as a whole that are locked and mapped together; a power of two. */
#define PFH_PIN_BATCH 512
/* Pages that one pin_user_pages() takes at most, of what is pinned as a whole; 1 or more. */
extern unsigned int pfh_pin_batch;
/* Parts of groups that are not whole wait in a tree instead of a list: of devices
 * registered from now on. */
extern bool pfh_partial_tree;

/**
 * pfh_device_register() - take a device under fault handling
 * @dev: stays registered until pfh_device_unregister()
 * @ops: not copied
 * @dispatch: how its groups are dispatched
 *
 * Context: may sleep.
 * Return: the device's state, with a reference for the caller, or ERR_PTR(-ENOMEM).
 */
struct pfh_device *pfh_device_register(struct device *dev, const struct pfh_device_ops *ops,
				       enum pfh_dispatch dispatch);
/**
 * pfh_device_unregister() - disable faults, drain what is in flight, answer what
 * is pending, detach from container, guest and address spaces, let go
 * On return the core calls none of the device's operations any more, except for
 * a fault that is reported later (answered INVALID at once).
 * Context: may sleep; not from a thread that is in pfh_report_fault().
 */
void pfh_device_unregister(struct pfh_device *pdev);

/*
 * A driver whose event thread runs beside unregistering holds a reference of its own.
 * Context: do not sleep, but for what goes with the last reference.
 */
struct pfh_device *pfh_device_get(struct pfh_device *pdev);
void pfh_device_put(struct pfh_device *pdev);

/** pfh_device_capabilities() - PFH_CAP_: to ask before attaching. */
u32 pfh_device_capabilities(struct pfh_device *pdev);

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
 * pfh_device_flush() - wait until handlers have done with every group that the device has reported
 * One that somebody has answered from outside may still be with its handler, which goes on mapping.
 * A guest's groups (PFH_FAULT_LEVEL1) are not waited for: they are with the guest until it answers.
 * Context: may sleep; not from a thread that is in pfh_report_fault().
 */
void pfh_device_flush(struct pfh_device *pdev);

/**
 * pfh_discard_partials() - the IOMMU has answered groups itself and lost their last
 * parts (queue overflow): forget those that are not whole
 * Context: does not sleep; takes a spinlock.
 */
void pfh_discard_partials(struct pfh_device *pdev);

/**
 * pfh_sva_bind() - let the device use an address space under a PASID
 * @mm: has a user while this is called
 * @pasid: set; one PASID for one mm, whichever device asks; 1 or more
 *
 * Nests. A device whose enable_faults() says -ENODEV is bound nevertheless: it
 * must not touch pages that are absent.
 *
 * When the address space ends while devices are bound, their drivers take them off its
 * tables; the PASID stays taken until they are unbound, and faults under it are answered
 * INVALID.
 *
 * Context: may sleep.
 * Return: 0; -ENOMEM; -ENOSPC no PASID is left; -ENODEV removed; what sva_attach() or
 * enable_faults() returned.
 */
int pfh_sva_bind(struct pfh_device *pdev, struct mm_struct *mm, u32 *pasid);
/**
 * pfh_sva_unbind() - the last one detaches, drains and answers what is pending for the PASID
 * Context: may sleep; not from a thread that handles a fault of the device.
 */
void pfh_sva_unbind(struct pfh_device *pdev, u32 pasid);

/* --- a guest that translates level 1 itself --- */

struct pfh_guest_attr {
	/*
	 * A part of a group for the guest; the one with PFH_FAULT_LAST_PAGE is the last,
	 * and the whole group wants one answer. @cookie names the group; no two are the
	 * same, unlike group indices, which the device uses again.
	 */
	void (*deliver)(void *opaque, u64 cookie, const struct pfh_fault *fault);
	void *opaque;
	unsigned int timeout_ms; /* then the core answers INVALID; 0: never */
};

struct pfh_guest_stats {
	u64 delivered; /* groups */
	u64 answered;
	u64 timeouts;
	u64 refused; /* answers with a cookie that is not pending: late, double, made up */
};

/**
 * pfh_guest_attach() - faults of level 1 of the device go to a guest
 * Context: may sleep.
 * Return: 0; -ENODEV removed, or the device does not tell levels apart; -EBUSY it has a guest;
 * -ENOMEM; what enable_faults() says.
 */
int pfh_guest_attach(struct pfh_device *pdev, const struct pfh_guest_attr *attr);
/**
 * pfh_guest_detach() - answer INVALID what the guest has not answered; then deliver() is
 * called no more
 * Context: may sleep; not from within deliver().
 */
void pfh_guest_detach(struct pfh_device *pdev);

/**
 * pfh_guest_respond() - the guest's answer to a group
 * Context: may sleep.
 * Return: 0: the device has it; -ENOENT: no such group is pending; -EINVAL: no such code.
 */
int pfh_guest_respond(struct pfh_device *pdev, u64 cookie, enum pfh_response_code code);
void pfh_guest_stats(struct pfh_device *pdev, struct pfh_guest_stats *stats);

/*
 * VFIO container. The locking designs under study are named by strings so that
 * a workload can choose (designs.h).
 */
struct pfh_container_attr {
	const char *design;
	struct mm_struct *mm;	    /* the one address space that its mappings are of */
	unsigned int premap_pages;  /* 1: only the page that faulted */
	bool iopf;		    /* false: every mapping is pinned */
	unsigned long locked_limit; /* of mm->locked_vm, in pages; 0: none */
};

/**
 * pfh_container_create() - a container without mappings and devices
 * Context: may sleep; without mmap_lock.
 * Return: ERR_PTR(-EINVAL) no mm, no such design, premap of 0; -ENOMEM.
 */
struct pfh_container *pfh_container_create(const struct pfh_container_attr *attr);
/**
 * pfh_container_destroy() - detach what is attached, unmap what is mapped; accepts NULL
 * Context: may sleep; without mmap_lock.
 */
void pfh_container_destroy(struct pfh_container *container);

/**
 * pfh_container_attach() - give a device the container's address space
 * With iopf its faults are handled from then on.
 * Context: may sleep.
 * Return: 0; -EBUSY attached already; -ENODEV removed, no IOMMU group; -ENOMEM; what the
 * IOMMU or enable_faults() says.
 */
int pfh_container_attach(struct pfh_container *container, struct pfh_device *pdev);
/** pfh_container_detach() - take it away. Context: may sleep: drains what is in flight. */
void pfh_container_detach(struct pfh_container *container, struct pfh_device *pdev);

/**
 * pfh_container_set_iopf() - turn faults on or off, with devices at work
 * On: mappings that may fault are let go of; devices find their pages by faults.
 * Off: they are pinned and mapped in full first, while faults go on.
 * Context: may sleep.
 * Return: 0, also if it is so already; -EOPNOTSUPP by the design; -ESRCH the address space has
 * ended; on: what enable_faults() of a device says; off: -EBUSY pages are pinned by
 * pfh_container_pin(), -ENOMEM, what pinning says. An error changes nothing.
 */
int pfh_container_set_iopf(struct pfh_container *container, bool iopf);

#define PFH_MAP_PINNED BIT(0) /* never faults, whatever the container does */

struct pfh_mapping {
	dma_addr_t iova;
	unsigned long vaddr;
	size_t size;
	int prot;	      /* IOMMU_READ, IOMMU_WRITE; more flags go on to the IOMMU */
	u32 flags;	      /* PFH_MAP_ */
	struct mm_struct *mm; /* whose vaddr: the container's, or NULL, which means that */
};

/**
 * pfh_container_map() - make [iova, iova + size) stand for [vaddr, vaddr + size)
 * Context: may sleep.
 * Return: 0; -EINVAL not pages, empty, wraps, no access, another mm than the container's;
 * -EEXIST overlaps; -ENOMEM, also if more pages would be locked than may be;
 * -EOPNOTSUPP pinned among faultable ones, by the design; of a pinned one what pinning or
 * mapping says.
 */
int pfh_container_map(struct pfh_container *container, const struct pfh_mapping *mapping);

/**
 * pfh_container_unmap() - take whole mappings away, pages that are pinned in them too
 * Context: may sleep; without mmap_lock.
 * Return: 0; -EINVAL not pages, empty, wraps, or it would cut a mapping in two;
 * -ENOENT nothing is mapped there.
 */
int pfh_container_unmap(struct pfh_container *container, dma_addr_t iova, size_t size);

/**
 * pfh_container_unmap_dirty() - the same, and tell what has been written
 * @bitmap: as of pfh_container_dirty_get()
 * The pages are looked at when no device reaches them any more, so no write is missed. (VFIO:
 * VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP.)
 * Context: may sleep; without mmap_lock.
 * Return: as pfh_container_unmap(); -EINVAL also: dirty pages are not tracked.
 */
int pfh_container_unmap_dirty(struct pfh_container *container, dma_addr_t iova, size_t size,
			      unsigned long *bitmap);

/**
 * pfh_container_pin() - pages that must not fault from now on
 * They are mapped with all that their mapping allows. Nests, page by page. Also where that is only
 * reading they are the pages that the process keeps when it writes to them itself.
 * Context: may sleep.
 * Return: 0; -EINVAL not pages, or not all mapped; -EOPNOTSUPP by the design; -ENOMEM, also by
 * the limit; -ESRCH the address space has ended; what pinning says. All of them or none.
 */
int pfh_container_pin(struct pfh_container *container, dma_addr_t iova, size_t size);
/**
 * pfh_container_unpin() - they may fault again
 * Context: may sleep; without mmap_lock.
 * Return: 0; -EINVAL not pages, or not all pinned.
 */
int pfh_container_unpin(struct pfh_container *container, dma_addr_t iova, size_t size);

/**
 * pfh_container_dirty_start() - find out which pages devices write
 * Write permission is taken away; a page is dirty from its first write fault on. Nothing if they
 * are tracked already.
 * Context: may sleep.
 * Return: 0.
 */
int pfh_container_dirty_start(struct pfh_container *container);
/** pfh_container_dirty_stop() - what was written is forgotten. Context: may sleep. */
void pfh_container_dirty_stop(struct pfh_container *container);

/**
 * pfh_container_dirty_get() - which have been written since they were asked for last
 * @bitmap: a bit for each page of [iova, iova + size) is set or cleared
 * Pages that are pinned and writable always count as written, and once more when they have been
 * unpinned: a device may have written them until then. A mapping takes what is known of its pages
 * with it: see pfh_container_unmap_dirty().
 * Context: may sleep.
 * Return: 0; -EINVAL not pages, or dirty pages are not tracked.
 */
int pfh_container_dirty_get(struct pfh_container *container, dma_addr_t iova, size_t size,
			    unsigned long *bitmap);

struct pfh_container_stats {
	u64 faults;	  /* parts of groups handled */
	u64 mapped_pages; /* by faults, pre-mapped ones included */
	u64 spurious;	  /* mapped already: answered with success, nothing done */
	u64 upgrades;	  /* mapped for reading, now for writing too */
	u64 retries; /* an invalidation came while the page was pinned, or it was out of reach */
	u64 refused; /* answered INVALID */
	u64 invalidated_pages;
};

/* A sum over CPUs that go on counting. */
void pfh_container_stats(struct pfh_container *container, struct pfh_container_stats *stats);

#define PFH_CONTAINER_FAULTS BIT(0)	 /* faults can be enabled */
#define PFH_CONTAINER_DIRTY_PAGES BIT(1) /* dirty pages are known one by one */
#define PFH_CONTAINER_PIN BIT(2)	 /* pinned mappings and pages beside faultable ones */
#define PFH_CONTAINER_TURN BIT(3)	 /* faults can be turned on and off */

struct pfh_container_info {
	const char *design;
	u32 caps; /* PFH_CONTAINER_ */
	bool iopf, is_tracking;
	unsigned long locked_pages; /* pinned for its devices */
};

/** pfh_container_info() - what it can do, and what is switched on. Context: may sleep. */
void pfh_container_info(struct pfh_container *container, struct pfh_container_info *info);

/* A page that devices reach without a fault. */
struct pfh_page {
	dma_addr_t iova;
	unsigned long vaddr;
	int prot;
	bool is_pinned;
};

typedef void (*pfh_tell_page_fn)(struct iommu_domain *domain, const struct pfh_page *page,
				 void *arg);

/**
 * pfh_container_tell_pages() - what the container takes for mapped, each page for each domain
 * @fn: called in order of IOVA with the page's entries locked: it does not sleep, and calls
 *	nothing of the core
 * Context: may sleep; without mmap_lock.
 */
void pfh_container_tell_pages(struct pfh_container *container, pfh_tell_page_fn fn, void *arg);

/* Names of the designs, NULL at the end. */
extern const char *const pfh_design_names[];
/* Is it one whose known defects are kept? */
bool pfh_design_is_as_posted(const char *name);

/* Those of SVA. */
extern const char *const pfh_sva_design_names[];
/* Of PASIDs bound from now on; at first the first one. Return: 0; -EINVAL: there is none. */
int pfh_sva_choose_design(const char *name);
const char *pfh_sva_design_name(void);

#endif
