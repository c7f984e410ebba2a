/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory that a unit reads and writes: tables, queues. */
#ifndef SYSTEM_IOMMU_MEMORY_H
#define SYSTEM_IOMMU_MEMORY_H

#include "system/iommu/iommu.h"

/** sys_iommu_alloc() - zeroed frames for @bytes, a power of two of pages; 0 without memory. */
pa_t sys_iommu_alloc(const struct sys_iommu *iommu, u64 bytes);

/** sys_iommu_write() / _read() - @nr words of 8 bytes from @pa on, the lowest first. */
void sys_iommu_write(const struct sys_iommu *iommu, pa_t pa, const u64 *words, u32 nr);
void sys_iommu_read(const struct sys_iommu *iommu, pa_t pa, u64 *words, u32 nr);

#endif
