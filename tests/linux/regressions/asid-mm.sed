# SPDX-License-Identifier: GPL-2.0-only
# fix: cbd23144f766 (B24), the address space stays until its ASID is given back
# file: drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c
# series: 6.1
# scenarios: sva-exit-race sva-storm-exit
/mmgrab(mm)/d
/mmdrop(/d
