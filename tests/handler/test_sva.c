// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shared virtual addressing:
 *  - a fault under a bound PASID makes the page present, as asked;
 *  - unknown addresses, lacking permissions, unknown PASIDs and a dead process
 *    are INVALID; so is a page for which there is no memory;
 *  - one mm has one PASID whichever device asks, another mm another; binding nests;
 *  - a fault without PASID goes to the container, one with it to the mm;
 *  - unbinding with faults in flight answers all of them;
 *  - a bind that fails leaves nothing; every allocation may fail;
 *  - a device that cannot fault can be bound;
 *  - faults of several devices share mmap_lock; per-vma, they do not take it;
 *  - a process that ends while its devices are at work: they are taken off its
 *    tables before these go, once, and its PASID is nobody else's until all are
 *    unbound;
 *  - memory management may say that a fault be tried again: it is, to a limit;
 *    per-vma, with mmap_lock.
 */
#include "tests/handler/world.h"

static bool is_per_vma(void)
{
	return !strcmp(pfh_sva_design_name(), "per-vma");
}

static struct pfh_fault sva_fault(struct world *world, u32 pasid, unsigned long addr, u32 perm)
{
	struct pfh_fault fault = world_fault(world, addr, perm);

	fault.flags |= PFH_FAULT_PASID_VALID;
	fault.pasid = pasid;
	return fault;
}

static enum pfh_response_code sva_ask(struct world *world, u32 i, struct pfh_fault fault)
{
	return world_ask(world, i, &fault);
}

static u32 bind_mm(struct world *world, u32 i)
{
	u32 pasid = 0;

	assert_int_equal(pfh_sva_bind(world->devices[i]->pdev, &world->mock->mm, &pasid), 0);
	assert_true(pasid > 0);
	return pasid;
}

static void each_dispatch(void (*body)(struct world *world))
{
	for (int dispatch = 0; dispatch < PFH_NR_DISPATCHES; dispatch++) {
		struct world world;

		world_open(&world, dispatch);
		body(&world);
		world_close(&world);
	}
}

