// SPDX-License-Identifier: GPL-2.0-only
/*
 * Optimistic spinning on a sleeping lock: while its owner runs it will soon be
 * free, so spinning is cheaper than sleeping. One spinner at a time watches the
 * owner; the others queue behind it (OSQ), each on a word of its own. Spinners
 * give up when the owner leaves its CPU, when their own CPU is wanted, and
 * after spin_limit_ps. The first sleeping waiter, once woken, spins beside the
 * queue.
 *
 * A spinner in the simulator costs no events while it spins: it is told
 * (sim_lock_kick_spinners(), the owner leaving its CPU) when to look again.
 */
#include "sim/lock_internal.h"
#include "sim/sim.h"

static struct sim_waiter *waiter_of_limit(struct sim_event *event)
{
	return (struct sim_waiter *)((u8 *)event - offsetof(struct sim_waiter, limit));
}

static void limit_over(struct sim_event *event)
{
	struct sim_waiter *waiter = waiter_of_limit(event);

	waiter->is_limit_over = true;
	sim_thread_spin_end(waiter->thread, SPIN_LIMIT, 0);
}

/* On the owner's list exactly while it spins: the owner may end right after. */
static void spin_while_owner_runs(struct sim_thread *owner, struct sim_waiter *waiter)
{
	waiter->watch_next = owner->watchers;
	waiter->watch_link = &owner->watchers;
	if (waiter->watch_next)
		waiter->watch_next->watch_link = &waiter->watch_next;
	owner->watchers = waiter;
	waiter->thread->watching = waiter;
	sim_thread_spin(waiter->thread, true);
}

static bool is_spin_over(const struct sim_waiter *waiter)
{
	return waiter->is_limit_over || waiter->thread->cpu->is_resched_wanted;
}

static bool may_spin(const struct sim_lock_base *base, const struct sim_waiter *waiter)
{
	return !is_spin_over(waiter) && base->owner && base->owner != waiter->thread &&
	       sim_thread_is_on_cpu(base->owner);
}

/* Look; take it if it is free; spin while the owner runs. True once taken. */
static bool spin_on_owner(const struct optimist *optimist, struct sim_waiter *waiter)
{
	struct sim_lock_base *base = optimist->base;
	bool has_line = false;

	sim_line_read(&base->line);
	for (;;) {
		if (waiter->is_granted)
			return true;
		if (optimist->is_free(base, waiter)) {
			if (!has_line)
				sim_line_atomic(&base->line);
			has_line = false;
			if (!optimist->is_free(base, waiter))
				continue;
			base->owner = waiter->thread;
			return true;
		}
		if (!may_spin(base, waiter))
			return false;
		spin_while_owner_runs(base->owner, waiter);
		has_line = waiter->thread->spin_result == SPIN_RELEASED;
	}
}

/* Wait to become the first of the queue; false: no longer wanted. */
static bool spin_in_queue(const struct optimist *optimist, struct sim_waiter *waiter)
{
	while (*optimist->osq.first != waiter) {
		if (is_spin_over(waiter))
			return false;
		sim_thread_spin(waiter->thread, true);
	}
	return true;
}

static u64 line_cost_ps(struct sim_lock_base *base, struct sim_thread *thread)
{
	return sim_line_move(&base->line, thread->cpu->id, sim_core->now_ps, LINE_ATOMIC) -
	       sim_core->now_ps;
}

static void leave_queue(const struct optimist *optimist, struct sim_waiter *waiter)
{
	bool was_first = *optimist->osq.first == waiter;
	struct sim_waiter *first;

	sim_waiter_remove(optimist->osq, waiter);
	first = *optimist->osq.first;
	if (was_first && first)
		sim_thread_spin_end(
			first->thread, SPIN_OWNER_OFF,
			sim_cpu_transfer_ps(waiter->thread->cpu->id, first->thread->cpu->id));
}

/* A newcomer spins as a member of the queue. */
static bool spin_as_newcomer(const struct optimist *optimist, struct sim_waiter *waiter)
{
	bool is_taken;

	sim_waiter_push(optimist->osq, waiter);
	is_taken = spin_in_queue(optimist, waiter) && spin_on_owner(optimist, waiter);
	leave_queue(optimist, waiter);
	return is_taken;
}

bool sim_lock_spin(const struct optimist *optimist, struct sim_waiter *sleeper)
{
	struct sim_waiter newcomer = {.thread = sim_core->current, .is_writer = true};
	struct sim_waiter *waiter = sleeper ? sleeper : &newcomer;
	bool is_taken;

	if (!sim_core->params.spin_limit_ps || !may_spin(optimist->base, waiter))
		return false;
	waiter->is_limit_over = false;
	sim_event_init(&waiter->limit, limit_over);
	sim_event_schedule(&waiter->limit, sim_core->now_ps + sim_core->params.spin_limit_ps);
	is_taken = sleeper ? spin_on_owner(optimist, sleeper) : spin_as_newcomer(optimist, waiter);
	sim_event_cancel(&waiter->limit);
	return is_taken;
}

static void kick(const struct optimist *optimist, struct sim_waiter *waiter)
{
	struct sim_thread *thread;

	if (!waiter || !waiter->thread->is_spinning)
		return;
	thread = waiter->thread;
	if (waiter->is_granted || optimist->is_free(optimist->base, waiter))
		sim_thread_spin_end(thread, SPIN_RELEASED, line_cost_ps(optimist->base, thread));
	else
		sim_thread_spin_end(thread, SPIN_OWNER_OFF, 0);
}

void sim_lock_kick_spinners(const struct optimist *optimist)
{
	/* They race for the line; who has waited longest asks first. */
	kick(optimist, optimist->base->first);
	kick(optimist, *optimist->osq.first);
}
