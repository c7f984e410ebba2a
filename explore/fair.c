// SPDX-License-Identifier: GPL-2.0-only
/*
 * See fair.h. After Musuvathi and Qadeer, Fair stateless model checking (PLDI 2008): who polls for
 * the second time waits until each of those has gone on that were ready and have not since it
 * polled before. Two polls, so that a search sees what is different while it polls; no cycle of
 * waiting can come about. Who goes on for long without polling, while others are ready, counts as
 * one who polls: a loop may have no cpu_relax() in it.
 */
#include "explore/fair.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NR SIM_SCHEDULE_THREADS
#define LONG_STEPS 500
#define STARVED_STEPS 5000

/* Times are steps of the schedule. */
struct fair {
	u32 now;
	u32 ran_at[NR];
	u32 noted_at[NR]; /* ran_at, when it was last seen to poll */
	u32 polled_at[NR];
	u32 mark[NR];	    /* others have to have run after this first; 0: nobody has to */
	u32 last, nr_alone; /* so many steps one after the other */
	bool is_any_marked, is_on;
};

/* In the host's memory. */
static struct fair *fair;

int fair_init(void)
{
	fair = calloc(1, sizeof(*fair));
	return fair ? 0 : -ENOMEM;
}

void fair_start(bool is_on)
{
	memset(fair, 0, sizeof(*fair));
	fair->is_on = is_on;
	fair->now = 1;
	fair->last = NR;
	for (u32 slot = 0; slot < NR; slot++)
		fair->ran_at[slot] = 1;
}

void fair_step(u32 slot)
{
	fair->ran_at[slot] = ++fair->now;
	fair->nr_alone = slot == fair->last ? fair->nr_alone + 1 : 0;
	fair->last = slot;
}

bool fair_gives_way(const struct sim_step *step)
{
	return step->kind == SIM_POINT_YIELD ||
	       (step->slot == fair->last && fair->nr_alone >= LONG_STEPS);
}

/* Once for each time that it polls, however often others are chosen meanwhile. */
static void note_poll(const struct sim_step *step)
{
	u32 slot = step->slot;

	if (!fair_gives_way(step) || fair->noted_at[slot] == fair->ran_at[slot])
		return;
	fair->noted_at[slot] = fair->ran_at[slot];
	fair->mark[slot] = fair->polled_at[slot];
	fair->polled_at[slot] = fair->now;
	fair->is_any_marked |= fair->mark[slot];
}

static bool has_to_wait(const struct sim_choice *choice, u32 slot)
{
	if (!fair->mark[slot])
		return false;
	for (u32 i = 0; i < choice->nr; i++) {
		u32 other = choice->steps[i]->slot;

		if (other != slot && fair->ran_at[other] <= fair->mark[slot])
			return true;
	}
	return false;
}

bool fair_is_any(const struct sim_choice *choice)
{
	for (u32 i = 0; i < choice->nr; i++)
		note_poll(choice->steps[i]);
	return !fair->is_any_marked;
}

bool fair_choice(const struct sim_choice *choice, struct fair_choice *to)
{
	u32 nr = 0, self = SIM_SCHEDULE_THREADS;

	for (u32 i = 0; i < choice->nr; i++) {
		if (has_to_wait(choice, choice->steps[i]->slot))
			continue;
		if (i == choice->self)
			self = nr;
		to->places[nr] = i;
		to->steps[nr++] = choice->steps[i];
	}
	to->choice = (struct sim_choice){nr, self < nr ? self : nr, to->steps};
	return nr < choice->nr;
}

bool fair_is_starving(void)
{
	u32 ready = sim_schedule_ready();

	for (u32 slot = 0; slot < NR; slot++) {
		if (!fair->is_on && ready >> slot & 1 &&
		    fair->now - fair->ran_at[slot] > STARVED_STEPS)
			return true;
	}
	return false;
}
