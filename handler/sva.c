// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shared virtual addressing: a PASID names an address space, whichever device
 * uses it; a bond says that a device may. A fault under a PASID is a page fault
 * of that address space, taken as a thread of it would take one.
 *
 * A handler finds the bond without a lock. It stays because unbinding first
 * erases it, then waits for the groups that had begun (pfh_drain()).
 *
 * A process may end while its devices are at work. Before its tables go, every
 * driver takes its devices off them (sva_attach() in pfh.h); bond and PASID stay
 * until the device is unbound, so nobody else's memory is reached under a PASID that
 * a device still uses. Nothing is waited for then: whoever ends the address space
 * may be a handler in the very thread that a driver would drain.
 *
 * What a fault holds meanwhile, its design says (sva_design.h).
 */
#include <linux/err.h>
#include <linux/mmu_notifier.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "sva_design.h"

/* An address space that has a PASID. Under pfh_core->sva_lock. */
struct pfh_sva {
	struct mm_struct *mm; /* counted (structure, not users) */
	u32 pasid;
	const struct pfh_sva_design *design; /* for life */
	unsigned int nr_bonds;
	bool is_gone; /* the last user has left the address space */
	struct mmu_notifier notifier;
};

/* Under the device's mutex; read by handlers. */
struct pfh_bond {
	struct pfh_device *pdev;
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

/* The last user of the address space has left; drivers see that for themselves. */
static void sva_release(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	struct pfh_sva *sva = container_of(notifier, struct pfh_sva, notifier);

	WRITE_ONCE(sva->is_gone, true);
}

static const struct mmu_notifier_ops sva_notifier_ops = {
	.release = sva_release,
};

static struct pfh_sva *sva_create(struct mm_struct *mm)
{
	struct pfh_sva *sva = kzalloc(sizeof(*sva), GFP_KERNEL);
	int err;

	if (!sva)
		return ERR_PTR(-ENOMEM);
	sva->mm = mm;
	sva->design = pfh_sva_chosen_design();
	err = xa_alloc(&pfh_core->sva, &sva->pasid, sva, XA_LIMIT(1, PFH_MAX_PASID), GFP_KERNEL);
	if (err)
		goto err_free;
	sva->notifier.ops = &sva_notifier_ops;
	err = mmu_notifier_register(&sva->notifier, mm);
	if (err)
		goto err_pasid;
	mmgrab(mm);
	return sva;

err_pasid:
	xa_erase(&pfh_core->sva, sva->pasid);
err_free:
	kfree(sva);
	return ERR_PTR(err == -EBUSY ? -ENOSPC : err);
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
	/* Calls sva_release() itself if the address space lives. */
	mmu_notifier_unregister(&sva->notifier, sva->mm);
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

/* 0; -ESRCH: the address space has ended; what the driver says. */
static int bond_attach(struct pfh_bond *bond)
{
	struct pfh_device *pdev = bond->pdev;
	int err = -ESRCH;

	mutex_lock(&pfh_core->sva_lock);
	if (!READ_ONCE(bond->sva->is_gone))
		err = pdev->ops->sva_attach(pdev->dev, bond->sva->pasid, bond->sva->mm);
	mutex_unlock(&pfh_core->sva_lock);
	return err;
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
	err = bond_attach(bond);
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
	bond->pdev = pdev;
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
	code = bond->sva->design->handle(group, mm, fault);
	if (code == PFH_RESP_SUCCESS) {
		/* The IOMMU walks the tables that the page is now in. */
		pfh_stamp(group, PFH_STAGE_PINNED);
		pfh_stamp(group, PFH_STAGE_MAPPED);
	}
	mmput(mm);
	return code;
}
