// SPDX-License-Identifier: GPL-2.0-only
/* The table of what an SMMU counts. */
#include "models/smmuv3/smmu.h"

#define ROW(...) SIM_STAT_ROW(struct smmu_stats, __VA_ARGS__)
#define ARRAY_ROW(...) SIM_STAT_ARRAY_ROW(struct smmu_stats, __VA_ARGS__)

static const struct sim_stat rows[] = {IOMMU_STATS(ROW, ARRAY_ROW) /* the same in every IOMMU */
				       SMMU_STATS(ROW, ARRAY_ROW)};
const struct sim_stat_table smmu_stat_table = SIM_STAT_TABLE(struct smmu_stats, rows);
