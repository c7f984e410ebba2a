/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Costs: a time that is the same whenever it is paid, or one drawn from a
 * distribution that is stated by quantiles.
 *
 * Between two quantiles the time is linear in -ln(1 - p): straight on an axis of
 * nines, as the tail of an exponential is. Only up to quantile 100, which has no
 * place on that axis, it is linear in p. Below the first quantile the time is
 * that quantile's, and above the last that one's: nothing is drawn that is less
 * or more than what was stated.
 *
 * Each distribution draws from a stream of its own, "cost NAME". A constant
 * draws nothing.
 */
#ifndef SIM_DIST_H
#define SIM_DIST_H

#include "sim/cpu.h"
#include "sim/types.h"

#define SIM_DIST_MAX_QUANTILES 16
#define SIM_DIST_NAME_BYTES 64
#define SIM_MAX_DISTS 64

/* Parts of 1 %: a quantile has six decimal places. */
#define SIM_DIST_PER_PERCENT 1000000ULL

/*
 * A cost, the value of a parameter with unit COST: picoseconds below 2^63, or this
 * plus the number of a distribution.
 */
#define SIM_COST_DIST (1ULL << 63)

struct sim_quantile {
	u64 parts; /* of a millionth of a percent; at most 100 * SIM_DIST_PER_PERCENT */
	u64 ps;	   /* below 2^63 */
};

struct sim_dist {
	char name[SIM_DIST_NAME_BYTES];			       /* of its stream */
	u32 nr_quantiles;				       /* 1 or more */
	struct sim_quantile quantiles[SIM_DIST_MAX_QUANTILES]; /* parts rise, ps do not fall */
};

/**
 * sim_dists_init() - the distributions that costs may name from now on
 * @dists: copied; cost SIM_COST_DIST + i is @dists[i]
 * @nr: at most SIM_MAX_DISTS
 * Context: once, after sim_init(), outside of threads. A machine whose costs
 * are all constants does without.
 *
 * Return: 0; -ENOMEM.
 */
int sim_dists_init(const struct sim_dist *dists, u32 nr);

/**
 * sim_dist_at() - the quantile of @dist at @w / 2^64
 * Context: anywhere; needs no machine.
 */
u64 sim_dist_at(const struct sim_dist *dist, u64 w);

/** sim_dist_draw() - the next time of the distribution that @cost names. */
u64 sim_dist_draw(u64 cost);

/** sim_cost_ps() - what @cost is this time, ps. Context: anywhere. */
static inline u64 sim_cost_ps(u64 cost)
{
	return __builtin_expect(cost < SIM_COST_DIST, 1) ? cost : sim_dist_draw(cost);
}

/** sim_charge_cost() - sim_charge() what @cost is this time. */
static inline void sim_charge_cost(u64 cost)
{
	sim_charge(sim_cost_ps(cost));
}

/** sim_charge_costs() - the same @nr times, each drawn for itself. */
static inline void sim_charge_costs(u64 cost, u64 nr)
{
	if (__builtin_expect(cost < SIM_COST_DIST, 1)) {
		sim_charge(cost * nr);
		return;
	}
	while (nr--)
		sim_charge(sim_dist_draw(cost));
}

#endif
