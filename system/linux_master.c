// SPDX-License-Identifier: GPL-2.0-only
/* Devices of the machine that have the kernel's own fault handler: see linux_iopf.h. */
#include "system/linux_iopf.h"

bool sys_linux_is_built(void)
{
	return true;
}

const struct pfh_device_ops *sys_linux_ops(struct device *dev)
{
	const struct sys_master *master = dev_get_drvdata(dev);

	return master->iommu->driver->pfh_ops;
}

int sys_linux_bind(struct sys_master *master, struct mm_struct *mm, u32 *pasid)
{
	int err;

	master->has_linux_handler = true;
	err = sys_linux_bind_dev(master->dev, mm, pasid);
	if (err)
		master->has_linux_handler = false;
	return err;
}

void sys_linux_unbind(struct sys_master *master, u32 pasid)
{
	sys_linux_unbind_dev(master->dev, pasid);
	master->has_linux_handler = false;
}

int sys_linux_report(struct sys_master *master, const struct pfh_fault *fault)
{
	return sys_linux_report_dev(master->dev, fault, master->pci);
}

void sys_linux_discard_partials(struct sys_master *master)
{
	sys_linux_discard();
}
