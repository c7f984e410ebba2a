/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where kernel versions differ in what the core calls. The simulator's headers
 * say that they are Linux 6.1.
 */
#ifndef PFH_COMPAT_H
#define PFH_COMPAT_H

#include <linux/err.h>
#include <linux/iommu.h>
#include <linux/mm.h>
#include <linux/version.h>

/*
 * Map without reclaim. What the core maps it maps under a lock that its MMU
 * notifier takes, and reclaim for the IOMMU's tables may call that notifier.
 * 6.3: iommu_map() is told how to allocate.
 */
static inline int pfh_iommu_map(struct iommu_domain *domain, unsigned long iova, phys_addr_t phys,
				size_t size, int prot)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	return iommu_map(domain, iova, phys, size, prot, GFP_ATOMIC);
#else
	return iommu_map_atomic(domain, iova, phys, size, prot);
#endif
}

/* 6.11: a domain is allocated for a device, not for its bus, and fails by ERR_PTR. */
static inline struct iommu_domain *pfh_iommu_domain_alloc(struct device *dev)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
	struct iommu_domain *domain = iommu_paging_domain_alloc(dev);

	return IS_ERR(domain) ? NULL : domain;
#else
	return iommu_domain_alloc(dev->bus);
#endif
}

/* 6.5: pinning no longer returns areas. */
static inline long pfh_pin_pages_as_is(struct mm_struct *mm, unsigned long start,
				       unsigned long nr_pages, unsigned int gup_flags,
				       struct page **pages)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
	return pin_user_pages_remote(mm, start, nr_pages, gup_flags, pages, NULL);
#else
	return pin_user_pages_remote(mm, start, nr_pages, gup_flags, pages, NULL, NULL);
#endif
}

/*
 * 6.2 (84209e87c696): pinning for long without FOLL_WRITE gives the page that the
 * process keeps, not one that its next write leaves behind (copy on write). Before
 * that, who wants it pins as if to write, by force where the process may not; where
 * memory is shared that is refused, and not needed.
 */
static inline long pfh_pin_user_pages(struct mm_struct *mm, unsigned long start,
				      unsigned long nr_pages, unsigned int gup_flags,
				      struct page **pages)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
	if ((gup_flags & (FOLL_LONGTERM | FOLL_WRITE)) == FOLL_LONGTERM) {
		long nr = pfh_pin_pages_as_is(mm, start, nr_pages,
					      gup_flags | FOLL_WRITE | FOLL_FORCE, pages);

		if (nr != -EFAULT)
			return nr;
	}
#endif
	return pfh_pin_pages_as_is(mm, start, nr_pages, gup_flags, pages);
}

/*
 * 6.4: a page fault can lock its area alone, but the function for that is not
 * there for modules. The simulator has it.
 */
#if defined(CONFIG_PER_VMA_LOCK) && !defined(MODULE)
#define PFH_FAULT_FLAG_VMA_LOCK FAULT_FLAG_VMA_LOCK
#define pfh_lock_vma lock_vma_under_rcu
#define pfh_unlock_vma vma_end_read
#else
#define PFH_FAULT_FLAG_VMA_LOCK 0
static inline struct vm_area_struct *pfh_lock_vma(struct mm_struct *mm, unsigned long address)
{
	return NULL;
}

static inline void pfh_unlock_vma(struct vm_area_struct *vma)
{
}
#endif

/*
 * For the operations of a driver. 6.7: a device leaves its domain by being
 * attached to one that blocks; before, by an operation of the domain.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
#define PFH_DETACH_DEV(function)
#define PFH_BLOCKED_DOMAIN(domain_) .blocked_domain = (domain_), .default_domain = (domain_),
#else
#define PFH_DETACH_DEV(function) .detach_dev = (function),
#define PFH_BLOCKED_DOMAIN(domain_)
#endif

#endif
