// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pinned pages, faults on and off (under each design but rfc-v3):
 *  - a mapping can be pinned among those that fault: it is there, stays when
 *    memory management takes pages away, and never faults;
 *  - pages pinned within a mapping that faults do the same until they are let go,
 *    page by page, as often as they were pinned;
 *  - pinned pages count against the limit; one too many is -ENOMEM, and nothing stays;
 *  - turning faults on converts what is mapped; off, it is there in full, with
 *    faults in flight all the while;
 *  - also while an invalidation is under way, whose end nobody hears of then;
 *  - a device that cannot fault refuses it for all, and everything is as before;
 *  - so does the limit;
 *  - what a driver takes out beyond what it was asked for is not taken for mapped;
 *  - capabilities say what can be done, and rfc-v3 says that it cannot;
 *  - a mapping of another address space is refused.
 */
#include "tests/handler/each.h"

static const int RW = IOMMU_READ | IOMMU_WRITE;

static int add(struct world *world, u64 page, u64 nr, u32 flags)
{
	const struct pfh_mapping mapping = {
		.iova = IOVA + page * PAGE,
		.vaddr = VA + page * PAGE,
		.size = nr * PAGE,
		.prot = RW,
		.flags = flags,
	};

	return pfh_container_map(world->container, &mapping);
}

static u64 locked(struct world *world)
{
	struct pfh_container_info info;

	pfh_container_info(world->container, &info);
	assert_int_equal(info.locked_pages, world->mock->mm.locked_vm);
	assert_int_equal(info.locked_pages, world->mock->nr_pins);
	return info.locked_pages;
}

static bool reaches(struct world *world, u64 page)
{
	return world_reaches(world, 0, IOVA + page * PAGE, true);
}

/* A container with iopf and device 0, nothing mapped. */
static void open_container(struct world *world, const char *design)
{
	world_container(world, design, true, 4);
	assert_int_equal(pfh_container_attach(world->container, world->devices[0]->pdev), 0);
}

static void pinned_among_faultable(struct world *world, const char *design)
{
	open_container(world, design);
	assert_int_equal(add(world, 0, 8, 0), 0);
	assert_int_equal(add(world, 8, 8, PFH_MAP_PINNED), 0);
	assert_int_equal(mock_iommu()->nr_pages, 8);
	assert_int_equal(locked(world), 8);
	for (u64 page = 8; page < 16; page++)
		assert_true(reaches(world, page));
	assert_false(reaches(world, 7));
	assert_int_equal(world_write(world, 0, IOVA + 7 * PAGE), PFH_RESP_SUCCESS);
	/* The notifier goes by the pinned ones. */
	mock_mm_evict(world->mock, VA + 8 * PAGE, 8 * PAGE);
	assert_int_equal(mock_iommu()->nr_pages, 9);
	/* A fault on one can only be an old translation. */
	assert_int_equal(world_write(world, 0, IOVA + 9 * PAGE), PFH_RESP_SUCCESS);
	assert_int_equal(world_stats(world).spurious, 1);
	assert_int_equal(pfh_container_unmap(world->container, IOVA + 8 * PAGE, 8 * PAGE), 0);
	assert_int_equal(mock_iommu()->nr_pages, 1);
	assert_int_equal(locked(world), 0);
}

EACH_SOUND_DESIGN(mapping_can_be_pinned_among_those_that_fault, pinned_among_faultable);

