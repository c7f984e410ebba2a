/* SPDX-License-Identifier: GPL-2.0-only */
/* Which IOMMU drivers there are. */
#ifndef SYSTEM_DRIVERS_H
#define SYSTEM_DRIVERS_H

#include "system/iommu/iommu.h"

/** sys_iommu_driver_of() - the driver that the configuration asks for. */
const struct sys_iommu_driver *sys_iommu_driver_of(const struct sys_config *config);

#endif
