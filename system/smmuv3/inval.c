// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidation: of the SMMU's TLBs (IHI 0070 4.4), and of endpoints' translation
 * caches (4.5.1). The order is the caller's: the former is complete before the
 * latter begins (3.9.1), or an endpoint could fetch from the SMMU what it has just
 * forgotten.
 */
#include <linux/bitfield.h>
#include <linux/bitops.h>
#include <linux/minmax.h>

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

/* --- by address --- */

/* Linux: CMDQ_MAX_TLBI_OPS, for SVA; a command a page takes longer than to forget the ASID. */
#define MAX_SINGLE 512
/* What NUM and SCALE can say. */
#define MAX_RANGE_LG2 36

/* A page of a block that was split may be cached as the block: only a block's level is known. */
static u64 level_hint(struct sys_range range)
{
	return range.leaf_bytes == SYS_BLOCK_BYTES ? 2 : 0;
}

/* 4.4.1.1: (NUM + 1) << SCALE pages each; their number in groups of five bits, the lowest first. */
static void add_ranges(struct sys_smmu_batch *batch, u64 word0, u64 word1, struct sys_range range)
{
	u64 nr_pages = sys_range_nr_pages(range), iova = range.first & CMDQ_TLBI_1_VA_MASK;
	u64 ttl = level_hint(range);

	while (nr_pages) {
		u64 scale = min_t(u64, __ffs(nr_pages), CMDQ_TLBI_0_SCALE_MAX);
		u64 num = nr_pages >> scale & CMDQ_TLBI_RANGE_NUM_MAX;
		/* One page without a level is no range: reserved. */
		bool is_range = num > 1 || scale || ttl;

		sys_smmu_batch_add(batch,
				   word0 | FIELD_PREP(CMDQ_TLBI_0_NUM, num - 1) |
					   FIELD_PREP(CMDQ_TLBI_0_SCALE, scale),
				   word1 | iova | FIELD_PREP(CMDQ_TLBI_1_TTL, ttl) |
					   (is_range ? FIELD_PREP(CMDQ_TLBI_1_TG, 1ULL) : 0));
		iova += num << (scale + SYS_PAGE_LG2);
		nr_pages -= num << scale;
	}
}

static void add_single(struct sys_smmu_batch *batch, u64 word0, u64 word1, struct sys_range range)
{
	u64 step = range.leaf_bytes ? range.leaf_bytes : SYS_PAGE_BYTES;

	for (u64 iova = range.first; iova < range.last; iova += step)
		sys_smmu_batch_add(batch, word0, word1 | (iova & CMDQ_TLBI_1_VA_MASK));
}

/*
 * As Linux 6.12: a domain's pages one by one, however many they are, where there are no
 * commands for ranges.
 */
static bool is_too_large(const struct sys_smmu *smmu, struct sys_range range)
{
	u64 nr_pages = sys_range_nr_pages(range);

	return smmu->has_ril ? nr_pages >= 1ULL << MAX_RANGE_LG2
			     : nr_pages >= MAX_SINGLE && !range.leaf_bytes;
}

void sys_smmu_tlb_inv_range(struct sys_smmu *smmu, u32 asid, struct sys_range range)
{
	struct sys_smmu_batch batch = {.smmu = smmu};
	u64 word0 = FIELD_PREP(CMDQ_0_OP, CMDQ_OP_TLBI_NH_VA) | FIELD_PREP(CMDQ_TLBI_0_ASID, asid);
	u64 word1 = range.leaf_bytes ? CMDQ_TLBI_1_LEAF : 0;

	if (is_too_large(smmu, range)) {
		sys_smmu_tlb_inv_asid(smmu, asid);
		return;
	}
	if (smmu->has_ril)
		add_ranges(&batch, word0, word1, range);
	else
		add_single(&batch, word0, word1, range);
	sys_smmu_batch_submit(&batch);
}

/* --- of endpoints --- */

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