static void pin_within(struct world *world, const char *design)
{
	struct pfh_container *c;

	open_container(world, design);
	c = world->container;
	assert_int_equal(add(world, 0, 32, 0), 0);
	assert_int_equal(add(world, 32, 8, PFH_MAP_PINNED), 0);
	/* Mapped for reading by a fault before it is pinned. */
	assert_int_equal(world_read(world, 0, IOVA + 10 * PAGE), PFH_RESP_SUCCESS);
	assert_int_equal(pfh_container_pin(c, IOVA + 8 * PAGE, 8 * PAGE), 0);
	assert_int_equal(pfh_container_pin(c, IOVA + 12 * PAGE, 24 * PAGE), 0);
	assert_int_equal(locked(world), 24 + 8);
	for (u64 page = 8; page < 40; page++)
		assert_true(reaches(world, page));
	mock_mm_evict(world->mock, VA, 64 * PAGE);
	for (u64 page = 8; page < 32; page++)
		assert_int_equal(mock_device_access(world->devices[0], IOVA + page * PAGE, true,
						    &(phys_addr_t){0}),
				 0);
	/* Twice pinned, once let go: stays. */
	assert_int_equal(pfh_container_unpin(c, IOVA + 8 * PAGE, 8 * PAGE), 0);
	assert_int_equal(locked(world), 20 + 8);
	assert_int_equal(mock_iommu()->nr_pages, 20 + 8);
	/* What is not pinned is refused as a whole. */
	assert_int_equal(pfh_container_unpin(c, IOVA + 11 * PAGE, 4 * PAGE), -EINVAL);
	assert_int_equal(pfh_container_pin(c, IOVA + 39 * PAGE, 2 * PAGE), -EINVAL);
	assert_int_equal(pfh_container_pin(c, IOVA + 1, PAGE), -EINVAL);
	assert_int_equal(locked(world), 28);
	assert_int_equal(pfh_container_unpin(c, IOVA + 12 * PAGE, 24 * PAGE), 0);
	assert_int_equal(locked(world), 8);
	/* It faults again, and finds the page that is there now. */
	assert_int_equal(world_write(world, 0, IOVA + 12 * PAGE), PFH_RESP_SUCCESS);
	assert_true(reaches(world, 12));
	/* Unmapping lets go of what is still pinned. */
	assert_int_equal(pfh_container_pin(c, IOVA, 4 * PAGE), 0);
	assert_int_equal(pfh_container_unmap(c, IOVA, 32 * PAGE), 0);
	assert_int_equal(locked(world), 8);
}

EACH_SOUND_DESIGN(pinned_page_never_faults_until_it_is_let_go, pin_within);

static void limit(struct world *world, const char *design)
{
	const struct pfh_container_attr attr = {
		.design = design,
		.mm = &world->mock->mm,
		.premap_pages = 1,
		.iopf = true,
		.locked_limit = 20,
	};
	struct pfh_container *c;

	world->mock->mm.locked_vm = 4; /* of somebody else */
	c = world->container = pfh_container_create(&attr);
	assert_int_equal(pfh_container_attach(c, world->devices[0]->pdev), 0);
	assert_int_equal(add(world, 0, 32, 0), 0);
	assert_int_equal(add(world, 32, 17, PFH_MAP_PINNED), -ENOMEM);
	assert_int_equal(add(world, 32, 10, PFH_MAP_PINNED), 0);
	assert_int_equal(pfh_container_pin(c, IOVA, 7 * PAGE), -ENOMEM);
	assert_int_equal(world->mock->mm.locked_vm, 14);
	assert_int_equal(world->mock->nr_pins, 10);
	assert_int_equal(mock_iommu()->nr_pages, 10);
	assert_int_equal(pfh_container_pin(c, IOVA, 6 * PAGE), 0);
	assert_int_equal(world->mock->mm.locked_vm, 20);
	/* Pinned already: does not count twice. */
	assert_int_equal(pfh_container_pin(c, IOVA, 6 * PAGE), 0);
	assert_int_equal(pfh_container_pin(c, IOVA, 7 * PAGE), -ENOMEM);
	assert_int_equal(pfh_container_unpin(c, IOVA, 6 * PAGE), 0);
	assert_int_equal(pfh_container_unpin(c, IOVA, 6 * PAGE), 0);
	/* Faults pin only for a moment. */
	for (u64 page = 0; page < 32; page++)
		assert_int_equal(world_write(world, 0, IOVA + page * PAGE), PFH_RESP_SUCCESS);
	/* Too much to have all of it pinned: everything as before. */
	assert_int_equal(pfh_container_set_iopf(c, false), -ENOMEM);
	assert_int_equal(world->mock->mm.locked_vm, 14);
	assert_int_equal(world->mock->nr_pins, 10);
	mock_mm_evict(world->mock, VA, PAGE);
	assert_int_equal(world_write(world, 0, IOVA), PFH_RESP_SUCCESS);
	pfh_container_destroy(c);
	world->container = NULL;
	assert_int_equal(world->mock->mm.locked_vm, 4);
}

