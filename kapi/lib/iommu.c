// SPDX-License-Identifier: GPL-2.0-only
/*
 * The IOMMU API between those who map and the driver: domains, groups, splitting
 * a range into page sizes, gathering invalidations (Linux 6.1).
 *
 * Changed: one driver serves all buses (iommu_device_register()); a group has no
 * default domain, so detaching leaves its devices without one; a domain is
 * attached to one device after the other, with unwinding. What several threads
 * may do at a time is the same as in Linux: mapping takes no lock here.
 */
#include <linux/iommu.h>

#include <linux/bug.h>
#include <linux/slab.h>

#include "kapi/internal.h"

/* --- driver and devices --- */

int iommu_device_register(struct iommu_device *iommu, const struct iommu_ops *ops,
			  struct device *hwdev)
{
	if (kapi_state->iommu && kapi_state->iommu->ops != ops)
		return -EBUSY;
	iommu->ops = ops;
	iommu->dev = hwdev;
	kapi_state->iommu = iommu;
	return 0;
}

void iommu_device_unregister(struct iommu_device *iommu)
{
	if (kapi_state->iommu == iommu)
		kapi_state->iommu = NULL;
}

static const struct iommu_ops *iommu_ops(void)
{
	return kapi_state->iommu ? kapi_state->iommu->ops : NULL;
}

int iommu_probe_device(struct device *dev)
{
	const struct iommu_ops *ops = iommu_ops();
	struct iommu_group *group;
	int err = 0;

	if (!ops)
		return -ENODEV;
	if (ops->probe_device) {
		struct iommu_device *iommu = ops->probe_device(dev);

		if (IS_ERR(iommu))
			return PTR_ERR(iommu);
	}
	group = ops->device_group ? ops->device_group(dev) : generic_device_group(dev);
	if (IS_ERR(group))
		err = PTR_ERR(group);
	else
		err = iommu_group_add_device(group, dev);
	if (err) {
		if (ops->release_device)
			ops->release_device(dev);
		return err;
	}
	/* The device keeps the reference that add_device() took. */
	iommu_group_put(group);
	if (ops->probe_finalize)
		ops->probe_finalize(dev);
	return 0;
}

void iommu_release_device(struct device *dev)
{
	const struct iommu_ops *ops = iommu_ops();

	if (!dev->iommu_group)
		return;
	if (ops && ops->release_device)
		ops->release_device(dev);
	iommu_group_remove_device(dev);
}

int iommu_dev_enable_feature(struct device *dev, enum iommu_dev_features f)
{
	const struct iommu_ops *ops = iommu_ops();

	return ops && ops->dev_enable_feat ? ops->dev_enable_feat(dev, f) : -ENODEV;
}

int iommu_dev_disable_feature(struct device *dev, enum iommu_dev_features f)
{
	const struct iommu_ops *ops = iommu_ops();

	return ops && ops->dev_disable_feat ? ops->dev_disable_feat(dev, f) : -EBUSY;
}

/* --- groups --- */

static void group_init(struct iommu_group *group)
{
	kref_init(&group->kref);
	group->id = kapi_state->next_group_id++;
	mutex_init(&group->mutex);
	INIT_LIST_HEAD(&group->devices);
}

struct iommu_group *iommu_group_alloc(void)
{
	struct iommu_group *group = kzalloc(sizeof(*group), GFP_KERNEL);

	if (!group)
		return ERR_PTR(-ENOMEM);
	group_init(group);
	return group;
}

static void group_release(struct kref *kref)
{
	struct iommu_group *group = container_of(kref, struct iommu_group, kref);

	if (!group->is_static)
		kfree(group);
}

/* A group that somebody put into the device by hand becomes one of that device. */
static struct iommu_group *group_of(struct device *dev)
{
	struct iommu_group *group = dev->iommu_group;

	if (!group || group->devices.next)
		return group;
	group_init(group);
	group->is_static = true;
	list_add_tail(&dev->group_entry, &group->devices);
	return group;
}

