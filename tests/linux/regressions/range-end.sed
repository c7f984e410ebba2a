# SPDX-License-Identifier: GPL-2.0-only
# fix: 95d4782c34a6, the range that is invalidated ends where it ends, not a byte later
# file: drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c
# series: 6.1 6.12 7.2
# scenarios: sva-munmap-range sva-fault
s/size = end - start;/size = end - start + 1;/
