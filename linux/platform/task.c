// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bottom of the scheduler: a task is a thread of the machine, which schedules it. Wait queues,
 * completions, mutexes, work queues and kthreads above are the kernel's.
 *
 * Left out: signals, groups, priorities beside "real-time or not"; a mask of CPUs is one CPU, or
 * all of them.
 */
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/init_task.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/rcuwait.h>
#include <linux/sched/debug.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/sched/wake_q.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "platform.h"

bool set_kthread_struct(struct task_struct *p);
void wq_worker_running(struct task_struct *task);
void wq_worker_sleeping(struct task_struct *task);
void __noreturn do_exit(long code);
int try_to_wake_up(struct task_struct *p, unsigned int state, int wake_flags);
void __set_task_comm(struct task_struct *t, const char *buf, bool exec);
char *__get_task_comm(char *buf, size_t bytes, struct task_struct *t);

/* Of the boot thread, before there is another; what init_mm and creds name. */
struct task_struct init_task;
static int next_pid = 1;

/* --- made and ended --- */

static void task_init(struct ksim_task *k, const char *name)
{
	struct task_struct *task = &k->task;

	refcount_set(&task->usage, 2);
	task->pid = task->tgid = next_pid++;
	task->flags = PF_KTHREAD;
	task->on_cpu = 1;
	task->cpus_ptr = &task->cpus_mask;
	task->nr_cpus_allowed = nr_cpu_ids;
	task->group_leader = task;
	task->prio = task->static_prio = task->normal_prio = DEFAULT_PRIO;
	cpumask_setall(&task->cpus_mask);
	raw_spin_lock_init(&task->pi_lock);
	spin_lock_init(&task->alloc_lock);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 2, 0)
	raw_spin_lock_init(&task->blocked_lock);
#endif
	lockdep_init_task(task);
#ifdef CONFIG_TRACE_IRQFLAGS
	task->softirqs_enabled = 1;
#endif
	strscpy(task->comm, name, sizeof(task->comm));
	k->cpu = -1;
}

static struct ksim_task *task_new(const char *name)
{
	struct ksim_task *k = ksim_alloc(sizeof(*k));

	if (!k)
		ksim_die("no memory for a task");
	task_init(k, name);
	return k;
}

/* Of who is here already. Its locks are made by itself: it is current before it is whole. */
static struct task_struct *task_of_running(const char *name)
{
	static struct ksim_task *made;
	struct ksim_task *k = made;

	if (k)
		return &k->task;
	made = k = ksim_alloc(sizeof(*k));
	if (!k)
		ksim_die("no memory for a task");
	task_init(k, name);
	made = NULL;
	return &k->task;
}

struct task_struct *ksim_irq_task(int cpu)
{
	return task_of_running("hardirq");
}

struct task_struct *ksim_adopt(const char *name)
{
	struct task_struct *task = task_of_running(name);

	ksim_task_of(task)->thread = ksim_thread_self();
	return task;
}

static void task_main(void *arg)
{
	struct ksim_task *k = ksim_task_of(arg);

	k->fn(k->data);
	do_exit(0);
}

struct task_struct *ksim_spawn(int (*fn)(void *data), void *data, const char *name)
{
	struct ksim_task *k = task_new(name);

	set_kthread_struct(&k->task);
	k->fn = fn;
	k->data = data;
	k->task.__state = TASK_UNINTERRUPTIBLE;
	wake_up_process(&k->task);
	return &k->task;
}

/* Overrides kernel/fork.c: a thread of the kernel, which is all that there is. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
pid_t kernel_thread(int (*fn)(void *), void *arg, unsigned long flags)
{
	return ksim_spawn(fn, arg, "kthread")->pid;
}
#else
pid_t kernel_thread(int (*fn)(void *), void *arg, const char *name, unsigned long flags)
{
	return ksim_spawn(fn, arg, name ? name : "kthread")->pid;
}
#endif

void __noreturn do_exit(long code)
{
	struct task_struct *task = current;
	struct completion *vfork = task->vfork_done;

	task->exit_code = code;
	task->vfork_done = NULL;
	WRITE_ONCE(task->__state, TASK_DEAD);
	if (vfork)
		complete(vfork);
	ksim_thread_exit();
}

/* Overrides kernel/fork.c. Left out: giving the memory of a task back. */
void __put_task_struct(struct task_struct *task)
{
}

