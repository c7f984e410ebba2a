// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting for a CMD_SYNC (IHI 0070 4.7.3): by its MSI, as Linux does where messages are
 * coherent, or by reading CONS. Both give up after a second.
 *
 * Changed: Linux lets the MSI write to the CMD_SYNC's own entry, or before 5.4 to one word of
 * the SMMU. Here all go to a word outside of RAM, and its data says which CMD_SYNC is done; for
 * the CPU that waits it costs the same line from memory.
 */
#include <linux/bitfield.h>
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/printk.h>

#include "models/smmuv3/regs.h"
#include "sim/event.h"
#include "sim/point.h"
#include "sim/sim.h"
#include "sim/topology.h"
#include "system/smmuv3/cmdq.h"

/* --- polling --- */

void sys_cmdq_poll_init(struct sys_cmdq_poll *poll)
{
	*poll = (struct sys_cmdq_poll){
		.delay_us = 1,
		.until_ps = sim_now_ps() + SYS_CMDQ_TIMEOUT_PS,
	};
}

bool sys_cmdq_poll(struct sys_cmdq_poll *poll)
{
	if (sim_now_ps() > poll->until_ps)
		return false;
	if (++poll->spins < SYS_CMDQ_SPIN_COUNT) {
		cpu_relax();
		return true;
	}
	udelay(poll->delay_us);
	sim_settle();
	poll->delay_us *= 2;
	poll->spins = 0;
	return true;
}

/* --- the word --- */

/* A CPU that polls it; on its stack. */
struct sys_sync_waiter {
	struct sim_event late; /* first: it has taken too long */
	const struct sys_smmu *smmu;
	struct sim_thread *thread;
	u32 which; /* the data that it waits for */
	bool is_late;
	struct sys_sync_waiter *next;
};

static bool is_counted(const struct sys_smmu *smmu)
{
	return smmu->iommu.config->cmdq == SYS_CMDQ_SPINLOCK;
}

static u64 pending_bit(const struct sys_smmu *smmu, u32 prod)
{
	return 1ULL << ring_pointer(prod, smmu->cmdq.lg2) % 64;
}

static u64 *pending_word(const struct sys_smmu *smmu, u32 prod)
{
	return &smmu->insertion->sync_pending[ring_pointer(prod, smmu->cmdq.lg2) / 64];
}

/* Of those that are counted a later one, done, covers an earlier one. */
static bool is_done(const struct sys_smmu *smmu, u32 which)
{
	if (is_counted(smmu))
		return (s32)(smmu->insertion->sync_seen - which) >= 0;
	return !(*pending_word(smmu, which) & pending_bit(smmu, which));
}

static void on_sync(void *opaque, u64 offset, u32 which)
{
	struct sys_smmu *smmu = opaque;
	u64 line_ps = smmu->iommu.config->cpu.line_memory_ps;

	if (is_counted(smmu))
		smmu->insertion->sync_seen = which;
	else
		*pending_word(smmu, which) &= ~pending_bit(smmu, which);
	for (struct sys_sync_waiter *waiter = smmu->insertion->waiters; waiter;
	     waiter = waiter->next) {
		if (is_done(smmu, waiter->which))
			sim_spin_end(waiter->thread, line_ps);
	}
}

static void on_late(struct sim_event *event)
{
	struct sys_sync_waiter *waiter = (struct sys_sync_waiter *)event;

	waiter->is_late = true;
	sim_spin_end(waiter->thread, 0);
}

static void wait_in_list(struct sys_smmu *smmu, struct sys_sync_waiter *self)
{
	struct sys_sync_waiter **link = &smmu->insertion->waiters;

	self->next = *link;
	*link = self;
	sim_event_schedule(&self->late, sim_now_ps() + SYS_CMDQ_TIMEOUT_PS);
	while (!is_done(smmu, self->which) && !self->is_late)
		sim_spin();
	sim_event_cancel(&self->late);
	while (*link != self)
		link = &(*link)->next;
	*link = self->next;
}

static bool wait_for_word(struct sys_smmu *smmu, u32 which)
{
	struct sys_sync_waiter self = {.thread = sim_thread_self(), .which = which};

	if (is_done(smmu, which)) {
		sim_charge(smmu->iommu.config->cpu.line_memory_ps);
		sim_settle();
		return true;
	}
	sim_event_init(&self.late, on_late);
	sim_event_set_actor(&self.late, SIM_ACTOR_TIMEOUT);
	wait_in_list(smmu, &self);
	if (is_done(smmu, which))
		return true;
	pr_err("smmu%u: CMD_SYNC timeout\n", smmu->iommu.number);
	return false;
}

