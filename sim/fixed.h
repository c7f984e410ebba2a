/* SPDX-License-Identifier: GPL-2.0-only */
/* Fixed-point logarithm and exponential: the same bits on every machine. */
#ifndef SIM_FIXED_H
#define SIM_FIXED_H

#include "sim/types.h"

/* mantissa / 2^fraction_bits */
struct sim_fixed {
	u64 mantissa; /* below 2^64 */
	u32 fraction_bits;
};

/**
 * sim_fixed_neg_ln_1m() - -ln(1 - @w / 2^64)
 * @w: any u64
 *
 * Return: relative error below 2^-50; 0 for @w 0.
 */
struct sim_fixed sim_fixed_neg_ln_1m(u64 w);

/**
 * sim_fixed_exp_neg() - e^-@value, in 1/2^63
 * @value: fraction_bits up to 56
 *
 * Return: absolute error below 2^-54.
 */
u64 sim_fixed_exp_neg(struct sim_fixed value);

/** sim_fixed_scale() - @value times @factor (below 2^56), rounded to nearest. */
u64 sim_fixed_scale(struct sim_fixed value, u64 factor);

#endif
