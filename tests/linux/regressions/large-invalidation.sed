# SPDX-License-Identifier: GPL-2.0-only
# fix: d5afb4b47e13, a large range of an address space is invalidated as a whole
# file: drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c
# series: 6.1 6.12
# scenarios: sva-munmap-large
/size >= CMDQ_MAX_TLBI_OPS/,+1d
