// SPDX-License-Identifier: GPL-2.0-only
/*
 * Containers, under each design where it does not say otherwise:
 *  - an unknown address, and one outside every mapping, are INVALID;
 *  - so is what the mapping does not allow, and what the address space refuses;
 *  - two faults on a page map it once;
 *  - pre-mapping maps up to its length, not over the end, not over what is mapped;
 *  - without iopf a mapping is there in full, pinned, until it is unmapped;
 *  - unmapping leaves nothing mapped and no page pinned;
 *  - bad mappings are refused, each with its errno;
 *  - every domain of a container has what is mapped, one that joins late too;
 *  - no block comes into being where pages must go one by one;
 *  - a page that memory management takes away is gone from the IOMMU first, and
 *    comes back by a fault; so is everything when the process ends;
 *  - rfc-v3 maps what the range allows, the others what was asked for;
 *  - they survive an invalidation while a page is pinned, by a retry;
 *  - they may be detached and destroyed at any time, and nothing leaks.
 */
#include "tests/handler/each.h"

static void unknown_addresses(struct world *world, const char *design)
{
	world_attach(world, design, 0);
	assert_int_equal(world_read(world, 0, 0), PFH_RESP_INVALID);
	assert_int_equal(world_read(world, 0, IOVA - PAGE), PFH_RESP_INVALID);
	assert_int_equal(world_read(world, 0, IOVA + 64 * PAGE), PFH_RESP_INVALID);
	assert_int_equal(world_read(world, 0, ~0ULL), PFH_RESP_INVALID);
	assert_int_equal(world_read(world, 0, IOVA + 64 * PAGE - 1), PFH_RESP_SUCCESS);
	assert_int_equal(world_read(world, 0, IOVA), PFH_RESP_SUCCESS);
	assert_int_equal(world_stats(world).refused, 4);
	assert_int_equal(mock_iommu()->nr_pages, 2);
}

EACH_DESIGN(unknown_address_is_invalid, unknown_addresses);

static void permissions(struct world *world, const char *design)
{
	struct pfh_fault fault;

	world_container(world, design, true, 1);
	assert_int_equal(pfh_container_attach(world->container, world->devices[0]->pdev), 0);
	assert_int_equal(pfh_container_map(world->container, MAPPING(IOVA, VA, PAGE, IOMMU_READ)),
			 0);
	assert_int_equal(pfh_container_map(world->container,
					   MAPPING(IOVA + PAGE, VA + PAGE, PAGE, IOMMU_WRITE)),
			 0);
	/* More than the address space allows. */
	assert_int_equal(
		pfh_container_map(world->container, MAPPING(IOVA + 2 * PAGE, VA + 64 * PAGE, PAGE,
							    IOMMU_WRITE | IOMMU_READ)),
		0);
	/* No area at all behind it. */
	assert_int_equal(
		pfh_container_map(world->container,
				  MAPPING(IOVA + 3 * PAGE, VA + 999 * PAGE, PAGE, IOMMU_READ)),
		0);
	assert_int_equal(world_write(world, 0, IOVA), PFH_RESP_INVALID);
	assert_int_equal(world_read(world, 0, IOVA + PAGE), PFH_RESP_INVALID);
	fault = world_fault(world, IOVA + PAGE, PFH_PERM_EXEC);
	assert_int_equal(world_ask(world, 0, &fault), PFH_RESP_INVALID);
	assert_int_equal(world_write(world, 0, IOVA + 2 * PAGE), PFH_RESP_INVALID);
	assert_int_equal(world_read(world, 0, IOVA + 3 * PAGE), PFH_RESP_INVALID);
	assert_int_equal(mock_iommu()->nr_pages, 0);
	assert_int_equal(world_read(world, 0, IOVA), PFH_RESP_SUCCESS);
	assert_int_equal(world_write(world, 0, IOVA + PAGE), PFH_RESP_SUCCESS);
}

EACH_DESIGN(what_is_not_allowed_is_invalid, permissions);

static void slow_pin(struct mock_mm *mock, unsigned long addr)
{
	msleep(1);
}

struct faulter {
	struct world *world;
	struct pfh_fault fault;
};

static void fault_beside(void *arg)
{
	struct faulter *faulter = arg;

	mock_device_report(faulter->world->devices[0], &faulter->fault);
}

static void double_faults(struct world *world, const char *design)
{
	struct faulter faulters[4];

	world_attach(world, design, 0);
	world->mock->on_pin = slow_pin;
	for (u32 i = 0; i < 4; i++) {
		faulters[i].world = world;
		faulters[i].fault = world_fault(world, IOVA, PFH_PERM_WRITE);
		machine_start(i + 1, fault_beside, &faulters[i]);
	}
	msleep(10);
	assert_int_equal(world->devices[0]->nr_answers, 4);
	assert_int_equal(world->devices[0]->nr_by_code[PFH_RESP_SUCCESS], 4);
	assert_int_equal(mock_iommu()->nr_maps, 1);
	assert_int_equal(world_stats(world).spurious, 3);
}

