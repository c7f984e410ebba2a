# SPDX-License-Identifier: GPL-2.0-only
# fix: 59bf3557cf2f, ranges that begin at no multiple of their size are invalidated as a whole
# arch: x86
# file: drivers/iommu/intel/cache.c
# file 6.1: drivers/iommu/intel/iommu.c
# series: 6.1 6.12
# scenarios: domain-unmap-unaligned vtd-sva-munmap-unaligned
s/unlikely(bitmask & pfn)/0/