static void build(const struct sys_smmu *smmu, u32 data, u64 cmd[2])
{
	cmd[0] = FIELD_PREP(CMDQ_0_OP, CMDQ_OP_CMD_SYNC) |
		 FIELD_PREP(CMDQ_SYNC_0_CS, CMDQ_SYNC_0_CS_IRQ) |
		 FIELD_PREP(CMDQ_SYNC_0_MSH, ARM_SMMU_SH_ISH) |
		 FIELD_PREP(CMDQ_SYNC_0_MSIDATA, (u64)data);
	cmd[1] = smmu->insertion->sync_word;
}

/* --- what the SMMU meets --- */

/* @cpu: in whose cache a line is; -1: in none. */
static u64 snoop_ps(const struct sys_smmu *smmu, int cpu)
{
	if (cpu < 0)
		return 0;
	if (sim_cpu_node((u32)cpu) == sim_cpu_node(smmu->near_cpu))
		return smmu->iommu.config->host.snoop_node_ps;
	if (sim_cpu_socket((u32)cpu) == sim_cpu_socket(smmu->near_cpu))
		return smmu->iommu.config->host.snoop_socket_ps;
	return smmu->iommu.config->host.snoop_remote_ps;
}

static u64 fetch_ps(void *opaque, sim_pa_t pa)
{
	struct sys_smmu *smmu = opaque;
	u64 index = (pa - smmu->cmdq.base) / (8 * CMDQ_ENT_DWORDS);

	if (index >= 1ULL << smmu->cmdq.lg2)
		return 0;
	return snoop_ps(smmu, sim_line_snoop(&sys_cmdq_line(smmu, (u32)index)->word.line));
}

int sys_cmdq_sync_init(struct sys_smmu *smmu)
{
	smmu->insertion->coherence = (struct smmu_coherence){fetch_ps, smmu};
	smmu_set_coherence(smmu->model, &smmu->insertion->coherence);
	smmu->insertion->sync_word = SYS_SMMU_SYNC_WORDS + 4 * smmu->iommu.number;
	return mem_add_doorbell(smmu->iommu.mem,
				&(struct mem_doorbell){.pa = smmu->insertion->sync_word,
						       .bytes = 4,
						       .fn = on_sync,
						       .opaque = smmu});
}

/* --- counted --- */

u32 sys_cmdq_count_sync(struct sys_smmu *smmu, u64 cmd[2])
{
	build(smmu, ++smmu->insertion->sync_asked, cmd);
	return smmu->insertion->sync_asked;
}

/* How long the running thread has waited, since @from_ps. */
static bool note_wait(struct sys_smmu *smmu, u64 from_ps, bool is_done)
{
	struct sys_waits *waits = &smmu->insertion->counts.sync_waits;

	waits->nr++;
	waits->total_ps += sim_now_ps() - from_ps;
	return is_done;
}

bool sys_cmdq_wait_count(struct sys_smmu *smmu, u32 number)
{
	u64 from_ps;

	sim_settle();
	from_ps = sim_now_ps();
	return note_wait(smmu, from_ps, wait_for_word(smmu, number));
}

/* --- by their place --- */

void sys_cmdq_build_sync(struct sys_smmu *smmu, u32 prod, u64 cmd[2])
{
	if (!smmu->iommu.config->smmu_driver.msi_polling) {
		cmd[0] = FIELD_PREP(CMDQ_0_OP, CMDQ_OP_CMD_SYNC) |
			 FIELD_PREP(CMDQ_SYNC_0_CS, CMDQ_SYNC_0_CS_SEV);
		cmd[1] = 0;
		return;
	}
	build(smmu, prod, cmd);
	*pending_word(smmu, prod) |= pending_bit(smmu, prod);
}

/* Has CONS passed the entry? It is never a lap ahead: see cmdq_lockfree.c. */
static bool is_consumed(const struct sys_smmu *smmu, u32 cons, u32 prod)
{
	u32 ahead = ring_depth(cons, prod, smmu->cmdq.lg2);

	return ahead && ahead <= 1U << smmu->cmdq.lg2;
}

static bool wait_for_cons(struct sys_smmu *smmu, u32 prod)
{
	struct sys_cmdq_poll poll;

	sys_cmdq_poll_init(&poll);
	while (!is_consumed(smmu, readl(smmu->base + ARM_SMMU_CMDQ_CONS), prod)) {
		if (sys_cmdq_poll(&poll))
			continue;
		pr_err("smmu%u: CMD_SYNC timeout\n", smmu->iommu.number);
		return false;
	}
	return true;
}

bool sys_cmdq_wait_sync(struct sys_smmu *smmu, u32 prod)
{
	u64 from_ps;
	bool is_done;

	sim_settle();
	from_ps = sim_now_ps();
	is_done = smmu->iommu.config->smmu_driver.msi_polling ? wait_for_word(smmu, prod)
							      : wait_for_cons(smmu, prod);
	return note_wait(smmu, from_ps, is_done);
}
