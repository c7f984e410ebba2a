/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour; every node that an operation or a walk reaches is charged by its touch
 * tag. */
#ifndef _LINUX_LIST_H
#define _LINUX_LIST_H

#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/poison.h>
#include <linux/types.h>

#define LIST_HEAD_INIT(name)                                                                       \
	{                                                                                          \
		&(name), &(name), KAPI_TOUCH_INIT                                                  \
	}
#define LIST_HEAD(name) struct list_head name = LIST_HEAD_INIT(name)

static inline void INIT_LIST_HEAD(struct list_head *list)
{
	kapi_touch_new(&list->touch);
	list->next = list;
	list->prev = list;
}

static inline void kapi_list_link(struct list_head *node, struct list_head *prev,
				  struct list_head *next)
{
	kapi_touch(&prev->touch);
	kapi_touch(&next->touch);
	kapi_touch_new(&node->touch);
	next->prev = node;
	node->next = next;
	node->prev = prev;
	WRITE_ONCE(prev->next, node);
}

static inline void list_add(struct list_head *node, struct list_head *head)
{
	kapi_list_link(node, head, head->next);
}

static inline void list_add_tail(struct list_head *node, struct list_head *head)
{
	kapi_list_link(node, head->prev, head);
}

static inline void __list_del_entry(struct list_head *entry)
{
	kapi_touch(&entry->touch);
	kapi_touch(&entry->prev->touch);
	kapi_touch(&entry->next->touch);
	entry->next->prev = entry->prev;
	WRITE_ONCE(entry->prev->next, entry->next);
}

static inline void list_del(struct list_head *entry)
{
	__list_del_entry(entry);
	entry->next = LIST_POISON1;
	entry->prev = LIST_POISON2;
}

static inline void list_del_init(struct list_head *entry)
{
	__list_del_entry(entry);
	INIT_LIST_HEAD(entry);
}

static inline void list_replace(struct list_head *old, struct list_head *node)
{
	kapi_touch(&old->touch);
	kapi_touch_new(&node->touch);
	node->next = old->next;
	node->next->prev = node;
	node->prev = old->prev;
	node->prev->next = node;
}

static inline void list_replace_init(struct list_head *old, struct list_head *node)
{
	list_replace(old, node);
	INIT_LIST_HEAD(old);
}

static inline void list_move(struct list_head *entry, struct list_head *head)
{
	__list_del_entry(entry);
	list_add(entry, head);
}

static inline void list_move_tail(struct list_head *entry, struct list_head *head)
{
	__list_del_entry(entry);
	list_add_tail(entry, head);
}

/* For whoever was woken because its entry was unlinked: reads, charges nothing. */
static inline int list_empty_careful(const struct list_head *head)
{
	return head->next == head && head->prev == head;
}

static inline int list_empty(const struct list_head *head)
{
	kapi_touch_read(&head->touch);
	return READ_ONCE(head->next) == head;
}

static inline int list_is_head(const struct list_head *list, const struct list_head *head)
{
	return list == head;
}

static inline int list_is_first(const struct list_head *list, const struct list_head *head)
{
	return list->prev == head;
}

static inline int list_is_last(const struct list_head *list, const struct list_head *head)
{
	return list->next == head;
}

static inline int list_is_singular(const struct list_head *head)
{
	return !list_empty(head) && head->next == head->prev;
}

static inline void kapi_list_splice(struct list_head *list, struct list_head *prev,
				    struct list_head *next)
{
	struct list_head *first = list->next, *last = list->prev;

	kapi_touch(&prev->touch);
	kapi_touch(&next->touch);
	kapi_touch(&first->touch);
	kapi_touch(&last->touch);
	first->prev = prev;
	prev->next = first;
	last->next = next;
	next->prev = last;
}

static inline void list_splice(struct list_head *list, struct list_head *head)
{
	if (!list_empty(list))
		kapi_list_splice(list, head, head->next);
}

static inline void list_splice_tail(struct list_head *list, struct list_head *head)
{
	if (!list_empty(list))
		kapi_list_splice(list, head->prev, head);
}

static inline void list_splice_init(struct list_head *list, struct list_head *head)
{
	list_splice(list, head);
	INIT_LIST_HEAD(list);
}

static inline void list_splice_tail_init(struct list_head *list, struct list_head *head)
{
	list_splice_tail(list, head);
	INIT_LIST_HEAD(list);
}

/* One step of a walk: the node reached is charged. */
static inline struct list_head *kapi_list_next(const struct list_head *pos)
{
	struct list_head *next = READ_ONCE(pos->next);

	kapi_touch_read(&next->touch);
	return next;
}

static inline struct list_head *kapi_list_prev(const struct list_head *pos)
{
	struct list_head *prev = READ_ONCE(pos->prev);

	kapi_touch_read(&prev->touch);
	return prev;
}

static inline struct list_head *kapi_list_first(const struct list_head *head)
{
	kapi_touch_read(&head->touch);
	return kapi_list_next(head);
}

