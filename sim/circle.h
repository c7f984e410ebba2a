/* SPDX-License-Identifier: GPL-2.0-only */
/* Threads that wait for each other's locks: the circle of a deadlock. */
#ifndef SIM_CIRCLE_H
#define SIM_CIRCLE_H

#include "sim/types.h"

#define SIM_CIRCLE_THREADS 9 /* and no more, that are known of one */

struct sim_thread;

/**
 * sim_circle_next() - the next circle of threads each of which waits for a lock that the next has
 * @thread: the one that was returned before; NULL starts
 * @text: who waits for which lock, asked for where, who has it, taken where: a line each
 * Context: where nothing else is left to happen: then it is a deadlock.
 *
 * Return: one of them; NULL: there are no more.
 */
const struct sim_thread *sim_circle_next(const struct sim_thread *thread, char *text, size_t bytes);

#endif
