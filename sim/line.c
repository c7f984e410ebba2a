// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cache lines: what access costs by who holds the line and how far away.
 *
 * The holder is changed when a request is made, and requests complete in that
 * order: one in flight makes the next wait until it has arrived (busy_until).
 * A write waits for the farthest of the copies it invalidates, a read fetches
 * from the nearest. Holding the only copy is enough to write it at hit cost
 * (the E state), whether or not it is dirty.
 *
 * Left out: capacity (no line is ever evicted), contention between different
 * lines, write-back.
 */
#include "sim/line.h"
#include "sim/core.h"
#include "sim/sim.h"
#include <string.h>

void sim_line_init(struct sim_line *line)
{
	memset(line, 0, sizeof(*line));
	line->owner = -1;
}

static bool is_sharer(const struct sim_line *line, u32 cpu)
{
	return line->sharers[cpu / 64] >> cpu % 64 & 1;
}

/* Cost of the nearest (or farthest) other copy; line_memory_ps if there is none. */
static u64 other_copy_ps(const struct sim_line *line, u32 cpu, bool is_farthest)
{
	u64 best_ps = 0;
	bool has_copy = false;
	u32 word;

	if (line->is_exclusive && line->owner != (s16)cpu)
		return sim_cpu_transfer_ps(line->owner, cpu);
	for (word = 0; word < SIM_MAX_CPUS / 64; word++) {
		u64 left = line->sharers[word];

		for (; left; left &= left - 1) {
			u32 other = word * 64 + __builtin_ctzll(left);
			u64 ps = sim_cpu_transfer_ps(other, cpu);

			if (other == cpu)
				continue;
			if (!has_copy || (is_farthest ? ps > best_ps : ps < best_ps))
				best_ps = ps;
			has_copy = true;
		}
	}
	return has_copy ? best_ps : sim_core->params.line_memory_ps;
}

static bool is_only_sharer(const struct sim_line *line, u32 cpu)
{
	u64 others = 0;
	u32 word;

	if (line->is_exclusive)
		return line->owner == (s16)cpu;
	for (word = 0; word < SIM_MAX_CPUS / 64; word++)
		others |= line->sharers[word] & ~(cpu / 64 == word ? 1ULL << cpu % 64 : 0);
	return is_sharer(line, cpu) && !others;
}

static u64 later(u64 a_ps, u64 b_ps)
{
	return a_ps > b_ps ? a_ps : b_ps;
}

static u64 move_for_read(struct sim_line *line, u32 cpu, u64 start_ps)
{
	if (is_sharer(line, cpu))
		return start_ps + sim_core->params.line_hit_ps;
	line->busy_until_ps = start_ps + other_copy_ps(line, cpu, false);
	line->sharers[cpu / 64] |= 1ULL << cpu % 64;
	line->is_exclusive = false;
	return line->busy_until_ps;
}

static u64 move_for_write(struct sim_line *line, u32 cpu, u64 start_ps)
{
	bool is_hit = is_only_sharer(line, cpu);
	u64 end_ps;

	if (is_hit)
		end_ps = start_ps + sim_core->params.line_hit_ps;
	else
		end_ps = line->busy_until_ps = start_ps + other_copy_ps(line, cpu, true);
	if (!is_hit)
		memset(line->sharers, 0, sizeof(line->sharers));
	line->sharers[cpu / 64] |= 1ULL << cpu % 64;
	line->owner = cpu;
	line->is_exclusive = true;
	return end_ps;
}

/* CPU @cpu asks at @from_ps; Return: when the access has happened. */
u64 sim_line_move(struct sim_line *line, u32 cpu, u64 from_ps, enum line_access access)
{
	u64 start_ps = later(from_ps, line->busy_until_ps);
	u64 end_ps;

	if (access == LINE_READ)
		return move_for_read(line, cpu, start_ps);
	end_ps = move_for_write(line, cpu, start_ps);
	if (access == LINE_ATOMIC) {
		end_ps += sim_core->params.atomic_ps;
		/* The line is held while it is read, changed and written. */
		line->busy_until_ps = end_ps;
	}
	return end_ps;
}

static void charge(struct sim_line *line, enum line_access access)
{
	struct sim_thread *self = sim_core->current;
	u64 from_ps;

	if (!self)
		return;
	from_ps = sim_core->now_ps + self->debt_ps;
	if (line->waited_ps && line->busy_until_ps > from_ps)
		*line->waited_ps += line->busy_until_ps - from_ps;
	self->debt_ps += sim_line_move(line, self->cpu->id, from_ps, access) - from_ps;
}

static void settle_and_charge(struct sim_line *line, enum line_access access)
{
	if (!sim_core->current)
		return;
	sim_settle();
	charge(line, access);
	sim_settle();
}

void sim_line_read(struct sim_line *line)
{
	settle_and_charge(line, LINE_READ);
}

void sim_line_write(struct sim_line *line)
{
	settle_and_charge(line, LINE_WRITE);
}

void sim_line_atomic(struct sim_line *line)
{
	settle_and_charge(line, LINE_ATOMIC);
}

void sim_line_atomic_shared(struct sim_line *line)
{
	if (sim_core->current && is_only_sharer(line, sim_core->current->cpu->id))
		charge(line, LINE_ATOMIC);
	else
		settle_and_charge(line, LINE_ATOMIC);
}

void sim_line_charge_read(struct sim_line *line)
{
	charge(line, LINE_READ);
}

void sim_line_charge_write(struct sim_line *line)
{
	charge(line, LINE_WRITE);
}
