// SPDX-License-Identifier: GPL-2.0-only
/* The DMA API of devices that no IOMMU translates: the IOMMUs. An address is a physical one; all is
 * coherent. */
#include <linux/dma-mapping.h>
#include <linux/io.h>

#include "platform.h"

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
void __dma_sync_single_for_device(struct device *dev, dma_addr_t dma, size_t size,
				  enum dma_data_direction dir);
#endif

void *dma_alloc_attrs(struct device *dev, size_t size, dma_addr_t *dma, gfp_t gfp,
		      unsigned long attrs)
{
	struct page *page = ksim_pages_get(gfp | __GFP_ZERO, get_order(size));

	if (!page)
		return NULL;
	*dma = page_to_phys(page);
	return page_address(page);
}

void dma_free_attrs(struct device *dev, size_t size, void *p, dma_addr_t dma, unsigned long attrs)
{
	if (p)
		ksim_pages_put(virt_to_page(p), get_order(size));
}

/* Left out: given back with the device. */
void *dmam_alloc_attrs(struct device *dev, size_t size, dma_addr_t *dma, gfp_t gfp,
		       unsigned long attrs)
{
	return dma_alloc_attrs(dev, size, dma, gfp, attrs);
}

void dmam_free_coherent(struct device *dev, size_t size, void *p, dma_addr_t dma)
{
	dma_free_attrs(dev, size, p, dma, 0);
}

int dma_set_mask(struct device *dev, u64 mask)
{
	return 0;
}

int dma_set_coherent_mask(struct device *dev, u64 mask)
{
	return 0;
}

dma_addr_t dma_map_page_attrs(struct device *dev, struct page *page, size_t offset, size_t size,
			      enum dma_data_direction dir, unsigned long attrs)
{
	return page_to_phys(page) + offset;
}

void dma_unmap_page_attrs(struct device *dev, dma_addr_t dma, size_t size,
			  enum dma_data_direction dir, unsigned long attrs)
{
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
void __dma_sync_single_for_device(struct device *dev, dma_addr_t dma, size_t size,
				  enum dma_data_direction dir)
#else
void dma_sync_single_for_device(struct device *dev, dma_addr_t dma, size_t size,
				enum dma_data_direction dir)
#endif
{
}

void __iomem *ioremap(phys_addr_t pa, size_t size)
{
	return ksim_ioremap(pa, size);
}

void iounmap(volatile void __iomem *address)
{
}
