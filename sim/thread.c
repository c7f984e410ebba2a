// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads: from creation to the end, debt and settling, sleeping and waking,
 * spinning, and what keeps a thread on its CPU.
 */
#include "sim/core.h"
#include "sim/lock_internal.h"
#include "sim/sim.h"
#include <string.h>

/* Sanitizers need several times the stack. */
#define DEFAULT_STACK_BYTES ((SIM_HAS_ASAN || SIM_HAS_TSAN) ? 256ULL << 10 : 32ULL << 10)

/* --- creation and end --- */

static _Noreturn void thread_end(struct sim_thread *self)
{
	sim_settle();
	sim_assert(sim_may_sleep());
	sim_thread_set_state(self, THREAD_DEAD);
	sim_cpu_leave(self->cpu);
	sim_fiber_exit(&self->fiber);
}

_Noreturn void sim_thread_exit(void)
{
	thread_end(sim_core->current);
}

static void thread_main(void *arg)
{
	struct sim_thread *self = arg;

	self->fn(self->arg);
	thread_end(self);
}

static void link_thread(struct sim_thread *thread)
{
	thread->all_next = sim_core->threads;
	thread->all_link = &sim_core->threads;
	if (thread->all_next)
		thread->all_next->all_link = &thread->all_next;
	sim_core->threads = thread;
}

static void unlink_thread(struct sim_thread *thread)
{
	*thread->all_link = thread->all_next;
	if (thread->all_next)
		thread->all_next->all_link = thread->all_link;
}

static u32 end_cpu_of(const struct sim_thread_attr *attr)
{
	if (attr->cpu < 0)
		return sim_core->params.nr_cpus;
	return (u32)attr->cpu + (attr->nr_cpus ? attr->nr_cpus : 1);
}

/* Near its creator, if it may run there. */
static u32 first_place(const struct sim_thread *thread, const struct sim_thread *creator)
{
	u32 cpu = creator ? creator->cpu->id : 0;

	return cpu >= thread->first_cpu && cpu < thread->end_cpu ? cpu : thread->first_cpu;
}

struct sim_thread *sim_thread_make(const struct sim_thread_attr *attr, void (*fn)(void *arg),
				   void *arg)
{
	struct sim_thread *self = sim_core->current;
	struct sim_thread *thread = sim_alloc(sizeof(*thread));
	u64 stack_bytes = attr->stack_bytes ? attr->stack_bytes : DEFAULT_STACK_BYTES;

	if (!thread)
		return NULL;
	if (sim_fiber_create(&thread->fiber, stack_bytes, thread_main, thread)) {
		sim_free(thread);
		return NULL;
	}
	thread->class = attr->class;
	thread->is_load = attr->is_load;
	thread->nice = attr->nice;
	thread->bound_cpu = attr->nr_cpus > 1 ? -1 : attr->cpu;
	thread->first_cpu = attr->cpu >= 0 ? (u32)attr->cpu : 0;
	thread->end_cpu = end_cpu_of(attr);
	thread->cpu = &sim_core->cpus[first_place(thread, self)];
	thread->fn = fn;
	thread->arg = arg;
	thread->nr_refs = 1;
	sim_thread_set_name(thread, attr->name ? attr->name : "");
	link_thread(thread);
	return thread;
}

struct sim_thread *sim_thread_create(const struct sim_thread_attr *attr, void (*fn)(void *arg),
				     void *arg)
{
	struct sim_thread *thread;

	sim_assert(sim_core->cpus); /* sim_cpus_init() comes first */
	sim_assert(attr->class < SIM_CLASS_IRQ && attr->nice >= -20 && attr->nice < 20);
	sim_assert(attr->cpu >= -1 && attr->cpu < (s64)sim_core->params.nr_cpus);
	sim_assert(end_cpu_of(attr) <= sim_core->params.nr_cpus);
	thread = sim_thread_make(attr, fn, arg);
	if (thread)
		thread->number = ++sim_core->nr_threads;
	return thread;
}