EACH_DESIGN(two_faults_on_a_page_map_it_once, double_faults);

static void premap(struct world *world, const char *design)
{
	world_container(world, design, true, 8);
	assert_int_equal(pfh_container_attach(world->container, world->devices[0]->pdev), 0);
	assert_int_equal(pfh_container_map(world->container,
					   MAPPING(IOVA, VA, 20 * PAGE, IOMMU_READ | IOMMU_WRITE)),
			 0);
	assert_int_equal(world_write(world, 0, IOVA + 4 * PAGE), PFH_RESP_SUCCESS);
	assert_int_equal(mock_iommu()->nr_pages, 8);
	/* Up to the page that is mapped. */
	assert_int_equal(world_write(world, 0, IOVA), PFH_RESP_SUCCESS);
	assert_int_equal(mock_iommu()->nr_pages, 12);
	/* Up to the end of the range. */
	assert_int_equal(world_write(world, 0, IOVA + 15 * PAGE), PFH_RESP_SUCCESS);
	assert_int_equal(mock_iommu()->nr_pages, 17);
	assert_int_equal(world_stats(world).mapped_pages, 17);
	for (u32 i = 0; i < 12; i++)
		assert_true(world_reaches(world, 0, IOVA + i * PAGE, true));
	assert_false(world_reaches(world, 0, IOVA + 12 * PAGE, false));
	assert_int_equal(world->mock->nr_pins, 0);
}

EACH_DESIGN(pre_mapping_maps_up_to_its_length, premap);

static void premap_part(struct world *world, const char *design)
{
	world_container(world, design, true, 8);
	assert_int_equal(pfh_container_attach(world->container, world->devices[0]->pdev), 0);
	/* The last four pages of the range are behind the end of the areas. */
	assert_int_equal(pfh_container_map(world->container,
					   MAPPING(IOVA, VA + 76 * PAGE, 8 * PAGE, IOMMU_READ)),
			 0);
	assert_int_equal(world_read(world, 0, IOVA), PFH_RESP_SUCCESS);
	assert_int_equal(mock_iommu()->nr_pages, 4);
	mock_iommu()->fail_maps_after = 2;
	world->mock->is_scattered = true;
	assert_int_equal(pfh_container_map(world->container,
					   MAPPING(IOVA + 64 * PAGE, VA, 8 * PAGE, IOMMU_READ)),
			 0);
	assert_int_equal(world_read(world, 0, IOVA + 64 * PAGE), PFH_RESP_SUCCESS);
	assert_int_equal(mock_iommu()->nr_pages, 6);
	assert_int_equal(world_read(world, 0, IOVA + 66 * PAGE), PFH_RESP_INVALID);
	assert_int_equal(world->mock->nr_pins, 0);
}

EACH_DESIGN(pre_mapping_in_part_is_success, premap_part);

static void static_mapping(struct world *world, const char *design)
{
	world_container(world, design, false, 1);
	assert_int_equal(pfh_container_attach(world->container, world->devices[0]->pdev), 0);
	assert_int_equal(pfh_container_map(world->container,
					   MAPPING(IOVA, VA, 64 * PAGE, IOMMU_READ | IOMMU_WRITE)),
			 0);
	assert_false(world->devices[0]->faults_enabled);
	assert_int_equal(mock_iommu()->nr_pages, 64);
	assert_int_equal(world->mock->nr_pins, 64);
	for (u32 i = 0; i < 64; i++)
		assert_true(world_reaches(world, 0, IOVA + i * PAGE, true));
	assert_int_equal(world_read(world, 0, IOVA), PFH_RESP_INVALID);
	/* An area that ends before the range: nothing stays. */
	assert_int_equal(
		pfh_container_map(world->container,
				  MAPPING(IOVA + 64 * PAGE, VA + 64 * PAGE, 17 * PAGE, IOMMU_READ)),
		-EFAULT);
	assert_int_equal(mock_iommu()->nr_pages, 64);
	assert_int_equal(world->mock->nr_pins, 64);
	assert_int_equal(pfh_container_unmap(world->container, IOVA, 64 * PAGE), 0);
	assert_int_equal(mock_iommu()->nr_pages, 0);
	assert_int_equal(world->mock->nr_pins, 0);
}

EACH_DESIGN(without_iopf_everything_is_mapped_and_pinned, static_mapping);

