// SPDX-License-Identifier: GPL-2.0-only
/*
 * Simulated CPUs: what runs on each and for how long.
 *
 * A CPU has at most one current thread, possibly its interrupt context on top,
 * and run queues. Whatever runs does one of three things: it executes (its
 * fiber is on, time stands still), it burns (its debt passes until the CPU's
 * run_event is due), or it spins (until someone ends that). cpu_run() goes
 * round: choose who runs, let his debt pass, execute him until he switches out.
 *
 * Who changes what a CPU should do from elsewhere kicks it: the burn under way
 * stops, the rest of the debt is kept, and the CPU chooses anew.
 *
 * A CPU that runs out of work takes over a normal thread that waits on a busy
 * CPU, the nearest first (as Linux's newidle balancing does).
 *
 * When a thread makes room is sched.c, who of the normal ones is next fair.c if that
 * was asked for.
 *
 * Left out: balancing between busy CPUs and by a timer, priorities among real-time
 * threads, SMT.
 */
#include "sim/core.h"
#include "sim/lock_internal.h"
#include "sim/sim.h"
#include "sim/time.h"
#include "sim/trace.h"
#include <errno.h>
#include <string.h>

#define ROW(...) SIM_PARAM_ROW(struct sim_cpu_params, __VA_ARGS__)

const struct sim_param sim_cpu_param_table[] = {SIM_CPU_PARAMS(ROW)};
const size_t sim_cpu_param_count = sizeof(sim_cpu_param_table) / sizeof(sim_cpu_param_table[0]);

#undef ROW
#define ROW(...) SIM_STAT_ROW(struct sim_cpu_stats, __VA_ARGS__)

#define THREAD_ROW(...) SIM_STAT_ROW(struct sim_thread_stats, __VA_ARGS__)

static const struct sim_stat thread_rows[] = {SIM_THREAD_STATS(THREAD_ROW)};
const struct sim_stat_table sim_thread_stat_table = SIM_STAT_TABLE(struct sim_thread_stats,
								   thread_rows);

static const struct sim_stat stat_rows[] = {SIM_CPU_STATS(ROW)};
const struct sim_stat_table sim_cpu_stat_table = SIM_STAT_TABLE(struct sim_cpu_stats, stat_rows);

static struct cpu *cpu_of_run_event(struct sim_event *event)
{
	return (struct cpu *)((u8 *)event - offsetof(struct cpu, run_event));
}

static struct cpu *cpu_of_slice_event(struct sim_event *event)
{
	return (struct cpu *)((u8 *)event - offsetof(struct cpu, slice_event));
}

static struct cpu *cpu_of_ipi_event(struct sim_event *event)
{
	return (struct cpu *)((u8 *)event - offsetof(struct cpu, ipi_event));
}

const struct sim_cpu_params *sim_cpu_params(void)
{
	return &sim_core->params;
}

/* --- accounting: the time since the last change belongs to what ran till now --- */

static enum sim_cpu_activity activity(const struct cpu *cpu)
{
	if (cpu->is_in_irq)
		return cpu->irq_thread->is_spinning ? SIM_CPU_IRQ_SPUN : SIM_CPU_IRQ;
	if (!cpu->current)
		return SIM_CPU_IDLE;
	return cpu->current->is_spinning ? SIM_CPU_SPUN : SIM_CPU_RAN;
}

static void show(const struct cpu *cpu)
{
	u32 thread = !cpu->is_in_irq && cpu->current ? cpu->current->number : 0;

	sim_trace_show(SIM_TRACE_CPU_DID, SIM_CPU_DID(cpu->id, activity(cpu), thread),
		       cpu->accounted_ps);
}

static u64 *stats_bucket(struct cpu *cpu)
{
	const struct sim_thread *thread = cpu->is_in_irq ? cpu->irq_thread : cpu->current;

	if (!thread)
		return &cpu->stats.idle_ps;
	if (thread->is_spinning)
		return &cpu->stats.spin_ps;
	if (cpu->is_in_irq)
		return cpu->is_in_load_irq ? &cpu->stats.load_ps : &cpu->stats.irq_ps;
	if (thread->is_load)
		return &cpu->stats.load_ps;
	return thread->class == SIM_CLASS_RT ? &cpu->stats.rt_ps : &cpu->stats.normal_ps;
}

