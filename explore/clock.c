// SPDX-License-Identifier: GPL-2.0-only
/*
 * See clock.h. Places are found by hashing, and their clocks lie side by side in the order in which
 * the schedule came to them: few lines of the host's cache.
 */
#include "explore/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/sim.h"

#define NR_PLACES 1024 /* in one schedule */

struct place {
	const volatile void *addr;
	u32 generation;
	u32 number;
};

/* In the host's memory: forgotten by counting up the generation. */
struct timepiece {
	struct clocks threads[SIM_SCHEDULE_THREADS];
	u32 generation, nr;
	struct place places[NR_PLACES];
	struct clocks left[NR_PLACES];
};

static struct timepiece *timepiece;

int clock_init(void)
{
	timepiece = calloc(1, sizeof(*timepiece));
	return timepiece ? 0 : -ENOMEM;
}

void clock_start(void)
{
	timepiece->generation++;
	timepiece->nr = 0;
	memset(timepiece->threads, 0, sizeof(timepiece->threads));
	for (u32 i = 0; i < SIM_SCHEDULE_THREADS; i++)
		timepiece->threads[i].of[i] = 1;
}

struct clocks *clock_of(u32 slot)
{
	return &timepiece->threads[slot];
}

struct clocks *clock_at(const volatile void *addr)
{
	u64 hash = ((u64)addr >> 3) * 0x9e3779b97f4a7c15ULL >> 54;
	struct place *place;

	for (;; hash = (hash + 1) % NR_PLACES) {
		place = &timepiece->places[hash];
		if (place->generation != timepiece->generation)
			break;
		if (place->addr == addr)
			return &timepiece->left[place->number];
	}
	sim_assert(timepiece->nr + 1 < NR_PLACES);
	*place = (struct place){addr, timepiece->generation, timepiece->nr};
	memset(&timepiece->left[timepiece->nr], 0, sizeof(struct clocks));
	return &timepiece->left[timepiece->nr++];
}
