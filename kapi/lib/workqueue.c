// SPDX-License-Identifier: GPL-2.0-only
/*
 * Work queues. A pool has a list of work that waits and workers that take from
 * it; unbound queues share one pool, bound ones have one per CPU. As in Linux, a
 * worker that takes a work wakes the next idle one if more work waits, and makes
 * a worker if none is idle; workers stay. A work never runs twice at a time: if
 * it is queued while it runs, the worker that runs it takes it next.
 *
 * Everything about a pool's work is under the pool's lock. A work's memory
 * belongs to its owner as soon as its function is called.
 *
 * Changed: making a worker is free of charge and cannot fail; a bound pool does
 * not count its running workers, and a bound queue has no max_active; its
 * counters are one set for all CPUs, which is sound because in the virtual world
 * nothing runs between two interactions. Left out: priorities, rescuers.
 */
#include <linux/workqueue.h>

#include <linux/bug.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <stdarg.h>

#include "kapi/debug.h"
#include "kapi/internal.h"

struct kapi_pool {
	spinlock_t lock;
	int cpu; /* -1: unbound */
	struct list_head worklist;
	struct list_head idle; /* workers, the last to fall idle first */
	struct list_head busy;
	struct list_head barriers; /* waiting for a work that is still pending */
	u32 nr_workers;
};

struct worker {
	struct list_head entry; /* in idle or busy */
	struct kapi_pool *pool;
	struct task_struct *task;
	struct work_struct *current_work; /* compared, never followed, once it runs */
	work_func_t current_func;
	struct list_head scheduled; /* works that must follow the current one */
	struct list_head barriers;  /* waiting for the current one */
};

struct workqueue_struct {
	char name[32];
	unsigned int flags;
	int max_active;
	/* under the pool's lock */
	int nr_active;
	u64 next_seq;
	struct list_head inactive; /* beyond max_active */
	struct list_head flushers;
	u64 nr_in_flight; /* queued and not finished */
};

/* flush_work(): done once @work has run. */
struct barrier {
	struct list_head entry;
	const struct work_struct *work;
	struct completion done;
};

/* flush_workqueue(): done once all works up to @last_seq have finished. */
struct flusher {
	struct list_head entry;
	u64 last_seq;
	u64 nr_left;
	struct completion done;
};

struct kapi_workqueues {
	struct kapi_pool unbound;
	struct kapi_pool *bound; /* by CPU; NULL until needed */
	struct workqueue_struct *events, *events_unbound;
};

/* --- pools --- */

static void pool_init(struct kapi_pool *pool, int cpu)
{
	pool->cpu = cpu;
	__spin_lock_init(&pool->lock, "&pool->lock", NULL);
	INIT_LIST_HEAD(&pool->worklist);
	INIT_LIST_HEAD(&pool->idle);
	INIT_LIST_HEAD(&pool->busy);
	INIT_LIST_HEAD(&pool->barriers);
}

static struct kapi_workqueues *workqueues(void)
{
	struct kapi_workqueues *all = kapi_state->workqueues;

	if (all)
		return all;
	all = kapi_alloc(sizeof(*all));
	pool_init(&all->unbound, -1);
	kapi_state->workqueues = all;
	return all;
}

static struct kapi_pool *bound_pool(u32 cpu)
{
	struct kapi_workqueues *all = workqueues();

	if (!all->bound) {
		all->bound = kapi_alloc(num_online_cpus() * sizeof(*all->bound));
		for (u32 i = 0; i < num_online_cpus(); i++)
			pool_init(&all->bound[i], i);
	}
	return &all->bound[cpu];
}

static struct kapi_pool *pool_for(const struct workqueue_struct *wq, int cpu)
{
	if (wq->flags & WQ_UNBOUND)
		return &workqueues()->unbound;
	return bound_pool(cpu == WORK_CPU_UNBOUND ? smp_processor_id() : (u32)cpu);
}

static int worker_thread(void *data);

/* The pool is locked. */
static void worker_create(struct kapi_pool *pool)
{
	struct worker *worker = kapi_alloc(sizeof(*worker));
	char name[TASK_COMM_LEN];

	if (pool->cpu < 0)
		snprintf(name, sizeof(name), "kworker/u:%u", pool->nr_workers);
	else
		snprintf(name, sizeof(name), "kworker/%d:%u", pool->cpu, pool->nr_workers);
	pool->nr_workers++;
	worker->pool = pool;
	INIT_LIST_HEAD(&worker->scheduled);
	INIT_LIST_HEAD(&worker->barriers);
	worker->task = kapi_thread(worker_thread, worker, pool->cpu, name);
	list_add(&worker->entry, &pool->idle);
}

/* The pool is locked, and unlocked on return: waking takes time. */
static void unlock_and_wake_worker(struct kapi_pool *pool)
{
	struct worker *worker;

	if (list_empty(&pool->worklist)) {
		spin_unlock(&pool->lock);
		return;
	}
	if (list_empty(&pool->idle) && pool->nr_workers < WQ_MAX_ACTIVE)
		worker_create(pool);
	worker = list_first_entry_or_null(&pool->idle, struct worker, entry);
	spin_unlock(&pool->lock);
	if (worker)
		wake_up_process(worker->task);
}

