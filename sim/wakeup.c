// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a wake-up takes beside the caller's part (wake_call). Every thread that is
 * woken on an idle CPU pays cpu.wakeup: the way through the scheduler. Beside it:
 *
 *	the CPU is in an interrupt   nothing: it left idle when that came
 *	it polls                     nothing: it sees TIF_NEED_RESCHED by itself
 *	it is in an idle state       leaving that, and from another CPU cpu.ipi,
 *				     unless the state is one of MWAIT
 *
 * A CPU that runs another thread pays cpu.ipi if it has to make room and is
 * another than the caller's, else nothing. Callers that are no CPU are timers,
 * which interrupt the CPU that they wake somebody on: no cpu.ipi.
 */
#include "sim/core.h"
#include "sim/sim.h"
#include <errno.h>

#define NAME(ID, name, about) name,
const char *const sim_wakeup_names[SIM_NR_WAKEUPS] = {SIM_WAKEUPS(NAME)};

#define ROW(...) SIM_STAT_HIST_ROW(struct sim_wakeup_stats, __VA_ARGS__)

static const struct sim_stat stat_rows[] = {SIM_WAKEUP_STATS(ROW)};
const struct sim_stat_table sim_wakeup_stat_table = SIM_STAT_TABLE(struct sim_wakeup_stats,
								   stat_rows);

int sim_wakeups_init(void)
{
	struct sim_wakeup_stats *stats = sim_alloc(SIM_NR_WAKEUPS * sizeof(*stats));

	sim_core->wakeups = stats;
	for (u32 i = 0; stats && i < SIM_NR_WAKEUPS; i++) {
		stats[i].times = sim_alloc(sizeof(*stats[i].times));
		if (!stats[i].times)
			return -ENOMEM;
		sim_hist_init(stats[i].times);
	}
	return stats ? 0 : -ENOMEM;
}

const struct sim_wakeup_stats *sim_wakeup_stats(enum sim_wakeup kind)
{
	sim_assert(kind < SIM_NR_WAKEUPS);
	return &sim_core->wakeups[kind];
}

void sim_wakeups_reset(void)
{
	for (u32 i = 0; i < SIM_NR_WAKEUPS; i++)
		sim_stat_reset(&sim_wakeup_stat_table, &sim_core->wakeups[i]);
}

static bool is_from_another_cpu(const struct cpu *cpu)
{
	return sim_core->current && sim_core->current->cpu != cpu;
}

u64 sim_wakeup_idle_ps(struct cpu *cpu)
{
	enum sim_wakeup kind = SIM_WAKEUP_INTERRUPTED;
	u64 ps = 0;

	if (cpu->is_idling)
		kind = sim_idle_end(cpu, &ps);
	if (kind >= SIM_WAKEUP_IDLE && !sim_core->params.idle_mwait && is_from_another_cpu(cpu))
		ps += sim_cost_ps(sim_core->params.ipi_ps);
	ps += sim_cost_ps(sim_core->params.wakeup_ps);
	sim_hist_add(sim_core->wakeups[kind].times, ps);
	return ps;
}

u64 sim_wakeup_busy_ps(const struct cpu *cpu, bool makes_room)
{
	u64 ps = makes_room && is_from_another_cpu(cpu) ? sim_cost_ps(sim_core->params.ipi_ps) : 0;

	sim_hist_add(sim_core->wakeups[SIM_WAKEUP_BUSY].times, ps);
	return ps;
}
