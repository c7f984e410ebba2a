// SPDX-License-Identifier: GPL-2.0-only
/* One simulated machine: start and end. */
#include "sim/sim.h"
#include "sim/core.h"
#include "sim/defects.h"
#include "sim/trace_internal.h"
#include <errno.h>
#include <stdlib.h>

#define DEFAULT_ARENA_BYTES (128ULL << 30)

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
	sim_rng_init(&core->line_rng, seed, "cache lines");
	/* What is found where schedules are explored is no part of the machine. */
	core->defects = SIM_EXPLORES ? calloc(1, sizeof(*core->defects))
				     : sim_alloc(sizeof(*core->defects));
	if (!core->defects) {
		sim_arena_destroy();
		return -ENOMEM;
	}
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
