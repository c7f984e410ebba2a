# SPDX-License-Identifier: GPL-2.0-only
# fix: (B41), the event thread looks at PROD again before it leaves
# file: drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c
# series: 6.1 6.12 7.2
# scenarios: evtq-trickle sva-storm
/^static irqreturn_t arm_smmu_evtq_thread/,/^}/{
s/queue_sync_prod_in(q) == -EOVERFLOW/0/
s/^\tdo {/\tqueue_sync_prod_in(q);\n&/
}
