/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Vector clocks: what of each thread comes before where a thread is, or before what was left at a
 * place that synchronizes. Of one schedule.
 */
#ifndef EXPLORE_CLOCK_H
#define EXPLORE_CLOCK_H

#include "sim/schedule/schedule.h"

/* Of a schedule: fewer releases than it may have points. */
struct clocks {
	u16 of[SIM_SCHEDULE_THREADS];
} __attribute__((__aligned__(16)));

/** clock_init() - 0 or -ENOMEM; once. */
int clock_init(void);
/** clock_start() - a schedule begins: nobody knows of anybody. */
void clock_start(void);
/** clock_of() - of the thread in @slot. */
struct clocks *clock_of(u32 slot);
/** clock_at() - of what was left at @addr; nothing was: zeros. Valid until the next call. */
struct clocks *clock_at(const volatile void *addr);

/* No branch in it: the compiler makes it a few instructions on all of them. */
static inline void clock_join(struct clocks *to, const struct clocks *from)
{
	for (u32 i = 0; i < SIM_SCHEDULE_THREADS; i++)
		to->of[i] = to->of[i] > from->of[i] ? to->of[i] : from->of[i];
}

#endif
