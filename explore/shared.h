/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What threads share: words that two of them access in a schedule, one of them changing it. Learned
 * in trial runs. Only at steps on these does it matter who goes first.
 */
#ifndef EXPLORE_SHARED_H
#define EXPLORE_SHARED_H

#include "sim/schedule/schedule.h"

/** shared_init() - 0 or -ENOMEM; once. */
int shared_init(void);
/** shared_start() - a trial run begins. */
void shared_start(void);
/** shared_learn() - a step of a trial run. */
void shared_learn(const struct sim_step *step);
/** shared_is() - is @step on what is shared? So is what no trial run has come to. */
bool shared_is(const struct sim_step *step);
/** step_accesses(), step_reads() - anything; without changing it. */
bool step_accesses(const struct sim_step *step);
bool step_reads(const struct sim_step *step);

#endif
