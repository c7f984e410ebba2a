// SPDX-License-Identifier: GPL-2.0-only
/*
 * Workers. One that is woken looks for works as long as more workers are needed. Before
 * it begins it sees to it that another one is idle: if none is, it is the pool's manager
 * and has one made, which takes its time, unless somebody else is at it. A worker that
 * takes a work wakes the next one where works wait: always in an unbound pool, and in a
 * bound one if no other runs.
 *
 * Concurrency management: a bound pool has one worker that runs. When that sleeps in the
 * middle of a work the next one takes over; one that computes keeps the others waiting,
 * unless its workqueue is WQ_CPU_INTENSIVE.
 *
 * A work never runs twice at a time: if it is queued while it runs, the worker that runs
 * it takes it next.
 *
 * Changed: a worker that goes to sleep does not wait for the pool's lock, which nobody
 * holds half-way through a change when anything else happens. Making a worker cannot
 * fail. Left out: the manager's call for help (rescuers), the end of idle workers,
 * finding out by itself which works are CPU intensive.
 */
#include "kapi/lib/workqueue_internal.h"

#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/kthread.h>

#include "kapi/debug.h"
#include "sim/dist.h"

/* --- flags and counts; the pool is locked --- */

static void worker_set_flags(struct worker *worker, unsigned int flags)
{
	if ((flags & WORKER_NOT_RUNNING) && !(worker->flags & WORKER_NOT_RUNNING))
		worker->pool->nr_running--;
	worker->flags |= flags;
}

static void worker_clr_flags(struct worker *worker, unsigned int flags)
{
	unsigned int old = worker->flags;

	worker->flags &= ~flags;
	if ((old & WORKER_NOT_RUNNING) && !(worker->flags & WORKER_NOT_RUNNING))
		worker->pool->nr_running++;
}

static void worker_enter_idle(struct worker *worker)
{
	worker->flags |= WORKER_IDLE;
	worker->pool->nr_idle++;
	list_add(&worker->entry, &worker->pool->idle_list);
}

static void worker_leave_idle(struct worker *worker)
{
	worker->flags &= ~WORKER_IDLE;
	worker->pool->nr_idle--;
	list_del_init(&worker->entry);
}

/* In the hash of busy workers; the walk of a chain is free, the line of its head is not. */
static void worker_enter_busy(struct worker *worker, const struct work_struct *work)
{
	struct worker_pool *pool = worker->pool;

	kapi_touch(&pool->busy_lines[work->seq % BUSY_LINES]);
	worker->next_busy = pool->busy;
	worker->busy_link = &pool->busy;
	if (pool->busy)
		pool->busy->busy_link = &worker->next_busy;
	pool->busy = worker;
}

static void worker_leave_busy(struct worker *worker, u64 seq)
{
	kapi_touch(&worker->pool->busy_lines[seq % BUSY_LINES]);
	*worker->busy_link = worker->next_busy;
	if (worker->next_busy)
		worker->next_busy->busy_link = worker->busy_link;
}

/* --- concurrency management: wq_worker_sleeping(), wq_worker_running() --- */

static void worker_sleeps(bool is_going)
{
	struct worker *worker = kthread_data(current);
	struct worker_pool *pool = worker->pool;

	if (is_going) {
		if (worker->flags & WORKER_NOT_RUNNING)
			return;
		worker->is_sleeping = true;
		pool->nr_running--;
		kapi_touch_read(&pool->worklist.touch);
		kick_pool(pool);
	} else if (worker->is_sleeping) {
		worker->is_sleeping = false;
		pool->nr_running++;
	}
}

/* --- flushers and barriers --- */

/* @work begins to run: whoever waits for it now waits for the worker. */
static void bind_barriers(struct worker *worker, const struct work_struct *work)
{
	struct barrier *barrier, *next;

	if (list_empty_careful(&worker->pool->barriers))
		return;
	list_for_each_entry_safe (barrier, next, &worker->pool->barriers, entry) {
		if (barrier->work == work)
			list_move_tail(&barrier->entry, &worker->barriers);
	}
}

void wq_retire(struct workqueue_struct *wq, u64 seq, struct list_head *done)
{
	struct flusher *flusher, *next;

	wq->nr_in_flight--;
	if (list_empty_careful(&wq->flushers))
		return;
	list_for_each_entry_safe (flusher, next, &wq->flushers, entry) {
		if (seq <= flusher->last_seq && !--flusher->nr_left)
			list_move_tail(&flusher->entry, done);
	}
}

void wq_complete_flushers(struct list_head *done)
{
	while (!list_empty_careful(done)) {
		struct flusher *flusher = list_first_entry(done, struct flusher, entry);

		list_del(&flusher->entry);
		complete(&flusher->done);
	}
}

void wq_complete_barriers(struct list_head *done)
{
	while (!list_empty_careful(done)) {
		struct barrier *barrier = list_first_entry(done, struct barrier, entry);

		list_del(&barrier->entry);
		complete(&barrier->done);
	}
}

/* --- works; the pool is locked --- */

/* What process_one_work() keeps of a work that may be gone when it has run. */
struct running {
	struct pool_workqueue *pwq;
	u64 seq;
	bool is_cpu_intensive;
};

static struct running begin_work(struct worker *worker, struct work_struct *work)
{
	struct running running = {
		.pwq = work->pwq,
		.seq = work->seq,
		.is_cpu_intensive = work->pwq->wq->flags & WQ_CPU_INTENSIVE,
	};

	worker_enter_busy(worker, work);
	worker->current_work = work;
	worker->current_func = work->func;
	worker->current_pwq = work->pwq;
	list_del_init(&work->entry);
	if (running.is_cpu_intensive)
		worker_set_flags(worker, WORKER_CPU_INTENSIVE);
	bind_barriers(worker, work);
	kick_pool(worker->pool);
	work->pwq = NULL;
	work->is_pending = false;
	return running;
}

