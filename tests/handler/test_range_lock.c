// SPDX-License-Identifier: GPL-2.0-only
/*
 * Locks for intervals of pages, and what the designs make of faults at one time:
 *  - requests that overlap exclude each other, others do not (against a reference
 *    of one bit a page, with many threads);
 *  - a long interval is not starved by short ones that keep coming;
 *  - who must not sleep is told that it is taken;
 *  - faults on different pages are handled side by side under range-lock and rcu,
 *    one after the other under core-path and rfc-v3; on one page only one works.
 */
#include "tests/handler/each.h"

#include "handler/range_lock.h"

#define PAGES 64

static struct pfh_range_lock range_lock;
static u32 holders[PAGES], nr_overlaps, nr_side_by_side, nr_held;

struct user {
	u32 number, nr;
};

static void use_intervals(void *arg)
{
	struct user *user = arg;
	u32 seed = user->number * 2654435761u + 1;

	for (u32 i = 0; i < user->nr; i++) {
		struct pfh_range_hold hold;
		u32 first, nr;

		seed = seed * 1664525 + 1013904223;
		first = (seed >> 8) % PAGES;
		nr = 1 + (seed >> 20) % 9;
		if (nr > PAGES - first)
			nr = PAGES - first;
		pfh_range_lock(&range_lock, &hold, first, nr);
		nr_side_by_side += nr_held++ > 0;
		for (u32 page = first; page < first + nr; page++)
			nr_overlaps += holders[page]++ > 0;
		usleep_range(1 + seed % 7, 1 + seed % 7);
		for (u32 page = first; page < first + nr; page++)
			holders[page]--;
		nr_held--;
		pfh_range_unlock(&range_lock, &hold);
	}
}

static void intervals_that_overlap_exclude_each_other(void **state)
{
	static struct user users[12];

	pfh_range_lock_init(&range_lock);
	memset(holders, 0, sizeof(holders));
	nr_overlaps = nr_side_by_side = nr_held = 0;
	for (u32 i = 0; i < ARRAY_SIZE(users); i++) {
		users[i] = (struct user){.number = i, .nr = 200};
		machine_start(i % 8, use_intervals, &users[i]);
	}
	assert_int_equal(sim_run(SIM_TIME_NEVER), SIM_RUN_IDLE);
	assert_int_equal(nr_overlaps, 0);
	assert_true(nr_side_by_side > 500);
	assert_null(range_lock.held.rb_node);
	assert_true(list_empty(&range_lock.waiting));
}

/* --- fairness --- */

static bool is_over;

static void take_one_page(void *arg)
{
	while (!is_over) {
		struct pfh_range_hold hold;

		/* Taken anew before the others let go: all pages together are never free. */
		pfh_range_lock(&range_lock, &hold, (unsigned long)arg, 1);
		usleep_range(20, 20);
		pfh_range_unlock(&range_lock, &hold);
	}
}

static void take_all(void *arg)
{
	struct pfh_range_hold hold;
	u64 begin_ps;

	usleep_range(50, 50);
	begin_ps = machine_now_ps();
	assert_false(pfh_range_trylock(&range_lock, &hold, 0, PAGES));
	pfh_range_lock(&range_lock, &hold, 0, PAGES);
	*(u64 *)arg = machine_now_ps() - begin_ps;
	is_over = true;
	pfh_range_unlock(&range_lock, &hold);
	assert_true(pfh_range_trylock(&range_lock, &hold, PAGES - 1, 1));
	pfh_range_unlock(&range_lock, &hold);
}

static void long_interval_is_not_starved(void **state)
{
	u64 waited_ps = 0;

	pfh_range_lock_init(&range_lock);
	is_over = false;
	for (unsigned long i = 0; i < 6; i++)
		machine_start(1 + i, take_one_page, (void *)i);
	machine_run(0, take_all, &waited_ps);
	assert_in_range(waited_ps, 1, 60 * SIM_PS_PER_US);
}

/* --- faults at one time --- */

static void slow_pin(struct mock_mm *mock, unsigned long addr)
{
	msleep(1);
}

struct faulter {
	struct world *world;
	u32 device;
	struct pfh_fault fault;
};

static void fault_beside(void *arg)
{
	struct faulter *faulter = arg;

	mock_device_report(faulter->world->devices[faulter->device], &faulter->fault);
}

/* Return: how long eight faults take, each of whose pages takes a millisecond. */
static u64 eight_faults_ps(const char *design, bool is_same_page)
{
	struct faulter faulters[8];
	struct world world;
	u64 begin_ps, end_ps;

	world_open(&world, PFH_DISPATCH_INLINE);
	world_attach(&world, design, 0);
	assert_int_equal(pfh_container_attach(world.container, world.devices[1]->pdev), 0);
	world.mock->on_pin = slow_pin;
	begin_ps = machine_now_ps();
	for (u32 i = 0; i < 8; i++) {
		faulters[i] = (struct faulter){
			.world = &world,
			.device = i % 2,
			.fault = world_fault(&world, IOVA + (is_same_page ? 0 : i) * PAGE,
					     PFH_PERM_WRITE),
		};
		machine_start(i, fault_beside, &faulters[i]);
	}
	/* The threads begin to fault before we look. */
	usleep_range(100, 100);
	assert_true(mock_device_wait(world.devices[0]));
	assert_true(mock_device_wait(world.devices[1]));
	end_ps = machine_now_ps();
	assert_int_equal(mock_iommu()->nr_maps, is_same_page ? 1 : 8);
	world_close(&world);
	return end_ps - begin_ps;
}

static void side_by_side(void *arg)
{
	static const struct {
		const char *design;
		u32 ms;
	} designs[] = {{"rfc-v3", 8}, {"core-path", 8}, {"range-lock", 1}, {"rcu", 1}};

	for (u32 i = 0; i < ARRAY_SIZE(designs); i++) {
		u64 least_ps = designs[i].ms * SIM_PS_PER_MS;

		assert_in_range(eight_faults_ps(designs[i].design, false), least_ps,
				least_ps + SIM_PS_PER_MS / 2);
		assert_in_range(eight_faults_ps(designs[i].design, true), SIM_PS_PER_MS,
				SIM_PS_PER_MS + SIM_PS_PER_MS / 2);
	}
}

static void faults_on_different_pages_go_side_by_side_where_the_design_lets_them(void **state)
{
	machine_run(0, side_by_side, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_ON_MACHINE(intervals_that_overlap_exclude_each_other),
		TEST_ON_MACHINE(long_interval_is_not_starved),
		TEST_ON_MACHINE(
			faults_on_different_pages_go_side_by_side_where_the_design_lets_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