static void unmapping(struct world *world, const char *design)
{
	world_attach(world, design, 0);
	assert_int_equal(pfh_container_map(world->container,
					   MAPPING(IOVA + 100 * PAGE, VA, 4 * PAGE, IOMMU_READ)),
			 0);
	for (u32 i = 0; i < 64; i += 3)
		assert_int_equal(world_write(world, 0, IOVA + i * PAGE), PFH_RESP_SUCCESS);
	assert_int_equal(pfh_container_unmap(world->container, IOVA, 63 * PAGE), -EINVAL);
	assert_int_equal(pfh_container_unmap(world->container, IOVA + PAGE, 63 * PAGE), -EINVAL);
	assert_int_equal(pfh_container_unmap(world->container, IOVA, 101 * PAGE), -EINVAL);
	assert_int_equal(pfh_container_unmap(world->container, IOVA, 64 * PAGE + 1), -EINVAL);
	assert_int_equal(pfh_container_unmap(world->container, IOVA, 0), -EINVAL);
	assert_int_equal(pfh_container_unmap(world->container, ~0ULL << PAGE_SHIFT, 2 * PAGE),
			 -EINVAL);
	assert_int_equal(mock_iommu()->nr_pages, 22);
	/* Both, with the gap between and room around. */
	assert_int_equal(pfh_container_unmap(world->container, IOVA - PAGE, 200 * PAGE), 0);
	assert_int_equal(mock_iommu()->nr_pages, 0);
	assert_int_equal(pfh_container_unmap(world->container, IOVA, 64 * PAGE), -ENOENT);
	assert_int_equal(world_read(world, 0, IOVA), PFH_RESP_INVALID);
}

EACH_DESIGN(unmapping_leaves_nothing, unmapping);

static void bad_mappings(struct world *world, const char *design)
{
	struct pfh_container_attr attr = {.design = design, .premap_pages = 1, .iopf = true};
	struct pfh_container *c;

	assert_int_equal(PTR_ERR(pfh_container_create(&attr)), -EINVAL);
	attr.mm = &world->mock->mm;
	attr.premap_pages = 0;
	assert_int_equal(PTR_ERR(pfh_container_create(&attr)), -EINVAL);
	attr.premap_pages = 1;
	attr.design = "no such";
	assert_int_equal(PTR_ERR(pfh_container_create(&attr)), -EINVAL);

	world_attach(world, design, 0);
	c = world->container;
	assert_int_equal(pfh_container_attach(c, world->devices[0]->pdev), -EBUSY);
	assert_int_equal(pfh_container_map(c, MAPPING(IOVA, VA, PAGE, IOMMU_READ)), -EEXIST);
	assert_int_equal(pfh_container_map(c, MAPPING(IOVA + 63 * PAGE, VA, PAGE, IOMMU_READ)),
			 -EEXIST);
	assert_int_equal(pfh_container_map(c, MAPPING(IOVA - PAGE, VA, 99 * PAGE, IOMMU_READ)),
			 -EEXIST);
	assert_int_equal(pfh_container_map(c, MAPPING(0, VA, 0, IOMMU_READ)), -EINVAL);
	assert_int_equal(pfh_container_map(c, MAPPING(1, VA, PAGE, IOMMU_READ)), -EINVAL);
	assert_int_equal(pfh_container_map(c, MAPPING(0, VA + 1, PAGE, IOMMU_READ)), -EINVAL);
	assert_int_equal(pfh_container_map(c, MAPPING(0, VA, PAGE + 1, IOMMU_READ)), -EINVAL);
	assert_int_equal(pfh_container_map(c, MAPPING(0, VA, PAGE, IOMMU_CACHE)), -EINVAL);
	assert_int_equal(
		pfh_container_map(c, MAPPING(~0ULL << PAGE_SHIFT, VA, 2 * PAGE, IOMMU_READ)),
		-EINVAL);
	assert_int_equal(pfh_container_map(c, MAPPING(0, ~0UL << PAGE_SHIFT, 2 * PAGE, IOMMU_READ)),
			 -EINVAL);
	/* The last page there is, is one. */
	assert_int_equal(pfh_container_map(c, MAPPING(~0ULL << PAGE_SHIFT, VA, PAGE, IOMMU_READ)),
			 0);
	assert_int_equal(world_read(world, 0, ~0ULL), PFH_RESP_SUCCESS);
	assert_int_equal(pfh_container_unmap(c, ~0ULL << PAGE_SHIFT, PAGE), 0);
}

EACH_DESIGN(bad_mapping_is_refused, bad_mappings);

/* --- several devices --- */

