// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dirty pages (under each design but rfc-v3 where it does not say otherwise):
 *  - starting takes write permission away and leaves reading;
 *  - a page is reported after its first write, once, and after the next again;
 *  - reads, and pages mapped in advance, are not writes;
 *  - pinned pages always count, those that are read-only never;
 *  - a page that memory management has taken away since is still reported;
 *  - so is one that could be mapped for one device and not for another;
 *  - starting again while pages are tracked forgets nothing;
 *  - unmapping tells what was written, with the pages out of every device's reach;
 *  - no write is lost between two reports, whatever runs beside them;
 *  - rfc-v3 reports every page of a range that may be written;
 *  - who does not track is told so.
 */
#include "tests/handler/each.h"

static unsigned long bitmap[2];

static unsigned long dirty(struct world *world)
{
	assert_int_equal(pfh_container_dirty_get(world->container, IOVA, 64 * PAGE, bitmap), 0);
	return bitmap[0];
}

static bool reaches(struct world *world, u64 page, bool write)
{
	return world_reaches(world, 0, IOVA + page * PAGE, write);
}

static void track(struct world *world, const char *design)
{
	struct pfh_container_info info;

	world_attach(world, design, 0);
	for (u64 page = 0; page < 10; page++)
		assert_int_equal(world_write(world, 0, IOVA + page * PAGE), PFH_RESP_SUCCESS);
	assert_int_equal(pfh_container_dirty_start(world->container), 0);
	pfh_container_info(world->container, &info);
	assert_true(info.is_tracking);
	for (u64 page = 0; page < 10; page++) {
		assert_true(reaches(world, page, false));
		assert_false(reaches(world, page, true));
	}
	assert_int_equal(dirty(world), 0);
	assert_int_equal(world_write(world, 0, IOVA + 3 * PAGE), PFH_RESP_SUCCESS);
	assert_int_equal(world_write(world, 0, IOVA + 20 * PAGE), PFH_RESP_SUCCESS);
	assert_int_equal(world_read(world, 0, IOVA + 21 * PAGE), PFH_RESP_SUCCESS);
	/* Writes to a page that is dirty do not fault. */
	assert_true(reaches(world, 3, true));
	assert_int_equal(dirty(world), 1ul << 3 | 1ul << 20);
	assert_false(reaches(world, 3, true));
	assert_true(reaches(world, 3, false));
	assert_int_equal(dirty(world), 0);
	assert_int_equal(world_write(world, 0, IOVA + 3 * PAGE), PFH_RESP_SUCCESS);
	/* Taken away, but it was written. */
	mock_mm_evict(world->mock, VA + 3 * PAGE, PAGE);
	assert_int_equal(dirty(world), 1ul << 3);
	assert_int_equal(world_write(world, 0, IOVA + 4 * PAGE), PFH_RESP_SUCCESS);
	pfh_container_dirty_stop(world->container);
	assert_int_equal(pfh_container_dirty_get(world->container, IOVA, PAGE, bitmap), -EINVAL);
	/* What was written before does not count the next time. */
	assert_int_equal(pfh_container_dirty_start(world->container), 0);
	assert_int_equal(dirty(world), 0);
	assert_false(reaches(world, 4, true));
	assert_int_equal(mock_iommu()->nr_offences, 0);
}

EACH_SOUND_DESIGN(page_is_dirty_from_its_first_write_fault_on, track);

static void only_what_was_written(struct world *world, const char *design)
{
	world_container(world, design, true, 16);
	assert_int_equal(pfh_container_attach(world->container, world->devices[0]->pdev), 0);
	assert_int_equal(pfh_container_map(world->container,
					   MAPPING(IOVA, VA, 32 * PAGE, IOMMU_READ | IOMMU_WRITE)),
			 0);
	assert_int_equal(
		pfh_container_map(world->container,
				  MAPPING(IOVA + 32 * PAGE, VA + 32 * PAGE, 16 * PAGE, IOMMU_READ)),
		0);
	assert_int_equal(pfh_container_dirty_start(world->container), 0);
	/* Read: all of them in advance, none for writing. */
	assert_int_equal(world_read(world, 0, IOVA), PFH_RESP_SUCCESS);
	assert_int_equal(mock_iommu()->nr_pages, 16);
	assert_int_equal(world_write(world, 0, IOVA + 20 * PAGE), PFH_RESP_SUCCESS);
	assert_int_equal(mock_iommu()->nr_pages, 17);
	assert_int_equal(pfh_container_pin(world->container, IOVA + 2 * PAGE, 2 * PAGE), 0);
	assert_int_equal(pfh_container_pin(world->container, IOVA + 40 * PAGE, 2 * PAGE), 0);
	assert_int_equal(dirty(world), 1ul << 20 | 3ul << 2);
	assert_int_equal(dirty(world), 3ul << 2);
	/* They are still there to be written. */
	assert_true(reaches(world, 2, true));
	/* Part of it, from its own first page on; holes are clean. */
	assert_int_equal(
		pfh_container_dirty_get(world->container, IOVA + 3 * PAGE, 100 * PAGE, bitmap), 0);
	assert_int_equal(bitmap[0], 1);
	assert_int_equal(bitmap[1], 0);
	assert_int_equal(pfh_container_dirty_get(world->container, IOVA + 1, PAGE, bitmap),
			 -EINVAL);
}

