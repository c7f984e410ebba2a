// SPDX-License-Identifier: GPL-2.0-only
/* Which IOMMU drivers there are, and what they share. */
#include "system/iommu.h"

const struct sys_iommu_driver *sys_iommu_driver_of(const struct sys_config *config)
{
	static const struct sys_iommu_driver *const drivers[SYS_NR_IOMMU_KINDS] = {
		[SYS_IOMMU_SMMUV3] = &sys_smmu_driver,
		[SYS_IOMMU_VTD] = &sys_vtd_driver,
	};

	return drivers[config->iommu];
}

void sys_iommu_latency_add(struct sys_iommu_latency *latency, u64 ps)
{
	u64 limit_ps = 100000;
	u32 bucket = 0;

	for (; bucket < SYS_IOMMU_NR_BUCKETS - 1 && ps >= limit_ps; bucket++)
		limit_ps *= 10;
	latency->buckets[bucket]++;
	if (!latency->count || ps < latency->min_ps)
		latency->min_ps = ps;
	if (ps > latency->max_ps)
		latency->max_ps = ps;
	latency->count++;
	latency->sum_ps += ps;
}

void sys_iommu_gather_add(struct iommu_iotlb_gather *gather, unsigned long iova, size_t bytes)
{
	unsigned long end = iova + bytes - 1;

	if (iova < gather->start)
		gather->start = iova;
	if (end > gather->end)
		gather->end = end;
}
