/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour; walks are charged as in linux/list.h. */
#ifndef _LINUX_RCULIST_H
#define _LINUX_RCULIST_H

#include <linux/list.h>
#include <linux/rcupdate.h>

static inline void list_add_rcu(struct list_head *node, struct list_head *head)
{
	list_add(node, head);
}

static inline void list_add_tail_rcu(struct list_head *node, struct list_head *head)
{
	list_add_tail(node, head);
}

/* Readers may still stand on @entry: its next pointer stays. */
static inline void list_del_rcu(struct list_head *entry)
{
	__list_del_entry(entry);
	entry->prev = LIST_POISON2;
}

#define list_for_each_entry_rcu(pos, head, member, ...) list_for_each_entry (pos, head, member)
#define list_for_each_entry_srcu(pos, head, member, cond) list_for_each_entry (pos, head, member)
#define list_entry_rcu list_entry

#endif
