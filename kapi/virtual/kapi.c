// SPDX-License-Identifier: GPL-2.0-only
/* Start and end of the kernel API in the virtual world, and its parameters. */
#include "kapi/internal.h"
#include "kapi/virtual/lockdep.h"

#include <linux/errno.h>
#include <linux/string.h>

#include "sim/arena.h"
#include "sim/sim.h"

#define ROW(...) SIM_PARAM_ROW(struct kapi_params, __VA_ARGS__)
#define SCHED_AT(field)                                                                            \
	(offsetof(struct kapi_params, sched) + offsetof(struct sim_sched_params, field))
#define SCHED_ROW(field, ...) SIM_PARAM_ROW_AT(SCHED_AT(field), __VA_ARGS__)
const struct sim_param kapi_param_table[] = {KAPI_PARAMS(ROW) SIM_SCHED_PARAMS(SCHED_ROW)};

#define SCOPE_NAME(ID, name) name,
const char *const kapi_workqueue_scope_names[] = {KAPI_WORKQUEUE_SCOPES(SCOPE_NAME) NULL};
const size_t kapi_param_count = sizeof(kapi_param_table) / sizeof(kapi_param_table[0]);

static void copy_costs(struct kapi_state *state, const struct sim_cpu_params *cpu)
{
	state->line_hit_ps = cpu->line_hit_ps;
	state->line_memory_ps = cpu->line_memory_ps;
	state->atomic_ps = cpu->atomic_ps;
}

int kapi_init(const struct kapi_params *params)
{
	struct kapi_state *state;

	sim_assert(!kapi_state);
	state = sim_alloc(sizeof(*state));
	if (!state)
		return -ENOMEM;
	state->params = *params;
	state->console_level = 5;
	state->lockdep = kapi_lockdep_create();
	strscpy(state->boot_task.comm, "boot", sizeof(state->boot_task.comm));
	copy_costs(state, sim_cpu_params());
	sim_sched_init(&params->sched);
	kapi_epoch++;
	kapi_state = state;
	refcount_set(&state->boot_task.usage, 1);
	kapi_rcu_init(&state->rcu);
	INIT_LIST_HEAD(&state->var_waiters);
	INIT_LIST_HEAD(&state->expired);
	return 0;
}

void kapi_finish(void)
{
	sim_free(kapi_state);
	kapi_state = NULL;
}
