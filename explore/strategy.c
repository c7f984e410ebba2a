// SPDX-License-Identifier: GPL-2.0-only
/*
 * See strategy.h. PCT (Burckhardt et al., A randomized scheduler with probabilistic guarantees of
 * finding bugs, ASPLOS 2010): threads have random priorities, the highest that is ready runs, and
 * at d - 1 random decisions the one that runs falls below all. Its k counts the decisions at which
 * that can matter, as trial runs have them: two or more threads are ready, and who runs, and could
 * go on, is about to access what threads share (shared.h).
 */
#include "explore/strategy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "explore/dpor.h"
#include "explore/fair.h"
#include "explore/race.h"
#include "explore/shared.h"
#include "explore/story.h"
#include "sim/sim.h"

#define NAME(ID, name, help) name,
const char *const strategy_point_names[NR_STRATEGY_POINTS + 1] = {
	[SIM_POINT_LOCK] = "lock",     [SIM_POINT_ATOMIC] = "atomic",	[SIM_POINT_LOAD] = "load",
	[SIM_POINT_STORE] = "store",   [SIM_POINT_ENTER] = "reader",	[SIM_POINT_STEP] = "step",
	[SIM_POINT_UNLOCK] = "unlock", [SIM_POINT_RELEASE] = "release", [SIM_POINT_YIELD] = "yield",
};

const char *const strategy_names[] = {STRATEGIES(NAME) NULL};

#define MAX_DEPTH 8
/* Trial runs that learn what is shared; those after them count. */
#define SHARED_RUNS 50

struct strategy {
	struct strategy_setting setting;
	enum strategy_kind kind; /* of this schedule */
	u32 depth;
	u64 random;
	u32 slow_one_in;
	/* pct */
	u32 priority[SIM_SCHEDULE_THREADS];
	u32 change_at[MAX_DEPTH];
	u32 lowest;
	u32 nr_shared; /* decisions that k counts, of this schedule */
	u64 learned_threads, learned_shared, nr_learned, nr_counted;
	u32 seen_threads;
	bool is_learning;
	bool is_cut; /* any schedule was */
	/* dfs: alternatives that have been taken */
	u32 nr_prefix;
	u8 alternative[MAX_CHOICES];
	u8 width[MAX_CHOICES]; /* of those that may be chosen */
	/* replay */
	const struct choices *replayed, *wished;
	u32 wish; /* the next of wished */
	struct choices choices;
};

static struct strategy *strategy;

