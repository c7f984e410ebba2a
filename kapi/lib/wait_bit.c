// SPDX-License-Identifier: GPL-2.0-only
/* Waiting for variables: who waits for which, in order of coming. */
#include <linux/wait_bit.h>

#include <linux/sched/task.h>

#include "kapi/internal.h"

void kapi_var_wait_begin(struct kapi_var_waiter *waiter, const void *var)
{
	waiter->task = current;
	waiter->var = var;
	INIT_LIST_HEAD(&waiter->node);
}

void kapi_var_wait_prepare(struct kapi_var_waiter *waiter)
{
	sim_point(SIM_POINT_ATOMIC, &kapi_state->var_waiters, sizeof(long));
	if (list_empty(&waiter->node))
		list_add_tail(&waiter->node, &kapi_state->var_waiters);
	set_current_state(TASK_UNINTERRUPTIBLE);
}

void kapi_var_wait_end(struct kapi_var_waiter *waiter)
{
	__set_current_state(TASK_RUNNING);
	sim_point(SIM_POINT_ATOMIC, &kapi_state->var_waiters, sizeof(long));
	if (!list_empty_careful(&waiter->node))
		list_del_init(&waiter->node);
}

static void collect(const void *var, struct list_head *woken)
{
	struct kapi_var_waiter *waiter, *next;

	list_for_each_entry_safe (waiter, next, &kapi_state->var_waiters, node) {
		if (waiter->var == var)
			list_move_tail(&waiter->node, woken);
	}
}

/*
 * As Linux's, it looks whether anybody waits before it locks: those who wake nobody do not order
 * each other. As in wait.c: who is awake may unlink himself, so one at a time from the front.
 */
void wake_up_var(void *var)
{
	LIST_HEAD(woken);

	kapi_call();
	sim_point(SIM_POINT_LOAD, &kapi_state->var_waiters, sizeof(long));
	if (list_empty(&kapi_state->var_waiters))
		return;
	sim_point(SIM_POINT_ATOMIC, &kapi_state->var_waiters, sizeof(long));
	collect(var, &woken);
	while (!list_empty(&woken)) {
		struct kapi_var_waiter *waiter = list_first_entry(&woken, struct kapi_var_waiter,
								  node);
		struct task_struct *task = waiter->task;

		kapi_hold_task(task);
		list_del_init(&waiter->node);
		wake_up_process(task);
		kapi_let_go_task(task);
	}
}
