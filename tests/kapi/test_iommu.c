// SPDX-License-Identifier: GPL-2.0-only
/*
 * The IOMMU API and the address spaces:
 *  - iommu_map() uses the largest pages that fit, against brute force over
 *    sizes and alignments; what fails half-way is undone;
 *  - a group is attached whole or not at all, and to one domain;
 *  - an mm ends with its last user, its structure with the last reference;
 *  - MMU notifiers are told in order; unregistering waits for a call under way.
 */
#include "tests/kapi/machine.h"

#include <linux/delay.h>
#include <linux/iommu.h>
#include <linux/mmu_notifier.h>
#include <linux/platform_device.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "kapi/mm_ops.h"

/* --- a driver that writes down --- */

#define SIZE_4K 0x1000UL
#define SIZE_2M 0x200000UL
#define NR_PAGES 2048

static struct {
	phys_addr_t phys[NR_PAGES]; /* by IOVA page, plus one; 0: none */
	u32 nr_4k, nr_2m, nr_syncs;
	s32 fail_after_pages; /* -1: never */
	struct device *refused;
	u32 nr_attached;
} fake;

static int fake_map_pages(struct iommu_domain *domain, unsigned long iova, phys_addr_t paddr,
			  size_t pgsize, size_t pgcount, int prot, gfp_t gfp, size_t *mapped)
{
	assert_true(pgsize == SIZE_4K || pgsize == SIZE_2M);
	assert_int_equal((iova | paddr) % pgsize, 0);
	for (size_t i = 0; i < pgcount; i++) {
		if (!fake.fail_after_pages)
			return -ENOMEM;
		fake.fail_after_pages--;
		for (size_t page = 0; page < pgsize / SIZE_4K; page++) {
			phys_addr_t *slot = &fake.phys[(iova + *mapped) / SIZE_4K];

			assert_int_equal(*slot, 0);
			*slot = paddr + *mapped + 1;
			*mapped += SIZE_4K;
		}
		*(pgsize == SIZE_4K ? &fake.nr_4k : &fake.nr_2m) += 1;
	}
	return 0;
}

static size_t fake_unmap_pages(struct iommu_domain *domain, unsigned long iova, size_t pgsize,
			       size_t pgcount, struct iommu_iotlb_gather *gather)
{
	for (size_t i = 0; i < pgcount * pgsize / SIZE_4K; i++) {
		assert_int_not_equal(fake.phys[iova / SIZE_4K + i], 0);
		fake.phys[iova / SIZE_4K + i] = 0;
	}
	iommu_iotlb_gather_add_range(gather, iova, pgcount * pgsize);
	return pgcount * pgsize;
}

static void fake_sync(struct iommu_domain *domain, struct iommu_iotlb_gather *gather)
{
	fake.nr_syncs++;
}

static phys_addr_t fake_iova_to_phys(struct iommu_domain *domain, dma_addr_t iova)
{
	return fake.phys[iova / SIZE_4K] ? fake.phys[iova / SIZE_4K] - 1 : 0;
}

static int fake_attach(struct iommu_domain *domain, struct device *dev)
{
	if (dev == fake.refused)
		return -EINVAL;
	fake.nr_attached++;
	return 0;
}

static void fake_detach(struct iommu_domain *domain, struct device *dev)
{
	fake.nr_attached--;
}

static void fake_free(struct iommu_domain *domain)
{
	kfree(domain);
}

static struct iommu_domain *fake_alloc(unsigned int type)
{
	return kzalloc(sizeof(struct iommu_domain), GFP_KERNEL);
}

static const struct iommu_domain_ops fake_domain_ops = {
	.attach_dev = fake_attach,
	.detach_dev = fake_detach,
	.map_pages = fake_map_pages,
	.unmap_pages = fake_unmap_pages,
	.iotlb_sync = fake_sync,
	.iova_to_phys = fake_iova_to_phys,
	.free = fake_free,
};

static const struct iommu_ops fake_ops = {
	.domain_alloc = fake_alloc,
	.default_domain_ops = &fake_domain_ops,
	.pgsize_bitmap = SIZE_4K | SIZE_2M,
};

static struct iommu_device fake_iommu;

static void fake_init(void)
{
	memset(&fake, 0, sizeof(fake));
	fake.fail_after_pages = -1;
	assert_int_equal(iommu_device_register(&fake_iommu, &fake_ops, NULL), 0);
}

/* --- mapping --- */

/* How many large pages could [iova, iova + size) have? */
static u32 best_2m(unsigned long iova, phys_addr_t phys, size_t size)
{
	unsigned long first = ALIGN(iova, SIZE_2M), end = ALIGN_DOWN(iova + size, SIZE_2M);

	return (iova ^ phys) % SIZE_2M || end <= first ? 0 : (end - first) / SIZE_2M;
}

