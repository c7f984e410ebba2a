// SPDX-License-Identifier: GPL-2.0-only
/* What a remapping unit counts: the table of it, and what software said to it. */
#include "models/vtd/internal.h"

#define ROW(...) SIM_STAT_ROW(struct vtd_stats, __VA_ARGS__)
#define ARRAY_ROW(...) SIM_STAT_ARRAY_ROW(struct vtd_stats, __VA_ARGS__)

static const struct sim_stat rows[] = {IOMMU_STATS(ROW, ARRAY_ROW) /* the same in every IOMMU */
				       VTD_STATS(ROW, ARRAY_ROW)};
const struct sim_stat_table vtd_stat_table = SIM_STAT_TABLE(struct vtd_stats, rows);

static const char *const type_names[INVDESC_TYPE_PGRP_RESP + 1] = {
#define TYPE(name) [INVDESC_TYPE_##name] = #name
	TYPE(CC),     TYPE(IOTLB), TYPE(DEVTLB),  TYPE(IEC),	   TYPE(WAIT),
	TYPE(PIOTLB), TYPE(PC),	   TYPE(PDEVTLB), TYPE(PGRP_RESP),
#undef TYPE
};

void vtd_traffic(const struct vtd *vtd, struct iommu_traffic *traffic)
{
	*traffic = (struct iommu_traffic){.nr_reads = vtd->nr_reads};
	for (u32 type = 0; type <= INVDESC_TYPE_PGRP_RESP; type++)
		iommu_tally_add(&traffic->commands, type_names[type], vtd->nr_commands[type]);
	for (u32 reg = 0; reg < VTD_NR_REGS; reg++)
		iommu_tally_add(&traffic->writes, vtd_reg_table[reg].name, vtd->nr_writes[reg]);
	iommu_tally_add(&traffic->writes, "FRCD", vtd->nr_writes[VTD_NR_REGS]);
}
