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
#include <linux/delay.h>
#include <linux/mutex.h>
#include <linux/printk.h>

#include <errno.h>

#include "system/smmuv3/driver.h"

/* How long to wait for answers: longer than any handler takes. */
#define STOP_POLL_US 10
#define STOP_POLLS 100000

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
	sys_smmu_atc_inv(master, 0, 0, ~0ULL);
	WRITE_ONCE(master->is_ats_enabled, false);
	sys_smmu_write_eats(master, false);
}

void sys_smmu_ats_put(struct sys_smmu_master *master)
{
	if (!master->common->has_ats)
		return;
	mutex_lock(&master->ats_mutex);
	if (!--master->nr_ats_users)
		ats_disable(master);
	mutex_unlock(&master->ats_mutex);
}

/*
 * A share of the queue that leaves room for a stop marker of each endpoint, as
 * chapter 8 asks, or what the configuration says, be it too much.
 */
static u32 credits(const struct sys_smmu *smmu)
{
	const struct sys_config *config = smmu->iommu.config;
	u64 nr_devices = (config->machine.nr_devices + config->machine.nr_iommus - 1) /
			 config->machine.nr_iommus;
	u64 share = (1ULL << smmu->priq.lg2) / nr_devices;

	if (config->pcie.credits)
		return config->pcie.credits;
	return share > 1 ? share - 1 : 1;
}

int sys_smmu_pri_enable(struct sys_smmu_master *master)
{
	int err = sys_smmu_ats_get(master);

	if (err)
		return err;
	/* The PRI thread has to know before the first request comes, or refuses it. */
	WRITE_ONCE(master->is_pri_enabled, true);
	err = sys_pci_enable_pri(master->common->pci, credits(master->smmu));
	if (err) {
		WRITE_ONCE(master->is_pri_enabled, false);
		sys_smmu_ats_put(master);
	}
	return err;
}

/* Requests on their way are answered by the PRI thread and the handler core. */
static void pri_wait_for_answers(struct sys_smmu_master *master)
{
	for (u32 i = 0; i < STOP_POLLS; i++) {
		sys_smmu_drain_priq(master->smmu);
		if (sys_pci_pri_has_stopped(master->common->pci))
			return;
		usleep_range(STOP_POLL_US, 2 * STOP_POLL_US);
	}
	pr_err("smmu%u: stream %u waits for page responses that do not come\n",
	       master->smmu->iommu.number, master->sid);
	sys_pci_reset_pri(master->common->pci);
}

void sys_smmu_pri_disable(struct sys_smmu_master *master)
{
	sys_pci_disable_pri(master->common->pci);
	pri_wait_for_answers(master);
	WRITE_ONCE(master->is_pri_enabled, false);
	sys_smmu_ats_put(master);
}
