// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shared virtual addressing: a PASID names an address space, whichever device
 * uses it; a bond says that a device may. A fault under a PASID is a page fault
 * of that address space, taken as a thread of it would take one.
 *
 * A handler finds the bond without a lock. It stays because unbinding first
 * erases it, then waits for the groups that had begun (pfh_drain()).
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "internal.h"

/* An address space that has a PASID. Under pfh_core->sva_lock. */
struct pfh_sva {
	struct mm_struct *mm; /* counted (structure, not users) */
	u32 pasid;
	unsigned int nr_bonds;
};

/* Under the device's mutex; read by handlers. */
struct pfh_bond {
	struct pfh_sva *sva;
	unsigned int nr_users;
	bool has_faults; /* fault reporting was enabled for it */
};

#define PFH_MAX_PASID ((1u << 20) - 1)

/* --- PASIDs --- */

static struct pfh_sva *sva_find(struct mm_struct *mm)
{
	struct pfh_sva *sva;
	unsigned long pasid;

	xa_for_each (&pfh_core->sva, pasid, sva) {
		if (sva->mm == mm)
			return sva;
	}
	return NULL;
}

static struct pfh_sva *sva_create(struct mm_struct *mm)
{
	struct pfh_sva *sva = kzalloc(sizeof(*sva), GFP_KERNEL);
	int err;

	if (!sva)
		return ERR_PTR(-ENOMEM);
	sva->mm = mm;
	err = xa_alloc(&pfh_core->sva, &sva->pasid, sva, XA_LIMIT(1, PFH_MAX_PASID), GFP_KERNEL);
	if (err) {
		kfree(sva);
		return ERR_PTR(err == -EBUSY ? -ENOSPC : err);
	}
	mmgrab(mm);
	return sva;
}

static struct pfh_sva *sva_get(struct mm_struct *mm)
{
	struct pfh_sva *sva;

	mutex_lock(&pfh_core->sva_lock);
	sva = sva_find(mm);
	if (!sva)
		sva = sva_create(mm);
	if (!IS_ERR(sva))
		sva->nr_bonds++;
	mutex_unlock(&pfh_core->sva_lock);
	return sva;
}

static void sva_put(struct pfh_sva *sva)
{
	mutex_lock(&pfh_core->sva_lock);
	if (--sva->nr_bonds) {
		mutex_unlock(&pfh_core->sva_lock);
		return;
	}
	xa_erase(&pfh_core->sva, sva->pasid);
	mutex_unlock(&pfh_core->sva_lock);
	mmdrop(sva->mm);
	kfree(sva);
}

/* --- bonds; the device's mutex is held --- */

static struct pfh_bond *bond_find(struct pfh_device *pdev, const struct mm_struct *mm)
{
	struct pfh_bond *bond;
	unsigned long pasid;

	xa_for_each (&pdev->bonds, pasid, bond) {
		if (bond->sva->mm == mm)
			return bond;
	}
	return NULL;
}

/* The bond can be found before the first fault may come. */
static int bond_activate(struct pfh_device *pdev, struct pfh_bond *bond)
{
	u32 pasid = bond->sva->pasid;
	int err;

	err = xa_err(xa_store(&pdev->bonds, pasid, bond, GFP_KERNEL));
	if (err)
		return err;
	err = pfh_enable_faults(pdev);
	if (err && err != -ENODEV)
		goto err_erase;
	bond->has_faults = !err;
	err = pdev->ops->sva_attach(pdev->dev, pasid, bond->sva->mm);
	if (err)
		goto err_disable;
	return 0;

err_disable:
	if (bond->has_faults)
		pfh_disable_faults(pdev);
err_erase:
	xa_erase(&pdev->bonds, pasid);
	pfh_drain(pdev, PFH_SCOPE_PASID(pasid));
	return err;
}

static struct pfh_bond *bond_create(struct pfh_device *pdev, struct mm_struct *mm)
{
	struct pfh_bond *bond = kzalloc(sizeof(*bond), GFP_KERNEL);
	int err;

