// SPDX-License-Identifier: GPL-2.0-only
/*
 * Work queues as callers see them: queueing, waiting, taking back, delayed works, and
 * the queues themselves. What a pool of workers is, and who runs a work:
 * workqueue_internal.h.
 *
 * Changed: a work is taken back by whoever holds its pool's lock; flush_workqueue()
 * counts works by their number, not by colours. Left out: priorities, freezing.
 */
#include "kapi/lib/workqueue_internal.h"

#include <linux/bug.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/overflow.h>
#include <linux/processor.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <stdarg.h>

#include "sim/dist.h"
#include "sim/topology.h"

/* --- which pool --- */

static bool is_ordered(const struct workqueue_struct *wq)
{
	return wq->flags & __WQ_ORDERED;
}

static struct worker_pool *pool_of(const struct workqueue_struct *wq, u32 index, bool *is_new)
{
	u32 first_cpu, nr_cpus;

	if (!(wq->flags & WQ_UNBOUND))
		return wq_bound_pool(index, is_new);
	if (is_ordered(wq))
		return wq_unbound_pool(0, num_online_cpus(), is_new);
	wq_pod_cpus(index, &first_cpu, &nr_cpus);
	return wq_unbound_pool(first_cpu, nr_cpus, is_new);
}

static struct pool_workqueue *pwq_of(struct workqueue_struct *wq, u32 cpu)
{
	u32 index = is_ordered(wq) ? 0 : wq->flags & WQ_UNBOUND ? wq_pod(cpu) : cpu;
	struct pool_workqueue *pwq = &wq->pwqs[index];
	bool is_new = false;

	if (!pwq->pool)
		pwq->pool = pool_of(wq, index, &is_new);
	if (is_new)
		wq_first_worker(pwq->pool);
	return pwq;
}

/* --- queueing --- */

void kapi_init_work(struct work_struct *work, work_func_t func)
{
	*work = (struct work_struct){.func = func};
	INIT_LIST_HEAD(&work->entry);
}

bool work_pending(const struct work_struct *work)
{
	sim_point(SIM_POINT_ENTER, &kapi_state->workqueues, sizeof(long));
	return work->is_pending;
}

/*
 * A work that runs elsewhere goes there again, so that it does not run twice at a time.
 * Return: where it goes; the pool is locked.
 */
static struct pool_workqueue *lock_pwq(struct pool_workqueue *pwq, const struct work_struct *work)
{
	struct worker_pool *last = work->pool;
	const struct worker *worker;

	if (!last || last == pwq->pool || is_ordered(pwq->wq)) {
		pool_lock(pwq->pool);
		return pwq;
	}
	pool_lock(last);
	worker = find_worker_executing_work(last, work);
	if (worker && worker->current_pwq->wq == pwq->wq)
		return worker->current_pwq;
	pool_unlock(last);
	pool_lock(pwq->pool);
	return pwq;
}

/* The pool is locked. */
static void insert_work(struct pool_workqueue *pwq, struct work_struct *work)
{
	work->pwq = pwq;
	work->pool = pwq->pool;
	work->seq = ++pwq->wq->next_seq;
	pwq->wq->nr_in_flight++;
	kapi_touch(&pwq->touch);
	work->is_inactive = pwq->inactive_works.next != &pwq->inactive_works ||
			    !pwq_tryinc_nr_active(pwq);
	if (work->is_inactive) {
		list_add_tail(&work->entry, &pwq->inactive_works);
		return;
	}
	list_add_tail(&work->entry, &pwq->pool->worklist);
	kick_pool(pwq->pool);
}

bool queue_work_on(int cpu, struct workqueue_struct *wq, struct work_struct *work)
{
	struct pool_workqueue *pwq;

	sim_charge_cost(kapi_state->params.queue_work_ps);
	kapi_settle();
	wq_step_begin();
	if (work->is_pending || work->nr_cancelling) {
		wq_step_end();
		return false;
	}
	sim_order_release(work);
	work->is_pending = true;
	local_irq_disable();
	pwq = pwq_of(wq, cpu == WORK_CPU_UNBOUND ? smp_processor_id() : (u32)cpu);
	pwq = lock_pwq(pwq, work);
	insert_work(pwq, work);
	pool_unlock(pwq->pool);
	local_irq_enable();
	wq_step_end();
	return true;
}

/* --- waiting and taking back --- */

