// SPDX-License-Identifier: GPL-2.0-only
/*
 * What touching data costs. Each tagged node stands for one cache line; the
 * last CPU that touched it has it. Simplified: a line that is only read does
 * not become shared, so readers on several CPUs pay as writers do.
 */
#include <kapi/world.h>

#include "kapi/internal.h"

static u64 distance_ps(const struct kapi_state *state, u32 a, u32 b)
{
	if (state->cluster_of[a] == state->cluster_of[b])
		return state->line_cluster_ps;
	if (state->socket_of[a] == state->socket_of[b])
		return state->line_socket_ps;
	return state->line_remote_ps;
}

void kapi_touch(struct kapi_touch *touch)
{
	const struct kapi_state *state = kapi_state;
	u32 mine, last = touch->cpu_plus_1;

	if (!sim_thread_self())
		return;
	mine = sim_cpu_id() + 1;
	if (likely(last == mine)) {
		sim_charge(state->line_hit_ps);
		return;
	}
	sim_charge(last && last <= SIM_MAX_CPUS ? distance_ps(state, mine - 1, last - 1)
						: state->line_memory_ps);
	touch->cpu_plus_1 = mine;
}

void kapi_touch_new(struct kapi_touch *touch)
{
	if (!sim_thread_self()) {
		touch->cpu_plus_1 = 0;
		return;
	}
	sim_charge(kapi_state->line_hit_ps);
	touch->cpu_plus_1 = sim_cpu_id() + 1;
}

void kapi_touch_atomic(struct kapi_touch *touch)
{
	kapi_touch(touch);
	sim_charge(kapi_state->atomic_ps);
}

void kapi_atomic(void)
{
	sim_charge(kapi_state->line_hit_ps + kapi_state->atomic_ps);
}

void kapi_call(void)
{
	sim_charge(kapi_state->params.call_ps);
}

void kapi_settle(void)
{
	if (sim_thread_self())
		sim_settle();
}
