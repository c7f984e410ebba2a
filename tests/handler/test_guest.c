// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nested translation:
 *  - a fault of level 1 goes to the guest, with all its parts, and waits for one
 *    answer, which the device gets with its code; one of level 2 goes to the
 *    container, one under a PASID to the guest too if it is of level 1;
 *  - a guest may answer while it is still being told;
 *  - an answer with a cookie that is not pending (late, double, made up) is
 *    refused, also when the device uses the group index again;
 *  - when the guest says nothing, the core answers INVALID, in the order in which
 *    faults came, and not before the time;
 *  - detaching the guest, and removing the device, answers what is pending;
 *  - a device that does not tell levels apart has no guest, nor has one two;
 *  - without memory nothing stays.
 */
#include "tests/handler/each.h"

#define TOLD_MAX 64

struct guest {
	struct world *world;
	u32 device;
	bool answers_at_once;
	u32 nr_told;
	struct {
		u64 cookie;
		struct pfh_fault fault;
	} told[TOLD_MAX];
};

static void be_told(void *opaque, u64 cookie, const struct pfh_fault *fault)
{
	struct guest *guest = opaque;

	assert_true(guest->nr_told < TOLD_MAX);
	guest->told[guest->nr_told].cookie = cookie;
	guest->told[guest->nr_told++].fault = *fault;
	if (guest->answers_at_once)
		pfh_guest_respond(guest->world->devices[guest->device]->pdev, cookie,
				  PFH_RESP_SUCCESS);
}

static void attach_guest(struct world *world, struct guest *guest, unsigned int timeout_ms)
{
	struct mock_device *mdev = world->devices[guest->device];
	const struct pfh_guest_attr attr = {
		.deliver = be_told,
		.opaque = guest,
		.timeout_ms = timeout_ms,
	};

	guest->world = world;
	mdev->caps |= PFH_CAP_NESTED;
	assert_int_equal(pfh_guest_attach(mdev->pdev, &attr), 0);
}

static struct pfh_guest_stats stats_of(struct world *world, u32 i)
{
	struct pfh_guest_stats stats;

	pfh_guest_stats(world->devices[i]->pdev, &stats);
	return stats;
}

static void report(struct mock_device *mdev, u32 grpid, u64 page, u32 flags)
{
	struct pfh_fault fault = {
		.addr = IOVA + page * PAGE,
		.grpid = grpid,
		.perm = PFH_PERM_WRITE,
		.flags = flags,
	};

	mock_device_report(mdev, &fault);
	/* Other threads bring it to the guest. */
	msleep(1);
}

#define L1 (PFH_FAULT_LEVEL1 | PFH_FAULT_LAST_PAGE)

static void each_guest(void (*body)(struct world *world, struct guest *guest))
{
	for (int dispatch = 0; dispatch < PFH_NR_DISPATCHES; dispatch++) {
		struct world world;
		struct guest guest = {};

		world_open(&world, dispatch);
		body(&world, &guest);
		world_close(&world);
	}
}

#define EACH_GUEST(claim, body) EACH(each_guest, claim, body)

static void levels(struct world *world, struct guest *guest)
{
	struct mock_device *mdev = world->devices[0];

	world_attach(world, "rcu", 0);
	attach_guest(world, guest, 0);
	report(world->devices[0], 7, 1, PFH_FAULT_LEVEL1);
	report(world->devices[0], 7, 2, PFH_FAULT_LEVEL1);
	/* Of level 2, with the same index: another group. */
	report(world->devices[0], 7, 9, 0);
	assert_int_equal(guest->nr_told, 0);
	report(world->devices[0], 7, 3, L1);
	assert_int_equal(guest->nr_told, 3);
	for (u32 i = 0; i < 3; i++) {
		assert_int_equal(guest->told[i].cookie, guest->told[0].cookie);
		assert_int_equal(guest->told[i].fault.addr, IOVA + (i + 1) * PAGE);
	}
	assert_false(guest->told[1].fault.flags & PFH_FAULT_LAST_PAGE);
	assert_true(guest->told[2].fault.flags & PFH_FAULT_LAST_PAGE);
	assert_int_equal(mdev->nr_answers, 0);
	assert_int_equal(mock_iommu()->nr_pages, 0);
	assert_int_equal(pfh_guest_respond(mdev->pdev, guest->told[0].cookie, PFH_RESP_FAILURE), 0);
	assert_int_equal(mdev->nr_by_code[PFH_RESP_FAILURE], 1);
	/* Level 2: served here. */
	assert_int_equal(world_write(world, 0, IOVA + 5 * PAGE), PFH_RESP_SUCCESS);
	assert_int_equal(guest->nr_told, 3);
	assert_true(world_reaches(world, 0, IOVA + 5 * PAGE, true));
	/* Under a PASID that only the guest knows. */
	report(world->devices[0], 8, 4, L1 | PFH_FAULT_PASID_VALID);
	assert_int_equal(guest->nr_told, 4);
	assert_int_equal(pfh_guest_respond(mdev->pdev, guest->told[3].cookie, PFH_RESP_SUCCESS), 0);
	assert_int_equal(stats_of(world, 0).delivered, 2);
	assert_int_equal(stats_of(world, 0).answered, 2);
	pfh_guest_detach(mdev->pdev);
	/* Faults of level 2 stay enabled. */
	assert_true(mdev->faults_enabled);
	report(world->devices[0], 9, 4, L1);
	assert_int_equal(mdev->nr_by_code[PFH_RESP_INVALID], 1);
}

