/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour; nodes are charged where rb_entry() turns one into what it holds, and
 * where the tree's own code walks. */
#ifndef _LINUX_RBTREE_H
#define _LINUX_RBTREE_H

#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/rbtree_types.h>

#define rb_parent(node) ((node)->kapi_parent)
#define rb_left(node) ((node)->rb_left)
#define rb_right(node) ((node)->rb_right)

/* A search reads the key of each node it passes: this is where it pays. */
#define rb_entry(ptr, type, member)                                                                \
	({                                                                                         \
		__typeof__(ptr) rb_ = (ptr);                                                       \
		if (rb_)                                                                           \
			kapi_touch_read(&rb_->touch);                                              \
		container_of(rb_, type, member);                                                   \
	})
#define rb_entry_safe(ptr, type, member)                                                           \
	({                                                                                         \
		__typeof__(ptr) safe_ = (ptr);                                                     \
		safe_ ? rb_entry(safe_, type, member) : NULL;                                      \
	})

#define RB_EMPTY_ROOT(root) (READ_ONCE((root)->rb_node) == NULL)
#define RB_EMPTY_NODE(node) ((node)->kapi_parent == (node))
#define RB_CLEAR_NODE(node) ((node)->kapi_parent = (node))

void rb_insert_color(struct rb_node *node, struct rb_root *root);
void rb_erase(struct rb_node *node, struct rb_root *root);
struct rb_node *rb_next(const struct rb_node *node);
struct rb_node *rb_prev(const struct rb_node *node);
struct rb_node *rb_first(const struct rb_root *root);
struct rb_node *rb_last(const struct rb_root *root);
struct rb_node *rb_first_postorder(const struct rb_root *root);
struct rb_node *rb_next_postorder(const struct rb_node *node);
void rb_replace_node(struct rb_node *victim, struct rb_node *node, struct rb_root *root);

static inline void rb_link_node(struct rb_node *node, struct rb_node *parent,
				struct rb_node **rb_link)
{
	sim_point(SIM_POINT_STEP, rb_link, sizeof(*rb_link));
	kapi_touch_new(&node->touch);
	node->kapi_parent = parent;
	node->kapi_is_red = true;
	node->rb_left = NULL;
	node->rb_right = NULL;
	*rb_link = node;
}

#define rb_link_node_rcu rb_link_node

#define rbtree_postorder_for_each_entry_safe(pos, n, root, field)                                  \
	for (pos = rb_entry_safe(rb_first_postorder(root), __typeof__(*pos), field);               \
	     pos && ({                                                                             \
		     n = rb_entry_safe(rb_next_postorder(&pos->field), __typeof__(*pos), field);   \
		     1;                                                                            \
	     });                                                                                   \
	     pos = n)

static inline void rb_add(struct rb_node *node, struct rb_root *root,
			  bool (*less)(struct rb_node *, const struct rb_node *))
{
	struct rb_node **link = &root->rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		kapi_touch_read(&parent->touch);
		link = less(node, parent) ? &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(node, parent, link);
	rb_insert_color(node, root);
}

static inline struct rb_node *rb_find(const void *key, const struct rb_root *root,
				      int (*cmp)(const void *key, const struct rb_node *))
{
	struct rb_node *node = root->rb_node;

	while (node) {
		int c;

		kapi_touch_read(&node->touch);
		c = cmp(key, node);
		if (!c)
			return node;
		node = c < 0 ? node->rb_left : node->rb_right;
	}
	return NULL;
}

#endif
