/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's own fault handler, drivers/iommu/io-pgfault.c of Linux 6.1, in the
 * place of ours: handler.dispatch linux-6.1. It handles SVA. There only in a build
 * with -DIOPFSIM_LINUX_SRC=DIR (docs/linux-handler.md).
 */
#ifndef SYSTEM_LINUX_IOPF_H
#define SYSTEM_LINUX_IOPF_H

#include "system/iommu/iommu.h"

bool sys_linux_is_built(void);

/**
 * sys_linux_init() / _exit() - its queue; nothing is bound
 * Context: may sleep.
 * Return: 0, -ENOMEM, -EOPNOTSUPP: not in this build.
 */
int sys_linux_init(void);
void sys_linux_exit(void);

/**
 * sys_linux_bind() / _unbind() - let a device use an address space under a PASID / no longer
 * One address space, under one PASID, whichever device asks.
 * Context: may sleep.
 * Return: 0; -ENOMEM; what the driver says.
 */
int sys_linux_bind(struct sys_master *master, struct mm_struct *mm, u32 *pasid);
void sys_linux_unbind(struct sys_master *master, u32 pasid);

/**
 * sys_linux_report() - as pfh_report_fault(). What nobody handles is answered INVALID.
 * Context: may sleep.
 */
int sys_linux_report(struct sys_master *master, const struct pfh_fault *fault);
/** sys_linux_discard_partials() - as pfh_discard_partials(). Context: may sleep. */
void sys_linux_discard_partials(struct sys_master *master);

/* Of a driver's iommu_ops: sends the response by the driver's pfh_ops. */
int sys_linux_page_response(struct device *dev, struct iommu_fault_event *event,
			    struct iommu_page_response *response);

/* --- what drivers call, and may sleep: to the handler that the device has --- */

static inline int sys_report_fault(struct sys_master *master, const struct pfh_fault *fault)
{
	if (master->has_linux_handler)
		return sys_linux_report(master, fault);
	return pfh_report_fault(master->pfh, fault);
}

static inline void sys_discard_partials(struct sys_master *master)
{
	if (master->has_linux_handler)
		sys_linux_discard_partials(master);
	else
		pfh_discard_partials(master->pfh);
}

#endif
