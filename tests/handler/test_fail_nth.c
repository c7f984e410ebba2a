// SPDX-License-Identifier: GPL-2.0-only
/*
 * Good call chains with the first, second, third ... allocation failing, until
 * one run has none that fails, under each design but rfc-v3 and each dispatch:
 *  - the first call that fails says -ENOMEM, and nothing else;
 *  - every fault gets exactly one answer, whatever fails;
 *  - what was there before is there after: nothing leaks, no page stays pinned or
 *    mapped, no device has its faults enabled;
 *  - after a failure the same chain goes through.
 */
#include "tests/handler/each.h"

static const int RW = IOMMU_READ | IOMMU_WRITE;

/* What the calls of a chain came to. */
struct chain {
	struct world *world;
	const char *design;
	int first_error;
	u32 nr_faults;
};

static int note(struct chain *chain, int err)
{
	if (err && !chain->first_error)
		chain->first_error = err;
	return err;
}

/* Answered once, with whatever code: a fault may be refused for want of memory. */
static void fault(struct chain *chain, u32 device, u64 page, u32 perm)
{
	struct pfh_fault fault = world_fault(chain->world, IOVA + page * PAGE, perm);

	world_ask(chain->world, device, &fault);
	chain->nr_faults++;
}

static int add(struct chain *chain, u64 page, u64 nr, u32 flags)
{
	const struct pfh_mapping mapping = {
		.iova = IOVA + page * PAGE,
		.vaddr = VA + page * PAGE,
		.size = nr * PAGE,
		.prot = RW,
		.flags = flags,
	};

	return note(chain, pfh_container_map(chain->world->container, &mapping));
}

static bool create(struct chain *chain, unsigned int premap_pages)
{
	const struct pfh_container_attr attr = {
		.design = chain->design,
		.mm = &chain->world->mock->mm,
		.premap_pages = premap_pages,
		.iopf = true,
	};
	struct pfh_container *container = pfh_container_create(&attr);

	if (IS_ERR(container)) {
		note(chain, PTR_ERR(container));
		return false;
	}
	chain->world->container = container;
	return true;
}

static int attach(struct chain *chain, u32 device)
{
	return note(chain, pfh_container_attach(chain->world->container,
						chain->world->devices[device]->pdev));
}

/* --- the chains --- */

static void fault_in_groups(struct chain *chain)
{
	if (!create(chain, 8) || attach(chain, 0) || add(chain, 0, 64, 0))
		return;
	for (u64 page = 0; page < 64; page += 13) {
		struct pfh_fault part = world_fault(chain->world, IOVA + page * PAGE, 1);

		part.flags = 0;
		mock_device_report(chain->world->devices[0], &part);
		chain->world->next_grpid--;
		fault(chain, 0, page + 1, PFH_PERM_WRITE);
	}
	attach(chain, 2);
	note(chain, pfh_container_unmap(chain->world->container, IOVA, 64 * PAGE));
}

static void pin_and_turn(struct chain *chain)
{
	struct pfh_container *c;

	if (!create(chain, 1) || attach(chain, 0) || attach(chain, 2) || add(chain, 0, 16, 0))
		return;
	c = chain->world->container;
	fault(chain, 0, 3, PFH_PERM_READ);
	add(chain, 16, 8, PFH_MAP_PINNED);
	if (!note(chain, pfh_container_pin(c, IOVA + 2 * PAGE, 4 * PAGE)))
		assert_int_equal(pfh_container_unpin(c, IOVA + 2 * PAGE, 4 * PAGE), 0);
	fault(chain, 2, 4, PFH_PERM_WRITE);
	note(chain, pfh_container_set_iopf(c, false));
	note(chain, pfh_container_set_iopf(c, true));
	fault(chain, 0, 5, PFH_PERM_WRITE);
}

static void track(struct chain *chain)
{
	struct pfh_container *c;
	unsigned long bitmap;

	if (!create(chain, 4) || attach(chain, 0) || add(chain, 0, 16, 0))
		return;
	c = chain->world->container;
	for (u64 page = 0; page < 8; page++)
		fault(chain, 0, page, PFH_PERM_WRITE);
	note(chain, pfh_container_dirty_start(c));
	for (u64 page = 0; page < 16; page += 3)
		fault(chain, 0, page, PFH_PERM_WRITE);
	note(chain, pfh_container_dirty_get(c, IOVA, 16 * PAGE, &bitmap));
	fault(chain, 0, 3, PFH_PERM_WRITE);
	pfh_container_dirty_stop(c);
}

