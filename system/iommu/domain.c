// SPDX-License-Identifier: GPL-2.0-only
/* Domains for the IOMMU API: tables, who is attached, and the way from there to the driver. */
#include "system/iommu/domain.h"

#include <linux/slab.h>

#include <errno.h>

#include "sim/cpu.h"
#include "sim/dist.h"
#include "sim/point.h"
#include "sim/sim.h"

static struct sys_domain *to_domain(struct iommu_domain *domain)
{
	return container_of(domain, struct sys_domain, domain);
}

void sys_domain_add_master(struct sys_domain *domain, struct sys_master *master)
{
	sim_assert(!master->domain);
	master->domain = domain;
	domain->nr_masters++;
	if (!master->has_ats)
		return;
	spin_lock(&domain->masters_lock);
	list_add_tail(&master->domain_node, &domain->masters);
	spin_unlock(&domain->masters_lock);
}

void sys_domain_remove_master(struct sys_domain *domain, struct sys_master *master)
{
	sim_assert(master->domain == domain && domain->nr_masters);
	master->domain = NULL;
	domain->nr_masters--;
	if (!master->has_ats)
		return;
	spin_lock(&domain->masters_lock);
	list_del_init(&master->domain_node);
	spin_unlock(&domain->masters_lock);
}

/* First attach: the domain gets tables and a tag. */
static int finalise(struct sys_domain *domain, struct sys_iommu *iommu)
{
	int err = sys_pgtable_init(&domain->pgt, domain->driver->tables, iommu->mem, iommu->frames);

	if (err)
		return err;
	domain->tag = domain->driver->alloc_tag(iommu);
	domain->iommu = iommu;
	if (iommu->config->host.superpages &&
	    (!domain->driver->has_blocks || domain->driver->has_blocks(iommu)))
		domain->domain.pgsize_bitmap |= SYS_BLOCK_BYTES;
	return 0;
}

static int attach_dev(struct iommu_domain *iommu_domain, struct device *dev)
{
	struct sys_domain *domain = to_domain(iommu_domain);
	struct sys_master *master = dev_get_drvdata(dev);
	int err = 0;

	mutex_lock(&domain->lock);
	if (!domain->iommu)
		err = finalise(domain, master->iommu);
	else if (domain->iommu != master->iommu)
		err = -EINVAL;
	if (!err)
		err = domain->driver->attach(domain, master);
	mutex_unlock(&domain->lock);
	return err;
}

static void detach_dev(struct iommu_domain *iommu_domain, struct device *dev)
{
	struct sys_domain *domain = to_domain(iommu_domain);

	mutex_lock(&domain->lock);
	domain->driver->detach(domain, dev_get_drvdata(dev));
	mutex_unlock(&domain->lock);
}

/* What an entry costs to write. Who maps and unmaps excludes overlapping ranges; Linux's
 * io-pgtable needs no lock either. */
static void charge_write(const struct sys_domain *domain)
{
	const struct sys_config *config = domain->iommu->config;

	sim_charge_cost(config->host.pte_write_ps);
	if (domain->driver->is_coherent && !domain->driver->is_coherent(domain->iommu))
		sim_charge_cost(config->host.pte_flush_ps);
	sim_settle();
	sim_hardware_write();
}

static void charge_clear(const struct sys_domain *domain)
{
	const struct sys_config *config = domain->iommu->config;
	u64 clear_ps = config->host.pte_clear_ps;

	sim_charge_cost(clear_ps ? clear_ps : config->host.pte_write_ps);
	sim_settle();
	sim_hardware_write();
}

static u32 access_of(int prot)
{
	return SYS_PT_VALID | (prot & IOMMU_WRITE ? SYS_PT_WRITE : 0) |
	       (prot & IOMMU_READ || !(prot & IOMMU_WRITE) ? 0 : SYS_PT_NO_READ) |
	       (prot & IOMMU_NOEXEC ? 0 : SYS_PT_EXEC) | (prot & IOMMU_PRIV ? SYS_PT_PRIV : 0);
}

/* Linux: -EINVAL from the checks of VFIO, -ERANGE or -EFAULT deeper down. */
static bool is_within(const struct sys_domain *domain, u64 iova, u64 bytes)
{
	u64 limit = 1ULL << domain->driver->address_bits(domain->iommu);

	return iova < limit && bytes <= limit - iova;
}

static int map_pages(struct iommu_domain *iommu_domain, unsigned long iova, phys_addr_t paddr,
		     size_t pgsize, size_t pgcount, int prot, gfp_t gfp, size_t *mapped)
{
	struct sys_domain *domain = to_domain(iommu_domain);
	u64 bytes = pgsize * pgcount;
	u32 access = access_of(prot);

	if (!domain->iommu || !is_within(domain, iova, bytes))
		return -EINVAL;
	sim_charge_cost(domain->iommu->config->host.map_call_ps);
	while (*mapped < bytes) {
		u64 at = iova + *mapped;
		bool is_block = pgsize == SYS_BLOCK_BYTES &&
				!sys_pgtable_has_table(&domain->pgt, at);
		size_t done = is_block ? SYS_BLOCK_BYTES : SYS_PAGE_BYTES;

		charge_write(domain);
		if (is_block ? sys_pgtable_set_block(&domain->pgt, at, paddr + *mapped, access)
			     : sys_pgtable_set(&domain->pgt, at, paddr + *mapped, access))
			return -ENOMEM;
		*mapped += done;
	}
	return 0;
}

