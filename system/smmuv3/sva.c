// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shared virtual addressing: a context descriptor points at the tables of a
 * process. The process changes them without asking; the SMMU and the endpoint's
 * translation cache are told by an MMU notifier.
 */
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/list.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include <errno.h>

#include "system/memory/host_mm.h"
#include "system/smmuv3/driver.h"

/* A device uses an address space under a PASID. */
struct sys_smmu_bond {
	struct list_head node; /* in master->bonds */
	struct sys_smmu_master *master;
	u32 pasid, asid;
	struct mutex clear_mutex; /* the next one: who clears second waits for the first */
	bool is_cleared;
	struct mmu_notifier notifier;
};

static void invalidate(struct sys_smmu_bond *bond, struct sys_range range)
{
	sys_smmu_tlb_inv_range(bond->master->smmu, bond->asid, range);
	sys_smmu_atc_inv(bond->master, bond->pasid, range);
}

static void invalidate_range(struct mmu_notifier *notifier, struct mm_struct *mm,
			     unsigned long start, unsigned long end)
{
	invalidate(container_of(notifier, struct sys_smmu_bond, notifier),
		   (struct sys_range){.first = start, .last = end - 1});
}

/* Accesses with the PASID fault from now on, and nothing of it is cached. */
static void clear(struct sys_smmu_bond *bond)
{
	mutex_lock(&bond->clear_mutex);
	if (!bond->is_cleared) {
		sys_smmu_write_cd(bond->master, bond->pasid, 0, 0);
		sys_smmu_tlb_inv_asid(bond->master->smmu, bond->asid);
		sys_smmu_atc_inv(bond->master, bond->pasid, SYS_RANGE_ALL);
		bond->is_cleared = true;
	}
	mutex_unlock(&bond->clear_mutex);
}

/*
 * The process has ended, and its tables go. Nothing is drained: this may be the thread
 * of a queue, whose handler was the last user of the address space.
 */
static void release(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	clear(container_of(notifier, struct sys_smmu_bond, notifier));
}

static const struct mmu_notifier_ops notifier_ops = {
	.invalidate_range = invalidate_range,
	.release = release,
};

static int bond_start(struct sys_smmu_bond *bond, struct mm_struct *mm)
{
	int err = sys_smmu_ats_get(bond->master);

	if (err)
		return err;
	bond->notifier.ops = &notifier_ops;
	err = mmu_notifier_register(&bond->notifier, mm);
	if (err)
		goto err_put;
	err = sys_smmu_write_cd(bond->master, bond->pasid, sys_mm_pgtable(mm)->root, bond->asid);
	if (err)
		goto err_unregister;
	list_add(&bond->node, &bond->master->bonds);
	return 0;

err_unregister:
	mmu_notifier_unregister(&bond->notifier, mm);
err_put:
	sys_smmu_ats_put(bond->master);
	return err;
}

int sys_smmu_sva_attach(struct device *dev, u32 pasid, struct mm_struct *mm)
{
	struct sys_smmu_bond *bond = kzalloc(sizeof(*bond), GFP_KERNEL);
	int err;

	if (!bond)
		return -ENOMEM;
	bond->master = sys_smmu_master_of(dev);
	bond->pasid = pasid;
	mutex_init(&bond->clear_mutex);
	bond->asid = sys_smmu_alloc_asid(bond->master->smmu);
	err = bond_start(bond, mm);
	if (err)
		kfree(bond);
	return err;
}

static struct sys_smmu_bond *find_bond(struct sys_smmu_master *master, u32 pasid)
{
	struct sys_smmu_bond *bond;

	list_for_each_entry (bond, &master->bonds, node) {
		if (bond->pasid == pasid)
			return bond;
	}
	return NULL;
}

void sys_smmu_sva_detach(struct device *dev, u32 pasid)
{
	struct sys_smmu_master *master = sys_smmu_master_of(dev);
	struct sys_smmu_bond *bond = find_bond(master, pasid);

	if (WARN_ON(!bond))
		return;
	list_del(&bond->node);
	clear(bond);
	/* Faults from before are reported while the core still knows the PASID. */
	sys_smmu_drain(master);
	mmu_notifier_unregister(&bond->notifier, bond->notifier.mm);
	sys_smmu_ats_put(master);
	kfree(bond);
}
