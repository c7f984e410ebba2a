// SPDX-License-Identifier: GPL-2.0-only
/*
 * A build without the kernel's own fault handler: see iopf.h. sys_config_check() lets none of
 * these be called but the first.
 */
#include "system/linux/iopf.h"

#include <errno.h>

bool sys_linux_is_built(void)
{
	return false;
}

int sys_linux_init(void)
{
	return -EOPNOTSUPP;
}

void sys_linux_exit(void)
{
}

int sys_linux_bind(struct sys_master *master, struct mm_struct *mm, u32 *pasid)
{
	return -EOPNOTSUPP;
}

void sys_linux_unbind(struct sys_master *master, u32 pasid)
{
}

int sys_linux_report(struct sys_master *master, const struct pfh_fault *fault)
{
	return -EOPNOTSUPP;
}

void sys_linux_discard_partials(struct sys_master *master)
{
}

int sys_linux_page_response(struct device *dev, struct iommu_fault_event *event,
			    struct iommu_page_response *response)
{
	return -EOPNOTSUPP;
}