EACH_SOUND_DESIGN(pinned_pages_count_against_the_limit, limit);

static void turn(struct world *world, const char *design)
{
	world_container(world, design, false, 1);
	assert_int_equal(pfh_container_attach(world->container, world->devices[0]->pdev), 0);
	assert_int_equal(pfh_container_attach(world->container, world->devices[2]->pdev), 0);
	assert_int_equal(add(world, 0, 16, 0), 0);
	assert_int_equal(add(world, 16, 8, PFH_MAP_PINNED), 0);
	assert_int_equal(locked(world), 24);
	assert_int_equal(world_write(world, 0, IOVA), PFH_RESP_INVALID);

	assert_int_equal(pfh_container_set_iopf(world->container, true), 0);
	assert_int_equal(pfh_container_set_iopf(world->container, true), 0);
	assert_true(world->devices[0]->faults_enabled && world->devices[2]->faults_enabled);
	assert_int_equal(locked(world), 8);
	/* Whatever is still mapped, the notifier takes care of it. */
	mock_mm_evict(world->mock, VA, 16 * PAGE);
	assert_int_equal(mock_iommu()->nr_pages, 2 * 8);
	assert_int_equal(world_write(world, 0, IOVA + 3 * PAGE), PFH_RESP_SUCCESS);
	assert_int_equal(world_read(world, 2, IOVA + 4 * PAGE), PFH_RESP_SUCCESS);
	assert_true(reaches(world, 3));

	assert_int_equal(pfh_container_set_iopf(world->container, false), 0);
	assert_false(world->devices[0]->faults_enabled || world->devices[2]->faults_enabled);
	assert_int_equal(locked(world), 24);
	for (u64 page = 0; page < 24; page++)
		assert_true(reaches(world, page));
	mock_mm_evict(world->mock, VA, 16 * PAGE);
	assert_int_equal(mock_iommu()->nr_pages, 2 * 24);
	assert_int_equal(world_write(world, 0, IOVA), PFH_RESP_INVALID);
	/* A new mapping is pinned now. */
	assert_int_equal(add(world, 24, 2, 0), 0);
	assert_int_equal(locked(world), 26);
}

EACH_SOUND_DESIGN(turning_faults_on_and_off_converts_mappings, turn);

static void turn_refused(struct world *world, const char *design)
{
	struct pfh_container *c;

	world_container(world, design, false, 1);
	c = world->container;
	for (u32 i = 0; i < 3; i++)
		assert_int_equal(pfh_container_attach(c, world->devices[i]->pdev), 0);
	assert_int_equal(add(world, 0, 16, 0), 0);
	world->devices[1]->enable_error = -ENODEV;
	assert_int_equal(pfh_container_set_iopf(c, true), -ENODEV);
	for (u32 i = 0; i < 3; i++)
		assert_false(world->devices[i]->faults_enabled);
	assert_int_equal(locked(world), 16);
	assert_int_equal(mock_iommu()->nr_pages, 32);
	assert_int_equal(world_write(world, 0, IOVA), PFH_RESP_INVALID);
	world->devices[1]->enable_error = 0;
	assert_int_equal(pfh_container_set_iopf(c, true), 0);
	/* Somebody uses pages: they would not be his any more. */
	assert_int_equal(pfh_container_pin(c, IOVA, PAGE), 0);
	assert_int_equal(pfh_container_set_iopf(c, false), -EBUSY);
	assert_int_equal(pfh_container_unpin(c, IOVA, PAGE), 0);
	/* Memory runs out half-way, with some of the pages mapped and pinned. */
	world->mock->is_scattered = true;
	mock_mm_evict(world->mock, VA, 16 * PAGE);
	mock_iommu()->fail_maps_after = 9;
	assert_int_equal(pfh_container_set_iopf(c, false), -ENOMEM);
	mock_iommu()->fail_maps_after = -1;
	assert_int_equal(locked(world), 0);
	assert_int_equal(world_write(world, 0, IOVA + 5 * PAGE), PFH_RESP_SUCCESS);
	assert_int_equal(pfh_container_set_iopf(c, false), 0);
}

