// SPDX-License-Identifier: GPL-2.0-only
/*
 * Domains of second-stage tables for the IOMMU API, as Linux gives them to VFIO. A domain
 * belongs to the unit of the first device that is attached. What is taken out of it is
 * forgotten by the unit first, then by the endpoints that have a device-TLB (6.5.2.5), under a
 * lock as there.
 */
#include <linux/err.h>
#include <linux/list.h>
#include <linux/slab.h>

#include <errno.h>

#include "system/linux_iopf.h"
#include "system/vtd_driver.h"

struct vtd_domain {
	struct iommu_domain domain;
	struct mutex lock;   /* the tables, and who is attached */
	struct sys_vtd *vtd; /* NULL until the first attach */
	struct sys_pgtable pgt;
	u32 did;
	spinlock_t masters_lock;
	struct list_head masters; /* with ATS; struct sys_vtd_master */
};

static struct vtd_domain *to_domain(struct iommu_domain *domain)
{
	return container_of(domain, struct vtd_domain, domain);
}

static const struct iommu_domain_ops domain_ops;

static struct iommu_domain *domain_alloc(unsigned int type)
{
	struct vtd_domain *domain = kzalloc(sizeof(*domain), GFP_KERNEL);

	if (!domain)
		return NULL;
	mutex_init(&domain->lock);
	spin_lock_init(&domain->masters_lock);
	INIT_LIST_HEAD(&domain->masters);
	domain->domain.ops = &domain_ops;
	domain->domain.pgsize_bitmap = SYS_PAGE_BYTES;
	return &domain->domain;
}

static void domain_free(struct iommu_domain *iommu_domain)
{
	struct vtd_domain *domain = to_domain(iommu_domain);

	if (domain->vtd) {
		sys_vtd_flush_domain(domain->vtd, domain->did);
		sys_pgtable_finish(&domain->pgt);
	}
	kfree(domain);
}

/* First attach: the domain gets tables and a domain-id. */
static int domain_finalise(struct vtd_domain *domain, struct sys_vtd *vtd)
{
	int err = sys_pgtable_init(&domain->pgt, SYS_PT_VTD_SECOND, vtd->iommu.mem,
				   vtd->iommu.frames);

	if (err)
		return err;
	domain->did = atomic_inc_return(&vtd->last_did);
	domain->vtd = vtd;
	return 0;
}

static void set_attached(struct vtd_domain *domain, struct sys_vtd_master *master, bool is_attached)
{
	if (!master->has_ats)
		return;
	spin_lock(&domain->masters_lock);
	if (is_attached)
		list_add_tail(&master->domain_node, &domain->masters);
	else
		list_del_init(&master->domain_node);
	spin_unlock(&domain->masters_lock);
}

/* In the list before it can translate: no invalidation may miss what it caches. */
static int attach_locked(struct vtd_domain *domain, struct sys_vtd_master *master)
{
	int err;

	set_attached(domain, master, true);
	err = sys_vtd_set_second(master, SYS_VTD_RID_PASID, domain->pgt.root, domain->did);
	if (err)
		set_attached(domain, master, false);
	else
		sys_vtd_ats_get(master);
	return err;
}

static int domain_attach_dev(struct iommu_domain *iommu_domain, struct device *dev)
{
	struct vtd_domain *domain = to_domain(iommu_domain);
	struct sys_vtd_master *master = sys_vtd_master_of(dev);
	int err = 0;

	mutex_lock(&domain->lock);
	if (!domain->vtd)
		err = domain_finalise(domain, master->vtd);
	else if (domain->vtd != master->vtd)
		err = -EINVAL;
	if (!err)
		err = attach_locked(domain, master);
	mutex_unlock(&domain->lock);
	return err;
}

static void domain_detach_dev(struct iommu_domain *iommu_domain, struct device *dev)
{
	struct vtd_domain *domain = to_domain(iommu_domain);
	struct sys_vtd_master *master = sys_vtd_master_of(dev);

	mutex_lock(&domain->lock);
	sys_vtd_clear_pasid(master, SYS_VTD_RID_PASID, domain->did, false);
	set_attached(domain, master, false);
	sys_vtd_ats_put(master);
	mutex_unlock(&domain->lock);
}

static int domain_map_pages(struct iommu_domain *iommu_domain, unsigned long iova,
			    phys_addr_t paddr, size_t pgsize, size_t pgcount, int prot, gfp_t gfp,
			    size_t *mapped)
{
	struct vtd_domain *domain = to_domain(iommu_domain);

	if (!domain->vtd)
		return -EINVAL;
	return sys_iommu_map_pages(&domain->vtd->iommu, &domain->pgt, iova, paddr, pgcount, prot,
				   mapped);
}

static size_t domain_unmap_pages(struct iommu_domain *iommu_domain, unsigned long iova,
				 size_t pgsize, size_t pgcount, struct iommu_iotlb_gather *gather)
{
	struct vtd_domain *domain = to_domain(iommu_domain);

	return sys_iommu_unmap_pages(&domain->vtd->iommu, &domain->pgt, iova, pgcount, gather);
}

static void domain_iotlb_sync(struct iommu_domain *iommu_domain, struct iommu_iotlb_gather *gather)
{
	struct vtd_domain *domain = to_domain(iommu_domain);
	struct sys_vtd_master *master;

	if (!domain->vtd || gather->start > gather->end)
		return;
	sys_vtd_flush_pages(domain->vtd, domain->did, gather->start, gather->end);
	spin_lock(&domain->masters_lock);
	list_for_each_entry (master, &domain->masters, domain_node)
		sys_vtd_flush_devtlb(master, SYS_VTD_RID_PASID, gather->start, gather->end);
	spin_unlock(&domain->masters_lock);
}

static phys_addr_t domain_iova_to_phys(struct iommu_domain *iommu_domain, dma_addr_t iova)
{
	struct vtd_domain *domain = to_domain(iommu_domain);
	pa_t pa;

	if (!domain->vtd || !sys_pgtable_get(&domain->pgt, iova, &pa))
		return 0;
	return pa | (iova & (SYS_PAGE_BYTES - 1));
}

static const struct iommu_domain_ops domain_ops = {
	.attach_dev = domain_attach_dev,
	.detach_dev = domain_detach_dev,
	.map_pages = domain_map_pages,
	.unmap_pages = domain_unmap_pages,
	.iotlb_sync = domain_iotlb_sync,
	.iova_to_phys = domain_iova_to_phys,
	.free = domain_free,
};

static struct iommu_device *probe_device(struct device *dev)
{
	struct sys_master *common = dev_get_drvdata(dev);
	int err = sys_vtd_add_master(common);

	return err ? ERR_PTR(err) : &common->iommu->handle;
}

const struct iommu_ops sys_vtd_iommu_ops = {
	.probe_device = probe_device,
	.page_response = sys_linux_page_response,
	.device_group = generic_device_group,
	.domain_alloc = domain_alloc,
	.default_domain_ops = &domain_ops,
	.pgsize_bitmap = SYS_PAGE_BYTES,
};
