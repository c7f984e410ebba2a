// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the driver offers to the layers above: stage 1 domains for the IOMMU
 * API, and to the handler core responses (CMD_RESUME, IHI 0070 4.6.1) and SVA.
 *
 * A domain belongs to the SMMU of the first device that is attached.
 */
#include <linux/bitfield.h>
#include <linux/err.h>
#include <linux/slab.h>

#include <errno.h>

#include "models/smmuv3/regs.h"
#include "sim/cpu.h"
#include "system/host_mm.h"
#include "system/smmu_driver.h"

struct sys_domain {
	struct iommu_domain domain;
	struct mutex lock;     /* the tables, and who is attached */
	struct sys_smmu *smmu; /* NULL until the first attach */
	struct sys_pgtable pgt;
	u32 asid;
};

static struct sys_domain *to_domain(struct iommu_domain *domain)
{
	return container_of(domain, struct sys_domain, domain);
}

static u32 alloc_asid(struct sys_smmu *smmu)
{
	return atomic_inc_return(&smmu->last_asid);
}

static void invalidate_asid(struct sys_smmu *smmu, u32 asid)
{
	const u64 cmd[1][2] = {
		{FIELD_PREP(CMDQ_0_OP, CMDQ_OP_TLBI_NH_ASID) | FIELD_PREP(CMDQ_TLBI_0_ASID, asid)}};

	sys_smmu_issue(smmu, cmd, 1, true);
}

/* --- domains --- */

static const struct iommu_domain_ops domain_ops;

static struct iommu_domain *domain_alloc(unsigned int type)
{
	struct sys_domain *domain = kzalloc(sizeof(*domain), GFP_KERNEL);

	if (!domain)
		return NULL;
	mutex_init(&domain->lock);
	domain->domain.ops = &domain_ops;
	domain->domain.pgsize_bitmap = SYS_PAGE_BYTES;
	return &domain->domain;
}

static void domain_free(struct iommu_domain *iommu_domain)
{
	struct sys_domain *domain = to_domain(iommu_domain);

	if (domain->smmu) {
		invalidate_asid(domain->smmu, domain->asid);
		sys_pgtable_finish(&domain->pgt);
	}
	kfree(domain);
}

/* First attach: the domain gets tables and an ASID. */
static int domain_finalise(struct sys_domain *domain, struct sys_smmu *smmu)
{
	int err = sys_pgtable_init(&domain->pgt, smmu->iommu.mem, smmu->iommu.frames);

	if (err)
		return err;
	domain->asid = alloc_asid(smmu);
	domain->smmu = smmu;
	return 0;
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
		err = sys_smmu_write_cd(master, 0, domain->pgt.root, domain->asid);
	mutex_unlock(&domain->lock);
	return err;
}

static void domain_detach_dev(struct iommu_domain *iommu_domain, struct device *dev)
{
	struct sys_domain *domain = to_domain(iommu_domain);
	struct sys_smmu_master *master = sys_smmu_master_of(dev);

	mutex_lock(&domain->lock);
	sys_smmu_write_cd(master, 0, 0, 0);
	mutex_unlock(&domain->lock);
	invalidate_asid(domain->smmu, domain->asid);
}

/* The caller excludes overlapping ranges; Linux's io-pgtable needs no lock either. */
static int domain_map_pages(struct iommu_domain *iommu_domain, unsigned long iova,
			    phys_addr_t paddr, size_t pgsize, size_t pgcount, int prot, gfp_t gfp,
			    size_t *mapped)
{
	struct sys_domain *domain = to_domain(iommu_domain);
	u32 access = SYS_PT_VALID | (prot & IOMMU_WRITE ? SYS_PT_WRITE : 0);

	if (!domain->smmu)
		return -EINVAL;
	for (size_t i = 0; i < pgcount; i++) {
		u64 offset = i * SYS_PAGE_BYTES;

		sim_charge(domain->smmu->iommu.config->host.pte_write_ps);
		sim_settle();
		if (sys_pgtable_set(&domain->pgt, iova + offset, paddr + offset, access))
			return -ENOMEM;
		*mapped += SYS_PAGE_BYTES;
	}
	return 0;
}

static void gather_add(struct iommu_iotlb_gather *gather, unsigned long iova, size_t bytes)
{
	unsigned long end = iova + bytes - 1;

	if (iova < gather->start)
		gather->start = iova;
	if (end > gather->end)
		gather->end = end;
}

