// SPDX-License-Identifier: GPL-2.0-only
/*
 * Background load: see load.h.
 *
 * A thread's round is a section in user mode, a section in the kernel, and, if
 * asked for, sleep. A section in the kernel ends with cond_resched(). It consists
 * of parts with might_sleep() between them, each of which begins with preemption
 * off, as if under a spinlock. Threads begin somewhere in their first round.
 *
 * Left out: what the load does to caches, memory bandwidth and the locks of
 * others; ksoftirqd.
 */
#include "system/machine/load.h"

#include <errno.h>
#include <stdio.h>

#include "sim/arena.h"
#include "sim/dist.h"
#include "sim/event.h"
#include "sim/rng.h"
#include "sim/sched.h"
#include "sim/sim.h"

/* One that interrupts a CPU now and then. */
struct load_device {
	struct sim_event event;
	struct sim_irq irq;
	struct sys_load *load;
	struct sim_rng rng;
};

struct sys_load {
	const struct sys_config *config;
	struct sim_rng rng; /* where threads begin */
	bool is_over;
};

/* --- threads --- */

static void spend(u64 ps)
{
	sim_charge(ps);
	sim_settle();
}

static void run_user(u64 ps)
{
	sim_user_begin();
	spend(ps);
	sim_user_end();
}

/* From one might_sleep() to the next. */
static void run_part(const struct sys_load *load, u64 ps)
{
	u64 atomic_ps = ps * load->config->load.atomic_per_mille / 1000;

	sim_preempt_disable();
	spend(atomic_ps);
	sim_preempt_enable();
	spend(ps - atomic_ps);
}

static void run_kernel(const struct sys_load *load, u64 ps)
{
	u64 part_ps = load->config->load.might_sleep_ps;

	if (!part_ps)
		part_ps = ps;
	for (; ps > part_ps; ps -= part_ps) {
		run_part(load, part_ps);
		sim_preempt_point(SIM_POINT_MIGHT_SLEEP);
	}
	run_part(load, ps);
	sim_preempt_point(SIM_POINT_COND_RESCHED);
}

static u64 round_ps(const struct sys_config *config)
{
	return sim_cost_ps(config->load.user_ps) + sim_cost_ps(config->load.kernel_ps) +
	       sim_cost_ps(config->load.sleep_ps);
}

static void run_thread(void *arg)
{
	struct sys_load *load = arg;
	const struct sys_config *config = load->config;

	run_user(sim_rng_below(&load->rng, round_ps(config) + 1));
	while (!load->is_over) {
		run_kernel(load, sim_cost_ps(config->load.kernel_ps));
		if (config->load.sleep_ps)
			sim_sleep_ps(sim_cost_ps(config->load.sleep_ps));
		run_user(sim_cost_ps(config->load.user_ps));
	}
}

static int start_thread(struct sys_load *load, u32 cpu, u32 number)
{
	char name[32];
	const struct sim_thread_attr attr = {
		.name = name,
		.class = load->config->load_class == SYS_CLASS_REAL_TIME ? SIM_CLASS_RT
									 : SIM_CLASS_NORMAL,
		.cpu = (int)cpu,
		.nice = (int)load->config->load.nice,
		.is_load = true,
	};
	struct sim_thread *thread;

	snprintf(name, sizeof(name), "load/%u:%u", cpu, number);
	thread = sim_thread_create(&attr, run_thread, load);
	if (!thread)
		return -ENOMEM;
	sim_thread_wake(thread);
	return 0;
}

/* --- interrupts --- */

static struct load_device *device_of(struct sim_irq *irq)
{
	return (struct load_device *)((char *)irq - offsetof(struct load_device, irq));
}

static void schedule_next(struct load_device *device)
{
	u64 mean_ps = device->load->config->load.irq_interval_ps;

	sim_event_schedule(&device->event, sim_now_ps() + sim_rng_exp_ps(&device->rng, mean_ps));
}

static void interrupt(struct sim_event *event)
{
	struct load_device *device = (struct load_device *)event;

	if (device->load->is_over)
		return;
	sim_irq_raise(&device->irq);
	schedule_next(device);
}

static void handle(struct sim_irq *irq)
{
	const struct sys_config *config = device_of(irq)->load->config;

	sim_charge_cost(config->load.irq_ps);
	sim_softirq_add(sim_cost_ps(config->load.softirq_ps));
}

static int start_device(struct sys_load *load, u32 cpu)
{
	struct load_device *device = sim_alloc(sizeof(*device));
	char stream[32];

	if (!device)
		return -ENOMEM;
	device->load = load;
	snprintf(stream, sizeof(stream), "load interrupts %u", cpu);
	sim_rng_init(&device->rng, load->config->seed, stream);
	sim_event_init(&device->event, interrupt);
	sim_irq_init(&device->irq, SIM_IRQ_LOAD, cpu, handle);
	device->irq.is_load = true;
	schedule_next(device);
	return 0;
}

/* --- all of it --- */

static int start_cpu(struct sys_load *load, u32 cpu)
{
	int err = 0;

	for (u32 i = 0; !err && i < load->config->load.threads_per_cpu; i++)
		err = start_thread(load, cpu, i);
	if (!err && load->config->load.irq_interval_ps)
		err = start_device(load, cpu);
	return err;
}

int sys_load_start(struct sys_load **load, const struct sys_config *config)
{
	u64 nr_cpus = sys_config_cpus(config), first = config->load.first_cpu;
	u64 nr = config->load.nr_cpus ? config->load.nr_cpus : nr_cpus;
	int err = 0;

	*load = NULL;
	if (!sys_config_has_load(config))
		return 0;
	*load = sim_alloc(sizeof(**load));
	if (!*load)
		return -ENOMEM;
	(*load)->config = config;
	sim_rng_init(&(*load)->rng, config->seed, "load");
	for (u64 cpu = first; !err && cpu < nr_cpus && cpu < first + nr; cpu++)
		err = start_cpu(*load, cpu);
	return err;
}

void sys_load_end(struct sys_load *load)
{
	if (load)
		load->is_over = true;
}
