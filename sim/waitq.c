// SPDX-License-Identifier: GPL-2.0-only
/*
 * Wait queue and completion. The queue is a line of its own (the wait queue's
 * lock and list head); a waiter is taken off it by whoever wakes it.
 *
 * Left out: exclusive and shared waiters in one queue (the caller says how many
 * to wake), and the lock's contention beyond that of its line.
 */
#include "sim/lock_internal.h"
#include "sim/sim.h"

void sim_waitq_init(struct sim_waitq *waitq)
{
	*waitq = (struct sim_waitq){};
	sim_line_init(&waitq->line);
}

static struct waiter_fifo fifo_of(struct sim_waitq *waitq)
{
	return (struct waiter_fifo){&waitq->first, &waitq->last};
}

static void timed_out(struct sim_event *event)
{
	struct sim_waiter *waiter = (struct sim_waiter *)((u8 *)event -
							  offsetof(struct sim_waiter, limit));

	waiter->is_limit_over = true;
	sim_thread_wake_now(waiter->thread);
}

static void enqueue(struct sim_waitq *waitq, struct sim_waiter *waiter)
{
	if (waiter->is_queued)
		return;
	sim_line_atomic(&waitq->line);
	sim_waiter_push(fifo_of(waitq), waiter);
}

static bool wait_until_ready(struct sim_waitq *waitq, struct sim_waiter *waiter,
			     bool (*is_ready)(void *arg), void *arg)
{
	for (;;) {
		enqueue(waitq, waiter);
		if (is_ready(arg))
			return true;
		if (waiter->is_limit_over)
			return false;
		/* Taken off since: woken, though a lock may have used the wake-up. */
		if (waiter->is_queued)
			sim_park();
	}
}

bool sim_waitq_wait(struct sim_waitq *waitq, bool (*is_ready)(void *arg), void *arg, u64 timeout_ps)
{
	struct sim_waiter waiter = {.thread = sim_core->current};
	bool is_done;

	sim_settle();
	sim_assert(sim_may_sleep());
	if (is_ready(arg))
		return true;
	sim_event_init(&waiter.limit, timed_out);
	if (timeout_ps != SIM_TIME_NEVER)
		sim_event_schedule(&waiter.limit, sim_core->now_ps + timeout_ps);
	is_done = wait_until_ready(waitq, &waiter, is_ready, arg);
	sim_event_cancel(&waiter.limit);
	if (waiter.is_queued) {
		sim_line_atomic(&waitq->line);
		/* Woken meanwhile, it is off the queue already. */
		if (waiter.is_queued)
			sim_waiter_remove(fifo_of(waitq), &waiter);
	}
	return is_done;
}

/* Off the queue at once, woken afterwards: the queue may go with the first of them. */
static void take_off(struct sim_waitq *waitq, u32 nr, struct wake_list *wakes)
{
	struct sim_waiter *waiter;

	for (; nr && waitq->first; nr--) {
		waiter = waitq->first;
		sim_waiter_remove(fifo_of(waitq), waiter);
		sim_wake_list_add(wakes, waiter->thread);
	}
}

void sim_waitq_wake(struct sim_waitq *waitq, u32 nr)
{
	struct wake_list wakes = {};

	sim_line_atomic(&waitq->line);
	take_off(waitq, nr, &wakes);
	sim_wake_list_wake(&wakes);
}

bool sim_waitq_is_empty(const struct sim_waitq *waitq)
{
	return !waitq->first;
}

/* --- completion --- */

#define DONE_FOR_ALL (~0U)

void sim_completion_init(struct sim_completion *completion)
{
	completion->done = 0;
	sim_waitq_init(&completion->waitq);
}

static void complete(struct sim_completion *completion, u32 nr, u32 done)
{
	struct wake_list wakes = {};

	sim_line_atomic(&completion->waitq.line);
	if (completion->done != DONE_FOR_ALL)
		completion->done = done == DONE_FOR_ALL ? done : completion->done + done;
	take_off(&completion->waitq, nr, &wakes);
	sim_wake_list_wake(&wakes);
}

void sim_complete(struct sim_completion *completion)
{
	complete(completion, 1, 1);
}

void sim_complete_all(struct sim_completion *completion)
{
	complete(completion, ~0U, DONE_FOR_ALL);
}

/* Ready takes: between the check and the return nobody else may get the one. */
static bool take_done(void *arg)
{
	struct sim_completion *completion = arg;

	if (!completion->done)
		return false;
	if (completion->done != DONE_FOR_ALL)
		completion->done--;
	return true;
}

void sim_wait_for_completion(struct sim_completion *completion)
{
	sim_waitq_wait(&completion->waitq, take_done, completion, SIM_TIME_NEVER);
}
