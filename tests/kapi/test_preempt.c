// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where kernel code makes room for a real-time thread, by preemption model: each
 * call that has a might_sleep() in Linux 6.1 is a point in voluntary, and
 * cond_resched() is one in none, too.
 */
#include "machine.h"

#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#define US SIM_PS_PER_US

static enum sim_preempt model;

static int setup_model(void **state)
{
	static const struct sim_cpu_params cpu = {
		.nr_cpus = 2,
		.cluster_cpus = 2,
		.socket_cpus = 2,
		.slice_ps = 3 * SIM_PS_PER_MS,
	};
	struct kapi_params kernel = {.sched.preempt = model, .relax_ps = 1000};

	(void)state;
	setenv("CMOCKA_TEST_ABORT", "1", 1);
	return sim_init(1, 0) || sim_cpus_init(&cpu) || kapi_init(&kernel) ? -1 : 0;
}

/* --- calls --- */

static DEFINE_MUTEX(mutex);
static DECLARE_RWSEM(rwsem);
static DEFINE_SPINLOCK(spinlock);
static wait_queue_head_t queue;
static struct completion done;

static void call_cond_resched(void)
{
	cond_resched();
}

static void call_mutex_lock(void)
{
	mutex_lock(&mutex);
	mutex_unlock(&mutex);
}

static void call_down_read(void)
{
	down_read(&rwsem);
	up_read(&rwsem);
}

static void call_down_write(void)
{
	down_write(&rwsem);
	up_write(&rwsem);
}

static void call_kmalloc(void)
{
	kfree(kmalloc(8, GFP_KERNEL));
}

static void call_kmalloc_atomic(void)
{
	kfree(kmalloc(8, GFP_ATOMIC));
}

static void call_wait_event(void)
{
	init_waitqueue_head(&queue);
	wait_event(queue, true);
}

static void call_wait_for_completion(void)
{
	init_completion(&done);
	complete(&done);
	wait_for_completion(&done);
}

static void call_spin_lock(void)
{
	spin_lock(&spinlock);
	spin_unlock(&spinlock);
}

static void call_mutex_trylock(void)
{
	if (mutex_trylock(&mutex))
		mutex_unlock(&mutex);
}

static void call_yield(void)
{
	yield();
}

static const struct call {
	void (*fn)(void);
	enum sim_preempt last; /* the most reluctant model in which it is a point */
} calls[] = {
	{call_cond_resched, SIM_PREEMPT_NONE},	  {call_yield, SIM_PREEMPT_NONE},
	{call_mutex_lock, SIM_PREEMPT_VOLUNTARY}, {call_down_read, SIM_PREEMPT_VOLUNTARY},
	{call_down_write, SIM_PREEMPT_VOLUNTARY}, {call_kmalloc, SIM_PREEMPT_VOLUNTARY},
	{call_wait_event, SIM_PREEMPT_VOLUNTARY}, {call_wait_for_completion, SIM_PREEMPT_VOLUNTARY},
	{call_kmalloc_atomic, SIM_PREEMPT_FULL},  {call_spin_lock, SIM_PREEMPT_FULL},
	{call_mutex_trylock, SIM_PREEMPT_FULL},
};

/* --- the normal thread, and the real-time one --- */

struct alarm {
	struct sim_event event;
	struct task_struct *task;
};

static u64 rt_began_ps;

static int rt_fn(void *data)
{
	(void)data;
	rt_began_ps = machine_now_ps();
	return 0;
}

static void ring(struct sim_event *event)
{
	wake_up_process(container_of(event, struct alarm, event)->task);
}

static void spend(u64 ps)
{
	sim_charge(ps);
	sim_settle();
}

/* 10 us, the call, 20 us; the real-time thread is woken at 5 us. */
static void run_normal(void *arg)
{
	const struct call *call = arg;
	struct alarm alarm = {.task = kthread_create(rt_fn, NULL, "rt")};
	u64 start_ps = machine_now_ps();

	sched_set_fifo(alarm.task);
	kthread_bind(alarm.task, 0);
	sim_event_init(&alarm.event, ring);
	sim_event_schedule(&alarm.event, start_ps + 5 * US);
	spend(10 * US);
	assert_int_equal(need_resched(), model != SIM_PREEMPT_FULL);
	call->fn();
	spend(20 * US);
}

static void each_call_is_a_point_in_the_models_that_linux_says(void **state)
{
	for (model = SIM_PREEMPT_FULL; model <= SIM_PREEMPT_NONE; model++) {
		for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
			u64 expected_ps = calls[i].last >= model ? 10 * US : 30 * US;

			assert_int_equal(setup_model(state), 0);
			machine_run(0, run_normal, (void *)&calls[i]);
			assert_int_equal(rt_began_ps,
					 model == SIM_PREEMPT_FULL ? 5 * US : expected_ps);
			machine_teardown(state);
		}
	}
}

/* --- a worker makes room between two works --- */

static u64 second_ps;

static void work_fn(struct work_struct *work)
{
	spend(10 * US);
}

static void work_last_fn(struct work_struct *work)
{
	second_ps = machine_now_ps();
	spend(10 * US);
}

static DECLARE_WORK(work, work_fn);
static DECLARE_WORK(last_work, work_last_fn);

static void run_works(void *arg)
{
	struct workqueue_struct *wq = alloc_workqueue("works", 0, 0);
	struct alarm alarm = {.task = kthread_create(rt_fn, NULL, "rt")};

	sched_set_fifo(alarm.task);
	kthread_bind(alarm.task, 1);
	queue_work_on(1, wq, &work);
	queue_work_on(1, wq, &last_work);
	sim_event_init(&alarm.event, ring);
	sim_event_schedule(&alarm.event, machine_now_ps() + 5 * US);
	flush_workqueue(wq);
	destroy_workqueue(wq);
}

static void worker_makes_room_between_works(void **state)
{
	model = SIM_PREEMPT_NONE;
	assert_int_equal(setup_model(state), 0);
	machine_run(0, run_works, NULL);
	assert_int_equal(rt_began_ps, 10 * US);
	assert_int_equal(second_ps, 10 * US);
	machine_teardown(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_call_is_a_point_in_the_models_that_linux_says),
		cmocka_unit_test(worker_makes_room_between_works),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
