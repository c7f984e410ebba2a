/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lock order, as lockdep has it: two classes that are taken one inside the other in both ways, also
 * over others and in different schedules, can deadlock, whether or not they did.
 */
#ifndef EXPLORE_ORDER_H
#define EXPLORE_ORDER_H

/** order_init() - 0 or -ENOMEM; once. */
int order_init(void);
/* For struct sim_schedule. */
void order_nesting(const char *outer, const char *inner);
/** order_found() - a circle, in words; NULL: none. Stays. */
const char *order_found(void);

#endif
