// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cache lines of the kernel's memory, by address: what is shared by words of one line is shared
 * here too. And spinlocks, which are sim/'s: queued ones, as Linux's are.
 */
#include <errno.h>

#include "linux/world/internal.h"
#include "sim/arena.h"
#include "sim/line.h"
#include "sim/poll.h"
#include "sim/sim.h"

#define LINE_LG2 6
#define FIRST_SLOTS (1ULL << 14)

struct world_line {
	u64 number; /* address / 64; with @word */
	struct sim_word *word;
};

static u64 slot_of(u64 number)
{
	return ((number * 0x9E3779B97F4A7C15ULL) >> 32) & (world->nr_slots - 1);
}

int world_lines_init(void)
{
	world->nr_slots = FIRST_SLOTS;
	world->lines = sim_alloc(world->nr_slots * sizeof(*world->lines));
	return world->lines ? 0 : -ENOMEM;
}

static struct world_line *find(u64 number)
{
	u64 slot = slot_of(number);

	while (world->lines[slot].word && world->lines[slot].number != number)
		slot = (slot + 1) & (world->nr_slots - 1);
	return &world->lines[slot];
}

static void grow(void)
{
	struct world_line *old = world->lines;
	u64 nr = world->nr_slots;

	world->nr_slots = 2 * nr;
	world->lines = sim_alloc(world->nr_slots * sizeof(*world->lines));
	sim_assert(world->lines);
	for (u64 i = 0; i < nr; i++)
		if (old[i].word)
			*find(old[i].number) = old[i];
	sim_free(old);
}

struct sim_word *world_word_at(const volatile void *addr)
{
	u64 number = (u64)addr >> LINE_LG2;
	struct world_line *found = find(number);

	if (found->word)
		return found->word;
	if (2 * ++world->nr_lines > world->nr_slots) {
		grow();
		found = find(number);
	}
	found->number = number;
	found->word = sim_alloc(sizeof(*found->word));
	sim_assert(found->word);
	sim_word_init(found->word);
	return found->word;
}

/* NULL outside of threads, where nothing costs time. */
static struct sim_line *line_of(const volatile void *addr)
{
	return sim_thread_self() ? &world_word_at(addr)->line : NULL;
}

void ksim_line_read(const volatile void *addr)
{
	struct sim_line *line = line_of(addr);

	if (line)
		sim_line_charge_read(line);
}

/* Who writes does more than poll: the next look is the first of another poll. */
static void end_poll(void)
{
	world_thread()->polls_since_ps = 0;
}

void ksim_line_write(const volatile void *addr)
{
	struct sim_line *line = line_of(addr);

	if (!line)
		return;
	end_poll();
	sim_line_charge_write(line);
}

void ksim_line_atomic(const volatile void *addr)
{
	struct sim_line *line = line_of(addr);
	u64 jitter_ps = sim_cpu_params()->atomic_ps * world->attr.jitter_per_mille / 1000;

	if (!line)
		return;
	end_poll();
	if (jitter_ps)
		sim_charge(sim_rng_below(&world->jitter, jitter_ps + 1));
	sim_line_atomic(line);
}
