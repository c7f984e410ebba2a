// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fixed-point logarithm by the series of the inverse hyperbolic tangent:
 *
 *	-ln(1 - d) = 2 atanh(z), z = d / (2 - d)
 *	atanh(z) = z (1 + z^2/3 + z^4/5 + ...)
 *
 * 1 - w/2^64 is written as (1 - d) 2^-e with d at most 1/2, so z is at most
 * 1/3 and both -ln(1 - d) and e ln 2 are positive: nothing cancels. While e is
 * 0, d is kept normalized, so that the error stays relative down to d = 2^-64.
 */
#include "sim/fixed.h"

/* ln 2 = 0.693147180559945309417..., times 2^58, rounded. */
#define LN2_Q58 199786072581291495ULL

/* 2^63 / (2k + 1). 3^-36 / 37 is below 2^-62. */
#define NR_TERMS 18
#define TERM(k) ((1ULL << 63) / (2 * (k) + 1))

static const u64 terms_q63[NR_TERMS] = {
	TERM(0), TERM(1),  TERM(2),  TERM(3),  TERM(4),	 TERM(5),  TERM(6),  TERM(7),  TERM(8),
	TERM(9), TERM(10), TERM(11), TERM(12), TERM(13), TERM(14), TERM(15), TERM(16), TERM(17),
};

static u64 mul_high(u64 a, u64 b)
{
	return (u64)((unsigned __int128)a * b >> 64);
}

/* 1 + z^2/3 + z^4/5 + ... in Q63 for z in Q64. */
static u64 series_q63(u64 z_q64)
{
	u64 zz_q64 = mul_high(z_q64, z_q64);
	u64 sum_q63 = 0;
	int k;

	for (k = NR_TERMS - 1; k >= 0; k--)
		sum_q63 = terms_q63[k] + mul_high(sum_q63, zz_q64);
	return sum_q63;
}

/* -ln(1 - d) for d = @d_q64 / 2^64, not 0, at most 1/2. */
static struct sim_fixed neg_ln_1m_small(u64 d_q64)
{
	u32 shift = __builtin_clzll(d_q64);
	/* (2 - d) 2^63: 1.5 times 2^63 or more, rounded to stay below 2^64. */
	u64 divisor = 0 - ((d_q64 + 1) >> 1);
	/* z 2^(64 + shift), between 2^62 and 2^64. */
	u64 z = (u64)(((unsigned __int128)(d_q64 << shift) << 63) / divisor);

	return (struct sim_fixed){
		.mantissa = mul_high(z, series_q63(z >> shift)),
		.fraction_bits = 62 + shift,
	};
}

struct sim_fixed sim_fixed_neg_ln_1m(u64 w)
{
	struct sim_fixed small = {0, 58};
	u64 rest, d_q64;
	u32 halvings;

	if (!w)
		return small;
	if (w <= 1ULL << 63)
		return neg_ln_1m_small(w);
	rest = 0 - w; /* 2^64 - w, below 2^63 */
	halvings = __builtin_clzll(rest);
	d_q64 = 0 - (rest << halvings);
	if (d_q64)
		small = neg_ln_1m_small(d_q64);
	return (struct sim_fixed){
		.mantissa = halvings * LN2_Q58 +
			    (small.fraction_bits - 58 > 63
				     ? 0
				     : small.mantissa >> (small.fraction_bits - 58)),
		.fraction_bits = 58,
	};
}

u64 sim_fixed_scale(struct sim_fixed value, u64 factor)
{
	unsigned __int128 product = (unsigned __int128)value.mantissa * factor;
	unsigned __int128 half = (unsigned __int128)1 << (value.fraction_bits - 1);

	return (u64)((product + half) >> value.fraction_bits);
}

/*
 * e^-x is 2^-n e^-y with y below ln 2, and the series of e^-y is written so that nothing but
 * differences from 1 are taken: 1 - y (1 - y/2 (1 - y/3 (...))).
 */
#define NR_EXP_TERMS 20

static u64 exp_neg_small_q63(u64 y_q63)
{
	const u64 one = 1ULL << 63;
	u64 sum = one;

	for (u32 k = NR_EXP_TERMS; k >= 1; k--)
		sum = one - 2 * mul_high(y_q63 / k, sum);
	return sum;
}

u64 sim_fixed_exp_neg(struct sim_fixed value)
{
	unsigned __int128 x_q58 = (unsigned __int128)value.mantissa << (58 - value.fraction_bits);
	u64 halvings = (u64)(x_q58 / LN2_Q58), y_q58 = (u64)(x_q58 % LN2_Q58);

	return halvings > 63 ? 0 : exp_neg_small_q63(y_q58 << 5) >> halvings;
}
