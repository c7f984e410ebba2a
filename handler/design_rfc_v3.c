// SPDX-License-Identifier: GPL-2.0-only
/*
 * Design rfc-v3: "Add IOPF support for VFIO passthrough", RFC v3 of April 2021,
 * as posted. Its defects are kept, they are what is studied:
 *   - each fault looks its IOMMU group up in one global tree under one global
 *     mutex, and uses the node after it dropped that mutex (a fault that waits
 *     for the container meanwhile meets freed memory after detach);
 *   - the container's mutex is held to the end, across pinning; the MMU notifier
 *     takes the same mutex;
 *   - a fault counts its pages against the limit of locked memory, for which it
 *     takes mmap_lock for writing, under the container's mutex (patch 2 of the
 *     series; from patch 3 on, with its MMU notifier, it counts none);
 *   - a fault maps with the protection of the whole range;
 *   - a page that is mapped is answered with success, whatever was asked;
 *   - faults are enabled before the lookup exists, and the lookup goes before
 *     they are disabled; nobody waits for faults in flight.
 */
#include <linux/err.h>
#include <linux/mmap_lock.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "design.h"

/* The design's only state, for all containers. */
static struct tree {
	struct mutex lock;
	struct rb_root root; /* struct tree_node */
} * tree;

/* An IOMMU group whose faults go to a container. */
struct tree_node {
	struct rb_node node; /* by the address of group */
	struct iommu_group *group;
	struct pfh_container *container;
	unsigned int nr_devices;
	bool is_selective; /* faults only in ranges recorded as pinned: none are here */
};

static int rfc_v3_begin(void)
{
	static struct lock_class_key key;

	tree = kzalloc(sizeof(*tree), GFP_KERNEL);
	if (!tree)
		return -ENOMEM;
	__mutex_init(&tree->lock, "pfh_group_tree_lock", &key);
	tree->root = RB_ROOT;
	return 0;
}

static void rfc_v3_end(void)
{
	kfree(tree);
	tree = NULL;
}

/* The tree's lock is held. */
static struct tree_node *tree_find(struct iommu_group *group)
{
	struct rb_node *pos = tree->root.rb_node;

	while (pos) {
		struct tree_node *node = rb_entry(pos, struct tree_node, node);

		if (group < node->group)
			pos = pos->rb_left;
		else if (group > node->group)
			pos = pos->rb_right;
		else
			return node;
	}
	return NULL;
}

