// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads, who is ready, and who goes on: see schedule.h. In place of thread.c, cpu.c and what
 * stands on them.
 *
 * What has no code, hardware and time-outs, is in actor.c, interrupts are in irq.c. Left out: CPUs,
 * so that what is per CPU is per thread, and exclusion by disabled preemption or interrupts holds
 * because each thread, and each interrupt, has a CPU of its own.
 */
#include "sim/schedule/internal.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/columns.h"
#include "sim/defects.h"
#include "sim/sim.h"
#include "sim/time.h"

struct sim_schedule *sim_schedule;
struct turn *turn;

#define STACK_BYTES ((SIM_HAS_ASAN || SIM_HAS_TSAN) ? 256ULL << 10 : 32ULL << 10)

/* Why sim_schedule_run() returns. */
static enum sim_schedule_end end;
static bool is_ending;
/* Out of what an actor does, to the loop. */
static jmp_buf left_acting;

/* --- who is ready --- */

void turn_ready(struct turn_thread *thread)
{
	sim_assert(thread->place < 0 && turn->nr_ready < SIM_SCHEDULE_THREADS);
	thread->place = (s32)turn->nr_ready;
	turn->ready[turn->nr_ready++] = &thread->step;
}

/* The others keep their order: a choice means the same in every replay. */
void turn_unready(struct turn_thread *thread)
{
	sim_assert(thread->place >= 0);
	for (u32 i = (u32)thread->place; i + 1 < turn->nr_ready; i++) {
		turn->ready[i] = turn->ready[i + 1];
		turn_ready_at(i)->place = (s32)i;
	}
	turn->nr_ready--;
	thread->place = -1;
}

static struct turn_thread *choose(const struct turn_thread *self, bool may_stay)
{
	struct sim_choice choice = {
		.nr = turn->nr_ready,
		.self = self && may_stay ? (u32)self->place : turn->nr_ready,
		.steps = turn->ready,
	};
	u32 place;

	if (choice.nr == 1)
		return turn_ready_at(0);
	if (!sim_schedule || !sim_schedule->is_on)
		return choice.self < choice.nr
			       ? turn_ready_at(choice.self)
			       : turn_ready_at(self ? ((u32)self->place + 1) % choice.nr : 0);
	sim_schedule->nr_decisions++;
	place = sim_schedule->pick(&choice);
	if (place == SIM_PICK_PRUNE)
		return NULL;
	sim_assert(place < choice.nr);
	sim_schedule->nr_preemptions += choice.self < choice.nr && place != choice.self;
	return turn_ready_at(place);
}

void turn_tell(const struct sim_step *step)
{
	if (sim_schedule && sim_schedule->is_checked && sim_schedule->on_step)
		sim_schedule->on_step(step);
}

_Noreturn void turn_leave(enum sim_schedule_end why)
{
	end = why;
	is_ending = true;
	if (!sim_core->current)
		longjmp(left_acting, 1);
	for (;;)
		sim_fiber_yield(&sim_core->current->fiber);
}

static void switch_from(struct turn_thread *self, struct turn_thread *next)
{
	if (!next)
		turn_leave(SIM_SCHEDULE_PRUNED);
	turn->next = next;
	sim_fiber_yield(&self->thread.fiber);
}

/* --- events --- */

static void fire(struct sim_event *event)
{
	struct sim_thread *self = sim_core->current;

	sim_core->current = NULL;
	turn_fire(event);
	sim_core->current = self;
}

/* What is due takes no time: it happens before anybody goes on. */
static void __attribute__((noinline)) fire_due(void)
{
	while (core_next_event_ps(sim_core) <= sim_core->now_ps) {
		struct sim_event *event = turn_first_event(SIM_ACTOR_NONE);

		if (!event || event->at_ps > sim_core->now_ps)
			return;
		fire(event);
	}
}

/*
 * Each ends with the step being told, so that the way of every point, which is turn_point(), has
 * nothing to keep meanwhile.
 */

/*
 * Who polls while the machine comes up, or is taken down: hardware and time go on. A thread does
 * not go on from a poll before all others have had their turn.
 */
static void __attribute__((noinline)) poll_quietly(struct turn_thread *self)
{
	struct sim_event *event = turn_first_event(SIM_ACTOR_NONE);

	if (turn->nr_ready > 1)
		switch_from(self, choose(self, false));
	else if (event)
		fire(event);
	turn_tell(&self->step);
}

