// SPDX-License-Identifier: GPL-2.0-only
/* Lists that many add to without a lock: the part that walks. */
#include <linux/llist.h>

struct llist_node *llist_reverse_order(struct llist_node *head)
{
	struct llist_node *reversed = NULL;

	while (head) {
		struct llist_node *node = head;

		kapi_touch(&node->touch);
		head = node->next;
		node->next = reversed;
		reversed = node;
	}
	return reversed;
}