static void late_domain(struct world *world, const char *design)
{
	world_attach(world, design, 0);
	for (u32 i = 0; i < 10; i++)
		assert_int_equal(world_write(world, 0, IOVA + i * PAGE), PFH_RESP_SUCCESS);
	/* The same IOMMU: the same domain. */
	assert_int_equal(pfh_container_attach(world->container, world->devices[1]->pdev), 0);
	assert_int_equal(mock_iommu()->nr_domains, 1);
	assert_true(world_reaches(world, 1, IOVA, true));
	/* Another: one of its own, with what is mapped. */
	assert_int_equal(pfh_container_attach(world->container, world->devices[2]->pdev), 0);
	assert_int_equal(mock_iommu()->nr_domains, 2);
	assert_int_equal(mock_iommu()->nr_pages, 20);
	for (u32 i = 0; i < 10; i++)
		assert_true(world_reaches(world, 2, IOVA + i * PAGE, true));
	assert_int_equal(world_write(world, 2, IOVA + 20 * PAGE), PFH_RESP_SUCCESS);
	assert_true(world_reaches(world, 0, IOVA + 20 * PAGE, true));
	assert_int_equal(mock_mm_evict(world->mock, VA, 5 * PAGE), 5);
	assert_int_equal(mock_iommu()->nr_pages, 12);

	pfh_container_detach(world->container, world->devices[0]->pdev);
	assert_true(world_reaches(world, 1, IOVA + 5 * PAGE, true));
	pfh_container_detach(world->container, world->devices[1]->pdev);
	pfh_container_detach(world->container, world->devices[2]->pdev);
	assert_int_equal(mock_iommu()->nr_domains, 0);
	/* Nothing remembers what was mapped in domains that are gone. */
	assert_int_equal(pfh_container_attach(world->container, world->devices[3]->pdev), 0);
	assert_int_equal(world_write(world, 3, IOVA + 6 * PAGE), PFH_RESP_SUCCESS);
	assert_true(world_reaches(world, 3, IOVA + 6 * PAGE, true));
}

EACH_DESIGN(every_domain_has_what_is_mapped, late_domain);

static void late_domain_static(struct world *world, const char *design)
{
	world_container(world, design, false, 1);
	/* Mapped before any device is there. */
	assert_int_equal(
		pfh_container_map(world->container, MAPPING(IOVA, VA, 9 * PAGE, IOMMU_READ)), 0);
	assert_int_equal(pfh_container_attach(world->container, world->devices[0]->pdev), 0);
	assert_int_equal(pfh_container_attach(world->container, world->devices[3]->pdev), 0);
	for (u32 i = 0; i < 9; i++) {
		assert_true(world_reaches(world, 0, IOVA + i * PAGE, false));
		assert_true(world_reaches(world, 3, IOVA + i * PAGE, false));
	}
	pfh_container_detach(world->container, world->devices[0]->pdev);
	pfh_container_detach(world->container, world->devices[3]->pdev);
	assert_int_equal(pfh_container_attach(world->container, world->devices[1]->pdev), 0);
	assert_true(world_reaches(world, 1, IOVA + 8 * PAGE, false));
}

EACH_DESIGN(static_mapping_reaches_late_domains, late_domain_static);

static void no_blocks(struct world *world, const char *design)
{
	world->mock->nr_vmas = 0;
	world->mock->next_phys = 1ULL << 32;
	mock_mm_add_vma(world->mock, VA, 1024 * PAGE, VM_READ | VM_WRITE);
	world_container(world, design, true, 1024);
	assert_int_equal(pfh_container_attach(world->container, world->devices[0]->pdev), 0);
	assert_int_equal(
		pfh_container_map(world->container, MAPPING(IOVA & ~0x1fffffULL, VA, 1024 * PAGE,
							    IOMMU_READ | IOMMU_WRITE)),
		0);
	assert_int_equal(world_write(world, 0, IOVA & ~0x1fffffULL), PFH_RESP_SUCCESS);
	assert_int_equal(mock_iommu()->nr_pages, 1024);
	assert_int_equal(mock_iommu()->nr_maps, 3);
	assert_int_equal(mock_mm_evict(world->mock, VA + 77 * PAGE, PAGE), 1);
	assert_int_equal(mock_iommu()->nr_pages, 1023);
}

EACH_DESIGN(no_block_comes_into_being, no_blocks);

/* --- memory management takes pages away --- */

static void evict(struct world *world, const char *design)
{
	phys_addr_t phys;

	world_attach(world, design, 0);
	assert_int_equal(
		pfh_container_map(world->container, MAPPING(IOVA + 100 * PAGE, VA + 10 * PAGE,
							    4 * PAGE, IOMMU_READ | IOMMU_WRITE)),
		0);
	for (u32 i = 0; i < 20; i++)
		assert_int_equal(world_write(world, 0, IOVA + i * PAGE), PFH_RESP_SUCCESS);
	assert_int_equal(world_write(world, 0, IOVA + 101 * PAGE), PFH_RESP_SUCCESS);
	assert_int_equal(mock_mm_evict(world->mock, VA + 11 * PAGE, 2 * PAGE), 2);
	/* Page 11 was mapped twice. */
	assert_int_equal(mock_iommu()->nr_pages, 18);
	assert_int_equal(world_stats(world).invalidated_pages, 3);
	assert_int_equal(mock_device_access(world->devices[0], IOVA + 11 * PAGE, false, &phys),
			 -EFAULT);
	assert_true(world_reaches(world, 0, IOVA + 10 * PAGE, true));
	assert_int_equal(world_write(world, 0, IOVA + 11 * PAGE), PFH_RESP_SUCCESS);
	assert_true(world_reaches(world, 0, IOVA + 11 * PAGE, true));
	assert_int_equal(mock_mm_evict(world->mock, 0, VA), 0);
	assert_int_equal(mock_iommu()->nr_pages, 19);
}