/* A decision: who goes on is one of those that are ready. */
static void __attribute__((noinline)) decide(struct turn_thread *self)
{
	struct turn_thread *next = choose(self, self->step.kind != SIM_POINT_YIELD);

	if (next != self)
		switch_from(self, next);
	turn_tell(&self->step);
}

/* Is anybody about to access what @self is about to, otherwise than by waiting for it? */
static bool __attribute__((noinline)) is_met(const struct turn_thread *self)
{
	for (u32 i = 0; i < turn->nr_ready; i++) {
		const struct sim_step *step = turn->ready[i];

		if (step != &self->step && step->addr == self->step.addr &&
		    step->kind != SIM_POINT_LOCK)
			return true;
	}
	return false;
}

static inline bool may_switch(const struct sim_schedule *schedule, const struct turn_thread *self)
{
	u64 kind = 1ULL << self->step.kind;

	return schedule->kinds & kind || (schedule->kinds_if_met & kind && is_met(self));
}

static inline void pass(struct turn_thread *self)
{
	struct sim_schedule *schedule = sim_schedule;
	bool is_on = schedule && schedule->is_on;

	if (is_on && ++schedule->nr_points > schedule->max_points)
		turn_leave(SIM_SCHEDULE_ENDLESS);
	if (is_on && turn->nr_ready > 1 && may_switch(schedule, self))
		decide(self);
	else if (!is_on && self->step.kind == SIM_POINT_YIELD && turn->nr_actors)
		poll_quietly(self);
	else
		turn_tell(&self->step);
}

static void __attribute__((noinline)) pass_after_events(struct turn_thread *self)
{
	fire_due();
	pass(self);
}

void turn_point(struct turn_thread *self, enum sim_point_kind kind, const volatile void *addr,
		u32 bytes)
{
	/* Field by field, as it is read: a copy of the whole would wait for each of them. */
	self->step.kind = (u8)kind;
	self->step.bytes = bytes;
	self->step.addr = addr;
	if (core_next_event_ps(sim_core) <= sim_core->now_ps)
		pass_after_events(self);
	else
		pass(self);
}

void sim_point(enum sim_point_kind kind, const volatile void *addr, u32 bytes)
{
	struct turn_thread *self = turn_self();

	if (self && !self->nr_quiet)
		turn_point(self, kind, addr, bytes);
}

void turn_block(struct turn_thread *self)
{
	turn_unready(self);
	fire_due();
	sim_fiber_yield(&self->thread.fiber);
	turn_tell(&self->step);
}

void sim_quiet_begin(void)
{
	if (sim_core->current)
		turn_self()->nr_quiet++;
}

void sim_quiet_end(void)
{
	if (sim_core->current)
		turn_self()->nr_quiet--;
}

bool sim_is_quiet(void)
{
	return !turn_self() || turn_self()->nr_quiet;
}

void sim_unchecked_begin(void)
{
	turn_self()->nr_unchecked++;
}

void sim_unchecked_end(void)
{
	turn_self()->nr_unchecked--;
}

bool sim_schedule_is_checking(u32 *slot)
{
	const struct turn_thread *self = turn_self();

	if (!self || !sim_schedule || !sim_schedule->is_checked || self->nr_quiet ||
	    self->nr_unchecked)
		return false;
	*slot = self->step.slot;
	return true;
}

/* --- what is told to whoever checks --- */

static bool is_checked(void)
{
	return sim_schedule && sim_schedule->is_checked && sim_core->current;
}

void sim_order_release(const volatile void *addr)
{
	if (is_checked() && sim_schedule->on_release)
		sim_schedule->on_release(turn_self()->step.slot, addr);
}

void sim_order_acquire(const volatile void *addr)
{
	if (is_checked() && sim_schedule->on_acquire)
		sim_schedule->on_acquire(turn_self()->step.slot, addr);
}

void sim_object_allocated(const void *object, u64 bytes)
{
	if (is_checked() && sim_schedule->on_alloc)
		sim_schedule->on_alloc(object, bytes);
}

void sim_object_freed(const void *object, u64 bytes)
{
	if (is_checked() && sim_schedule->on_free)
		sim_schedule->on_free(object, bytes);
}

