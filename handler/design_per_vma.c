// SPDX-License-Identifier: GPL-2.0-only
/*
 * Design per-vma, of SVA: a fault locks the area of its address instead of the
 * address space, as Linux does from 6.4 on, and takes mmap_lock where that lock
 * cannot be had, or what the fault needs cannot be done under it.
 */
#include "linux/compat.h"
#include "sva_design.h"

/* Return: false: it takes mmap_lock. */
static bool fault_under_vma(struct pfh_group *group, struct mm_struct *mm,
			    const struct pfh_fault *fault, enum pfh_response_code *code)
{
	unsigned int flags = pfh_sva_fault_flags(fault->perm) | PFH_FAULT_FLAG_VMA_LOCK;
	struct vm_area_struct *vma = pfh_lock_vma(mm, fault->addr);
	vm_fault_t ret = VM_FAULT_RETRY;

	if (!vma)
		return false;
	pfh_stamp(group, PFH_STAGE_LOCKED);
	*code = PFH_RESP_INVALID;
	if (pfh_sva_may_fault(vma, fault)) {
		ret = handle_mm_fault(vma, fault->addr, flags, NULL);
		*code = pfh_sva_code_of(ret);
		/* Otherwise the memory management has unlocked it. */
		if (ret & (VM_FAULT_RETRY | VM_FAULT_COMPLETED))
			return !(ret & VM_FAULT_RETRY);
	}
	pfh_unlock_vma(vma);
	return true;
}

static enum pfh_response_code per_vma_handle(struct pfh_group *group, struct mm_struct *mm,
					     const struct pfh_fault *fault)
{
	enum pfh_response_code code;

	if (fault_under_vma(group, mm, fault, &code))
		return code;
	return pfh_handle_under_mmap_lock(group, mm, fault);
}

const struct pfh_sva_design pfh_sva_design_per_vma = {
	.handle = per_vma_handle,
};
