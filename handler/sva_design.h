/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A locking design of SVA: what a fault of an address space holds while memory
 * management brings the page.
 */
#ifndef PFH_SVA_DESIGN_H
#define PFH_SVA_DESIGN_H

#include <linux/mm.h>

#include "internal.h"

struct pfh_sva_design {
	/* Handle one part of a group; the address space has a user. */
	enum pfh_response_code (*handle)(struct pfh_group *group, struct mm_struct *mm,
					 const struct pfh_fault *fault);
};

/* design_mmap_lock.c: also for a design whose own lock cannot be had */
enum pfh_response_code pfh_handle_under_mmap_lock(struct pfh_group *group, struct mm_struct *mm,
						  const struct pfh_fault *fault);

/* designs.c */
const struct pfh_sva_design *pfh_sva_chosen_design(void);

static inline unsigned int pfh_sva_fault_flags(u32 perm)
{
	unsigned int flags = FAULT_FLAG_REMOTE;

	if (perm & PFH_PERM_WRITE)
		flags |= FAULT_FLAG_WRITE;
	if (perm & PFH_PERM_EXEC)
		flags |= FAULT_FLAG_INSTRUCTION;
	if (!(perm & PFH_PERM_PRIV))
		flags |= FAULT_FLAG_USER;
	return flags;
}

/* Is the address in @vma (NULL: none), and allowed there? */
static inline bool pfh_sva_may_fault(const struct vm_area_struct *vma,
				     const struct pfh_fault *fault)
{
	if (!vma || fault->addr < vma->vm_start)
		return false;
	if (fault->perm & PFH_PERM_READ && !(vma->vm_flags & VM_READ))
		return false;
	if (fault->perm & PFH_PERM_WRITE && !(vma->vm_flags & VM_WRITE))
		return false;
	return !(fault->perm & PFH_PERM_EXEC) || vma->vm_flags & VM_EXEC;
}

static inline enum pfh_response_code pfh_sva_code_of(vm_fault_t ret)
{
	return ret & VM_FAULT_ERROR ? PFH_RESP_INVALID : PFH_RESP_SUCCESS;
}

#endif