EACH_GUEST(level_1_goes_to_the_guest_and_level_2_to_the_container, levels);

static void at_once(struct world *world, struct guest *guest)
{
	struct mock_device *mdev = world->devices[1];

	guest->device = 1;
	guest->answers_at_once = true;
	attach_guest(world, guest, 5);
	for (u32 i = 0; i < 10; i++) {
		report(world->devices[1], i, 1, PFH_FAULT_LEVEL1);
		report(world->devices[1], i, 2, L1);
	}
	/* Each group once, although the guest answers each part. */
	assert_true(mock_device_wait(mdev));
	assert_int_equal(mdev->nr_answers, 10);
	assert_int_equal(mdev->nr_by_code[PFH_RESP_SUCCESS], 10);
	assert_int_equal(stats_of(world, 1).refused, 10);
	assert_int_equal(stats_of(world, 1).timeouts, 0);
	pfh_guest_detach(mdev->pdev);
	assert_false(mdev->faults_enabled);
}

EACH_GUEST(guest_may_answer_while_it_is_told, at_once);

static void late(struct world *world, struct guest *guest)
{
	struct mock_device *mdev = world->devices[0];
	u64 old;

	attach_guest(world, guest, 40);
	report(world->devices[0], 3, 1, L1);
	old = guest->told[0].cookie;
	msleep(20);
	assert_int_equal(mdev->nr_answers, 0);
	msleep(40);
	assert_int_equal(mdev->nr_by_code[PFH_RESP_INVALID], 1);
	assert_int_equal(stats_of(world, 0).timeouts, 1);
	/* The device uses index 3 again; the old answer comes. */
	report(world->devices[0], 3, 1, L1);
	assert_int_equal(pfh_guest_respond(mdev->pdev, old, PFH_RESP_FAILURE), -ENOENT);
	assert_int_equal(mdev->nr_answers, 1);
	assert_int_equal(pfh_guest_respond(mdev->pdev, guest->told[1].cookie, PFH_RESP_SUCCESS), 0);
	assert_int_equal(pfh_guest_respond(mdev->pdev, guest->told[1].cookie, PFH_RESP_SUCCESS),
			 -ENOENT);
	assert_int_equal(pfh_guest_respond(mdev->pdev, 12345, PFH_RESP_SUCCESS), -ENOENT);
	assert_int_equal(pfh_guest_respond(mdev->pdev, 0, 99), -EINVAL);
	assert_int_equal(mdev->nr_answers, 2);
	assert_int_equal(mdev->nr_by_code[PFH_RESP_SUCCESS], 1);
	assert_int_equal(stats_of(world, 0).refused, 3);
	pfh_guest_detach(mdev->pdev);
	assert_int_equal(pfh_guest_respond(mdev->pdev, old, PFH_RESP_SUCCESS), -ENOENT);
}

EACH_GUEST(late_answer_is_refused_though_the_index_is_in_use_again, late);

