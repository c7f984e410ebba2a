// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a CPU idles. It polls for idle_poll first. Then it is in the idle state that
 * the governor chose when it had nothing left to run, which takes its entry
 * latency; who wakes it meanwhile waits for the rest of that, and then for the
 * exit latency.
 *
 * The governor is Linux's menu (drivers/cpuidle/governors/menu.c) where the next
 * timer is the tick. It expects the shorter of two times. One is that of the last
 * eight idle times, if they agree (a standard deviation of 20 us at most, or of a
 * sixth of their average): their average; if they do not, it leaves out the longest
 * and tries again while six remain. The other is the tick, corrected by how much
 * sooner idling ended of late: a mean to which each idle time adds an eighth, and
 * which begins with the tick. It takes the deepest state whose target residency is
 * not above what it expects, and the first state if none is that short.
 *
 * The state is found when idling ends: until then nothing that it depends on
 * changes, and so idling costs the host nothing.
 *
 * Left out: timers, which in the simulated kernel are no CPU's, so that only the
 * tick is known; stopping it; limits of latency; states that CPUs of a cluster
 * enter together.
 */
#include "sim/core.h"
#include "sim/sim.h"
#include "sim/time.h"

#define FEWEST_TIMES 6
#define SAME_NS 20000ULL
#define NOT_KNOWN (~0ULL)
/* HZ=250. Longer idle times are as long to the governor. */
#define TICK_NS 4000000ULL
#define DECAY 8

struct state {
	u64 residency_ps, entry_ps, exit_ps; /* the exit is a cost */
};

/* @number: from 1 */
static struct state state_of(u64 number)
{
	const struct sim_cpu_params *params = &sim_core->params;
	const struct state states[] = {
		{params->idle1_residency_ps, params->idle1_entry_ps, params->idle1_exit_ps},
		{params->idle2_residency_ps, params->idle2_entry_ps, params->idle2_exit_ps},
		{params->idle3_residency_ps, params->idle3_entry_ps, params->idle3_exit_ps},
	};

	return states[number - 1];
}

/* --- the governor --- */

/* What the times that are not above @limit_ns are like. */
struct times {
	u32 nr;
	u64 average_ns, variance, longest_ns;
};

static struct times look_at(const struct cpu *cpu, u64 limit_ns)
{
	struct times times = {0};

	for (u32 i = 0; i < IDLE_TIMES; i++) {
		if (cpu->idle_ns[i] > limit_ns)
			continue;
		times.nr++;
		times.average_ns += cpu->idle_ns[i];
		if (cpu->idle_ns[i] > times.longest_ns)
			times.longest_ns = cpu->idle_ns[i];
	}
	if (!times.nr)
		return times;
	times.average_ns /= times.nr;
	for (u32 i = 0; i < IDLE_TIMES; i++) {
		u64 ns = cpu->idle_ns[i];
		u64 off_ns = ns > times.average_ns ? ns - times.average_ns : times.average_ns - ns;

		if (ns <= limit_ns)
			times.variance += off_ns * off_ns;
	}
	times.variance /= times.nr;
	return times;
}

static bool agree(const struct times *times)
{
	return times->variance <= SAME_NS * SAME_NS ||
	       times->average_ns * times->average_ns > 36 * times->variance;
}

/* Of the last idle times; NOT_KNOWN if they say nothing. */
static u64 typical_ns(const struct cpu *cpu)
{
	u64 limit_ns = NOT_KNOWN;

	if (cpu->nr_idle < IDLE_TIMES)
		return NOT_KNOWN;
	for (;;) {
		struct times times = look_at(cpu, limit_ns);

		if (times.nr < FEWEST_TIMES)
			return NOT_KNOWN;
		if (agree(&times))
			return times.average_ns;
		limit_ns = times.longest_ns - 1;
	}
}

static u64 choose_state(const struct cpu *cpu)
{
	u64 ns = typical_ns(cpu), number = sim_core->params.nr_idle_states;

	if (cpu->idle_mean_ns < ns)
		ns = cpu->idle_mean_ns;
	while (number > 1 && state_of(number).residency_ps / SIM_PS_PER_NS > ns)
		number--;
	return number;
}

static void remember(struct cpu *cpu, u64 idle_ps)
{
	u64 idle_ns = idle_ps / SIM_PS_PER_NS;

	if (idle_ns > TICK_NS)
		idle_ns = TICK_NS;
	cpu->idle_ns[cpu->nr_idle++ % IDLE_TIMES] = idle_ns;
	cpu->idle_mean_ns += idle_ns / DECAY;
	cpu->idle_mean_ns -= cpu->idle_mean_ns / DECAY;
}

/* Was it the state that its residency asks for? */
static void judge(struct cpu *cpu, u64 number, u64 idle_ps)
{
	if (idle_ps < state_of(number).residency_ps)
		cpu->stats.idle_too_deep++;
	else if (number < sim_core->params.nr_idle_states &&
		 idle_ps >= state_of(number + 1).residency_ps)
		cpu->stats.idle_too_shallow++;
}

/* --- idling --- */

void sim_idle_init(struct cpu *cpu)
{
	cpu->idle_mean_ns = TICK_NS;
}

void sim_idle_begin(struct cpu *cpu)
{
	if (cpu->is_idling)
		return;
	cpu->is_idling = true;
	cpu->idle_since_ps = sim_core->now_ps;
}

/* The rest of entering the state, and leaving it. */
static u64 leave_ps(const struct cpu *cpu, u64 number, u64 idle_ps)
{
	struct state state = state_of(number);
	u64 entered_ps = sim_core->params.idle_poll_ps + state.entry_ps;

	return (entered_ps > idle_ps ? entered_ps - idle_ps : 0) + sim_cost_ps(state.exit_ps);
}

enum sim_wakeup sim_idle_end(struct cpu *cpu, u64 *exit_ps)
{
	u64 idle_ps = sim_core->now_ps - cpu->idle_since_ps, number;

	sim_assert(cpu->is_idling);
	cpu->is_idling = false;
	*exit_ps = 0;
	if (!sim_core->params.nr_idle_states)
		return idle_ps < sim_core->params.idle_poll_ps ? SIM_WAKEUP_POLLING
							       : SIM_WAKEUP_IDLE;
	number = choose_state(cpu);
	remember(cpu, idle_ps);
	if (idle_ps < sim_core->params.idle_poll_ps)
		return SIM_WAKEUP_POLLING;
	judge(cpu, number, idle_ps);
	*exit_ps = leave_ps(cpu, number, idle_ps);
	return SIM_WAKEUP_IDLE + number;
}