EACH_DESIGN(page_taken_away_is_gone_and_comes_back_by_a_fault, evict);

static void process_ends(struct world *world, const char *design)
{
	world_attach(world, design, 0);
	for (u32 i = 0; i < 20; i++)
		assert_int_equal(world_write(world, 0, IOVA + i * PAGE), PFH_RESP_SUCCESS);
	mock_mm_put(world->mock);
	assert_true(world->mock->is_gone);
	assert_int_equal(mock_iommu()->nr_pages, 0);
	assert_int_equal(world_write(world, 0, IOVA), PFH_RESP_INVALID);
	/* For world_close(). */
	pfh_container_destroy(world->container);
	world->container = NULL;
	mock_mm_free(world->mock);
	world->mock = mock_mm_create();
}

EACH_DESIGN(end_of_the_process_takes_everything, process_ends);

/* --- where the designs differ --- */

static void ask_for_less(struct world *world, const char *design)
{
	world_attach(world, design, 0);
	assert_int_equal(world_read(world, 0, IOVA), PFH_RESP_SUCCESS);
	assert_true(world_reaches(world, 0, IOVA, false));
	assert_false(world_reaches(world, 0, IOVA, true));
	/* Memory management does not know of a write. */
	assert_int_equal(world->mock->nr_upgrades, 0);
	assert_int_equal(world_read(world, 0, IOVA), PFH_RESP_SUCCESS);
	assert_int_equal(world_stats(world).spurious, 1);
	assert_int_equal(world_write(world, 0, IOVA), PFH_RESP_SUCCESS);
	assert_true(world_reaches(world, 0, IOVA, true));
	assert_int_equal(world->mock->nr_upgrades, 1);
	assert_int_equal(world_stats(world).upgrades, 1);
	assert_int_equal(world_stats(world).spurious, 1);
	assert_int_equal(mock_iommu()->nr_pages, 1);
}

EACH_SOUND_DESIGN(fault_maps_what_was_asked_for, ask_for_less);

static void ask_for_less_rfc_v3(void *arg)
{
	struct world world;

	world_open(&world, PFH_DISPATCH_INLINE);
	world_attach(&world, "rfc-v3", 0);
	assert_int_equal(world_read(&world, 0, IOVA), PFH_RESP_SUCCESS);
	assert_true(world_reaches(&world, 0, IOVA, true));
	assert_int_equal(world.mock->nr_upgrades, 1);
	world_close(&world);
}

static void rfc_v3_maps_with_the_protection_of_the_range(void **state)
{
	machine_run(0, ask_for_less_rfc_v3, NULL);
}

/* Takes the page away while it is pinned, the first three times. */
static u32 nr_disturbances;

static void disturb(struct mock_mm *mock, unsigned long addr)
{
	if (nr_disturbances == 3)
		return;
	nr_disturbances++;
	mock_mm_evict(mock, addr & PAGE_MASK, PAGE);
}

static void invalidate_while_pinned(struct world *world, const char *design)
{
	world_attach(world, design, 0);
	nr_disturbances = 0;
	world->mock->on_pin = disturb;
	assert_int_equal(world_write(world, 0, IOVA), PFH_RESP_SUCCESS);
	assert_int_equal(nr_disturbances, 3);
	assert_int_equal(world_stats(world).retries, 3);
	/* The page that is there now, not one of those that went. */
	assert_true(world_reaches(world, 0, IOVA, true));
	assert_int_equal(mock_iommu()->nr_maps, 1);
}

EACH_SOUND_DESIGN(invalidation_while_a_page_is_pinned_is_retried, invalidate_while_pinned);

static void evict_slowly(void *arg)
{
	mock_mm_evict(arg, VA, PAGE);
}

static void fault_during_eviction(struct world *world, const char *design)
{
	world_attach(world, design, 0);
	assert_int_equal(world_write(world, 0, IOVA), PFH_RESP_SUCCESS);
	world->mock->evict_delay_ms = 3;
	machine_start(5, evict_slowly, world->mock);
	msleep(1);
	/* Gone from the IOMMU, but the page is still there to be pinned. */
	assert_false(world_reaches(world, 0, IOVA, true));
	assert_int_not_equal(mock_mm_page_phys(world->mock, VA), 0);
	assert_int_equal(world_write(world, 0, IOVA), PFH_RESP_SUCCESS);
	assert_true(world_reaches(world, 0, IOVA, true));
	msleep(5);
	assert_true(world_reaches(world, 0, IOVA, true));
}

EACH_SOUND_DESIGN(fault_during_an_invalidation_waits_for_its_end, fault_during_eviction);

