/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour: users keep an address space alive, references only its structure. */
#ifndef _LINUX_SCHED_MM_H
#define _LINUX_SCHED_MM_H

#include <linux/gfp.h>
#include <linux/mm_types.h>
#include <linux/sched.h>
#include <linux/slab.h>

/** kapi_mm_init() - prepare memory management's own mm_struct: one user, one reference. */
void kapi_mm_init(struct mm_struct *mm);
struct mm_struct *mm_alloc(void);

#define might_alloc(gfp) might_sleep_if(gfpflags_allow_blocking(gfp))

static inline void mmgrab(struct mm_struct *mm)
{
	atomic_inc(&mm->mm_count);
}

static inline void mmdrop(struct mm_struct *mm)
{
	if (atomic_dec_and_test(&mm->mm_count) && mm->is_allocated)
		kfree(mm);
}

void mmget(struct mm_struct *mm);
bool mmget_not_zero(struct mm_struct *mm);
void mmput(struct mm_struct *mm);

#endif