struct iommu_group *iommu_group_get(struct device *dev)
{
	struct iommu_group *group = group_of(dev);

	kapi_call();
	return group ? iommu_group_ref_get(group) : NULL;
}

struct iommu_group *iommu_group_ref_get(struct iommu_group *group)
{
	kref_get(&group->kref);
	return group;
}

void iommu_group_put(struct iommu_group *group)
{
	if (group)
		kref_put(&group->kref, group_release);
}

int iommu_group_id(struct iommu_group *group)
{
	return group->id;
}

static int attach_one(struct iommu_domain *domain, struct device *dev)
{
	if (!domain->ops->attach_dev)
		return -ENODEV;
	return domain->ops->attach_dev(domain, dev);
}

static void detach_one(struct iommu_domain *domain, struct device *dev)
{
	if (domain->ops->detach_dev)
		domain->ops->detach_dev(domain, dev);
}

int iommu_group_add_device(struct iommu_group *group, struct device *dev)
{
	int err = 0;

	mutex_lock(&group->mutex);
	if (group->domain)
		err = attach_one(group->domain, dev);
	if (!err) {
		iommu_group_ref_get(group);
		dev->iommu_group = group;
		list_add_tail(&dev->group_entry, &group->devices);
	}
	mutex_unlock(&group->mutex);
	return err;
}

void iommu_group_remove_device(struct device *dev)
{
	struct iommu_group *group = group_of(dev);

	if (!group)
		return;
	mutex_lock(&group->mutex);
	list_del_init(&dev->group_entry);
	dev->iommu_group = NULL;
	mutex_unlock(&group->mutex);
	iommu_group_put(group);
}

struct iommu_group *generic_device_group(struct device *dev)
{
	return iommu_group_alloc();
}

static int for_each_dev_locked(struct iommu_group *group, void *data,
			       int (*fn)(struct device *dev, void *data))
{
	struct device *dev;
	int ret = 0;

	list_for_each_entry (dev, &group->devices, group_entry) {
		ret = fn(dev, data);
		if (ret)
			break;
	}
	return ret;
}

int iommu_group_for_each_dev(struct iommu_group *group, void *data,
			     int (*fn)(struct device *dev, void *data))
{
	int ret;

	mutex_lock(&group->mutex);
	ret = for_each_dev_locked(group, data, fn);
	mutex_unlock(&group->mutex);
	return ret;
}

/* --- domains --- */

struct iommu_domain *iommu_domain_alloc(struct bus_type *bus)
{
	const struct iommu_ops *ops = iommu_ops();
	struct iommu_domain *domain;

	if (!ops)
		return NULL;
	domain = ops->domain_alloc(IOMMU_DOMAIN_UNMANAGED);
	if (!domain)
		return NULL;
	domain->type = IOMMU_DOMAIN_UNMANAGED;
	domain->pgsize_bitmap = ops->pgsize_bitmap;
	if (!domain->ops)
		domain->ops = ops->default_domain_ops;
	return domain;
}

void iommu_domain_free(struct iommu_domain *domain)
{
	domain->ops->free(domain);
}

/* Detach the devices of @group up to and without @end; NULL: all. */
static void detach_until(struct iommu_domain *domain, struct iommu_group *group,
			 const struct device *end)
{
	struct device *dev;

	list_for_each_entry (dev, &group->devices, group_entry) {
		if (dev == end)
			return;
		detach_one(domain, dev);
	}
}

static int attach_locked(struct iommu_domain *domain, struct iommu_group *group)
{
	struct device *dev;

	if (group->domain)
		return -EBUSY;
	list_for_each_entry (dev, &group->devices, group_entry) {
		int err = attach_one(domain, dev);

		if (err) {
			detach_until(domain, group, dev);
			return err;
		}
	}
	group->domain = domain;
	return 0;
}

int iommu_attach_group(struct iommu_domain *domain, struct iommu_group *group)
{
	int err;

	mutex_lock(&group->mutex);
	err = attach_locked(domain, group);
	mutex_unlock(&group->mutex);
	return err;
}

