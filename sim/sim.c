// SPDX-License-Identifier: GPL-2.0-only
/* One simulated machine: start, end, and where assertions go. */
#include "sim/sim.h"
#include "sim/core.h"
#include "sim/trace_internal.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_ARENA_BYTES (64ULL << 30)

struct sim_core *sim_core;

int sim_init(u64 seed, u64 arena_bytes)
{
	struct sim_core *core;
	int err;

	err = sim_arena_create(arena_bytes ? arena_bytes : DEFAULT_ARENA_BYTES);
	if (err)
		return err;
	core = sim_alloc(sizeof(*core));
	err = core ? sim_events_init(core) : -ENOMEM;
	if (err) {
		sim_arena_destroy();
		return err;
	}
	core->seed = seed;
	sim_core = core;
	sim_trace_init();
	return 0;
}

/* TSan's fibers are not in the arena. */
static void drop_tsan_fibers(void)
{
#if SIM_HAS_TSAN
	struct sim_thread *thread;

	for (thread = sim_core->threads; thread; thread = thread->all_next)
		sim_fiber_destroy(&thread->fiber);
#endif
}

void sim_finish(void)
{
	if (!sim_core)
		return;
	sim_core_assert_outside();
	drop_tsan_fibers();
	sim_core = NULL;
	sim_trace_init();
	sim_arena_destroy();
}

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
