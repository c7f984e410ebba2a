// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tasks on simulated threads: who runs, sleeping and waking, kernel threads,
 * and time as kernel code asks for it.
 *
 * A task's state decides whether it sleeps: schedule() parks until somebody has
 * set it back to TASK_RUNNING, so a wake-up between the check of a condition and
 * schedule() is not lost, and a stray one does not end a sleep.
 *
 * A simulated thread that kthread_create() did not make gets a task on first
 * use, which lives as long as the machine.
 */
#include <linux/bug.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/percpu.h>
#include <linux/processor.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <stdarg.h>

#include "kapi/internal.h"
#include "sim/event.h"

/* Of a thread made by kthread_create(), until its task is freed. */
struct kapi_kthread {
	int (*threadfn)(void *data);
	void *data;
	int exit_code;
	int bound_cpu; /* -1: none */
	enum sim_class class;
	bool should_stop;
	struct completion exited;
};

/* --- tasks --- */

static struct task_struct *adopt(struct sim_thread *thread)
{
	struct task_struct *task = kapi_alloc(sizeof(*task));

	refcount_set(&task->usage, 1);
	task->pid = ++kapi_state->next_pid;
	task->thread = thread;
	strscpy(task->comm, sim_thread_name(thread), sizeof(task->comm));
	sim_thread_set_private(thread, task);
	return task;
}

struct task_struct *kapi_current(void)
{
	struct sim_thread *self = sim_thread_self();
	struct task_struct *task;

	if (!self)
		return &kapi_state->boot_task;
	task = sim_thread_private(self);
	return likely(task) ? task : adopt(self);
}

struct task_struct *get_task_struct(struct task_struct *task)
{
	refcount_inc(&task->usage);
	return task;
}

void put_task_struct(struct task_struct *task)
{
	if (!refcount_dec_and_test(&task->usage))
		return;
	kfree(task->kthread);
	kfree(task);
}

unsigned int smp_processor_id(void)
{
	return sim_thread_self() ? sim_cpu_id() : 0;
}

unsigned int kapi_this_cpu(void)
{
	sim_charge(kapi_state->line_hit_ps);
	return smp_processor_id();
}

unsigned int num_online_cpus(void)
{
	return sim_cpu_params()->nr_cpus;
}

void might_sleep(void)
{
	/* Before the machine runs there is nobody to wait for. */
	BUG_ON(sim_thread_self() && !sim_may_sleep());
}

/* --- sleeping and waking --- */

void schedule(void)
{
	struct task_struct *task = current;

	kapi_call();
	if (task->__state == TASK_RUNNING) {
		sim_yield();
		return;
	}
	while (task->__state != TASK_RUNNING)
		sim_park();
}

struct sleeper {
	struct sim_event event;
	struct task_struct *task;
	bool has_expired;
};

static void sleep_ends(struct sim_event *event)
{
	struct sleeper *sleeper = container_of(event, struct sleeper, event);

	sleeper->has_expired = true;
	wake_up_process(sleeper->task);
}

bool kapi_schedule_ps(u64 timeout_ps)
{
	struct sleeper sleeper = {.task = current};

	sim_settle();
	sim_event_init(&sleeper.event, sleep_ends);
	sim_event_schedule(&sleeper.event, sim_now_ps() + timeout_ps);
	schedule();
	sim_event_cancel(&sleeper.event);
	return sleeper.has_expired;
}

static u64 jiffies_to_ps(long timeout_jiffies)
{
	return (u64)timeout_jiffies * (SIM_PS_PER_S / HZ);
}

long schedule_timeout(long timeout_jiffies)
{
	u64 start_ps, slept_ps;

	if (timeout_jiffies == MAX_SCHEDULE_TIMEOUT) {
		schedule();
		return MAX_SCHEDULE_TIMEOUT;
	}
	sim_settle();
	start_ps = sim_now_ps();
	if (kapi_schedule_ps(jiffies_to_ps(timeout_jiffies)))
		return 0;
	slept_ps = sim_now_ps() - start_ps;
	return slept_ps >= jiffies_to_ps(timeout_jiffies)
		       ? 0
		       : timeout_jiffies - (long)(slept_ps / (SIM_PS_PER_S / HZ));
}

long schedule_timeout_uninterruptible(long timeout_jiffies)
{
	set_current_state(TASK_UNINTERRUPTIBLE);
	return schedule_timeout(timeout_jiffies);
}

long schedule_timeout_interruptible(long timeout_jiffies)
{
	set_current_state(TASK_INTERRUPTIBLE);
	return schedule_timeout(timeout_jiffies);
}

static void start_thread(struct task_struct *task);

int wake_up_process(struct task_struct *task)
{
	kapi_settle();
	if (task->__state == TASK_RUNNING || task->__state == TASK_DEAD)
		return 0;
	if (task->__state == TASK_NEW)
		start_thread(task);
	task->__state = TASK_RUNNING;
	sim_thread_wake(task->thread);
	return 1;
}

void yield(void)
{
	sim_yield();
}

void cond_resched(void)
{
	might_sleep();
	kapi_settle();
}

/* --- kernel threads --- */

static void kthread_main(void *arg)
{
	struct task_struct *task = arg;
	struct kapi_kthread *kthread = task->kthread;

	kthread->exit_code = kthread->should_stop ? -EINTR : kthread->threadfn(kthread->data);
	task->__state = TASK_DEAD;
	task->thread = NULL;
	/* From here on this code is nobody's task. */
	complete_all(&kthread->exited);
	sim_thread_set_private(sim_thread_self(), NULL);
	put_task_struct(task);
}

