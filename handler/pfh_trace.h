/* SPDX-License-Identifier: GPL-2.0-only */
/* What is seen of a fault on its way through the core: pfh_stage, enum pfh_stage in pfh.h. */
#ifndef PFH_TRACE_H
#define PFH_TRACE_H

#include <linux/tracepoint.h>
#include <linux/types.h>

struct device;

/* @grpid, @pasid (0: none) name the group of @dev; @stage is an enum pfh_stage. */
DECLARE_TRACE(pfh_stage, TP_PROTO(struct device *dev, u32 grpid, u32 pasid, int stage),
	      TP_ARGS(dev, grpid, pasid, stage));

#endif
