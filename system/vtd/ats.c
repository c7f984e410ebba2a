// SPDX-License-Identifier: GPL-2.0-only
/*
 * ATS and PRI of an endpoint, on and off (VT-d 4, 7.4; PCIe 10.5). The context-entry
 * permits both from the beginning, as Linux writes it; what is asked of the endpoint is
 * what somebody uses.
 *
 *	off	PRI, and wait until every page request is answered; then ATS; then its
 *		translations are forgotten.
 */
#include <linux/mutex.h>

#include "models/vtd/regs.h"
#include "sim/sim.h"
#include "system/vtd/driver.h"

void sys_vtd_ats_get(struct sys_vtd_master *master)
{
	if (!master->common->has_ats)
		return;
	mutex_lock(&master->ats_mutex);
	if (!master->nr_ats_users++) {
		/* Whoever invalidates has to know before anything is cached. */
		WRITE_ONCE(master->is_ats_enabled, true);
		sys_pci_enable_ats(master->common->pci);
	}
	mutex_unlock(&master->ats_mutex);
}

void sys_vtd_ats_put(struct sys_vtd_master *master)
{
	if (!master->common->has_ats)
		return;
	mutex_lock(&master->ats_mutex);
	sim_assert(master->nr_ats_users);
	if (!--master->nr_ats_users) {
		sys_pci_disable_ats(master->common->pci);
		/* What it has used already is waited for, with PASID and without. */
		sys_vtd_flush_devtlb(master, SYS_VTD_RID_PASID, SYS_RANGE_ALL);
		WRITE_ONCE(master->is_ats_enabled, false);
	}
	mutex_unlock(&master->ats_mutex);
}

/* Linux: 32 for each endpoint. */
int sys_vtd_pri_enable(struct sys_vtd_master *master)
{
	const struct sys_vtd *vtd = master->vtd;
	u64 nr_entries = (1ULL << vtd->prq_lg2) / PAGE_REQ_BYTES - 1;
	int err;

	sys_vtd_ats_get(master);
	/* The thread has to know before the first request comes, or refuses it. */
	WRITE_ONCE(master->is_pri_enabled, true);
	err = sys_pci_enable_pri(master->common->pci,
				 sys_iommu_credits(master->common, nr_entries));
	if (err) {
		WRITE_ONCE(master->is_pri_enabled, false);
		sys_vtd_ats_put(master);
	}
	return err;
}

static void drain(struct sys_iommu *iommu)
{
	sys_vtd_drain_all(to_vtd(iommu));
}

/* Requests on their way are answered by the page request thread and the handler core. */
void sys_vtd_pri_disable(struct sys_vtd_master *master)
{
	sys_iommu_stop_pri(master->common, drain);
	WRITE_ONCE(master->is_pri_enabled, false);
	sys_vtd_ats_put(master);
}
