/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mock IOMMU: a driver whose tables are arrays, and that is strict. It counts as
 * an offence: mapping what is mapped, unmapping what is not, a translation used
 * after it was unmapped and not yet synced away, an answer to a group that does
 * not wait for one, freeing a domain with devices. It waits where real drivers
 * do: taking a PASID from a device drains what the device has reported, and waits
 * until memory management is in no notifier of the address space. Kernel C.
 *
 * Devices are platform devices, each behind one of several IOMMUs; a domain
 * belongs to the IOMMU of the first device that is attached, as with SMMUs.
 */
#ifndef PFH_MOCK_IOMMU_H
#define PFH_MOCK_IOMMU_H

#include <linux/device.h>
#include <linux/iommu.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/xarray.h>

#include "../pfh.h"
#include "gate.h"

#define MOCK_NR_GROUPS 512 /* page request group indices */

struct mock_domain {
	struct iommu_domain domain;
	struct xarray ptes; /* by IOVA page: see mock_iommu.c */
	unsigned int iommu;
	unsigned int nr_devices;
};

struct mock_device {
	struct platform_device *platform;
	struct device *dev;
	unsigned int iommu; /* behind which */
	struct mock_domain *domain;
	struct pfh_device *pdev;

	bool faults_enabled;
	struct xarray pasids; /* to struct mock_bond */

	spinlock_t lock; /* the next group */
	/* by group index */
	bool is_waiting[MOCK_NR_GROUPS];
	u8 answer[MOCK_NR_GROUPS]; /* enum pfh_response_code */
	u32 nr_waiting;
	u32 nr_answers, nr_by_code[3];
	wait_queue_head_t answered;
	struct list_head reports; /* under way, oldest first */
	u64 nr_reports;
	wait_queue_head_t reported;

	/* what shall happen */
	int enable_error, sva_error;
	u32 caps;		      /* PFH_CAP_ */
	bool has_tlb;		      /* uses translations until they are synced away */
	unsigned int answer_delay_ms; /* an answer takes so long */

	/* whose it is, and what it is told; or NULL */
	unsigned int number;
	void *owner;
	void (*on_answer)(struct mock_device *mdev, const struct pfh_response *response);
	/* an access gets through at this moment: nothing comes between. It does not sleep. */
	void (*on_access)(struct mock_device *mdev, phys_addr_t phys, dma_addr_t iova, bool write);
	/* the last thing when faults are enabled, the first when they are disabled */
	void (*on_moment)(struct mock_device *mdev, bool is_enable);
};

struct mock_iommu {
	struct iommu_device iommu;
	struct gate answers;	     /* by group */
	struct gate maps;	     /* by IOVA page, the first of a call */
	void (*before_answer)(void); /* called when a page response comes, or NULL */
	struct mutex domain_lock;    /* which domain a device has, and that it stays */

	spinlock_t lock; /* the next group */
	u32 nr_offences;
	u32 nr_domains;
	u32 nr_pages; /* mapped, all domains */
	u32 nr_maps, nr_syncs;
	s32 fail_maps_after; /* so many more pages can be mapped; -1: any number */
	u32 unmaps_more;     /* unmapping takes out so many pages behind the end too, if mapped */
};

/** mock_iommu_register() - one of it; 0 or -errno. */
int mock_iommu_register(void);
void mock_iommu_unregister(void);
struct mock_iommu *mock_iommu(void);

/** mock_device_create() - a device behind IOMMU @iommu; ERR_PTR(-errno). */
struct mock_device *mock_device_create(unsigned int iommu);
void mock_device_destroy(struct mock_device *mdev);

extern const struct pfh_device_ops mock_device_ops;

/**
 * mock_device_register() / _unregister() - its driver comes, which knows the core's state of it;
 * and leaves Return: 0 or -errno.
 */
int mock_device_register(struct mock_device *mdev, enum pfh_dispatch dispatch);
void mock_device_unregister(struct mock_device *mdev);

/** mock_device_mm() - whose tables @pasid leads to; NULL: none, or they are gone. */
struct mm_struct *mock_device_mm(struct mock_device *mdev, u32 pasid);

/**
 * mock_device_report() - the device asks for a page
 * The last of a group makes the group wait for an answer.
 * Return: what pfh_report_fault() says.
 */
int mock_device_report(struct mock_device *mdev, const struct pfh_fault *fault);

/** mock_device_wait() - sleep until no group waits. Return: false after 10 s. */
bool mock_device_wait(struct mock_device *mdev);

/**
 * mock_device_access() - translate as the hardware would
 * Return: 0; -EFAULT: would fault.
 */
int mock_device_access(struct mock_device *mdev, dma_addr_t iova, bool write, phys_addr_t *phys);

/**
 * mock_domain_look() - what @domain's table has at @iova
 * Return: IOMMU_READ | IOMMU_WRITE, and *@phys; -ENOENT: nothing.
 */
int mock_domain_look(struct iommu_domain *domain, dma_addr_t iova, phys_addr_t *phys);

/* From page to page of what a device's domain maps. */
struct mock_page_walk {
	unsigned long next; /* begin with 0 */
	unsigned long index;
	int prot; /* IOMMU_READ | IOMMU_WRITE */
};

/** mock_device_next_page() - Return: false: no more pages, or no domain. */
bool mock_device_next_page(struct mock_device *mdev, struct mock_page_walk *walk);

#endif
