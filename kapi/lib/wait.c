// SPDX-License-Identifier: GPL-2.0-only
/* Wait queues and completions, on tasks that sleep and are woken. */
#include <linux/completion.h>

#include <linux/bug.h>
#include <linux/sched/task.h>
#include <linux/wait.h>

#include "kapi/internal.h"

void init_waitqueue_head(struct wait_queue_head *wq_head)
{
	kapi_waitlock_init(&wq_head->lock);
	INIT_LIST_HEAD(&wq_head->head);
}

void init_wait_entry(struct wait_queue_entry *entry, int flags)
{
	entry->flags = flags;
	entry->private = current;
	INIT_LIST_HEAD(&entry->entry);
}

/* Exclusive waiters stand at the end, first come first served. */
void kapi_prepare_to_wait(struct wait_queue_head *wq_head, struct wait_queue_entry *entry,
			  int state)
{
	kapi_waitlock_lock(&wq_head->lock);
	if (list_empty(&entry->entry)) {
		if (entry->flags & WQ_FLAG_EXCLUSIVE)
			list_add_tail(&entry->entry, &wq_head->head);
		else
			list_add(&entry->entry, &wq_head->head);
	}
	set_current_state(state);
	kapi_waitlock_unlock(&wq_head->lock);
}

void prepare_to_wait(struct wait_queue_head *wq_head, struct wait_queue_entry *entry, int state)
{
	entry->flags &= ~WQ_FLAG_EXCLUSIVE;
	kapi_prepare_to_wait(wq_head, entry, state);
}

void prepare_to_wait_exclusive(struct wait_queue_head *wq_head, struct wait_queue_entry *entry,
			       int state)
{
	entry->flags |= WQ_FLAG_EXCLUSIVE;
	kapi_prepare_to_wait(wq_head, entry, state);
}

void finish_wait(struct wait_queue_head *wq_head, struct wait_queue_entry *entry)
{
	__set_current_state(TASK_RUNNING);
	if (list_empty_careful(&entry->entry))
		return;
	kapi_waitlock_lock(&wq_head->lock);
	list_del_init(&entry->entry);
	kapi_waitlock_unlock(&wq_head->lock);
}

/* Take those to wake off the queue; @woken keeps their order. */
static void collect(struct wait_queue_head *wq_head, unsigned int mode, int nr_exclusive,
		    struct list_head *woken)
{
	struct wait_queue_entry *entry, *next;

	list_for_each_entry_safe (entry, next, &wq_head->head, entry) {
		if (!(entry->private->__state & mode))
			continue;
		list_move_tail(&entry->entry, woken);
		if (entry->flags & WQ_FLAG_EXCLUSIVE && !--nr_exclusive)
			break;
	}
}

/*
 * Wake whom collect() found. The queue is not touched any more: a sleeper that
 * is awake may free it. An entry belongs to its sleeper again as soon as it is
 * unlinked, and may unlink itself meanwhile: so one at a time, from the front.
 */
static void wake_collected(struct list_head *woken)
{
	while (!list_empty(woken)) {
		struct wait_queue_entry *entry = list_first_entry(woken, struct wait_queue_entry,
								  entry);
		struct task_struct *task = entry->private;

		kapi_hold_task(task);
		list_del_init(&entry->entry);
		wake_up_process(task);
		kapi_let_go_task(task);
	}
}

/* The queue is locked; returns with it unlocked. */
static void wake_up_locked(struct wait_queue_head *wq_head, unsigned int mode, int nr_exclusive)
{
	LIST_HEAD(woken);

	if (!list_empty(&wq_head->head))
		collect(wq_head, mode, nr_exclusive, &woken);
	kapi_waitlock_unlock(&wq_head->lock);
	wake_collected(&woken);
}

void __wake_up(struct wait_queue_head *wq_head, unsigned int mode, int nr_exclusive, void *key)
{
	kapi_call();
	kapi_waitlock_lock(&wq_head->lock);
	wake_up_locked(wq_head, mode, nr_exclusive);
}

/* --- completions --- */

void init_completion(struct completion *x)
{
	x->done = 0;
	init_waitqueue_head(&x->wait);
}

void complete(struct completion *x)
{
	kapi_call();
	kapi_waitlock_lock(&x->wait.lock);
	if (x->done != UINT_MAX)
		x->done++;
	wake_up_locked(&x->wait, TASK_NORMAL, 1);
}

void complete_all(struct completion *x)
{
	kapi_call();
	kapi_waitlock_lock(&x->wait.lock);
	x->done = UINT_MAX;
	wake_up_locked(&x->wait, TASK_NORMAL, 0);
}

bool try_wait_for_completion(struct completion *x)
{
	sim_point(SIM_POINT_ATOMIC, &x->wait.lock, sizeof(long));
	if (!x->done)
		return false;
	if (x->done != UINT_MAX)
		x->done--;
	return true;
}

bool completion_done(struct completion *x)
{
	sim_point(SIM_POINT_LOAD, &x->wait.lock, sizeof(long));
	return x->done;
}

static long wait_done(struct completion *x, long timeout)
{
	return kapi_wait_event(x->wait, try_wait_for_completion(x), TASK_UNINTERRUPTIBLE,
			       WQ_FLAG_EXCLUSIVE, timeout);
}

void wait_for_completion(struct completion *x)
{
	might_sleep();
	wait_done(x, MAX_SCHEDULE_TIMEOUT);
}

unsigned long wait_for_completion_timeout(struct completion *x, unsigned long timeout)
{
	long left;

	might_sleep();
	if (try_wait_for_completion(x))
		return timeout ? timeout : 1;
	left = wait_done(x, timeout);
	if (left)
		return left;
	/* A completion and the end of the time-out may meet. */
	return try_wait_for_completion(x);
}
