// SPDX-License-Identifier: GPL-2.0-only
/* Start and end of the core, its knobs, and its trace point, which all of it passes. */
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "internal.h"
#include "pfh_trace.h"

struct pfh_core *pfh_core;

unsigned int pfh_extra_delay_ns;
bool pfh_partial_tree;
bool pfh_sva_per_vma;

DEFINE_TRACE(pfh_stage, TP_PROTO(struct device *dev, u32 grpid, u32 pasid, int stage),
	     TP_ARGS(dev, grpid, pasid, stage));

int pfh_init(void)
{
	static struct lock_class_key tree_key;
	struct pfh_core *core = kzalloc(sizeof(*core), GFP_KERNEL);

	if (!core)
		return -ENOMEM;
	core->wq = alloc_workqueue("pfh", WQ_UNBOUND, 0);
	if (!core->wq)
		goto err_free;
	mutex_init(&core->sva_lock);
	xa_init_flags(&core->sva, XA_FLAGS_ALLOC1);
	__mutex_init(&core->tree_lock, "pfh_group_tree_lock", &tree_key);
	core->tree = RB_ROOT;
	mutex_init(&core->queues_lock);
	pfh_core = core;
	return 0;

err_free:
	kfree(core);
	return -ENOMEM;
}

void pfh_exit(void)
{
	if (!pfh_core)
		return;
	destroy_workqueue(pfh_core->wq);
	xa_destroy(&pfh_core->sva);
	kfree(pfh_core);
	pfh_core = NULL;
}

void pfh_stamp(struct pfh_group *group, enum pfh_stage stage)
{
	const struct pfh_fault *fault = &group->last.fault;

	if (stage == PFH_STAGE_LOCKED) {
		if (group->is_stamped_locked)
			return;
		group->is_stamped_locked = true;
	}
	trace_pfh_stage(group->pdev->dev, fault->grpid,
			fault->flags & PFH_FAULT_PASID_VALID ? fault->pasid : 0, stage);
}
