/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub: what VT-d asks of x86. */
#ifndef _ASM_SIM_IOMMU_H
#define _ASM_SIM_IOMMU_H
#include <linux/acpi.h>
extern int force_iommu, no_iommu, iommu_detected, iommu_merge;
#define DMAR_OPERATION_TIMEOUT 1000000000ULL
static inline int __init arch_rmrr_sanity_check(struct acpi_dmar_reserved_memory *rmrr) { return 0; }
#endif
