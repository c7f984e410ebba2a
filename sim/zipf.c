// SPDX-License-Identifier: GPL-2.0-only
/* Zipf's law by a table of sums and a binary search in it. */
#include "sim/zipf.h"

#include "sim/arena.h"
#include "sim/fixed.h"

/* Of the weight of rank 1: 2^20 of them stay below 2^63, and the least is 8 of these units. */
#define WEIGHT_BITS 43

struct sim_zipf {
	u64 nr;
	u64 sums[]; /* weights of this rank and of those before it */
};

/* @rank^-s, in 1/2^WEIGHT_BITS, for @rank from 1 on. */
static u64 weight(u64 rank, u64 exponent_milli)
{
	/* -ln(1 - w) with 1 - w = 1 / rank */
	struct sim_fixed ln = sim_fixed_neg_ln_1m(rank == 1 ? 0 : 0 - (~0ULL / rank));
	/* s ln(rank), in 1/2^40: below 2^46 */
	u64 power = sim_fixed_scale(ln, exponent_milli * (1ULL << 40) / 1000);

	return sim_fixed_exp_neg((struct sim_fixed){power, 40}) >> (63 - WEIGHT_BITS);
}

struct sim_zipf *sim_zipf_create(u64 nr, u64 exponent_milli)
{
	struct sim_zipf *zipf = sim_alloc(sizeof(*zipf) + nr * sizeof(zipf->sums[0]));
	u64 sum = 0;

	if (!zipf)
		return NULL;
	zipf->nr = nr;
	for (u64 i = 0; i < nr; i++) {
		sum += weight(i + 1, exponent_milli);
		zipf->sums[i] = sum;
	}
	return zipf;
}

void sim_zipf_destroy(struct sim_zipf *zipf)
{
	sim_free(zipf);
}

u64 sim_zipf_draw(const struct sim_zipf *zipf, struct sim_rng *rng)
{
	u64 at = sim_rng_below(rng, zipf->sums[zipf->nr - 1]), low = 0, high = zipf->nr - 1;

	while (low < high) {
		u64 middle = low + (high - low) / 2;

		if (zipf->sums[middle] > at)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}