#define EACH_DISPATCH(claim, body)                                                                 \
	static void claim##_thread(void *arg)                                                      \
	{                                                                                          \
		each_dispatch(body);                                                               \
	}                                                                                          \
	static void claim(void **state)                                                            \
	{                                                                                          \
		machine_run(0, claim##_thread, NULL);                                              \
	}                                                                                          \
	struct world /* takes the semicolon */

static void bound_faults(struct world *world)
{
	u32 pasid = bind_mm(world, 0);

	assert_true(world->devices[0]->faults_enabled);
	assert_ptr_equal(mock_device_mm(world->devices[0], pasid), &world->mock->mm);
	assert_int_equal(sva_ask(world, 0, sva_fault(world, pasid, VA + 5, PFH_PERM_READ)),
			 PFH_RESP_SUCCESS);
	assert_int_not_equal(mock_mm_page_phys(world->mock, VA), 0);
	assert_int_equal(world->mock->nr_upgrades, 0);
	assert_int_equal(sva_ask(world, 0, sva_fault(world, pasid, VA, PFH_PERM_WRITE)),
			 PFH_RESP_SUCCESS);
	assert_int_equal(world->mock->nr_faults, 1);
	assert_int_equal(world->mock->nr_upgrades, 1);
	assert_int_equal(world->mock->nr_pins, 0);
	pfh_sva_unbind(world->devices[0]->pdev, pasid);
	assert_false(world->devices[0]->faults_enabled);
	assert_null(mock_device_mm(world->devices[0], pasid));
	assert_int_equal(sva_ask(world, 0, sva_fault(world, pasid, VA, PFH_PERM_READ)),
			 PFH_RESP_INVALID);
}

EACH_DISPATCH(fault_under_a_pasid_makes_the_page_present, bound_faults);

static void bad_faults(struct world *world)
{
	u32 pasid = bind_mm(world, 0);

	assert_int_equal(sva_ask(world, 0, sva_fault(world, pasid, VA - 1, PFH_PERM_READ)),
			 PFH_RESP_INVALID);
	assert_int_equal(sva_ask(world, 0, sva_fault(world, pasid, VA + 80 * PAGE, PFH_PERM_READ)),
			 PFH_RESP_INVALID);
	assert_int_equal(sva_ask(world, 0, sva_fault(world, pasid, ~0UL, PFH_PERM_READ)),
			 PFH_RESP_INVALID);
	assert_int_equal(sva_ask(world, 0, sva_fault(world, pasid, VA + 64 * PAGE, PFH_PERM_WRITE)),
			 PFH_RESP_INVALID);
	assert_int_equal(sva_ask(world, 0, sva_fault(world, pasid, VA, PFH_PERM_EXEC)),
			 PFH_RESP_INVALID);
	assert_int_equal(sva_ask(world, 0, sva_fault(world, pasid + 1, VA, PFH_PERM_READ)),
			 PFH_RESP_INVALID);
	assert_int_equal(sva_ask(world, 1, sva_fault(world, pasid, VA, PFH_PERM_READ)),
			 PFH_RESP_INVALID);
	assert_int_equal(world_read(world, 0, VA), PFH_RESP_INVALID);
	assert_int_equal(world->mock->nr_faults, 0);
	world->mock->fail_faults = 1;
	assert_int_equal(sva_ask(world, 0, sva_fault(world, pasid, VA, PFH_PERM_READ)),
			 PFH_RESP_INVALID);
	assert_int_equal(sva_ask(world, 0, sva_fault(world, pasid, VA + 64 * PAGE, PFH_PERM_READ)),
			 PFH_RESP_SUCCESS);
	pfh_sva_unbind(world->devices[0]->pdev, pasid);
}

EACH_DISPATCH(what_the_process_may_not_do_is_invalid, bad_faults);

static void dead_process(struct world *world)
{
	u32 pasid = bind_mm(world, 0);

	assert_int_equal(sva_ask(world, 0, sva_fault(world, pasid, VA, PFH_PERM_READ)),
			 PFH_RESP_SUCCESS);
	mock_mm_put(world->mock);
	assert_true(world->mock->is_gone);
	assert_int_equal(sva_ask(world, 0, sva_fault(world, pasid, VA, PFH_PERM_READ)),
			 PFH_RESP_INVALID);
	pfh_sva_unbind(world->devices[0]->pdev, pasid);
	/* For world_close(). */
	mock_mm_free(world->mock);
	world->mock = mock_mm_create();
}

EACH_DISPATCH(fault_of_a_dead_process_is_invalid, dead_process);

static void many_bonds(struct world *world)
{
	struct mock_mm *other = mock_mm_create();
	struct pfh_device *pdev = world->devices[0]->pdev;
	u32 pasid = bind_mm(world, 0), other_pasid;

	mock_mm_add_vma(other, VA, PAGE, VM_READ);
	assert_int_equal(bind_mm(world, 0), pasid);
	assert_int_equal(bind_mm(world, 2), pasid);
	assert_int_equal(pfh_sva_bind(pdev, &other->mm, &other_pasid), 0);
	assert_int_not_equal(other_pasid, pasid);
	assert_int_equal(sva_ask(world, 0, sva_fault(world, other_pasid, VA, PFH_PERM_READ)),
			 PFH_RESP_SUCCESS);
	assert_int_equal(other->nr_faults, 1);
	assert_int_equal(world->mock->nr_faults, 0);
	pfh_sva_unbind(pdev, pasid);
	assert_int_equal(sva_ask(world, 0, sva_fault(world, pasid, VA, PFH_PERM_READ)),
			 PFH_RESP_SUCCESS);
	pfh_sva_unbind(pdev, pasid);
	assert_int_equal(sva_ask(world, 0, sva_fault(world, pasid, VA, PFH_PERM_READ)),
			 PFH_RESP_INVALID);
	/* The other device and the other process have not noticed. */
	assert_int_equal(sva_ask(world, 2, sva_fault(world, pasid, VA, PFH_PERM_READ)),
			 PFH_RESP_SUCCESS);
	assert_int_equal(sva_ask(world, 0, sva_fault(world, other_pasid, VA, PFH_PERM_READ)),
			 PFH_RESP_SUCCESS);
	pfh_sva_unbind(world->devices[2]->pdev, pasid);
	pfh_sva_unbind(pdev, other_pasid);
	mock_mm_put(other);
	mock_mm_free(other);
}

EACH_DISPATCH(one_mm_has_one_pasid_and_binding_nests, many_bonds);

static void both_spaces(struct world *world)
{
	u32 pasid;

	world_attach(world, "core-path", 0);
	pasid = bind_mm(world, 0);
	assert_int_equal(world_write(world, 0, IOVA), PFH_RESP_SUCCESS);
	assert_int_equal(sva_ask(world, 0, sva_fault(world, pasid, VA + PAGE, PFH_PERM_READ)),
			 PFH_RESP_SUCCESS);
	assert_int_equal(sva_ask(world, 0, sva_fault(world, pasid, IOVA, PFH_PERM_READ)),
			 PFH_RESP_INVALID);
	assert_int_equal(mock_iommu()->nr_pages, 1);
	assert_int_equal(world->mock->nr_faults, 2);
	/* Each enables faults; they end with the last. */
	pfh_container_detach(world->container, world->devices[0]->pdev);
	assert_true(world->devices[0]->faults_enabled);
	assert_int_equal(sva_ask(world, 0, sva_fault(world, pasid, VA, PFH_PERM_READ)),
			 PFH_RESP_SUCCESS);
	pfh_sva_unbind(world->devices[0]->pdev, pasid);
	assert_false(world->devices[0]->faults_enabled);
}

EACH_DISPATCH(pasid_decides_between_mm_and_container, both_spaces);

/* --- in flight --- */

struct stream {
	struct world *world;
	u32 pasid, nr;
};

static void fault_on(void *arg)
{
	struct stream *stream = arg;

	for (; stream->nr < 200; stream->nr++) {
		struct pfh_fault fault = {
			.addr = VA + (stream->nr % 64) * PAGE,
			.pasid = stream->pasid,
			.grpid = stream->nr,
			.perm = PFH_PERM_WRITE,
			.flags = PFH_FAULT_PASID_VALID | PFH_FAULT_LAST_PAGE,
		};

		mock_device_report(stream->world->devices[0], &fault);
		udelay(1);
		sim_settle();
	}
}

static void unbind_after(enum pfh_dispatch dispatch, u64 delay_us)
{
	struct world world;
	struct stream stream = {.world = &world};

	world_open(&world, dispatch);
	stream.pasid = bind_mm(&world, 0);
	machine_start(1, fault_on, &stream);
	udelay(delay_us);
	pfh_sva_unbind(world.devices[0]->pdev, stream.pasid);
	while (stream.nr < 200)
		msleep(1);
	assert_true(mock_device_wait(world.devices[0]));
	assert_int_equal(world.devices[0]->nr_answers, 200);
	assert_true(delay_us < 200 || world.devices[0]->nr_by_code[PFH_RESP_SUCCESS] > 0);
	world_close(&world);
}

static void unbind_at_any_time(void *arg)
{
	for (u64 delay_us = 0; delay_us < 600; delay_us += 53) {
		unbind_after(PFH_DISPATCH_INLINE, delay_us);
		unbind_after(PFH_DISPATCH_WORKQUEUE, delay_us);
	}
}

static void unbinding_with_faults_in_flight_answers_all(void **state)
{
	machine_run(0, unbind_at_any_time, NULL);
}

static void slow_fault(struct mock_mm *mock, unsigned long addr)
{
	msleep(3);
}

static void unbind_in_handler(void *arg)
{
	struct world world;
	struct pfh_fault fault;
	u32 pasid;

	world_open(&world, PFH_DISPATCH_WORKQUEUE);
	world.mock->on_fault = slow_fault;
	pasid = bind_mm(&world, 0);
	fault = sva_fault(&world, pasid, VA, PFH_PERM_READ);
	mock_device_report(world.devices[0], &fault);
	msleep(1);
	assert_int_equal(world.devices[0]->nr_answers, 0);
	pfh_sva_unbind(world.devices[0]->pdev, pasid);
	assert_int_equal(world.devices[0]->nr_answers, 1);
	assert_int_equal(world.devices[0]->answer[fault.grpid], PFH_RESP_SUCCESS);
	world_close(&world);
}

static void unbinding_waits_for_the_handler(void **state)
{
	machine_run(0, unbind_in_handler, NULL);
}

static void unregister_bound(struct world *world)
{
	u32 pasid = bind_mm(world, 0);

	bind_mm(world, 0);
	assert_int_equal(sva_ask(world, 0, sva_fault(world, pasid, VA, PFH_PERM_READ)),
			 PFH_RESP_SUCCESS);
	world_unregister(world, 0);
	assert_null(mock_device_mm(world->devices[0], pasid));
}

EACH_DISPATCH(unregistering_unbinds, unregister_bound);

/* --- failures --- */

static void failing_bind(struct world *world)
{
	struct mock_device *mdev = world->devices[0];
	u32 pasid = 0;

	mdev->sva_error = -EOPNOTSUPP;
	assert_int_equal(pfh_sva_bind(mdev->pdev, &world->mock->mm, &pasid), -EOPNOTSUPP);
	assert_false(mdev->faults_enabled);
	mdev->sva_error = 0;
	mdev->enable_error = -EIO;
	assert_int_equal(pfh_sva_bind(mdev->pdev, &world->mock->mm, &pasid), -EIO);
	/* It cannot fault: it is bound, and must not. */
	mdev->enable_error = -ENODEV;
	assert_int_equal(pfh_sva_bind(mdev->pdev, &world->mock->mm, &pasid), 0);
	assert_false(mdev->faults_enabled);
	pfh_sva_unbind(mdev->pdev, pasid);
}

EACH_DISPATCH(bind_that_fails_leaves_nothing, failing_bind);

static void fail_each_allocation(struct world *world)
{
	struct mock_device *mdev = world->devices[0];
	u32 nth = 0, pasid = 0, left;
	u64 objects = kapi_slab_objects();

	do {
		int err;

		kapi_fail_nth(++nth);
		err = pfh_sva_bind(mdev->pdev, &world->mock->mm, &pasid);
		left = kapi_fail_nth_left();
		kapi_fail_nth(0);
		assert_int_equal(err, left ? 0 : -ENOMEM);
		if (!err)
			pfh_sva_unbind(mdev->pdev, pasid);
		rcu_barrier();
		assert_int_equal(kapi_slab_objects(), objects);
		assert_false(mdev->faults_enabled);
	} while (!left);
	/* Bond, PASID and its array, the device's array, the mock's bond and array. */
	assert_int_equal(nth, 7);
}

EACH_DISPATCH(every_allocation_of_a_bind_may_fail, fail_each_allocation);

/* --- locks --- */

static void read_many(void *arg)
{
	struct stream *stream = arg;

	for (u32 i = 0; i < 40; i++)
		assert_int_equal(sva_ask(stream->world, stream->nr,
					 sva_fault(stream->world, stream->pasid, VA + i * PAGE,
						   PFH_PERM_READ)),
				 PFH_RESP_SUCCESS);
}

static void share_mmap_lock(void *arg)
{
	struct stream streams[WORLD_DEVICES];
	struct world world;

	world_open(&world, PFH_DISPATCH_WORKQUEUE);
	for (u32 i = 0; i < WORLD_DEVICES; i++) {
		streams[i] = (struct stream){.world = &world, .nr = i, .pasid = bind_mm(&world, i)};
		machine_start(i + 1, read_many, &streams[i]);
	}
	msleep(50);
	for (u32 i = 0; i < WORLD_DEVICES; i++)
		assert_int_equal(world.devices[i]->nr_by_code[PFH_RESP_SUCCESS], 40);
	assert_int_equal(world.mock->nr_faults, 40);
	assert_int_equal(sim_lock_class_get("&mm->mmap_lock")->contentions, 0);
	world_close(&world);
}

static void faults_of_several_devices_share_mmap_lock(void **state)
{
	machine_run(0, share_mmap_lock, NULL);
}

/* --- the process ends while devices are at work --- */

static void end_with_devices(struct world *world)
{
	struct mock_mm *other = mock_mm_create();
	u32 pasid = bind_mm(world, 0), second = 0;

	assert_int_equal(bind_mm(world, 2), pasid);
	assert_int_equal(sva_ask(world, 0, sva_fault(world, pasid, VA, PFH_PERM_WRITE)),
			 PFH_RESP_SUCCESS);
	assert_non_null(mock_device_mm(world->devices[0], pasid));
	mock_mm_put(world->mock);
	assert_true(world->mock->is_gone);
	assert_null(mock_device_mm(world->devices[0], pasid));
	assert_null(mock_device_mm(world->devices[2], pasid));
	/* DMA goes on. */
	assert_int_equal(sva_ask(world, 0, sva_fault(world, pasid, VA, PFH_PERM_WRITE)),
			 PFH_RESP_INVALID);
	assert_int_equal(pfh_sva_bind(world->devices[1]->pdev, &other->mm, &second), 0);
	assert_int_not_equal(second, pasid);
	pfh_sva_unbind(world->devices[0]->pdev, pasid);
	pfh_sva_unbind(world->devices[2]->pdev, pasid);
	pfh_sva_unbind(world->devices[1]->pdev, second);
	mock_mm_free(world->mock);
	world->mock = other;
}

EACH_DISPATCH(devices_are_off_the_tables_before_a_process_ends, end_with_devices);

struct long_stream {
	struct world *world;
	u32 pasid, nr;
};

static void fault_long(void *arg)
{
	struct long_stream *stream = arg;

	for (; stream->nr < 150; stream->nr++) {
		struct pfh_fault fault = {
			.addr = VA + stream->nr * 7 % 64 * PAGE,
			.pasid = stream->pasid,
			.grpid = stream->nr,
			.perm = PFH_PERM_WRITE,
			.flags = PFH_FAULT_LAST_PAGE | PFH_FAULT_PASID_VALID,
		};

		mock_device_report(stream->world->devices[0], &fault);
		usleep_range(2, 2);
	}
}

/* A handler may be the last user, and then ends the process itself. */
static void end_in_flight(struct world *world)
{
	struct long_stream stream = {.world = world, .pasid = bind_mm(world, 0)};

	machine_start(2, fault_long, &stream);
	usleep_range(150, 150);
	mock_mm_put(world->mock);
	while (stream.nr < 150)
		msleep(1);
	assert_true(mock_device_wait(world->devices[0]));
	assert_int_equal(world->devices[0]->nr_answers, 150);
	assert_true(world->devices[0]->nr_by_code[PFH_RESP_SUCCESS] > 0);
	assert_true(world->devices[0]->nr_by_code[PFH_RESP_INVALID] > 0);
	pfh_sva_unbind(world->devices[0]->pdev, stream.pasid);
	assert_true(world->mock->is_gone);
	mock_mm_free(world->mock);
	world->mock = mock_mm_create();
}

EACH_DISPATCH(process_may_end_with_faults_in_flight, end_in_flight);

/* --- trying again --- */

static void try_again(struct world *world)
{
	u32 pasid = bind_mm(world, 0);

	world->mock->retry_faults = 5;
	assert_int_equal(sva_ask(world, 0, sva_fault(world, pasid, VA, PFH_PERM_WRITE)),
			 PFH_RESP_SUCCESS);
	assert_int_equal(world->mock->retry_faults, 0);
	assert_int_equal(world->mock->nr_faults, 1);
	/* falling back from the area's lock is no second try */
	assert_int_equal(world->mock->nr_tried, is_per_vma() ? 4 : 5);
	world->mock->retry_faults = 1000;
	assert_int_equal(sva_ask(world, 0, sva_fault(world, pasid, VA + PAGE, PFH_PERM_WRITE)),
			 PFH_RESP_INVALID);
	assert_true(world->mock->retry_faults > 900);
	assert_int_equal(rwsem_is_locked(&world->mock->mm.mmap_lock), 0);
	world->mock->retry_faults = 0;
	pfh_sva_unbind(world->devices[0]->pdev, pasid);
}

EACH_DISPATCH(fault_is_tried_again_when_memory_management_says_so, try_again);

static u64 mmap_locks(void)
{
	return sim_lock_class_get("&mm->mmap_lock")->acquisitions;
}

static void per_vma(struct world *world)
{
	u32 pasid = bind_mm(world, 0);
	u64 before = mmap_locks();

	for (u32 i = 0; i < 10; i++)
		assert_int_equal(
			sva_ask(world, 0, sva_fault(world, pasid, VA + i * PAGE, PFH_PERM_WRITE)),
			PFH_RESP_SUCCESS);
	assert_int_equal(mmap_locks() - before, is_per_vma() ? 0 : 10);
	/* Somebody changes the area: then with mmap_lock. */
	before = mmap_locks();
	init_rwsem(&world->mock->vmas[0].vm_lock);
	down_write(&world->mock->vmas[0].vm_lock);
	assert_int_equal(sva_ask(world, 0, sva_fault(world, pasid, VA + 20 * PAGE, PFH_PERM_WRITE)),
			 PFH_RESP_SUCCESS);
	up_write(&world->mock->vmas[0].vm_lock);
	assert_int_equal(mmap_locks() - before, 1);
	before = mmap_locks();
	/* No area: found out with mmap_lock. */
	assert_int_equal(sva_ask(world, 0, sva_fault(world, pasid, VA + 900 * PAGE, PFH_PERM_READ)),
			 PFH_RESP_INVALID);
	assert_int_equal(mmap_locks() - before, 1);
	pfh_sva_unbind(world->devices[0]->pdev, pasid);
}

EACH_DISPATCH(per_vma_takes_mmap_lock_only_where_it_must, per_vma);

static int setup_per_vma(void **state)
{
	pfh_sva_choose_design("per-vma");
	return machine_setup(state);
}

static int teardown_per_vma(void **state)
{
	pfh_sva_choose_design("mmap-lock");
	return machine_teardown(state);
}

#define TEST_BOTH(fn)                                                                              \
	TEST_ON_MACHINE(fn),                                                                       \
	{                                                                                          \
#fn "_per_vma", fn, setup_per_vma, teardown_per_vma, NULL                          \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_BOTH(fault_under_a_pasid_makes_the_page_present),
		TEST_BOTH(what_the_process_may_not_do_is_invalid),
		TEST_BOTH(fault_of_a_dead_process_is_invalid),
		TEST_BOTH(one_mm_has_one_pasid_and_binding_nests),
		TEST_BOTH(pasid_decides_between_mm_and_container),
		TEST_BOTH(unbinding_with_faults_in_flight_answers_all),
		TEST_BOTH(unbinding_waits_for_the_handler),
		TEST_BOTH(unregistering_unbinds),
		TEST_BOTH(bind_that_fails_leaves_nothing),
		TEST_BOTH(every_allocation_of_a_bind_may_fail),
		TEST_BOTH(faults_of_several_devices_share_mmap_lock),
		TEST_BOTH(devices_are_off_the_tables_before_a_process_ends),
		TEST_BOTH(process_may_end_with_faults_in_flight),
		TEST_BOTH(fault_is_tried_again_when_memory_management_says_so),
		TEST_BOTH(per_vma_takes_mmap_lock_only_where_it_must),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
