/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The state of the kernel API of one machine. It is one allocation in the
 * arena; kapi_state is the only static pointer into it, so the machine can be
 * rewound.
 */
#ifndef KAPI_INTERNAL_H
#define KAPI_INTERNAL_H

#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/tracepoint.h>
#include <linux/wait.h>

#include "kapi/mmio.h"
#include "kapi/params.h"
#include "sim/cpu.h"
#include "sim/defects.h"
#include "sim/point.h"

/* Where schedules are explored, each is a copy of the machine: there is nothing of these. */
#define KAPI_MAX_IRQS (SIM_EXPLORES ? 16 : 1024)
#define KAPI_MAX_MMIO (SIM_EXPLORES ? 16 : 1024)
#define KAPI_WORD_BUCKETS (SIM_EXPLORES ? 1 : 1024)

struct kapi_irq;
struct kapi_lockdep;
struct kapi_workqueues;
struct iommu_device;
struct kapi_mm_ops;

struct slab_header;
struct kapi_word_page;

struct kapi_slab {
	u64 nr_objects, bytes;
	u64 fail_nth; /* 1: the next; 0: none */
	u64 next_serial;
	struct slab_header *live;			 /* the newest first */
	struct slab_header *oldest_freed, *newest_freed; /* held back */
	u64 freed_bytes;
};

/* What the kernel said; the beginning of it. */
struct kapi_log {
	char *text;
	u64 bytes, capacity;
	bool is_cut;
};

/* printk_ratelimited() of one place. */
struct kapi_ratelimit {
	const kapi_site_t *site;
	u64 begin_ps;
	u32 nr_printed, nr_missed;
	struct kapi_ratelimit *next;
};

/* kapi/virtual/rcu.c */
struct kapi_rcu {
	u32 phase;			/* that new readers enter, 0 or 1 */
	u32 nr_readers[2];		/* by phase */
	struct rcu_head *first, **last; /* callbacks that no grace period covers yet */
	struct task_struct *thread;	/* not woken until the first callback */
	struct wait_queue_head work;	/* thread: there are callbacks, or the readers have gone */
};

struct kapi_state {
	struct kapi_params params;
	u64 nr_warnings, nr_quiet_warnings;
	int console_level;
	int next_pid;
	struct task_struct boot_task; /* code outside of threads */

	/* of the CPUs' parameters */
	u64 line_hit_ps, line_memory_ps, atomic_ps;

	struct kapi_slab slab;
	struct kapi_word_page *word_pages[KAPI_WORD_BUCKETS]; /* kapi/virtual/word.c */
	u64 nr_word_pages;
	struct kapi_log log;
	struct kapi_ratelimit *ratelimits;
	struct kapi_rcu rcu;
	struct kapi_lockdep *lockdep;
	struct kapi_workqueues *workqueues;	/* NULL until the first one */
	struct workqueue_struct *system_wqs[2]; /* bound, unbound; NULL until needed */
	struct list_head var_waiters;		/* kapi/lib/wait_bit.c */
	struct list_head expired;		/* struct delayed_work; kapi/lib/workqueue.c */
	struct task_struct *timer_thread;	/* queues them; NULL until the first one */
	u32 nr_irqs;
	struct kapi_irq *irqs[KAPI_MAX_IRQS];
	u32 nr_mmio;
	struct {
		const struct kapi_mmio_ops *ops;
		void *opaque;
	} mmio[KAPI_MAX_MMIO];
	const struct kapi_mm_ops *mm_ops;
	struct iommu_device *iommu; /* the driver; NULL: none */
	int next_group_id, next_device_id;
};

extern struct kapi_state *kapi_state;

/** kapi_settle() - let the debt pass, if there is a thread. Context: anywhere; time passes. */
void kapi_settle(void);

/**
 * kapi_schedule_ps() - schedule() with a time-out
 * Context: in a thread that may sleep.
 * Return: did it pass before the wake-up?
 */
bool kapi_schedule_ps(u64 timeout_ps);

/** kapi_alloc() - memory of kapi itself: not counted, never made to fail. BUGs when the arena is
 * full. */
void *kapi_alloc(size_t bytes);

/** kapi_words_forget() - @object is freed: nobody has lines of its words any more. Takes no time.
 */
void kapi_words_forget(const void *object, u64 bytes);

/**
 * kapi_timer_start() - call @expire when so many jiffies have passed
 * @timer: zeroed memory, or not under way
 * @expire: outside of threads: may wake, nothing else
 * Context: anywhere; takes no time.
 */
void kapi_timer_start(kapi_timer_t *timer, unsigned long delay_jiffies,
		      void (*expire)(kapi_timer_t *timer));
bool kapi_timer_is_pending(const kapi_timer_t *timer);
/** kapi_timer_cancel() - Context: anywhere; takes no time. Return: was it pending? */
bool kapi_timer_cancel(kapi_timer_t *timer);

/**
 * kapi_thread() - a thread of kapi's own, bound to @cpu unless that is -1
 * Not yet woken. It belongs to the machine: not counted as allocated, never
 * made to fail.
 * Context: anywhere; takes no time.
 */
struct task_struct *kapi_thread(int (*threadfn)(void *data), void *data, int cpu, const char *name);

/**
 * kapi_hold_task(), kapi_let_go_task() - a reference where Linux needs none
 * The kernel's wakers hold the queue's lock, ours pass time.
 * Context: anywhere; takes no time.
 */
void kapi_hold_task(struct task_struct *task);
void kapi_let_go_task(struct task_struct *task);

/** kapi_thread_span() - a thread made by kapi_thread() may run on CPUs [first, first + nr). Before
 * it is woken. */
void kapi_thread_span(struct task_struct *task, u32 first_cpu, u32 nr_cpus);

/** kapi_should_fail() - does the injected failure strike now? */
bool kapi_should_fail(gfp_t flags);

void kapi_rcu_init(struct kapi_rcu *rcu);

#endif