static void account_thread(const struct cpu *cpu, u64 passed_ps)
{
	if (cpu->is_in_irq || !cpu->current)
		return;
	cpu->current->stats.running_ps += passed_ps;
	if (cpu->current->is_spinning)
		cpu->current->stats.spinning_ps += passed_ps;
}

/* Whose instructions pass, if any do: who spins or stalls waits. */
static struct sim_thread *worker_on(const struct cpu *cpu)
{
	struct sim_thread *thread = cpu->is_in_irq ? cpu->irq_thread : cpu->current;

	return thread && !thread->is_spinning && !thread->is_stalled ? thread : NULL;
}

static void account_work(const struct cpu *cpu, u64 passed_ps)
{
	struct sim_thread *thread = worker_on(cpu);

	if (thread)
		thread->worked_ps += passed_ps;
}

/* An interrupt that wakes the CPU begins with leaving idle, which is no work of it. */
static void account_exit(struct cpu *cpu)
{
	u64 passed_ps = sim_core->now_ps - cpu->accounted_ps;

	if (!cpu->is_in_irq || !cpu->idle_exit_ps)
		return;
	if (passed_ps > cpu->idle_exit_ps)
		passed_ps = cpu->idle_exit_ps;
	cpu->stats.idle_ps += passed_ps;
	cpu->accounted_ps += passed_ps;
	cpu->idle_exit_ps -= passed_ps;
}

void sim_cpu_account(struct cpu *cpu)
{
	account_exit(cpu);
	if (sim_core->now_ps == cpu->accounted_ps)
		return;
	*stats_bucket(cpu) += sim_core->now_ps - cpu->accounted_ps;
	account_thread(cpu, sim_core->now_ps - cpu->accounted_ps);
	account_work(cpu, sim_core->now_ps - cpu->accounted_ps);
	show(cpu);
	cpu->accounted_ps = sim_core->now_ps;
}

void sim_cpu_stats(u32 id, struct sim_cpu_stats *stats)
{
	sim_assert(id < sim_core->params.nr_cpus);
	sim_cpu_account(&sim_core->cpus[id]);
	*stats = sim_core->cpus[id].stats;
}

void sim_thread_stats(const struct sim_thread *thread, struct sim_thread_stats *stats)
{
	if (thread->state == THREAD_RUNNING)
		sim_cpu_account(thread->cpu);
	*stats = thread->stats;
}

u64 sim_thread_worked_ps(const struct sim_thread *thread)
{
	const struct cpu *cpu = thread->cpu;
	u64 passed_ps = sim_core->now_ps - cpu->accounted_ps, exit_ps = 0;

	if (thread != worker_on(cpu))
		return thread->worked_ps;
	/* As sim_cpu_account() would, and without it: who looks on changes nothing. */
	if (cpu->is_in_irq)
		exit_ps = cpu->idle_exit_ps < passed_ps ? cpu->idle_exit_ps : passed_ps;
	return thread->worked_ps + passed_ps - exit_ps;
}

void sim_work_mark(struct sim_thread *thread)
{
	thread->work_begun_ps = sim_thread_worked_ps(thread);
	thread->has_work_begun = true;
}

void sim_work_begin(void)
{
	sim_work_mark(sim_core->current);
}

void sim_work_end(void)
{
	sim_core->current->has_work_begun = false;
}

u64 sim_work_ps(void)
{
	const struct sim_thread *self = sim_core->current;

	return self->has_work_begun ? sim_thread_worked_ps(self) - self->work_begun_ps : 0;
}

void sim_cpu_stats_reset(void)
{
	for (u32 id = 0; id < sim_core->params.nr_cpus; id++) {
		sim_cpu_account(&sim_core->cpus[id]);
		sim_core->cpus[id].stats = (struct sim_cpu_stats){0};
	}
	for (struct sim_thread *thread = sim_core->threads; thread; thread = thread->all_next)
		thread->stats = (struct sim_thread_stats){0};
}

/* --- run queues --- */

/* May another CPU take the thread over while it waits? */
static bool is_movable(const struct sim_thread *thread)
{
	return thread->class == SIM_CLASS_NORMAL && thread->bound_cpu < 0;
}

static bool may_run_on(const struct sim_thread *thread, const struct cpu *cpu)
{
	return cpu->id >= thread->first_cpu && cpu->id < thread->end_cpu;
}

