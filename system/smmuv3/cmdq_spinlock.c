// SPDX-License-Identifier: GPL-2.0-only
/*
 * Insertion as in Linux before 5.4: one spinlock orders the writers, who move PROD
 * themselves. The wait for a CMD_SYNC is outside of it, with interrupts on.
 */
#include <linux/io.h>

#include "models/smmuv3/regs.h"
#include "sim/dist.h"
#include "sim/sim.h"
#include "system/smmuv3/cmdq.h"

/*
 * Under the lock: room for one command. If there is none, what has been written so far is
 * handed over, so that room can come, and CONS is polled. Interrupts are let in meanwhile:
 * that of an error, which stops the queue, may be this CPU's.
 */
static void wait_for_room(struct sys_smmu *smmu)
{
	struct sys_smmu_queue *q = &smmu->cmdq;

	if (ring_is_full(q->prod, q->cons, q->lg2))
		writel(q->prod, smmu->base + q->prod_reg);
	while (ring_is_full(q->prod, q->cons, q->lg2)) {
		q->cons = readl(smmu->base + q->cons_reg);
		sim_assert(ring_depth(q->prod, q->cons, q->lg2) <= 1U << q->lg2);
		local_irq_enable();
		cpu_relax();
		local_irq_disable();
	}
}

static void write_command(struct sys_smmu *smmu, const u64 cmd[2])
{
	struct sys_smmu_queue *q = &smmu->cmdq;

	wait_for_room(smmu);
	sys_cmdq_write(smmu, q->prod, cmd);
	q->prod = ring_next(q->prod, q->lg2);
}

void sys_cmdq_insert_spinlock(struct sys_smmu *smmu, const struct sys_cmdq_list *list)
{
	unsigned long flags;
	u32 number = 0;
	u64 cmd[2];

	if (list->has_sync)
		sim_charge_cost(smmu->iommu.config->host.cmd_build_ps);
	spin_lock_irqsave(&smmu->insertion->spinlock, flags);
	for (u32 i = 0; i < list->nr; i++)
		write_command(smmu, list->cmds[i]);
	if (list->has_sync) {
		number = sys_cmdq_count_sync(smmu, cmd);
		write_command(smmu, cmd);
	}
	writel(smmu->cmdq.prod, smmu->base + smmu->cmdq.prod_reg);
	spin_unlock_irqrestore(&smmu->insertion->spinlock, flags);
	if (list->has_sync)
		sys_cmdq_wait_count(smmu, number);
}
