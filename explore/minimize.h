/* SPDX-License-Identifier: GPL-2.0-only */
/* Of a schedule that fails, one that fails as well with fewer switches. */
#ifndef EXPLORE_MINIMIZE_H
#define EXPLORE_MINIMIZE_H

#include "explore/machine.h"
#include "explore/strategy.h"

/**
 * minimize() - @choices, which come to @kind, in place
 * @max_runs: schedules that it may try
 * Return: how many it has tried.
 */
u32 minimize(struct choices *choices, enum finding_kind kind, u32 max_runs);

/** minimize_switches() - how often a thread had to make room that could have gone on. */
u32 minimize_switches(const struct choices *choices);

#endif
