/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour: non-reentrant works, pools of workers (one a CPU for bound works, for
 * unbound ones by kernel.workqueue_scope) that managers make more of on demand, concurrency
 * management of bound pools, max_active, flush and cancel. Changed: one thread queues the delayed
 * works that are due. Left out: priorities, freezing, rescuers, the end of idle workers. */
#ifndef _LINUX_WORKQUEUE_H
#define _LINUX_WORKQUEUE_H

#include <linux/container_of.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/lockdep_types.h>
#include <linux/types.h>

struct work_struct;
struct workqueue_struct;
typedef void (*work_func_t)(struct work_struct *work);

struct work_struct {
	struct list_head entry;
	work_func_t func;
	bool is_pending; /* WORK_STRUCT_PENDING: whoever sets it may queue the work */
	/* under the pool's lock */
	bool is_inactive;	    /* waits in its pwq for max_active */
	struct pool_workqueue *pwq; /* that it is queued on; NULL: not queued */
	struct worker_pool *pool;   /* that it was queued to last */
	u64 seq;		    /* of its queueing, for flush_workqueue() */
	u32 nr_cancelling;	    /* cancel_work_sync() under way: refuse to queue */
};

#define WQ_UNBOUND (1u << 1)
#define WQ_FREEZABLE (1u << 2)
#define WQ_MEM_RECLAIM (1u << 3)
#define WQ_HIGHPRI (1u << 4)
#define WQ_CPU_INTENSIVE (1u << 5)
#define WQ_SYSFS (1u << 6)
#define __WQ_ORDERED (1u << 17)
#define WQ_MAX_ACTIVE 512
#define WQ_DFL_ACTIVE (WQ_MAX_ACTIVE / 2)
#define WQ_DFL_MIN_ACTIVE 8
#define WORK_CPU_UNBOUND (-1)

#define __WORK_INITIALIZER(n, f)                                                                   \
	{                                                                                          \
		.entry = LIST_HEAD_INIT((n).entry), .func = (f),                                   \
	}
#define DECLARE_WORK(n, f) struct work_struct n = __WORK_INITIALIZER(n, f)

void kapi_init_work(struct work_struct *work, work_func_t func);
#define INIT_WORK(work, func) kapi_init_work((work), (func))
#define INIT_WORK_ONSTACK(work, func) kapi_init_work((work), (func))
#define destroy_work_on_stack(work) ((void)(work))

/* Return: NULL without memory. */
struct workqueue_struct *__attribute__((__format__(printf, 1, 4)))
alloc_workqueue(const char *fmt, unsigned int flags, int max_active, ...);
#define alloc_ordered_workqueue(fmt, flags, ...)                                                   \
	alloc_workqueue(fmt, WQ_UNBOUND | __WQ_ORDERED | (flags), 1, ##__VA_ARGS__)
void destroy_workqueue(struct workqueue_struct *wq);

/* Return: was it queued? false: it is pending already, or being cancelled. */
bool queue_work_on(int cpu, struct workqueue_struct *wq, struct work_struct *work);
static inline bool queue_work(struct workqueue_struct *wq, struct work_struct *work)
{
	return queue_work_on(WORK_CPU_UNBOUND, wq, work);
}

/* Wait for every work that was queued before the call. */
void flush_workqueue(struct workqueue_struct *wq);
void drain_workqueue(struct workqueue_struct *wq);
/* Return: was there anything to wait for? */
bool flush_work(struct work_struct *work);
/* Return: was it pending? */
bool cancel_work(struct work_struct *work);
bool cancel_work_sync(struct work_struct *work);
bool work_pending(const struct work_struct *work);

struct delayed_work {
	struct work_struct work;
	struct workqueue_struct *wq;
	kapi_timer_t timer;
	struct list_head expired; /* in kapi_state->expired, if due and not queued yet */
};

static inline struct delayed_work *to_delayed_work(struct work_struct *work)
{
	return container_of(work, struct delayed_work, work);
}

void kapi_init_delayed_work(struct delayed_work *dwork, work_func_t func);
#define INIT_DELAYED_WORK(dwork, func) kapi_init_delayed_work((dwork), (func))
/* Return: was it queued? false: it is pending already. @delay in jiffies. */
bool queue_delayed_work(struct workqueue_struct *wq, struct delayed_work *dwork,
			unsigned long delay);
/* Return: was it pending? Its time begins anew. */
bool mod_delayed_work(struct workqueue_struct *wq, struct delayed_work *dwork, unsigned long delay);
bool cancel_delayed_work_sync(struct delayed_work *dwork);

struct workqueue_struct *kapi_system_wq(unsigned int flags);
#define system_wq kapi_system_wq(0)
#define system_unbound_wq kapi_system_wq(WQ_UNBOUND)
#define schedule_work(work) queue_work(system_wq, work)

#endif