/* Linux 6.1 tells the IOMMU the size of the entries; the smallest of them. */
static void gather_add(struct iommu_iotlb_gather *gather, unsigned long iova, size_t bytes,
		       size_t pgsize)
{
	unsigned long end = iova + bytes - 1;

	if (iova < gather->start)
		gather->start = iova;
	if (end > gather->end)
		gather->end = end;
	if (!gather->pgsize || pgsize < gather->pgsize)
		gather->pgsize = pgsize;
}

/* Of a block of which only a part is to go. Return: bytes of the entry that goes. */
static size_t cut_block(struct sys_domain *domain, u64 iova)
{
	/* Without memory for the table, all of it goes. */
	if (domain->driver->splits_blocks && !sys_pgtable_split(&domain->pgt, iova))
		return SYS_PAGE_BYTES;
	return SYS_BLOCK_BYTES;
}

/* The leaf at @iova, of which no more than @bytes are to go. Return: how many went from there on;
 * 0: there is none. */
static size_t unmap_leaf(struct sys_domain *domain, u64 iova, u64 bytes,
			 struct iommu_iotlb_gather *gather)
{
	u32 lg2 = sys_pgtable_leaf_lg2(&domain->pgt, iova);
	size_t size = lg2 ? 1ULL << lg2 : 0;
	u64 first;

	if (size == SYS_BLOCK_BYTES && (iova & (size - 1) || bytes < size))
		size = cut_block(domain, iova);
	charge_clear(domain);
	if (!sys_pgtable_clear(&domain->pgt, iova))
		return 0;
	first = iova & ~(size - 1);
	/* As a block it may be cached as such, also where it was split. */
	gather_add(gather, lg2 == SYS_BLOCK_LG2 ? iova & ~(SYS_BLOCK_BYTES - 1) : first,
		   1ULL << lg2, size);
	return first + size - iova;
}

static size_t unmap_pages(struct iommu_domain *iommu_domain, unsigned long iova, size_t pgsize,
			  size_t pgcount, struct iommu_iotlb_gather *gather)
{
	struct sys_domain *domain = to_domain(iommu_domain);
	size_t unmapped = 0, some = 1;

	sim_charge_cost(domain->iommu->config->host.unmap_call_ps);
	while (some && unmapped < pgsize * pgcount) {
		some = unmap_leaf(domain, iova + unmapped, pgsize * pgcount - unmapped, gather);
		unmapped += some;
	}
	return unmapped;
}

static void iotlb_sync(struct iommu_domain *iommu_domain, struct iommu_iotlb_gather *gather)
{
	struct sys_domain *domain = to_domain(iommu_domain);

	if (domain->iommu && gather->start <= gather->end)
		domain->driver->sync(
			domain, (struct sys_range){gather->start, gather->end, gather->pgsize});
}

static phys_addr_t iova_to_phys(struct iommu_domain *iommu_domain, dma_addr_t iova)
{
	struct sys_domain *domain = to_domain(iommu_domain);
	pa_t pa;

	if (!domain->iommu || !sys_pgtable_get(&domain->pgt, iova, &pa))
		return 0;
	return pa | (iova & (SYS_PAGE_BYTES - 1));
}

static void domain_free(struct iommu_domain *iommu_domain)
{
	struct sys_domain *domain = to_domain(iommu_domain);

	sim_assert(!domain->nr_masters);
	if (domain->iommu) {
		domain->driver->flush(domain);
		sys_pgtable_finish(&domain->pgt);
	}
	kfree(domain);
}

struct iommu_domain *sys_domain_alloc(const struct sys_domain_driver *driver)
{
	static const struct iommu_domain_ops ops = {
		.attach_dev = attach_dev,
		.detach_dev = detach_dev,
		.map_pages = map_pages,
		.unmap_pages = unmap_pages,
		.iotlb_sync = iotlb_sync,
		.iova_to_phys = iova_to_phys,
		.free = domain_free,
	};
	struct sys_domain *domain = kzalloc(sizeof(*domain), GFP_KERNEL);

	if (!domain)
		return NULL;
	domain->driver = driver;
	mutex_init(&domain->lock);
	spin_lock_init(&domain->masters_lock);
	INIT_LIST_HEAD(&domain->masters);
	domain->domain.ops = &ops;
	domain->domain.pgsize_bitmap = SYS_PAGE_BYTES;
	return &domain->domain;
}
