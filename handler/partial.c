// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parts of groups that are not whole: in one list, which the last part of a
 * group searches from end to end, or in a tree by PASID and group index, where
 * the first part of each group holds the list of the others.
 */
#include "internal.h"

void pfh_partials_init(struct pfh_partials *partials)
{
	partials->is_tree = pfh_partial_tree;
	INIT_LIST_HEAD(&partials->list);
	partials->tree = RB_ROOT;
}

/* PASID and group index, in an order; the levels of nested translation have their own. */
static u64 key_of(const struct pfh_fault *fault)
{
	u64 pasid = fault->flags & PFH_FAULT_PASID_VALID ? fault->pasid + 1ULL : 0;

	return pasid << 33 | (fault->flags & PFH_FAULT_LEVEL1 ? 1ULL << 32 : 0) | fault->grpid;
}

/* --- tree --- */

static struct pfh_part *tree_find(struct pfh_partials *partials, u64 key)
{
	struct rb_node *node = partials->tree.rb_node;

	while (node) {
		struct pfh_part *part = rb_entry(node, struct pfh_part, tree);
		u64 other = key_of(&part->fault);

		if (key == other)
			return part;
		node = key < other ? node->rb_left : node->rb_right;
	}
	return NULL;
}

static void tree_insert(struct pfh_partials *partials, struct pfh_part *part)
{
	struct rb_node **link = &partials->tree.rb_node, *parent = NULL;
	u64 key = key_of(&part->fault);

	while (*link) {
		struct pfh_part *other = rb_entry(*link, struct pfh_part, tree);

		parent = *link;
		link = key < key_of(&other->fault) ? &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(&part->tree, parent, link);
	rb_insert_color(&part->tree, &partials->tree);
}

static void tree_add(struct pfh_partials *partials, struct pfh_part *part)
{
	struct pfh_part *first = tree_find(partials, key_of(&part->fault));

	if (first) {
		list_add_tail(&part->node, &first->more);
		return;
	}
	INIT_LIST_HEAD(&part->more);
	tree_insert(partials, part);
}

static void tree_take(struct pfh_partials *partials, struct pfh_part *first,
		      struct list_head *parts)
{
	rb_erase(&first->tree, &partials->tree);
	list_add_tail(&first->node, parts);
	list_splice_tail_init(&first->more, parts);
}

/* --- both --- */

void pfh_partials_add(struct pfh_partials *partials, struct pfh_part *part)
{
	if (partials->is_tree)
		tree_add(partials, part);
	else
		list_add_tail(&part->node, &partials->list);
}

/* Move those of the group that @last belongs to, in order of report. */
void pfh_partials_take_group(struct pfh_partials *partials, const struct pfh_fault *last,
			     struct list_head *parts)
{
	struct pfh_part *part, *next;

	if (partials->is_tree) {
		part = tree_find(partials, key_of(last));
		if (part)
			tree_take(partials, part, parts);
		return;
	}
	list_for_each_entry_safe (part, next, &partials->list, node) {
		if (key_of(&part->fault) == key_of(last))
			list_move_tail(&part->node, parts);
	}
}

void pfh_partials_take_scope(struct pfh_partials *partials, const struct pfh_scope *scope,
			     struct list_head *parts)
{
	struct rb_node *node = rb_first(&partials->tree);
	struct pfh_part *part, *next;

	while (node) {
		part = rb_entry(node, struct pfh_part, tree);
		node = rb_next(node);
		if (pfh_scope_has(scope, &part->fault))
			tree_take(partials, part, parts);
	}
	list_for_each_entry_safe (part, next, &partials->list, node) {
		if (pfh_scope_has(scope, &part->fault))
			list_move_tail(&part->node, parts);
	}
}
