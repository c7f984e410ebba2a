# SPDX-License-Identifier: GPL-2.0-only
# fix: PRO is cleared, or no page request comes in any more
# arch: x86
# file: drivers/iommu/intel/prq.c
# file 6.1: drivers/iommu/intel/svm.c
# series: 6.1 6.12 7.2
# scenarios: vtd-prq-overflow
s/writel(DMA_PRS_PRO, iommu->reg + DMAR_PRS_REG);/;/