void iommu_detach_group(struct iommu_domain *domain, struct iommu_group *group)
{
	mutex_lock(&group->mutex);
	if (!WARN_ON(group->domain != domain)) {
		detach_until(domain, group, NULL);
		group->domain = NULL;
	}
	mutex_unlock(&group->mutex);
}

int iommu_attach_device(struct iommu_domain *domain, struct device *dev)
{
	struct iommu_group *group = group_of(dev);
	int err = -EINVAL;

	if (!group)
		return -ENODEV;
	mutex_lock(&group->mutex);
	if (list_is_singular(&group->devices))
		err = attach_locked(domain, group);
	mutex_unlock(&group->mutex);
	return err;
}

void iommu_detach_device(struct iommu_domain *domain, struct device *dev)
{
	if (group_of(dev))
		iommu_detach_group(domain, group_of(dev));
}

struct iommu_domain *iommu_get_domain_for_dev(struct device *dev)
{
	struct iommu_group *group = group_of(dev);

	return group ? group->domain : NULL;
}

/* --- mapping --- */

struct pages {
	size_t size; /* of each */
	size_t count;
};

/*
 * The largest page size that fits both addresses and the rest of the range, and
 * how many such pages follow each other before a larger one could be used.
 */
static struct pages choose_pages(const struct iommu_domain *domain, unsigned long iova,
				 phys_addr_t paddr, size_t size)
{
	unsigned long addr_merge = iova | paddr;
	unsigned long sizes = domain->pgsize_bitmap & GENMASK(__fls(size), 0);
	unsigned long larger;
	size_t pgsize, offset;

	if (addr_merge)
		sizes &= GENMASK(__ffs(addr_merge), 0);
	BUG_ON(!sizes);
	pgsize = BIT(__fls(sizes));
	larger = domain->pgsize_bitmap & ~GENMASK(__fls(sizes), 0);
	if (larger && !((iova ^ paddr) & (BIT(__ffs(larger)) - 1))) {
		offset = BIT(__ffs(larger)) - (addr_merge & (BIT(__ffs(larger)) - 1));
		if (offset + BIT(__ffs(larger)) <= size)
			size = offset;
	}
	return (struct pages){.size = pgsize, .count = size / pgsize};
}

static bool is_aligned_range(const struct iommu_domain *domain, unsigned long bits)
{
	return domain->pgsize_bitmap && !(bits & (BIT(__ffs(domain->pgsize_bitmap)) - 1));
}

/* What is to be mapped, and how memory for it may be had. */
struct mapping {
	unsigned long iova;
	phys_addr_t paddr;
	size_t size;
	int prot;
	gfp_t gfp;
};

/* What is left of @mapping from @done on, or the first part of that. */
static int map_some(struct iommu_domain *domain, const struct mapping *mapping, size_t done,
		    size_t *mapped)
{
	unsigned long iova = mapping->iova + done;
	phys_addr_t paddr = mapping->paddr + done;
	struct pages pages = choose_pages(domain, iova, paddr, mapping->size - done);
	int err;

	kapi_call();
	if (domain->ops->map_pages)
		return domain->ops->map_pages(domain, iova, paddr, pages.size, pages.count,
					      mapping->prot, mapping->gfp, mapped);
	err = domain->ops->map(domain, iova, paddr, pages.size, mapping->prot, mapping->gfp);
	*mapped = err ? 0 : pages.size;
	return err;
}

static int map_all(struct iommu_domain *domain, const struct mapping *mapping)
{
	unsigned long iova = mapping->iova;
	size_t done = 0;

	if (!mapping->size || !is_aligned_range(domain, iova | mapping->paddr | mapping->size))
		return -EINVAL;
	if (!domain->ops->map && !domain->ops->map_pages)
		return -ENODEV;
	while (done < mapping->size) {
		size_t mapped = 0;
		int err = map_some(domain, mapping, done, &mapped);

		/* Some pages may be mapped even so. */
		done += mapped;
		if (err) {
			if (done)
				iommu_unmap(domain, iova, done);
			return err;
		}
	}
	if (domain->ops->iotlb_sync_map)
		domain->ops->iotlb_sync_map(domain, iova, mapping->size);
	return 0;
}

