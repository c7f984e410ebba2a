// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidation: of the SMMU's TLBs (IHI 0070 4.4), and of endpoints' translation
 * caches (4.5.1). The order is the caller's: the former is complete before the
 * latter begins (3.9.1), or an endpoint could fetch from the SMMU what it has just
 * forgotten.
 */
#include <linux/bitfield.h>

#include "models/smmuv3/regs.h"
#include "sim/sim.h"
#include "system/smmuv3/driver.h"

void sys_smmu_batch_add(struct sys_smmu_batch *batch, u64 word0, u64 word1)
{
	sim_assert(batch->nr <= SYS_SMMU_BATCH);
	if (batch->nr == SYS_SMMU_BATCH) {
		sys_smmu_issue(batch->smmu, batch->cmds, batch->nr, false);
		batch->nr = 0;
	}
	batch->cmds[batch->nr][0] = word0;
	batch->cmds[batch->nr++][1] = word1;
}

void sys_smmu_batch_submit(struct sys_smmu_batch *batch)
{
	sys_smmu_issue(batch->smmu, batch->cmds, batch->nr, true);
	batch->nr = 0;
}

void sys_smmu_tlb_inv_asid(struct sys_smmu *smmu, u32 asid)
{
	const u64 cmd[1][2] = {
		{FIELD_PREP(CMDQ_0_OP, CMDQ_OP_TLBI_NH_ASID) | FIELD_PREP(CMDQ_TLBI_0_ASID, asid)}};

	sys_smmu_issue(smmu, cmd, 1, true);
}

void sys_smmu_tlb_inv_range(struct sys_smmu *smmu, u32 asid, struct sys_range range)
{
	struct sys_smmu_batch batch = {.smmu = smmu};
	u64 step = range.leaf_bytes ? range.leaf_bytes : SYS_PAGE_BYTES;

	for (u64 iova = range.first; iova < range.last; iova += step)
		sys_smmu_batch_add(&batch,
				   FIELD_PREP(CMDQ_0_OP, CMDQ_OP_TLBI_NH_VA) |
					   FIELD_PREP(CMDQ_TLBI_0_ASID, asid),
				   CMDQ_TLBI_1_LEAF | (iova & CMDQ_TLBI_1_VA_MASK));
	sys_smmu_batch_submit(&batch);
}

void sys_smmu_atc_inv_add(struct sys_smmu_batch *batch, const struct sys_smmu_master *master,
			  u32 ssid, struct sys_range range)
{
	/* Without a PASID, though substream 0 translates it (4.5.1, S1DSS 0b10). */
	u64 substream = ssid ? CMDQ_0_SSV | FIELD_PREP(CMDQ_ATC_0_SSID, (u64)ssid) : 0;

	sys_smmu_batch_add(batch,
			   FIELD_PREP(CMDQ_0_OP, CMDQ_OP_ATC_INV) |
				   FIELD_PREP(CMDQ_ATC_0_SID, (u64)master->sid) | substream,
			   (sys_range_base(range) & CMDQ_ATC_1_ADDR_MASK) |
				   FIELD_PREP(CMDQ_ATC_1_SIZE, (u64)sys_range_pages_lg2(range)));
}

void sys_smmu_atc_inv(const struct sys_smmu_master *master, u32 ssid, struct sys_range range)
{
	struct sys_smmu_batch batch = {.smmu = master->smmu};

	if (!READ_ONCE(master->is_ats_enabled))
		return;
	sys_smmu_atc_inv_add(&batch, master, ssid, range);
	sys_smmu_batch_submit(&batch);
}
