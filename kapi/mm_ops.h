/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Below the kernel API: who plays memory management. kapi declares
 * handle_mm_fault(), pin_user_pages_remote(), find_vma() ... in linux/mm.h and
 * calls this table; system/ (or a mock in a test) registers it.
 */
#ifndef KAPI_MM_OPS_H
#define KAPI_MM_OPS_H

#include <linux/mm.h>

struct kapi_mm_ops {
	/* mmap_lock is held for reading. */
	struct vm_area_struct *(*find_vma)(struct mm_struct *mm, unsigned long addr);
	vm_fault_t (*handle_mm_fault)(struct vm_area_struct *vma, unsigned long address,
				      unsigned int flags);
	/* Faults pages in as needed, may sleep. mmap_lock is held for reading. */
	long (*pin_user_pages)(struct mm_struct *mm, unsigned long start, unsigned long nr_pages,
			       unsigned int gup_flags, struct page **pages);
	void (*unpin_user_page)(struct page *page);
	phys_addr_t (*page_to_phys)(const struct page *page);
	/* The last user (mmput) is gone: free the address space. May sleep. */
	void (*exit_mmap)(struct mm_struct *mm);
};

/** kapi_register_mm_ops() - NULL takes them away. */
void kapi_register_mm_ops(const struct kapi_mm_ops *ops);

#endif