struct evicter {
	struct world *world;
	bool is_over;
};

static void evict_on(void *arg)
{
	struct evicter *evicter = arg;
	u32 page = 0;

	while (!evicter->is_over) {
		page = (page * 5 + 3) % 8;
		mock_mm_evict(evicter->world->mock, VA + page * PAGE, 2 * PAGE);
		/* A CPU's handler thread may be waiting for this CPU. */
		usleep_range(2, 2);
	}
}

/* After each success the device reaches either nothing or the right page. */
static void fault_against_eviction(struct world *world, const char *design)
{
	struct evicter evicter = {.world = world};

	world_attach(world, design, 0);
	machine_start(5, evict_on, &evicter);
	machine_start(6, evict_on, &evicter);
	for (u32 i = 0; i < 500; i++) {
		u32 page = i % 9;

		assert_int_equal(world_write(world, 0, IOVA + page * PAGE), PFH_RESP_SUCCESS);
		world_reaches(world, 0, IOVA + page * PAGE, true);
	}
	evicter.is_over = true;
	msleep(1);
	assert_true(world_stats(world).retries > 0);
}

EACH_SOUND_DESIGN(faults_race_with_evictions_and_no_stale_page_is_mapped, fault_against_eviction);

/* The third time there is memory. */
static void let_map_again(struct mock_mm *mock, unsigned long addr)
{
	static u32 nr_pins;

	if (++nr_pins % 3 == 0)
		mock_iommu()->fail_maps_after = -1;
}

static void reclaim(struct world *world, const char *design)
{
	world_attach(world, design, 0);
	world->mock->retry_faults = 5;
	assert_int_equal(world_write(world, 0, IOVA), PFH_RESP_SUCCESS);
	assert_int_equal(world_stats(world).retries, 5);
	assert_true(world_reaches(world, 0, IOVA, true));
	/* Not for ever. */
	world->mock->retry_faults = 1000;
	assert_int_equal(world_write(world, 0, IOVA + PAGE), PFH_RESP_INVALID);
	assert_true(world->mock->retry_faults > 900);
	world->mock->retry_faults = 0;
	assert_int_equal(world_write(world, 0, IOVA + PAGE), PFH_RESP_SUCCESS);
	/* A table that there was no memory for. */
	world->mock->on_pin = let_map_again;
	mock_iommu()->fail_maps_after = 0;
	assert_int_equal(world_write(world, 0, IOVA + 2 * PAGE), PFH_RESP_SUCCESS);
	assert_int_equal(mock_iommu()->fail_maps_after, -1);
}

EACH_SOUND_DESIGN(page_under_reclaim_is_tried_again, reclaim);

/* --- detaching with faults in flight --- */

struct stream {
	struct world *world;
	u32 device, nr;
	bool is_over;
};

static void fault_on(void *arg)
{
	struct stream *stream = arg;

	for (; stream->nr < 150; stream->nr++) {
		struct pfh_fault fault = {
			.addr = IOVA + (stream->nr * 7 % 64) * PAGE,
			.grpid = stream->nr,
			.perm = PFH_PERM_WRITE,
			.flags = PFH_FAULT_LAST_PAGE,
		};

		mock_device_report(stream->world->devices[stream->device], &fault);
		udelay(1);
		sim_settle();
	}
	stream->is_over = true;
}

/* How a device leaves while it faults. */
struct leaving {
	const char *design;
	enum pfh_dispatch dispatch;
	bool is_slow;	   /* pinning is */
	bool is_destroyed; /* the container */
};

static void leave_after(const struct leaving *leaving, u64 delay_us)
{
	struct world world;
	struct stream streams[2] = {{.world = &world, .device = 0}, {.world = &world, .device = 2}};

	world_open(&world, leaving->dispatch);
	world_attach(&world, leaving->design, 0);
	assert_int_equal(pfh_container_attach(world.container, world.devices[2]->pdev), 0);
	if (leaving->is_slow)
		world.mock->on_pin = slow_pin;
	machine_start(1, fault_on, &streams[0]);
	machine_start(2, fault_on, &streams[1]);
	udelay(delay_us);
	if (leaving->is_destroyed) {
		pfh_container_destroy(world.container);
		world.container = NULL;
	} else {
		pfh_container_detach(world.container, world.devices[0]->pdev);
	}
	assert_false(world.devices[0]->faults_enabled);
	while (!streams[0].is_over || !streams[1].is_over)
		msleep(1);
	assert_true(mock_device_wait(world.devices[0]));
	assert_true(mock_device_wait(world.devices[2]));
	assert_int_equal(world.devices[0]->nr_answers, 150);
	assert_int_equal(world.devices[2]->nr_answers, 150);
	world_close(&world);
}

/* --- mappings come and go with faults in flight --- */

static u32 nr_unmaps;

