/* SPDX-License-Identifier: GPL-2.0-only */
/* Changed: a task is a simulated thread; schedule() sleeps until wake_up_process() makes the task
 * runnable. No signals, no priorities beyond sched_set_fifo(). */
#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/refcount.h>
#include <linux/types.h>

#define TASK_RUNNING 0x0
#define TASK_INTERRUPTIBLE 0x1
#define TASK_UNINTERRUPTIBLE 0x2
#define TASK_DEAD 0x80
#define TASK_NEW 0x800
#define TASK_IDLE TASK_UNINTERRUPTIBLE
#define TASK_KILLABLE TASK_UNINTERRUPTIBLE
#define TASK_NORMAL (TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)
#define MAX_SCHEDULE_TIMEOUT LONG_MAX
#define TASK_COMM_LEN 32 /* the kernel has 16 */

struct mm_struct;
struct kapi_kthread;

struct task_struct {
	unsigned int __state;
	int pid;
	char comm[TASK_COMM_LEN];
	struct mm_struct *mm;
	refcount_t usage;

	/* the simulated thread; NULL before the first wake-up and after the end */
	kapi_thread_t *thread;
	struct kapi_kthread *kthread;
	void (*start)(struct task_struct *task); /* TASK_NEW: makes the thread */

	/* read-side critical section that the task is in (kapi/virtual/rcu.c) */
	u32 rcu_read_depth;
	u32 rcu_phase;
};

struct task_struct *kapi_current(void);
#define current kapi_current()

static inline void kapi_set_state(unsigned int state)
{
	current->__state = state;
}

#define set_current_state(state) kapi_set_state(state)
#define __set_current_state(state) kapi_set_state(state)

void schedule(void);
long schedule_timeout(long timeout_jiffies);
long schedule_timeout_uninterruptible(long timeout_jiffies);
long schedule_timeout_interruptible(long timeout_jiffies);
int wake_up_process(struct task_struct *task);
void yield(void);
void kapi_cond_resched(const kapi_site_t *site);
#define cond_resched() kapi_cond_resched(KAPI_SITE)
bool need_resched(void);
#define signal_pending(task) ((void)(task), 0)
#define fatal_signal_pending(task) ((void)(task), 0)

/* Effective for a task that has not run yet: the class of a simulated thread is for life. */
void sched_set_fifo(struct task_struct *task);
#define sched_set_normal(task, nice) ((void)(task))

unsigned int smp_processor_id(void);
#define raw_smp_processor_id smp_processor_id
#define get_cpu()                                                                                  \
	({                                                                                         \
		preempt_disable();                                                                 \
		smp_processor_id();                                                                \
	})
#define put_cpu() preempt_enable()

#endif
