/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of the work queues share, from the ground up: pools of workers
 * (workqueue_pool.c), which works are active (workqueue_active.c), the workers
 * (workqueue_worker.c), and what callers see (workqueue.c).
 *
 * Everything about a pool's works and workers is under the pool's lock, as is a
 * workqueue's part of the pool (its pool_workqueue, pwq). A work's memory belongs to
 * its owner as soon as its function is called.
 *
 * What only the accounting of flush_workqueue() needs is one set for all pools and
 * free of charge, which is sound because in the virtual world nothing runs between
 * two interactions.
 */
#ifndef KAPI_WORKQUEUE_INTERNAL_H
#define KAPI_WORKQUEUE_INTERNAL_H

#include <linux/completion.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "kapi/internal.h"

/* Cache lines of a pool's hash of busy workers: 64 pointers. */
#define BUSY_LINES 8

struct worker_pool {
	spinlock_t lock;
	int cpu;		/* -1: unbound */
	u32 first_cpu, nr_cpus; /* where its workers run */
	u32 node;		/* of max_active; the number of nodes: none */

	/* in the cache line of the lock, or the next */
	u32 nr_running; /* of a bound pool: workers that work and do not sleep */
	u32 nr_workers, nr_idle;
	bool is_managed;
	struct list_head worklist;

	struct list_head idle_list; /* the last to fall idle first */
	struct worker *busy;
	struct kapi_touch busy_lines[BUSY_LINES];
	struct list_head barriers; /* waiting for a work that is still pending */
	struct worker_pool *next;
};

enum {
	WORKER_IDLE = 1 << 0,
	WORKER_PREP = 1 << 1, /* not working yet, or no more */
	WORKER_CPU_INTENSIVE = 1 << 2,
	WORKER_UNBOUND = 1 << 3,
	WORKER_NOT_RUNNING = WORKER_PREP | WORKER_CPU_INTENSIVE | WORKER_UNBOUND,
};

struct worker {
	struct list_head entry; /* in idle_list */
	struct worker *next_busy, **busy_link;
	struct worker_pool *pool;
	struct task_struct *task;
	unsigned int flags;
	bool is_sleeping; /* in the middle of a work, and not counted in nr_running */
	struct work_struct *current_work; /* compared, never followed, once it runs */
	work_func_t current_func;
	struct pool_workqueue *current_pwq;
	struct list_head scheduled; /* works that must follow the current one */
	struct list_head barriers;  /* waiting for the current one */
};

/* What a workqueue has of a pool. */
struct pool_workqueue {
	struct worker_pool *pool; /* NULL until needed */
	struct workqueue_struct *wq;
	struct kapi_touch touch; /* of the counters */
	int nr_active;
	struct list_head inactive_works;
	struct list_head pending_node; /* waits for a place of its node */
};

/* Active works of an unbound workqueue on a node, if they are counted so. */
struct wq_node_nr_active {
	kapi_line_t line; /* of the counter */
	int nr, max;
	spinlock_t lock;
	struct list_head pending_pwqs;
};

struct workqueue_struct {
	char name[32];
	unsigned int flags;
	int max_active;
	struct wq_node_nr_active *node_nr_active; /* by node, and one for all; NULL: by pwq */
	u64 next_seq;
	struct list_head flushers;
	u64 nr_in_flight; /* queued and not finished */
	u32 nr_pwqs;
	struct pool_workqueue pwqs[]; /* by CPU, by group of the scope, or one */
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

/*
 * Where others may go on: before anything of the work queues is looked at. What follows is one
 * step, which is quiet: these locks are the kernel's business, not that of those whose schedules
 * are explored.
 */
static inline void wq_step_begin(void)
{
	sim_point(SIM_POINT_STEP, &kapi_state->workqueues, sizeof(long));
	sim_quiet_begin();
}

static inline void wq_step_end(void)
{
	sim_quiet_end();
}

/* --- pools --- */

/** wq_nr_pods() - groups of CPUs, each with its pool of unbound works, by scope. */
u32 wq_nr_pods(void);
/** wq_pod() - which of them @cpu is in. */
u32 wq_pod(u32 cpu);
void wq_pod_cpus(u32 pod, u32 *first_cpu, u32 *nr_cpus);

/** wq_bound_pool(), wq_unbound_pool() - made when first asked for; *@is_new: it has no worker. */
struct worker_pool *wq_bound_pool(u32 cpu, bool *is_new);
struct worker_pool *wq_unbound_pool(u32 first_cpu, u32 nr_cpus, bool *is_new);

/** pool_lock(), pool_unlock() - with interrupts off; nests in sections without them. */
void pool_lock(struct worker_pool *pool);
void pool_unlock(struct worker_pool *pool);

/* The pool is locked, but in worker_sleeps(), which finds it consistent as well. */
bool need_more_worker(struct worker_pool *pool);
/** kick_pool() - wake the worker that fell idle last, if more are needed. Return: was there one? */
bool kick_pool(struct worker_pool *pool);

/** find_worker_executing_work() - NULL: none. The pool is locked. */
struct worker *find_worker_executing_work(struct worker_pool *pool, const struct work_struct *work);

/* --- which works are active; the pool is locked --- */

void wq_init_active(struct workqueue_struct *wq);

/** pwq_tryinc_nr_active() - may one more work of @pwq be active? Then it is counted. */
bool pwq_tryinc_nr_active(struct pool_workqueue *pwq);

/**
 * pwq_dec_nr_active() - one less is active: the next inactive one is made so
 * May let go of the pool's lock for a while.
 */
void pwq_dec_nr_active(struct pool_workqueue *pwq);

/* --- workers --- */

/** create_worker() - and let it go; takes its time. Context: sleeps. */
void create_worker(struct worker_pool *pool);

/** wq_first_worker() - the one that a pool has from the start. Context: anywhere; no time. */
void wq_first_worker(struct worker_pool *pool);

/** wq_retire() - a work has finished, or was taken back: move completed flushers to @done. */
void wq_retire(struct workqueue_struct *wq, u64 seq, struct list_head *done);
void wq_complete_flushers(struct list_head *done);
void wq_complete_barriers(struct list_head *done);

#endif