static void end_work(struct worker *worker, const struct running *running)
{
	struct worker_pool *pool = worker->pool;
	LIST_HEAD(barriers);
	LIST_HEAD(flushers);

	if (running->is_cpu_intensive)
		worker_clr_flags(worker, WORKER_CPU_INTENSIVE);
	worker_leave_busy(worker, running->seq);
	worker->current_work = NULL;
	worker->current_pwq = NULL;
	if (!list_empty_careful(&worker->barriers))
		list_splice_init(&worker->barriers, &barriers);
	kapi_touch(&running->pwq->touch);
	pwq_dec_nr_active(running->pwq);
	wq_retire(running->pwq->wq, running->seq, &flushers);
	if (list_empty_careful(&barriers) && list_empty_careful(&flushers))
		return;
	pool_unlock(pool);
	wq_complete_barriers(&barriers);
	wq_complete_flushers(&flushers);
	pool_lock(pool);
}

/* Unlocked while the function runs. */
static void process_one_work(struct worker *worker, struct work_struct *work)
{
	struct worker *other = find_worker_executing_work(worker->pool, work);
	struct running running;
	u32 nr_locks;

	if (other) {
		list_move_tail(&work->entry, &other->scheduled);
		return;
	}
	running = begin_work(worker, work);
	sim_order_acquire(work);
	pool_unlock(worker->pool);
	wq_step_end();

	sim_work_begin();
	sim_charge_cost(kapi_state->params.work_ps);
	nr_locks = kapi_nr_locks();
	worker->current_func(work);
	sim_work_end();
	kapi_check_locks(nr_locks, "a work");
	BUG_ON(!sim_may_sleep());
	/* As Linux, so that works that queue themselves do not keep a CPU for good. */
	sim_preempt_point(SIM_POINT_COND_RESCHED);

	wq_step_begin();
	sim_order_release(work); /* its address only: it may be gone */
	sim_order_release(running.pwq->wq);
	pool_lock(worker->pool);
	end_work(worker, &running);
}

/* --- workers --- */

static int worker_thread(void *data);

static struct worker *worker_alloc(struct worker_pool *pool)
{
	struct worker *worker = kapi_alloc(sizeof(*worker));
	char name[TASK_COMM_LEN];

	if (pool->cpu < 0)
		snprintf(name, sizeof(name), "kworker/u%u:%u", pool->first_cpu, pool->nr_workers);
	else
		snprintf(name, sizeof(name), "kworker/%d:%u", pool->cpu, pool->nr_workers);
	worker->pool = pool;
	worker->flags = WORKER_PREP | (pool->cpu < 0 ? WORKER_UNBOUND : 0);
	INIT_LIST_HEAD(&worker->entry);
	INIT_LIST_HEAD(&worker->scheduled);
	INIT_LIST_HEAD(&worker->barriers);
	worker->task = kapi_thread(worker_thread, worker, -1, name);
	if (pool->cpu >= 0 || kapi_state->params.workqueue_strict)
		kapi_thread_span(worker->task, pool->first_cpu, pool->nr_cpus);
	return worker;
}

void wq_first_worker(struct worker_pool *pool)
{
	struct worker *worker = worker_alloc(pool);

	pool->nr_workers++;
	worker_enter_idle(worker);
}

void create_worker(struct worker_pool *pool)
{
	struct worker *worker = worker_alloc(pool);

	set_current_state(TASK_UNINTERRUPTIBLE);
	kapi_schedule_ps(sim_cost_ps(kapi_state->params.kthread_create_ps));
	pool_lock(pool);
	pool->nr_workers++;
	worker_enter_idle(worker);
	wake_up_process(worker->task);
	pool_unlock(pool);
}

/* Is the next one idle, or made? Return: false: there is nothing to be done. Locked, not always. */
static bool manage_workers(struct worker *worker)
{
	struct worker_pool *pool = worker->pool;

	if (pool->is_managed)
		return false;
	pool->is_managed = true;
	do {
		pool_unlock(pool);
		create_worker(pool);
		pool_lock(pool);
	} while (need_more_worker(pool) && !pool->nr_idle);
	pool->is_managed = false;
	return true;
}

static bool keep_working(struct worker_pool *pool)
{
	return !list_empty(&pool->worklist) && pool->nr_running <= 1;
}

static void process_works(struct worker *worker)
{
	struct worker_pool *pool = worker->pool;

	worker_clr_flags(worker, WORKER_PREP);
	do {
		process_one_work(worker,
				 list_first_entry(&pool->worklist, struct work_struct, entry));
		while (!list_empty_careful(&worker->scheduled))
			process_one_work(worker, list_first_entry(&worker->scheduled,
								  struct work_struct, entry));
	} while (keep_working(pool));
	worker_set_flags(worker, WORKER_PREP);
}

static void worker_works(struct worker *worker)
{
	while (need_more_worker(worker->pool)) {
		if (!worker->pool->nr_idle && manage_workers(worker))
			continue;
		process_works(worker);
		return;
	}
}

static int worker_thread(void *data)
{
	struct worker *worker = data;

	if (worker->pool->cpu >= 0)
		sim_thread_watch_sleep(worker_sleeps);
	sim_quiet_begin();
	while (!kthread_should_stop()) {
		/* It was woken: the others may have been quicker. */
		wq_step_end();
		wq_step_begin();
		pool_lock(worker->pool);
		worker_leave_idle(worker);
		worker_works(worker);
		worker_enter_idle(worker);
		set_current_state(TASK_IDLE);
		pool_unlock(worker->pool);
		schedule();
	}
	return 0;
}