void run_queue_push(struct run_queue *queue, struct sim_thread *thread)
{
	sim_core->nr_movable += is_movable(thread);
	if (fair_is_on(thread)) {
		sim_fair_insert(queue, thread);
		return;
	}
	thread->queue_next = NULL;
	if (queue->last)
		queue->last->queue_next = thread;
	else
		queue->first = thread;
	queue->last = thread;
}

static void run_queue_push_front(struct run_queue *queue, struct sim_thread *thread)
{
	sim_core->nr_movable += is_movable(thread);
	thread->queue_next = queue->first;
	queue->first = thread;
	if (!queue->last)
		queue->last = thread;
}

static struct sim_thread *run_queue_pop(struct run_queue *queue)
{
	struct sim_thread *thread = queue->first;

	if (!thread)
		return NULL;
	sim_core->nr_movable -= is_movable(thread);
	queue->first = thread->queue_next;
	if (!queue->first)
		queue->last = NULL;
	return thread;
}

static struct sim_thread *pop_normal(struct cpu *cpu)
{
	struct sim_thread *thread;

	if (!sim_core->sched.wakeup_preemption)
		return run_queue_pop(&cpu->queues[SIM_CLASS_NORMAL]);
	thread = sim_fair_pick(cpu);
	if (!thread)
		return NULL;
	sim_core->nr_movable -= is_movable(thread);
	sim_fair_remove(cpu, thread);
	return thread;
}

/* --- stop, kick --- */

/* Is code of this CPU executing at this moment (its fiber is on)? */
static bool cpu_is_executing(const struct cpu *cpu)
{
	return sim_core->current && sim_core->current->cpu == cpu;
}

static void stop_burn(struct cpu *cpu)
{
	if (!cpu->burning)
		return;
	cpu->burning->debt_ps = cpu->burn_end_ps - sim_core->now_ps;
	cpu->burning = NULL;
}

void sim_cpu_kick(struct cpu *cpu)
{
	/* Who executes looks for himself when he settles next. */
	if (cpu_is_executing(cpu))
		return;
	stop_burn(cpu);
	sim_event_schedule(&cpu->run_event, sim_core->now_ps);
}

static void want_resched(struct cpu *cpu)
{
	struct sim_thread *current = cpu->current;

	cpu->is_resched_wanted = true;
	if (current->is_spinning && current->is_spin_breakable)
		sim_thread_spin_end(current, SPIN_RESCHED, 0);
	else if (!cpu->is_in_irq && thread_is_preemptible(current))
		sim_cpu_kick(cpu);
}

/* --- slices of normal threads --- */

static void slice_start(struct cpu *cpu)
{
	struct sim_thread *current = cpu->current;
	u64 end_ps;

	if (sim_core->sched.hz)
		return; /* the tick looks */
	if (!current || current->class != SIM_CLASS_NORMAL || !cpu->queues[SIM_CLASS_NORMAL].first)
		return;
	/* With virtual runtime it is shorter, the more wait. */
	if (fair_is_on(current))
		current->slice_left_ps = sim_fair_slice_ps(cpu);
	else if (sim_event_is_pending(&cpu->slice_event))
		return;
	end_ps = cpu->slice_start_ps + current->slice_left_ps;
	sim_event_schedule(&cpu->slice_event,
			   end_ps > sim_core->now_ps ? end_ps : sim_core->now_ps);
}

void sim_cpu_tick(struct cpu *cpu)
{
	const struct sim_thread *current = cpu->current;
	bool is_over;

	if (!current || current->class != SIM_CLASS_NORMAL || !cpu->queues[SIM_CLASS_NORMAL].first)
		return;
	if (fair_is_on(current))
		is_over = sim_fair_is_over(cpu);
	else
		is_over = sim_core->now_ps - cpu->slice_start_ps >= current->slice_left_ps;
	if (is_over)
		want_resched(cpu);
}

void sim_cpu_schedule_tick(struct cpu *cpu)
{
	u64 period_ps;

	if (!sim_core->sched.hz || sim_event_is_pending(&cpu->tick_event))
		return;
	period_ps = SIM_PS_PER_S / sim_core->sched.hz;
	sim_event_schedule(&cpu->tick_event, (sim_core->now_ps / period_ps + 1) * period_ps);
}

static void slice_end(struct sim_event *event)
{
	struct cpu *cpu = cpu_of_slice_event(event);

	want_resched(cpu);
}

