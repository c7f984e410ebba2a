// SPDX-License-Identifier: GPL-2.0-only
/* VT-d units and the endpoints behind them: all are there when the kernel has come up. */
#include <linux/dmar.h>
#include <linux/pci.h>
#include <linux/swiotlb.h>

#include "intel/iommu.h"
#include "platform.h"

const char ksim_iommu_kind[] = "vtd";

int ksim_add_iommu(unsigned int number)
{
	struct dmar_drhd_unit *drhd;
	struct intel_iommu *iommu;

	for_each_active_iommu(iommu, drhd) if (drhd->segment == number &&
					       iommu->gcmd & DMA_GCMD_TE) return 0;
	return -ENODEV;
}

struct device *ksim_add_platform_device(unsigned int number, int is_twice)
{
	return NULL;
}

/* As acpi_init(): before rootfs_initcall(), when the units begin. */
subsys_initcall(ksim_pci_scan);

int ksim_pci_describe(struct pci_host_bridge *bridge)
{
	return 0;
}

/* --- what x86 knows of a device beside: it is none that may be pulled out, nothing bounces --- */

bool arch_pci_dev_is_removable(struct pci_dev *pdev)
{
	return false;
}

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
struct io_tlb_mem io_tlb_default_mem;
#else
void swiotlb_dev_init(struct device *dev)
{
}
#endif

/* --- memory before there is an allocator of addresses --- */

void __iomem *early_ioremap(resource_size_t pa, unsigned long size)
{
	return ksim_ioremap(pa, size);
}

void early_iounmap(void __iomem *address, unsigned long size)
{
}