/* --- barriers and flushers; the pool is locked --- */

/* @work begins to run: whoever waits for it now waits for the worker. */
static void bind_barriers(struct worker *worker, const struct work_struct *work)
{
	struct barrier *barrier, *next;

	list_for_each_entry_safe (barrier, next, &worker->pool->barriers, entry) {
		if (barrier->work == work)
			list_move_tail(&barrier->entry, &worker->barriers);
	}
}

static void collect_flushers(struct workqueue_struct *wq, u64 seq, struct list_head *done)
{
	struct flusher *flusher, *next;

	list_for_each_entry_safe (flusher, next, &wq->flushers, entry) {
		if (seq <= flusher->last_seq && !--flusher->nr_left)
			list_move_tail(&flusher->entry, done);
	}
}

static void complete_flushers(struct list_head *done)
{
	while (!list_empty(done)) {
		struct flusher *flusher = list_first_entry(done, struct flusher, entry);

		list_del(&flusher->entry);
		complete(&flusher->done);
	}
}

static void complete_barriers(struct list_head *done)
{
	while (!list_empty(done)) {
		struct barrier *barrier = list_first_entry(done, struct barrier, entry);

		list_del(&barrier->entry);
		complete(&barrier->done);
	}
}

/* A work of @wq has finished, or was taken back. */
static void retire(struct workqueue_struct *wq, u64 seq, struct list_head *done)
{
	wq->nr_in_flight--;
	collect_flushers(wq, seq, done);
}

/* It was active: the next inactive one may come. */
static void activate_next(struct kapi_pool *pool, struct workqueue_struct *wq)
{
	struct work_struct *work;

	work = list_first_entry_or_null(&wq->inactive, struct work_struct, entry);
	if (work)
		list_move_tail(&work->entry, &pool->worklist);
	else
		wq->nr_active--;
}

/* --- workers --- */

static struct worker *worker_running(struct kapi_pool *pool, const struct work_struct *work)
{
	struct worker *worker;

	list_for_each_entry (worker, &pool->busy, entry) {
		/* A work that was freed may have left its address to another. */
		if (worker->current_work == work && worker->current_func == work->func)
			return worker;
	}
	return NULL;
}

/* The pool is locked; unlocked while the function runs. */
static void process_one(struct worker *worker, struct work_struct *work)
{
	struct kapi_pool *pool = worker->pool;
	struct workqueue_struct *wq = work->wq;
	struct worker *other = worker_running(pool, work);
	u64 seq = work->seq;
	u32 nr_locks;
	LIST_HEAD(barriers);
	LIST_HEAD(flushers);

	if (other && other != worker) {
		list_move_tail(&work->entry, &other->scheduled);
		return;
	}
	worker->current_work = work;
	worker->current_func = work->func;
	list_del_init(&work->entry);
	work->wq = NULL;
	bind_barriers(worker, work);
	unlock_and_wake_worker(pool);

	sim_charge(kapi_state->params.work_ps);
	nr_locks = kapi_nr_locks();
	worker->current_func(work);
	kapi_check_locks(nr_locks, "a work");
	BUG_ON(!sim_may_sleep());

	spin_lock(&pool->lock);
	worker->current_work = NULL;
	list_splice_init(&worker->barriers, &barriers);
	retire(wq, seq, &flushers);
	activate_next(pool, wq);
	if (list_empty(&barriers) && list_empty(&flushers))
		return;
	spin_unlock(&pool->lock);
	complete_barriers(&barriers);
	complete_flushers(&flushers);
	spin_lock(&pool->lock);
}

static void process_all(struct worker *worker)
{
	struct kapi_pool *pool = worker->pool;

	for (;;) {
		struct list_head *from = list_empty(&worker->scheduled) ? &pool->worklist
									: &worker->scheduled;

		if (list_empty(from))
			return;
		process_one(worker, list_first_entry(from, struct work_struct, entry));
	}
}

static int worker_thread(void *data)
{
	struct worker *worker = data;
	struct kapi_pool *pool = worker->pool;

	while (!kthread_should_stop()) {
		spin_lock(&pool->lock);
		list_move(&worker->entry, &pool->busy);
		process_all(worker);
		list_move(&worker->entry, &pool->idle);
		set_current_state(TASK_IDLE);
		spin_unlock(&pool->lock);
		schedule();
	}
	return 0;
}

/* --- queueing --- */

void kapi_init_work(struct work_struct *work, work_func_t func)
{
	*work = (struct work_struct){.func = func};
	INIT_LIST_HEAD(&work->entry);
}

bool work_pending(const struct work_struct *work)
{
	return work->wq;
}

