// SPDX-License-Identifier: GPL-2.0-only
/* Mock IOMMU: see mock_iommu.h. */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "mock_iommu.h"

#define MOCK_NAME "pfh-mock"

static struct mock_iommu *the_mock;

struct mock_iommu *mock_iommu(void)
{
	return the_mock;
}

static void offence(const char *what, unsigned long number)
{
	pr_err("mock IOMMU: %s: 0x%lx\n", what, number);
	the_mock->nr_offences++;
}

/* --- domains --- */

static struct mock_domain *to_mock(struct iommu_domain *domain)
{
	return container_of(domain, struct mock_domain, domain);
}

static struct iommu_domain *mock_domain_alloc(unsigned int type)
{
	struct mock_domain *mock = kzalloc(sizeof(*mock), GFP_KERNEL);

	if (!mock)
		return NULL;
	xa_init(&mock->ptes);
	xa_init(&mock->stale);
	the_mock->nr_domains++;
	return &mock->domain;
}

static void mock_domain_free(struct iommu_domain *domain)
{
	struct mock_domain *mock = to_mock(domain);
	unsigned long index;
	void *pte;

	if (mock->nr_devices)
		offence("domain freed with devices", mock->nr_devices);
	xa_for_each (&mock->ptes, index, pte)
		the_mock->nr_pages--;
	xa_destroy(&mock->ptes);
	xa_destroy(&mock->stale);
	the_mock->nr_domains--;
	kfree(mock);
}

static int mock_attach_dev(struct iommu_domain *domain, struct device *dev)
{
	struct mock_device *mdev = dev_get_drvdata(dev);
	struct mock_domain *mock = to_mock(domain);

	/* A device that the bus probes before it is a mock_device: any domain will do. */
	if (!mdev)
		return 0;
	if (mock->nr_devices && mock->iommu != mdev->iommu)
		return -EINVAL;
	mock->iommu = mdev->iommu;
	mock->nr_devices++;
	mdev->domain = mock;
	return 0;
}

static void mock_detach_dev(struct iommu_domain *domain, struct device *dev)
{
	struct mock_device *mdev = dev_get_drvdata(dev);

	if (!mdev || mdev->domain != to_mock(domain))
		return;
	to_mock(domain)->nr_devices--;
	mdev->domain = NULL;
}

static int map_page(struct mock_domain *mock, unsigned long index, phys_addr_t phys, int prot)
{
	int err;

	if (!the_mock->fail_maps_after)
		return -ENOMEM;
	if (the_mock->fail_maps_after > 0)
		the_mock->fail_maps_after--;
	err = xa_insert(&mock->ptes, index, xa_mk_value(phys | (prot & (IOMMU_READ | IOMMU_WRITE))),
			GFP_KERNEL);
	if (err == -EBUSY) {
		offence("mapped over", index << PAGE_SHIFT);
		return -EEXIST;
	}
	if (!err)
		the_mock->nr_pages++;
	return err;
}

static int mock_map_pages(struct iommu_domain *domain, unsigned long iova, phys_addr_t paddr,
			  size_t pgsize, size_t pgcount, int prot, gfp_t gfp, size_t *mapped)
{
	size_t size = pgsize * pgcount, offset;

	the_mock->nr_maps++;
	for (offset = 0; offset < size; offset += PAGE_SIZE) {
		int err = map_page(to_mock(domain), (iova + offset) >> PAGE_SHIFT, paddr + offset,
				   prot);

		if (err)
			return err;
		*mapped += PAGE_SIZE;
	}
	return 0;
}

static size_t mock_unmap_pages(struct iommu_domain *domain, unsigned long iova, size_t pgsize,
			       size_t pgcount, struct iommu_iotlb_gather *gather)
{
	struct mock_domain *mock = to_mock(domain);
	size_t size = pgsize * pgcount, offset;

	for (offset = 0; offset < size; offset += PAGE_SIZE) {
		unsigned long index = (iova + offset) >> PAGE_SHIFT;
		void *pte = xa_erase(&mock->ptes, index);

		if (!pte) {
			offence("unmapped what is not mapped", iova + offset);
			break;
		}
		the_mock->nr_pages--;
		/* Devices may still have it. */
		xa_store(&mock->stale, index, pte, GFP_KERNEL | __GFP_NOFAIL);
	}
	if (offset)
		iommu_iotlb_gather_add_range(gather, iova, offset);
	return offset;
}

static void mock_iotlb_sync(struct iommu_domain *domain, struct iommu_iotlb_gather *gather)
{
	struct mock_domain *mock = to_mock(domain);
	unsigned long index;
	void *pte;

	the_mock->nr_syncs++;
	if (gather->start > gather->end)
		return;
	xa_for_each_range(&mock->stale, index, pte, gather->start >> PAGE_SHIFT,
			  gather->end >> PAGE_SHIFT) xa_erase(&mock->stale, index);
}

static phys_addr_t mock_iova_to_phys(struct iommu_domain *domain, dma_addr_t iova)
{
	void *pte = xa_load(&to_mock(domain)->ptes, iova >> PAGE_SHIFT);

	return pte ? (xa_to_value(pte) & PAGE_MASK) | offset_in_page(iova) : 0;
}

static const struct iommu_domain_ops mock_domain_ops = {
	.attach_dev = mock_attach_dev,
	.detach_dev = mock_detach_dev,
	.map_pages = mock_map_pages,
	.unmap_pages = mock_unmap_pages,
	.iotlb_sync = mock_iotlb_sync,
	.iova_to_phys = mock_iova_to_phys,
	.free = mock_domain_free,
};

/* --- the driver --- */

