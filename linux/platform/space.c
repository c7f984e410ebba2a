// SPDX-License-Identifier: GPL-2.0-only
/*
 * What drivers of devices and VFIO ask of the IOMMU core, beside SVA of the machine's own: domains
 * with mappings of their own, which devices are attached to, several processes bound to one device.
 */
#include <linux/iommu.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "platform.h"

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
#include "iommu-priv.h"
#endif

struct ksim_space {
	struct iommu_domain *domain;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
	struct iommu_attach_handle handle;
#endif
};

static struct iommu_domain *alloc(struct device *dev)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
	struct iommu_domain *domain = iommu_paging_domain_alloc(dev);

	return IS_ERR(domain) ? NULL : domain;
#else
	return iommu_domain_alloc(dev->bus);
#endif
}

static int map_page(struct iommu_domain *domain, unsigned long iova, int prot)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	const struct ksim_mapping mapping = {iova, page ? page_to_phys(page) : 0, PAGE_SIZE, prot};

	return page ? ksim_map(domain, &mapping) : -ENOMEM;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
static int handle_group(struct iopf_group *group)
{
	struct iommu_domain *domain = group->attach_handle->domain;
	struct iopf_fault *fault;
	int err = 0;

#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 2, 0)
	/* Of what is still in the queue, the device's leaving disposes. */
	iopf_group_dequeue(group);
#endif
	list_for_each_entry (fault, &group->faults, list) {
		unsigned long iova = fault->fault.prm.addr & PAGE_MASK;

		/* Several devices, several accesses of one page: it may be there by now. */
		if (!err && !iommu_iova_to_phys(domain, iova))
			err = map_page(domain, iova, KSIM_PROT_READ | KSIM_PROT_WRITE);
	}
	iopf_group_response(group, err ? IOMMU_PAGE_RESP_INVALID : IOMMU_PAGE_RESP_SUCCESS);
	iopf_free_group(group);
	return 0;
}

/* As iommufd's, whose user does not read: the kernel answers when the device leaves. */
static int keep_group(struct iopf_group *group)
{
	return 0;
}
#endif

int ksim_space_create(unsigned int device, enum ksim_handler handler, void **to)
{
	struct ksim_space *d = kzalloc(sizeof(*d), GFP_KERNEL);

	if (!d)
		return -ENOMEM;
	d->domain = alloc(ksim_device_of(device));
	if (!d->domain) {
		kfree(d);
		return -ENOMEM;
	}
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
	if (handler)
		d->domain->iopf_handler = handler == KSIM_HANDLER_MAPS ? handle_group : keep_group;
#else
	if (handler) {
		iommu_domain_free(d->domain);
		kfree(d);
		return -EOPNOTSUPP;
	}
#endif
	*to = d;
	return 0;
}

void ksim_space_free(void *domain)
{
	struct ksim_space *d = domain;

	iommu_domain_free(d->domain);
	kfree(d);
}

/* In place of what the device's group has now. */
int ksim_space_attach(void *domain, unsigned int device)
{
	struct ksim_space *d = domain;
	struct device *dev = ksim_device_of(device);

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
	if (d->domain->iopf_handler) {
		int err = ksim_enable_features(device);

		return err ? err
			   : iommu_replace_group_handle(dev->iommu_group, d->domain, &d->handle);
	}
#endif
	return iommu_attach_group(d->domain, dev->iommu_group);
}

void ksim_space_detach(void *domain, unsigned int device)
{
	struct ksim_space *d = domain;
	struct device *dev = ksim_device_of(device);

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
	if (d->domain->iopf_handler) {
		iommu_detach_group_handle(d->domain, dev->iommu_group);
		return;
	}
#endif
	iommu_detach_group(d->domain, dev->iommu_group);
}

/* Nobody else may have the device: while it is claimed, all of its accesses are blocked. */
int ksim_device_claim(unsigned int device)
{
	static char owner;

	return iommu_group_claim_dma_owner(ksim_device_of(device)->iommu_group, &owner);
}

void ksim_device_release(unsigned int device)
{
	iommu_group_release_dma_owner(ksim_device_of(device)->iommu_group);
}

/* Fresh pages, but for a block. */
int ksim_space_map(void *domain, const struct ksim_area *area)
{
	const struct ksim_mapping block = {area->start, area->start, area->bytes, area->prot};
	struct ksim_space *d = domain;
	unsigned long at;
	int err = 0;

	if (area->is_block)
		return ksim_map(d->domain, &block);
	for (at = 0; !err && at < area->bytes; at += PAGE_SIZE)
		err = map_page(d->domain, area->start + at, area->prot);
	return err;
}

/* Left out: giving the pages back. What still reaches one reaches nothing of anybody else's. */
int ksim_space_unmap(void *domain, const struct ksim_area *area)
{
	struct ksim_space *d = domain;

	return iommu_unmap(d->domain, area->start, area->bytes) == area->bytes ? 0 : -EINVAL;
}

unsigned long ksim_space_page(void *domain, unsigned long iova)
{
	struct ksim_space *d = domain;

	return iommu_iova_to_phys(d->domain, iova & PAGE_MASK);
}

/* --- SVA, of as many processes as one likes --- */

int ksim_sva_bind(unsigned int device, void *process, struct ksim_bond *bond)
{
	struct iommu_sva *handle;
	int err = ksim_enable_features(device);

	if (err)
		return err;
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
	handle = iommu_sva_bind_device(ksim_device_of(device), process, NULL);
#else
	handle = iommu_sva_bind_device(ksim_device_of(device), process);
#endif
	if (IS_ERR(handle))
		return PTR_ERR(handle);
	bond->handle = handle;
	bond->pasid = iommu_sva_get_pasid(handle);
	return 0;
}

void ksim_sva_unbind(const struct ksim_bond *bond)
{
	iommu_sva_unbind_device(bond->handle);
}
