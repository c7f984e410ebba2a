// SPDX-License-Identifier: GPL-2.0-only
/*
 * ATS and PRI of an endpoint, on and off (IHI 0070 3.9.1; PCIe 10.5). Each step
 * makes sure that nothing is left which the step before it permitted:
 *
 *	on	STE.EATS, then the endpoint's ATS, then its PRI with credits;
 *	off	PRI, and wait until every page request is answered; then ATS; then
 *		its translations are forgotten; then STE.EATS.
 *
 * The endpoint itself says when its page requests are answered (Stopped). The SMMU
 * can not: completion of a CMD_SYNC says nothing about PRI messages (4.7.3).
 */
#include <linux/mutex.h>

#include "sim/sim.h"
#include "system/smmuv3/driver.h"

/* Endpoints use it as long as somebody does: a domain, a PASID, or PRI. */
int sys_smmu_ats_get(struct sys_smmu_master *master)
{
	int err = 0;

	if (!master->common->has_ats)
		return 0;
	mutex_lock(&master->ats_mutex);
	if (!master->nr_ats_users) {
		err = sys_smmu_write_eats(master, true);
		if (!err) {
			/* Whoever invalidates has to know before anything is cached. */
			WRITE_ONCE(master->is_ats_enabled, true);
			sys_pci_enable_ats(master->common->pci);
		}
	}
	if (!err)
		master->nr_ats_users++;
	mutex_unlock(&master->ats_mutex);
	return err;
}

static void ats_disable(struct sys_smmu_master *master)
{
	sys_pci_disable_ats(master->common->pci);
	/* What it has used already is waited for, with PASID and without. */
	sys_smmu_atc_inv(master, 0, SYS_RANGE_ALL);
	WRITE_ONCE(master->is_ats_enabled, false);
	sys_smmu_write_eats(master, false);
}

void sys_smmu_ats_put(struct sys_smmu_master *master)
{
	if (!master->common->has_ats)
		return;
	mutex_lock(&master->ats_mutex);
	sim_assert(master->nr_ats_users);
	if (!--master->nr_ats_users)
		ats_disable(master);
	mutex_unlock(&master->ats_mutex);
}

int sys_smmu_pri_enable(struct sys_smmu_master *master)
{
	const struct sys_smmu *smmu = master->smmu;
	u32 credits = sys_iommu_credits(master->common, 1ULL << smmu->priq.lg2);
	int err = sys_smmu_ats_get(master);

	if (err)
		return err;
	/* The PRI thread has to know before the first request comes, or refuses it. */
	WRITE_ONCE(master->is_pri_enabled, true);
	err = sys_pci_enable_pri(master->common->pci, credits);
	if (err) {
		WRITE_ONCE(master->is_pri_enabled, false);
		sys_smmu_ats_put(master);
	}
	return err;
}

static void drain(struct sys_iommu *iommu)
{
	sys_smmu_drain_priq(to_smmu(iommu));
}

/* Requests on their way are answered by the PRI thread and the handler core. */
void sys_smmu_pri_disable(struct sys_smmu_master *master)
{
	sys_iommu_stop_pri(master->common, drain);
	WRITE_ONCE(master->is_pri_enabled, false);
	sys_smmu_ats_put(master);
}
