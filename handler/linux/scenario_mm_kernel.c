// SPDX-License-Identifier: GPL-2.0-only
/*
 * Address spaces of a scenario in a real kernel: see ../scenario/scenario_mm.h.
 *
 * A space is a process that sleeps. Its areas are private mappings of a file of
 * ours, so that page faults come through here: they can be held and be made to
 * fail. Everything else, the page tables, copies on write, pins and MMU
 * notifiers, is the kernel's own. Taking pages away is unmap_mapping_range(), as
 * truncating a file does it.
 */
#include <linux/anon_inodes.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/umh.h>

#include "../scenario/scenario.h"
#include "../scenario/scenario_mm.h"
#include "compat.h"

static char *sleeper = "/bin/busybox";
module_param(sleeper, charp, 0444);
MODULE_PARM_DESC(sleeper,
		 "program that is started as 'sleeper sleep 1000000' for each address space");

struct scn_mm {
	struct gate faults;
	atomic_t nr_failing; /* page faults */
	unsigned int index;
	struct file *file;
	struct task_struct *task; /* counted */
	struct mm_struct *mm;	  /* counted (structure, not users) */
};

static unsigned long vaddr_of(s32 page)
{
	return SCN_VADDR + (s64)page * (s64)PAGE_SIZE;
}

/* All files of this kind share one inode: each space has its own part of it. */
static loff_t offset_of(const struct scn_mm *mm, s32 page)
{
	return ((loff_t)(mm->index + 1) << 32) + (loff_t)page * PAGE_SIZE;
}

/* --- page faults --- */

static vm_fault_t space_fault(struct vm_fault *vmf)
{
	struct scn_mm *mm = vmf->vma->vm_file->private_data;

	gate_pass(&mm->faults, (s64)((vmf->address - SCN_VADDR) >> PAGE_SHIFT));
	if (atomic_dec_if_positive(&mm->nr_failing) >= 0)
		return VM_FAULT_OOM;
	vmf->page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	return vmf->page ? 0 : VM_FAULT_OOM;
}

static const struct vm_operations_struct space_vm_ops = {
	.fault = space_fault,
};

static int space_mmap(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &space_vm_ops;
	return 0;
}

static const struct file_operations space_fops = {
	.owner = THIS_MODULE,
	.mmap = space_mmap,
};

/* --- the process --- */

static int note_task(struct subprocess_info *info, struct cred *new)
{
	struct scn_mm *mm = info->data;

	mm->task = get_task_struct(current);
	return 0;
}

/* Until it sleeps it has page faults of its own, and nothing would be the same twice. */
static int await_sleep(struct task_struct *task)
{
	while (!(READ_ONCE(task->__state) & TASK_INTERRUPTIBLE)) {
		if (READ_ONCE(task->exit_state))
			return -ESRCH;
		msleep(1);
	}
	return 0;
}

static int start_process(struct scn_mm *mm)
{
	static char *envp[] = {"PATH=/bin", NULL};
	char *argv[] = {sleeper, "sleep", "1000000", NULL};
	struct subprocess_info *info;
	int err;

	info = call_usermodehelper_setup(sleeper, argv, envp, GFP_KERNEL, note_task, NULL, mm);
	if (!info)
		return -ENOMEM;
	err = call_usermodehelper_exec(info, UMH_WAIT_EXEC);
	if (err)
		return err;
	mm->mm = get_task_mm(mm->task);
	if (!mm->mm)
		return -ESRCH;
	mmgrab(mm->mm);
	mmput(mm->mm);
	return await_sleep(mm->task);
}

static int map_area(struct scn_mm *mm, s32 page, s32 pages, unsigned long prot)
{
	unsigned long addr;

	if (!mmget_not_zero(mm->mm))
		return -ESRCH;
	kthread_use_mm(mm->mm);
	addr = vm_mmap(mm->file, vaddr_of(page), (unsigned long)pages << PAGE_SHIFT, prot,
		       MAP_PRIVATE | MAP_FIXED, offset_of(mm, page));
	kthread_unuse_mm(mm->mm);
	mmput(mm->mm);
	return IS_ERR_VALUE(addr) ? (int)addr : 0;
}

