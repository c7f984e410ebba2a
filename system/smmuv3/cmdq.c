// SPDX-License-Identifier: GPL-2.0-only
/*
 * Command queue insertion (IHI 0070 3.5.1, 4): one spinlock orders the writers,
 * as in Linux before 5.4. CMD_SYNC completes by an MSI to a word that the
 * waiting CPU polls (4.7.3).
 *
 * Leaves out: the lock-free insertion of later kernels.
 */
#include <linux/bitfield.h>
#include <linux/io.h>

#include "models/smmuv3/regs.h"
#include "sim/cpu.h"
#include "sim/sim.h"
#include "system/iommu/memory.h"
#include "system/smmuv3/driver.h"

/*
 * Called with cmdq_lock: room for one command. If there is none, what has been
 * written so far is handed over, so that room can come, and CONS is polled.
 */
static void wait_for_room(struct sys_smmu *smmu)
{
	struct sys_smmu_queue *q = &smmu->cmdq;

	if (ring_is_full(q->prod, q->cons, q->lg2))
		writel(q->prod, smmu->base + q->prod_reg);
	while (ring_is_full(q->prod, q->cons, q->lg2)) {
		q->cons = readl(smmu->base + q->cons_reg);
		sim_assert(ring_depth(q->prod, q->cons, q->lg2) <= 1U << q->lg2);
		cpu_relax();
	}
}

static void write_command(struct sys_smmu *smmu, const u64 cmd[2])
{
	struct sys_smmu_queue *q = &smmu->cmdq;

	wait_for_room(smmu);
	sim_charge(smmu->iommu.config->host.cmd_build_ps);
	sim_settle();
	sys_iommu_write(&smmu->iommu, sys_smmu_queue_slot(q, q->prod), cmd, CMDQ_ENT_DWORDS);
	q->prod = ring_next(q->prod, q->lg2);
}

/* A CPU that polls for its CMD_SYNC; on its stack. Listed by who waits. */
struct sys_sync_waiter {
	struct sim_thread *thread;
	u32 sequence;
	struct sys_sync_waiter *next;
};

/* Syncs complete in order: a later number covers an earlier one. */
static bool has_completed(const struct sys_smmu *smmu, u32 sequence)
{
	return (s32)(smmu->sync_seen - sequence) >= 0;
}

/* The SMMU writes the word: the line moves to those who poll it. */
static void on_sync(void *opaque, u64 offset, u32 sequence)
{
	struct sys_smmu *smmu = opaque;

	smmu->sync_seen = sequence;
	for (struct sys_sync_waiter *waiter = smmu->sync_waiters; waiter; waiter = waiter->next) {
		if (has_completed(smmu, waiter->sequence))
			sim_spin_end(waiter->thread, smmu->iommu.config->cpu.line_memory_ps);
	}
}

int sys_smmu_init_sync(struct sys_smmu *smmu)
{
	smmu->sync_word = SYS_SMMU_SYNC_WORDS + 4 * smmu->iommu.number;
	return mem_add_doorbell(smmu->iommu.mem, &(struct mem_doorbell){.pa = smmu->sync_word,
									.bytes = 4,
									.fn = on_sync,
									.opaque = smmu});
}

static void wait_for_sync(struct sys_smmu *smmu, u32 sequence)
{
	struct sys_sync_waiter self = {sim_thread_self(), sequence, smmu->sync_waiters};
	struct sys_sync_waiter **link = &smmu->sync_waiters;

	smmu->sync_waiters = &self;
	sim_settle();
	while (!has_completed(smmu, sequence))
		sim_spin();
	while (*link != &self)
		link = &(*link)->next;
	*link = self.next;
}

void sys_smmu_issue(struct sys_smmu *smmu, const u64 (*cmds)[2], u32 nr, bool sync)
{
	unsigned long flags;
	u32 sequence = 0;

	spin_lock_irqsave(&smmu->cmdq_lock, flags);
	for (u32 i = 0; i < nr; i++)
		write_command(smmu, cmds[i]);
	if (sync) {
		u64 cmd[2] = {
			FIELD_PREP(CMDQ_0_OP, CMDQ_OP_CMD_SYNC) |
				FIELD_PREP(CMDQ_SYNC_0_CS, CMDQ_SYNC_0_CS_IRQ) |
				FIELD_PREP(CMDQ_SYNC_0_MSH, ARM_SMMU_SH_ISH),
			smmu->sync_word,
		};

		sequence = ++smmu->sync_sequence;
		cmd[0] |= FIELD_PREP(CMDQ_SYNC_0_MSIDATA, sequence);
		write_command(smmu, cmd);
	}
	writel(smmu->cmdq.prod, smmu->base + smmu->cmdq.prod_reg);
	spin_unlock_irqrestore(&smmu->cmdq_lock, flags);
	if (sync)
		wait_for_sync(smmu, sequence);
}
