// SPDX-License-Identifier: GPL-2.0-only
/* The machine that there is, and where assertions go. */
#include "sim/core.h"
#include "sim/sim.h"
#include <stdio.h>
#include <stdlib.h>

struct sim_core *sim_core;

u64 sim_seed(void)
{
	return sim_core->seed;
}

void sim_core_assert_outside(void)
{
	sim_assert(!sim_core || (!sim_core->is_running && !sim_core->current));
}

_Noreturn void sim_assert_failed(const char *cond, const char *file, int line, const char *func)
{
	struct sim_core *core = sim_core;

	fflush(stdout);
	fprintf(stderr, "%s:%d: %s: assertion failed: %s\n", file, line, func, cond);
	if (core)
		fprintf(stderr, "seed %llu, time %llu ps, event %llu, CPU %d, thread %u %s\n",
			core->seed, core->now_ps, core->nr_dispatched,
			core->current ? (int)core->current->cpu->id : -1,
			core->current ? core->current->number : 0,
			core->current ? core->current->name : "(none)");
	fflush(stderr);
	abort();
}