int iommu_map(struct iommu_domain *domain, unsigned long iova, phys_addr_t paddr, size_t size,
	      int prot)
{
	const struct mapping mapping = {iova, paddr, size, prot, GFP_KERNEL};

	might_sleep();
	return map_all(domain, &mapping);
}

int iommu_map_atomic(struct iommu_domain *domain, unsigned long iova, phys_addr_t paddr,
		     size_t size, int prot)
{
	const struct mapping mapping = {iova, paddr, size, prot, GFP_ATOMIC};

	return map_all(domain, &mapping);
}

static size_t unmap_some(struct iommu_domain *domain, unsigned long iova, size_t size,
			 struct iommu_iotlb_gather *gather)
{
	struct pages pages = choose_pages(domain, iova, iova, size);

	kapi_call();
	if (domain->ops->unmap_pages)
		return domain->ops->unmap_pages(domain, iova, pages.size, pages.count, gather);
	return domain->ops->unmap(domain, iova, pages.size, gather);
}

size_t iommu_unmap_fast(struct iommu_domain *domain, unsigned long iova, size_t size,
			struct iommu_iotlb_gather *gather)
{
	size_t unmapped = 0;

	if (!size || !is_aligned_range(domain, iova | size))
		return 0;
	/* May come out larger than asked, where a block covers more. */
	while (unmapped < size) {
		size_t some = unmap_some(domain, iova + unmapped, size - unmapped, gather);

		if (!some)
			break;
		unmapped += some;
	}
	return unmapped;
}

size_t iommu_unmap(struct iommu_domain *domain, unsigned long iova, size_t size)
{
	struct iommu_iotlb_gather gather;
	size_t unmapped;

	iommu_iotlb_gather_init(&gather);
	unmapped = iommu_unmap_fast(domain, iova, size, &gather);
	iommu_iotlb_sync(domain, &gather);
	return unmapped;
}

phys_addr_t iommu_iova_to_phys(struct iommu_domain *domain, dma_addr_t iova)
{
	kapi_call();
	return domain->ops->iova_to_phys ? domain->ops->iova_to_phys(domain, iova) : 0;
}

/* --- invalidation --- */

void iommu_iotlb_gather_init(struct iommu_iotlb_gather *gather)
{
	*gather = (struct iommu_iotlb_gather){.start = ~0UL};
	INIT_LIST_HEAD(&gather->freelist);
}

void iommu_iotlb_gather_add_range(struct iommu_iotlb_gather *gather, unsigned long iova,
				  size_t size)
{
	unsigned long end = iova + size - 1;

	if (gather->start > iova)
		gather->start = iova;
	if (gather->end < end)
		gather->end = end;
}

/* Pages that do not touch what is gathered, or are of another size, are synced apart. */
void iommu_iotlb_gather_add_page(struct iommu_domain *domain, struct iommu_iotlb_gather *gather,
				 unsigned long iova, size_t size)
{
	bool is_disjoint = gather->end && (iova > gather->end + 1 || iova + size < gather->start);

	if (is_disjoint || (gather->pgsize && gather->pgsize != size))
		iommu_iotlb_sync(domain, gather);
	gather->pgsize = size;
	iommu_iotlb_gather_add_range(gather, iova, size);
}

void iommu_iotlb_sync(struct iommu_domain *domain, struct iommu_iotlb_gather *gather)
{
	kapi_call();
	if (domain->ops->iotlb_sync)
		domain->ops->iotlb_sync(domain, gather);
	iommu_iotlb_gather_init(gather);
}

void iommu_flush_iotlb_all(struct iommu_domain *domain)
{
	if (domain->ops->flush_iotlb_all)
		domain->ops->flush_iotlb_all(domain);
}
