// SPDX-License-Identifier: GPL-2.0-only
/* Domains of the SMMUv3: stage 1 tables under an ASID, as Linux gives them to VFIO. */
#include <linux/err.h>

#include "system/iommu/domain.h"
#include "system/smmuv3/driver.h"

static u32 alloc_tag(struct sys_iommu *iommu)
{
	return sys_smmu_alloc_asid(to_smmu(iommu));
}

/* Stage 1, TTB0 with T0SZ 16. */
static u32 address_bits(const struct sys_iommu *iommu)
{
	return SYS_PT_VA_BITS;
}

/* In the list before it can translate: no invalidation may miss what it caches. */
static int attach(struct sys_domain *domain, struct sys_master *common)
{
	struct sys_smmu_master *master = common->driver_data;
	int err;

	sys_domain_add_master(domain, common);
	err = sys_smmu_write_cd(master, 0, domain->pgt.root, domain->tag);
	if (err)
		goto err_remove;
	err = sys_smmu_ats_get(master);
	if (err)
		goto err_clear;
	return 0;

err_clear:
	sys_smmu_write_cd(master, 0, 0, 0);
err_remove:
	sys_domain_remove_master(domain, common);
	return err;
}

static void detach(struct sys_domain *domain, struct sys_master *common)
{
	struct sys_smmu_master *master = common->driver_data;

	sys_smmu_write_cd(master, 0, 0, 0);
	sys_smmu_tlb_inv_asid(master->smmu, domain->tag);
	sys_smmu_atc_inv(master, 0, SYS_RANGE_ALL);
	sys_domain_remove_master(domain, common);
	sys_smmu_ats_put(master);
}

static void flush(struct sys_domain *domain)
{
	sys_smmu_tlb_inv_asid(to_smmu(domain->iommu), domain->tag);
}

static void invalidate_endpoints(struct sys_domain *domain, struct sys_range range)
{
	struct sys_smmu_batch batch = {.smmu = to_smmu(domain->iommu)};
	struct sys_master *master;

	/* As Linux, which counts them (nr_ats_masters): nearly always there is none, and the
	 * lock would be what all CPUs meet at. A new one is listed before it can translate. */
	if (list_empty(&domain->masters))
		return;
	spin_lock(&domain->masters_lock);
	list_for_each_entry (master, &domain->masters, domain_node)
		sys_smmu_atc_inv_add(&batch, master->driver_data, 0, range);
	spin_unlock(&domain->masters_lock);
	if (batch.nr)
		sys_smmu_batch_submit(&batch);
}

static void sync(struct sys_domain *domain, struct sys_range range)
{
	sys_smmu_tlb_inv_range(to_smmu(domain->iommu), domain->tag, range);
	invalidate_endpoints(domain, range);
}

static struct iommu_domain *domain_alloc(unsigned int type)
{
	static const struct sys_domain_driver driver = {
		.tables = SYS_PT_ARM64,
		.address_bits = address_bits,
		.alloc_tag = alloc_tag,
		.splits_blocks = true,
		.attach = attach,
		.detach = detach,
		.flush = flush,
		.sync = sync,
	};

	return sys_domain_alloc(&driver);
}

static struct iommu_device *probe_device(struct device *dev)
{
	struct sys_master *common = dev_get_drvdata(dev);
	int err = sys_smmu_add_master(common);

	return err ? ERR_PTR(err) : &common->iommu->handle;
}

const struct iommu_ops sys_smmu_iommu_ops = {
	.probe_device = probe_device,
	.release_device = sys_smmu_release_device,
	.device_group = generic_device_group,
	.domain_alloc = domain_alloc,
	.pgsize_bitmap = SYS_PAGE_BYTES,
};