static struct mock_device *guests_device;

static void answer(void *opaque, u64 cookie, const struct pfh_fault *fault)
{
	if (fault->flags & PFH_FAULT_LAST_PAGE)
		pfh_guest_respond(guests_device->pdev, cookie, PFH_RESP_SUCCESS);
}

static void nest(struct chain *chain)
{
	const struct pfh_guest_attr attr = {.deliver = answer, .timeout_ms = 100};

	guests_device = chain->world->devices[0];
	guests_device->caps |= PFH_CAP_NESTED;
	if (note(chain, pfh_guest_attach(guests_device->pdev, &attr)))
		return;
	for (u32 i = 0; i < 4; i++) {
		struct pfh_fault request = world_fault(chain->world, IOVA, PFH_PERM_READ);

		request.flags |= PFH_FAULT_LEVEL1;
		world_ask(chain->world, 0, &request);
	}
	pfh_guest_detach(guests_device->pdev);
}

/* A device that is registered a second time beside, by each dispatch. */
static void come_and_go(struct chain *chain)
{
	struct mock_device *mdev = chain->world->devices[3];

	for (int dispatch = 0; dispatch < PFH_NR_DISPATCHES; dispatch++) {
		struct pfh_device *pdev = pfh_device_register(mdev->dev, &mock_device_ops,
							      dispatch);
		u32 pasid;

		if (IS_ERR(pdev)) {
			note(chain, PTR_ERR(pdev));
			continue;
		}
		if (!note(chain, pfh_sva_bind(pdev, &chain->world->mock->mm, &pasid)))
			pfh_sva_unbind(pdev, pasid);
		pfh_device_unregister(pdev);
	}
}

/* --- running them --- */

/* Return: has an allocation failed? */
static bool run_once(struct world *world, const char *design, void (*body)(struct chain *), u32 nth)
{
	struct chain chain = {.world = world, .design = design};
	bool has_struck;

	kapi_fail_nth(nth);
	body(&chain);
	has_struck = nth && !kapi_fail_nth_left();
	kapi_fail_nth(0);
	assert_true(!chain.first_error || (has_struck && chain.first_error == -ENOMEM));
	pfh_container_destroy(world->container);
	world->container = NULL;
	assert_int_equal(world->mock->nr_pins, 0);
	assert_int_equal(world->mock->mm.locked_vm, 0);
	assert_int_equal(mock_iommu()->nr_pages, 0);
	assert_int_equal(mock_iommu()->nr_domains, 0);
	for (u32 i = 0; i < WORLD_DEVICES; i++) {
		assert_false(world->devices[i]->faults_enabled);
		assert_int_equal(world->devices[i]->nr_waiting, 0);
	}
	assert_int_equal(mock_iommu()->nr_offences, 0);
	assert_int_equal(kapi_warnings(), 0);
	/* The next run finds memory management as this one did. */
	mock_mm_evict(world->mock, VA, 80 * PAGE);
	return has_struck;
}

static void run_all(struct world *world, const char *design, void (*body)(struct chain *))
{
	u64 objects;
	u32 nth = 0;

	run_once(world, design, body, 0);
	rcu_barrier();
	objects = kapi_slab_objects();
	while (run_once(world, design, body, ++nth)) {
		rcu_barrier();
		assert_int_equal(kapi_slab_objects(), objects);
	}
	assert_true(nth > 3);
}

#define CHAIN(claim, body)                                                                         \
	static void claim##_body(struct world *world, const char *design)                          \
	{                                                                                          \
		run_all(world, design, body);                                                      \
	}                                                                                          \
	EACH_SOUND_DESIGN(claim, claim##_body)

CHAIN(groups_and_late_domains_survive_every_failure, fault_in_groups);
CHAIN(pins_and_turning_survive_every_failure, pin_and_turn);
CHAIN(dirty_tracking_survives_every_failure, track);
CHAIN(guests_survive_every_failure, nest);
CHAIN(devices_of_any_dispatch_survive_every_failure, come_and_go);

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_ON_MACHINE(groups_and_late_domains_survive_every_failure),
		TEST_ON_MACHINE(pins_and_turning_survive_every_failure),
		TEST_ON_MACHINE(dirty_tracking_survives_every_failure),
		TEST_ON_MACHINE(guests_survive_every_failure),
		TEST_ON_MACHINE(devices_of_any_dispatch_survive_every_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
