# SPDX-License-Identifier: GPL-2.0-only
# fix: df180b1a4cc5, the lock of the command queue is fair to those who wait for a CMD_SYNC
# file: drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c
# series: 6.1 6.12 7.2
# scenarios: cmdq-starvation
/^static void arm_smmu_cmdq_shared_lock/,/^}/s/atomic_cond_read_relaxed(.*);/for (int val = -1; val < 0 || atomic_cmpxchg_relaxed(\&cmdq->lock, val, val + 1) != val;) val = atomic_cond_read_relaxed(\&cmdq->lock, VAL >= 0);/
s/atomic_fetch_andnot_release(INT_MIN, &cmdq->lock)/atomic_set_release(\&cmdq->lock, 0)/
