// SPDX-License-Identifier: GPL-2.0-only
/*
 * A bijection of the numbers below the next power of two, made of such: to multiply by an odd
 * number, to add, to fold the upper half of the bits onto the lower. What it takes out of
 * [0, nr) it is applied to again, until it is back: still a bijection.
 */
#include "sim/scatter.h"

#define NR_ROUNDS 3

void sim_scatter_init(struct sim_scatter *scatter, u64 nr, struct sim_rng *rng)
{
	u32 bits = 1;

	while ((1ULL << bits) < nr)
		bits++;
	scatter->nr = nr;
	scatter->mask = (1ULL << bits) - 1;
	scatter->shift = bits / 2 + 1;
	scatter->factor = sim_rng_u64(rng) | 1;
	scatter->offset = sim_rng_u64(rng);
}

static u64 scramble(const struct sim_scatter *scatter, u64 value)
{
	for (u32 i = 0; i < NR_ROUNDS; i++) {
		value = (value * scatter->factor + scatter->offset) & scatter->mask;
		value ^= value >> scatter->shift;
	}
	return value;
}

u64 sim_scatter_at(const struct sim_scatter *scatter, u64 index)
{
	do
		index = scramble(scatter, index);
	while (index >= scatter->nr);
	return index;
}
