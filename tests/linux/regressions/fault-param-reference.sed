# SPDX-License-Identifier: GPL-2.0-only
# fix: a74c077b9021 (B15), who handles a fault has a reference to what is known of its device
# file: drivers/iommu/io-pgfault.c
# series: 6.12
# scenarios: remove-race leak-remove
/^static struct iommu_fault_param \*iopf_get/,/^}/s/ && !refcount_inc_not_zero(.*))/ \&\& 0)/
/^static void __iopf_free_group/,/^}/{
/iopf_put_dev_fault_param/d
}
/^int iommu_report_device_fault/,/^}/{
/iopf_put_dev_fault_param/d
}