static void check_map(struct iommu_domain *domain, unsigned long iova, phys_addr_t phys,
		      size_t size)
{
	u32 large = best_2m(iova, phys, size);

	fake.nr_4k = fake.nr_2m = 0;
	assert_int_equal(iommu_map(domain, iova, phys, size, IOMMU_READ), 0);
	assert_int_equal(fake.nr_2m, large);
	assert_int_equal(fake.nr_4k, (size - large * SIZE_2M) / SIZE_4K);
	for (size_t offset = 0; offset < size; offset += SIZE_4K)
		assert_int_equal(iommu_iova_to_phys(domain, iova + offset), phys + offset);
	assert_int_equal(iommu_unmap(domain, iova, size), size);
	for (u32 i = 0; i < NR_PAGES; i++)
		assert_int_equal(fake.phys[i], 0);
}

static void map_sizes(void *arg)
{
	struct iommu_domain *domain = iommu_domain_alloc(&platform_bus_type);

	for (u32 offset = 0; offset < 600; offset += 37) {
		for (u32 pages = 1; pages < 1400; pages += 113) {
			check_map(domain, offset * SIZE_4K, offset * SIZE_4K + SIZE_2M * 8,
				  pages * SIZE_4K);
			check_map(domain, offset * SIZE_4K, offset * SIZE_4K + SIZE_4K,
				  pages * SIZE_4K);
		}
	}
	assert_int_equal(iommu_map(domain, 0x800, 0, SIZE_4K, IOMMU_READ), -EINVAL);
	assert_int_equal(iommu_map(domain, 0, 0, 0, IOMMU_READ), -EINVAL);
	iommu_domain_free(domain);
	assert_int_equal(kapi_slab_objects(), 0);
}

static void mapping_uses_the_largest_pages_that_fit(void **state)
{
	fake_init();
	machine_run(0, map_sizes, NULL);
}

static void map_and_fail(void *arg)
{
	struct iommu_domain *domain = iommu_domain_alloc(&platform_bus_type);

	for (s32 after = 0; after < 5; after++) {
		fake.fail_after_pages = after;
		assert_int_equal(iommu_map(domain, SIZE_2M - 2 * SIZE_4K, SIZE_2M - 2 * SIZE_4K,
					   SIZE_2M + 4 * SIZE_4K, IOMMU_READ),
				 -ENOMEM);
		for (u32 i = 0; i < NR_PAGES; i++)
			assert_int_equal(fake.phys[i], 0);
	}
	iommu_domain_free(domain);
}

static void mapping_that_fails_half_way_is_undone(void **state)
{
	fake_init();
	machine_run(0, map_and_fail, NULL);
}

/* --- groups --- */

static void attach_groups(void *arg)
{
	struct device devices[3] = {};
	struct iommu_domain *a = iommu_domain_alloc(&platform_bus_type);
	struct iommu_domain *b = iommu_domain_alloc(&platform_bus_type);
	struct iommu_group *group = iommu_group_alloc();

	for (u32 i = 0; i < 3; i++) {
		device_initialize(&devices[i]);
		assert_int_equal(iommu_group_add_device(group, &devices[i]), 0);
	}
	fake.refused = &devices[2];
	assert_int_equal(iommu_attach_group(a, group), -EINVAL);
	assert_int_equal(fake.nr_attached, 0);
	fake.refused = NULL;
	assert_int_equal(iommu_attach_group(a, group), 0);
	assert_int_equal(fake.nr_attached, 3);
	assert_int_equal(iommu_attach_group(b, group), -EBUSY);
	assert_int_equal(iommu_attach_device(b, &devices[0]), -EINVAL);
	assert_ptr_equal(iommu_get_domain_for_dev(&devices[1]), a);
	iommu_detach_group(a, group);
	assert_int_equal(fake.nr_attached, 0);
	for (u32 i = 0; i < 3; i++)
		iommu_group_remove_device(&devices[i]);
	iommu_group_put(group);
	iommu_domain_free(a);
	iommu_domain_free(b);
	assert_int_equal(kapi_slab_objects(), 0);
}

static void group_is_attached_whole_or_not_at_all(void **state)
{
	fake_init();
	machine_run(0, attach_groups, NULL);
}

static void plug(void *arg)
{
	struct platform_device *pdev = platform_device_register_simple("dma", 3, NULL, 0);
	struct iommu_group *group = iommu_group_get(&pdev->dev);

	assert_string_equal(dev_name(&pdev->dev), "dma.3");
	assert_non_null(group);
	iommu_group_put(group);
	platform_device_unregister(pdev);
	assert_int_equal(kapi_slab_objects(), 0);
}

static void device_on_the_bus_gets_a_group(void **state)
{
	fake_init();
	machine_run(0, plug, NULL);
}

/* --- address spaces --- */

static u32 nr_exits;

static void count_exit(struct mm_struct *mm)
{
	nr_exits++;
}

