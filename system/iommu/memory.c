// SPDX-License-Identifier: GPL-2.0-only
/* Memory that a unit reads and writes, see memory.h. */
#include "system/iommu/memory.h"

#include "sim/point.h"

pa_t sys_iommu_alloc(const struct sys_iommu *iommu, u64 bytes)
{
	u32 lg2 = 0;

	while ((SYS_PAGE_BYTES << lg2) < bytes)
		lg2++;
	return sys_frames_alloc(iommu->frames, lg2);
}

void sys_iommu_write(const struct sys_iommu *iommu, pa_t pa, const u64 *words, u32 nr)
{
	for (u32 i = 0; i < nr; i++) {
		sim_hardware_write();
		mem_write64(iommu->mem, pa + 8 * i, words[i]);
	}
}

void sys_iommu_read(const struct sys_iommu *iommu, pa_t pa, u64 *words, u32 nr)
{
	for (u32 i = 0; i < nr; i++) {
		sim_hardware_read();
		mem_read64(iommu->mem, pa + 8 * i, &words[i]);
	}
}
