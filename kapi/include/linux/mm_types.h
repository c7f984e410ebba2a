/* SPDX-License-Identifier: GPL-2.0-only */
/* Changed: what the core and drivers look at of an address space; whoever plays memory management
 * (kapi/mm_ops.h) wraps these in its own. */
#ifndef _LINUX_MM_TYPES_H
#define _LINUX_MM_TYPES_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/rwsem.h>
#include <linux/types.h>
#include <linux/wait.h>

typedef unsigned int vm_fault_t;

struct page {
	unsigned long flags;
	void *private; /* memory management's */
};

struct mm_struct {
	struct rw_semaphore mmap_lock;
	atomic_t mm_users;	 /* threads that live in it, and mmget() */
	kapi_line_t users_line;	 /* mm_users's: it moves with each mmget() and mmput() */
	atomic_t mm_count;	 /* mmgrab(), plus one for all users together */
	void *private;		 /* memory management's */
	unsigned long locked_vm; /* pages pinned or locked; under mmap_lock for writing */
	bool is_allocated;	 /* by mm_alloc(): freed with the last reference */

	/* MMU notifiers (kapi/lib/mmu_notifier.c) */
	struct list_head notifiers;
	u32 nr_notifier_walks;
	struct wait_queue_head notifiers_idle;
	u32 nr_invalidating; /* between start and end */
	bool is_dead;	     /* the last user has gone */
};

struct vm_area_struct {
	struct mm_struct *vm_mm;
	unsigned long vm_start; /* half open */
	unsigned long vm_end;
	unsigned long vm_flags;
	void *vm_private_data;
	struct rw_semaphore vm_lock; /* of the area alone */
};

#define CONFIG_PER_VMA_LOCK 1

#define VM_READ 0x1ul
#define VM_WRITE 0x2ul
#define VM_EXEC 0x4ul
#define VM_SHARED 0x8ul
#define VM_HUGEPAGE 0x20000000ul

#define VM_FAULT_OOM 0x1u
#define VM_FAULT_SIGBUS 0x2u
#define VM_FAULT_MAJOR 0x4u
#define VM_FAULT_HWPOISON 0x10u
#define VM_FAULT_SIGSEGV 0x40u
#define VM_FAULT_NOPAGE 0x100u
#define VM_FAULT_RETRY 0x400u
#define VM_FAULT_COMPLETED 0x4000u
#define VM_FAULT_ERROR (VM_FAULT_OOM | VM_FAULT_SIGBUS | VM_FAULT_SIGSEGV | VM_FAULT_HWPOISON)

#define FAULT_FLAG_WRITE 0x1u
#define FAULT_FLAG_ALLOW_RETRY 0x4u
#define FAULT_FLAG_TRIED 0x20u
#define FAULT_FLAG_USER 0x40u
#define FAULT_FLAG_REMOTE 0x80u
#define FAULT_FLAG_INSTRUCTION 0x100u
#define FAULT_FLAG_VMA_LOCK 0x1000u

#define PAGE_SHIFT 12
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))

#endif