bool queue_work_on(int cpu, struct workqueue_struct *wq, struct work_struct *work)
{
	struct kapi_pool *pool = pool_for(wq, cpu);
	struct kapi_pool *last = work->pool;

	sim_charge(kapi_state->params.queue_work_ps);
	/* A bound work that still runs elsewhere goes there again. */
	if (last && last != pool && worker_running(last, work))
		pool = last;
	spin_lock(&pool->lock);
	if (work->wq || work->nr_cancelling) {
		spin_unlock(&pool->lock);
		return false;
	}
	work->wq = wq;
	work->pool = pool;
	work->seq = ++wq->next_seq;
	wq->nr_in_flight++;
	if (!(wq->flags & WQ_UNBOUND) || wq->nr_active < wq->max_active) {
		wq->nr_active++;
		list_add_tail(&work->entry, &pool->worklist);
	} else {
		list_add_tail(&work->entry, &wq->inactive);
	}
	unlock_and_wake_worker(pool);
	return true;
}

/* --- waiting and taking back --- */

bool flush_work(struct work_struct *work)
{
	struct kapi_pool *pool = work->pool;
	struct barrier barrier = {.work = work};
	struct worker *worker;

	might_sleep();
	if (!pool)
		return false;
	init_completion(&barrier.done);
	spin_lock(&pool->lock);
	worker = worker_running(pool, work);
	if (work->wq) {
		list_add_tail(&barrier.entry, &pool->barriers);
	} else if (worker) {
		list_add_tail(&barrier.entry, &worker->barriers);
	} else {
		spin_unlock(&pool->lock);
		return false;
	}
	spin_unlock(&pool->lock);
	wait_for_completion(&barrier.done);
	return true;
}

static bool is_inactive(const struct workqueue_struct *wq, const struct work_struct *work)
{
	const struct work_struct *pos;

	list_for_each_entry (pos, &wq->inactive, entry) {
		if (pos == work)
			return true;
	}
	return false;
}

/* The pool is locked, and unlocked on return. */
static bool unlock_and_take_back(struct kapi_pool *pool, struct work_struct *work)
{
	struct workqueue_struct *wq = work->wq;
	struct barrier *barrier, *next;
	LIST_HEAD(barriers);
	LIST_HEAD(flushers);
	bool was_active;

	if (!wq) {
		spin_unlock(&pool->lock);
		return false;
	}
	was_active = !is_inactive(wq, work);
	list_del_init(&work->entry);
	work->wq = NULL;
	list_for_each_entry_safe (barrier, next, &pool->barriers, entry) {
		if (barrier->work == work)
			list_move_tail(&barrier->entry, &barriers);
	}
	retire(wq, work->seq, &flushers);
	if (was_active)
		activate_next(pool, wq);
	unlock_and_wake_worker(pool);
	complete_barriers(&barriers);
	complete_flushers(&flushers);
	return true;
}

bool cancel_work(struct work_struct *work)
{
	struct kapi_pool *pool = work->pool;

	kapi_call();
	if (!pool)
		return false;
	spin_lock(&pool->lock);
	return unlock_and_take_back(pool, work);
}

bool cancel_work_sync(struct work_struct *work)
{
	struct kapi_pool *pool = work->pool;
	bool was_pending;

	might_sleep();
	if (!pool)
		return false;
	spin_lock(&pool->lock);
	work->nr_cancelling++;
	was_pending = unlock_and_take_back(pool, work);
	flush_work(work);
	work->nr_cancelling--;
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

void flush_workqueue(struct workqueue_struct *wq)
{
	struct kapi_pool *pool = pool_for(wq, 0);
	struct flusher flusher;

	might_sleep();
	init_completion(&flusher.done);
	spin_lock(&pool->lock);
	flusher.last_seq = wq->next_seq;
	flusher.nr_left = wq->nr_in_flight;
	if (flusher.nr_left)
		list_add_tail(&flusher.entry, &wq->flushers);
	spin_unlock(&pool->lock);
	if (flusher.nr_left)
		wait_for_completion(&flusher.done);
}

void drain_workqueue(struct workqueue_struct *wq)
{
	while (wq->nr_in_flight)
		flush_workqueue(wq);
}

static void wq_init(struct workqueue_struct *wq, unsigned int flags, int max_active)
{
	wq->flags = flags;
	wq->max_active = max_active > 0 ? max_active : WQ_DFL_ACTIVE;
	INIT_LIST_HEAD(&wq->inactive);
	INIT_LIST_HEAD(&wq->flushers);
}

struct workqueue_struct *alloc_workqueue(const char *fmt, unsigned int flags, int max_active, ...)
{
	struct workqueue_struct *wq = kzalloc(sizeof(*wq), GFP_KERNEL);
	va_list args;

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
	struct kapi_workqueues *all = workqueues();
	struct workqueue_struct **wq = flags & WQ_UNBOUND ? &all->events_unbound : &all->events;

	if (!*wq) {
		*wq = kapi_alloc(sizeof(**wq));
		strscpy((*wq)->name, "events", sizeof((*wq)->name));
		wq_init(*wq, flags, 0);
	}
	return *wq;
}
