// SPDX-License-Identifier: GPL-2.0-only
/*
 * ATS and PRI of an endpoint, on and off (VT-d 4, 7.4; PCIe 10.5), and what the handler
 * core asks of the driver. The context-entry permits both from the beginning, as
 * Linux writes it; what is asked of the endpoint is what somebody uses.
 *
 *	off	PRI, and wait until every page request is answered; then ATS; then its
 *		translations are forgotten.
 */
#include <linux/bitfield.h>
#include <linux/delay.h>
#include <linux/printk.h>

#include <errno.h>

#include "models/vtd/regs.h"
#include "sim/sim.h"
#include "system/vtd/driver.h"

/* How long to wait for answers: longer than any handler takes. */
#define STOP_POLL_US 10
#define STOP_POLLS 100000

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
	if (!--master->nr_ats_users) {
		sys_pci_disable_ats(master->common->pci);
		/* What it has used already is waited for, with PASID and without. */
		sys_vtd_flush_devtlb(master, SYS_VTD_RID_PASID, 0, ~0ULL);
		WRITE_ONCE(master->is_ats_enabled, false);
	}
	mutex_unlock(&master->ats_mutex);
}

/* Linux: 32 for each endpoint; or its share of the queue, or what the configuration says. */
static u32 credits(const struct sys_vtd *vtd)
{
	const struct sys_config *config = vtd->iommu.config;
	u64 nr_devices = (config->machine.nr_devices + config->machine.nr_iommus - 1) /
			 config->machine.nr_iommus;
	u64 share = (vtd->prq_bytes / PAGE_REQ_BYTES - 1) / nr_devices;

	if (config->pcie.credits)
		return config->pcie.credits;
	return share > 1 ? share - 1 : 1;
}

static int enable_faults(struct device *dev)
{
	struct sys_vtd_master *master = sys_vtd_master_of(dev);
	int err;

	if (!master->common->can_page_request || !master->has_pri)
		return -ENODEV;
	sys_vtd_ats_get(master);
	err = sys_pci_enable_pri(master->common->pci, credits(master->vtd));
	if (err) {
		sys_vtd_ats_put(master);
		return err;
	}
	WRITE_ONCE(master->is_pri_enabled, true);
	return 0;
}

/* Requests on their way are answered by the page request thread and the handler core. */
static void wait_for_answers(struct sys_vtd_master *master)
{
	for (u32 i = 0; i < STOP_POLLS; i++) {
		sys_vtd_drain_all(master->vtd);
		if (sys_pci_pri_has_stopped(master->common->pci))
			return;
		usleep_range(STOP_POLL_US, 2 * STOP_POLL_US);
	}
	pr_err("dmar%u: device %u waits for page responses that do not come\n",
	       master->vtd->iommu.number, master->sid);
	sys_pci_reset_pri(master->common->pci);
}

static void disable_faults(struct device *dev)
{
	struct sys_vtd_master *master = sys_vtd_master_of(dev);

	if (!master->is_pri_enabled)
		return;
	sys_pci_disable_pri(master->common->pci);
	wait_for_answers(master);
	WRITE_ONCE(master->is_pri_enabled, false);
	sys_vtd_ats_put(master);
}

static u64 response_code(enum pfh_response_code code)
{
	switch (code) {
	case PFH_RESP_SUCCESS:
		return PORT_PAGE_SUCCESS;
	case PFH_RESP_INVALID:
		return PORT_PAGE_INVALID;
	default:
		return PORT_PAGE_FAILURE;
	}
}

/* Linux: intel_svm_page_response(), which waits until the response has been sent. */
static void page_response(struct device *dev, const struct pfh_response *response)
{
	struct sys_vtd_master *master = sys_vtd_master_of(dev);
	struct sys_vtd *vtd = master->vtd;
	bool has_pasid = response->pasid_valid && master->wants_pasid;
	const u64 desc[2] = {
		INVDESC_TYPE_PGRP_RESP | FIELD_PREP(INVDESC_PGRP_0_RID, (u64)master->sid) |
			FIELD_PREP(INVDESC_PGRP_0_RC, response_code(response->code)) |
			(has_pasid ? INVDESC_PGRP_0_PP |
					     FIELD_PREP(INVDESC_0_PASID, (u64)response->pasid)
				   : 0),
		FIELD_PREP(INVDESC_PGRP_1_PRGI, (u64)response->grpid),
	};
	u64 reported_ps = master->reported_ps[response->grpid];

	/* The group may come again before this returns. */
	sys_vtd_submit_response(vtd, desc, sys_master_fault(master->common, response->grpid));
	sys_iommu_latency_add(&vtd->latencies[SYS_VTD_LATENCY_PRQ], sim_now_ps() - reported_ps);
}

const struct pfh_device_ops sys_vtd_pfh_ops = {
	.page_response = page_response,
	.sva_attach = sys_vtd_sva_attach,
	.sva_detach = sys_vtd_sva_detach,
	.enable_faults = enable_faults,
	.disable_faults = disable_faults,
};
