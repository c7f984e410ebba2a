// SPDX-License-Identifier: GPL-2.0-only
/* The pfh_stage trace point of the handler core stamps the fault it speaks of. */
#include "system/measure/stamps.h"

#include <linux/device.h>

#include "handler/pfh.h"
#include "handler/pfh_trace.h"
#include "system/iommu/iommu.h"

static const enum sys_stage stage_of[PFH_NR_STAGES] = {
	[PFH_STAGE_HANDLED] = SYS_STAGE_HANDLED,
	[PFH_STAGE_LOCKED] = SYS_STAGE_LOCKED,
	[PFH_STAGE_PINNED] = SYS_STAGE_PINNED,
	[PFH_STAGE_MAPPED] = SYS_STAGE_MAPPED,
};

static void on_stage(void *data, struct device *dev, u32 grpid, u32 pasid, int stage)
{
	const struct sys_master *master = dev_get_drvdata(dev);

	sys_collect_stamp(data, master->iommu->number, sys_master_fault(master, grpid),
			  stage_of[stage]);
}

int sys_stamps_register(struct sys_collect *collect)
{
	return register_trace_pfh_stage(on_stage, collect);
}