void sim_reference(const volatile void *count, s32 by, s32 left, const void *pc)
{
	if (sim_schedule && sim_schedule->on_reference)
		sim_schedule->on_reference(count, by, left, (u64)pc);
}

void sim_reader(bool is_in)
{
	if (is_checked() && sim_schedule->on_reader)
		sim_schedule->on_reader(turn_self()->step.slot, is_in);
}

bool sim_schedule_on_stack(const volatile void *addr)
{
	const struct sim_stack *stack = sim_core->current ? sim_core->current->fiber.stack : NULL;

	return stack && (u64)((const volatile u8 *)addr - stack->low) < stack->bytes;
}

u32 sim_schedule_self(void)
{
	return turn_self()->step.slot;
}

u32 sim_schedule_ready(void)
{
	u32 slots = 0;

	for (u32 slot = 0; slot < turn->nr_slots; slot++) {
		const struct turn_thread *thread = turn->slots[slot];

		if (thread && (thread->place >= 0 || thread->blocked_by))
			slots |= 1U << slot;
	}
	return slots;
}

const char *sim_schedule_name(u32 slot)
{
	return slot < turn->nr_slots ? turn->names[slot] : "";
}

static int describe_wait(const struct turn_thread *thread, char *text, size_t bytes)
{
	const struct sim_lock_base *lock = thread->blocked_by;
	char place[SIM_COLUMNS_BYTES];

	if (thread->place >= 0)
		return snprintf(text, bytes, "'%s' is ready\n", thread->thread.name);
	if (!lock)
		return snprintf(text, bytes, "'%s' sleeps\n", thread->thread.name);
	return snprintf(text, bytes, "'%s' waits for %s at %s, which %s\n", thread->thread.name,
			lock->class->name, sim_columns_place(place, thread->thread.waits_for->site),
			lock->owner ? lock->owner->name : "readers have");
}

static int describe_holds(const struct turn_thread *thread, char *text, size_t bytes)
{
	int used = 0;

	for (u32 i = 0; i < thread->thread.nr_holds && (size_t)used < bytes; i++) {
		const struct sim_hold *hold = &thread->thread.holds[i];
		char place[SIM_COLUMNS_BYTES];

		used += snprintf(text + used, bytes - (size_t)used,
				 "    and holds %s, taken at %s\n", hold->class->name,
				 sim_columns_place(place, hold->site));
	}
	return used;
}

void sim_schedule_waits(char *text, size_t bytes)
{
	size_t used = 0;

	text[0] = 0;
	for (u32 i = 0; i < turn->nr_slots; i++) {
		const struct turn_thread *thread = turn->slots[i];

		/* One that was never woken waits for nothing, nor do what has no code, interrupts.
		 */
		if (!thread || thread->thread.state == THREAD_NEW || thread->actor || thread->irq)
			continue;
		if (used < bytes)
			used += (size_t)describe_wait(thread, text + used, bytes - used);
		if (used < bytes)
			used += (size_t)describe_holds(thread, text + used, bytes - used);
	}
}

/* --- the loop --- */

/* An assertion may end it half-way. Having done one thing, it may go on. */
static void act(struct turn_thread *actor)
{
	if (setjmp(left_acting))
		return;
	turn_act(actor);
	if (!is_ending && actor->place >= 0 && turn->nr_ready > 1) {
		turn->next = choose(actor, true);
		if (!turn->next)
			turn_leave(SIM_SCHEDULE_PRUNED);
	}
}

static void run_one(struct turn_thread *thread)
{
	if (thread->actor) {
		act(thread);
		return;
	}
	sim_core->current = &thread->thread;
	sim_fiber_resume(&thread->thread.fiber);
	sim_core->current = NULL;
	if (thread->thread.state == THREAD_DEAD)
		sim_thread_reap(&thread->thread);
}

enum sim_schedule_end sim_schedule_run(void)
{
	end = SIM_SCHEDULE_DONE;
	is_ending = false;
	sim_core->is_running = true;
	while (!is_ending) {
		struct turn_thread *next = turn->next;
		bool is_last = sim_core->heap_end == HEAP_ROOT;

		turn->next = NULL;
		if (!next && !turn->nr_ready) {
			if (sim_schedule && sim_schedule->on_still)
				sim_schedule->on_still(is_last);
			if (is_last)
				break;
			turn_fire(sim_core->heap[HEAP_ROOT].event);
			continue;
		}
		if (!next)
			next = choose(NULL, false);
		if (!next) {
			end = SIM_SCHEDULE_PRUNED;
			break;
		}
		run_one(next);
	}
	sim_core->is_running = false;
	return end;
}

