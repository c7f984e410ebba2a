/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour: readers may sleep; synchronize_srcu() waits for every reader of the
 * same structure that existed when it began. A reader costs what its CPU's own counter and the
 * barriers cost. Changed: a grace period takes no longer than its readers, as the expedited one. */
#ifndef _LINUX_SRCU_H
#define _LINUX_SRCU_H

#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/wait.h>

struct srcu_struct {
	u32 phase; /* that new readers enter, 0 or 1 */
	u32 nr_readers[2];
	struct mutex mutex; /* one grace period at a time */
	struct wait_queue_head idle;
	void *percpu; /* the kernel's counters are allocated, so this may fail as they do */
};

/* 0 or -ENOMEM */
int init_srcu_struct(struct srcu_struct *ssp);
void cleanup_srcu_struct(struct srcu_struct *ssp);
int srcu_read_lock(struct srcu_struct *ssp);
void srcu_read_unlock(struct srcu_struct *ssp, int idx);
int srcu_read_lock_held(const struct srcu_struct *ssp);
void synchronize_srcu(struct srcu_struct *ssp);
#define synchronize_srcu_expedited synchronize_srcu

#define srcu_dereference(p, ssp) READ_ONCE(p)
#define srcu_dereference_check(p, ssp, c) READ_ONCE(p)

#endif