EACH_SOUND_DESIGN(reads_and_pages_in_advance_are_not_writes, only_what_was_written);

/* --- pages that come or go on the way --- */

static void undone(struct world *world, const char *design)
{
	world_attach(world, design, 0);
	assert_int_equal(pfh_container_attach(world->container, world->devices[2]->pdev), 0);
	assert_int_equal(pfh_container_dirty_start(world->container), 0);
	/* In the first domain it was mapped. */
	mock_iommu()->fail_maps_after = 1;
	assert_int_equal(world_write(world, 0, IOVA + 3 * PAGE), PFH_RESP_INVALID);
	mock_iommu()->fail_maps_after = 1;
	assert_int_equal(world_read(world, 0, IOVA + 4 * PAGE), PFH_RESP_INVALID);
	mock_iommu()->fail_maps_after = 2;
	assert_int_equal(pfh_container_pin(world->container, IOVA + 8 * PAGE, 3 * PAGE), -ENOMEM);
	mock_iommu()->fail_maps_after = -1;
	assert_int_equal(mock_iommu()->nr_pages, 0);
	/* 8 was mapped in both; how far the driver came with 9 it does not say. */
	assert_int_equal(dirty(world), 1ul << 3 | 3ul << 8);
	assert_int_equal(dirty(world), 0);
}

EACH_SOUND_DESIGN(mapping_that_is_undone_may_have_been_written, undone);

static void turn_that_fails(struct world *world, const char *design)
{
	world_attach(world, design, 0);
	assert_int_equal(pfh_container_dirty_start(world->container), 0);
	assert_int_equal(world_write(world, 0, IOVA + 50 * PAGE), PFH_RESP_SUCCESS);
	/* Each page is a run of its own. */
	world->mock->is_scattered = true;
	mock_iommu()->fail_maps_after = 3;
	assert_int_equal(pfh_container_set_iopf(world->container, false), -ENOMEM);
	mock_iommu()->fail_maps_after = -1;
	/* Those before the one that failed were there for a moment. */
	assert_int_equal(dirty(world), 0xf | 1ul << 50);
	assert_int_equal(dirty(world), 0);
}

EACH_SOUND_DESIGN(turning_that_fails_may_have_been_written, turn_that_fails);

static void start_again(struct world *world, const char *design)
{
	world_attach(world, design, 0);
	assert_int_equal(pfh_container_dirty_start(world->container), 0);
	assert_int_equal(world_write(world, 0, IOVA + 3 * PAGE), PFH_RESP_SUCCESS);
	assert_int_equal(pfh_container_dirty_start(world->container), 0);
	assert_true(reaches(world, 3, true));
	assert_int_equal(dirty(world), 1ul << 3);
}

EACH_SOUND_DESIGN(starting_again_forgets_nothing, start_again);