void sim_thread_get(struct sim_thread *thread)
{
	thread->nr_refs++;
}

void sim_thread_put(struct sim_thread *thread)
{
	if (--thread->nr_refs)
		return;
	unlink_thread(thread);
	sim_free(thread);
}

/* On the main stack, after the thread switched away for the last time. */
void sim_thread_reap(struct sim_thread *thread)
{
	sim_assert(!thread->watchers);
	sim_fiber_destroy(&thread->fiber);
	sim_thread_put(thread);
}

/* --- what others see --- */

struct sim_thread *sim_thread_self(void)
{
	return sim_core->current;
}

const char *sim_thread_name(const struct sim_thread *thread)
{
	return thread->name;
}

void sim_thread_set_name(struct sim_thread *thread, const char *name)
{
	strncpy(thread->name, name, sizeof(thread->name) - 1);
}

u32 sim_thread_number(const struct sim_thread *thread)
{
	return thread->number;
}

u64 sim_thread_stack_end(const struct sim_thread *thread)
{
	return (u64)(thread->fiber.stack->low + thread->fiber.stack->bytes);
}

struct sim_thread *sim_thread_find(u32 number)
{
	struct sim_thread *thread = sim_core->threads;

	while (thread && thread->number != number)
		thread = thread->all_next;
	return thread;
}

void sim_thread_set_private(struct sim_thread *thread, void *private)
{
	thread->private = private;
}

void *sim_thread_private(const struct sim_thread *thread)
{
	return thread->private;
}

u32 sim_cpu_id(void)
{
	sim_assert(sim_core->current);
	return sim_core->current->cpu->id;
}

u64 sim_switches(void)
{
	return sim_core->nr_switches;
}

void sim_thread_watch_sleep(void (*fn)(bool is_going))
{
	sim_core->current->sleep_fn = fn;
}

void sim_thread_move(struct sim_thread *thread, u32 cpu)
{
	sim_assert(cpu >= thread->first_cpu && cpu < thread->end_cpu);
	if (thread->state == THREAD_PARKED || thread->state == THREAD_NEW)
		thread->cpu = &sim_core->cpus[cpu];
}

void sim_thread_bind(struct sim_thread *thread, int cpu)
{
	u32 nr_cpus = sim_core->params.nr_cpus;

	sim_assert(cpu >= -1 && cpu < (s64)nr_cpus);
	thread->bound_cpu = cpu;
	thread->first_cpu = cpu < 0 ? 0 : (u32)cpu;
	thread->end_cpu = cpu < 0 ? nr_cpus : (u32)cpu + 1;
	if (cpu >= 0 && (thread->state == THREAD_PARKED || thread->state == THREAD_NEW))
		thread->cpu = &sim_core->cpus[cpu];
}

void sim_thread_set_class(struct sim_thread *thread, enum sim_class class)
{
	sim_assert(class < SIM_CLASS_IRQ && thread->state != THREAD_RUNNABLE);
	thread->class = class;
}

u32 sim_thread_last_cpu(const struct sim_thread *thread)
{
	return thread->cpu->id;
}

void sim_thread_show_on_cpu(struct sim_thread *thread, unsigned char *on_cpu)
{
	thread->on_cpu = on_cpu;
	if (on_cpu)
		*on_cpu = sim_thread_is_on_cpu(thread);
}

bool sim_thread_is_on_cpu(const struct sim_thread *thread)
{
	return thread->state == THREAD_RUNNING;
}

/* --- debt --- */

void sim_charge(u64 ps)
{
	if (sim_core->current)
		sim_core->current->debt_ps += ps;
}

void sim_settle(void)
{
	struct sim_core *core = sim_core;
	struct sim_thread *self = core->current;

	sim_assert(self);
	if (__builtin_expect(!cpu_is_wanted(self->cpu, self), 1)) {
		if (!self->debt_ps)
			return;
		if (core_try_advance(core, core->now_ps + self->debt_ps)) {
			self->debt_ps = 0;
			return;
		}
	}
	sim_fiber_yield(&self->fiber);
}

