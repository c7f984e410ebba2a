# SPDX-License-Identifier: GPL-2.0-only
# fix: 67ea0b7ce418 (B10), an overflow of the event queue is acknowledged
# file: drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c
# series: 6.1 6.12 7.2
# scenarios: evtq-overflow
/^static irqreturn_t arm_smmu_evtq_thread/,/^}/{
/queue_sync_cons_ovf/d
}
