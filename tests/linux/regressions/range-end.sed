# SPDX-License-Identifier: GPL-2.0-only
# fix: the range that is invalidated ends before its end (arm_smmu_mm_invalidate_range, 2023)
# file: drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c
# series: 6.1 6.12
# scenarios: sva-munmap-range sva-fault
s/size = end - start;/size = end - start + 1;/