EACH_SOUND_DESIGN(turning_that_is_refused_changes_nothing, turn_refused);

/* --- with faults in flight --- */

struct stream {
	struct world *world;
	bool is_over;
};

static void fault_on(void *arg)
{
	struct stream *stream = arg;

	for (u32 nr = 0; nr < 500; nr++) {
		struct pfh_fault fault = {
			.addr = IOVA + (nr * 7 % 16) * PAGE,
			.grpid = nr,
			.perm = nr % 3 ? PFH_PERM_WRITE : PFH_PERM_READ,
			.flags = PFH_FAULT_LAST_PAGE,
		};

		mock_device_report(stream->world->devices[0], &fault);
		usleep_range(9, 9);
	}
	stream->is_over = true;
}

static void turn_in_flight(struct world *world, const char *design)
{
	struct stream stream = {.world = world};
	u32 nr_turns = 0;

	open_container(world, design);
	assert_int_equal(add(world, 0, 16, 0), 0);
	machine_start(3, fault_on, &stream);
	while (!stream.is_over) {
		assert_int_equal(pfh_container_set_iopf(world->container, nr_turns++ % 2), 0);
		usleep_range(20, 20);
		mock_mm_evict(world->mock, VA, 16 * PAGE);
		assert_int_equal(pfh_container_pin(world->container, IOVA + 4 * PAGE, 3 * PAGE), 0);
		usleep_range(20, 20);
		assert_int_equal(pfh_container_unpin(world->container, IOVA + 4 * PAGE, 3 * PAGE),
				 0);
	}
	assert_true(nr_turns > 4);
	assert_true(mock_device_wait(world->devices[0]));
	assert_int_equal(world->devices[0]->nr_answers, 500);
}

EACH_SOUND_DESIGN(turning_with_faults_in_flight_answers_all, turn_in_flight);

/* --- with an invalidation under way --- */

static void evict_slowly(void *arg)
{
	struct world *world = arg;

	world->mock->evict_delay_ms = 5;
	mock_mm_evict(world->mock, VA, 16 * PAGE);
	world->mock->evict_delay_ms = 0;
}

static void turn_amid_invalidation(struct world *world, const char *design)
{
	open_container(world, design);
	assert_int_equal(add(world, 0, 16, 0), 0);
	assert_int_equal(pfh_container_set_iopf(world->container, false), 0);
	machine_start(3, evict_slowly, world);
	msleep(1);
	/* Its start has been missed: it must not be met in the middle. */
	assert_int_equal(pfh_container_set_iopf(world->container, true), 0);
	assert_int_equal(world_write(world, 0, IOVA), PFH_RESP_SUCCESS);
	world->mock->evict_delay_ms = 0;
	assert_int_equal(pfh_container_unmap(world->container, IOVA, 16 * PAGE), 0);
	/* Its start has been heard, its end will not be. */
	machine_start(3, evict_slowly, world);
	msleep(1);
	assert_int_equal(pfh_container_set_iopf(world->container, false), 0);
	assert_int_equal(add(world, 0, 16, 0), 0);
	msleep(20);
	assert_int_equal(pfh_container_set_iopf(world->container, true), 0);
	assert_int_equal(world_write(world, 0, IOVA + PAGE), PFH_RESP_SUCCESS);
	assert_true(reaches(world, 1));
}

EACH_SOUND_DESIGN(turning_amid_an_invalidation_leaves_nobody_waiting, turn_amid_invalidation);

/* --- drivers --- */

