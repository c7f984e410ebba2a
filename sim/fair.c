// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who of the normal threads is next, after Linux 6.1's completely fair scheduler
 * (kernel/sched/fair.c), where kernel.wakeup_preemption asks for that. A thread's
 * virtual runtime is the time that it ran over its weight. Queues are in its
 * order; whoever is woken gets half a latency of credit at most, and preempts one
 * that is ahead of it by more than the granularity.
 *
 * Left out: groups, the last buddy (eight threads and more), the skip buddy
 * (who yields goes behind the next), idle policies, load and balancing by it.
 */
#include "sim/core.h"
#include "sim/sched.h"

/* Of nice -20 to 19: each is a fourth more than the next, 0 is 1024 (sched_prio_to_weight). */
static const u32 weights[40] = {
	88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916,
	9548,  7620,  6100,  4904,  3906,  3121,  2501,	 1991,	1586,  1277,
	1024,  820,   655,   526,   423,   335,	  272,	 215,	172,   137,
	110,   87,    70,    56,    45,	   36,	  29,	 23,	18,    15,
};

#define NICE_0_WEIGHT 1024

static u64 weight_of(const struct sim_thread *thread)
{
	return weights[20 + thread->nice];
}

static u64 weighed(u64 ps, const struct sim_thread *thread)
{
	return (u64)((unsigned __int128)ps * NICE_0_WEIGHT / weight_of(thread));
}

static const struct run_queue *queue_of(const struct cpu *cpu)
{
	return &cpu->queues[SIM_CLASS_NORMAL];
}

/* How much has @a run more than @b? */
static s64 ahead(const struct sim_thread *a, const struct sim_thread *b)
{
	return (s64)(a->vruntime_ps - b->vruntime_ps);
}

static struct sim_thread *normal_current(const struct cpu *cpu)
{
	return cpu->current && cpu->current->class == SIM_CLASS_NORMAL ? cpu->current : NULL;
}

void sim_fair_update(struct cpu *cpu)
{
	struct sim_thread *current = normal_current(cpu), *least = queue_of(cpu)->first;

	if (current) {
		current->vruntime_ps += weighed(sim_core->now_ps - cpu->fair_since_ps, current);
		cpu->fair_since_ps = sim_core->now_ps;
		if (!least || ahead(current, least) < 0)
			least = current;
	}
	/* It never goes back. */
	if (least && (s64)(least->vruntime_ps - cpu->min_vruntime_ps) > 0)
		cpu->min_vruntime_ps = least->vruntime_ps;
}

/* Virtual runtimes of two CPUs have nothing to do with each other. */
void sim_fair_migrate(struct sim_thread *thread, struct cpu *to)
{
	struct cpu *from = thread->fair_cpu;

	if (from && from != to)
		thread->vruntime_ps += to->min_vruntime_ps - from->min_vruntime_ps;
	thread->fair_cpu = to;
}

/* --- slices --- */

static u64 period_ps(u64 nr_running)
{
	u64 latency_ps = sim_core->sched.sched_latency_ps, least_ps = sim_core->params.slice_ps;

	return nr_running * least_ps > latency_ps ? nr_running * least_ps : latency_ps;
}

static u64 slice_of(const struct cpu *cpu, const struct sim_thread *thread)
{
	const struct sim_thread *other = normal_current(cpu);
	u64 nr_running = 1, total = weight_of(thread), slice_ps;

	if (other && other != thread) {
		nr_running++;
		total += weight_of(other);
	}
	for (other = queue_of(cpu)->first; other; other = other->queue_next) {
		nr_running++;
		total += weight_of(other);
	}
	slice_ps = period_ps(nr_running) * weight_of(thread) / total;
	return slice_ps > sim_core->params.slice_ps ? slice_ps : sim_core->params.slice_ps;
}

u64 sim_fair_slice_ps(const struct cpu *cpu)
{
	return slice_of(cpu, cpu->current);
}

/* At a tick: has the current thread had its slice, or is it far ahead? */
bool sim_fair_is_over(struct cpu *cpu)
{
	u64 slice_ps = sim_fair_slice_ps(cpu), ran_ps = sim_core->now_ps - cpu->slice_start_ps;
	s64 ahead_ps;

	sim_fair_update(cpu);
	if (ran_ps > slice_ps)
		return true;
	if (ran_ps < sim_core->params.slice_ps)
		return false;
	ahead_ps = ahead(cpu->current, queue_of(cpu)->first);
	return ahead_ps > 0 && (u64)ahead_ps > slice_ps;
}

/* --- coming and going --- */

/* A thread that is new begins behind, one that slept has credit. It is on no queue. */
void sim_fair_place(struct cpu *cpu, struct sim_thread *thread)
{
	bool is_new = !thread->fair_cpu;
	u64 least_ps;

	sim_fair_update(cpu);
	sim_fair_migrate(thread, cpu);
	least_ps = cpu->min_vruntime_ps;
	if (is_new)
		least_ps += weighed(slice_of(cpu, thread), thread);
	else
		least_ps -= sim_core->sched.sched_latency_ps / 2;
	if (is_new || (s64)(thread->vruntime_ps - least_ps) < 0)
		thread->vruntime_ps = least_ps;
}

void sim_fair_insert(struct run_queue *queue, struct sim_thread *thread)
{
	struct sim_thread **link = &queue->first;

	while (*link && ahead(*link, thread) <= 0)
		link = &(*link)->queue_next;
	thread->queue_next = *link;
	*link = thread;
	if (!thread->queue_next)
		queue->last = thread;
}

void sim_fair_remove(struct cpu *cpu, struct sim_thread *thread)
{
	struct run_queue *queue = &cpu->queues[SIM_CLASS_NORMAL];
	struct sim_thread **link = &queue->first, *prev = NULL;

	for (; *link != thread; link = &(*link)->queue_next)
		prev = *link;
	*link = thread->queue_next;
	if (queue->last == thread)
		queue->last = prev;
	if (cpu->next_buddy == thread)
		cpu->next_buddy = NULL;
}

void sim_fair_yield(struct cpu *cpu, struct sim_thread *thread)
{
	const struct sim_thread *next = queue_of(cpu)->first;

	sim_fair_update(cpu);
	if (next && ahead(next, thread) > 0)
		thread->vruntime_ps = next->vruntime_ps;
}

/* --- who is next --- */

static bool is_ahead_too_far(const struct sim_thread *a, const struct sim_thread *b)
{
	s64 ahead_ps = ahead(a, b);

	return ahead_ps > 0 && (u64)ahead_ps > weighed(sim_core->sched.wakeup_granularity_ps, b);
}

bool sim_fair_preempts(struct cpu *cpu, struct sim_thread *thread)
{
	sim_fair_update(cpu);
	if (!is_ahead_too_far(cpu->current, thread))
		return false;
	cpu->next_buddy = thread;
	return true;
}

/* Among those that wait, and the current one. NULL: nobody. */
struct sim_thread *sim_fair_pick(struct cpu *cpu)
{
	struct sim_thread *least = queue_of(cpu)->first, *current = normal_current(cpu);
	struct sim_thread *buddy = cpu->next_buddy;

	sim_fair_update(cpu);
	if (current && (!least || ahead(current, least) < 0))
		least = current;
	return buddy && !is_ahead_too_far(buddy, least) ? buddy : least;
}
