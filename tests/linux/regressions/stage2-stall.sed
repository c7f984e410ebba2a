# SPDX-License-Identifier: GPL-2.0-only
# fix: ce7cb08e22e0, a stage 2 says that it stalls, where all stalls
# file: drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c
# series: 6.12 7.2
# scenarios: stage2-stall-forced
s/(master->stall_enabled ? STRTAB_STE_2_S2S : 0)/0/