static size_t domain_unmap_pages(struct iommu_domain *iommu_domain, unsigned long iova,
				 size_t pgsize, size_t pgcount, struct iommu_iotlb_gather *gather)
{
	struct sys_domain *domain = to_domain(iommu_domain);
	size_t unmapped = 0;

	for (size_t i = 0; i < pgcount; i++) {
		sim_charge(domain->smmu->iommu.config->host.pte_write_ps);
		sim_settle();
		if (!sys_pgtable_clear(&domain->pgt, iova + i * SYS_PAGE_BYTES))
			break;
		unmapped += SYS_PAGE_BYTES;
	}
	if (unmapped)
		gather_add(gather, iova, unmapped);
	return unmapped;
}

#define TLBI_BATCH 16

/* One TLBI for each page, a CMD_SYNC after the last. */
static void domain_iotlb_sync(struct iommu_domain *iommu_domain, struct iommu_iotlb_gather *gather)
{
	struct sys_domain *domain = to_domain(iommu_domain);
	u64 cmds[TLBI_BATCH][2];
	u32 nr = 0;

	if (!domain->smmu || gather->start > gather->end)
		return;
	for (u64 iova = gather->start; iova < gather->end; iova += SYS_PAGE_BYTES) {
		if (nr == TLBI_BATCH) {
			sys_smmu_issue(domain->smmu, cmds, nr, false);
			nr = 0;
		}
		cmds[nr][0] = FIELD_PREP(CMDQ_0_OP, CMDQ_OP_TLBI_NH_VA) |
			      FIELD_PREP(CMDQ_TLBI_0_ASID, domain->asid);
		cmds[nr++][1] = CMDQ_TLBI_1_LEAF | (iova & CMDQ_TLBI_1_VA_MASK);
	}
	sys_smmu_issue(domain->smmu, cmds, nr, true);
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
	.device_group = generic_device_group,
	.domain_alloc = domain_alloc,
	.default_domain_ops = &domain_ops,
	.pgsize_bitmap = SYS_PAGE_BYTES,
};

/* --- the handler core's device operations --- */

static void page_response(struct device *dev, const struct pfh_response *response)
{
	struct sys_smmu_master *master = sys_smmu_master_of(dev);
	/* IHI 0070 4.6.1: retry, or terminate with abort so that the master sees it. */
	u64 resp = response->code == PFH_RESP_SUCCESS ? CMDQ_RESUME_0_RESP_RETRY
						      : CMDQ_RESUME_0_RESP_ABORT;
	const u64 cmd[1][2] = {{
		FIELD_PREP(CMDQ_0_OP, CMDQ_OP_RESUME) | FIELD_PREP(CMDQ_RESUME_0_SID, master->sid) |
			FIELD_PREP(CMDQ_RESUME_0_RESP, resp),
		FIELD_PREP(CMDQ_RESUME_1_STAG, response->grpid),
	}};

	/* No CMD_SYNC: consuming RESUME is all that the stalled access needs. */
	sys_smmu_issue(master->smmu, cmd, 1, false);
	sys_collect_stamp(master->smmu->iommu.collect, master->smmu->iommu.number,
			  sys_master_fault(master->common, response->grpid), SYS_STAGE_ANSWERED);
}

static int sva_attach(struct device *dev, u32 pasid, struct mm_struct *mm)
{
	struct sys_smmu_master *master = sys_smmu_master_of(dev);

	return sys_smmu_write_cd(master, pasid, sys_mm_pgtable(mm)->root, alloc_asid(master->smmu));
}

static void sva_detach(struct device *dev, u32 pasid)
{
	struct sys_smmu_master *master = sys_smmu_master_of(dev);
	u32 asid = sys_smmu_read_cd_asid(master, pasid);

	sys_smmu_write_cd(master, pasid, 0, 0);
	invalidate_asid(master->smmu, asid);
}

static int enable_faults(struct device *dev)
{
	struct sys_smmu_master *master = sys_smmu_master_of(dev);

	return master->common->can_stall ? 0 : -ENODEV;
}

static void disable_faults(struct device *dev)
{
}

const struct pfh_device_ops sys_smmu_pfh_ops = {
	.page_response = page_response,
	.sva_attach = sva_attach,
	.sva_detach = sva_detach,
	.enable_faults = enable_faults,
	.disable_faults = disable_faults,
};
