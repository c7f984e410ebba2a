// SPDX-License-Identifier: GPL-2.0-only
/*
 * What touching data costs. Each tagged node stands for one cache line: who
 * wrote it last, and who has read it since, have it. A read fetches it from the
 * nearest of them, a write takes it away from the farthest that has it.
 *
 * Simplified: CPUs wait for each other's accesses only at locks and atomics
 * (sim/line.h), so a node that many write at once is as quick as one that two do.
 */
#include <kapi/world.h>

#include <linux/string.h>

#include "kapi/internal.h"
#include "sim/topology.h"

static bool is_sharer(const struct kapi_touch *touch, u32 cpu)
{
	return touch->sharers[cpu / 64] >> cpu % 64 & 1;
}

/*
 * The cost of getting the line from (or taking it away from) another CPU that
 * has it: the nearest, or the farthest. 0: none has.
 */
static u64 others_ps(const struct kapi_touch *touch, u32 cpu, bool is_farthest)
{
	u32 owner = touch->cpu_plus_1 - 1;
	u64 best_ps = 0;

	if (touch->cpu_plus_1 && owner < SIM_MAX_CPUS && owner != cpu)
		best_ps = sim_cpu_transfer_ps(cpu, owner);
	if (!touch->is_shared)
		return best_ps;
	for (u32 word = 0; word < SIM_MAX_CPUS / 64; word++) {
		for (u64 left = touch->sharers[word]; left; left &= left - 1) {
			u32 other = word * 64 + __builtin_ctzll(left);
			u64 ps = other == cpu ? 0 : sim_cpu_transfer_ps(cpu, other);

			if (ps && (!best_ps || (is_farthest ? ps > best_ps : ps < best_ps)))
				best_ps = ps;
		}
	}
	return best_ps;
}

static bool has_copy(const struct kapi_touch *touch, u32 cpu)
{
	return touch->cpu_plus_1 == cpu + 1 || is_sharer(touch, cpu);
}

static void forget_sharers(struct kapi_touch *touch)
{
	touch->is_shared = false;
	memset(touch->sharers, 0, sizeof(touch->sharers));
}

void kapi_touch(struct kapi_touch *touch)
{
	u64 cost_ps;
	u32 cpu;

	if (!sim_thread_self())
		return;
	cpu = sim_cpu_id();
	if (touch->cpu_plus_1 == cpu + 1 && !touch->is_shared) {
		sim_charge(kapi_state->line_hit_ps);
		return;
	}
	cost_ps = others_ps(touch, cpu, true);
	if (!cost_ps)
		cost_ps = has_copy(touch, cpu) ? kapi_state->line_hit_ps
					       : kapi_state->line_memory_ps;
	sim_charge(cost_ps);
	forget_sharers(touch);
	touch->cpu_plus_1 = cpu + 1;
}

/* What is read is const to the caller; its tag is ours. */
void kapi_touch_read(const struct kapi_touch *touch)
{
	u64 cost_ps;
	u32 cpu;

	if (!sim_thread_self())
		return;
	cpu = sim_cpu_id();
	if (has_copy(touch, cpu)) {
		sim_charge(kapi_state->line_hit_ps);
		return;
	}
	cost_ps = others_ps(touch, cpu, false);
	sim_charge(cost_ps ? cost_ps : kapi_state->line_memory_ps);
	((struct kapi_touch *)touch)->sharers[cpu / 64] |= 1ULL << cpu % 64;
	((struct kapi_touch *)touch)->is_shared = true;
}

void kapi_touch_new(struct kapi_touch *touch)
{
	forget_sharers(touch);
	if (!sim_thread_self()) {
		touch->cpu_plus_1 = 0;
		return;
	}
	sim_charge(kapi_state->line_hit_ps);
	touch->cpu_plus_1 = sim_cpu_id() + 1;
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
