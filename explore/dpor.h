/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Dynamic partial-order reduction (Flanagan and Godefroid, POPL 2005) with sleep sets (Godefroid):
 * of the schedules that differ only in the order of independent steps one is run, or few.
 *
 * Two steps depend on each other if they are of overlapping words and one changes them, by the
 * kinds of sim/point.h. Plain accesses are no steps: in a schedule without a data race the order of
 * steps is the order of all that matters, and each schedule is checked for races.
 */
#ifndef EXPLORE_DPOR_H
#define EXPLORE_DPOR_H

#include "sim/schedule/schedule.h"

/** dpor_init() - 0 or -ENOMEM; once. */
int dpor_init(void);
void dpor_start(void);
u32 dpor_pick(const struct sim_choice *choice);
/** dpor_next() - Return: there are schedules left. */
bool dpor_next(void);
/** dpor_is_cut() - some schedule had more decisions than there is room for: not complete. */
bool dpor_is_cut(void);

/* For struct sim_schedule. */
void dpor_step(const struct sim_step *step);
void dpor_wake(u32 waker, u32 woken);

#endif