static inline struct list_head *kapi_list_reach(struct list_head *pos)
{
	kapi_touch_read(&pos->touch);
	return pos;
}

#define list_entry(ptr, type, member) container_of(ptr, type, member)
#define list_first_entry(ptr, type, member) list_entry(kapi_list_first(ptr), type, member)
#define list_last_entry(ptr, type, member) list_entry(kapi_list_prev(ptr), type, member)
#define list_first_entry_or_null(ptr, type, member)                                                \
	({                                                                                         \
		const struct list_head *head_ = (ptr);                                             \
		struct list_head *first_ = kapi_list_first(head_);                                 \
		first_ != head_ ? list_entry(first_, type, member) : NULL;                         \
	})
#define list_next_entry(pos, member)                                                               \
	list_entry(kapi_list_next(&(pos)->member), __typeof__(*(pos)), member)
#define list_prev_entry(pos, member)                                                               \
	list_entry(kapi_list_prev(&(pos)->member), __typeof__(*(pos)), member)
#define list_entry_is_head(pos, head, member) (&(pos)->member == (head))

#define list_for_each(pos, head)                                                                   \
	for (pos = kapi_list_first(head); !list_is_head(pos, (head)); pos = kapi_list_next(pos))
/* The node after next is only looked at when it is reached: it may be gone by then. */
#define list_for_each_safe(pos, n, head)                                                           \
	for (pos = kapi_list_first(head), n = pos->next; !list_is_head(pos, (head));               \
	     pos = kapi_list_reach(n), n = pos->next)
#define list_for_each_entry(pos, head, member)                                                     \
	for (pos = list_first_entry(head, __typeof__(*pos), member);                               \
	     !list_entry_is_head(pos, head, member); pos = list_next_entry(pos, member))
#define list_for_each_entry_reverse(pos, head, member)                                             \
	for (pos = list_last_entry(head, __typeof__(*pos), member);                                \
	     !list_entry_is_head(pos, head, member); pos = list_prev_entry(pos, member))
#define list_for_each_entry_continue(pos, head, member)                                            \
	for (pos = list_next_entry(pos, member); !list_entry_is_head(pos, head, member);           \
	     pos = list_next_entry(pos, member))
#define list_for_each_entry_safe(pos, n, head, member)                                             \
	for (pos = list_first_entry(head, __typeof__(*pos), member),                               \
	    n = list_entry(pos->member.next, __typeof__(*pos), member);                            \
	     !list_entry_is_head(pos, head, member);                                               \
	     pos = list_entry(kapi_list_reach(&n->member), __typeof__(*pos), member),              \
	    n = list_entry(pos->member.next, __typeof__(*pos), member))

#define HLIST_HEAD_INIT                                                                            \
	{                                                                                          \
		.first = NULL                                                                      \
	}
#define HLIST_HEAD(name) struct hlist_head name = HLIST_HEAD_INIT
#define INIT_HLIST_HEAD(ptr) ((ptr)->first = NULL)

static inline void INIT_HLIST_NODE(struct hlist_node *node)
{
	node->next = NULL;
	node->pprev = NULL;
}

static inline int hlist_empty(const struct hlist_head *head)
{
	return !READ_ONCE(head->first);
}

static inline int hlist_unhashed(const struct hlist_node *node)
{
	return !node->pprev;
}

static inline void hlist_add_head(struct hlist_node *node, struct hlist_head *head)
{
	struct hlist_node *first = head->first;

	kapi_touch_new(&node->touch);
	node->next = first;
	if (first) {
		kapi_touch(&first->touch);
		first->pprev = &node->next;
	}
	WRITE_ONCE(head->first, node);
	node->pprev = &head->first;
}

static inline void hlist_del_init(struct hlist_node *node)
{
	if (hlist_unhashed(node))
		return;
	kapi_touch(&node->touch);
	WRITE_ONCE(*node->pprev, node->next);
	if (node->next)
		node->next->pprev = node->pprev;
	INIT_HLIST_NODE(node);
}

#define hlist_entry(ptr, type, member) container_of(ptr, type, member)
#define hlist_entry_safe(ptr, type, member)                                                        \
	({                                                                                         \
		struct hlist_node *node_ = (ptr);                                                  \
		if (node_)                                                                         \
			kapi_touch_read(&node_->touch);                                            \
		node_ ? hlist_entry(node_, type, member) : NULL;                                   \
	})
#define hlist_for_each_entry(pos, head, member)                                                    \
	for (pos = hlist_entry_safe((head)->first, __typeof__(*(pos)), member); pos;               \
	     pos = hlist_entry_safe((pos)->member.next, __typeof__(*(pos)), member))
#define hlist_for_each_entry_safe(pos, n, head, member)                                            \
	for (pos = hlist_entry_safe((head)->first, __typeof__(*pos), member);                      \
	     pos && ({                                                                             \
		     n = pos->member.next;                                                         \
		     1;                                                                            \
	     });                                                                                   \
	     pos = hlist_entry_safe(n, __typeof__(*pos), member))

#endif
