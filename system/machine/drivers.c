// SPDX-License-Identifier: GPL-2.0-only
/* Which IOMMU drivers there are: one row each. */
#include "system/machine/drivers.h"

#include "system/smmuv3/driver.h"
#include "system/vtd/driver.h"

const struct sys_iommu_driver *sys_iommu_driver_of(const struct sys_config *config)
{
	static const struct sys_iommu_driver *const drivers[SYS_NR_IOMMU_KINDS] = {
		[SYS_IOMMU_SMMUV3] = &sys_smmu_driver,
		[SYS_IOMMU_VTD] = &sys_vtd_driver,
	};

	return drivers[config->iommu];
}
