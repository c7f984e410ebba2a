/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random streams: every component draws from its own named stream, so that
 * adding a component does not change what the others see. Integer and
 * fixed-point only: the same bits on every machine.
 */
#ifndef SIM_RNG_H
#define SIM_RNG_H

#include "sim/types.h"

struct sim_rng {
	u64 s[4]; /* xoshiro256** */
};

/**
 * sim_rng_init() - stream @name of @seed
 * @name: any text; the same seed and name give the same stream
 */
void sim_rng_init(struct sim_rng *rng, u64 seed, const char *name);

/** sim_rng_u64() - uniform over all u64. */
u64 sim_rng_u64(struct sim_rng *rng);

/** sim_rng_below() - uniform in [0, @limit), unbiased; @limit is 1 or more. */
u64 sim_rng_below(struct sim_rng *rng, u64 limit);

/**
 * sim_rng_exp_ps() - exponentially distributed duration
 * @mean_ps: mean, below 2^56
 *
 * -ln(u) by a fixed-point logarithm of our own, relative error below 2^-30, then
 * rounded to whole picoseconds. At most 44.4 times the mean.
 */
u64 sim_rng_exp_ps(struct sim_rng *rng, u64 mean_ps);

/** sim_rng_chance() - true with probability @numerator / @denominator (1 or more). */
bool sim_rng_chance(struct sim_rng *rng, u64 numerator, u64 denominator);

#endif
