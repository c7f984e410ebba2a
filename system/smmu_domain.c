// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stage 1 domains for the IOMMU API. A domain belongs to the SMMU of the first
 * device that is attached. What is taken out of it is forgotten by the SMMU first,
 * then by the endpoints that have a translation cache (IHI 0070 3.9.1).
 */
#include <linux/err.h>
#include <linux/list.h>
#include <linux/slab.h>

#include <errno.h>

#include "system/linux_iopf.h"
#include "system/smmu_driver.h"

struct sys_domain {
	struct iommu_domain domain;
	struct mutex lock;     /* the tables, and who is attached */
	struct sys_smmu *smmu; /* NULL until the first attach */
	struct sys_pgtable pgt;
	u32 asid;
	/* Taken while a map is taken out: commands are put into the queue under it. */
	spinlock_t masters_lock;
	struct list_head masters; /* with ATS; struct sys_smmu_master */
};

static struct sys_domain *to_domain(struct iommu_domain *domain)
{
	return container_of(domain, struct sys_domain, domain);
}

u32 sys_smmu_alloc_asid(struct sys_smmu *smmu)
{
	return atomic_inc_return(&smmu->last_asid);
}

/* --- domains --- */

static const struct iommu_domain_ops domain_ops;

static struct iommu_domain *domain_alloc(unsigned int type)
{
	struct sys_domain *domain = kzalloc(sizeof(*domain), GFP_KERNEL);

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
	struct sys_domain *domain = to_domain(iommu_domain);

	if (domain->smmu) {
		sys_smmu_tlb_inv_asid(domain->smmu, domain->asid);
		sys_pgtable_finish(&domain->pgt);
	}
	kfree(domain);
}

/* First attach: the domain gets tables and an ASID. */
static int domain_finalise(struct sys_domain *domain, struct sys_smmu *smmu)
{
	int err = sys_pgtable_init(&domain->pgt, SYS_PT_ARM64, smmu->iommu.mem, smmu->iommu.frames);

	if (err)
		return err;
	domain->asid = sys_smmu_alloc_asid(smmu);
	domain->smmu = smmu;
	return 0;
}

static void set_attached(struct sys_domain *domain, struct sys_smmu_master *master,
			 bool is_attached)
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
static int attach_locked(struct sys_domain *domain, struct sys_smmu_master *master)
{
	int err;

	set_attached(domain, master, true);
	err = sys_smmu_write_cd(master, 0, domain->pgt.root, domain->asid);
	if (err)
		goto err_detach;
	err = sys_smmu_ats_get(master);
	if (err)
		goto err_clear;
	return 0;

err_clear:
	sys_smmu_write_cd(master, 0, 0, 0);
err_detach:
	set_attached(domain, master, false);
	return err;
}

static int domain_attach_dev(struct iommu_domain *iommu_domain, struct device *dev)
{
	struct sys_domain *domain = to_domain(iommu_domain);
	struct sys_smmu_master *master = sys_smmu_master_of(dev);
	int err = 0;

	mutex_lock(&domain->lock);
	if (!domain->smmu)
		err = domain_finalise(domain, master->smmu);
	else if (domain->smmu != master->smmu)
		err = -EINVAL;
	if (!err)
		err = attach_locked(domain, master);
	mutex_unlock(&domain->lock);
	return err;
}

static void domain_detach_dev(struct iommu_domain *iommu_domain, struct device *dev)
{
	struct sys_domain *domain = to_domain(iommu_domain);
	struct sys_smmu_master *master = sys_smmu_master_of(dev);

	mutex_lock(&domain->lock);
	sys_smmu_write_cd(master, 0, 0, 0);
	sys_smmu_tlb_inv_asid(domain->smmu, domain->asid);
	sys_smmu_atc_inv(master, 0, 0, ~0ULL);
	set_attached(domain, master, false);
	sys_smmu_ats_put(master);
	mutex_unlock(&domain->lock);
}

static int domain_map_pages(struct iommu_domain *iommu_domain, unsigned long iova,
			    phys_addr_t paddr, size_t pgsize, size_t pgcount, int prot, gfp_t gfp,
			    size_t *mapped)
{
	struct sys_domain *domain = to_domain(iommu_domain);

	if (!domain->smmu)
		return -EINVAL;
	return sys_iommu_map_pages(&domain->smmu->iommu, &domain->pgt, iova, paddr, pgcount, prot,
				   mapped);
}

static size_t domain_unmap_pages(struct iommu_domain *iommu_domain, unsigned long iova,
				 size_t pgsize, size_t pgcount, struct iommu_iotlb_gather *gather)
{
	struct sys_domain *domain = to_domain(iommu_domain);

	return sys_iommu_unmap_pages(&domain->smmu->iommu, &domain->pgt, iova, pgcount, gather);
}

static void invalidate_endpoints(struct sys_domain *domain, u64 first, u64 last)
{
	struct sys_smmu_batch batch = {.smmu = domain->smmu};
	struct sys_smmu_master *master;

	spin_lock(&domain->masters_lock);
	list_for_each_entry (master, &domain->masters, domain_node)
		sys_smmu_atc_inv_add(&batch, master, 0, first, last);
	spin_unlock(&domain->masters_lock);
	if (batch.nr)
		sys_smmu_batch_submit(&batch);
}

static void domain_iotlb_sync(struct iommu_domain *iommu_domain, struct iommu_iotlb_gather *gather)
{
	struct sys_domain *domain = to_domain(iommu_domain);

	if (!domain->smmu || gather->start > gather->end)
		return;
	sys_smmu_tlb_inv_range(domain->smmu, domain->asid, gather->start, gather->end);
	invalidate_endpoints(domain, gather->start, gather->end);
}

static phys_addr_t domain_iova_to_phys(struct iommu_domain *iommu_domain, dma_addr_t iova)
{
	struct sys_domain *domain = to_domain(iommu_domain);
	pa_t pa;

	if (!domain->smmu || !sys_pgtable_get(&domain->pgt, iova, &pa))
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
	int err = sys_smmu_add_master(common);

	return err ? ERR_PTR(err) : &common->iommu->handle;
}

const struct iommu_ops sys_smmu_iommu_ops = {
	.probe_device = probe_device,
	.page_response = sys_linux_page_response,
	.device_group = generic_device_group,
	.domain_alloc = domain_alloc,
	.default_domain_ops = &domain_ops,
	.pgsize_bitmap = SYS_PAGE_BYTES,
};
