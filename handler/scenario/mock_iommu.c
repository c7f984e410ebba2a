// SPDX-License-Identifier: GPL-2.0-only
/* Mock IOMMU: see mock_iommu.h. */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kcsan-checks.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/platform_device.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../linux/compat.h"
#include "mock_iommu.h"

#define MOCK_NAME "pfh-mock"

static struct mock_iommu *the_mock;

/* A device uses an address space under a PASID. */
struct mock_bond {
	struct mm_struct *mm; /* NULL: its tables are gone */
	struct mmu_notifier notifier;
};

struct mock_iommu *mock_iommu(void)
{
	return the_mock;
}

/* What a test sees or sets is no part of what is looked at, nor is when (kcsan-checks.h). */
static void lock_quiet(spinlock_t *lock)
{
	kcsan_disable_current();
	spin_lock(lock);
}

static void unlock_quiet(spinlock_t *lock)
{
	spin_unlock(lock);
	kcsan_enable_current();
}

static void count(u32 *counter, s32 by)
{
	lock_quiet(&the_mock->lock);
	*counter += by;
	unlock_quiet(&the_mock->lock);
}

static void offence(const char *what, unsigned long number)
{
	pr_err("mock IOMMU: %s: 0x%lx\n", what, number);
	count(&the_mock->nr_offences, 1);
}

/*
 * An entry of a domain is the address, IOMMU_READ and IOMMU_WRITE, and:
 *   PRESENT  there is a translation
 *   STALE    there was one before, and devices may still have it: not yet synced;
 *            without PRESENT, the rest of the entry says what it was
 * Unmapping writes to the slot that is there: it must not allocate, the MMU
 * notifier does it.
 */
#define PTE_PROT (IOMMU_READ | IOMMU_WRITE)
#define PTE_PRESENT BIT(4)
#define PTE_STALE BIT(5)

static unsigned long pte_load(struct mock_domain *mock, unsigned long index)
{
	void *entry = xa_load(&mock->ptes, index);

	return entry ? xa_to_value(entry) : 0;
}

/* @gfp: only needed where nothing was. 0 or -ENOMEM. */
static int pte_store(struct mock_domain *mock, unsigned long index, unsigned long pte, gfp_t gfp)
{
	return xa_err(xa_store(&mock->ptes, index, xa_mk_value(pte), gfp));
}

/* --- domains --- */

static struct mock_domain *to_mock(struct iommu_domain *domain)
{
	return container_of(domain, struct mock_domain, domain);
}

/* Only what somebody asks for: a device begins without a domain, and ends so. */
static struct iommu_domain *mock_domain_alloc(unsigned int type)
{
	struct mock_domain *mock;

	if (type != IOMMU_DOMAIN_UNMANAGED)
		return NULL;
	mock = kzalloc(sizeof(*mock), GFP_KERNEL);
	if (!mock)
		return NULL;
	xa_init(&mock->ptes);
	count(&the_mock->nr_domains, 1);
	return &mock->domain;
}

static void mock_domain_free(struct iommu_domain *domain)
{
	struct mock_domain *mock = to_mock(domain);
	unsigned long index;
	void *entry;

	if (mock->nr_devices)
		offence("domain freed with devices", mock->nr_devices);
	xa_for_each (&mock->ptes, index, entry)
		count(&the_mock->nr_pages, xa_to_value(entry) & PTE_PRESENT ? -1 : 0);
	xa_destroy(&mock->ptes);
	count(&the_mock->nr_domains, -1);
	kfree(mock);
}

/* The lock is held. */
static void leave_domain(struct mock_device *mdev)
{
	if (mdev->domain)
		mdev->domain->nr_devices--;
	mdev->domain = NULL;
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
	mutex_lock(&the_mock->domain_lock);
	leave_domain(mdev);
	mock->iommu = mdev->iommu;
	mock->nr_devices++;
	mdev->domain = mock;
	mutex_unlock(&the_mock->domain_lock);
	return 0;
}

static int mock_block_dev(struct iommu_domain *domain, struct device *dev)
{
	struct mock_device *mdev = dev_get_drvdata(dev);

	if (!mdev)
		return 0;
	mutex_lock(&the_mock->domain_lock);
	leave_domain(mdev);
	mutex_unlock(&the_mock->domain_lock);
	return 0;
}

