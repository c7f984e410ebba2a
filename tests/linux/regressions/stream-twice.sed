# SPDX-License-Identifier: GPL-2.0-only
# fix: b00d24997a11, a StreamID may be named twice by one device
# file: drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c
# series: 6.1 6.12 7.2
# scenarios: stream-twice
/existing_master == master/,+1d
