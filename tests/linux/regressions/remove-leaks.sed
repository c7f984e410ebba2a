# SPDX-License-Identifier: GPL-2.0-only
# fix: 9759ae2cee7c (B16, CVE-2025-21770), groups that wait when a device leaves are freed
# file: drivers/iommu/io-pgfault.c
# series: 6.12 7.2
# scenarios: leak-kept
/^void iopf_queue_remove_device/,/^}/{
/iopf_free_group(group)/d
}
