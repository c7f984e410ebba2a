// SPDX-License-Identifier: GPL-2.0-only
/* Events by message (VT-d 11.4.7.3 to 5). */
#include <linux/io.h>

#include "system/vtd/driver.h"

/* Control, data, address, upper address: 4 bytes each. */
int sys_vtd_request_msi(struct sys_vtd *vtd, u32 cpu, const struct sys_msi *msi)
{
	int irq = sys_irqchip_request(msi, cpu, vtd);

	if (irq < 0)
		return irq;
	writel(irq, vtd->base + msi->reg + 4);
	writel((u32)SYS_IRQCHIP_DOORBELL, vtd->base + msi->reg + 8);
	writel(SYS_IRQCHIP_DOORBELL >> 32, vtd->base + msi->reg + 12);
	writel(0, vtd->base + msi->reg);
	return 0;
}