/* --- woken --- */

int ksim_wake(struct task_struct *task, unsigned int state)
{
	struct ksim_task *k = ksim_task_of(task);

	if (ksim_thread_self())
		ksim_settle();
	if (!(task->__state & state))
		return 0;
	task->__state = TASK_RUNNING;
	if (!k->thread) {
		k->thread = ksim_thread_create(task_main, task, task->comm, k->cpu);
		if (!k->thread)
			ksim_die("no memory for a thread");
		/* An int until 7.2, of which this is the low byte. */
		ksim_thread_show_on_cpu(k->thread, (u8 *)&task->on_cpu);
		if (k->is_rt)
			ksim_thread_set_rt(k->thread);
	}
	ksim_thread_wake(k->thread);
	return 1;
}

int wake_up_process(struct task_struct *task)
{
	return ksim_wake(task, TASK_NORMAL);
}

int wake_up_state(struct task_struct *task, unsigned int state)
{
	return ksim_wake(task, state);
}

int try_to_wake_up(struct task_struct *task, unsigned int state, int wake_flags)
{
	return ksim_wake(task, state);
}

int default_wake_function(wait_queue_entry_t *wait, unsigned int mode, int flags, void *key)
{
	return ksim_wake(wait->private, mode);
}

void wake_q_add(struct wake_q_head *head, struct task_struct *task)
{
	struct wake_q_node *node = &task->wake_q;

	if (cmpxchg_relaxed(&node->next, NULL, WAKE_Q_TAIL))
		return;
	*head->lastp = node;
	head->lastp = &node->next;
}

void wake_q_add_safe(struct wake_q_head *head, struct task_struct *task)
{
	wake_q_add(head, task);
}

void wake_up_q(struct wake_q_head *head)
{
	struct wake_q_node *node = head->first;

	while (node != WAKE_Q_TAIL) {
		struct task_struct *task = container_of(node, struct task_struct, wake_q);

		node = node->next;
		task->wake_q.next = NULL;
		wake_up_process(task);
	}
}

/* Left out: RCU; whom it names is alive as long as it waits. */
int rcuwait_wake_up(struct rcuwait *w)
{
	struct task_struct *task = rcu_dereference_raw(w->task);

	return task ? wake_up_process(task) : 0;
}

void finish_rcuwait(struct rcuwait *w)
{
	rcu_assign_pointer(w->task, NULL);
	__set_current_state(TASK_RUNNING);
}

/* --- asleep --- */

void schedule(void)
{
	struct task_struct *task = current;

	if (!task->__state) {
		ksim_yield();
		return;
	}
	if (preempt_count() || irqs_disabled())
		ksim_die("scheduling while atomic");
	if (task->flags & PF_WQ_WORKER)
		wq_worker_sleeping(task);
	ksim_settle();
	while (task->__state != TASK_RUNNING)
		ksim_park();
	ksim_jiffies_update();
	if (task->flags & PF_WQ_WORKER)
		wq_worker_running(task);
}

void schedule_preempt_disabled(void)
{
	preempt_enable_no_resched();
	schedule();
	preempt_disable();
}

void io_schedule(void)
{
	schedule();
}

int io_schedule_prepare(void)
{
	return 0;
}

void io_schedule_finish(int token)
{
}

long io_schedule_timeout(long timeout)
{
	return schedule_timeout(timeout);
}

int __cond_resched(void)
{
	ksim_settle();
	return 0;
}

void yield(void)
{
	ksim_yield();
}

struct sleeper {
	struct task_struct *task;
	struct ksim_call *call;
};

static void sleep_over(void *arg)
{
	struct sleeper *sleeper = arg;

	sleeper->call = NULL;
	ksim_wake(sleeper->task, TASK_NORMAL);
}

/* Return: has all of the time passed? */
static bool schedule_ps(u64 ps)
{
	struct sleeper sleeper = {.task = current};

	sleeper.call = ksim_call_after(ps, sleep_over, &sleeper);
	schedule();
	if (!sleeper.call)
		return true;
	ksim_call_cancel(sleeper.call);
	return false;
}

