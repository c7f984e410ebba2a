/* SPDX-License-Identifier: GPL-2.0-only */
/* A lock for intervals of pages: see range_lock.c. */
#ifndef PFH_RANGE_LOCK_H
#define PFH_RANGE_LOCK_H

#include <linux/completion.h>
#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/spinlock.h>

/* Requests for intervals of pages; those that overlap exclude each other. */
struct pfh_range_lock {
	spinlock_t lock;	  /* both */
	struct rb_root held;	  /* by first page; they do not overlap */
	struct list_head waiting; /* oldest first */
};

/* One request; on the stack of who asks. */
struct pfh_range_hold {
	struct rb_node node;
	struct list_head waiting;
	unsigned long first, last; /* pages of the IOVA */
	struct completion granted;
};

/* pfh_range_lock() may sleep, until it is its turn; the others do not. */
void pfh_range_lock_init(struct pfh_range_lock *lock);
void pfh_range_lock(struct pfh_range_lock *lock, struct pfh_range_hold *hold, unsigned long first,
		    unsigned long nr);
bool pfh_range_trylock(struct pfh_range_lock *lock, struct pfh_range_hold *hold,
		       unsigned long first, unsigned long nr);
void pfh_range_unlock(struct pfh_range_lock *lock, struct pfh_range_hold *hold);

#endif