static u64 next_random(void)
{
	u64 z = (strategy->random += 0x9e3779b97f4a7c15ULL);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

static u32 below(u32 limit)
{
	return (u32)((next_random() >> 32) * limit >> 32);
}

/* --- each --- */

static u32 pick_any(const struct sim_choice *choice)
{
	return below(choice->nr);
}

static u32 pick_slow(const struct sim_choice *choice)
{
	if (choice->self < choice->nr && below(strategy->slow_one_in))
		return choice->self;
	return below(choice->nr);
}

static bool is_shared_decision(const struct sim_choice *choice)
{
	return choice->self < choice->nr && shared_is(choice->steps[choice->self]);
}

static u32 pick_pct(const struct sim_choice *choice)
{
	u32 best = 0;

	for (u32 i = 0; i < choice->nr; i++) {
		u32 slot = choice->steps[i]->slot;

		if (!strategy->priority[slot])
			strategy->priority[slot] = 1000 + below(1u << 20);
		/* Who polls lets the others go first, whatever its priority was. */
		if (fair_gives_way(choice->steps[i]))
			strategy->priority[slot] = --strategy->lowest;
	}
	if (is_shared_decision(choice)) {
		for (u32 i = 0; i + 1 < strategy->depth; i++) {
			if (strategy->change_at[i] == strategy->nr_shared)
				strategy->priority[choice->steps[choice->self]->slot] =
					--strategy->lowest;
		}
		strategy->nr_shared++;
	}
	for (u32 i = 1; i < choice->nr; i++) {
		if (strategy->priority[choice->steps[i]->slot] >
		    strategy->priority[choice->steps[best]->slot])
			best = i;
	}
	return best;
}

/* Alternative 0 is to go on, then the others in order. */
static u32 pick_dfs(const struct sim_choice *choice)
{
	u32 at = strategy->choices.nr;
	u32 first = choice->self < choice->nr ? choice->self : 0;

	if (at >= MAX_CHOICES)
		return first;
	sim_assert(choice->nr);
	if (at >= strategy->nr_prefix)
		strategy->alternative[at] = 0;
	strategy->width[at] = (u8)choice->nr;
	return (first + strategy->alternative[at]) % choice->nr;
}

static u32 pick_replayed(const struct sim_choice *choice)
{
	const struct choices *replayed = strategy->replayed;
	u32 at = strategy->choices.nr;

	if (at < replayed->nr && replayed->at[at].place < choice->nr)
		return replayed->at[at].place;
	return choice->self < choice->nr ? choice->self : 0;
}

/* Who is wished next, or, if he is not ready, the first of the wished that is. */
static u32 pick_wished(const struct sim_choice *choice)
{
	const struct choices *wished = strategy->wished;

	for (; strategy->wish < wished->nr; strategy->wish++) {
		for (u32 i = 0; i < choice->nr; i++) {
			if (choice->steps[i]->slot == wished->at[strategy->wish].slot) {
				strategy->wish++;
				return i;
			}
		}
	}
	return choice->self < choice->nr ? choice->self : 0;
}

static void record(const struct sim_choice *choice, u32 place)
{
	struct choices *choices = &strategy->choices;
	bool may_stay = choice->self < choice->nr;

	if (choices->nr >= MAX_CHOICES) {
		choices->is_cut = true;
		return;
	}
	choices->at[choices->nr++] = (struct chosen){
		.place = (u8)place,
		.slot = choice->steps[place]->slot,
		.is_preemption = may_stay && place != choice->self,
		.may_stay = may_stay,
	};
}

static void learn(const struct sim_choice *choice)
{
	for (u32 i = 0; i < choice->nr; i++)
		strategy->seen_threads |= 1u << choice->steps[i]->slot;
	strategy->nr_shared += is_shared_decision(choice);
}

static u32 pick_one(const struct sim_choice *choice)
{
	switch (strategy->kind) {
	case STRATEGY_RANDOM:
		return pick_any(choice);
	case STRATEGY_PCT:
		return pick_pct(choice);
	case STRATEGY_DFS:
		return pick_dfs(choice);
	default:
		return pick_slow(choice);
	}
}

static u32 __attribute__((noinline)) pick_of_some(const struct sim_choice *choice)
{
	struct fair_choice fair;

	if (!fair_choice(choice, &fair))
		return pick_one(choice);
	return fair.places[fair.choice.nr > 1 ? pick_one(&fair.choice) : 0];
}

/* --- what the schedule asks --- */

static u32 pick_fairly(const struct sim_choice *choice)
{
	u32 place = fair_is_any(choice) ? pick_one(choice) : pick_of_some(choice);

	record(choice, place);
	return place;
}

static u32 pick_learning(const struct sim_choice *choice)
{
	learn(choice);
	return pick_fairly(choice);
}

static u32 pick_dpor(const struct sim_choice *choice)
{
	u32 place = dpor_pick(choice);

	if (place != SIM_PICK_PRUNE)
		record(choice, place);
	return place;
}

static u32 pick_again(const struct sim_choice *choice)
{
	u32 place = strategy->wished ? pick_wished(choice) : pick_replayed(choice);

	record(choice, place);
	return place;
}

/* --- from schedule to schedule --- */

int strategy_init(const struct strategy_setting *setting)
{
	strategy = calloc(1, sizeof(*strategy));
	if (!strategy || fair_init() || shared_init() ||
	    (setting->kind == STRATEGY_DPOR && dpor_init()))
		return -ENOMEM;
	strategy->setting = *setting;
	return 0;
}

static void start_pct(void)
{
	u32 nr_threads, nr_decisions;

	strategy_pct(&nr_threads, &nr_decisions);
	memset(strategy->priority, 0, sizeof(strategy->priority));
	strategy->lowest = 1000;
	for (u32 i = 0; i < MAX_DEPTH; i++)
		strategy->change_at[i] = below(nr_decisions ? nr_decisions : 1);
}

/* By turns: half of the mix are random walks, and each depth of PCT has its share. */
static void choose_kind(u64 nth)
{
	static const u32 rates[] = {5, 10, 20, 50};

	strategy->kind = strategy->setting.kind;
	strategy->depth = strategy->setting.depth;
	strategy->slow_one_in = rates[nth / 8 % 4];
	if (strategy->kind == STRATEGY_MIX) {
		strategy->kind = nth % 2 ? STRATEGY_SLOW : STRATEGY_PCT;
		strategy->depth = 2 + (u32)(nth / 2 % 4);
	}
	if (strategy->is_learning)
		strategy->kind = STRATEGY_SLOW;
}

static void plain_step(const struct sim_step *step)
{
	fair_step(step->slot);
}

static void watched_step(const struct sim_step *step)
{
	/* Up to where it goes wrong, or the threads are joined: what follows is nobody's choice. */
	if (story_is_on && sim_schedule->is_on && race_found()->kind == RACE_NONE)
		story_step(step);
	if (strategy->is_learning)
		shared_learn(step);
	race_step(step);
	fair_step(step->slot);
}

static void dpor_and_watched_step(const struct sim_step *step)
{
	/* Who takes down depends on what workers still do, and is nobody's choice. */
	if (sim_schedule->is_on)
		dpor_step(step);
	watched_step(step);
}

static void both_wake(u32 waker, u32 woken)
{
	dpor_wake(waker, woken);
	race_wake(waker, woken);
}

static void start_dpor(void)
{
	dpor_start();
	sim_schedule->pick = pick_dpor;
	sim_schedule->on_step = dpor_and_watched_step;
	sim_schedule->on_wake = both_wake;
	sim_schedule->kinds = ~(1ULL << SIM_POINT_RELEASE);
	sim_schedule->kinds_if_met = 0;
}

/* For those that are left nothing is called that has nothing to do: this is at each point. */
static void start_plain(void)
{
	bool is_watched = story_is_on || strategy->is_learning || race_is_on;

	sim_schedule->pick = strategy->kind == STRATEGY_REPLAY ? pick_again
			     : strategy->is_learning	       ? pick_learning
							       : pick_fairly;
	sim_schedule->on_step = is_watched ? watched_step : plain_step;
	sim_schedule->on_wake = race_is_on ? race_wake : NULL;
	/*
	 * Reduction wants a step for each access, and none that accesses nothing. Here who waits
	 * for a lock gains nothing by going on before it is released, but who only tries it does.
	 */
	sim_schedule->kinds = ~(1ULL << SIM_POINT_UNLOCK);
	sim_schedule->kinds_if_met = 1ULL << SIM_POINT_UNLOCK;
}

void strategy_start(u64 nth)
{
	strategy->random = strategy->setting.seed * 0x2545f4914f6cdd1dULL +
			   nth * 0x9e3779b97f4a7c15ULL;
	next_random();
	strategy->choices.nr = 0;
	strategy->choices.is_cut = false;
	strategy->seen_threads = 0;
	strategy->wish = 0;
	strategy->nr_shared = 0;
	if (strategy->is_learning)
		shared_start();
	if (strategy->replayed || strategy->wished)
		strategy->kind = STRATEGY_REPLAY;
	else
		choose_kind(nth);
	fair_start(strategy->kind != STRATEGY_DPOR && strategy->kind != STRATEGY_REPLAY);
	if (strategy->kind == STRATEGY_PCT)
		start_pct();
	if (strategy->kind == STRATEGY_DPOR)
		start_dpor();
	else
		start_plain();
	sim_schedule->kinds &= ~strategy->setting.kinds_off;
	sim_schedule->kinds_if_met &= ~strategy->setting.kinds_off;
}

/* The deepest decision that has an alternative within the bound of preemptions. */
static bool next_dfs(void)
{
	const struct choices *choices = &strategy->choices;
	u32 nr_preemptions = 0, deepest = ~0U;

	for (u32 i = 0; i < choices->nr; i++) {
		if (strategy->alternative[i] + 1u < strategy->width[i] &&
		    nr_preemptions + choices->at[i].may_stay <= strategy->setting.depth)
			deepest = i;
		nr_preemptions += choices->at[i].is_preemption;
	}
	if (deepest == ~0U)
		return false;
	strategy->alternative[deepest]++;
	strategy->nr_prefix = deepest + 1;
	return true;
}

bool strategy_end(void)
{
	/* One that did not end has not shown what comes behind. */
	strategy->is_cut |= strategy->choices.is_cut ||
			    sim_schedule->nr_points > sim_schedule->max_points;
	if (strategy->is_learning && ++strategy->nr_learned > SHARED_RUNS) {
		strategy->nr_counted++;
		strategy->learned_shared += strategy->nr_shared;
		strategy->learned_threads += (u32)__builtin_popcount(strategy->seen_threads);
	}
	switch (strategy->kind) {
	case STRATEGY_DFS:
		return next_dfs();
	case STRATEGY_DPOR:
		return dpor_next();
	case STRATEGY_REPLAY:
		return false;
	default:
		return true;
	}
}

bool strategy_is_cut(void)
{
	return strategy->is_cut || (strategy->kind == STRATEGY_DPOR && dpor_is_cut());
}

void strategy_learn(bool is_on)
{
	strategy->is_learning = is_on;
}

void strategy_pct(u32 *nr_threads, u32 *nr_decisions)
{
	u64 nr = strategy->nr_counted ? strategy->nr_counted : 1;

	*nr_threads = (u32)((strategy->learned_threads + nr - 1) / nr);
	*nr_decisions = (u32)((strategy->learned_shared + nr - 1) / nr);
}

struct choices *strategy_choices(void)
{
	return &strategy->choices;
}

void strategy_replay(const struct choices *choices)
{
	strategy->replayed = choices;
}

void strategy_wish(const struct choices *choices)
{
	strategy->wished = choices;
}

const char *strategy_name(void)
{
	return strategy->kind == STRATEGY_REPLAY ? "replay" : strategy_names[strategy->kind];
}
