// SPDX-License-Identifier: GPL-2.0-only
/* Threads of the kernel's are threads of the machine's; who is current; preemption and interrupts
 * off. */
#include "linux/world/internal.h"
#include "sim/arena.h"
#include "sim/dist.h"
#include "sim/event.h"
#include "sim/sim.h"

/* Deep calls: the kernel's own stacks are 16 KiB, without a sanitizer. */
#define STACK_BYTES (128ULL << 10)

/* --- who is running --- */

/* A thread that the kernel has not made, and that calls it: the machine's. */
static struct world_thread *adopt(struct sim_thread *thread)
{
	struct world_thread *self = sim_alloc(sizeof(*self));

	sim_assert(self);
	self->thread = thread;
	sim_thread_set_private(thread, self);
	self->task = ksim_kernel.adopt(sim_thread_name(thread));
	return self;
}

struct world_thread *world_thread(void)
{
	struct sim_thread *thread = sim_thread_self();
	struct world_thread *self = thread ? sim_thread_private(thread) : NULL;

	if (self)
		return self;
	if (!thread)
		return &world->outside;
	return sim_thread_number(thread) ? adopt(thread) : &world->contexts[sim_cpu_id()];
}

struct task_struct *ksim_current(void)
{
	struct world_thread *self = world_thread();

	if (!self->task)
		self->task = ksim_kernel.irq_task(ksim_cpu());
	return self->task;
}

int ksim_cpu(void)
{
	return sim_thread_self() ? (int)sim_cpu_id() : 0;
}

void *ksim_thread_self(void)
{
	return sim_thread_self() ? world_thread() : NULL;
}

/* --- made, woken, moved, ended --- */

static void thread_main(void *arg)
{
	struct world_thread *self = arg;

	self->fn(self->task);
	sim_assert(false); /* ksim_thread_exit() is the end */
}

void *ksim_thread_create(void (*fn)(void *task), void *task, const char *name, int cpu)
{
	const struct sim_thread_attr attr = {.name = name, .cpu = cpu, .stack_bytes = STACK_BYTES};
	struct world_thread *self = sim_alloc(sizeof(*self));

	if (!self)
		return NULL;
	self->task = task;
	self->fn = fn;
	self->thread = sim_thread_create(&attr, thread_main, self);
	if (!self->thread)
		return NULL;
	sim_thread_set_private(self->thread, self);
	return self;
}

static struct sim_thread *thread_of(void *thread)
{
	return ((struct world_thread *)thread)->thread;
}

void ksim_thread_show_on_cpu(void *thread, unsigned char *on_cpu)
{
	sim_thread_show_on_cpu(thread_of(thread), on_cpu);
}

void ksim_thread_wake(void *thread)
{
	sim_thread_wake(thread_of(thread));
}

void ksim_thread_set_cpu(void *thread, int cpu)
{
	sim_thread_bind(thread_of(thread), cpu);
}

void ksim_thread_set_rt(void *thread)
{
	sim_thread_set_class(thread_of(thread), SIM_CLASS_RT);
}

void ksim_thread_set_name(void *thread, const char *name)
{
	sim_thread_set_name(thread_of(thread), name);
}

void ksim_thread_exit(void)
{
	sim_thread_exit();
}

void ksim_park(void)
{
	world_thread()->polls_since_ps = 0;
	sim_park();
	sim_work_begin();
}

void ksim_yield(void)
{
	sim_yield();
}

/* --- preemption and interrupts: the kernel's counts; the outermost ones reach sim/ --- */

int ksim_preempt_count(void)
{
	return world_thread()->counts.preempt;
}

void ksim_preempt_add(int n)
{
	struct world_counts *counts = &world_thread()->counts;
	int was = counts->preempt;

	counts->preempt += n;
	if (!sim_thread_self())
		return;
	if (!was && counts->preempt)
		sim_preempt_disable();
	else if (was && !counts->preempt)
		sim_preempt_enable();
}

void ksim_irq_disable(void)
{
	struct world_counts *counts = &world_thread()->counts;

	if (!counts->is_irq_off && sim_thread_self())
		sim_irq_disable();
	counts->is_irq_off = true;
}

void ksim_irq_enable(void)
{
	struct world_counts *counts = &world_thread()->counts;
	bool was_off = counts->is_irq_off;

	counts->is_irq_off = false;
	if (was_off && sim_thread_self())
		sim_irq_enable();
}

void ksim_irq_mark(int is_off)
{
	world_thread()->counts.is_irq_off = is_off;
}

int ksim_irq_is_disabled(void)
{
	return world_thread()->counts.is_irq_off || sim_in_hardirq();
}

/* --- time --- */

unsigned long long ksim_now_ps(void)
{
	return sim_now_ps();
}

void ksim_settle(void)
{
	if (sim_thread_self())
		sim_settle();
}

void ksim_charge_ns(unsigned long ns)
{
	sim_charge(ns * 1000ULL);
	ksim_settle();
}

void ksim_charge(enum ksim_cost cost)
{
	const struct kapi_params *costs = world->attr.costs;

	switch (cost) {
	case KSIM_COST_ALLOC:
		sim_charge_cost(costs->alloc_ps);
		break;
	case KSIM_COST_FREE:
		sim_charge_cost(costs->free_ps);
		break;
	case KSIM_COST_MINOR_FAULT:
		sim_charge_cost(world->attr.minor_fault_ps);
		break;
	}
}

/*
 * Who polls for long looks less often, at a thousandth of the time until now: a time-out of a
 * second is as exact as that, and does not take a hundred million looks.
 */
#define POLLS_FOR_EVER_PS (5 * SIM_PS_PER_S)

void ksim_relax(void)
{
	struct world_thread *self = world_thread();
	u64 now_ps = sim_now_ps(), step_ps = sim_cost_ps(world->attr.costs->relax_ps);

	/* Whoever did anything else meanwhile begins anew. */
	if (!self->polls_since_ps ||
	    now_ps > self->polled_ps + 10 * SIM_PS_PER_US +
			     (self->polled_ps - self->polls_since_ps) / 100)
		self->polls_since_ps = self->waits_since_ps = now_ps;
	if (now_ps - self->polls_since_ps > POLLS_FOR_EVER_PS)
		ksim_die("polls for ever: 5 s, and what it waits for has not come");
	if ((now_ps - self->waits_since_ps) / 1000 > step_ps)
		step_ps = (now_ps - self->waits_since_ps) / 1000;
	world_charge(step_ps);
	ksim_settle();
	self->polled_ps = sim_now_ps();
}

/* --- events --- */

struct ksim_call {
	struct sim_event event; /* first */
	void (*fn)(void *arg);
	void *arg;
};

static void call_due(struct sim_event *event)
{
	struct ksim_call *call = (struct ksim_call *)event;
	void (*fn)(void *arg) = call->fn;
	void *arg = call->arg;

	sim_free(call);
	fn(arg);
}

struct ksim_call *ksim_call_after(unsigned long long ps, void (*fn)(void *arg), void *arg)
{
	struct ksim_call *call = sim_alloc(sizeof(*call));

	sim_assert(call);
	ksim_settle();
	call->fn = fn;
	call->arg = arg;
	sim_event_init(&call->event, call_due);
	sim_event_schedule(&call->event, sim_now_ps() + ps);
	return call;
}

void ksim_call_cancel(struct ksim_call *call)
{
	sim_event_cancel(&call->event);
	sim_free(call);
}