static void map_and_unmap(struct world *world, const char *design)
{
	struct stream streams[2] = {{.world = world, .device = 0}, {.world = world, .device = 2}};

	world_attach(world, design, 0);
	assert_int_equal(pfh_container_attach(world->container, world->devices[2]->pdev), 0);
	/* Far from this CPU: a worker that computes here would not make room for us. */
	machine_start(5, fault_on, &streams[0]);
	machine_start(6, fault_on, &streams[1]);
	while (!streams[0].is_over || !streams[1].is_over) {
		usleep_range(3 + nr_unmaps % 5, 3 + nr_unmaps % 5);
		assert_int_equal(pfh_container_unmap(world->container, IOVA, 64 * PAGE), 0);
		/* Nothing of it, and nothing that a fault in flight still brings. */
		assert_int_equal(mock_iommu()->nr_pages, 0);
		usleep_range(2, 2);
		assert_int_equal(mock_iommu()->nr_pages, 0);
		assert_int_equal(
			pfh_container_map(world->container,
					  MAPPING(IOVA, VA, 64 * PAGE, IOMMU_READ | IOMMU_WRITE)),
			0);
		nr_unmaps++;
	}
	assert_true(mock_device_wait(world->devices[0]));
	assert_true(mock_device_wait(world->devices[2]));
	assert_int_equal(world->devices[0]->nr_answers, 150);
	assert_int_equal(world->devices[2]->nr_answers, 150);
}

static void map_and_unmap_each(void *arg)
{
	each_sound_design(map_and_unmap);
}

static void unmapping_with_faults_in_flight_leaves_nothing(void **state)
{
	nr_unmaps = 0;
	machine_run(0, map_and_unmap_each, NULL);
	/* Of twelve runs; in one a worker may keep this thread from its CPU until all is over. */
	assert_true(nr_unmaps > 60);
}

static void leave_at_any_time(const char *design, enum pfh_dispatch dispatch)
{
	const struct leaving detached = {design, dispatch, false, false};
	const struct leaving destroyed = {design, dispatch, true, true};

	for (u64 delay_us = 0; delay_us < 500; delay_us += 67) {
		leave_after(&detached, delay_us);
		leave_after(&destroyed, delay_us);
	}
}

static void detach_at_any_time(void *arg)
{
	for (u32 i = 0; pfh_design_names[i]; i++) {
		for (int j = 0; j < PFH_NR_DISPATCHES; j++) {
			if (!pfh_design_is_as_posted(pfh_design_names[i]))
				leave_at_any_time(pfh_design_names[i], j);
		}
	}
}

static void detaching_with_faults_in_flight_answers_all(void **state)
{
	machine_run(0, detach_at_any_time, NULL);
}

/* --- failures --- */

static void fail_attach(struct world *world, const char *design)
{
	struct mock_device *mdev = world->devices[0];

	world_container(world, design, true, 1);
	mdev->enable_error = -ENODEV;
	assert_int_equal(pfh_container_attach(world->container, mdev->pdev), -ENODEV);
	assert_int_equal(mock_iommu()->nr_domains, 0);
	assert_null(mdev->domain);
	/* Nobody must still find the container. */
	pfh_container_destroy(world->container);
	assert_int_equal(world_read(world, 0, IOVA), PFH_RESP_INVALID);
	world_container(world, design, true, 1);
	mdev->enable_error = 0;
	assert_int_equal(pfh_container_attach(world->container, mdev->pdev), 0);
	pfh_container_detach(world->container, mdev->pdev);
	/* Twice, and one that never was. */
	pfh_container_detach(world->container, mdev->pdev);
	pfh_container_detach(world->container, world->devices[1]->pdev);
}

EACH_DESIGN(attach_that_fails_leaves_nothing, fail_attach);

/*
 * A good run of calls, with the nth allocation failing: it may say -ENOMEM or
 * INVALID, and leaves nothing behind. Return: did the failure strike?
 */
static bool run_failing(struct world *world, const char *design, bool iopf, u32 nth)
{
	const struct pfh_container_attr attr = {
		.design = design,
		.mm = &world->mock->mm,
		.premap_pages = 4,
		.iopf = iopf,
	};
	struct pfh_container *container;
	bool has_struck;

	kapi_fail_nth(nth);
	container = pfh_container_create(&attr);
	if (!IS_ERR(container)) {
		world->container = container;
		pfh_container_attach(container, world->devices[0]->pdev);
		pfh_container_map(container,
				  MAPPING(IOVA, VA, 16 * PAGE, IOMMU_READ | IOMMU_WRITE));
		pfh_container_attach(container, world->devices[2]->pdev);
		for (u32 i = 0; i < 16; i += 3)
			world_write(world, 0, IOVA + i * PAGE);
		pfh_container_attach(container, world->devices[3]->pdev);
		pfh_container_unmap(container, IOVA, 16 * PAGE);
	} else {
		assert_int_equal(PTR_ERR(container), -ENOMEM);
	}
	has_struck = !kapi_fail_nth_left();
	kapi_fail_nth(0);
	pfh_container_destroy(world->container);
	world->container = NULL;
	assert_int_equal(world->mock->nr_pins, 0);
	assert_int_equal(mock_iommu()->nr_pages, 0);
	assert_int_equal(mock_iommu()->nr_domains, 0);
	assert_false(world->devices[0]->faults_enabled);
	mock_mm_evict(world->mock, VA, 64 * PAGE);
	return has_struck;
}

