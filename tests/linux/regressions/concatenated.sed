# SPDX-License-Identifier: GPL-2.0-only
# fix: d71fa842d33c, entries behind the first of several tables that stage 2 begins with
# file: drivers/iommu/io-pgtable-arm.c
# series: 6.1 6.12 7.2
# scenarios: stage2-concatenated
s/return ptes_per_table - (i & (ptes_per_table - 1));/return ptes_per_table - i;/