static struct iommu_device *mock_probe_device(struct device *dev)
{
	if (strncmp(dev_name(dev), MOCK_NAME, strlen(MOCK_NAME)))
		return ERR_PTR(-ENODEV);
	return &the_mock->iommu;
}

static void mock_release_device(struct device *dev)
{
}

static const struct iommu_ops mock_ops = {
	.domain_alloc = mock_domain_alloc,
	.probe_device = mock_probe_device,
	.release_device = mock_release_device,
	.device_group = generic_device_group,
	.default_domain_ops = &mock_domain_ops,
	/* Large pages too: the core must not let them come into being. */
	.pgsize_bitmap = PAGE_SIZE | (PAGE_SIZE << 9),
	.owner = THIS_MODULE,
};

int mock_iommu_register(void)
{
	int err;

	the_mock = kzalloc(sizeof(*the_mock), GFP_KERNEL);
	if (!the_mock)
		return -ENOMEM;
	the_mock->fail_maps_after = -1;
	err = iommu_device_register(&the_mock->iommu, &mock_ops, NULL);
	if (err) {
		kfree(the_mock);
		the_mock = NULL;
	}
	return err;
}

void mock_iommu_unregister(void)
{
	if (!the_mock)
		return;
	iommu_device_unregister(&the_mock->iommu);
	kfree(the_mock);
	the_mock = NULL;
}

/* --- devices --- */

struct mock_device *mock_device_create(unsigned int iommu)
{
	struct mock_device *mdev = kzalloc(sizeof(*mdev), GFP_KERNEL);

	if (!mdev)
		return ERR_PTR(-ENOMEM);
	mdev->iommu = iommu;
	xa_init(&mdev->pasids);
	init_waitqueue_head(&mdev->answered);
	mdev->platform = platform_device_register_simple(MOCK_NAME, PLATFORM_DEVID_AUTO, NULL, 0);
	if (IS_ERR(mdev->platform)) {
		int err = PTR_ERR(mdev->platform);

		kfree(mdev);
		return ERR_PTR(err);
	}
	mdev->dev = &mdev->platform->dev;
	dev_set_drvdata(mdev->dev, mdev);
	return mdev;
}

void mock_device_destroy(struct mock_device *mdev)
{
	if (mdev->nr_waiting)
		offence("device destroyed with groups that wait", mdev->nr_waiting);
	if (mdev->domain)
		offence("device destroyed with a domain", mdev->iommu);
	xa_destroy(&mdev->pasids);
	platform_device_unregister(mdev->platform);
	kfree(mdev);
}

static void mock_page_response(struct device *dev, const struct pfh_response *response)
{
	struct mock_device *mdev = dev_get_drvdata(dev);
	u32 grpid = response->grpid % MOCK_NR_GROUPS;

	if (mdev->answer_delay_ms)
		msleep(mdev->answer_delay_ms);
	mdev->nr_answers++;
	mdev->nr_by_code[response->code]++;
	if (!mdev->is_waiting[grpid]) {
		offence("answer that nobody waits for", response->grpid);
		return;
	}
	mdev->is_waiting[grpid] = false;
	mdev->answer[grpid] = response->code;
	if (!--mdev->nr_waiting)
		wake_up_all(&mdev->answered);
}

static int mock_sva_attach(struct device *dev, u32 pasid, struct mm_struct *mm)
{
	struct mock_device *mdev = dev_get_drvdata(dev);

	if (mdev->sva_error)
		return mdev->sva_error;
	return xa_insert(&mdev->pasids, pasid, mm, GFP_KERNEL);
}

static void mock_sva_detach(struct device *dev, u32 pasid)
{
	struct mock_device *mdev = dev_get_drvdata(dev);

	if (!xa_erase(&mdev->pasids, pasid))
		offence("PASID detached that was not attached", pasid);
}

static int mock_enable_faults(struct device *dev)
{
	struct mock_device *mdev = dev_get_drvdata(dev);

	if (mdev->enable_error)
		return mdev->enable_error;
	if (mdev->faults_enabled)
		offence("faults enabled twice", mdev->iommu);
	mdev->faults_enabled = true;
	return 0;
}

static void mock_disable_faults(struct device *dev)
{
	struct mock_device *mdev = dev_get_drvdata(dev);

	if (!mdev->faults_enabled)
		offence("faults disabled twice", mdev->iommu);
	mdev->faults_enabled = false;
}

const struct pfh_device_ops mock_device_ops = {
	.page_response = mock_page_response,
	.sva_attach = mock_sva_attach,
	.sva_detach = mock_sva_detach,
	.enable_faults = mock_enable_faults,
	.disable_faults = mock_disable_faults,
};

int mock_device_report(struct mock_device *mdev, const struct pfh_fault *fault)
{
	if (fault->flags & PFH_FAULT_LAST_PAGE) {
		mdev->is_waiting[fault->grpid % MOCK_NR_GROUPS] = true;
		mdev->nr_waiting++;
	}
	return pfh_report_fault(mdev->pdev, fault);
}

bool mock_device_wait(struct mock_device *mdev)
{
	return wait_event_timeout(mdev->answered, !mdev->nr_waiting, 10 * HZ);
}

int mock_device_access(struct mock_device *mdev, dma_addr_t iova, bool write, phys_addr_t *phys)
{
	unsigned long index = iova >> PAGE_SHIFT;
	void *pte = mdev->domain ? xa_load(&mdev->domain->ptes, index) : NULL;

	if (!pte || !(xa_to_value(pte) & (write ? IOMMU_WRITE : IOMMU_READ)))
		return -EFAULT;
	if (xa_load(&mdev->domain->stale, index))
		offence("translation replaced before it was synced away", iova);
	*phys = (xa_to_value(pte) & PAGE_MASK) | offset_in_page(iova);
	return 0;
}
