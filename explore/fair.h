/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A schedule that is fair: nobody polls again and again while somebody else could go on and does
 * not. So what never ends is a livelock, and not a schedule that let only one thread run.
 */
#ifndef EXPLORE_FAIR_H
#define EXPLORE_FAIR_H

#include "sim/schedule/schedule.h"

/** fair_init() - 0 or -ENOMEM; once. */
int fair_init(void);
/** fair_start() - a schedule begins; @is_on: fair_choice() will be asked. */
void fair_start(bool is_on);
/** fair_step() - the thread in @slot goes on. */
void fair_step(u32 slot);
/** fair_gives_way() - does the thread of @step, one of those ready, let the others go first? */
bool fair_gives_way(const struct sim_step *step);

/** fair_is_any() - may any of those in @choice be chosen? To be asked at each, and first. */
bool fair_is_any(const struct sim_choice *choice);

struct fair_choice {
	struct sim_choice choice;
	const struct sim_step *steps[SIM_SCHEDULE_THREADS];
	u32 places[SIM_SCHEDULE_THREADS]; /* in the choice that it is of */
};

/**
 * fair_choice() - who of those in @choice may be chosen, where not any may
 * Return: not all: choose in @fair, which is filled.
 */
bool fair_choice(const struct sim_choice *choice, struct fair_choice *fair);

/** fair_is_starving() - off, and somebody could have gone on for long, and has not. */
bool fair_is_starving(void);

#endif