static inline void mock_detach_dev(struct iommu_domain *domain, struct device *dev)
{
	mock_block_dev(domain, dev);
}

/* Does a limit that a test has set let one more page be mapped? */
static bool may_map(void)
{
	bool may;

	lock_quiet(&the_mock->lock);
	may = the_mock->fail_maps_after;
	if (the_mock->fail_maps_after > 0)
		the_mock->fail_maps_after--;
	unlock_quiet(&the_mock->lock);
	return may;
}

/* Devices may still have it. */
static void make_stale(struct mock_domain *mock, unsigned long index, unsigned long old)
{
	count(&the_mock->nr_pages, -1);
	pte_store(mock, index, (old & ~PTE_PRESENT) | PTE_STALE, 0);
}

static int map_page(struct mock_domain *mock, unsigned long index, unsigned long pte, gfp_t gfp)
{
	unsigned long old = pte_load(mock, index);
	int err;

	if (!may_map())
		return -ENOMEM;
	if (old & PTE_PRESENT) {
		offence("mapped over", index << PAGE_SHIFT);
		return -EEXIST;
	}
	err = pte_store(mock, index, pte | PTE_PRESENT | (old & PTE_STALE), gfp);
	if (!err)
		count(&the_mock->nr_pages, 1);
	return err;
}

static int mock_map_pages(struct iommu_domain *domain, unsigned long iova, phys_addr_t paddr,
			  size_t pgsize, size_t pgcount, int prot, gfp_t gfp, size_t *mapped)
{
	size_t size = pgsize * pgcount, offset;

	count(&the_mock->nr_maps, 1);
	gate_pass(&the_mock->maps, (s64)(iova >> PAGE_SHIFT));
	/* As a driver that needs a table. */
	might_alloc(gfp);
	for (offset = 0; offset < size; offset += PAGE_SIZE) {
		int err = map_page(to_mock(domain), (iova + offset) >> PAGE_SHIFT,
				   (paddr + offset) | (prot & PTE_PROT), gfp);

		if (err)
			return err;
		*mapped += PAGE_SIZE;
	}
	return 0;
}

/* A driver that had made blocks of pages takes out whole blocks. */
static size_t unmap_behind(struct mock_domain *mock, unsigned long iova)
{
	size_t offset;

	for (offset = 0; offset < (size_t)the_mock->unmaps_more * PAGE_SIZE; offset += PAGE_SIZE) {
		unsigned long index = (iova + offset) >> PAGE_SHIFT;
		unsigned long old = pte_load(mock, index);

		if (!(old & PTE_PRESENT))
			break;
		make_stale(mock, index, old);
	}
	return offset;
}

static size_t mock_unmap_pages(struct iommu_domain *domain, unsigned long iova, size_t pgsize,
			       size_t pgcount, struct iommu_iotlb_gather *gather)
{
	struct mock_domain *mock = to_mock(domain);
	size_t size = pgsize * pgcount, offset;

	for (offset = 0; offset < size; offset += PAGE_SIZE) {
		unsigned long index = (iova + offset) >> PAGE_SHIFT;
		unsigned long old = pte_load(mock, index);

		if (!(old & PTE_PRESENT)) {
			offence("unmapped what is not mapped", iova + offset);
			break;
		}
		make_stale(mock, index, old);
	}
	if (offset == size)
		offset += unmap_behind(mock, iova + size);
	if (offset)
		iommu_iotlb_gather_add_range(gather, iova, offset);
	return offset;
}

static void mock_iotlb_sync(struct iommu_domain *domain, struct iommu_iotlb_gather *gather)
{
	struct mock_domain *mock = to_mock(domain);
	unsigned long index;
	void *entry;

	count(&the_mock->nr_syncs, 1);
	if (gather->start > gather->end)
		return;
	xa_for_each_range(&mock->ptes, index, entry, gather->start >> PAGE_SHIFT,
			  gather->end >> PAGE_SHIFT)
	{
		unsigned long pte = xa_to_value(entry);

		if (!(pte & PTE_PRESENT))
			xa_erase(&mock->ptes, index);
		else if (pte & PTE_STALE)
			pte_store(mock, index, pte & ~PTE_STALE, 0);
	}
}

