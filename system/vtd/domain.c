// SPDX-License-Identifier: GPL-2.0-only
/* Domains of VT-d: second-stage tables under a domain-id, as Linux gives them to VFIO. */
#include <linux/bitfield.h>
#include <linux/err.h>
#include <linux/minmax.h>

#include "models/vtd/regs.h"
#include "system/iommu/domain.h"
#include "system/vtd/driver.h"

static u32 alloc_tag(struct sys_iommu *iommu)
{
	return atomic_inc_return(&to_vtd(iommu)->last_did);
}

/* Tables of four levels, and no more than the unit takes (9.8, CAP.MGAW). */
static u32 address_bits(const struct sys_iommu *iommu)
{
	const struct sys_vtd *vtd = container_of(iommu, const struct sys_vtd, iommu);

	return min(SYS_PT_VA_BITS, (int)FIELD_GET(CAP_MGAW, vtd->cap) + 1);
}

static bool has_blocks(const struct sys_iommu *iommu)
{
	return container_of(iommu, const struct sys_vtd, iommu)->cap & CAP_SSLPS_2M;
}

static bool is_coherent(const struct sys_iommu *iommu)
{
	return container_of(iommu, const struct sys_vtd, iommu)->ecap & ECAP_C;
}

/* In the list before it can translate: no invalidation may miss what it caches. */
static int attach(struct sys_domain *domain, struct sys_master *common)
{
	struct sys_vtd_master *master = common->driver_data;
	int err;

	sys_domain_add_master(domain, common);
	err = sys_vtd_set_second(master, SYS_VTD_RID_PASID, domain->pgt.root, domain->tag);
	if (err)
		sys_domain_remove_master(domain, common);
	else
		sys_vtd_ats_get(master);
	return err;
}

static void detach(struct sys_domain *domain, struct sys_master *common)
{
	struct sys_vtd_master *master = common->driver_data;

	sys_vtd_clear_pasid(master, SYS_VTD_RID_PASID, domain->tag, false);
	sys_domain_remove_master(domain, common);
	sys_vtd_ats_put(master);
}

static void flush(struct sys_domain *domain)
{
	sys_vtd_flush_domain(to_vtd(domain->iommu), domain->tag);
}

/* Endpoints under a lock, as Linux does. */
static void sync(struct sys_domain *domain, struct sys_range range)
{
	struct sys_master *master;

	sys_vtd_flush_pages(to_vtd(domain->iommu), domain->tag, range);
	spin_lock(&domain->masters_lock);
	list_for_each_entry (master, &domain->masters, domain_node)
		sys_vtd_flush_devtlb(master->driver_data, SYS_VTD_RID_PASID, range);
	spin_unlock(&domain->masters_lock);
}

static struct iommu_domain *domain_alloc(unsigned int type)
{
	static const struct sys_domain_driver driver = {
		.tables = SYS_PT_VTD_SECOND,
		.address_bits = address_bits,
		.alloc_tag = alloc_tag,
		.has_blocks = has_blocks,
		.is_coherent = is_coherent,
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
	int err = sys_vtd_add_master(common);

	return err ? ERR_PTR(err) : &common->iommu->handle;
}

const struct iommu_ops sys_vtd_iommu_ops = {
	.probe_device = probe_device,
	.release_device = sys_vtd_release_device,
	.device_group = generic_device_group,
	.domain_alloc = domain_alloc,
	.pgsize_bitmap = SYS_PAGE_BYTES,
};