static int fill(struct scn_mm *mm)
{
	int err = start_process(mm);

	if (!err)
		err = map_area(mm, 0, SCN_RW_PAGES, PROT_READ | PROT_WRITE);
	if (!err)
		err = map_area(mm, SCN_RW_PAGES, SCN_RO_PAGES, PROT_READ);
	return err;
}

struct scn_mm *scn_mm_create(unsigned int index, wait_queue_head_t *arrived)
{
	struct scn_mm *mm = kzalloc(sizeof(*mm), GFP_KERNEL);
	int err;

	if (!mm)
		return ERR_PTR(-ENOMEM);
	mm->index = index;
	gate_init(&mm->faults, arrived);
	mm->file = anon_inode_getfile("pfh-space", &space_fops, mm, O_RDWR);
	if (IS_ERR(mm->file)) {
		err = PTR_ERR(mm->file);
		kfree(mm);
		return ERR_PTR(err);
	}
	err = fill(mm);
	if (err) {
		scn_mm_exit(mm);
		scn_mm_destroy(mm);
		return ERR_PTR(err);
	}
	return mm;
}

/* On return the process has let go of its memory. */
void scn_mm_exit(struct scn_mm *mm)
{
	if (!mm->task)
		return;
	send_sig(SIGKILL, mm->task, 1);
	while (!READ_ONCE(mm->task->exit_state))
		msleep(1);
}

u32 scn_mm_destroy(struct scn_mm *mm)
{
	if (!mm)
		return 0;
	if (mm->mm)
		mmdrop(mm->mm);
	if (mm->task)
		put_task_struct(mm->task);
	fput(mm->file);
	kfree(mm);
	/* Nobody here counts pins; the virtual world does. */
	return 0;
}

struct mm_struct *scn_mm_struct(struct scn_mm *mm)
{
	return mm->mm;
}

struct gate *scn_mm_faults(struct scn_mm *mm)
{
	return &mm->faults;
}

void scn_mm_fail_faults(struct scn_mm *mm, u32 times)
{
	atomic_set(&mm->nr_failing, times);
}

/* --- pages --- */

void scn_mm_evict(struct scn_mm *mm, s32 page, s32 pages)
{
	unmap_mapping_range(mm->file->f_mapping, offset_of(mm, page), (loff_t)pages << PAGE_SHIFT,
			    1);
}

int scn_mm_unmap(struct scn_mm *mm, s32 page, s32 pages)
{
	int err;

	if (!mmget_not_zero(mm->mm))
		return -ESRCH;
	kthread_use_mm(mm->mm);
	err = vm_munmap(vaddr_of(page), (size_t)pages << PAGE_SHIFT);
	kthread_unuse_mm(mm->mm);
	mmput(mm->mm);
	return err;
}

/* Pin one page. Return: 0 or -errno. */
static int pin(struct scn_mm *mm, s32 page, unsigned int flags, struct page **pinned)
{
	long nr;

	if (!mmget_not_zero(mm->mm))
		return -ESRCH;
	mmap_read_lock(mm->mm);
	nr = pfh_pin_user_pages(mm->mm, vaddr_of(page), 1, flags, pinned);
	mmap_read_unlock(mm->mm);
	mmput(mm->mm);
	if (nr < 0)
		return (int)nr;
	return nr ? 0 : -EFAULT;
}

int scn_mm_touch(struct scn_mm *mm, s32 page, bool is_write)
{
	struct page *pinned;
	int err = pin(mm, page, is_write ? FOLL_WRITE : 0, &pinned);

	if (!err)
		unpin_user_page(pinned);
	return err;
}

phys_addr_t scn_mm_phys(struct scn_mm *mm, s32 page)
{
	struct page *pinned;
	phys_addr_t phys;

	if (pin(mm, page, FOLL_NOFAULT, &pinned))
		return 0;
	phys = page_to_phys(pinned);
	unpin_user_page(pinned);
	return phys;
}

bool scn_mm_owns(struct scn_mm *mm, phys_addr_t phys)
{
	return true;
}
