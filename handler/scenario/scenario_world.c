// SPDX-License-Identifier: GPL-2.0-only
/* What a scenario's steps make and take away too, and what every step has: an outcome, a group. */
#include <linux/err.h>

#include "scenario_world.h"

struct pfh_container *scn_create_container(struct scn_world *world, unsigned int index)
{
	const struct scn_container *wanted = &world->scenario->containers[index];
	const struct pfh_container_attr attr = {
		.design = world->setting->design,
		.mm = scn_mm_struct(world->spaces[wanted->space]),
		.premap_pages = wanted->premap_pages,
		.iopf = wanted->has_iopf,
		.locked_limit = wanted->locked_limit,
	};

	return pfh_container_create(&attr);
}

int scn_register(struct scn_world *world, unsigned int index)
{
	int err = mock_device_register(world->devices[index], world->setting->dispatch);

	world->is_registered[index] = !err;
	return err;
}

void scn_remove(struct scn_world *world, unsigned int index)
{
	if (!world->is_registered[index])
		return;
	world->is_registered[index] = false;
	mock_device_unregister(world->devices[index]);
}

void scn_await_handlers(struct scn_world *world)
{
	unsigned int i;

	for (i = 0; i < SCN_MAX_DEVICES; i++) {
		if (world->is_registered[i])
			pfh_device_flush(world->devices[i]->pdev);
	}
}

bool scn_thread_is_done(struct scn_world *world, struct scn_thread *thread)
{
	bool is_done;

	scn_lock(world);
	is_done = thread->is_done;
	scn_unlock(world);
	return is_done;
}

static int expected_err(const struct scn_step *step)
{
	if (step->verb == SCN_ACCESS)
		return step->is_reached ? 0 : -EFAULT;
	return step->err;
}

static bool is_as_good(const struct scn_step *step, int err)
{
	u32 i;

	for (i = 0; i < step->nr_errs_too; i++) {
		if (step->errs_too[i] == err)
			return true;
	}
	return err == expected_err(step) || (step->is_either && err == -EFAULT);
}

void scn_check_err(struct scn_world *world, const struct scn_step *step, int err)
{
	int expected = expected_err(step);

	if (is_as_good(step, err))
		return;
	if (err == -ENOMEM)
		scn_count(world, nr_refusals);
	scn_fail(world, step, "%s, expected %s", scn_errno_name(err), scn_errno_name(expected));
}

u32 scn_group_for(struct scn_world *world, const struct scn_step *step)
{
	if (step->verb != SCN_FAULT && step->verb != SCN_INJECT && step->verb != SCN_RESPOND &&
	    step->verb != SCN_GUEST_ANSWERS)
		return 0;
	return step->group >= 0 ? (u32)step->group : world->next_group[step->device]++;
}
