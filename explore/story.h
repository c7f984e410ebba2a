/* SPDX-License-Identifier: GPL-2.0-only */
/* A schedule told step by step, each thread in a column, with file and line. */
#ifndef EXPLORE_STORY_H
#define EXPLORE_STORY_H

#include <stdio.h>

#include "sim/schedule/schedule.h"

/** story_init() - 0 or -ENOMEM. Before machine_open(). */
int story_init(void);
/** story_begin() - the next schedule is written down. */
void story_begin(void);
/** story_step() - for struct sim_schedule: in front of who listens else. */
void story_step(const struct sim_step *step);
/** story_end() - no more is written down. */
void story_end(void);
/** story_hash() - of what was written down: kinds, sizes and threads of all steps, no address. */
u64 story_hash(void);
/** story_print() - what was. Who began running where others could is marked. */
void story_print(FILE *out);

extern bool story_is_on;

#endif
