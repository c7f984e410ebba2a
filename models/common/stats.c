// SPDX-License-Identifier: GPL-2.0-only
/* Tables of what every IOMMU counts, see stats.h. */
#include "models/common/stats.h"

#define ROW(...) SIM_STAT_ROW(struct iommu_queue_stats, __VA_ARGS__)

static const struct sim_stat queue_rows[] = {IOMMU_QUEUE_STATS(ROW)};
const struct sim_stat_table iommu_queue_stat_table = SIM_STAT_TABLE(struct iommu_queue_stats,
								    queue_rows);

#undef ROW
#define ROW(...) SIM_STAT_ROW(struct iommu_pri_stats, __VA_ARGS__)

static const struct sim_stat pri_rows[] = {IOMMU_PRI_STATS(ROW)};
const struct sim_stat_table iommu_pri_stat_table = SIM_STAT_TABLE(struct iommu_pri_stats, pri_rows);
