// SPDX-License-Identifier: GPL-2.0-only
/* What all of the core uses: its state, its knobs and its trace point. */
#include <linux/module.h>

#include "internal.h"
#include "pfh_trace.h"

struct pfh_core *pfh_core;

unsigned int pfh_extra_delay_ns;
unsigned int pfh_pin_batch = PFH_PIN_BATCH;
bool pfh_partial_tree;

DEFINE_TRACE(pfh_stage, TP_PROTO(struct device *dev, u32 grpid, u32 pasid, int stage),
	     TP_ARGS(dev, grpid, pasid, stage));

void pfh_stamp(struct pfh_group *group, enum pfh_stage stage)
{
	const struct pfh_fault *fault = &group->last.fault;

	if (stage == PFH_STAGE_LOCKED) {
		if (group->is_stamped_locked)
			return;
		group->is_stamped_locked = true;
	}
	trace_pfh_stage(group->pdev->dev, fault->grpid,
			fault->flags & PFH_FAULT_PASID_VALID ? fault->pasid : 0, stage);
}
