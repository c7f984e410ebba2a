/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mock memory management: address spaces whose pages appear when they are
 * faulted in and go when the test says so. Kernel C, for the worlds in which
 * kapi's find_vma(), handle_mm_fault() and the like call a table; in a real
 * kernel its own memory management takes this place.
 *
 * A page that is read first is read-only until it is written. One that is
 * pinned stays in memory until it is unpinned, but leaves the address space.
 * As in Linux 6.1, pinning for long is no write: only FOLL_WRITE makes the copy.
 */
#ifndef PFH_MOCK_MM_H
#define PFH_MOCK_MM_H

#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/sched/mm.h>
#include <linux/types.h>
#include <linux/xarray.h>

#define MOCK_MM_MAX_VMAS 8

struct mock_mm {
	struct mm_struct mm;
	struct vm_area_struct vmas[MOCK_MM_MAX_VMAS]; /* in any order; one that went is empty */
	unsigned int nr_vmas;
	struct mutex lock;    /* pages, and what they hold */
	struct list_head all; /* pages that are present or pinned; plain steps, with the lock */
	struct xarray pages;  /* present ones, by page of the address */
	phys_addr_t next_phys;
	bool is_scattered;    /* no two pages are neighbours in memory */
	bool copies_on_write; /* writing to a page that was read makes a new one, notifiers first */
	void *owner;	      /* for the calls below */

	/* what was done */
	u32 nr_faults;	 /* pages made present */
	u32 nr_upgrades; /* made writable */
	u32 nr_tried;	 /* faults that were told to be tried again, and say so */
	u32 nr_pins;	 /* now */
	bool is_gone;	 /* the last user has left */

	/* what shall happen */
	u32 fail_faults;	     /* so many next ones run out of memory */
	u32 retry_faults;	     /* so many next ones say: try again, reclaim is under way */
	unsigned int evict_delay_ms; /* between the notifiers and the pages' going */
	/* called before a page that is not there is made, without the lock */
	void (*on_new_page)(struct mock_mm *mock, unsigned long addr);
	/* called at the begin of a page fault */
	void (*on_fault)(struct mock_mm *mock, unsigned long addr);
	/* called with a pin taken, before it is given out: races are made here */
	void (*on_pin)(struct mock_mm *mock, unsigned long addr);
};

/** mock_mm_create() - an empty address space with one user; NULL without memory. */
struct mock_mm *mock_mm_create(void);

/** mock_mm_put() - the user leaves. Memory goes with mock_mm_free(). */
void mock_mm_put(struct mock_mm *mock);
/** mock_mm_free() - nobody refers to it any more. */
void mock_mm_free(struct mock_mm *mock);

/** mock_mm_add_vma() - areas do not overlap. */
void mock_mm_add_vma(struct mock_mm *mock, unsigned long start, size_t size, unsigned long flags);

/**
 * mock_mm_unmap() - the process unmaps [start, start + size): areas and pages go
 * Return: 0; -ENOMEM: too many areas.
 */
int mock_mm_unmap(struct mock_mm *mock, unsigned long start, size_t size);

/**
 * mock_mm_evict() - take the pages of [start, start + size) away
 * As memory management would: notifiers before and after.
 * Return: pages that went.
 */
u32 mock_mm_evict(struct mock_mm *mock, unsigned long start, size_t size);

/** mock_mm_touch() - a thread of the process reads or writes; 0, -EFAULT, -ENOMEM. */
int mock_mm_touch(struct mock_mm *mock, unsigned long addr, bool is_write);

/** mock_mm_page_phys() - where is the page at @addr? 0: not present. */
phys_addr_t mock_mm_page_phys(struct mock_mm *mock, unsigned long addr);

/**
 * mock_mm_owns() - is there a page at @phys, present or pinned?
 * Context: nothing comes between: it takes no lock.
 */
bool mock_mm_owns(struct mock_mm *mock, phys_addr_t phys);

/* The table's functions. */
struct vm_area_struct *mock_find_vma(struct mm_struct *mm, unsigned long addr);
vm_fault_t mock_handle_mm_fault(struct vm_area_struct *vma, unsigned long address,
				unsigned int flags);
long mock_pin_user_pages(struct mm_struct *mm, unsigned long start, unsigned long nr_pages,
			 unsigned int gup_flags, struct page **pages);
void mock_unpin_user_page(struct page *page);
phys_addr_t mock_page_to_phys(const struct page *page);
void mock_exit_mmap(struct mm_struct *mm);

#endif
