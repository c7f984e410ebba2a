// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random streams: xoshiro256** (Blackman and Vigna 2018), its state filled by
 * splitmix64 from the seed and a hash (FNV-1a) of the stream's name.
 */
#include "sim/rng.h"
#include "sim/fixed.h"
#include "sim/sim.h"

static u64 rotate_left(u64 x, u32 by)
{
	return x << by | x >> (64 - by);
}

static u64 splitmix64(u64 *state)
{
	u64 z = *state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

static u64 hash_name(const char *name)
{
	u64 hash = 0xcbf29ce484222325ULL;

	for (; *name; name++)
		hash = (hash ^ (u8)*name) * 0x100000001b3ULL;
	return hash;
}

void sim_rng_init(struct sim_rng *rng, u64 seed, const char *name)
{
	/* The seed is mixed first: seed 1 of a name is not near seed 2. */
	u64 state = splitmix64(&seed) ^ hash_name(name);
	int i;

	for (i = 0; i < 4; i++)
		rng->s[i] = splitmix64(&state);
}

u64 sim_rng_u64(struct sim_rng *rng)
{
	u64 *s = rng->s;
	u64 result = rotate_left(s[1] * 5, 7) * 9;
	u64 t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate_left(s[3], 45);
	return result;
}

/* The high half of a product; the few draws that favour some results are redone. */
u64 sim_rng_below(struct sim_rng *rng, u64 limit)
{
	unsigned __int128 product;
	u64 uneven;

	sim_assert(limit);
	product = (unsigned __int128)sim_rng_u64(rng) * limit;
	if ((u64)product >= limit)
		return (u64)(product >> 64);
	uneven = (0 - limit) % limit;
	while ((u64)product < uneven)
		product = (unsigned __int128)sim_rng_u64(rng) * limit;
	return (u64)(product >> 64);
}

u64 sim_rng_exp_ps(struct sim_rng *rng, u64 mean_ps)
{
	sim_assert(mean_ps < 1ULL << 56);
	return sim_fixed_scale(sim_fixed_neg_ln_1m(sim_rng_u64(rng)), mean_ps);
}

bool sim_rng_chance(struct sim_rng *rng, u64 numerator, u64 denominator)
{
	return sim_rng_below(rng, denominator) < numerator;
}
