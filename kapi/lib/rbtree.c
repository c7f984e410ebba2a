// SPDX-License-Identifier: GPL-2.0-only
/*
 * Red-black trees: a node is red or black, no red node has a red child, and
 * every way from the root down passes the same number of black nodes. Missing
 * children count as black.
 */
#include <linux/rbtree.h>

static bool is_red(const struct rb_node *node)
{
	return node && node->kapi_is_red;
}

static void touch(struct rb_node *node)
{
	if (node)
		kapi_touch(&node->touch);
}

static void touch_read(const struct rb_node *node)
{
	if (node)
		kapi_touch_read(&node->touch);
}

/* Who walks without a lock may come between any two of these. */
static void set_link(struct rb_node **link, struct rb_node *node)
{
	sim_point(SIM_POINT_STEP, link, sizeof(*link));
	*link = node;
}

/* Where a search finds @node. */
static struct rb_node **link_of(struct rb_root *root, struct rb_node *parent,
				const struct rb_node *node)
{
	if (!parent)
		return &root->rb_node;
	return parent->rb_left == node ? &parent->rb_left : &parent->rb_right;
}

/* Whatever points down at @old shall point at @node. */
static void replace_child(struct rb_root *root, struct rb_node *parent, struct rb_node *old,
			  struct rb_node *node)
{
	set_link(link_of(root, parent, old), node);
	if (node)
		node->kapi_parent = parent;
}

/* @node goes down, its child on the other side comes up in its place. */
static void rotate(struct rb_root *root, struct rb_node *node, bool left)
{
	struct rb_node *up = left ? node->rb_right : node->rb_left;
	struct rb_node *inner = left ? up->rb_left : up->rb_right;

	touch(node);
	touch(up);
	replace_child(root, node->kapi_parent, node, up);
	set_link(left ? &node->rb_right : &node->rb_left, inner);
	set_link(left ? &up->rb_left : &up->rb_right, node);
	if (inner)
		inner->kapi_parent = node;
	node->kapi_parent = up;
}

/* @parent is red and so is @node. Return: where the same trouble may be now. */
static struct rb_node *fix_two_reds(struct rb_root *root, struct rb_node *node,
				    struct rb_node *parent)
{
	struct rb_node *grand = parent->kapi_parent;
	bool is_left = grand->rb_left == parent;
	struct rb_node *uncle = is_left ? grand->rb_right : grand->rb_left;

	touch(grand);
	if (is_red(uncle)) {
		touch(uncle);
		parent->kapi_is_red = uncle->kapi_is_red = false;
		grand->kapi_is_red = true;
		return grand;
	}
	if (node == (is_left ? parent->rb_right : parent->rb_left)) {
		rotate(root, parent, is_left);
		parent = node;
	}
	parent->kapi_is_red = false;
	grand->kapi_is_red = true;
	rotate(root, grand, !is_left);
	return NULL;
}

void rb_insert_color(struct rb_node *node, struct rb_root *root)
{
	kapi_call();
	while (node && node->kapi_parent) {
		touch(node->kapi_parent);
		if (!node->kapi_parent->kapi_is_red)
			return;
		node = fix_two_reds(root, node, node->kapi_parent);
	}
	root->rb_node->kapi_is_red = false;
}

/*
 * The ways through @node (which may be missing) below @parent lack one black
 * node. Return: true once that is mended, else *node and *parent say where it
 * is now.
 */
static bool fix_short_way(struct rb_root *root, struct rb_node **node, struct rb_node **parent)
{
	struct rb_node *up = *parent;
	bool is_left = up->rb_left == *node;
	struct rb_node *sibling = is_left ? up->rb_right : up->rb_left;
	struct rb_node *near, *far;

	touch(up);
	touch(sibling);
	if (is_red(sibling)) {
		sibling->kapi_is_red = false;
		up->kapi_is_red = true;
		rotate(root, up, is_left);
		sibling = is_left ? up->rb_right : up->rb_left;
	}
	near = is_left ? sibling->rb_left : sibling->rb_right;
	far = is_left ? sibling->rb_right : sibling->rb_left;
	if (!is_red(near) && !is_red(far)) {
		sibling->kapi_is_red = true;
		*node = up;
		*parent = up->kapi_parent;
		return false;
	}
	if (!is_red(far)) {
		near->kapi_is_red = false;
		sibling->kapi_is_red = true;
		rotate(root, sibling, !is_left);
		far = sibling;
		sibling = near;
	}
	sibling->kapi_is_red = up->kapi_is_red;
	up->kapi_is_red = false;
	far->kapi_is_red = false;
	rotate(root, up, is_left);
	return true;
}

