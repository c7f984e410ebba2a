/* SPDX-License-Identifier: GPL-2.0-only */
/* Who goes on: strategies over a list of choices, which is what is recorded and replayed. */
#ifndef EXPLORE_STRATEGY_H
#define EXPLORE_STRATEGY_H

#include "sim/schedule/schedule.h"

#define STRATEGIES(X)                                                                              \
	X(MIX, "mix", "slow random walks and PCT of depths 2 to 5, by turns (the default)")        \
	X(SLOW, "slow", "a random walk that switches at one point in 5 to 50")                     \
	X(RANDOM, "random", "at each point any thread that is ready, as likely as another")        \
	X(PCT, "pct", "priorities with d - 1 changes: finds a bug of depth d with 1/(n k^(d-1))")  \
	X(DFS, "dfs", "all schedules with at most d preemptions, one after the other")             \
	X(DPOR, "dpor", "all schedules but those that differ in the order of independent steps")

#define STRATEGY_ID(ID, name, help) STRATEGY_##ID,
enum strategy_kind {
	STRATEGIES(STRATEGY_ID) NR_STRATEGIES,
	STRATEGY_REPLAY = NR_STRATEGIES, /* chosen by strategy_replay() and strategy_wish() */
};
extern const char *const strategy_names[]; /* NULL at the end */

/* Kinds of points that may be left out: by enum sim_point_kind; NULL at the end. */
#define NR_STRATEGY_POINTS 9
extern const char *const strategy_point_names[NR_STRATEGY_POINTS + 1];

#define MAX_CHOICES 16384

struct strategy_setting {
	enum strategy_kind kind;
	u32 depth;
	u64 seed;
	u64 kinds_off; /* bit n: no switch at enum sim_point_kind n */
};

/* A decision: a place among those ready. */
struct chosen {
	u8 place;
	u8 slot; /* who that was */
	bool is_preemption;
	bool may_stay; /* nobody had to give way */
};

/* What was decided in a schedule. */
struct choices {
	u32 nr;
	bool is_cut; /* there were more */
	struct chosen at[MAX_CHOICES];
};

/** strategy_init() - 0 or -ENOMEM. Before machine_open(). */
int strategy_init(const struct strategy_setting *setting);
/** strategy_start() - of schedule number @nth, 1, 2, ... */
void strategy_start(u64 nth);
/** strategy_end() - the schedule is over. Return: there is another to run. */
bool strategy_end(void);
/** strategy_is_cut() - some schedule had more decisions than there is room for: nothing is
 * complete. */
bool strategy_is_cut(void);
/** strategy_learn() - schedules are trial runs, from which PCT has its numbers. */
void strategy_learn(bool is_on);
/** strategy_pct() - n threads and k decisions on what they share, that PCT counts with. */
void strategy_pct(u32 *nr_threads, u32 *nr_decisions);
/** strategy_choices() - of the schedule that has just run, or runs. */
struct choices *strategy_choices(void);
/** strategy_replay() - from now on: these; then whoever runs goes on. */
void strategy_replay(const struct choices *choices);
/** strategy_wish() - from now on: these slots, as far as they are ready; NULL: no more. */
void strategy_wish(const struct choices *choices);
/** strategy_name() - of the schedule that has just run. */
const char *strategy_name(void);

#endif
