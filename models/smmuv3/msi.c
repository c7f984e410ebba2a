// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts (IHI 0070 3.18) and global errors (7.5): one message on its way
 * for each source, a further one of the same source meanwhile is the same
 * message (each command queue is a source of its own for its CMD_SYNCs); wired outputs pulse beside
 * them. An MSI that aborts sets the source's MSI_*_ABT_ERR.
 */
#include "models/smmuv3/internal.h"
#include "sim/point.h"

static u64 abort_error(enum smmu_irq irq)
{
	switch (irq) {
	case SMMU_IRQ_EVTQ:
		return GERROR_MSI_EVTQ_ABT_ERR;
	case SMMU_IRQ_PRIQ:
		return GERROR_MSI_PRIQ_ABT_ERR;
	case SMMU_IRQ_CMD_SYNC:
		return GERROR_MSI_CMDQ_ABT_ERR;
	default:
		return GERROR_MSI_GERROR_ABT_ERR;
	}
}

static void deliver(struct smmu *smmu, struct smmu_msi *msi)
{
	if (mem_write32(smmu->core.mem, msi->address & smmu->core.oas_mask, msi->data))
		smmu_gerror_raise(smmu, abort_error(msi->irq));
}

static void msi_arrives(struct sim_event *event)
{
	struct smmu_msi *msi = (struct smmu_msi *)event;

	deliver(msi->smmu, msi);
}

void smmu_msi_setup(struct smmu *smmu, struct smmu_msi *msi, enum smmu_irq irq)
{
	msi->smmu = smmu;
	msi->irq = irq;
	sim_event_init(&msi->event, msi_arrives);
	sim_event_set_actor(&msi->event, SIM_ACTOR_IOMMU);
}

void smmu_msi_init(struct smmu *smmu)
{
	for (u32 i = 0; i < SMMU_NR_IRQS; i++)
		smmu_msi_setup(smmu, &smmu->msi[i], i);
}

static void send(struct smmu *smmu, struct smmu_msi *msi, pa_t address, u32 data)
{
	if (smmu->wire)
		smmu->wire(smmu->wire_opaque, msi->irq);
	if (!smmu->core.params.msi || !address || sim_event_is_pending(&msi->event))
		return;
	msi->address = address;
	msi->data = data;
	if (smmu->is_clockless) {
		deliver(smmu, msi);
		return;
	}
	msi->done_ps = mem_access_done_ps(smmu->core.mem, sim_now_ps() + smmu->timing.msi_ps, 4);
	sim_event_schedule(&msi->event, msi->done_ps);
}

/* Where a source that has registers is enabled, and its message configured. */
struct irq_registers {
	u64 enable; /* in IRQ_CTRL */
	enum smmu_reg cfg0, cfg1;
};

void smmu_irq_raise(struct smmu *smmu, enum smmu_irq irq)
{
	static const struct irq_registers registers[SMMU_NR_IRQS] = {
		[SMMU_IRQ_EVTQ] = {IRQ_CTRL_EVTQ_IRQEN, SMMU_REG_EVTQ_IRQ_CFG0,
				   SMMU_REG_EVTQ_IRQ_CFG1},
		[SMMU_IRQ_GERROR] = {IRQ_CTRL_GERROR_IRQEN, SMMU_REG_GERROR_IRQ_CFG0,
				     SMMU_REG_GERROR_IRQ_CFG1},
		[SMMU_IRQ_PRIQ] = {IRQ_CTRL_PRIQ_IRQEN, SMMU_REG_PRIQ_IRQ_CFG0,
				   SMMU_REG_PRIQ_IRQ_CFG1},
	};
	const struct irq_registers *r = &registers[irq];

	if (smmu->core.reg[SMMU_REG_IRQ_CTRL] & r->enable)
		send(smmu, &smmu->msi[irq], smmu->core.reg[r->cfg0], smmu->core.reg[r->cfg1]);
}

void smmu_irq_raise_sync(struct smmu *smmu, struct smmu_msi *msi, pa_t address, u32 data)
{
	send(smmu, msi, address, data);
}

void smmu_irq_flush(struct smmu *smmu, enum smmu_irq irq)
{
	if (sim_event_cancel(&smmu->msi[irq].event))
		deliver(smmu, &smmu->msi[irq]);
}

bool smmu_gerror_is_active(const struct smmu *smmu, u64 error)
{
	return (smmu->core.reg[SMMU_REG_GERROR] ^ smmu->core.reg[SMMU_REG_GERRORN]) & error;
}

void smmu_gerror_raise(struct smmu *smmu, u64 error)
{
	/* One that software has not acknowledged yet is not signalled again. */
	if (smmu_gerror_is_active(smmu, error))
		return;
	smmu->core.reg[SMMU_REG_GERROR] ^= error;
	/* Another message to where one has just aborted would abort too (7.5.1). */
	if (error != GERROR_MSI_GERROR_ABT_ERR)
		smmu_irq_raise(smmu, SMMU_IRQ_GERROR);
}
