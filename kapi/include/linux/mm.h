/* SPDX-License-Identifier: GPL-2.0-only */
/* Changed: calls whoever plays memory management (kapi/mm_ops.h); charges the call, the memory
 * management charges its work. */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <linux/align.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm_types.h>
#include <linux/mmap_lock.h>
#include <linux/slab.h>

#define FOLL_WRITE 0x1u
#define FOLL_FORCE 0x10u
#define FOLL_LONGTERM 0x10000u
#define PAGE_ALIGN(addr) ALIGN(addr, PAGE_SIZE)
#define PAGE_ALIGNED(addr) IS_ALIGNED((unsigned long)(addr), PAGE_SIZE)
#define offset_in_page(p) ((unsigned long)(p) & ~PAGE_MASK)

/* mmap_lock is held; the first area that ends above @addr, NULL if none. */
struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr);
struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long addr);

/* As of Linux 6.4: the area of @addr, locked for reading without mmap_lock; NULL: there is none,
 * or somebody changes it. A fault under it has FAULT_FLAG_VMA_LOCK. */
struct vm_area_struct *lock_vma_under_rcu(struct mm_struct *mm, unsigned long addr);
void vma_end_read(struct vm_area_struct *vma);
/* With mmap_lock held for writing, until vma_end_write() (Linux: until that is let go). */
void vma_start_write(struct vm_area_struct *vma);
void vma_end_write(struct vm_area_struct *vma);

struct pt_regs;
/* VM_FAULT_RETRY (only with FAULT_FLAG_ALLOW_RETRY or _VMA_LOCK) and VM_FAULT_COMPLETED: the lock
 * that the caller held has been dropped. */
vm_fault_t handle_mm_fault(struct vm_area_struct *vma, unsigned long address, unsigned int flags,
			   struct pt_regs *regs);

/**
 * pin_user_pages_remote() - fault pages in and keep them
 * Context: mmap_lock held for reading.
 * Return: how many from @start on, 1 or more; -EFAULT for a hole or a lack of
 * permission at the first; -ENOMEM. @vmas must be NULL, @locked may be.
 */
long pin_user_pages_remote(struct mm_struct *mm, unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages,
			   struct vm_area_struct **vmas, int *locked);
void unpin_user_page(struct page *page);
void unpin_user_pages(struct page **pages, unsigned long nr_pages);
void unpin_user_pages_dirty_lock(struct page **pages, unsigned long nr_pages, bool make_dirty);

phys_addr_t page_to_phys(const struct page *page);
#define page_to_pfn(page) ((unsigned long)(page_to_phys(page) >> PAGE_SHIFT))
#define PFN_PHYS(pfn) ((phys_addr_t)(pfn) << PAGE_SHIFT)
#define PHYS_PFN(phys) ((unsigned long)((phys) >> PAGE_SHIFT))

#endif
