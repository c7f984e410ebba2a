/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A Linux kernel as software of a simulated machine: what scripts/linux build makes of a kernel
 * tree. One at a time, for a machine is (sim/arena.h); the next machine's begins with its variables
 * as they were.
 *
 * A build without a kernel has linux_is_built() alone (none.c).
 */
#ifndef LINUX_WORLD_LINUX_H
#define LINUX_WORLD_LINUX_H

#include "kapi/params.h"
#include "models/mem/mem.h"
#include "sim/types.h"

/** linux_is_built() - is there a kernel in this program? */
bool linux_is_built(void);

/** linux_release() - of the kernel; NULL: none. */
const char *linux_release(void);

/** linux_iommu_kind() - that it was built for: smmuv3, vtd; NULL: none. */
const char *linux_iommu_kind(void);

/* Interrupts of an IOMMU. VT-d: fault events, none, page request events. */
enum linux_irq { LINUX_IRQ_EVTQ, LINUX_IRQ_GERROR, LINUX_IRQ_PRIQ, LINUX_NR_IRQS };

struct linux_iommu {
	u64 pa, bytes; /* its registers */
	u32 irq_cpu;
	u64 (*read)(void *opaque, u32 offset, u32 bytes);
	void (*write)(void *opaque, u32 offset, u64 value, u32 bytes);
	void *opaque;
};

struct linux_device {
	u32 iommu, sid;
	u32 pasid_bits;
	bool can_stall;
	/* NULL: a platform device. Else a PCI endpoint: words of its configuration space. */
	u32 (*config_read)(void *opaque, u32 offset);
	void (*config_write)(void *opaque, u32 offset, u32 value);
	void *opaque;
};

/* Stages of a fault in software, in their order. */
enum linux_stage {
	LINUX_STAGE_DEQUEUED,
	LINUX_STAGE_HANDLED,
	LINUX_STAGE_LOCKED,
	LINUX_STAGE_PINNED,
	LINUX_STAGE_MAPPED,
	LINUX_STAGE_ANSWERED,
};

/* Who looks on. */
struct linux_observer {
	/* a fault of a device, named by its tag, reaches a stage now */
	void (*stamp)(void *opaque, enum linux_stage stage, u32 device, u32 tag);
	void (*answer)(void *opaque, u32 device, u32 tag); /* is about to be answered */
	void (*interrupted)(void *opaque, u32 iommu, enum linux_irq irq);
	/* the event thread has reported a fault of the device, and turns to what is next */
	void (*turned)(void *opaque, u32 device);
	void (*print)(void *opaque, int level, const char *text); /* a line of its log */
	/* the kernel cannot go on; simulation stops */
	void (*died)(void *opaque, const char *why);
	void *opaque;
};

struct linux_attr {
	const struct kapi_params *costs;
	u64 seed, jitter_per_mille; /* atomics, registers and polls take up to so much longer */
	u64 minor_fault_ps; /* of handle_mm_fault(), beside what its locks and atomics cost */
	struct mem *mem;
	u64 ram_pa, ram_bytes; /* what of it is the kernel's */
	u64 msi_pa;	       /* 1 MiB that messages are written to; 0: interrupts are wired */
	const struct linux_iommu *iommus;
	u32 nr_iommus;
	const struct linux_device *devices;
	u32 nr_devices;
	struct linux_observer observer;
};

/**
 * linux_create() - a kernel that has not begun
 * @attr: copied, but for what it points to; that stays
 *
 * Context: after sim_cpus_init(), outside of threads.
 * Return: 0; -ENOMEM.
 */
int linux_create(const struct linux_attr *attr);

/** linux_irq_raise() - interrupt @irq of IOMMU @iommu pulses. Context: anywhere. */
void linux_irq_raise(u32 iommu, enum linux_irq irq);

/* The rest. Context: sim thread; sleeps. Return, where there is one: 0, or -errno of the kernel's.
 */

/** linux_boot() - it comes up; IOMMUs and devices are probed. */
int linux_boot(void);

struct linux_process;

/** linux_process_create() - an address space; @process is ended with linux_process_end() */
int linux_process_create(struct linux_process **process);
void linux_process_end(struct linux_process *process);

