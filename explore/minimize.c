// SPDX-License-Identifier: GPL-2.0-only
/*
 * See minimize.h. A schedule is a row of turns: who runs, for how many decisions. Two turns of a
 * thread become one, the earlier or the later, what was between them comes after or before; if
 * the schedule that this makes fails as before, with fewer switches, it is the one from then on.
 */
#include "explore/minimize.h"

#include <stdlib.h>
#include <string.h>

struct turns {
	u32 nr;
	u8 slot[MAX_CHOICES];
	u32 length[MAX_CHOICES];
};

static void turns_of(const struct choices *choices, struct turns *turns)
{
	turns->nr = 0;
	for (u32 i = 0; i < choices->nr; i++) {
		if (i && choices->at[i].slot == choices->at[i - 1].slot) {
			turns->length[turns->nr - 1]++;
			continue;
		}
		turns->slot[turns->nr] = choices->at[i].slot;
		turns->length[turns->nr++] = 1;
	}
}

static void slots_of(const struct turns *turns, struct choices *choices)
{
	choices->nr = 0;
	for (u32 i = 0; i < turns->nr; i++) {
		for (u32 n = 0; n < turns->length[i] && choices->nr < MAX_CHOICES; n++)
			choices->at[choices->nr++].slot = turns->slot[i];
	}
}

static void drop(struct turns *turns, u32 at)
{
	memmove(&turns->slot[at], &turns->slot[at + 1], turns->nr - at - 1);
	memmove(&turns->length[at], &turns->length[at + 1],
		(turns->nr - at - 1) * sizeof(turns->length[0]));
	turns->nr--;
}

/* The turn @at and the thread's next one become one. Return: it has another. */
static bool unite(struct turns *turns, u32 at, bool is_early)
{
	u32 next = at + 1;

	while (next < turns->nr && turns->slot[next] != turns->slot[at])
		next++;
	if (next >= turns->nr)
		return false;
	turns->length[is_early ? at : next] += turns->length[is_early ? next : at];
	drop(turns, is_early ? next : at);
	return true;
}

u32 minimize_switches(const struct choices *choices)
{
	u32 nr = 0;

	for (u32 i = 0; i < choices->nr; i++)
		nr += choices->at[i].is_preemption;
	return nr;
}

struct work {
	struct turns turns, tried;
	struct choices wish;
	struct finding finding;
	u32 nr_runs;
};

/* Does it fail as before with fewer switches? Then it is @choices. */
static bool is_better(struct work *work, struct choices *choices, enum finding_kind kind)
{
	const struct choices *ran;

	slots_of(&work->tried, &work->wish);
	strategy_wish(&work->wish);
	strategy_start(0);
	work->nr_runs++;
	machine_run(&work->finding);
	ran = strategy_choices();
	if (work->finding.kind != kind || ran->is_cut ||
	    minimize_switches(ran) >= minimize_switches(choices))
		return false;
	*choices = *ran;
	return true;
}

static bool improve(struct work *work, struct choices *choices, enum finding_kind kind,
		    u32 max_runs)
{
	turns_of(choices, &work->turns);
	for (u32 at = 0; at < work->turns.nr; at++) {
		for (u32 way = 0; way < 2; way++) {
			work->tried = work->turns;
			if (work->nr_runs >= max_runs || !unite(&work->tried, at, way))
				continue;
			if (is_better(work, choices, kind))
				return true;
		}
	}
	return false;
}

u32 minimize(struct choices *choices, enum finding_kind kind, u32 max_runs)
{
	struct work *work = calloc(1, sizeof(*work));
	u32 nr_runs;

	if (!work)
		return 0;
	while (improve(work, choices, kind, max_runs))
		;
	nr_runs = work->nr_runs;
	free(work);
	return nr_runs;
}
