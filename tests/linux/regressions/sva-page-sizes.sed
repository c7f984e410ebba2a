# SPDX-License-Identifier: GPL-2.0-only
# fix: 12f78021973a, domains of SVA say which page sizes they have
# file: drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c
# series: 6.12 7.2
# scenarios: sva-munmap-range
/domain\.pgsize_bitmap = PAGE_SIZE/d