/* The current thread leaves: what remains of its slice is for its next turn. */
static void slice_stop(struct cpu *cpu, struct sim_thread *thread)
{
	u64 ran_ps = sim_core->now_ps - cpu->slice_start_ps;

	sim_event_cancel(&cpu->slice_event);
	thread->slice_left_ps -= ran_ps < thread->slice_left_ps ? ran_ps : thread->slice_left_ps;
}

/* --- coming and going --- */

bool sim_cpu_is_idle(const struct cpu *cpu)
{
	return !cpu->current && !cpu->is_waking;
}

static void mark_idle(struct cpu *cpu, bool is_idle)
{
	u64 bit = 1ULL << cpu->id % 64;

	if (is_idle)
		sim_core->idle_cpus[cpu->id / 64] |= bit;
	else
		sim_core->idle_cpus[cpu->id / 64] &= ~bit;
}

/* Another CPU's reschedule interrupt is here. */
static void interrupted_to_make_room(struct cpu *cpu)
{
	if (sim_core->sched.resched_ipi_ps)
		sim_irq_signal(&cpu->resched_irq);
	want_resched(cpu);
}

static void ipi_arrives(struct sim_event *event)
{
	struct cpu *cpu = cpu_of_ipi_event(event);

	if (cpu->current)
		interrupted_to_make_room(cpu);
}

/* The current thread is to make room, once the CPU knows. */
static void make_room(struct cpu *cpu)
{
	bool is_from_elsewhere = sim_core->current && sim_core->current->cpu != cpu;
	u64 ps = sim_wakeup_busy_ps(cpu, true);

	if (!is_from_elsewhere)
		want_resched(cpu);
	else if (!ps)
		interrupted_to_make_room(cpu);
	else if (!sim_event_is_pending(&cpu->ipi_event))
		sim_event_schedule(&cpu->ipi_event, sim_core->now_ps + ps);
}

/* Rather than the current thread. */
static bool ought_to_run(struct cpu *cpu, struct sim_thread *thread)
{
	if (thread->class != cpu->current->class)
		return thread->class > cpu->current->class;
	return fair_is_on(thread) && sim_fair_preempts(cpu, thread);
}

void sim_cpu_enqueue(struct cpu *cpu, struct sim_thread *thread)
{
	bool was_idle = sim_cpu_is_idle(cpu);

	thread->cpu = cpu;
	sim_thread_set_state(thread, THREAD_RUNNABLE);
	if (fair_is_on(thread))
		sim_fair_place(cpu, thread);
	run_queue_push(&cpu->queues[thread->class], thread);
	if (was_idle) {
		mark_idle(cpu, false);
		cpu->is_waking = true;
		cpu->ready_ps = sim_core->now_ps + sim_wakeup_idle_ps(cpu);
		if (!cpu->is_in_irq)
			sim_event_schedule(&cpu->run_event, cpu->ready_ps);
	} else if (cpu->current && ought_to_run(cpu, thread)) {
		make_room(cpu);
	} else {
		sim_wakeup_busy_ps(cpu, false);
		slice_start(cpu);
	}
}

/* Spinners give up on an owner that runs no longer. */
static void tell_watchers(struct sim_thread *owner)
{
	while (owner->watchers)
		sim_thread_spin_end(owner->watchers->thread, SPIN_OWNER_OFF, 0);
}

/* The current thread stops being that; the caller has set its new state. */
void sim_cpu_leave(struct cpu *cpu)
{
	struct sim_thread *thread = cpu->current;

	sim_cpu_account(cpu);
	slice_stop(cpu, thread);
	if (fair_is_on(thread))
		sim_fair_update(cpu);
	cpu->current = NULL;
	tell_watchers(thread);
}

/* It is still its turn: a slice begins. */
static bool goes_on(struct cpu *cpu)
{
	if (cpu_has_waiting_above(cpu, SIM_CLASS_NORMAL) || sim_fair_pick(cpu) != cpu->current)
		return false;
	cpu->slice_start_ps = sim_core->now_ps;
	slice_start(cpu);
	return true;
}

static void preempt(struct cpu *cpu)
{
	struct sim_thread *thread = cpu->current;
	struct run_queue *queue = &cpu->queues[thread->class];

	cpu->is_resched_wanted = false;
	if (!cpu_has_waiting_above(cpu, thread->class) && !queue->first)
		return;
	if (fair_is_on(thread) && goes_on(cpu))
		return;
	cpu->stats.preemptions++;
	sim_thread_set_state(thread, THREAD_RUNNABLE);
	sim_cpu_leave(cpu);
	if (cpu_has_waiting_above(cpu, thread->class) && thread->slice_left_ps &&
	    !fair_is_on(thread))
		run_queue_push_front(queue, thread);
	else
		run_queue_push(queue, thread);
}