/* --- sleeping and waking --- */

void sim_park(void)
{
	struct sim_thread *self = sim_core->current;
	bool is_told;

	sim_settle();
	sim_assert(sim_may_sleep());
	is_told = self->sleep_fn && !self->is_wake_pending;
	if (is_told) {
		self->sleep_fn(true);
		sim_settle();
	}
	if (!self->is_wake_pending) {
		self->is_parked = true;
		sim_thread_set_state(self, THREAD_PARKED);
		sim_cpu_leave(self->cpu);
		sim_fiber_yield(&self->fiber);
		self->is_parked = false;
	}
	if (is_told)
		self->sleep_fn(false);
	self->is_wake_pending = false;
}

void sim_thread_wake_now(struct sim_thread *thread)
{
	switch (thread->state) {
	case THREAD_NEW:
	case THREAD_PARKED:
		sim_cpu_enqueue(sim_cpu_place(thread), thread);
		break;
	case THREAD_RUNNABLE:
	case THREAD_RUNNING:
		/* Woken and not there yet: it will look at its condition anyway. */
		if (!thread->is_parked)
			thread->is_wake_pending = true;
		break;
	case THREAD_DEAD:
		break;
	}
}

void sim_wake_list_add(struct wake_list *list, struct sim_thread *thread)
{
	/* Someone else is about to wake it: that is enough. */
	if (thread->wake_next)
		return;
	sim_thread_get(thread);
	thread->wake_next = thread;
	if (list->last)
		list->last->wake_next = thread;
	else
		list->first = thread;
	list->last = thread;
}

static void charge_wake_call(void)
{
	if (!sim_core->current)
		return;
	sim_charge_cost(sim_core->params.wake_call_ps);
	sim_settle();
}

void sim_wake_list_wake(struct wake_list *list)
{
	struct sim_thread *thread = list->first;

	while (thread) {
		struct sim_thread *next;

		charge_wake_call();
		next = thread->wake_next == thread ? NULL : thread->wake_next;
		thread->wake_next = NULL;
		sim_thread_wake_now(thread);
		sim_thread_put(thread);
		thread = next;
	}
	list->first = list->last = NULL;
}

void sim_thread_wake(struct sim_thread *thread)
{
	sim_thread_get(thread);
	charge_wake_call();
	sim_thread_wake_now(thread);
	sim_thread_put(thread);
}

struct sleep_timer {
	struct sim_event event;
	struct sim_thread *thread;
};

static void sleep_over(struct sim_event *event)
{
	sim_thread_wake_now(((struct sleep_timer *)event)->thread);
}

void sim_sleep_ps(u64 ps)
{
	struct sleep_timer timer = {.thread = sim_core->current};
	bool was_woken = false;
	u64 end_ps;

	sim_settle();
	end_ps = sim_core->now_ps + ps;
	sim_event_init(&timer.event, sleep_over);
	sim_event_schedule(&timer.event, end_ps);
	do {
		sim_park();
		/* Another's wake-up is not for us; it is kept for the next park. */
		was_woken |= sim_event_is_pending(&timer.event);
	} while (sim_event_is_pending(&timer.event));
	timer.thread->is_wake_pending |= was_woken;
}

void sim_yield(void)
{
	struct sim_thread *self = sim_core->current;
	struct run_queue *queue;

	sim_settle();
	sim_assert(sim_may_sleep());
	queue = &self->cpu->queues[self->class];
	if (!queue->first && !cpu_has_waiting_above(self->cpu, self->class))
		return;
	sim_thread_set_state(self, THREAD_RUNNABLE);
	if (fair_is_on(self))
		sim_fair_yield(self->cpu, self);
	sim_cpu_leave(self->cpu);
	run_queue_push(queue, self);
	sim_fiber_yield(&self->fiber);
}