struct linux_area {
	u64 start, bytes;
	bool is_readable, is_writable;
	bool is_block; /* of a domain: in one piece, to the same addresses, whatever is there */
};

/** linux_process_map() / _remap() / _populate() - anonymous memory; fresh, where some was; every
 * page of it present */
int linux_process_map(struct linux_process *process, const struct linux_area *area);
int linux_process_remap(struct linux_process *process, const struct linux_area *area);
int linux_process_populate(struct linux_process *process, const struct linux_area *area);

/** linux_bind() - SVA: @device reaches @process by @pasid, until linux_unbind(). */
int linux_bind(u32 device, struct linux_process *process, u32 *pasid);
void linux_unbind(u32 device);

/** linux_remove() - the device leaves. */
void linux_remove(u32 device);

struct linux_domain;

struct linux_mapping {
	u64 iova, pa, bytes;
	bool is_readable, is_writable;
};

/** linux_domain_create() - a domain that @device is attached to; ends with
 * linux_domain_destroy() */
int linux_domain_create(u32 device, struct linux_domain **domain);
void linux_domain_destroy(struct linux_domain *domain, u32 device);

/** linux_map(), linux_unmap() - iommu_map(); iommu_unmap(), which returns how many bytes */
int linux_map(struct linux_domain *domain, const struct linux_mapping *mapping);
u64 linux_unmap(struct linux_domain *domain, u64 iova, u64 bytes);

struct linux_space; /* a domain, as scenarios have it */

/* What a domain does about faults; 6.9 and later. */
enum linux_handler {
	LINUX_HANDLER_NONE,
	LINUX_HANDLER_MAPS,  /* it maps a page, and answers */
	LINUX_HANDLER_KEEPS, /* it never answers */
};

struct linux_bond {
	void *handle;
	u32 pasid;
};

/*
 * What scenarios ask for one by one. Context: sim thread; sleeps. Return, where there is one: 0, or
 * -errno of the kernel's; of the pages, a physical address, or 0: none.
 */
struct linux_calls {
	int (*boot)(void); /* the kernel alone */
	int (*add_iommu)(u32 number);
	int (*add_device)(u32 number, bool is_twice); /* its StreamID is named twice */
	void (*remove_device)(u32 number);
	int (*process_unmap)(struct linux_process *process, const struct linux_area *area);
	int (*process_protect)(struct linux_process *process, const struct linux_area *area);
	u64 (*process_page)(struct linux_process *process, u64 address);
	int (*sva_bind)(u32 device, struct linux_process *process, struct linux_bond *bond);
	void (*sva_unbind)(const struct linux_bond *bond);
	/* fit for @device */
	int (*space_create)(u32 device, enum linux_handler handler, struct linux_space **domain);
	void (*space_free)(struct linux_space *domain);
	int (*space_attach)(struct linux_space *domain, u32 device);
	void (*space_detach)(struct linux_space *domain, u32 device);
	int (*space_map)(struct linux_space *domain, const struct linux_area *area);
	int (*space_unmap)(struct linux_space *domain, const struct linux_area *area);
	u64 (*space_page)(struct linux_space *domain, u64 iova);
	int (*claim)(u32 device); /* DMA is blocked until release_claim() */
	void (*release_claim)(u32 device);
	u64 (*nr_objects)(void); /* of kmalloc() that are not freed; anywhere */
};

/** linux_calls() - NULL: there is no kernel. */
const struct linux_calls *linux_calls(void);

/** linux_nr_warnings() - WARN() and its kind, since it began. Context: anywhere. */
u64 linux_nr_warnings(void);

/** linux_nr_page_faults() - calls of handle_mm_fault() for devices. Context: anywhere. */
u64 linux_nr_page_faults(void);

/** linux_function_at() - its name, and how far into it @address is; false: in none, or there is no
 * kernel. For crashes. */
bool linux_function_at(u64 address, char *text, size_t bytes);

/** linux_missing_at() - who is at @address that nobody defines; NULL: no such. For crashes. */
const char *linux_missing_at(u64 address);

#endif