static void tree_insert(struct tree_node *node)
{
	struct rb_node **link = &tree->root.rb_node, *parent = NULL;

	while (*link) {
		struct tree_node *other = rb_entry(*link, struct tree_node, node);

		parent = *link;
		link = node->group < other->group ? &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(&node->node, parent, link);
	rb_insert_color(&node->node, &tree->root);
}

static struct tree_node *lookup(struct pfh_device *pdev)
{
	struct iommu_group *group = iommu_group_get(pdev->dev);
	struct tree_node *node;

	if (!group)
		return NULL;
	mutex_lock(&tree->lock);
	node = tree_find(group);
	mutex_unlock(&tree->lock);
	iommu_group_put(group);
	return node;
}

/* --- enabling and disabling --- */

static int tree_add(struct pfh_container *container, struct pfh_device *pdev)
{
	struct tree_node *node = kzalloc(sizeof(*node), GFP_KERNEL), *found;

	if (!node)
		return -ENOMEM;
	node->group = iommu_group_get(pdev->dev);
	node->container = container;
	node->nr_devices = 1;
	mutex_lock(&tree->lock);
	found = tree_find(node->group);
	if (found)
		found->nr_devices++;
	else
		tree_insert(node);
	mutex_unlock(&tree->lock);
	iommu_group_put(node->group);
	if (found)
		kfree(node);
	return 0;
}

static void tree_remove(struct pfh_device *pdev)
{
	struct iommu_group *group = iommu_group_get(pdev->dev);
	struct tree_node *node;

	mutex_lock(&tree->lock);
	node = tree_find(group);
	if (node && --node->nr_devices)
		node = NULL;
	if (node)
		rb_erase(&node->node, &tree->root);
	mutex_unlock(&tree->lock);
	iommu_group_put(group);
	kfree(node);
}

static void set_design(struct pfh_device *pdev, const struct pfh_design *design)
{
	spin_lock(&pdev->lock);
	pdev->design = design;
	spin_unlock(&pdev->lock);
}

/* As posted: the feature, the handler, and only then the lookup. */
static int rfc_v3_enable(struct pfh_container *container, struct pfh_device *pdev)
{
	int err = pfh_enable_faults(pdev);

	if (err)
		return err;
	set_design(pdev, container->design);
	err = tree_add(container, pdev);
	if (err) {
		set_design(pdev, NULL);
		pfh_disable_faults(pdev);
	}
	return err;
}

/* As posted: the lookup goes and is freed, then the feature; nobody waits. */
static void rfc_v3_disable(struct pfh_container *container, struct pfh_device *pdev)
{
	tree_remove(pdev);
	pfh_disable_faults(pdev);
	set_design(pdev, NULL);
}

/* --- faults: the container's lock is held --- */

/*
 * Pages count against the limit while they are pinned. The pin is dropped before the fault ends,
 * so nothing stays counted; what stays is mmap_lock taken for writing by each fault.
 */
static bool is_within_limit(struct pfh_container *container, unsigned long nr)
{
	struct mm_struct *mm = container->mm;
	bool is_within;

	mmap_write_lock(mm);
	is_within = !container->locked_limit || mm->locked_vm + nr <= container->locked_limit;
	mmap_write_unlock(mm);
	return is_within;
}

/* Pin, map with all that the range allows, drop the pin: page after page up to the limit. */
static enum pfh_response_code map_pages(struct pfh_container *container, struct pfh_group *group,
					struct pfh_span *span, struct page **pages)
{
	long pinned, mapped;

	pinned = pfh_pin(container, span,
			 span->range->prot & IOMMU_WRITE ? PFH_PIN_WRITE : PFH_PIN_READ, pages);
	if (pinned < 0)
		return PFH_RESP_INVALID;
	pfh_stamp(group, PFH_STAGE_PINNED);
	span->nr = pinned;
	mapped = is_within_limit(container, span->nr)
			 ? pfh_map_span(container, span, span->range->prot, pages)
			 : -ENOMEM;
	unpin_user_pages(pages, pinned);
	if (mapped < 0)
		return PFH_RESP_INVALID;
	pfh_stamp(group, PFH_STAGE_MAPPED);
	pfh_count_more(container, mapped_pages, mapped);
	return PFH_RESP_SUCCESS;
}

static enum pfh_response_code map_following(struct pfh_container *container,
					    struct pfh_group *group, struct pfh_span *span)
{
	unsigned long end = min(span->first + container->premap_pages,
				pfh_range_pages(span->range));
	enum pfh_response_code code = PFH_RESP_INVALID;
	struct page **pages;

	span->nr = pfh_find_next(span->range, PFH_MAPPED, span->first, end) - span->first;
	pages = kvcalloc(span->nr, sizeof(*pages), GFP_KERNEL);
	if (pages)
		code = map_pages(container, group, span, pages);
	kvfree(pages);
	return code;
}

static enum pfh_response_code handle_locked(struct pfh_container *container,
					    struct pfh_group *group, const struct pfh_fault *fault)
{
	struct pfh_range *range = pfh_range_find(container, fault->addr);
	struct pfh_span span = {.range = range};

	pfh_count(container, faults);
	if (!range || !pfh_is_allowed(range, fault))
		return PFH_RESP_INVALID;
	span.first = pfh_range_index(range, fault->addr);
	if (pfh_page_is(range, PFH_MAPPED, span.first)) {
		pfh_count(container, spurious);
		return PFH_RESP_SUCCESS;
	}
	return map_following(container, group, &span);
}

static enum pfh_response_code handle_in(struct pfh_container *container, struct tree_node *node,
					struct pfh_group *group, const struct pfh_fault *fault)
{
	enum pfh_response_code code = PFH_RESP_INVALID;

	mutex_lock(&container->lock);
	pfh_stamp(group, PFH_STAGE_LOCKED);
	/* The node may be gone: see above. */
	if (!READ_ONCE(node->is_selective))
		code = handle_locked(container, group, fault);
	if (code != PFH_RESP_SUCCESS)
		pfh_count(container, refused);
	mutex_unlock(&container->lock);
	return code;
}

static enum pfh_response_code rfc_v3_handle(struct pfh_group *group, const struct pfh_fault *fault)
{
	struct tree_node *node = lookup(group->pdev);
	enum pfh_response_code code;
	struct pfh_container *container;
	struct mm_struct *mm;

	if (!node)
		return PFH_RESP_INVALID;
	container = node->container;
	mm = container->mm;
	if (!mmget_not_zero(mm))
		return PFH_RESP_INVALID;
	code = handle_in(container, node, group, fault);
	mmput(mm);
	return code;
}

/* --- MMU notifier --- */

static int rfc_v3_invalidate_start(struct pfh_container *container,
				   const struct mmu_notifier_range *range)
{
	mutex_lock(&container->lock);
	pfh_count_more(container, invalidated_pages,
		       pfh_invalidate(container, range->start, range->end));
	mutex_unlock(&container->lock);
	return 0;
}

static void rfc_v3_invalidate_end(struct pfh_container *container,
				  const struct mmu_notifier_range *range)
{
}

const struct pfh_design pfh_design_rfc_v3 = {
	.is_as_posted = true,
	.begin = rfc_v3_begin,
	.end = rfc_v3_end,
	.enable = rfc_v3_enable,
	.disable = rfc_v3_disable,
	.handle = rfc_v3_handle,
	.invalidate_start = rfc_v3_invalidate_start,
	.invalidate_end = rfc_v3_invalidate_end,
};