static const struct kapi_mm_ops exit_ops = {.exit_mmap = count_exit};

static void end_mm(void *arg)
{
	struct mm_struct *mm = mm_alloc();

	kapi_register_mm_ops(&exit_ops);
	mmgrab(mm);
	assert_true(mmget_not_zero(mm));
	mmput(mm);
	assert_int_equal(nr_exits, 0);
	mmput(mm);
	assert_int_equal(nr_exits, 1);
	assert_false(mmget_not_zero(mm));
	assert_int_equal(kapi_slab_objects(), 1);
	mmdrop(mm);
	assert_int_equal(kapi_slab_objects(), 0);
}

static void mm_ends_with_its_last_user(void **state)
{
	nr_exits = 0;
	machine_run(0, end_mm, NULL);
	assert_int_equal(nr_exits, 1);
}

struct watcher {
	struct mmu_notifier notifier;
	char seen[16];
	bool is_slow;
};

static struct watcher *watcher_of(struct mmu_notifier *notifier)
{
	return container_of(notifier, struct watcher, notifier);
}

static void watch(struct watcher *watcher, const char *what)
{
	strncat(watcher->seen, what, sizeof(watcher->seen) - strlen(watcher->seen) - 1);
}

static int watch_start(struct mmu_notifier *notifier, const struct mmu_notifier_range *range)
{
	struct watcher *watcher = watcher_of(notifier);

	if (!mmu_notifier_range_blockable(range))
		return -EAGAIN;
	assert_int_equal(range->start, 0x1000);
	assert_int_equal(range->end, 0x3000);
	watch(watcher, "s");
	if (watcher->is_slow)
		msleep(2);
	watch(watcher, "S");
	return 0;
}

static void watch_end(struct mmu_notifier *notifier, const struct mmu_notifier_range *range)
{
	watch(watcher_of(notifier), "e");
}

static void watch_release(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	watch(watcher_of(notifier), "r");
}

static const struct mmu_notifier_ops watch_ops = {
	.release = watch_release,
	.invalidate_range_start = watch_start,
	.invalidate_range_end = watch_end,
};

static struct watcher watcher;
static struct mm_struct *watched_mm;

static void invalidate(void *arg)
{
	struct mmu_notifier_range range;

	mmu_notifier_range_init(&range, MMU_NOTIFY_CLEAR, 0, NULL, watched_mm, 0x1000, 0x3000);
	mmu_notifier_invalidate_range_start(&range);
	mmu_notifier_invalidate_range_end(&range);
}

static void watch_mm(void *arg)
{
	struct mmu_notifier_range range;

	watcher = (struct watcher){.notifier.ops = &watch_ops};
	watched_mm = mm_alloc();
	assert_int_equal(mmu_notifier_register(&watcher.notifier, watched_mm), 0);
	invalidate(NULL);
	assert_string_equal(watcher.seen, "sSe");
	mmu_notifier_range_init(&range, MMU_NOTIFY_CLEAR, 0, NULL, watched_mm, 0x1000, 0x3000);
	assert_int_equal(mmu_notifier_invalidate_range_start_nonblock(&range), -EAGAIN);
	mmu_notifier_invalidate_range_end(&range);
	watcher.seen[0] = '\0';

	watcher.is_slow = true;
	machine_start(1, invalidate, NULL);
	msleep(1);
	assert_string_equal(watcher.seen, "s");
	mmu_notifier_unregister(&watcher.notifier, watched_mm);
	assert_non_null(strchr(watcher.seen, 'S'));
	msleep(5);
	mmput(watched_mm);
	assert_int_equal(kapi_slab_objects(), 0);
}

static void notifier_is_told_in_order_and_unregistering_waits(void **state)
{
	machine_run(0, watch_mm, NULL);
}

static void watch_exit(void *arg)
{
	struct mm_struct *mm = mm_alloc();

	watcher = (struct watcher){.notifier.ops = &watch_ops};
	assert_int_equal(mmu_notifier_register(&watcher.notifier, mm), 0);
	mmput(mm);
	assert_string_equal(watcher.seen, "r");
	mmu_notifier_unregister(&watcher.notifier, mm);
	assert_string_equal(watcher.seen, "r");
	assert_int_equal(kapi_slab_objects(), 0);
}

static void notifier_sees_the_end_once(void **state)
{
	machine_run(0, watch_exit, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_ON_MACHINE(mapping_uses_the_largest_pages_that_fit),
		TEST_ON_MACHINE(mapping_that_fails_half_way_is_undone),
		TEST_ON_MACHINE(group_is_attached_whole_or_not_at_all),
		TEST_ON_MACHINE(device_on_the_bus_gets_a_group),
		TEST_ON_MACHINE(mm_ends_with_its_last_user),
		TEST_ON_MACHINE(notifier_is_told_in_order_and_unregistering_waits),
		TEST_ON_MACHINE(notifier_sees_the_end_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
