/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's purpose; nodes carry a touch tag. */
#ifndef _LINUX_RBTREE_TYPES_H
#define _LINUX_RBTREE_TYPES_H

#include <linux/types.h>

struct rb_node {
	struct rb_node *kapi_parent;
	struct rb_node *rb_right;
	struct rb_node *rb_left;
	bool kapi_is_red;
	struct kapi_touch touch;
};

struct rb_root {
	struct rb_node *rb_node;
};

struct rb_root_cached {
	struct rb_root rb_root;
	struct rb_node *rb_leftmost;
};

#define RB_ROOT                                                                                    \
	(struct rb_root)                                                                           \
	{                                                                                          \
		NULL                                                                               \
	}

#endif
