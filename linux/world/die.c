// SPDX-License-Identifier: GPL-2.0-only
/* The world there is, and its end where a kernel cannot go on. */
#include <stdio.h>
#include <stdlib.h>

#include "linux/world/internal.h"
#include "sim/event.h"
#include "sim/sim.h"

struct world *world;

/* Nobody comes back from here: the simulation has ended. */
void ksim_die(const char *why)
{
	char text[256];

	snprintf(text, sizeof(text), "thread '%s': %s",
		 sim_thread_self() ? sim_thread_name(sim_thread_self()) : "none", why);
	ksim_kernel.log_end();
	if (!world->is_dead)
		world->attr.observer.died(world->attr.observer.opaque, text);
	world->is_dead = true;
	if (!sim_thread_self()) {
		fprintf(stderr, "iopfsim: Linux cannot go on: %s\n", text);
		abort();
	}
	sim_stop();
	for (;;) {
		sim_charge(SIM_PS_PER_S);
		sim_settle();
	}
}
