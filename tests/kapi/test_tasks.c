// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tasks, waiting and being woken:
 *  - kthread_stop() waits for the thread and returns what it returned;
 *  - a thread that is stopped before it ran never runs its function;
 *  - a waiter sleeps until its condition holds, not until it is woken;
 *  - a wake-up between the check and the sleep is not lost;
 *  - an exclusive wake-up wakes one, wake_up_all() all;
 *  - a completion completes once for each call, and may be freed at once;
 *  - a time-out passes when nobody wakes, and not before;
 *  - delays spend CPU time, sleeps do not.
 */
#include "tests/kapi/machine.h"

#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait.h>

static int until_stopped(void *data)
{
	u32 *rounds = data;

	while (!kthread_should_stop()) {
		(*rounds)++;
		msleep(1);
	}
	return 42;
}

static void stop_thread(void *arg)
{
	u32 rounds = 0;
	struct task_struct *task = kthread_run(until_stopped, &rounds, "worker/%d", 7);

	assert_string_equal(task->comm, "worker/7");
	msleep(5);
	assert_int_equal(kthread_stop(task), 42);
	assert_in_range(rounds, 4, 6);
	assert_int_equal(kapi_slab_objects(), 0);
}

static void kthread_stop_returns_what_the_thread_returned(void **state)
{
	machine_run(0, stop_thread, NULL);
}

static void stop_unborn(void *arg)
{
	u32 rounds = 0;
	struct task_struct *task = kthread_create(until_stopped, &rounds, "unborn");

	assert_int_equal(kthread_stop(task), -EINTR);
	assert_int_equal(rounds, 0);
}

static void thread_stopped_before_it_ran_never_runs(void **state)
{
	machine_run(0, stop_unborn, NULL);
}

static int bound_thread(void *data)
{
	*(int *)data = smp_processor_id();
	return 0;
}

static void bind_threads(void *arg)
{
	for (int cpu = 0; cpu < 8; cpu++) {
		int ran_on = -1;
		struct task_struct *task = kthread_create(bound_thread, &ran_on, "b");

		kthread_bind(task, cpu);
		get_task_struct(task);
		wake_up_process(task);
		msleep(1);
		kthread_stop(task);
		put_task_struct(task);
		assert_int_equal(ran_on, cpu);
	}
}

static void bound_thread_runs_on_its_cpu(void **state)
{
	machine_run(0, bind_threads, NULL);
}

/* --- wait queues --- */

struct gate {
	wait_queue_head_t wq;
	u32 value, wanted;
	u32 nr_through;
};

static void gate_init(struct gate *gate)
{
	memset(gate, 0, sizeof(*gate));
	init_waitqueue_head(&gate->wq);
}

static void pass_gate(void *arg)
{
	struct gate *gate = arg;

	wait_event(gate->wq, gate->value >= gate->wanted);
	gate->nr_through++;
}

static void pass_gate_exclusive(void *arg)
{
	struct gate *gate = arg;

	wait_event_interruptible_exclusive(gate->wq, gate->value >= gate->wanted);
	gate->nr_through++;
}

static void open_slowly(void *arg)
{
	struct gate *gate = arg;

	for (u32 i = 0; i < 5; i++) {
		assert_int_equal(gate->nr_through, 0);
		msleep(1);
		gate->value++;
		wake_up_all(&gate->wq);
	}
	msleep(1);
	assert_int_equal(gate->nr_through, 3);
}

static void waiter_sleeps_until_its_condition_holds(void **state)
{
	struct gate gate;

	gate_init(&gate);
	gate.wanted = 5;
	for (int cpu = 1; cpu < 4; cpu++)
		machine_start(cpu, pass_gate, &gate);
	machine_run(0, open_slowly, &gate);
	assert_int_equal(gate.nr_through, 3);
}

static void open_after(void *arg)
{
	struct gate *gate = arg;

	gate->value = 1;
	wake_up_all(&gate->wq);
}

/* The waker comes at every moment of the waiter's way to sleep. */
static void wake_up_on_the_way_to_sleep_is_not_lost(void **state)
{
	for (u64 delay_ps = 0; delay_ps < 8 * SIM_PS_PER_US; delay_ps += 37 * NS) {
		struct gate gate;

		gate_init(&gate);
		gate.wanted = 1;
		machine_start(1, pass_gate, &gate);
		sim_run(sim_now_ps() + delay_ps);
		machine_run(0, open_after, &gate);
		assert_int_equal(gate.nr_through, 1);
	}
}

static void open_one_by_one(void *arg)
{
	struct gate *gate = arg;

	msleep(1);
	gate->value = gate->wanted;
	for (u32 i = 1; i <= 4; i++) {
		wake_up(&gate->wq);
		msleep(1);
		assert_int_equal(gate->nr_through, i);
	}
}