void sim_schedule_stop(void)
{
	struct turn_thread *self = turn_self();

	end = SIM_SCHEDULE_STOPPED;
	is_ending = true;
	turn->next = self;
	sim_fiber_yield(&self->thread.fiber);
}

void sim_schedule_prune(void)
{
	turn_leave(SIM_SCHEDULE_PRUNED);
}

void sim_schedule_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(sim_schedule->why, sizeof(sim_schedule->why), format, args);
	va_end(args);
	turn_leave(SIM_SCHEDULE_FAILED);
}

/* --- threads --- */

static void thread_main(void *arg)
{
	struct turn_thread *self = arg;

	turn_tell(&self->step);
	self->thread.fn(self->thread.arg);
	sim_assert(sim_may_sleep());
	self->thread.state = THREAD_DEAD;
	turn->slots[self->step.slot] = NULL;
	turn_unready(self);
	sim_fiber_exit(&self->thread.fiber);
}

static u32 free_slot(void)
{
	u32 slot = 0;

	while (slot < turn->nr_slots && turn->slots[slot])
		slot++;
	sim_assert(slot < SIM_SCHEDULE_THREADS);
	/* Of those that take part none has had its slot before: clocks would mix. */
	if (sim_schedule && sim_schedule->is_checked)
		slot = turn->nr_slots;
	sim_assert(slot < SIM_SCHEDULE_THREADS);
	if (slot == turn->nr_slots)
		turn->nr_slots++;
	return slot;
}

struct turn_thread *turn_thread_create(const char *name)
{
	struct turn_thread *thread = sim_alloc(sizeof(*thread));

	if (!thread)
		return NULL;
	thread->place = -1;
	thread->step = (struct sim_step){.kind = SIM_POINT_WAKE, .slot = (u8)free_slot()};
	turn->slots[thread->step.slot] = thread;
	strncpy(thread->thread.name, name ? name : "", sizeof(thread->thread.name) - 1);
	memcpy(turn->names[thread->step.slot], thread->thread.name, sizeof(turn->names[0]));
	return thread;
}

struct sim_thread *sim_thread_create(const struct sim_thread_attr *attr, void (*fn)(void *arg),
				     void *arg)
{
	struct turn_thread *thread = turn_thread_create(attr->name);

	if (!thread || sim_fiber_create(&thread->thread.fiber, STACK_BYTES, thread_main, thread))
		return NULL;
	thread->thread.fn = fn;
	thread->thread.arg = arg;
	thread->thread.nr_refs = 1;
	thread->thread.number = ++sim_core->nr_threads;
	thread->thread.cpu =
		&sim_core->cpus[attr->cpu >= 0 ? (u32)attr->cpu
					       : thread->step.slot % sim_core->params.nr_cpus];
	thread->thread.all_next = sim_core->threads;
	thread->thread.all_link = &sim_core->threads;
	if (thread->thread.all_next)
		thread->thread.all_next->all_link = &thread->thread.all_next;
	sim_core->threads = &thread->thread;
	return &thread->thread;
}

void sim_thread_put(struct sim_thread *thread)
{
	if (--thread->nr_refs)
		return;
	*thread->all_link = thread->all_next;
	if (thread->all_next)
		thread->all_next->all_link = thread->all_link;
	sim_free(thread);
}

void sim_thread_reap(struct sim_thread *thread)
{
	sim_fiber_destroy(&thread->fiber);
	sim_thread_put(thread);
}

struct sim_thread *sim_thread_self(void)
{
	return sim_core->current;
}

const char *sim_thread_name(const struct sim_thread *thread)
{
	return thread->name;
}

u32 sim_thread_number(const struct sim_thread *thread)
{
	return thread->number;
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
	return sim_core->current->cpu->id;
}

u32 sim_thread_last_cpu(const struct sim_thread *thread)
{
	return thread->cpu->id;
}

