// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tasks on simulated threads: who runs, sleeping and waking, and time as kernel
 * code asks for it.
 *
 * A task's state decides whether it sleeps: schedule() parks until somebody has
 * set it back to TASK_RUNNING, so a wake-up between the check of a condition and
 * schedule() is not lost, and a stray one does not end a sleep.
 *
 * A simulated thread that kthread_create() did not make gets a task on first
 * use, which lives as long as the machine.
 */
#include <linux/bug.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/percpu.h>
#include <linux/processor.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "kapi/internal.h"
#include "sim/event.h"

/* --- tasks --- */

static noinline struct task_struct *adopt(struct sim_thread *thread)
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

static void free_task(struct task_struct *task)
{
	kfree(task->kthread);
	kfree(task);
}

void put_task_struct(struct task_struct *task)
{
	if (refcount_dec_and_test(&task->usage))
		free_task(task);
}

void kapi_hold_task(struct task_struct *task)
{
	task->usage.refs.counter++;
}

void kapi_let_go_task(struct task_struct *task)
{
	if (!--task->usage.refs.counter)
		free_task(task);
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

/* --- sleeping and waking --- */

static void sleep_or_yield(struct task_struct *task)
{
	if (task->__state == TASK_RUNNING) {
		sim_yield();
		return;
	}
	while (task->__state != TASK_RUNNING)
		sim_park();
}

/* Linux says that it is "scheduling while atomic", and does it. */
static void schedule_while_atomic(struct task_struct *task)
{
	struct sim_atomic atomic = sim_atomic_set_aside();

	sleep_or_yield(task);
	sim_atomic_put_back(atomic);
}

void schedule(void)
{
	struct task_struct *task = current;

	kapi_call();
	if (likely(sim_may_sleep()))
		sleep_or_yield(task);
	else
		schedule_while_atomic(task);
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

int wake_up_process(struct task_struct *task)
{
	kapi_settle();
	sim_point(SIM_POINT_STEP, &task->__state, sizeof(task->__state));
	if (task->__state == TASK_RUNNING || task->__state == TASK_DEAD)
		return 0;
	if (task->__state == TASK_NEW)
		task->start(task);
	task->__state = TASK_RUNNING;
	sim_thread_wake(task->thread);
	return 1;
}

void yield(void)
{
	sim_yield();
}

void kapi_cond_resched(const kapi_site_t *site)
{
	kapi_must_not_sleep(site);
	sim_preempt_point(SIM_POINT_COND_RESCHED);
	kapi_settle();
}

bool need_resched(void)
{
	return sim_need_resched();
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
	/* Where schedules are explored it polls: somebody else may take as long as that. */
	if (SIM_EXPLORES) {
		sim_yield();
		return;
	}
	set_current_state(TASK_UNINTERRUPTIBLE);
	kapi_schedule_ps(min_us * SIM_PS_PER_US);
}

void cpu_relax(void)
{
	sim_charge(kapi_state->params.relax_ps);
	kapi_settle();
	sim_point(SIM_POINT_YIELD, NULL, 0);
}
