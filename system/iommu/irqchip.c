// SPDX-License-Identifier: GPL-2.0-only
/* The MSI doorbell, see irqchip.h. */
#include "system/iommu/irqchip.h"

#include "kapi/irq.h"

static void ring(void *opaque, u64 offset, u32 data)
{
	kapi_irq_raise(data);
}

int sys_irqchip_init(struct mem *mem)
{
	return mem_add_doorbell(
		mem, &(struct mem_doorbell){.pa = SYS_IRQCHIP_DOORBELL, .bytes = 4, .fn = ring});
}

int sys_irqchip_request(const struct sys_msi *msi, u32 cpu, void *dev)
{
	int irq = kapi_irq_create(cpu);
	int err;

	if (irq < 0)
		return irq;
	err = request_threaded_irq(irq, msi->handler, msi->thread, 0, msi->name, dev);
	return err ? err : irq;
}