static void fix_erased(struct rb_root *root, struct rb_node *node, struct rb_node *parent)
{
	while (parent && !is_red(node)) {
		if (fix_short_way(root, &node, &parent))
			return;
	}
	if (node)
		node->kapi_is_red = false;
}

/* @next, the leftmost below @node's right child, takes @node's place. */
static void swap_in(struct rb_root *root, struct rb_node *node, struct rb_node *next)
{
	next->kapi_is_red = node->kapi_is_red;
	set_link(&next->rb_left, node->rb_left);
	set_link(&next->rb_right, node->rb_right);
	next->rb_left->kapi_parent = next;
	if (next->rb_right)
		next->rb_right->kapi_parent = next;
	replace_child(root, node->kapi_parent, node, next);
}

void rb_erase(struct rb_node *node, struct rb_root *root)
{
	struct rb_node *child, *parent, *next = node;
	bool was_red;

	kapi_call();
	touch(node);
	if (node->rb_left && node->rb_right) {
		next = node->rb_right;
		while (next->rb_left) {
			touch(next);
			next = next->rb_left;
		}
	}
	/* @next has one child at most: take it out of the tree. */
	child = next->rb_left ? next->rb_left : next->rb_right;
	parent = next->kapi_parent;
	was_red = next->kapi_is_red;
	replace_child(root, parent, next, child);
	if (next != node) {
		if (parent == node)
			parent = next;
		swap_in(root, node, next);
	}
	if (!was_red)
		fix_erased(root, child, parent);
}

/* --- walks --- */

static struct rb_node *outermost(struct rb_node *node, bool left)
{
	while (node) {
		struct rb_node *below = left ? node->rb_left : node->rb_right;

		touch_read(node);
		if (!below)
			break;
		node = below;
	}
	return node;
}

static struct rb_node *step(const struct rb_node *from, bool forward)
{
	struct rb_node *node = (struct rb_node *)from;
	struct rb_node *below = forward ? node->rb_right : node->rb_left;

	if (RB_EMPTY_NODE(node))
		return NULL;
	if (below)
		return outermost(below, forward);
	while (node->kapi_parent &&
	       node == (forward ? node->kapi_parent->rb_right : node->kapi_parent->rb_left)) {
		node = node->kapi_parent;
		touch_read(node);
	}
	return node->kapi_parent;
}

struct rb_node *rb_next(const struct rb_node *node)
{
	return step(node, true);
}

struct rb_node *rb_prev(const struct rb_node *node)
{
	return step(node, false);
}

struct rb_node *rb_first(const struct rb_root *root)
{
	return outermost(root->rb_node, true);
}

struct rb_node *rb_last(const struct rb_root *root)
{
	return outermost(root->rb_node, false);
}

static struct rb_node *deepest_left(struct rb_node *node)
{
	while (node && (node->rb_left || node->rb_right)) {
		touch_read(node);
		node = node->rb_left ? node->rb_left : node->rb_right;
	}
	return node;
}

struct rb_node *rb_first_postorder(const struct rb_root *root)
{
	return deepest_left(root->rb_node);
}

struct rb_node *rb_next_postorder(const struct rb_node *node)
{
	struct rb_node *parent = node->kapi_parent;

	if (parent && parent->rb_left == node && parent->rb_right)
		return deepest_left(parent->rb_right);
	return parent;
}

void rb_replace_node(struct rb_node *victim, struct rb_node *node, struct rb_root *root)
{
	touch(victim);
	*node = *victim;
	replace_child(root, victim->kapi_parent, victim, node);
	if (node->rb_left)
		node->rb_left->kapi_parent = node;
	if (node->rb_right)
		node->rb_right->kapi_parent = node;
}
