// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the handler core asks of the driver: responses, CMD_RESUME for a stalled
 * access (IHI 0070 4.7.1) and CMD_PRI_RESP for a page request group (4.5.2), and
 * faults on and off.
 */
#include <linux/bitfield.h>

#include <errno.h>

#include "models/smmuv3/regs.h"
#include "system/smmuv3/driver.h"

/* Retry, or terminate with abort so that the master sees it. */
static void resume(struct sys_smmu_master *master, const struct pfh_response *response)
{
	u64 resp = response->code == PFH_RESP_SUCCESS ? CMDQ_RESUME_0_RESP_RETRY
						      : CMDQ_RESUME_0_RESP_ABORT;
	const u64 cmd[1][2] = {{
		FIELD_PREP(CMDQ_0_OP, CMDQ_OP_RESUME) | FIELD_PREP(CMDQ_RESUME_0_SID, master->sid) |
			FIELD_PREP(CMDQ_RESUME_0_RESP, resp),
		FIELD_PREP(CMDQ_RESUME_1_STAG, response->grpid),
	}};

	sys_smmu_issue(master->smmu, cmd, 1, false);
}

static u64 pri_resp_code(enum pfh_response_code code)
{
	switch (code) {
	case PFH_RESP_SUCCESS:
		return CMDQ_PRI_1_RESP_SUCCESS;
	case PFH_RESP_INVALID:
		return CMDQ_PRI_1_RESP_INVALID;
	default:
		return CMDQ_PRI_1_RESP_FAILURE;
	}
}

/* With a PASID if the request had one and the endpoint wants it back. */
static void pri_respond(struct sys_smmu_master *master, const struct pfh_response *response)
{
	u64 substream = response->pasid_valid && master->wants_pasid
				? CMDQ_0_SSV | FIELD_PREP(CMDQ_PRI_0_SSID, (u64)response->pasid)
				: 0;
	const u64 cmd[1][2] = {{
		FIELD_PREP(CMDQ_0_OP, CMDQ_OP_PRI_RESP) |
			FIELD_PREP(CMDQ_PRI_0_SID, (u64)master->sid) | substream,
		FIELD_PREP(CMDQ_PRI_1_GRPID, (u64)response->grpid) |
			FIELD_PREP(CMDQ_PRI_1_RESP, pri_resp_code(response->code)),
	}};

	sys_smmu_issue(master->smmu, cmd, 1, false);
}

/* No CMD_SYNC: that the command is consumed is all that the access needs. */
static void page_response(struct device *dev, const struct pfh_response *response)
{
	struct sys_smmu_master *master = sys_smmu_master_of(dev);
	const struct sys_iommu *iommu = &master->smmu->iommu;
	struct port_fault fault = sys_master_fault(master->common, response->grpid);

	sys_collect_answer(iommu->collect, iommu->number, fault);
	if (master->common->pci)
		pri_respond(master, response);
	else
		resume(master, response);
	sys_collect_stamp(iommu->collect, iommu->number, fault, SYS_STAGE_ANSWERED);
}

static int enable_faults(struct device *dev)
{
	struct sys_smmu_master *master = sys_smmu_master_of(dev);

	if (master->common->can_page_request && master->has_pri)
		return sys_smmu_pri_enable(master);
	return master->common->can_stall ? 0 : -ENODEV;
}

static void disable_faults(struct device *dev)
{
	struct sys_smmu_master *master = sys_smmu_master_of(dev);

	if (master->is_pri_enabled)
		sys_smmu_pri_disable(master);
	else if (master->common->can_stall)
		sys_smmu_drain_evtq(master->smmu);
}

const struct pfh_device_ops sys_smmu_pfh_ops = {
	.page_response = page_response,
	.sva_attach = sys_smmu_sva_attach,
	.sva_detach = sys_smmu_sva_detach,
	.enable_faults = enable_faults,
	.disable_faults = disable_faults,
};
