// SPDX-License-Identifier: GPL-2.0-only
/* What a scenario's steps make and take away too: containers, devices, threads. */
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
	struct mock_device *mdev = world->devices[index];
	struct pfh_device *pdev = pfh_device_register(mdev->dev, &mock_device_ops,
						      world->setting->dispatch);

	if (IS_ERR(pdev))
		return PTR_ERR(pdev);
	if (mdev->pdev)
		pfh_device_put(mdev->pdev);
	/* As a driver whose event thread runs on: it can report after the end. */
	mdev->pdev = pfh_device_get(pdev);
	world->is_registered[index] = true;
	return 0;
}

void scn_remove(struct scn_world *world, unsigned int index)
{
	if (!world->is_registered[index])
		return;
	world->is_registered[index] = false;
	pfh_device_unregister(world->devices[index]->pdev);
}

bool scn_thread_is_done(struct scn_world *world, struct scn_thread *thread)
{
	bool is_done;

	spin_lock(&world->lock);
	is_done = thread->is_done;
	spin_unlock(&world->lock);
	return is_done;
}
