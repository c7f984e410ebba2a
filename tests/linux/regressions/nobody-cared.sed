# SPDX-License-Identifier: GPL-2.0-only
# fix: B17 as 6.1 has it, in the driver: a fault that nobody takes is answered
# file: drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c
# series: 6.1
# scenarios: domain-map-unmap
/Nobody cared, abort the access/,/^	}/s/arm_smmu_page_response(.*);/;/
