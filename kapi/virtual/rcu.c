// SPDX-License-Identifier: GPL-2.0-only
/*
 * RCU: readers enter one of two phases; a grace period turns the phase over and
 * waits until the readers of the old one have gone. Grace periods run one after
 * the other, in a thread that also runs the callbacks, oldest first.
 *
 * Changed: Linux detects quiescent states per CPU and batches callbacks in soft
 * interrupts; here a reader is counted, and its cost is one API call.
 */
#include <linux/rcupdate.h>

#include <linux/bug.h>
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/slab.h>

#include "kapi/internal.h"

/* --- readers --- */

void rcu_read_lock(void)
{
	struct kapi_rcu *rcu = &kapi_state->rcu;
	struct task_struct *task = current;

	kapi_call();
	if (task->rcu_read_depth++)
		return;
	sim_point(SIM_POINT_ENTER, rcu, sizeof(long));
	task->rcu_phase = rcu->phase;
	rcu->nr_readers[rcu->phase]++;
	sim_reader(true);
}

void rcu_read_unlock(void)
{
	struct kapi_rcu *rcu = &kapi_state->rcu;
	struct task_struct *task = current;

	BUG_ON(!task->rcu_read_depth);
	if (--task->rcu_read_depth)
		return;
	sim_point(SIM_POINT_ENTER, rcu, sizeof(long));
	sim_reader(false);
	sim_order_release(&rcu->nr_readers);
	sim_quiet_begin();
	if (!--rcu->nr_readers[task->rcu_phase] && task->rcu_phase != rcu->phase)
		wake_up(&rcu->work);
	sim_quiet_end();
}

int rcu_read_lock_held(void)
{
	return current->rcu_read_depth > 0;
}

/* --- grace periods --- */

static void run_callback(struct rcu_head *head)
{
	unsigned long offset = (unsigned long)head->func;

	if (offset < 4096)
		kfree((char *)head - offset);
	else
		head->func(head);
}

static struct rcu_head *take_callbacks(struct kapi_rcu *rcu)
{
	struct rcu_head *first = rcu->first;

	rcu->first = NULL;
	rcu->last = &rcu->first;
	return first;
}

static void wait_for_readers(struct kapi_rcu *rcu)
{
	u32 old = rcu->phase;

	rcu->phase = !old;
	if (kapi_state->params.rcu_gp_ps) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		kapi_schedule_ps(kapi_state->params.rcu_gp_ps);
	}
	wait_event(rcu->work, !rcu->nr_readers[old]);
}

static int rcu_thread(void *data)
{
	struct kapi_rcu *rcu = data;

	sim_quiet_begin();
	while (!kthread_should_stop()) {
		struct rcu_head *head, *next;

		wait_event(rcu->work, rcu->first);
		sim_quiet_end();
		sim_point(SIM_POINT_STEP, rcu, sizeof(long));
		sim_quiet_begin();
		head = take_callbacks(rcu);
		sim_order_acquire(&rcu->first);
		wait_for_readers(rcu);
		sim_order_acquire(&rcu->nr_readers);
		sim_quiet_end();
		for (; head; head = next) {
			next = head->next;
			run_callback(head);
		}
		sim_quiet_begin();
	}
	return 0;
}

void kapi_rcu_init(struct kapi_rcu *rcu)
{
	rcu->last = &rcu->first;
	init_waitqueue_head(&rcu->work);
	/* Runs from the first callback on, which may come where nothing may sleep. */
	rcu->thread = kapi_thread(rcu_thread, rcu, -1, "rcu_preempt");
}

void call_rcu(struct rcu_head *head, rcu_callback_t func)
{
	struct kapi_rcu *rcu = &kapi_state->rcu;

	kapi_call();
	sim_point(SIM_POINT_STEP, rcu, sizeof(long));
	sim_order_release(&rcu->first);
	sim_quiet_begin();
	head->func = func;
	head->next = NULL;
	*rcu->last = head;
	rcu->last = &head->next;
	if (unlikely(rcu->thread->__state == TASK_NEW))
		wake_up_process(rcu->thread);
	else
		wake_up(&rcu->work);
	sim_quiet_end();
}

struct rcu_waiter {
	struct rcu_head head;
	struct completion done;
};

static void grace_period_over(struct rcu_head *head)
{
	sim_quiet_begin();
	complete(&container_of(head, struct rcu_waiter, head)->done);
	sim_quiet_end();
}

void synchronize_rcu(void)
{
	struct rcu_waiter waiter;

	might_sleep();
	BUG_ON(rcu_read_lock_held());
	init_completion(&waiter.done);
	call_rcu(&waiter.head, grace_period_over);
	sim_quiet_begin();
	wait_for_completion(&waiter.done);
	sim_quiet_end();
	sim_order_acquire(&kapi_state->rcu.nr_readers);
}

/* Callbacks run in order, so one more behind the others is enough. */
void rcu_barrier(void)
{
	synchronize_rcu();
}