static bool wait_for_work(struct work_struct *work)
{
	struct barrier barrier = {.work = work};
	struct worker_pool *pool = work->pool;
	struct worker *worker;

	if (!pool)
		return false;
	init_completion(&barrier.done);
	pool_lock(pool);
	worker = find_worker_executing_work(pool, work);
	if (work->pwq && work->pool == pool) {
		list_add_tail(&barrier.entry, &pool->barriers);
	} else if (worker) {
		list_add_tail(&barrier.entry, &worker->barriers);
	} else {
		pool_unlock(pool);
		return false;
	}
	pool_unlock(pool);
	wait_for_completion(&barrier.done);
	return true;
}

bool flush_work(struct work_struct *work)
{
	bool has_waited;

	might_sleep();
	kapi_settle();
	wq_step_begin();
	has_waited = wait_for_work(work);
	wq_step_end();
	sim_order_acquire(work);
	return has_waited;
}

/* The pool that has it is locked, and unlocked on return. */
static void unlock_and_take_back(struct worker_pool *pool, struct work_struct *work)
{
	struct pool_workqueue *pwq = work->pwq;
	struct barrier *barrier, *next;
	LIST_HEAD(barriers);
	LIST_HEAD(flushers);

	list_del_init(&work->entry);
	work->pwq = NULL;
	work->is_pending = false;
	list_for_each_entry_safe (barrier, next, &pool->barriers, entry) {
		if (barrier->work == work)
			list_move_tail(&barrier->entry, &barriers);
	}
	wq_retire(pwq->wq, work->seq, &flushers);
	kapi_touch(&pwq->touch);
	if (!work->is_inactive) {
		pwq_dec_nr_active(pwq);
		kick_pool(pool);
	}
	pool_unlock(pool);
	wq_complete_barriers(&barriers);
	wq_complete_flushers(&flushers);
}

/* Whoever made it pending may still be on his way to the pool. Return: was it taken back? */
static bool grab_pending(struct work_struct *work)
{
	while (work->is_pending) {
		struct worker_pool *pool = work->pool;

		if (pool) {
			pool_lock(pool);
			if (work->pwq && work->pool == pool) {
				unlock_and_take_back(pool, work);
				return true;
			}
			pool_unlock(pool);
		}
		cpu_relax();
	}
	return false;
}

bool cancel_work(struct work_struct *work)
{
	bool was_pending;

	kapi_call();
	kapi_settle();
	wq_step_begin();
	was_pending = grab_pending(work);
	wq_step_end();
	return was_pending;
}

bool cancel_work_sync(struct work_struct *work)
{
	bool was_pending;

	might_sleep();
	kapi_settle();
	wq_step_begin();
	work->nr_cancelling++;
	was_pending = grab_pending(work);
	kapi_settle();
	wait_for_work(work);
	work->nr_cancelling--;
	wq_step_end();
	sim_order_acquire(work);
	return was_pending;
}

/* --- delayed works --- */

void kapi_init_delayed_work(struct delayed_work *dwork, work_func_t func)
{
	*dwork = (struct delayed_work){};
	kapi_init_work(&dwork->work, func);
	INIT_LIST_HEAD(&dwork->expired);
}

static int timer_thread(void *data)
{
	while (!kthread_should_stop()) {
		struct delayed_work *dwork;

		set_current_state(TASK_IDLE);
		dwork = list_first_entry_or_null(&kapi_state->expired, struct delayed_work,
						 expired);
		if (!dwork) {
			schedule();
			continue;
		}
		__set_current_state(TASK_RUNNING);
		list_del_init(&dwork->expired);
		queue_work(dwork->wq, &dwork->work);
	}
	return 0;
}

static void delayed_work_is_due(kapi_timer_t *timer)
{
	struct delayed_work *dwork = container_of(timer, struct delayed_work, timer);

	list_add_tail(&dwork->expired, &kapi_state->expired);
	wake_up_process(kapi_state->timer_thread);
}

/* Return: was it waiting for its time? */
static bool take_back_timer(struct delayed_work *dwork)
{
	bool was_pending = kapi_timer_cancel(&dwork->timer) || !list_empty(&dwork->expired);

	list_del_init(&dwork->expired);
	return was_pending;
}

bool queue_delayed_work(struct workqueue_struct *wq, struct delayed_work *dwork,
			unsigned long delay)
{
	if (!kapi_state->timer_thread)
		kapi_state->timer_thread = kapi_thread(timer_thread, NULL, -1, "ktimers");
	if (work_pending(&dwork->work) || !list_empty(&dwork->expired) ||
	    kapi_timer_is_pending(&dwork->timer))
		return false;
	dwork->wq = wq;
	kapi_timer_start(&dwork->timer, delay, delayed_work_is_due);
	return true;
}

