// SPDX-License-Identifier: GPL-2.0-only
/* Which IOMMU drivers there are. */
#include "system/iommu.h"

const struct sys_iommu_driver *sys_iommu_driver_of(const struct sys_config *config)
{
	static const struct sys_iommu_driver *const drivers[SYS_NR_IOMMU_KINDS] = {
		[SYS_IOMMU_SMMUV3] = &sys_smmu_driver,
	};

	return drivers[config->iommu];
}
