// SPDX-License-Identifier: GPL-2.0-only
/* Start and end of the core. */
#include <linux/errno.h>
#include <linux/slab.h>

#include "design.h"
#include "internal.h"

int pfh_init(void)
{
	struct pfh_core *core = kzalloc(sizeof(*core), GFP_KERNEL);
	int err = -ENOMEM;

	if (!core)
		return -ENOMEM;
	core->wq = alloc_workqueue("pfh", WQ_UNBOUND, 0);
	if (!core->wq)
		goto err_free;
	mutex_init(&core->sva_lock);
	xa_init_flags(&core->sva, XA_FLAGS_ALLOC1);
	err = pfh_designs_begin();
	if (err)
		goto err_wq;
	mutex_init(&core->queues_lock);
	pfh_core = core;
	return 0;

err_wq:
	destroy_workqueue(core->wq);
err_free:
	kfree(core);
	return err;
}

void pfh_exit(void)
{
	if (!pfh_core)
		return;
	pfh_queues_end();
	pfh_designs_end();
	destroy_workqueue(pfh_core->wq);
	xa_destroy(&pfh_core->sva);
	kfree(pfh_core);
	pfh_core = NULL;
}
