// SPDX-License-Identifier: GPL-2.0-only
/* VT-d as x86 brings it up: found before there are devices, begun when PCI is there; its messages.
 */
#include <linux/dmar.h>
#include <linux/irq.h>
#include <linux/irqdomain.h>
#include <linux/msi.h>

#include <asm/irq_remapping.h>
#include <asm/x86_init.h>

#include "intel/iommu.h"
#include "platform.h"

int force_iommu, no_iommu, iommu_detected, iommu_merge;
struct ksim_x86_init x86_init;
struct ksim_x86_platform x86_platform;

/* pci_iommu_alloc(), pci_iommu_init() of arch/x86/kernel/pci-dma.c */
static int detect(void)
{
	detect_intel_iommu();
	return 0;
}
early_initcall(detect);

static int init(void)
{
	return x86_init.iommu.iommu_init ? x86_init.iommu.iommu_init() : -ENODEV;
}
rootfs_initcall(init);

/* --- its interrupts: messages to a CPU, whose data are the number of a line of the machine --- */

static void write_message(struct irq_data *data)
{
	const struct ksim_machine *machine = ksim_machine();
	const struct intel_iommu *iommu = irq_data_get_irq_handler_data(data);
	unsigned int cpu = (unsigned long)irq_data_get_irq_chip_data(data);
	struct msi_msg msg = {
		.address_lo = machine->msi_pa | cpu << 12,
		.data = machine->iommus[iommu->segment]
				.lines[data->irq == iommu->irq ? KSIM_IRQ_EVTQ : KSIM_IRQ_PRIQ],
	};

	dmar_msi_write(data->irq, &msg);
}

static unsigned int startup(struct irq_data *data)
{
	write_message(data);
	dmar_msi_unmask(data);
	return 0;
}

static void ack(struct irq_data *data)
{
}

static int set_affinity(struct irq_data *data, const struct cpumask *mask, bool force)
{
	unsigned int cpu = (unsigned long)irq_data_get_irq_chip_data(data);

	irq_data_update_effective_affinity(data, cpumask_of(cpu));
	return IRQ_SET_MASK_OK;
}

static struct irq_chip chip = {
	.name = "DMAR-MSI",
	.irq_startup = startup,
	.irq_mask = dmar_msi_mask,
	.irq_unmask = dmar_msi_unmask,
	.irq_ack = ack,
	.irq_set_affinity = set_affinity,
};

/* @id: the unit's number; of page requests, some more. */
int dmar_alloc_hwirq(int id, int node, void *arg)
{
	const struct intel_iommu *iommu = arg;
	const struct ksim_iommu *unit = &ksim_machine()->iommus[iommu->segment];
	int irq = ksim_irq_of_line(unit->lines[id == iommu->seq_id ? KSIM_IRQ_EVTQ : KSIM_IRQ_PRIQ],
				   unit->cpu);

	if (irq <= 0)
		return -ENOSPC;
	irq_set_chip_and_handler(irq, &chip, handle_edge_irq);
	irq_set_handler_data(irq, arg);
	return irq;
}

void dmar_free_hwirq(int irq)
{
	irq_free_desc(irq);
}
