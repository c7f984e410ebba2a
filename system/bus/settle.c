// SPDX-License-Identifier: GPL-2.0-only
/* What the models and the masters of this room are given: defaults, and time to settle in. */
#include "sim/event.h"
#include "sim/param.h"
#include "system/bus/internal.h"

void sys_bus_settle(void)
{
	sim_run(SIM_TIME_NEVER);
}

void sys_bus_set_defaults(void *params, const struct sim_param *table, size_t count)
{
	for (size_t i = 0; i < count; i++)
		*(u64 *)((char *)params + table[i].offset) = table[i].def;
}
