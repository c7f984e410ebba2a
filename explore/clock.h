/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Vector clocks: what of each thread comes before where a thread is, or before what was left at a
 * place that synchronizes. Of one schedule.
 */
#ifndef EXPLORE_CLOCK_H
#define EXPLORE_CLOCK_H

#include "sim/schedule/schedule.h"

/* Of a schedule: fewer releases than it may have points. */
typedef u16 clock_half __attribute__((__vector_size__(16)));

union clocks {
	u16 of[SIM_SCHEDULE_THREADS];
	clock_half half[2];
};

_Static_assert(SIM_SCHEDULE_THREADS == 16, "a clock is two halves of eight");

/** clock_init() - 0 or -ENOMEM; once. */
int clock_init(void);
/** clock_start() - a schedule begins: nobody knows of anybody. */
void clock_start(void);
/** clock_of() - of the thread in @slot. */
union clocks *clock_of(u32 slot);
/** clock_at() - of what was left at @addr; nothing was: zeros. Valid until the next call. */
union clocks *clock_at(const volatile void *addr);

static inline void clock_join(union clocks *to, const union clocks *from)
{
	for (u32 i = 0; i < 2; i++) {
		clock_half a = to->half[i], b = from->half[i], is_later = (clock_half)(a > b);

		to->half[i] = (a & is_later) | (b & ~is_later);
	}
}

#endif