static struct sim_thread *pull_first(struct cpu *from, struct cpu *to)
{
	struct sim_thread *thread = from->queues[SIM_CLASS_NORMAL].first;

	sim_core->nr_movable -= is_movable(thread);
	sim_fair_remove(from, thread);
	sim_fair_migrate(thread, to);
	thread->cpu = to;
	return thread;
}

/* The first thread that waits behind others on a CPU of [first, end), and may move. */
static struct sim_thread *pull_from(struct cpu *cpu, u64 first, u64 end)
{
	for (u64 id = first; id < end; id++) {
		struct cpu *other = &sim_core->cpus[id];
		struct run_queue *queue = &other->queues[SIM_CLASS_NORMAL];

		if (other->current && queue->first && is_movable(queue->first) &&
		    may_run_on(queue->first, cpu)) {
			return pull_first(other, cpu);
		}
	}
	return NULL;
}

static struct sim_thread *pull(struct cpu *cpu)
{
	struct sim_thread *thread = NULL;
	enum sim_level level;

	if (!sim_core->nr_movable)
		return NULL;
	for (level = SIM_LEVEL_CORE; level <= SIM_LEVEL_SYSTEM && !thread; level++) {
		u32 group = sim_cpu_group(level, cpu->id);

		thread = pull_from(cpu, sim_group_first_cpu(level, group),
				   sim_group_end_cpu(level, group));
	}
	return thread;
}

static void take_next(struct cpu *cpu)
{
	struct sim_thread *next = run_queue_pop(&cpu->queues[SIM_CLASS_RT]);

	if (!next)
		next = pop_normal(cpu);
	if (!next)
		next = pull(cpu);
	cpu->is_resched_wanted = false;
	if (!next) {
		mark_idle(cpu, true);
		sim_idle_begin(cpu);
		return;
	}
	sim_cpu_account(cpu);
	cpu->current = next;
	sim_thread_set_state(next, THREAD_RUNNING);
	next->debt_ps += sim_cost_ps(sim_core->params.switch_ps);
	if (!next->slice_left_ps)
		next->slice_left_ps = sim_core->params.slice_ps;
	cpu->slice_start_ps = cpu->fair_since_ps = sim_core->now_ps;
	cpu->stats.switches++;
	slice_start(cpu);
	sim_cpu_schedule_tick(cpu);
	sim_trace(SIM_TRACE_THREAD_RUN, cpu->id, next->number);
}

/* Is the CPU still on its way out of idle? Then the run event is set. */
static bool is_still_waking(struct cpu *cpu)
{
	if (!cpu->is_waking)
		return false;
	if (sim_core->now_ps < cpu->ready_ps) {
		sim_event_schedule(&cpu->run_event, cpu->ready_ps);
		return true;
	}
	cpu->is_waking = false;
	return false;
}

/* It keeps the CPU busy until somebody ends that. */
static bool is_waiting(const struct sim_thread *thread)
{
	return thread->is_spinning || thread->is_stalled;
}

/* Who runs now? NULL: nobody. */
static struct sim_thread *choose(struct cpu *cpu)
{
	if (cpu_has_deliverable_irq(cpu))
		sim_irq_start(cpu);
	if (cpu->is_in_irq)
		return cpu->irq_thread;
	if (cpu->current && cpu->is_resched_wanted && thread_is_preemptible(cpu->current))
		preempt(cpu);
	if (!cpu->current && !is_still_waking(cpu))
		take_next(cpu);
	return cpu->current;
}

static void burn_by_event(struct cpu *cpu, struct sim_thread *thread)
{
	cpu->burning = thread;
	cpu->burn_end_ps = sim_core->now_ps + thread->debt_ps;
	sim_event_schedule(&cpu->run_event, cpu->burn_end_ps);
}

/* True once the debt has passed, false if that needs an event. */
static bool burn(struct cpu *cpu, struct sim_thread *thread)
{
	if (!thread->debt_ps)
		return true;
	if (core_try_advance(sim_core, sim_core->now_ps + thread->debt_ps)) {
		thread->debt_ps = 0;
		return true;
	}
	burn_by_event(cpu, thread);
	return false;
}

