# SPDX-License-Identifier: GPL-2.0-only
# fix: 80a9b50c0b9e, an invalidation is not sent again to who is gone
# arch: x86
# file: drivers/iommu/intel/dmar.c
# series: 6.12 7.2
# scenarios: vtd-unplug
s/if (ite_sid) {/if (0) {/