/* Under rfc-v3 all pages that may be written count. */
static void unmap(struct world *world, const char *design)
{
	struct pfh_container *c;

	world_attach(world, design, 0);
	c = world->container;
	assert_int_equal(pfh_container_map(c, MAPPING(IOVA + 70 * PAGE, VA + 64 * PAGE, 4 * PAGE,
						      IOMMU_READ)),
			 0);
	assert_int_equal(pfh_container_unmap_dirty(c, IOVA, 64 * PAGE, bitmap), -EINVAL);
	assert_int_equal(pfh_container_dirty_start(c), 0);
	assert_int_equal(world_write(world, 0, IOVA + 3 * PAGE), PFH_RESP_SUCCESS);
	assert_int_equal(world_read(world, 0, IOVA + 4 * PAGE), PFH_RESP_SUCCESS);
	assert_int_equal(world_read(world, 0, IOVA + 70 * PAGE), PFH_RESP_SUCCESS);
	assert_int_equal(pfh_container_unmap_dirty(c, IOVA, 8 * PAGE, bitmap), -EINVAL);
	assert_int_equal(pfh_container_unmap_dirty(c, IOVA + 100 * PAGE, PAGE, bitmap), -ENOENT);
	assert_int_equal(pfh_container_unmap_dirty(c, IOVA + 1, PAGE, bitmap), -EINVAL);
	/* Bits begin with the first page that is asked for, and end with the last. */
	assert_int_equal(pfh_container_unmap_dirty(c, IOVA - 2 * PAGE, 76 * PAGE, bitmap), 0);
	assert_int_equal(bitmap[0], strcmp(design, "rfc-v3") ? 1ul << 5 : ~0ul << 2);
	assert_int_equal(bitmap[1], strcmp(design, "rfc-v3") ? 0 : 3);
	assert_int_equal(mock_iommu()->nr_pages, 0);
}

EACH_DESIGN(unmapping_tells_what_was_written, unmap);

/* --- no write is lost --- */

struct writer {
	struct world *world;
	unsigned long written[64]; /* how often */
	bool is_over;
};

static void write_on(void *arg)
{
	struct writer *writer = arg;
	struct world *world = writer->world;
	u32 grpid = 0;

	for (u32 i = 0; i < 300; i++) {
		u64 page = i * 11 % 16;
		phys_addr_t phys;

		/* As a device does: try, fault, try again. */
		while (mock_device_access(world->devices[0], IOVA + page * PAGE, true, &phys)) {
			struct pfh_fault fault = {
				.addr = IOVA + page * PAGE,
				.grpid = grpid % MOCK_NR_GROUPS,
				.perm = PFH_PERM_WRITE,
				.flags = PFH_FAULT_LAST_PAGE,
			};

			grpid++;
			mock_device_report(world->devices[0], &fault);
			assert_true(mock_device_wait(world->devices[0]));
		}
		/* It has written at the moment when it was let through. */
		writer->written[page]++;
		usleep_range(2, 2);
	}
	writer->is_over = true;
}

static void race(struct world *world, const char *design)
{
	struct writer writer = {.world = world};
	unsigned long before[64], after[64] = {};
	u32 nr_reports = 0;

	world_attach(world, design, 0);
	assert_int_equal(pfh_container_dirty_start(world->container), 0);
	machine_start(3, write_on, &writer);
	while (!writer.is_over) {
		memcpy(before, writer.written, sizeof(before));
		dirty(world);
		for (u32 page = 0; page < 16; page++) {
			/* Not reported now: not written since the last report looked. */
			if (!(bitmap[0] & 1ul << page))
				assert_true(before[page] <= after[page]);
		}
		memcpy(after, writer.written, sizeof(after));
		nr_reports++;
		mock_mm_evict(world->mock, VA + nr_reports % 16 * PAGE, PAGE);
		usleep_range(7, 7);
	}
	assert_true(nr_reports > 10);
}

EACH_SOUND_DESIGN(no_write_is_lost_between_two_reports, race);

static void all_of_it(void *arg)
{
	struct world world;

	world_open(&world, PFH_DISPATCH_INLINE);
	world_attach(&world, "rfc-v3", 0);
	assert_int_equal(pfh_container_dirty_start(world.container), 0);
	assert_int_equal(world_read(&world, 0, IOVA), PFH_RESP_SUCCESS);
	assert_int_equal(dirty(&world), ~0ul);
	assert_int_equal(dirty(&world), ~0ul);
	world_close(&world);
}

static void rfc_v3_reports_every_page(void **state)
{
	machine_run(0, all_of_it, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_ON_MACHINE(page_is_dirty_from_its_first_write_fault_on),
		TEST_ON_MACHINE(reads_and_pages_in_advance_are_not_writes),
		TEST_ON_MACHINE(mapping_that_is_undone_may_have_been_written),
		TEST_ON_MACHINE(turning_that_fails_may_have_been_written),
		TEST_ON_MACHINE(starting_again_forgets_nothing),
		TEST_ON_MACHINE(unmapping_tells_what_was_written),
		TEST_ON_MACHINE(no_write_is_lost_between_two_reports),
		TEST_ON_MACHINE(rfc_v3_reports_every_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