	if (!bond)
		return ERR_PTR(-ENOMEM);
	bond->sva = sva_get(mm);
	if (IS_ERR(bond->sva)) {
		err = PTR_ERR(bond->sva);
		goto err_free;
	}
	err = bond_activate(pdev, bond);
	if (err)
		goto err_put;
	return bond;

err_put:
	sva_put(bond->sva);
err_free:
	kfree(bond);
	return ERR_PTR(err);
}

static void bond_destroy(struct pfh_device *pdev, struct pfh_bond *bond)
{
	u32 pasid = bond->sva->pasid;

	pdev->ops->sva_detach(pdev->dev, pasid);
	xa_erase(&pdev->bonds, pasid);
	pfh_drain(pdev, PFH_SCOPE_PASID(pasid));
	if (bond->has_faults)
		pfh_disable_faults(pdev);
	sva_put(bond->sva);
	kfree(bond);
}

int pfh_sva_bind(struct pfh_device *pdev, struct mm_struct *mm, u32 *pasid)
{
	struct pfh_bond *bond;

	mutex_lock(&pdev->mutex);
	if (pdev->is_removed) {
		bond = ERR_PTR(-ENODEV);
	} else {
		bond = bond_find(pdev, mm);
		if (!bond)
			bond = bond_create(pdev, mm);
	}
	if (!IS_ERR(bond)) {
		bond->nr_users++;
		*pasid = bond->sva->pasid;
	}
	mutex_unlock(&pdev->mutex);
	return PTR_ERR_OR_ZERO(bond);
}

void pfh_sva_unbind(struct pfh_device *pdev, u32 pasid)
{
	struct pfh_bond *bond;

	mutex_lock(&pdev->mutex);
	bond = xa_load(&pdev->bonds, pasid);
	if (!WARN_ON(!bond) && !--bond->nr_users)
		bond_destroy(pdev, bond);
	mutex_unlock(&pdev->mutex);
}

void pfh_sva_unbind_all(struct pfh_device *pdev)
{
	struct pfh_bond *bond;
	unsigned long pasid;

	mutex_lock(&pdev->mutex);
	xa_for_each (&pdev->bonds, pasid, bond)
		bond_destroy(pdev, bond);
	mutex_unlock(&pdev->mutex);
}

/* --- faults --- */

static bool is_allowed(const struct vm_area_struct *vma, u32 perm)
{
	if (perm & PFH_PERM_READ && !(vma->vm_flags & VM_READ))
		return false;
	if (perm & PFH_PERM_WRITE && !(vma->vm_flags & VM_WRITE))
		return false;
	return !(perm & PFH_PERM_EXEC) || vma->vm_flags & VM_EXEC;
}

static unsigned int fault_flags(u32 perm)
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

/* mmap_lock is held for reading. */
static enum pfh_response_code fault_page(struct mm_struct *mm, const struct pfh_fault *fault)
{
	struct vm_area_struct *vma = find_vma(mm, fault->addr);
	vm_fault_t ret;

	if (!vma || fault->addr < vma->vm_start || !is_allowed(vma, fault->perm))
		return PFH_RESP_INVALID;
	ret = handle_mm_fault(vma, fault->addr, fault_flags(fault->perm), NULL);
	return ret & VM_FAULT_ERROR ? PFH_RESP_INVALID : PFH_RESP_SUCCESS;
}

enum pfh_response_code pfh_sva_handle(struct pfh_group *group, const struct pfh_fault *fault)
{
	struct pfh_bond *bond = xa_load(&group->pdev->bonds, fault->pasid);
	enum pfh_response_code code;
	struct mm_struct *mm;

	if (!bond)
		return PFH_RESP_INVALID;
	mm = bond->sva->mm;
	/* The process may be gone while its device goes on. */
	if (!mmget_not_zero(mm))
		return PFH_RESP_INVALID;
	mmap_read_lock(mm);
	pfh_stamp(group, PFH_STAGE_LOCKED);
	code = fault_page(mm, fault);
	if (code == PFH_RESP_SUCCESS) {
		/* The IOMMU walks the tables that the page is now in. */
		pfh_stamp(group, PFH_STAGE_PINNED);
		pfh_stamp(group, PFH_STAGE_MAPPED);
	}
	mmap_read_unlock(mm);
	mmput(mm);
	return code;
}
