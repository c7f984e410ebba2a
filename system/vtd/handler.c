// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the handler core asks of the driver: responses, a page group response descriptor
 * (VT-d 7.6.1), and faults on and off.
 */
#include <linux/bitfield.h>

#include <errno.h>

#include "models/vtd/regs.h"
#include "sim/sim.h"
#include "system/vtd/driver.h"

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
	struct port_fault fault = sys_master_fault(master->common, response->grpid);
	u64 reported_ps;

	sim_assert(response->grpid < ARRAY_SIZE(master->reported_ps));
	reported_ps = master->reported_ps[response->grpid];

	/* The group may come again before this returns. */
	sys_collect_answer(vtd->iommu.collect, vtd->iommu.number, fault);
	sys_vtd_submit_response(vtd, desc, fault);
	sys_iommu_latency_add(&vtd->latencies[SYS_VTD_LATENCY_PRQ], sim_now_ps() - reported_ps);
}

static int enable_faults(struct device *dev)
{
	struct sys_vtd_master *master = sys_vtd_master_of(dev);

	if (!master->common->can_page_request || !master->has_pri)
		return -ENODEV;
	return sys_vtd_pri_enable(master);
}

static void disable_faults(struct device *dev)
{
	struct sys_vtd_master *master = sys_vtd_master_of(dev);

	if (master->is_pri_enabled)
		sys_vtd_pri_disable(master);
}

const struct pfh_device_ops sys_vtd_pfh_ops = {
	.page_response = page_response,
	.sva_attach = sys_vtd_sva_attach,
	.sva_detach = sys_vtd_sva_detach,
	.enable_faults = enable_faults,
	.disable_faults = disable_faults,
};
