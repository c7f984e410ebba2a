/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour: many add without a lock, one takes all; nodes and head are charged as
 * lists are, adding and taking with an atomic operation. */
#ifndef _LINUX_LLIST_H
#define _LINUX_LLIST_H

#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/types.h>

struct llist_node {
	struct llist_node *next;
	struct kapi_touch touch;
};

struct llist_head {
	struct llist_node *first;
	struct sim_line line;
};

static inline void init_llist_head(struct llist_head *list)
{
	list->first = NULL;
	kapi_atomic_new(&list->line);
}

static inline __no_kcsan bool llist_empty(const struct llist_head *head)
{
	kapi_atomic_load(&head->line);
	return !READ_ONCE(head->first);
}

/* Return: was the list empty? */
static inline __no_kcsan bool llist_add(struct llist_node *node, struct llist_head *head)
{
	kapi_touch_new(&node->touch);
	kapi_atomic_load(&head->line);
	do {
		node->next = READ_ONCE(head->first);
		kapi_atomic_rmw(&head->line);
	} while (head->first != node->next);
	head->first = node;
	return !node->next;
}

/* The newest first. */
static inline __no_kcsan struct llist_node *llist_del_all(struct llist_head *head)
{
	struct llist_node *first;

	kapi_atomic_rmw(&head->line);
	first = head->first;
	head->first = NULL;
	return first;
}

struct llist_node *llist_reverse_order(struct llist_node *head);

static inline struct llist_node *kapi_llist_reach(struct llist_node *node)
{
	if (node)
		kapi_touch_read(&node->touch);
	return node;
}

#define llist_entry(ptr, type, member) container_of(ptr, type, member)
#define kapi_llist_entry(ptr, type, member)                                                        \
	({                                                                                         \
		struct llist_node *reached_ = kapi_llist_reach(ptr);                               \
		reached_ ? llist_entry(reached_, type, member) : NULL;                             \
	})
#define llist_for_each_entry_safe(pos, n, node, member)                                            \
	for (pos = kapi_llist_entry((node), __typeof__(*pos), member);                             \
	     pos && (n = kapi_llist_entry(pos->member.next, __typeof__(*n), member), true);        \
	     pos = n)

#endif
