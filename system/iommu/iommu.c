// SPDX-License-Identifier: GPL-2.0-only
/* What IOMMU drivers share. */
#include "system/iommu/iommu.h"

#include <errno.h>

#include "sim/cpu.h"

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

static void gather_add(struct iommu_iotlb_gather *gather, unsigned long iova, size_t bytes)
{
	unsigned long end = iova + bytes - 1;

	if (iova < gather->start)
		gather->start = iova;
	if (end > gather->end)
		gather->end = end;
}

int sys_iommu_map_pages(const struct sys_iommu *iommu, struct sys_pgtable *pgt, unsigned long iova,
			phys_addr_t paddr, size_t nr, int prot, size_t *mapped)
{
	u32 access = SYS_PT_VALID | (prot & IOMMU_WRITE ? SYS_PT_WRITE : 0);

	for (size_t i = 0; i < nr; i++) {
		u64 offset = i * SYS_PAGE_BYTES;

		sim_charge(iommu->config->host.pte_write_ps);
		sim_settle();
		if (sys_pgtable_set(pgt, iova + offset, paddr + offset, access))
			return -ENOMEM;
		*mapped += SYS_PAGE_BYTES;
	}
	return 0;
}

size_t sys_iommu_unmap_pages(const struct sys_iommu *iommu, struct sys_pgtable *pgt,
			     unsigned long iova, size_t nr, struct iommu_iotlb_gather *gather)
{
	size_t unmapped = 0;

	for (size_t i = 0; i < nr; i++) {
		sim_charge(iommu->config->host.pte_write_ps);
		sim_settle();
		if (!sys_pgtable_clear(pgt, iova + i * SYS_PAGE_BYTES))
			break;
		unmapped += SYS_PAGE_BYTES;
	}
	if (unmapped)
		gather_add(gather, iova, unmapped);
	return unmapped;
}
