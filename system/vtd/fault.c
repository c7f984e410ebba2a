// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fault event (VT-d 7.2, 7.3): what could not be translated is reported, as Linux's
 * dmar_fault() does. Errors of the invalidation queue are left to who waits for it and
 * polls FSTS.
 */
#include <linux/bitfield.h>
#include <linux/io.h>
#include <linux/printk.h>

#include "models/vtd/regs.h"
#include "system/measure/aborts.h"
#include "system/vtd/driver.h"

/* PASID directory or table entry: not there. */
static bool is_unbound(u32 reason)
{
	return reason == 0x51 || reason == 0x59;
}

static void note_abort(struct sys_vtd *vtd, u64 low, u64 high)
{
	struct sys_aborts *aborts = sys_collect_aborts(vtd->iommu.collect);
	const char *access = high & FRCD_1_T1 ? "read" : "write";
	u32 reason = FIELD_GET(FRCD_1_FR, high);

	pr_err_ratelimited("dmar%u: %s of device %llu at 0x%llx, fault reason 0x%02x\n",
			   vtd->iommu.number, access, FIELD_GET(FRCD_1_SID, high), low & FRCD_0_FI,
			   reason);
	if (is_unbound(reason) && high & FRCD_1_PP && FIELD_GET(FRCD_1_PV, high))
		sys_aborts_note(aborts, reason, "PASID %llu is not bound",
				FIELD_GET(FRCD_1_PV, high));
	else if (is_unbound(reason))
		sys_aborts_note(aborts, reason, "a device is in no domain");
	else
		sys_aborts_note(aborts, reason, "%s of 0x%llx, VT-d fault reason 0x%02x", access,
				low & FRCD_0_FI, reason);
}

/* The fault in recording register @index; false: there is none. */
static bool take_fault(struct sys_vtd *vtd, u32 index)
{
	void __iomem *reg = vtd->base + VTD_FRCD_OFFSET + VTD_FRCD_BYTES * index;
	u64 high = readq(reg + 8);
	u64 low;

	if (!(high & FRCD_1_F))
		return false;
	low = readq(reg);
	note_abort(vtd, low, high);
	writel(FRCD_1_F >> 32, reg + 12);
	return true;
}

irqreturn_t sys_vtd_fault_interrupt(int irq, void *dev)
{
	struct sys_vtd *vtd = dev;
	u32 status = readl(vtd->base + DMAR_FSTS_REG);
	u32 nr = FIELD_GET(CAP_NFR, vtd->cap) + 1;
	u32 index = FIELD_GET(FSTS_FRI, (u64)status);

	while (status & FSTS_PPF && take_fault(vtd, index))
		index = (index + 1) % nr;
	if (status & FSTS_PFO)
		writel(FSTS_PFO, vtd->base + DMAR_FSTS_REG);
	return IRQ_HANDLED;
}
