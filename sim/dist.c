// SPDX-License-Identifier: GPL-2.0-only
/*
 * Times drawn from distributions: the inverse of the distribution function at a
 * uniform random number, piece by piece between the quantiles, in fixed point.
 */
#include "sim/dist.h"
#include "sim/arena.h"
#include "sim/core.h"
#include "sim/fixed.h"
#include "sim/sim.h"
#include <errno.h>
#include <string.h>

#define ALL_PARTS (100 * SIM_DIST_PER_PERCENT)
/* -ln(1 - w / 2^64) is below 45, so 58 bits behind the point fit. */
#define NINES_BITS 58

typedef unsigned __int128 u128;

/* One distribution of a machine. */
struct dist {
	struct sim_dist stated;
	struct sim_rng rng;
};

struct sim_dists {
	u32 nr;
	struct dist dists[];
};

/* @parts as a share of 2^64; those of 100 % have none. */
static u64 share_of(u64 parts)
{
	return (u64)(((u128)parts << 64) / ALL_PARTS);
}

/* -ln(1 - @w / 2^64) with NINES_BITS behind the point. */
static u64 nines(u64 w)
{
	struct sim_fixed value = sim_fixed_neg_ln_1m(w);
	u32 shift = value.fraction_bits - NINES_BITS;

	return shift < 64 ? value.mantissa >> shift : 0;
}

/* From @low to @high, as @at lies in 0 to @width. */
static u64 between(const struct sim_quantile *low, const struct sim_quantile *high, u128 at,
		   u128 width)
{
	u64 rise_ps = high->ps - low->ps;

	sim_assert(width); /* parts rise */
	/* 2^63 times 2^64 fits */
	return low->ps + (u64)((rise_ps * at + width / 2) / width);
}

static u64 piece_at(const struct sim_quantile *low, const struct sim_quantile *high, u64 w)
{
	u64 from = share_of(low->parts);

	if (high->parts == ALL_PARTS)
		return between(low, high, w - from, ((u128)1 << 64) - from);
	return between(low, high, nines(w) - nines(from),
		       nines(share_of(high->parts)) - nines(from));
}

u64 sim_dist_at(const struct sim_dist *dist, u64 w)
{
	const struct sim_quantile *quantiles = dist->quantiles;
	u32 last = dist->nr_quantiles - 1;

	if (w <= share_of(quantiles[0].parts))
		return quantiles[0].ps;
	for (u32 i = 1; i <= last; i++) {
		if (quantiles[i].parts == ALL_PARTS || w <= share_of(quantiles[i].parts))
			return piece_at(&quantiles[i - 1], &quantiles[i], w);
	}
	return quantiles[last].ps;
}

u64 sim_dist_draw(u64 cost)
{
	struct sim_dists *dists = sim_core->dists;
	u64 number = cost - SIM_COST_DIST;

	sim_assert(dists && number < dists->nr);
	return sim_dist_at(&dists->dists[number].stated, sim_rng_u64(&dists->dists[number].rng));
}

static void dist_init(struct dist *dist, const struct sim_dist *stated)
{
	char stream[SIM_DIST_NAME_BYTES + 8] = "cost ";

	dist->stated = *stated;
	strncat(stream, stated->name, SIM_DIST_NAME_BYTES - 1);
	sim_rng_init(&dist->rng, sim_core->seed, stream);
}

int sim_dists_init(const struct sim_dist *dists, u32 nr)
{
	struct sim_dists *own;

	sim_assert(!sim_core->dists && nr <= SIM_MAX_DISTS);
	if (!nr)
		return 0;
	own = sim_alloc(sizeof(*own) + nr * sizeof(own->dists[0]));
	if (!own)
		return -ENOMEM;
	own->nr = nr;
	for (u32 i = 0; i < nr; i++)
		dist_init(&own->dists[i], &dists[i]);
	sim_core->dists = own;
	return 0;
}
