// SPDX-License-Identifier: GPL-2.0-only
/*
 * VT-d bring-up (11.4): root table, queued invalidation, interrupts, page
 * request queue, translation, in the order of Linux's init_dmars().
 */
#include <linux/bitfield.h>
#include <linux/io.h>

#include <errno.h>

#include "kapi/mmio.h"
#include "models/vtd/regs.h"
#include "sim/cpu.h"
#include "system/iommu/memory.h"
#include "system/vtd/driver.h"

static u64 mmio_read(void *opaque, u64 offset, unsigned int bytes)
{
	return vtd_mmio_read(opaque, offset, bytes);
}

static void mmio_write(void *opaque, u64 offset, u64 value, unsigned int bytes)
{
	vtd_mmio_write(opaque, offset, value, bytes);
}

static const struct kapi_mmio_ops mmio_ops = {.read = mmio_read, .write = mmio_write};

/* --- commands --- */

/* A one-shot, or a bit that stays from now on (11.4.4.1). */
static int command(struct sys_vtd *vtd, u32 bit, bool stays)
{
	int err = -ETIMEDOUT;
	unsigned long flags;

	spin_lock_irqsave(&vtd->register_lock, flags);
	writel(vtd->gcmd | bit, vtd->base + DMAR_GCMD_REG);
	if (stays)
		vtd->gcmd |= bit;
	for (u32 tries = 0; err && tries < 1000; tries++) {
		if (readl(vtd->base + DMAR_GSTS_REG) & bit)
			err = 0;
		else
			cpu_relax();
	}
	spin_unlock_irqrestore(&vtd->register_lock, flags);
	return err;
}

/* --- bring-up --- */

static int read_capabilities(struct sys_vtd *vtd)
{
	vtd->cap = readq(vtd->base + DMAR_CAP_REG);
	vtd->ecap = readq(vtd->base + DMAR_ECAP_REG);
	if (!(vtd->ecap & ECAP_SMTS) || !(vtd->ecap & ECAP_QI) || !(vtd->ecap & ECAP_SSTS) ||
	    !(vtd->cap & CAP_SAGAW_48))
		return -EINVAL;
	vtd->pasid_bits = vtd->ecap & ECAP_PASID ? FIELD_GET(ECAP_PSS, vtd->ecap) + 1 : 0;
	return 0;
}

static int set_root(struct sys_vtd *vtd)
{
	vtd->root = sys_iommu_alloc(&vtd->iommu, SYS_PAGE_BYTES);
	if (!vtd->root)
		return -ENOMEM;
	writeq(vtd->root | FIELD_PREP(RTADDR_TTM, (u64)RTADDR_TTM_SCALABLE),
	       vtd->base + DMAR_RTADDR_REG);
	return command(vtd, GCMD_SRTP, false);
}

static int enable_queue(struct sys_vtd *vtd)
{
	writel(0, vtd->base + DMAR_IQT_REG);
	/* 256 descriptors of 256 bits: two pages */
	writeq(vtd->qi.base | IQA_DW | FIELD_PREP(Q_BASE_SIZE, 1ULL), vtd->base + DMAR_IQA_REG);
	return command(vtd, GCMD_QIE, true);
}

static int request_irqs(struct sys_vtd *vtd, u32 cpu)
{
	static const struct sys_msi msis[] = {
		{"dmar-fault", DMAR_FECTL_REG, sys_vtd_fault_interrupt, NULL},
		{"dmar-prq", DMAR_PECTL_REG, sys_vtd_prq_interrupt, sys_vtd_prq_thread},
	};
	u32 nr = vtd->ecap & ECAP_PRS ? 2 : 1;
	int err = 0;

	for (u32 i = 0; !err && i < nr; i++)
		err = sys_vtd_request_msi(vtd, cpu, &msis[i]);
	return err;
}

static int enable(struct sys_vtd *vtd, u32 irq_cpu)
{
	int err = set_root(vtd);

	if (!err)
		err = sys_vtd_qi_init(vtd);
	if (!err)
		err = enable_queue(vtd);
	if (err)
		return err;
	sys_vtd_flush_context(vtd);
	err = request_irqs(vtd, irq_cpu);
	if (!err && (vtd->ecap & ECAP_PRS))
		err = sys_vtd_prq_init(vtd);
	return err ? err : command(vtd, GCMD_TE, true);
}

int sys_vtd_probe(struct sys_iommu *iommu, u32 irq_cpu)
{
	struct sys_vtd *vtd = to_vtd(iommu);
	int err;

	vtd->base = kapi_ioremap(&mmio_ops, vtd->model);
	if (!vtd->base)
		return -ENOMEM;
	spin_lock_init(&vtd->register_lock);
	mutex_init(&vtd->masters_mutex);
	init_waitqueue_head(&vtd->prq_idle);
	atomic_set(&vtd->last_did, SYS_VTD_FIRST_DOMAIN_DID - 1);
	err = read_capabilities(vtd);
	return err ? err : enable(vtd, irq_cpu);
}