static phys_addr_t mock_iova_to_phys(struct iommu_domain *domain, dma_addr_t iova)
{
	unsigned long pte = pte_load(to_mock(domain), iova >> PAGE_SHIFT);

	return pte & PTE_PRESENT ? (pte & PAGE_MASK) | offset_in_page(iova) : 0;
}

static const struct iommu_domain_ops mock_domain_ops = {
	.attach_dev = mock_attach_dev,
	.map_pages = mock_map_pages,
	.unmap_pages = mock_unmap_pages,
	.iotlb_sync = mock_iotlb_sync,
	.iova_to_phys = mock_iova_to_phys,
	.free = mock_domain_free,
	/* clang-format off */
	PFH_DETACH_DEV(mock_detach_dev)
	/* clang-format on */
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

/* What a device is in that has no domain, where the kernel wants one for that too. */
static __maybe_unused struct iommu_domain blocked_domain = {
	.type = IOMMU_DOMAIN_BLOCKED,
	.ops = &(const struct iommu_domain_ops){.attach_dev = mock_block_dev},
};

static const struct iommu_ops mock_ops = {
	.domain_alloc = mock_domain_alloc,
	.probe_device = mock_probe_device,
	.release_device = mock_release_device,
	.device_group = generic_device_group,
	.default_domain_ops = &mock_domain_ops,
	/* Large pages too: the core must not let them come into being. */
	.pgsize_bitmap = PAGE_SIZE | (PAGE_SIZE << 9),
	.owner = THIS_MODULE,
	/* clang-format off */
	PFH_BLOCKED_DOMAIN(&blocked_domain)
	/* clang-format on */
};

int mock_iommu_register(void)
{
	int err;

	the_mock = kzalloc(sizeof(*the_mock), GFP_KERNEL);
	if (!the_mock)
		return -ENOMEM;
	spin_lock_init(&the_mock->lock);
	mutex_init(&the_mock->domain_lock);
	gate_init(&the_mock->answers, NULL);
	gate_init(&the_mock->maps, NULL);
	the_mock->fail_maps_after = -1;
	err = iommu_device_sysfs_add(&the_mock->iommu, NULL, NULL, MOCK_NAME "-iommu");
	if (err)
		goto err_free;
	err = iommu_device_register(&the_mock->iommu, &mock_ops, NULL);
	if (err)
		goto err_sysfs;
	return 0;

err_sysfs:
	iommu_device_sysfs_remove(&the_mock->iommu);
err_free:
	kfree(the_mock);
	the_mock = NULL;
	return err;
}

void mock_iommu_unregister(void)
{
	if (!the_mock)
		return;
	iommu_device_unregister(&the_mock->iommu);
	iommu_device_sysfs_remove(&the_mock->iommu);
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
	mdev->caps = PFH_CAP_FAULTS | PFH_CAP_SVA;
	xa_init(&mdev->pasids);
	spin_lock_init(&mdev->lock);
	INIT_LIST_HEAD(&mdev->reports);
	init_waitqueue_head(&mdev->answered);
	init_waitqueue_head(&mdev->reported);
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

/* Return: did a group wait for it? */
static bool take_answer(struct mock_device *mdev, const struct pfh_response *response)
{
	u32 grpid = response->grpid % MOCK_NR_GROUPS;
	bool is_awaited;

	lock_quiet(&mdev->lock);
	mdev->nr_answers++;
	mdev->nr_by_code[response->code]++;
	is_awaited = mdev->is_waiting[grpid];
	if (is_awaited) {
		mdev->is_waiting[grpid] = false;
		mdev->answer[grpid] = response->code;
		mdev->nr_waiting--;
	}
	unlock_quiet(&mdev->lock);
	return is_awaited;
}

static void mock_page_response(struct device *dev, const struct pfh_response *response)
{
	struct mock_device *mdev = dev_get_drvdata(dev);

	/* As a driver whose command queue is full. */
	might_sleep();
	if (the_mock->before_answer)
		the_mock->before_answer();
	if (mdev->answer_delay_ms)
		msleep(mdev->answer_delay_ms);
	gate_pass(&the_mock->answers, response->grpid);
	if (!take_answer(mdev, response))
		offence("answer that nobody waits for", response->grpid);
	kcsan_disable_current();
	wake_up_all(&mdev->answered);
	if (mdev->on_answer)
		mdev->on_answer(mdev, response);
	kcsan_enable_current();
}

/* --- reports --- */

/* A report that is under way; on its thread's stack. */
struct mock_report {
	struct list_head node;
	u64 number;
};

static void begin_report(struct mock_device *mdev, struct mock_report *report, bool is_last,
			 u32 grpid)
{
	spin_lock(&mdev->lock);
	report->number = mdev->nr_reports++;
	list_add_tail(&report->node, &mdev->reports);
	if (is_last) {
		mdev->is_waiting[grpid % MOCK_NR_GROUPS] = true;
		mdev->nr_waiting++;
	}
	spin_unlock(&mdev->lock);
}

static void end_report(struct mock_device *mdev, struct mock_report *report)
{
	spin_lock(&mdev->lock);
	list_del(&report->node);
	spin_unlock(&mdev->lock);
	wake_up_all(&mdev->reported);
}

int mock_device_report(struct mock_device *mdev, const struct pfh_fault *fault)
{
	struct mock_report report;
	int err;

	begin_report(mdev, &report, fault->flags & PFH_FAULT_LAST_PAGE, fault->grpid);
	err = pfh_report_fault(mdev->pdev, fault);
	end_report(mdev, &report);
	return err;
}

static bool is_reported(struct mock_device *mdev, u64 end)
{
	struct mock_report *oldest;
	bool is_reported;

	spin_lock(&mdev->lock);
	oldest = list_first_entry_or_null(&mdev->reports, struct mock_report, node);
	is_reported = !oldest || oldest->number >= end;
	spin_unlock(&mdev->lock);
	return is_reported;
}

/* As a driver waits for its thread: what was asked for until now has been reported. */
static void drain_reports(struct mock_device *mdev)
{
	u64 end = READ_ONCE(mdev->nr_reports);

	wait_event(mdev->reported, is_reported(mdev, end));
}

/* --- PASIDs: as drivers do it, an MMU notifier for each --- */

static struct mock_bond *bond_of(struct mmu_notifier *notifier)
{
	return container_of(notifier, struct mock_bond, notifier);
}

/* The tables go. Nobody is waited for: this may be a handler's thread. */
static void mock_release(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	WRITE_ONCE(bond_of(notifier)->mm, NULL);
}

static const struct mmu_notifier_ops mock_notifier_ops = {
	.release = mock_release,
};

static int mock_sva_attach(struct device *dev, u32 pasid, struct mm_struct *mm)
{
	struct mock_device *mdev = dev_get_drvdata(dev);
	struct mock_bond *bond;
	int err;

	if (mdev->sva_error)
		return mdev->sva_error;
	bond = kzalloc(sizeof(*bond), GFP_KERNEL);
	if (!bond)
		return -ENOMEM;
	bond->mm = mm;
	bond->notifier.ops = &mock_notifier_ops;
	err = mmu_notifier_register(&bond->notifier, mm);
	if (err)
		goto err_free;
	err = xa_insert(&mdev->pasids, pasid, bond, GFP_KERNEL);
	if (err)
		goto err_unregister;
	return 0;

err_unregister:
	mmu_notifier_unregister(&bond->notifier, mm);
err_free:
	kfree(bond);
	return err;
}

/* Takes it off the tables, drains what is being reported, and waits for walks. */
static void mock_sva_detach(struct device *dev, u32 pasid)
{
	struct mock_device *mdev = dev_get_drvdata(dev);
	struct mock_bond *bond = xa_load(&mdev->pasids, pasid);

	if (!bond) {
		offence("PASID detached that was not attached", pasid);
		return;
	}
	WRITE_ONCE(bond->mm, NULL);
	drain_reports(mdev);
	mmu_notifier_unregister(&bond->notifier, bond->notifier.mm);
	xa_erase(&mdev->pasids, pasid);
	kfree(bond);
}

struct mm_struct *mock_device_mm(struct mock_device *mdev, u32 pasid)
{
	struct mock_bond *bond = xa_load(&mdev->pasids, pasid);

	return bond ? READ_ONCE(bond->mm) : NULL;
}

static int mock_enable_faults(struct device *dev)
{
	struct mock_device *mdev = dev_get_drvdata(dev);

	if (mdev->enable_error)
		return mdev->enable_error;
	if (mdev->faults_enabled)
		offence("faults enabled twice", mdev->iommu);
	mdev->faults_enabled = true;
	if (mdev->on_moment)
		mdev->on_moment(mdev, true);
	return 0;
}

static void mock_disable_faults(struct device *dev)
{
	struct mock_device *mdev = dev_get_drvdata(dev);

	if (!mdev->faults_enabled)
		offence("faults disabled twice", mdev->iommu);
	if (mdev->on_moment)
		mdev->on_moment(mdev, false);
	/* Drains nothing, as stalls of Linux's SMMUv3 driver: the core has to. */
	mdev->faults_enabled = false;
}

static u32 mock_capabilities(struct device *dev)
{
	struct mock_device *mdev = dev_get_drvdata(dev);

	return mdev->caps;
}

const struct pfh_device_ops mock_device_ops = {
	.capabilities = mock_capabilities,
	.page_response = mock_page_response,
	.sva_attach = mock_sva_attach,
	.sva_detach = mock_sva_detach,
	.enable_faults = mock_enable_faults,
	.disable_faults = mock_disable_faults,
};

bool mock_device_wait(struct mock_device *mdev)
{
	return wait_event_timeout(mdev->answered, !READ_ONCE(mdev->nr_waiting), 10 * HZ);
}

int mock_device_access(struct mock_device *mdev, dma_addr_t iova, bool write, phys_addr_t *phys)
{
	unsigned long index = iova >> PAGE_SHIFT, pte;
	unsigned long found = mdev->has_tlb ? PTE_PRESENT | PTE_STALE : PTE_PRESENT;
	bool is_reached;

	mutex_lock(&the_mock->domain_lock);
	pte = mdev->domain ? pte_load(mdev->domain, index) : 0;
	is_reached = pte & found && pte & (write ? IOMMU_WRITE : IOMMU_READ);
	kcsan_disable_current();
	if (is_reached && mdev->on_access)
		mdev->on_access(mdev, (pte & PAGE_MASK) | offset_in_page(iova), iova, write);
	kcsan_enable_current();
	mutex_unlock(&the_mock->domain_lock);
	if (!is_reached)
		return -EFAULT;
	if (pte & PTE_PRESENT && pte & PTE_STALE)
		offence("translation replaced before it was synced away", iova);
	*phys = (pte & PAGE_MASK) | offset_in_page(iova);
	return 0;
}

int mock_domain_look(struct iommu_domain *domain, dma_addr_t iova, phys_addr_t *phys)
{
	unsigned long pte = pte_load(to_mock(domain), iova >> PAGE_SHIFT);

	*phys = pte & PAGE_MASK;
	return pte & PTE_PRESENT ? (int)(pte & PTE_PROT) : -ENOENT;
}

bool mock_device_next_page(struct mock_device *mdev, struct mock_page_walk *walk)
{
	unsigned long index = walk->next;
	bool is_found = false;
	void *entry;

	mutex_lock(&the_mock->domain_lock);
	if (mdev->domain) {
		xa_for_each_range(&mdev->domain->ptes, index, entry, walk->next, ULONG_MAX)
		{
			if (!(xa_to_value(entry) & PTE_PRESENT))
				continue;
			walk->prot = xa_to_value(entry) & PTE_PROT;
			is_found = true;
			break;
		}
	}
	mutex_unlock(&the_mock->domain_lock);
	walk->index = index;
	walk->next = index + 1;
	return is_found;
}

/* As a driver whose event thread runs on: it can report after the end. */
int mock_device_register(struct mock_device *mdev, enum pfh_dispatch dispatch)
{
	struct pfh_device *pdev = pfh_device_register(mdev->dev, &mock_device_ops, dispatch);

	if (IS_ERR(pdev))
		return PTR_ERR(pdev);
	if (mdev->pdev)
		pfh_device_put(mdev->pdev);
	mdev->pdev = pfh_device_get(pdev);
	return 0;
}

void mock_device_unregister(struct mock_device *mdev)
{
	pfh_device_unregister(mdev->pdev);
}
