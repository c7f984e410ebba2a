// SPDX-License-Identifier: GPL-2.0-only
/* What an SMMU counts: the table of it, and what software said to it. */
#include "models/smmuv3/internal.h"

#define ROW(...) SIM_STAT_ROW(struct smmu_stats, __VA_ARGS__)
#define ARRAY_ROW(...) SIM_STAT_ARRAY_ROW(struct smmu_stats, __VA_ARGS__)

static const struct sim_stat rows[] = {IOMMU_STATS(ROW, ARRAY_ROW) /* the same in every IOMMU */
				       SMMU_STATS(ROW, ARRAY_ROW)};
const struct sim_stat_table smmu_stat_table = SIM_STAT_TABLE(struct smmu_stats, rows);

static const char *const op_names[CMDQ_OP_CMD_SYNC + 1] = {
#define OP(name) [CMDQ_OP_##name] = #name
	OP(PREFETCH_CFG), OP(PREFETCH_ADDR), OP(CFGI_STE),     OP(CFGI_ALL),	 OP(CFGI_CD),
	OP(CFGI_CD_ALL),  OP(TLBI_NH_ALL),   OP(TLBI_NH_ASID), OP(TLBI_NH_VA),	 OP(TLBI_NH_VAA),
	OP(TLBI_EL2_ALL), OP(TLBI_EL2_ASID), OP(TLBI_EL2_VA),  OP(TLBI_EL2_VAA), OP(TLBI_S12_VMALL),
	OP(TLBI_S2_IPA),  OP(TLBI_NSNH_ALL), OP(ATC_INV),      OP(PRI_RESP),	 OP(RESUME),
	OP(STALL_TERM),	  OP(CMD_SYNC),
#undef OP
};

void smmu_traffic(const struct smmu *smmu, struct iommu_traffic *traffic)
{
	*traffic = (struct iommu_traffic){.nr_reads = smmu->nr_reads};
	for (u32 op = 0; op <= CMDQ_OP_CMD_SYNC; op++)
		iommu_tally_add(&traffic->commands, op_names[op], smmu->nr_commands[op]);
	for (u32 reg = 0; reg < SMMU_NR_REGS; reg++)
		iommu_tally_add(&traffic->writes, smmu_reg_table[reg].name, smmu->nr_writes[reg]);
	iommu_tally_add(&traffic->writes, "ECMDQ", smmu->nr_writes[SMMU_NR_REGS]);
}