static void exclusive_wake_up_wakes_one(void **state)
{
	struct gate gate;

	gate_init(&gate);
	gate.wanted = 1;
	for (int cpu = 1; cpu < 5; cpu++)
		machine_start(cpu, pass_gate_exclusive, &gate);
	machine_run(0, open_one_by_one, &gate);
	assert_int_equal(gate.nr_through, 4);
}

/* --- completions --- */

static void complete_it(void *arg)
{
	struct completion **done = arg;

	udelay(3);
	complete(*done);
}

/* Under ASan a completer that touches the completion too late is caught. */
static void complete_and_free(void *arg)
{
	for (u64 delay_ps = 0; delay_ps < 8 * SIM_PS_PER_US; delay_ps += 53 * NS) {
		struct completion *done = kmalloc(sizeof(*done), GFP_KERNEL);

		init_completion(done);
		machine_start(1, complete_it, &done);
		sim_charge(delay_ps);
		wait_for_completion(done);
		kfree(done);
		msleep(1);
	}
}

static void completion_may_be_freed_at_once(void **state)
{
	machine_run(0, complete_and_free, NULL);
}

static void count_completions(void *arg)
{
	struct completion done;

	init_completion(&done);
	complete(&done);
	complete(&done);
	assert_true(try_wait_for_completion(&done));
	wait_for_completion(&done);
	assert_false(try_wait_for_completion(&done));
	complete_all(&done);
	wait_for_completion(&done);
	wait_for_completion(&done);
	assert_true(completion_done(&done));
}

static void completion_counts(void **state)
{
	machine_run(0, count_completions, NULL);
}

/* --- time --- */

static void time_out(void *arg)
{
	struct completion done;
	struct gate gate;
	u64 start_ps = machine_now_ps();

	init_completion(&done);
	gate_init(&gate);
	gate.wanted = 1;
	assert_int_equal(wait_for_completion_timeout(&done, msecs_to_jiffies(20)), 0);
	assert_in_range(machine_now_ps() - start_ps, 20 * SIM_PS_PER_MS, 21 * SIM_PS_PER_MS);
	assert_int_equal(wait_event_timeout(gate.wq, gate.value, 1), 0);
	complete(&done);
	assert_int_equal(wait_for_completion_timeout(&done, 5), 5);
}

static void time_out_passes_when_nobody_wakes(void **state)
{
	machine_run(0, time_out, NULL);
}

static void complete_late(void *arg)
{
	msleep(8);
	complete(arg);
}

static void wake_before_time_out(void *arg)
{
	struct completion done;

	init_completion(&done);
	machine_start(1, complete_late, &done);
	assert_in_range(wait_for_completion_timeout(&done, 10), 6, 9);
}

static void wake_up_before_the_time_out_leaves_the_rest(void **state)
{
	machine_run(0, wake_before_time_out, NULL);
}

static struct sim_thread *sleeper;

static void disturb(void *arg)
{
	for (u32 i = 0; i < 5; i++) {
		msleep(1);
		sim_thread_wake(sleeper);
	}
}

static void sleep_on(void *arg)
{
	u64 start_ps = machine_now_ps();

	sleeper = sim_thread_self();
	machine_start(1, disturb, NULL);
	msleep(20);
	assert_in_range(machine_now_ps() - start_ps, 20 * SIM_PS_PER_MS, 21 * SIM_PS_PER_MS);
}

static void stray_wake_up_does_not_end_a_sleep(void **state)
{
	machine_run(0, sleep_on, NULL);
}

static void spend(void *arg)
{
	struct sim_cpu_stats before, after;
	s64 start_ns = ktime_get_ns();

	sim_cpu_stats(0, &before);
	udelay(5);
	ndelay(500);
	assert_int_equal(ktime_get_ns() - start_ns, 5500);
	sim_cpu_stats(0, &after);
	assert_int_equal(after.idle_ps, before.idle_ps);
	msleep(3);
	sim_cpu_stats(0, &after);
	assert_true(after.idle_ps - before.idle_ps > 2 * SIM_PS_PER_MS);
}

static void delays_spend_cpu_time_and_sleeps_do_not(void **state)
{
	machine_run(0, spend, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_ON_MACHINE(kthread_stop_returns_what_the_thread_returned),
		TEST_ON_MACHINE(thread_stopped_before_it_ran_never_runs),
		TEST_ON_MACHINE(bound_thread_runs_on_its_cpu),
		TEST_ON_MACHINE(waiter_sleeps_until_its_condition_holds),
		TEST_ON_MACHINE(wake_up_on_the_way_to_sleep_is_not_lost),
		TEST_ON_MACHINE(exclusive_wake_up_wakes_one),
		TEST_ON_MACHINE(completion_may_be_freed_at_once),
		TEST_ON_MACHINE(completion_counts),
		TEST_ON_MACHINE(time_out_passes_when_nobody_wakes),
		TEST_ON_MACHINE(wake_up_before_the_time_out_leaves_the_rest),
		TEST_ON_MACHINE(stray_wake_up_does_not_end_a_sleep),
		TEST_ON_MACHINE(delays_spend_cpu_time_and_sleeps_do_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
