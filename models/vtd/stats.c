// SPDX-License-Identifier: GPL-2.0-only
/* The table of what a remapping unit counts. */
#include "models/vtd/vtd.h"

#define ROW(...) SIM_STAT_ROW(struct vtd_stats, __VA_ARGS__)
#define ARRAY_ROW(...) SIM_STAT_ARRAY_ROW(struct vtd_stats, __VA_ARGS__)

static const struct sim_stat rows[] = {IOMMU_STATS(ROW, ARRAY_ROW) /* the same in every IOMMU */
				       VTD_STATS(ROW, ARRAY_ROW)};
const struct sim_stat_table vtd_stat_table = SIM_STAT_TABLE(struct vtd_stats, rows);
