/* SPDX-License-Identifier: GPL-2.0-only */
/* One simulated machine: start, end, and assertions that say where in time. */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include "sim/types.h"

/**
 * sim_init() - create the arena and an empty machine at time 0
 * @seed: seed of every random stream
 * @arena_bytes: see sim_arena_create(); 0 for the default of 128 GiB of address
 *	space
 *
 * Return: 0, -EBUSY, -ENOMEM.
 */
int sim_init(__u64 seed, __u64 arena_bytes);

/**
 * sim_finish() - throw the machine away; accepts that there is none
 * Context: outside of events and threads.
 */
void sim_finish(void);

/** sim_seed() - the seed of this machine. */
__u64 sim_seed(void);

/* A bug in iopfsim, never a guest's or a user's mistake. On in every build. */
#define sim_assert(cond)                                                                           \
	do {                                                                                       \
		if (__builtin_expect(!(cond), 0))                                                  \
			sim_assert_failed(#cond, __FILE__, __LINE__, __func__);                    \
	} while (0)

/* Prints condition, seed, simulated time and event number; aborts. */
void sim_assert_failed(const char *cond, const char *file, int line, const char *func)
	__attribute__((__noreturn__));

#endif