/* --- spinning --- */

void sim_thread_spin(struct sim_thread *self, bool is_breakable)
{
	sim_assert(!self->debt_ps);
	sim_cpu_account(self->cpu);
	self->is_spinning = true;
	self->is_spin_breakable = is_breakable;
	sim_fiber_yield(&self->fiber);
}

static void leave_word(struct sim_poller *poller)
{
	struct sim_word *word = poller->word;

	if (poller->prev)
		poller->prev->next = poller->next;
	else
		word->first = poller->next;
	if (poller->next)
		poller->next->prev = poller->prev;
	else
		word->last = poller->prev;
}

static void unwatch(struct sim_poller *poller)
{
	*poller->watch_link = poller->watch_next;
	if (poller->watch_next)
		poller->watch_next->watch_link = poller->watch_link;
}

/* Off the lists of all that it spins on. */
static void stop_polling(struct sim_thread *thread)
{
	struct sim_poller *poller;

	for (poller = thread->polling; poller; poller = poller->other) {
		leave_word(poller);
		if (poller->watch_link)
			unwatch(poller);
	}
	thread->polling = NULL;
}

void sim_thread_spin_end(struct sim_thread *thread, enum spin_result result, u64 cost_ps)
{
	if (!thread->is_spinning)
		return;
	stop_polling(thread);
	sim_cpu_account(thread->cpu);
	thread->is_spinning = false;
	thread->spin_result = result;
	thread->debt_ps += cost_ps;
	sim_cpu_kick(thread->cpu);
}

void sim_thread_stall(struct sim_thread *self)
{
	sim_assert(!self->debt_ps);
	sim_cpu_account(self->cpu);
	self->is_stalled = true;
	sim_fiber_yield(&self->fiber);
}

void sim_thread_stall_end(struct sim_thread *thread, u64 cost_ps)
{
	sim_cpu_account(thread->cpu);
	thread->is_stalled = false;
	thread->debt_ps += cost_ps;
	sim_cpu_go_on(thread->cpu, thread);
}

void sim_spin(void)
{
	sim_thread_spin(sim_core->current, false);
}

void sim_spin_end(struct sim_thread *thread, u64 cost_ps)
{
	sim_thread_spin_end(thread, SPIN_RELEASED, cost_ps);
}

/* --- what keeps a thread on its CPU --- */

/* The outermost ones settle: debt from before belongs before. */
void sim_preempt_disable(void)
{
	struct sim_thread *self = sim_core->current;

	sim_assert(self);
	if (thread_may_switch(self))
		sim_settle();
	self->preempt_count++;
}

void sim_preempt_enable(void)
{
	struct sim_thread *self = sim_core->current;

	sim_assert(self && self->preempt_count);
	if (self->preempt_count == 1)
		sim_settle();
	self->preempt_count--;
	if (cpu_is_wanted(self->cpu, self))
		sim_settle();
}

void sim_thread_give_way(void)
{
	struct sim_thread *self = sim_core->current;

	self->is_giving_way = true;
	sim_preempt_enable();
	self->is_giving_way = false;
	sim_preempt_disable();
}

void sim_irq_disable(void)
{
	struct sim_thread *self = sim_core->current;

	sim_assert(self);
	if (!self->irq_count)
		sim_settle();
	self->irq_count++;
}

void sim_irq_enable(void)
{
	struct sim_thread *self = sim_core->current;

	sim_assert(self && self->irq_count);
	if (self->irq_count == 1)
		sim_settle();
	self->irq_count--;
	if (cpu_is_wanted(self->cpu, self))
		sim_settle();
}

bool sim_in_hardirq(void)
{
	return sim_core->current && sim_core->current->class == SIM_CLASS_IRQ;
}

bool sim_may_sleep(void)
{
	const struct sim_thread *self = sim_core->current;

	return self && self->class != SIM_CLASS_IRQ && thread_may_switch(self);
}