void sim_thread_move(struct sim_thread *thread, u32 cpu)
{
}

void sim_thread_watch_sleep(void (*fn)(bool is_going))
{
	sim_core->current->sleep_fn = fn;
}

/* --- sleeping and waking --- */

void sim_park(void)
{
	struct turn_thread *self = turn_self();
	bool is_told = self->thread.sleep_fn && !self->thread.is_wake_pending;

	sim_assert(sim_may_sleep());
	if (is_told) {
		sim_quiet_begin();
		self->thread.sleep_fn(true);
	}
	if (!self->thread.is_wake_pending) {
		self->thread.is_parked = true;
		self->thread.state = THREAD_PARKED;
		self->step = (struct sim_step){.kind = SIM_POINT_WAKE, .slot = self->step.slot};
		turn_block(self);
		self->thread.is_parked = false;
	}
	if (is_told) {
		self->thread.sleep_fn(false);
		sim_quiet_end();
	}
	self->thread.is_wake_pending = false;
}

static void tell_wake(const struct turn_thread *woken)
{
	const struct turn_thread *waker = turn_who();

	if (waker && sim_schedule && sim_schedule->is_checked && sim_schedule->on_wake)
		sim_schedule->on_wake(waker->step.slot, woken->step.slot);
}

void turn_wake(struct turn_thread *woken)
{
	tell_wake(woken);
	turn_ready(woken);
}

void sim_thread_wake(struct sim_thread *thread)
{
	struct turn_thread *woken = (struct turn_thread *)thread;

	if (thread->state == THREAD_DEAD)
		return;
	if (thread->state == THREAD_NEW || thread->state == THREAD_PARKED) {
		thread->state = THREAD_RUNNING;
		turn_wake(woken);
		return;
	}
	tell_wake(woken);
	if (!thread->is_parked) {
		thread->is_wake_pending = true;
	}
}

void sim_yield(void)
{
	sim_point(SIM_POINT_YIELD, NULL, 0);
}

void sim_settle(void)
{
}

void sim_charge(u64 ps)
{
}

void sim_work_begin(void)
{
}

void sim_work_end(void)
{
}

/* --- what keeps a thread on its CPU --- */

void sim_preempt_disable(void)
{
	sim_core->current->preempt_count++;
}

void sim_preempt_enable(void)
{
	sim_assert(sim_core->current->preempt_count);
	sim_core->current->preempt_count--;
}

void sim_irq_disable(void)
{
	sim_core->current->irq_count++;
}

void sim_irq_enable(void)
{
	sim_assert(sim_core->current->irq_count);
	sim_core->current->irq_count--;
}

bool sim_may_sleep(void)
{
	return sim_core->current && thread_may_switch(sim_core->current);
}

void sim_preempt_point(enum sim_preempt_point point)
{
}

bool sim_need_resched(void)
{
	return false;
}

void sim_sched_init(const struct sim_sched_params *params)
{
	sim_core->sched = *params;
}

/* --- the machine --- */

const struct sim_cpu_params *sim_cpu_params(void)
{
	return &sim_core->params;
}

int sim_cpus_init(const struct sim_cpu_params *params)
{
	int err;

	sim_core->params = *params;
	err = sim_topology_init(params);
	if (err)
		return err;
	sim_core->cpus = sim_alloc(params->nr_cpus * sizeof(*sim_core->cpus));
	turn = sim_alloc(sizeof(*turn));
	if (!sim_core->cpus || !turn)
		return -ENOMEM;
	for (u32 cpu = 0; cpu < params->nr_cpus; cpu++)
		sim_core->cpus[cpu].id = cpu;
	return 0;
}

void sim_core_assert_outside(void)
{
	sim_assert(!sim_core || (!sim_core->is_running && !sim_core->current));
}

u64 sim_seed(void)
{
	return sim_core->seed;
}

struct sim_core *sim_core;

_Noreturn void sim_assert_failed(const char *cond, const char *file, int line, const char *func)
{
	const char *base = strrchr(file, '/');

	if (sim_schedule && sim_core && turn && turn_who())
		sim_schedule_fail("assertion: %s at %s:%d %s()", cond, base ? base + 1 : file, line,
				  func);
	fprintf(stderr, "%s:%d: %s: assertion failed: %s\n", file, line, func, cond);
	__builtin_trap();
}
