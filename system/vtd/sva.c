// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shared virtual addressing as Linux's svm.c does it: a PASID table entry points at the
 * tables of a process, which the first stage walks. The process changes them without
 * asking; the unit and the endpoint's device-TLB are told by an MMU notifier.
 */
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/list.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include <errno.h>

#include "system/memory/host_mm.h"
#include "system/vtd/driver.h"

/* A device uses an address space under a PASID. */
struct sys_vtd_bond {
	struct list_head node; /* in master->bonds */
	struct sys_vtd_master *master;
	u32 pasid;
	struct mutex clear_mutex; /* the next one: who clears second waits for the first */
	bool is_cleared;
	struct mmu_notifier notifier;
};

static void invalidate_range(struct mmu_notifier *notifier, struct mm_struct *mm,
			     unsigned long start, unsigned long end)
{
	struct sys_vtd_bond *bond = container_of(notifier, struct sys_vtd_bond, notifier);
	struct sys_range range = {.first = start, .last = end - 1};

	sys_vtd_flush_pasid_range(bond->master, SYS_VTD_FIRST_STAGE_DID, bond->pasid, range);
}

static void clear(struct sys_vtd_bond *bond)
{
	mutex_lock(&bond->clear_mutex);
	if (!bond->is_cleared)
		sys_vtd_clear_pasid(bond->master, bond->pasid, SYS_VTD_FIRST_STAGE_DID, true);
	bond->is_cleared = true;
	mutex_unlock(&bond->clear_mutex);
}

/*
 * The process has ended, and its tables go. Nothing is drained: this may be the page
 * request thread, whose handler was the last user of the address space.
 */
static void release(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	clear(container_of(notifier, struct sys_vtd_bond, notifier));
}

static const struct mmu_notifier_ops notifier_ops = {
	.invalidate_range = invalidate_range,
	.release = release,
};

static int bond_start(struct sys_vtd_bond *bond, struct mm_struct *mm)
{
	int err;

	bond->notifier.ops = &notifier_ops;
	err = mmu_notifier_register(&bond->notifier, mm);
	if (err)
		return err;
	err = sys_vtd_set_first(bond->master, bond->pasid, sys_mm_pgtable(mm)->root,
				SYS_VTD_FIRST_STAGE_DID);
	if (err) {
		mmu_notifier_unregister(&bond->notifier, mm);
		return err;
	}
	list_add(&bond->node, &bond->master->bonds);
	return 0;
}

int sys_vtd_sva_attach(struct device *dev, u32 pasid, struct mm_struct *mm)
{
	struct sys_vtd_bond *bond = kzalloc(sizeof(*bond), GFP_KERNEL);
	int err;

	if (!bond)
		return -ENOMEM;
	bond->master = sys_vtd_master_of(dev);
	bond->pasid = pasid;
	mutex_init(&bond->clear_mutex);
	sys_vtd_ats_get(bond->master);
	err = bond_start(bond, mm);
	if (err) {
		sys_vtd_ats_put(bond->master);
		kfree(bond);
	}
	return err;
}

static struct sys_vtd_bond *find_bond(struct sys_vtd_master *master, u32 pasid)
{
	struct sys_vtd_bond *bond;

	list_for_each_entry (bond, &master->bonds, node) {
		if (bond->pasid == pasid)
			return bond;
	}
	return NULL;
}

void sys_vtd_sva_detach(struct device *dev, u32 pasid)
{
	struct sys_vtd_master *master = sys_vtd_master_of(dev);
	struct sys_vtd_bond *bond = find_bond(master, pasid);

	if (WARN_ON(!bond))
		return;
	list_del(&bond->node);
	clear(bond);
	/* Page requests from before are reported while the core still knows the PASID. */
	if (master->has_pri)
		sys_vtd_drain_prq(master, SYS_VTD_FIRST_STAGE_DID, pasid);
	mmu_notifier_unregister(&bond->notifier, bond->notifier.mm);
	sys_vtd_ats_put(master);
	kfree(bond);
}
