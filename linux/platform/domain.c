// SPDX-License-Identifier: GPL-2.0-only
/* Domains whose mappings somebody makes by hand, as VFIO and the DMA API do. */
#include <linux/iommu.h>

#include "platform.h"

int ksim_domain_create(unsigned int device, void **result)
{
	struct device *dev = ksim_device_of(device);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
	struct iommu_domain *domain = iommu_paging_domain_alloc(dev);
#else
	struct iommu_domain *domain = iommu_domain_alloc(dev->bus);
#endif
	int err;

	if (IS_ERR_OR_NULL(domain))
		return domain ? PTR_ERR(domain) : -ENOMEM;
	err = iommu_attach_device(domain, dev);
	if (err)
		iommu_domain_free(domain);
	else
		*result = domain;
	return err;
}

void ksim_domain_destroy(void *domain, unsigned int device)
{
	iommu_detach_device(domain, ksim_device_of(device));
	iommu_domain_free(domain);
}

int ksim_map(void *domain, const struct ksim_mapping *mapping)
{
	int prot = (mapping->prot & KSIM_PROT_READ ? IOMMU_READ : 0) |
		   (mapping->prot & KSIM_PROT_WRITE ? IOMMU_WRITE : 0);

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	return iommu_map(domain, mapping->iova, mapping->pa, mapping->bytes, prot, GFP_KERNEL);
#else
	return iommu_map(domain, mapping->iova, mapping->pa, mapping->bytes, prot);
#endif
}

unsigned long ksim_unmap(void *domain, unsigned long iova, unsigned long bytes)
{
	return iommu_unmap(domain, iova, bytes);
}
