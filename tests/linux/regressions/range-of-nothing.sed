# SPDX-License-Identifier: GPL-2.0-only
# fix: eb6c97647be2, no invalidation of a range is sent whose TTL, NUM and SCALE are all 0
# file: drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c
# series: 6.1 6.12
# scenarios: sva-munmap-range
/^static void __arm_smmu_tlb_inv_range/,/^}/{
/else if ((num_pages & CMDQ_TLBI_RANGE_NUM_MAX) == 1)/,+1d
}