bool mod_delayed_work(struct workqueue_struct *wq, struct delayed_work *dwork, unsigned long delay)
{
	bool was_pending = take_back_timer(dwork) || cancel_work(&dwork->work);

	queue_delayed_work(wq, dwork, delay);
	return was_pending;
}

bool cancel_delayed_work_sync(struct delayed_work *dwork)
{
	bool was_pending = take_back_timer(dwork);

	return cancel_work_sync(&dwork->work) || was_pending;
}

/* --- queues --- */

/* Each pool learns of it, under its lock. */
static void visit_pools(struct workqueue_struct *wq)
{
	for (u32 i = 0; i < wq->nr_pwqs; i++) {
		if (!wq->pwqs[i].pool)
			continue;
		pool_lock(wq->pwqs[i].pool);
		pool_unlock(wq->pwqs[i].pool);
	}
}

static void wait_for_all(struct workqueue_struct *wq)
{
	struct flusher flusher;

	if (!wq->nr_in_flight) {
		visit_pools(wq);
		return;
	}
	flusher.last_seq = wq->next_seq;
	flusher.nr_left = wq->nr_in_flight;
	init_completion(&flusher.done);
	list_add_tail(&flusher.entry, &wq->flushers);
	visit_pools(wq);
	wait_for_completion(&flusher.done);
}

void flush_workqueue(struct workqueue_struct *wq)
{
	might_sleep();
	kapi_settle();
	wq_step_begin();
	wait_for_all(wq);
	wq_step_end();
	sim_order_acquire(wq);
}

void drain_workqueue(struct workqueue_struct *wq)
{
	while (wq->nr_in_flight)
		flush_workqueue(wq);
}

/* As of Linux 6.1, one at a time means in order. */
static unsigned int all_flags(unsigned int flags, int max_active)
{
	return flags & WQ_UNBOUND && max_active == 1 ? flags | __WQ_ORDERED : flags;
}

static u32 nr_pwqs_of(unsigned int flags)
{
	if (!(flags & WQ_UNBOUND))
		return num_online_cpus();
	return flags & __WQ_ORDERED ? 1 : wq_nr_pods();
}

static u32 nr_nodes_of(unsigned int flags)
{
	bool is_by_node = flags & WQ_UNBOUND && kapi_state->params.workqueue_node_active;

	return is_by_node ? sim_level_groups(SIM_LEVEL_NODE) + 1 : 0;
}

/* The workqueue, its pwqs, then what it has of each node. */
static size_t wq_bytes(unsigned int flags)
{
	const struct workqueue_struct *wq = NULL;

	return struct_size(wq, pwqs, nr_pwqs_of(flags)) +
	       nr_nodes_of(flags) * sizeof(*wq->node_nr_active);
}

static void wq_init(struct workqueue_struct *wq, unsigned int flags, int max_active)
{
	wq->flags = flags;
	wq->max_active = clamp(max_active > 0 ? max_active : WQ_DFL_ACTIVE, 1, WQ_MAX_ACTIVE);
	wq->nr_pwqs = nr_pwqs_of(flags);
	INIT_LIST_HEAD(&wq->flushers);
	for (u32 i = 0; i < wq->nr_pwqs; i++) {
		wq->pwqs[i].wq = wq;
		INIT_LIST_HEAD(&wq->pwqs[i].inactive_works);
		INIT_LIST_HEAD(&wq->pwqs[i].pending_node);
	}
	if (nr_nodes_of(flags))
		wq->node_nr_active = (void *)&wq->pwqs[wq->nr_pwqs];
	wq_init_active(wq);
}

struct workqueue_struct *alloc_workqueue(const char *fmt, unsigned int flags, int max_active, ...)
{
	struct workqueue_struct *wq;
	va_list args;

	flags = all_flags(flags, max_active);
	wq = kzalloc(wq_bytes(flags), GFP_KERNEL);
	if (!wq)
		return NULL;
	va_start(args, max_active);
	vsnprintf(wq->name, sizeof(wq->name), fmt, args);
	va_end(args);
	wq_init(wq, flags, max_active);
	return wq;
}

void destroy_workqueue(struct workqueue_struct *wq)
{
	if (!wq)
		return;
	drain_workqueue(wq);
	kfree(wq);
}

struct workqueue_struct *kapi_system_wq(unsigned int flags)
{
	struct workqueue_struct **wq = &kapi_state->system_wqs[!!(flags & WQ_UNBOUND)];

	if (!*wq) {
		*wq = kapi_alloc(wq_bytes(flags));
		strscpy((*wq)->name, "events", sizeof((*wq)->name));
		wq_init(*wq, flags, 0);
	}
	return *wq;
}
