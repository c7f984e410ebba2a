/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What software said to a unit: which commands, and which registers it wrote. In the order of the
 * specification's numbers, since the unit was made; what never came is not there.
 */
#ifndef MODELS_COMMON_TRAFFIC_H
#define MODELS_COMMON_TRAFFIC_H

#include "sim/types.h"

#define IOMMU_MAX_TALLIES 64

struct iommu_tally {
	const char *name; /* the specification's, of a command or of a register */
	__u64 nr;
};

struct iommu_tallies {
	__u32 nr;
	struct iommu_tally of[IOMMU_MAX_TALLIES];
};

struct iommu_traffic {
	struct iommu_tallies commands; /* carried out */
	struct iommu_tallies writes;
	__u64 nr_reads; /* of any register */
};

static inline void iommu_tally_add(struct iommu_tallies *tallies, const char *name, __u64 nr)
{
	if (nr && tallies->nr < IOMMU_MAX_TALLIES)
		tallies->of[tallies->nr++] = (struct iommu_tally){name, nr};
}

#endif