static void silence(struct world *world, struct guest *guest)
{
	struct mock_device *mdev = world->devices[0];

	attach_guest(world, guest, 40);
	report(world->devices[0], 1, 1, L1);
	msleep(20);
	report(world->devices[0], 2, 2, L1);
	msleep(28);
	/* The time of each runs from when it came. */
	assert_int_equal(mdev->nr_answers, 1);
	assert_false(mdev->is_waiting[1]);
	assert_true(mdev->is_waiting[2]);
	msleep(20);
	assert_int_equal(mdev->nr_by_code[PFH_RESP_INVALID], 2);
	/* And again, after a time without any. */
	msleep(100);
	report(world->devices[0], 3, 3, L1);
	msleep(60);
	assert_int_equal(mdev->nr_by_code[PFH_RESP_INVALID], 3);
	assert_int_equal(stats_of(world, 0).timeouts, 3);
	pfh_guest_detach(mdev->pdev);
}

EACH_GUEST(silent_guest_times_out, silence);

static void go_away(struct world *world, struct guest *guest)
{
	struct mock_device *mdev = world->devices[0];
	struct guest second = {.device = 2};

	attach_guest(world, guest, 1000);
	attach_guest(world, &second, 0);
	for (u32 i = 0; i < 5; i++) {
		report(world->devices[0], i, 1, L1);
		report(world->devices[2], i, 1, L1);
	}
	pfh_guest_detach(mdev->pdev);
	assert_int_equal(mdev->nr_by_code[PFH_RESP_INVALID], 5);
	pfh_guest_detach(mdev->pdev);
	/* Not even asked to: the device is removed. */
	world_unregister(world, 2);
	assert_int_equal(world->devices[2]->nr_by_code[PFH_RESP_INVALID], 5);
}

EACH_GUEST(detaching_answers_what_the_guest_has_not, go_away);

struct stream {
	struct world *world;
	u32 nr;
};

static void fault_on(void *arg)
{
	struct stream *stream = arg;

	for (; stream->nr < 100; stream->nr++) {
		struct pfh_fault fault = {
			.addr = IOVA,
			.grpid = stream->nr,
			.perm = PFH_PERM_READ,
			.flags = L1,
		};

		mock_device_report(stream->world->devices[0], &fault);
		usleep_range(3, 3);
	}
}

static void go_away_in_flight(struct world *world, struct guest *guest)
{
	struct stream stream = {.world = world};

	guest->answers_at_once = true;
	attach_guest(world, guest, 1);
	machine_start(2, fault_on, &stream);
	for (u32 i = 0; stream.nr < 100; i++) {
		pfh_guest_detach(world->devices[0]->pdev);
		usleep_range(5 + i, 5 + i);
		guest->nr_told = 0;
		attach_guest(world, guest, 1);
		usleep_range(40, 40);
	}
	assert_true(mock_device_wait(world->devices[0]));
	assert_int_equal(world->devices[0]->nr_answers, 100);
	assert_true(world->devices[0]->nr_by_code[PFH_RESP_SUCCESS] > 0);
	pfh_guest_detach(world->devices[0]->pdev);
}

EACH_GUEST(guests_come_and_go_with_faults_in_flight, go_away_in_flight);

static void refuse(struct world *world, struct guest *guest)
{
	struct mock_device *mdev = world->devices[0];
	const struct pfh_guest_attr attr = {.deliver = be_told, .opaque = guest};

	assert_int_equal(pfh_guest_attach(mdev->pdev, &attr), -ENODEV);
	mdev->caps |= PFH_CAP_NESTED;
	mdev->enable_error = -EIO;
	assert_int_equal(pfh_guest_attach(mdev->pdev, &attr), -EIO);
	mdev->enable_error = 0;
	kapi_fail_nth(1);
	assert_int_equal(pfh_guest_attach(mdev->pdev, &attr), -ENOMEM);
	assert_false(mdev->faults_enabled);
	assert_int_equal(pfh_guest_attach(mdev->pdev, &attr), 0);
	assert_int_equal(pfh_guest_attach(mdev->pdev, &attr), -EBUSY);
	world_unregister(world, 0);
	assert_int_equal(mdev->nr_answers, 0);
}

EACH_GUEST(guest_that_cannot_be_is_refused, refuse);

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_ON_MACHINE(level_1_goes_to_the_guest_and_level_2_to_the_container),
		TEST_ON_MACHINE(guest_may_answer_while_it_is_told),
		TEST_ON_MACHINE(late_answer_is_refused_though_the_index_is_in_use_again),
		TEST_ON_MACHINE(silent_guest_times_out),
		TEST_ON_MACHINE(detaching_answers_what_the_guest_has_not),
		TEST_ON_MACHINE(guests_come_and_go_with_faults_in_flight),
		TEST_ON_MACHINE(guest_that_cannot_be_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