void sim_cpu_go_on(struct cpu *cpu, struct sim_thread *thread)
{
	struct sim_thread *running = cpu->is_in_irq ? cpu->irq_thread : cpu->current;
	bool is_undisturbed = running == thread && !cpu_is_wanted(cpu, thread) &&
			      !sim_event_is_pending(&cpu->run_event);

	/* Straight to the end of the debt; a kick would first choose anew. */
	if (is_undisturbed)
		burn_by_event(cpu, thread);
	else
		sim_cpu_kick(cpu);
}

static void execute(struct sim_thread *thread)
{
	sim_core->current = thread;
	sim_core->nr_switches += 2; /* there and back */
	sim_fiber_resume(&thread->fiber);
	sim_core->current = NULL;
	if (thread->state == THREAD_DEAD)
		sim_thread_reap(thread);
}

static void cpu_run(struct sim_event *event)
{
	struct cpu *cpu = cpu_of_run_event(event);
	struct sim_thread *thread;

	if (cpu->burning) {
		cpu->burning->debt_ps = 0;
		cpu->burning = NULL;
	}
	while (!sim_core->is_stop_asked) {
		thread = choose(cpu);
		if (!thread || is_waiting(thread) || !burn(cpu, thread))
			return;
		execute(thread);
	}
	sim_event_schedule(&cpu->run_event, sim_core->now_ps);
}

/* --- placement --- */

static u32 least(u32 a, u32 b)
{
	return a < b ? a : b;
}

static u32 most(u32 a, u32 b)
{
	return a > b ? a : b;
}

/* The first idle CPU of [first, end); -1 if none. */
static s32 idle_cpu_in(u64 first, u64 end)
{
	u64 id = first;

	while (id < end) {
		u64 word = sim_core->idle_cpus[id / 64] >> id % 64;

		if (word) {
			id += __builtin_ctzll(word);
			return id < end ? (s32)id : -1;
		}
		id = (id / 64 + 1) * 64;
	}
	return -1;
}

struct cpu *sim_cpu_place(const struct sim_thread *thread)
{
	enum sim_level level;

	if (thread->bound_cpu >= 0)
		return &sim_core->cpus[thread->bound_cpu];
	if (sim_cpu_is_idle(thread->cpu))
		return thread->cpu;
	for (level = SIM_LEVEL_CORE; level <= SIM_LEVEL_SYSTEM; level++) {
		u32 group = sim_cpu_group(level, thread->cpu->id);
		s32 id = idle_cpu_in(most(sim_group_first_cpu(level, group), thread->first_cpu),
				     least(sim_group_end_cpu(level, group), thread->end_cpu));

		if (id >= 0)
			return &sim_core->cpus[id];
	}
	return thread->cpu;
}

static int cpu_init(struct cpu *cpu, u32 id)
{
	const struct sim_thread_attr attr = {.name = "irq", .class = SIM_CLASS_IRQ, .cpu = id};

	cpu->id = id;
	sim_event_init(&cpu->run_event, cpu_run);
	sim_event_init(&cpu->slice_event, slice_end);
	sim_event_init(&cpu->ipi_event, ipi_arrives);
	cpu->accounted_ps = sim_core->now_ps;
	sim_word_init(&cpu->mcs_word);
	sim_word_init(&cpu->osq.word);
	mark_idle(cpu, true);
	sim_idle_init(cpu);
	sim_idle_begin(cpu);
	cpu->irq_thread = sim_thread_make(&attr, sim_irq_main, cpu);
	if (!cpu->irq_thread)
		return -ENOMEM;
	sim_thread_set_state(cpu->irq_thread, THREAD_RUNNING);
	return 0;
}

int sim_cpus_init(const struct sim_cpu_params *params)
{
	struct sim_core *core = sim_core;
	u32 id;
	int err = 0;

	sim_assert(!core->cpus);
	if (!params->nr_cpus || params->nr_cpus > SIM_MAX_CPUS || !params->slice_ps ||
	    sim_topology_init(params))
		return -EINVAL;
	core->cpus = sim_alloc(params->nr_cpus * sizeof(core->cpus[0]));
	if (!core->cpus)
		return -ENOMEM;
	core->params = *params;
	err = sim_wakeups_init();
	for (id = 0; id < params->nr_cpus && !err; id++)
		err = cpu_init(&core->cpus[id], id);
	return err;
}
