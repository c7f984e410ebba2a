// SPDX-License-Identifier: GPL-2.0-only
/*
 * MMU notifiers. A walk over the subscribers may sleep, so it is counted, and
 * what leaves the list waits until no walk is under way (Linux: SRCU). Walks
 * that begin later do not meet it, so the wait ends if walks do.
 */
#include <linux/mmu_notifier.h>

#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mmap_lock.h>
#include <linux/rculist.h>
#include <linux/sched/mm.h>

void kapi_mmu_notifier_release(struct mm_struct *mm);

static void walk_begin(struct mm_struct *mm)
{
	sim_point(SIM_POINT_ENTER, &mm->notifiers, sizeof(long));
	sim_order_acquire(&mm->notifiers);
	mm->nr_notifier_walks++;
}

static void walk_end(struct mm_struct *mm)
{
	sim_point(SIM_POINT_ENTER, &mm->notifiers, sizeof(long));
	sim_order_release(&mm->nr_notifier_walks);
	sim_quiet_begin();
	if (!--mm->nr_notifier_walks && waitqueue_active(&mm->notifiers_idle))
		wake_up_all(&mm->notifiers_idle);
	sim_quiet_end();
}

int mmu_notifier_register(struct mmu_notifier *subscription, struct mm_struct *mm)
{
	mmap_write_lock(mm);
	BUG_ON(atomic_read(&mm->mm_users) <= 0);
	/* As mm_take_all_locks() sees to it: nobody comes between a start and its end. */
	sim_point(SIM_POINT_STEP, &mm->notifiers, sizeof(long));
	sim_order_release(&mm->notifiers);
	sim_quiet_begin();
	while (mm->nr_invalidating)
		wait_event(mm->notifiers_idle, !mm->nr_invalidating);
	sim_quiet_end();
	subscription->mm = mm;
	mmgrab(mm);
	list_add_tail_rcu(&subscription->entry, &mm->notifiers);
	mmap_write_unlock(mm);
	return 0;
}

void mmu_notifier_unregister(struct mmu_notifier *subscription, struct mm_struct *mm)
{
	might_sleep();
	sim_point(SIM_POINT_STEP, &mm->notifiers, sizeof(long));
	if (!list_empty_careful(&subscription->entry)) {
		list_del_rcu(&subscription->entry);
		/* As Linux does: who leaves by himself sees the release too. */
		if (!mm->is_dead && subscription->ops->release)
			subscription->ops->release(subscription, mm);
	}
	sim_quiet_begin();
	wait_event(mm->notifiers_idle, !mm->nr_notifier_walks);
	sim_quiet_end();
	sim_order_acquire(&mm->nr_notifier_walks);
	mmdrop(mm);
}

static void call_ends(struct mmu_notifier_range *range)
{
	struct mmu_notifier *subscription;

	list_for_each_entry_rcu(subscription, &range->mm->notifiers, entry)
	{
		if (subscription->ops->invalidate_range_end)
			subscription->ops->invalidate_range_end(subscription, range);
	}
}

static int invalidate_start(struct mmu_notifier_range *range)
{
	struct mm_struct *mm = range->mm;
	struct mmu_notifier *subscription;
	int ret = 0;

	kapi_call();
	walk_begin(mm);
	mm->nr_invalidating++;
	list_for_each_entry_rcu(subscription, &mm->notifiers, entry)
	{
		int err = 0;

		if (subscription->ops->invalidate_range_start)
			err = subscription->ops->invalidate_range_start(subscription, range);
		if (err) {
			WARN_ON(mmu_notifier_range_blockable(range));
			ret = err;
		}
	}
	/* As in Linux: then all are told of the end, those that refused too. */
	if (ret) {
		call_ends(range);
		mm->nr_invalidating--;
	}
	walk_end(mm);
	return ret;
}

/* As in Linux 6.1, secondary TLBs are told at the end of a range, too. */
static void call_ranges(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct mmu_notifier *subscription;

	list_for_each_entry_rcu(subscription, &mm->notifiers, entry)
	{
		if (subscription->ops->invalidate_range)
			subscription->ops->invalidate_range(subscription, mm, start, end);
	}
}

static void invalidate_end(struct mmu_notifier_range *range)
{
	struct mm_struct *mm = range->mm;

	kapi_call();
	walk_begin(mm);
	call_ranges(mm, range->start, range->end);
	call_ends(range);
	mm->nr_invalidating--;
	walk_end(mm);
}

void mmu_notifier_invalidate_range_start(struct mmu_notifier_range *range)
{
	might_sleep();
	range->flags |= MMU_NOTIFIER_RANGE_BLOCKABLE;
	invalidate_start(range);
}

int mmu_notifier_invalidate_range_start_nonblock(struct mmu_notifier_range *range)
{
	range->flags &= ~MMU_NOTIFIER_RANGE_BLOCKABLE;
	return invalidate_start(range);
}

void mmu_notifier_invalidate_range_end(struct mmu_notifier_range *range)
{
	invalidate_end(range);
}

void mmu_notifier_invalidate_range(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	if (!mm_has_notifiers(mm))
		return;
	kapi_call();
	walk_begin(mm);
	call_ranges(mm, start, end);
	walk_end(mm);
}

void kapi_mmu_notifier_release(struct mm_struct *mm)
{
	struct mmu_notifier *subscription;

	walk_begin(mm);
	list_for_each_entry_rcu(subscription, &mm->notifiers, entry)
	{
		if (subscription->ops->release)
			subscription->ops->release(subscription, mm);
	}
	walk_end(mm);
}
