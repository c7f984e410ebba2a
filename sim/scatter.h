/* SPDX-License-Identifier: GPL-2.0-only */
/* A scrambled order of numbers: each of [0, nr) once, without a table. */
#ifndef SIM_SCATTER_H
#define SIM_SCATTER_H

#include "sim/rng.h"

struct sim_scatter {
	u64 nr, mask;
	u32 shift;
	u64 factor, offset;
};

/** sim_scatter_init() - an order of @nr numbers, 1 to 2^62, drawn from @rng. */
void sim_scatter_init(struct sim_scatter *scatter, u64 nr, struct sim_rng *rng);

/** sim_scatter_at() - the number at place @index, below nr: another for each place. */
u64 sim_scatter_at(const struct sim_scatter *scatter, u64 index);

#endif