static void driver_takes_more(struct world *world, const char *design)
{
	open_container(world, design);
	assert_int_equal(pfh_container_attach(world->container, world->devices[2]->pdev), 0);
	assert_int_equal(add(world, 0, 16, 0), 0);
	for (u64 page = 0; page < 16; page += 4)
		assert_int_equal(world_write(world, 0, IOVA + page * PAGE), PFH_RESP_SUCCESS);
	assert_int_equal(pfh_container_pin(world->container, IOVA + 6 * PAGE, PAGE), 0);
	mock_iommu()->unmaps_more = 3;
	mock_mm_evict(world->mock, VA + 4 * PAGE, PAGE);
	mock_iommu()->unmaps_more = 0;
	/* 4 was asked for, 5 and 7 went with it, 6 had to stay. */
	assert_int_equal(mock_iommu()->nr_pages, 2 * 13);
	assert_true(reaches(world, 3) && reaches(world, 6) && reaches(world, 8));
	/* They fault, and are not taken for mapped. */
	assert_int_equal(world_stats(world).spurious, 0);
	assert_int_equal(world_write(world, 0, IOVA + 5 * PAGE), PFH_RESP_SUCCESS);
	assert_int_equal(world_write(world, 2, IOVA + 7 * PAGE), PFH_RESP_SUCCESS);
	assert_int_equal(world_stats(world).spurious, 0);
	assert_true(reaches(world, 5) && reaches(world, 7));
	assert_int_equal(pfh_container_unpin(world->container, IOVA + 6 * PAGE, PAGE), 0);
}

EACH_SOUND_DESIGN(what_a_driver_takes_out_beyond_is_not_taken_for_mapped, driver_takes_more);

static void capabilities(struct world *world, const char *design)
{
	bool is_sound = strcmp(design, "rfc-v3");
	struct pfh_mapping mapping = {.iova = IOVA, .vaddr = VA, .size = PAGE, .prot = IOMMU_READ};
	struct pfh_container_info info;
	struct mock_mm *other = mock_mm_create();

	open_container(world, design);
	pfh_container_info(world->container, &info);
	assert_string_equal(info.design, design);
	assert_true(info.iopf);
	assert_true(info.caps & PFH_CONTAINER_FAULTS);
	assert_int_equal(!!(info.caps & PFH_CONTAINER_DIRTY_PAGES), is_sound);
	assert_int_equal(add(world, 8, 1, PFH_MAP_PINNED), is_sound ? 0 : -EOPNOTSUPP);
	assert_int_equal(!!(info.caps & PFH_CONTAINER_PIN), is_sound);
	assert_int_equal(pfh_container_set_iopf(world->container, false),
			 is_sound ? 0 : -EOPNOTSUPP);
	assert_int_equal(!!(info.caps & PFH_CONTAINER_TURN), is_sound);
	world->devices[0]->caps = PFH_CAP_NESTED;
	assert_int_equal(pfh_device_capabilities(world->devices[0]->pdev), PFH_CAP_NESTED);
	/* One address space for one container. */
	mapping.mm = &other->mm;
	assert_int_equal(pfh_container_map(world->container, &mapping), -EINVAL);
	mapping.mm = &world->mock->mm;
	assert_int_equal(pfh_container_map(world->container, &mapping), 0);
	mapping.flags = 1u << 31;
	assert_int_equal(pfh_container_map(world->container, &mapping), -EINVAL);
	mock_mm_put(other);
	mock_mm_free(other);
}

EACH_DESIGN(capabilities_say_what_can_be_done, capabilities);

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_ON_MACHINE(mapping_can_be_pinned_among_those_that_fault),
		TEST_ON_MACHINE(pinned_page_never_faults_until_it_is_let_go),
		TEST_ON_MACHINE(pinned_pages_count_against_the_limit),
		TEST_ON_MACHINE(turning_faults_on_and_off_converts_mappings),
		TEST_ON_MACHINE(turning_that_is_refused_changes_nothing),
		TEST_ON_MACHINE(turning_amid_an_invalidation_leaves_nobody_waiting),
		TEST_ON_MACHINE(turning_with_faults_in_flight_answers_all),
		TEST_ON_MACHINE(what_a_driver_takes_out_beyond_is_not_taken_for_mapped),
		TEST_ON_MACHINE(capabilities_say_what_can_be_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
