// SPDX-License-Identifier: GPL-2.0-only
/*
 * Design mmap-lock, of SVA: a fault holds mmap_lock of its address space for
 * reading, as a fault of a thread does in Linux 6.1.
 */
#include <linux/sched.h>

#include "sva_design.h"

/* So often does memory management get to wait for something without mmap_lock. */
#define PFH_SVA_MAX_TRIES 64

/* Return: what handle_mm_fault() says; without an area that allows it, an error. */
static vm_fault_t fault_once(struct pfh_group *group, struct mm_struct *mm,
			     const struct pfh_fault *fault, unsigned int flags)
{
	vm_fault_t ret = VM_FAULT_SIGSEGV;
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	pfh_stamp(group, PFH_STAGE_LOCKED);
	vma = find_vma(mm, fault->addr);
	if (pfh_sva_may_fault(vma, fault))
		ret = handle_mm_fault(vma, fault->addr, flags, NULL);
	/* Otherwise the memory management has unlocked it. */
	if (!(ret & (VM_FAULT_RETRY | VM_FAULT_COMPLETED)))
		mmap_read_unlock(mm);
	return ret;
}

enum pfh_response_code pfh_handle_under_mmap_lock(struct pfh_group *group, struct mm_struct *mm,
						  const struct pfh_fault *fault)
{
	unsigned int flags = pfh_sva_fault_flags(fault->perm) | FAULT_FLAG_ALLOW_RETRY, i;

	for (i = 0; i < PFH_SVA_MAX_TRIES; i++) {
		vm_fault_t ret = fault_once(group, mm, fault, flags);

		if (!(ret & VM_FAULT_RETRY))
			return pfh_sva_code_of(ret);
		flags |= FAULT_FLAG_TRIED;
		cond_resched();
	}
	return PFH_RESP_INVALID;
}

const struct pfh_sva_design pfh_sva_design_mmap_lock = {
	.handle = pfh_handle_under_mmap_lock,
};