void ksim_sleep_ps(u64 ps)
{
	__set_current_state(TASK_UNINTERRUPTIBLE);
	schedule_ps(ps);
}

signed long __sched schedule_timeout(signed long timeout)
{
	u64 begin_ps, slept;

	if (timeout == MAX_SCHEDULE_TIMEOUT) {
		schedule();
		return timeout;
	}
	begin_ps = ksim_now_ps();
	if (schedule_ps(timeout * KSIM_JIFFY_PS))
		return 0;
	slept = div_u64(ksim_now_ps() - begin_ps, KSIM_JIFFY_PS);
	return slept >= timeout ? 0 : timeout - slept;
}

signed long schedule_timeout_uninterruptible(signed long timeout)
{
	__set_current_state(TASK_UNINTERRUPTIBLE);
	return schedule_timeout(timeout);
}

signed long schedule_timeout_interruptible(signed long timeout)
{
	__set_current_state(TASK_INTERRUPTIBLE);
	return schedule_timeout(timeout);
}

signed long schedule_timeout_idle(signed long timeout)
{
	__set_current_state(TASK_IDLE);
	return schedule_timeout(timeout);
}

void msleep(unsigned int ms)
{
	ksim_sleep_ps(ms * 1000000000ULL);
}

void usleep_range_state(unsigned long min_us, unsigned long max_us, unsigned int state)
{
	__set_current_state(state);
	schedule_ps(min_us * 1000000ULL);
}

unsigned long wait_task_inactive(struct task_struct *task, unsigned int state)
{
	while (READ_ONCE(task->on_cpu))
		ksim_sleep_ps(200000);
	return 1;
}

/* --- where, and how urgent --- */

static void allow_cpus(struct task_struct *task, const struct cpumask *mask)
{
	struct ksim_task *k = ksim_task_of(task);

	cpumask_copy(&task->cpus_mask, mask);
	task->nr_cpus_allowed = cpumask_weight(mask);
	k->cpu = task->nr_cpus_allowed == 1 ? (int)cpumask_first(mask) : -1;
	if (k->thread)
		ksim_thread_set_cpu(k->thread, k->cpu);
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 2, 0)
void set_cpus_allowed_force(struct task_struct *task, const struct cpumask *mask)
#else
void do_set_cpus_allowed(struct task_struct *task, const struct cpumask *mask)
#endif
{
	allow_cpus(task, mask);
}

int set_cpus_allowed_ptr(struct task_struct *task, const struct cpumask *mask)
{
	allow_cpus(task, mask);
	return 0;
}

static void set_rt(struct task_struct *task)
{
	struct ksim_task *k = ksim_task_of(task);

	k->is_rt = true;
	task->prio = MAX_RT_PRIO / 2 - 1;
	if (k->thread)
		ksim_thread_set_rt(k->thread);
}

void sched_set_fifo(struct task_struct *task)
{
	set_rt(task);
}

void sched_set_fifo_low(struct task_struct *task)
{
	set_rt(task);
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 2, 0)
/* Of an interrupt that has two threads: a step behind the first, where only one can run. */
void sched_set_fifo_secondary(struct task_struct *task)
{
	set_rt(task);
}
#endif

void set_user_nice(struct task_struct *task, long nice)
{
}

int sched_setscheduler_nocheck(struct task_struct *task, int policy, const struct sched_param *p)
{
	return 0;
}

void ignore_signals(struct task_struct *task)
{
}

void __set_task_comm(struct task_struct *task, const char *buf, bool exec)
{
	struct ksim_task *k = ksim_task_of(task);

	strscpy(task->comm, buf, sizeof(task->comm));
	if (k->thread)
		ksim_thread_set_name(k->thread, task->comm);
}

char *__get_task_comm(char *buf, size_t bytes, struct task_struct *task)
{
	strscpy(buf, task->comm, bytes);
	return buf;
}

/* A CPU's last level cache is its cluster's; four of them, as CPUs of the models' platforms have
 * it. */
bool cpus_share_cache(int a, int b)
{
	return a / 4 == b / 4;
}

void membarrier_update_current_mm(struct mm_struct *mm)
{
}