static void fail_each(struct world *world, const char *design)
{
	for (int iopf = 0; iopf < 2; iopf++) {
		u32 nth = 1;
		u64 objects;

		run_failing(world, design, iopf, 0);
		rcu_barrier();
		objects = kapi_slab_objects();
		while (run_failing(world, design, iopf, nth)) {
			rcu_barrier();
			assert_int_equal(kapi_slab_objects(), objects);
			nth++;
		}
		assert_true(nth > 30);
	}
}

EACH_DESIGN(every_allocation_may_fail_and_nothing_is_left, fail_each);

/* --- locks --- */

static u64 acquisitions(const char *name)
{
	struct sim_lock_class *class = NULL;

	while ((class = sim_lock_class_next(class))) {
		if (!strcmp(class->name, name))
			return class->acquisitions;
	}
	return 0;
}

static void count_locks(void *arg)
{
	const char *design = arg;
	bool has_mutex = !strcmp(design, "rfc-v3") || !strcmp(design, "core-path");
	bool is_rfc_v3 = !strcmp(design, "rfc-v3");
	u64 container_locks, tree_locks, mmap_locks;
	struct world world;

	world_open(&world, PFH_DISPATCH_INLINE);
	world_attach(&world, design, 0);
	container_locks = acquisitions("pfh_container.lock");
	tree_locks = acquisitions("pfh_group_tree_lock");
	mmap_locks = acquisitions("&mm->mmap_lock");
	for (u32 i = 0; i < 64; i++)
		world_write(&world, 0, IOVA + i * PAGE);
	assert_int_equal(acquisitions("pfh_container.lock") - container_locks, has_mutex ? 64 : 0);
	assert_int_equal(acquisitions("pfh_group_tree_lock") - tree_locks, is_rfc_v3 ? 64 : 0);
	/* To pin; rfc-v3 to count the pages, too. */
	assert_int_equal(acquisitions("&mm->mmap_lock") - mmap_locks, is_rfc_v3 ? 128 : 64);
	world_close(&world);
}

static void only_rfc_v3_takes_the_global_lock_and_not_all_the_containers(void **state)
{
	for (u32 i = 0; pfh_design_names[i]; i++) {
		machine_run(0, count_locks, (void *)pfh_design_names[i]);
		machine_teardown(NULL);
		assert_int_equal(machine_setup(NULL), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_ON_MACHINE(unknown_address_is_invalid),
		TEST_ON_MACHINE(what_is_not_allowed_is_invalid),
		TEST_ON_MACHINE(two_faults_on_a_page_map_it_once),
		TEST_ON_MACHINE(pre_mapping_maps_up_to_its_length),
		TEST_ON_MACHINE(pre_mapping_in_part_is_success),
		TEST_ON_MACHINE(without_iopf_everything_is_mapped_and_pinned),
		TEST_ON_MACHINE(unmapping_leaves_nothing),
		TEST_ON_MACHINE(bad_mapping_is_refused),
		TEST_ON_MACHINE(every_domain_has_what_is_mapped),
		TEST_ON_MACHINE(static_mapping_reaches_late_domains),
		TEST_ON_MACHINE(no_block_comes_into_being),
		TEST_ON_MACHINE(page_taken_away_is_gone_and_comes_back_by_a_fault),
		TEST_ON_MACHINE(end_of_the_process_takes_everything),
		TEST_ON_MACHINE(fault_maps_what_was_asked_for),
		TEST_ON_MACHINE(rfc_v3_maps_with_the_protection_of_the_range),
		TEST_ON_MACHINE(invalidation_while_a_page_is_pinned_is_retried),
		TEST_ON_MACHINE(fault_during_an_invalidation_waits_for_its_end),
		TEST_ON_MACHINE(faults_race_with_evictions_and_no_stale_page_is_mapped),
		TEST_ON_MACHINE(page_under_reclaim_is_tried_again),
		TEST_ON_MACHINE(detaching_with_faults_in_flight_answers_all),
		TEST_ON_MACHINE(unmapping_with_faults_in_flight_leaves_nothing),
		TEST_ON_MACHINE(attach_that_fails_leaves_nothing),
		TEST_ON_MACHINE(every_allocation_may_fail_and_nothing_is_left),
		TEST_ON_MACHINE(only_rfc_v3_takes_the_global_lock_and_not_all_the_containers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
