// SPDX-License-Identifier: GPL-2.0-only
/*
 * Address spaces: lifetime, and the calls that go on to whoever plays memory
 * management. Permissions of an area are its to check, as in Linux.
 */
#include <linux/mm.h>

#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/sched/mm.h>

#include "kapi/internal.h"
#include "kapi/mm_ops.h"
#include "sim/defects.h"

void kapi_mmu_notifier_release(struct mm_struct *mm);

void kapi_register_mm_ops(const struct kapi_mm_ops *ops)
{
	kapi_state->mm_ops = ops;
}

static const struct kapi_mm_ops *mm_ops(void)
{
	BUG_ON(!kapi_state->mm_ops);
	return kapi_state->mm_ops;
}

/* --- lifetime --- */

void kapi_mm_init(struct mm_struct *mm)
{
	__init_rwsem(&mm->mmap_lock, "&mm->mmap_lock", NULL);
	atomic_set(&mm->mm_users, 1);
	kapi_line_init(&mm->users_line, "&mm->mm_users");
	atomic_set(&mm->mm_count, 1);
	INIT_LIST_HEAD(&mm->notifiers);
	init_waitqueue_head(&mm->notifiers_idle);
}

struct mm_struct *mm_alloc(void)
{
	struct mm_struct *mm = kzalloc(sizeof(*mm), GFP_KERNEL);

	if (!mm)
		return NULL;
	kapi_mm_init(mm);
	mm->is_allocated = true;
	return mm;
}

void mmget(struct mm_struct *mm)
{
	kapi_line_atomic(&mm->users_line);
	mm->mm_users.counter++;
}

bool mmget_not_zero(struct mm_struct *mm)
{
	kapi_line_atomic(&mm->users_line);
	if (!mm->mm_users.counter)
		return false;
	mm->mm_users.counter++;
	return true;
}

void mmput(struct mm_struct *mm)
{
	might_sleep();
	kapi_line_atomic(&mm->users_line);
	if (--mm->mm_users.counter)
		return;
	mm->is_dead = true;
	kapi_mmu_notifier_release(mm);
	if (kapi_state->mm_ops && kapi_state->mm_ops->exit_mmap)
		kapi_state->mm_ops->exit_mmap(mm);
	mmdrop(mm);
}

/* --- faults and pins --- */

struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr)
{
	mmap_assert_locked(mm);
	kapi_call();
	return mm_ops()->find_vma(mm, addr);
}

struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = find_vma(mm, addr);

	return vma && vma->vm_start <= addr ? vma : NULL;
}

/* Areas are made by who plays memory management, who does not know of their locks. */
static struct rw_semaphore *vma_lock_of(struct vm_area_struct *vma)
{
	if (!vma->vm_lock.name)
		__init_rwsem(&vma->vm_lock, "&vma->vm_lock", NULL);
	return &vma->vm_lock;
}

struct vm_area_struct *lock_vma_under_rcu(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	/* A walk through the tree of areas under RCU. */
	kapi_call();
	kapi_call();
	vma = mm_ops()->find_vma(mm, addr);
	if (!vma || addr < vma->vm_start || !down_read_trylock(vma_lock_of(vma)))
		return NULL;
	return vma;
}

void vma_start_write(struct vm_area_struct *vma)
{
	down_write(vma_lock_of(vma));
}

void vma_end_write(struct vm_area_struct *vma)
{
	up_write(&vma->vm_lock);
}

void vma_end_read(struct vm_area_struct *vma)
{
	up_read(&vma->vm_lock);
}

/* Linux looks at the area's permissions in whoever takes the fault (access_error()), not below. */
static void check_access(const struct vm_area_struct *vma, unsigned long address,
			 unsigned int flags)
{
	bool is_write = flags & FAULT_FLAG_WRITE;

	if (vma->vm_flags & (is_write ? VM_WRITE : VM_READ | VM_WRITE | VM_EXEC))
		return;
	sim_defect(
		&sim_defects()->counts.unchecked_accesses,
		"thread '%s' takes a fault for a %s of page 0x%lx, which its area does not allow: "
		"vm_flags are the handler's to check",
		current->comm, is_write ? "write" : "read", address & PAGE_MASK);
}

vm_fault_t handle_mm_fault(struct vm_area_struct *vma, unsigned long address, unsigned int flags,
			   struct pt_regs *regs)
{
	if (!(flags & FAULT_FLAG_VMA_LOCK))
		mmap_assert_locked(vma->vm_mm);
	might_sleep();
	kapi_call();
	check_access(vma, address, flags);
	return mm_ops()->handle_mm_fault(vma, address, flags);
}

long pin_user_pages_remote(struct mm_struct *mm, unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages,
			   struct vm_area_struct **vmas, int *locked)
{
	mmap_assert_locked(mm);
	might_sleep();
	kapi_call();
	if (WARN_ON(vmas) || !nr_pages)
		return -EINVAL;
	return mm_ops()->pin_user_pages(mm, start, nr_pages, gup_flags, pages);
}

void unpin_user_page(struct page *page)
{
	kapi_call();
	mm_ops()->unpin_user_page(page);
}

void unpin_user_pages(struct page **pages, unsigned long nr_pages)
{
	for (unsigned long i = 0; i < nr_pages; i++)
		unpin_user_page(pages[i]);
}

void unpin_user_pages_dirty_lock(struct page **pages, unsigned long nr_pages, bool make_dirty)
{
	unpin_user_pages(pages, nr_pages);
}

phys_addr_t page_to_phys(const struct page *page)
{
	return mm_ops()->page_to_phys(page);
}
