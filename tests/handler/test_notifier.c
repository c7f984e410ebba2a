// SPDX-License-Identifier: GPL-2.0-only
/*
 * An invalidation that must not sleep, as the OOM killer's. Claims, for each sound design: where
 * nothing is in its way it takes the pages out; where the entries of a page are being
 * changed it says -EAGAIN, without sleeping, and nothing is taken out; under range-lock
 * and rcu only pages that it meets are in its way, under core-path any; whatever came of
 * it, faults go on afterwards.
 */
#include "tests/handler/each.h"

#include <linux/mmu_notifier.h>

/* Return: what the start says. The end is called as memory management does. */
static int invalidate(struct world *world, u32 page, bool may_sleep)
{
	struct mmu_notifier_range range;
	u64 began_ps = machine_now_ps();
	int err = 0;

	mmu_notifier_range_init(&range, MMU_NOTIFY_CLEAR, 0, NULL, &world->mock->mm,
				VA + page * PAGE, VA + (page + 1) * PAGE);
	if (may_sleep)
		mmu_notifier_invalidate_range_start(&range);
	else
		err = mmu_notifier_invalidate_range_start_nonblock(&range);
	if (!err)
		mmu_notifier_invalidate_range_end(&range);
	assert_in_range(machine_now_ps() - began_ps, 0, 100 * SIM_PS_PER_US);
	return err;
}

static bool reaches(struct world *world, u32 page)
{
	return world_reaches(world, 0, IOVA + page * PAGE, true);
}

static void nothing_in_the_way(struct world *world, const char *design)
{
	world_attach(world, design, 0);
	for (u32 i = 0; i < 2; i++) {
		assert_int_equal(world_write(world, 0, IOVA), PFH_RESP_SUCCESS);
		assert_int_equal(world_write(world, 0, IOVA + 8 * PAGE), PFH_RESP_SUCCESS);
		assert_int_equal(invalidate(world, 0, i), 0);
		assert_false(reaches(world, 0));
		assert_true(reaches(world, 8));
	}
	assert_int_equal(world_stats(world).invalidated_pages, 2);
}

EACH_SOUND_DESIGN(pages_go_without_sleeping, nothing_in_the_way);

struct faulter {
	struct world *world;
	struct pfh_fault fault;
};

static void fault_beside(void *arg)
{
	struct faulter *faulter = arg;

	mock_device_report(faulter->world->devices[0], &faulter->fault);
}

static void in_the_way(struct world *world, const char *design)
{
	struct faulter faulter = {.world = world};
	struct gate *maps = &mock_iommu()->maps;
	bool is_core_path = !strcmp(design, "core-path");

	world_attach(world, design, 0);
	assert_int_equal(world_write(world, 0, IOVA + 8 * PAGE), PFH_RESP_SUCCESS);
	faulter.fault = world_fault(world, IOVA, PFH_PERM_WRITE);
	gate_shut(maps, GATE_ANY);
	machine_start(1, fault_beside, &faulter);
	while (!gate_arrivals(maps))
		usleep_range(10, 10);
	/* twice: what the first left behind is not in the way of the second */
	for (u32 i = 0; i < 2; i++) {
		assert_int_equal(invalidate(world, 0, false), -EAGAIN);
		assert_int_equal(invalidate(world, 8, false), is_core_path ? -EAGAIN : 0);
		assert_int_equal(reaches(world, 8), is_core_path);
	}
	gate_open(maps);
	assert_true(mock_device_wait(world->devices[0]));
	assert_int_equal(world->devices[0]->answer[faulter.fault.grpid], PFH_RESP_SUCCESS);
	assert_true(reaches(world, 0));
	assert_int_equal(invalidate(world, 0, false), 0);
	assert_false(reaches(world, 0));
	assert_int_equal(world_write(world, 0, IOVA), PFH_RESP_SUCCESS);
	assert_true(reaches(world, 0));
}

EACH_SOUND_DESIGN(who_must_not_sleep_is_refused_where_entries_change, in_the_way);

#define NR_PAGES 80 /* more than a word has bits */

/* Many pages, one of the last of them in the way: none stays locked. */
static void half_in_the_way(struct world *world, const char *design)
{
	struct faulter faulter = {.world = world};
	struct gate *maps = &mock_iommu()->maps;
	struct mmu_notifier_range range;

	world_container(world, design, true, 1);
	assert_int_equal(pfh_container_attach(world->container, world->devices[0]->pdev), 0);
	assert_int_equal(
		pfh_container_map(world->container, MAPPING(IOVA, VA, NR_PAGES * PAGE, IOMMU_READ)),
		0);
	faulter.fault = world_fault(world, IOVA + 70 * PAGE, PFH_PERM_READ);
	gate_shut(maps, GATE_ANY);
	machine_start(1, fault_beside, &faulter);
	while (!gate_arrivals(maps))
		usleep_range(10, 10);
	mmu_notifier_range_init(&range, MMU_NOTIFY_CLEAR, 0, NULL, &world->mock->mm, VA,
				VA + NR_PAGES * PAGE);
	assert_int_equal(mmu_notifier_invalidate_range_start_nonblock(&range), -EAGAIN);
	gate_open(maps);
	assert_true(mock_device_wait(world->devices[0]));
	for (u32 page = 0; page < NR_PAGES; page++)
		assert_int_equal(world_read(world, 0, IOVA + page * PAGE), PFH_RESP_SUCCESS);
}

EACH_SOUND_DESIGN(a_refused_invalidation_leaves_nothing_locked, half_in_the_way);

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_ON_MACHINE(pages_go_without_sleeping),
		TEST_ON_MACHINE(who_must_not_sleep_is_refused_where_entries_change),
		TEST_ON_MACHINE(a_refused_invalidation_leaves_nothing_locked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
