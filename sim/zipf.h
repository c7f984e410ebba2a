/* SPDX-License-Identifier: GPL-2.0-only */
/* Zipf's law: rank k of n comes up with a probability in proportion to k^-s. Fixed-point only. */
#ifndef SIM_ZIPF_H
#define SIM_ZIPF_H

#include "sim/rng.h"

#define SIM_ZIPF_MAX_RANKS (1ULL << 20)
#define SIM_ZIPF_MAX_MILLI 2000

struct sim_zipf; /* 8 bytes a rank */

/**
 * sim_zipf_create() - in the arena
 * @nr: of ranks, 1 to SIM_ZIPF_MAX_RANKS
 * @exponent_milli: s in 1/1000, 0 (all alike) to SIM_ZIPF_MAX_MILLI
 *
 * Return: NULL without memory.
 */
struct sim_zipf *sim_zipf_create(u64 nr, u64 exponent_milli);
void sim_zipf_destroy(struct sim_zipf *zipf);

/** sim_zipf_draw() - a rank from 0, the most frequent one, on. */
u64 sim_zipf_draw(const struct sim_zipf *zipf, struct sim_rng *rng);

#endif
