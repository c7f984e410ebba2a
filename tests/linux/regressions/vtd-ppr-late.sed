# SPDX-License-Identifier: GPL-2.0-only
# fix: 46924008273e, PPR is cleared before the queue is looked at
# arch: x86
# file: drivers/iommu/intel/prq.c
# series: 6.12
# scenarios: sva-storm vtd-groups two-masters-sva
/^static irqreturn_t prq_event_thread/,/^}/{
/writel(DMA_PRS_PPR,/d
s/^\tdmar_writeq(iommu->reg + DMAR_PQH_REG, tail);/&\n\twritel(DMA_PRS_PPR, iommu->reg + DMAR_PRS_REG);/
}
