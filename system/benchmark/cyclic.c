// SPDX-License-Identifier: GPL-2.0-only
/*
 * Benchmark `cyclic`: each thread sleeps for a while in user mode's clock_nanosleep() and looks how
 * much longer that took, as stress-ng's cyclic stressor does (method clock_ns). The timer
 * interrupts the CPU that it was set on, which is the thread's.
 *
 * Left out: timer slack, which real-time threads do not have (50 us of normal ones).
 */
#include <linux/sched.h>

#include "kapi/params.h"
#include "sim/arena.h"
#include "sim/dist.h"
#include "sim/event.h"
#include "sim/hist.h"
#include "sim/sched.h"
#include "sim/sim.h"
#include "system/benchmark/benchmark.h"

/* A thread's timer. */
struct timer {
	struct sim_event event;
	struct sim_irq irq;
	struct task_struct *task;
	bool has_expired;
};

static void expire(struct sim_event *event)
{
	sim_irq_raise(&((struct timer *)event)->irq);
}

static void handle(struct sim_irq *irq)
{
	struct timer *timer = container_of(irq, struct timer, irq);

	sim_charge_cost(kapi_params()->hrtimer_ps);
	timer->has_expired = true;
	wake_up_process(timer->task);
}

static int begin(struct sys_benchmark *benchmark)
{
	struct timer *timers = sim_alloc(benchmark->nr_threads * sizeof(*timers));

	if (!timers)
		return -ENOMEM;
	for (u32 i = 0; i < benchmark->nr_threads; i++) {
		sim_event_init(&timers[i].event, expire);
		sim_irq_init(&timers[i].irq, SIM_IRQ_HRTIMER,
			     i % (u32)sys_config_cpus(benchmark->config), handle);
		benchmark->threads[i].own = &timers[i];
	}
	return 0;
}

static void sleep_until_expired(struct timer *timer, u64 at_ps)
{
	timer->has_expired = false;
	timer->task = current;
	sim_event_schedule(&timer->event, at_ps);
	set_current_state(TASK_INTERRUPTIBLE);
	while (!timer->has_expired) {
		schedule();
		set_current_state(TASK_INTERRUPTIBLE);
	}
	__set_current_state(TASK_RUNNING);
}

static void iterate(struct sys_benchmark_thread *thread)
{
	u64 due_ps;

	sim_settle();
	due_ps = sim_now_ps() + thread->benchmark->config->benchmark.interval_ps;
	sleep_until_expired(thread->own, due_ps);
	sim_user_begin();
	sim_hist_add(thread->benchmark->result.wake_latency, sim_now_ps() - due_ps);
	sim_user_end();
}

static void end(struct sys_benchmark *benchmark, u64 elapsed_ps)
{
}

const struct sys_benchmark_ops sys_benchmark_cyclic = {
	.begin = begin,
	.iterate = iterate,
	.end = end,
};
