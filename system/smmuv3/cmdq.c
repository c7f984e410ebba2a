// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command queue: which way to insert (smmu.driver.cmdq), and lists that do not fit into
 * the queue at once. Commands are built before; nobody builds one under a lock.
 *
 * Changed: Linux since 5.4 refuses an SMMU whose queue has no more than 64 entries, as a list
 * with its CMD_SYNC has to fit; here such a list goes in parts.
 */
#include <linux/minmax.h>

#include <errno.h>

#include "sim/arena.h"
#include "sim/dist.h"
#include "sim/sim.h"
#include "system/smmuv3/cmdq.h"

static void (*const ways[SYS_NR_CMDQS])(struct sys_smmu *, const struct sys_cmdq_list *) = {
	[SYS_CMDQ_CMPXCHG] = sys_cmdq_insert_cmpxchg,
	[SYS_CMDQ_SPINLOCK] = sys_cmdq_insert_spinlock,
	[SYS_CMDQ_SPINLOCK_FALLBACK] = sys_cmdq_insert_fallback,
	[SYS_CMDQ_ATOMIC_ADD] = sys_cmdq_insert_add,
};

/*
 * Entries that a list may have, its CMD_SYNC among them. Under the spinlock each command waits
 * for room of its own; with atomic-add the lists of all CPUs have to fit at once.
 */
static u64 max_entries(const struct sys_smmu *smmu)
{
	u64 entries = 1ULL << smmu->cmdq.lg2;

	switch (smmu->iommu.config->cmdq) {
	case SYS_CMDQ_SPINLOCK:
		return SYS_SMMU_BATCH + 1;
	case SYS_CMDQ_ATOMIC_ADD:
		return min(entries / sys_config_cpus(smmu->iommu.config), SYS_SMMU_BATCH + 1ULL);
	default:
		return min(entries, SYS_SMMU_BATCH + 1ULL);
	}
}

int sys_smmu_cmdq_init(struct sys_smmu *smmu)
{
	struct sys_cmdq *cmdq = sim_alloc(sizeof(*cmdq));
	int err;

	if (!cmdq)
		return -ENOMEM;
	smmu->insertion = cmdq;
	cmdq->insert = ways[smmu->iommu.config->cmdq];
	cmdq->max_entries = max_entries(smmu);
	spin_lock_init(&cmdq->spinlock);
	err = sys_cmdq_lockfree_init(smmu);
	return err ? err : sys_cmdq_sync_init(smmu);
}

const struct sys_smmu_cmdq_counts *sys_smmu_cmdq_counts(const struct sys_smmu *smmu)
{
	static const struct sys_smmu_cmdq_counts none;

	return smmu->insertion ? &smmu->insertion->counts : &none;
}

void sys_smmu_issue(struct sys_smmu *smmu, const u64 (*cmds)[2], u32 nr, bool sync)
{
	struct sys_cmdq *cmdq = smmu->insertion;

	sim_charge_costs(smmu->iommu.config->host.cmd_build_ps, nr);
	sim_settle();
	while (nr || sync) {
		struct sys_cmdq_list list = {
			.cmds = cmds,
			.nr = min3(nr, cmdq->max_entries, (u32)SYS_SMMU_BATCH),
		};

		/* Behind the last part; alone, if there is no room for it. */
		list.has_sync = sync && list.nr == nr && nr < cmdq->max_entries;
		cmdq->insert(smmu, &list);
		cmdq->counts.lists++;
		cmds += list.nr;
		nr -= list.nr;
		sync = sync && !list.has_sync;
	}
}