static void start_thread(struct task_struct *task)
{
	struct sim_thread_attr attr = {
		.name = task->comm,
		.class = task->kthread->class,
		.cpu = task->kthread->bound_cpu,
	};

	task->thread = sim_thread_create(&attr, kthread_main, task);
	BUG_ON(!task->thread);
	sim_thread_set_private(task->thread, task);
}

static struct kapi_kthread *kthread_alloc(int (*threadfn)(void *data), void *data, gfp_t gfp)
{
	struct kapi_kthread *kthread = kzalloc(sizeof(*kthread), gfp);

	if (!kthread)
		return NULL;
	kthread->threadfn = threadfn;
	kthread->data = data;
	kthread->bound_cpu = -1;
	kthread->class = SIM_CLASS_NORMAL;
	init_completion(&kthread->exited);
	return kthread;
}

static struct task_struct *task_alloc(int (*threadfn)(void *data), void *data, gfp_t gfp)
{
	struct task_struct *task = kzalloc(sizeof(*task), gfp);

	if (!task)
		return NULL;
	task->kthread = kthread_alloc(threadfn, data, gfp);
	if (!task->kthread) {
		kfree(task);
		return NULL;
	}
	refcount_set(&task->usage, 1);
	task->pid = ++kapi_state->next_pid;
	task->__state = TASK_NEW;
	return task;
}

struct task_struct *kthread_create_on_node(int (*threadfn)(void *data), void *data, int node,
					   const char *namefmt, ...)
{
	struct task_struct *task = task_alloc(threadfn, data, GFP_KERNEL);
	va_list args;

	if (!task)
		return ERR_PTR(-ENOMEM);
	va_start(args, namefmt);
	vsnprintf(task->comm, sizeof(task->comm), namefmt, args);
	va_end(args);
	return task;
}

struct task_struct *kapi_thread(int (*threadfn)(void *data), void *data, int cpu, const char *name)
{
	struct kapi_slab saved = kapi_state->slab;
	struct task_struct *task = task_alloc(threadfn, data, GFP_ATOMIC | __GFP_NOFAIL);

	BUG_ON(!task);
	kapi_state->slab = saved;
	strscpy(task->comm, name, sizeof(task->comm));
	task->kthread->bound_cpu = cpu;
	return task;
}

void kthread_bind(struct task_struct *task, unsigned int cpu)
{
	BUG_ON(task->__state != TASK_NEW);
	task->kthread->bound_cpu = cpu;
}

static void set_name(struct task_struct *task, const char *namefmt, ...)
{
	va_list args;

	va_start(args, namefmt);
	vsnprintf(task->comm, sizeof(task->comm), namefmt, args);
	va_end(args);
}

struct task_struct *kthread_create_on_cpu(int (*threadfn)(void *data), void *data, unsigned int cpu,
					  const char *namefmt)
{
	struct task_struct *task = task_alloc(threadfn, data, GFP_KERNEL);

	if (!task)
		return ERR_PTR(-ENOMEM);
	set_name(task, namefmt, cpu);
	kthread_bind(task, cpu);
	return task;
}

void sched_set_fifo(struct task_struct *task)
{
	if (task->__state == TASK_NEW)
		task->kthread->class = SIM_CLASS_RT;
	else
		WARN(true, "%s runs already: its class stays", task->comm);
}

int kthread_stop(struct task_struct *task)
{
	int exit_code;

	might_sleep();
	get_task_struct(task);
	task->kthread->should_stop = true;
	wake_up_process(task);
	wait_for_completion(&task->kthread->exited);
	exit_code = task->kthread->exit_code;
	put_task_struct(task);
	return exit_code;
}

bool kthread_should_stop(void)
{
	return current->kthread->should_stop;
}

void *kthread_data(struct task_struct *task)
{
	return task->kthread->data;
}

/* --- time --- */

static void timer_expires(struct sim_event *event)
{
	kapi_timer_t *timer = container_of(event, kapi_timer_t, event);

	timer->expire(timer);
}

void kapi_timer_start(kapi_timer_t *timer, unsigned long delay_jiffies,
		      void (*expire)(kapi_timer_t *timer))
{
	kapi_settle();
	timer->expire = expire;
	sim_event_init(&timer->event, timer_expires);
	sim_event_schedule(&timer->event, sim_now_ps() + jiffies_to_ps(delay_jiffies));
}

bool kapi_timer_is_pending(const kapi_timer_t *timer)
{
	return sim_event_is_pending(&timer->event);
}

bool kapi_timer_cancel(kapi_timer_t *timer)
{
	bool was_pending = kapi_timer_is_pending(timer);

	sim_event_cancel(&timer->event);
	return was_pending;
}

ktime_t ktime_get(void)
{
	kapi_settle();
	return sim_now_ps() / SIM_PS_PER_NS;
}

unsigned long kapi_jiffies(void)
{
	return sim_now_ps() / (SIM_PS_PER_S / HZ);
}

void ndelay(unsigned long ns)
{
	sim_charge(ns * SIM_PS_PER_NS);
}

void udelay(unsigned long us)
{
	sim_charge(us * SIM_PS_PER_US);
}

void mdelay(unsigned long ms)
{
	sim_charge(ms * SIM_PS_PER_MS);
}

void msleep(unsigned int ms)
{
	usleep_range(ms * 1000UL, ms * 1000UL);
}

void usleep_range(unsigned long min_us, unsigned long max_us)
{
	might_sleep();
	set_current_state(TASK_UNINTERRUPTIBLE);
	kapi_schedule_ps(min_us * SIM_PS_PER_US);
}

void cpu_relax(void)
{
	sim_charge(kapi_state->params.relax_ps);
	kapi_settle();
}
