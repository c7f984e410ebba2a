/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Picoseconds as decimal text, without floating point and without loss.
 *
 * A time is a whole number of picoseconds and prints in ns with up to three
 * decimals, exactly. A mean is not a whole number; it is rounded to 1/1024 ns,
 * a step below one picosecond that decimal text and a binary double both hold
 * exactly. Stage means are rounded so that they add up to the latency's mean
 * (largest remainder), and so whoever adds them up, in whatever arithmetic,
 * gets that mean to the last digit.
 */
#ifndef TOOL_DECIMAL_H
#define TOOL_DECIMAL_H

#include "sim/hist.h"
#include "sim/types.h"

#define DECIMAL_BYTES 64

typedef unsigned __int128 decimal_u128;

/** decimal_u128_text() - any number in base 10. Return: @text. */
const char *decimal_u128_text(char text[DECIMAL_BYTES], decimal_u128 value);

/** decimal_scaled() - @value / 10^@places, exact, trailing zeroes cut. Return: @text. */
const char *decimal_scaled(char text[DECIMAL_BYTES], decimal_u128 value, u32 places);

/** decimal_ns() - picoseconds as nanoseconds. Return: @text. */
const char *decimal_ns(char text[DECIMAL_BYTES], decimal_u128 ps);

/** decimal_mean() - total of picoseconds over count, in 1/1024 ns, rounded to nearest; 0 / 0 is 0.
 */
u64 decimal_mean(decimal_u128 total_ps, u64 count);

/** decimal_mean_ns() - what decimal_mean() returned, as nanoseconds. Return: @text. */
const char *decimal_mean_ns(char text[DECIMAL_BYTES], u64 mean);

/* A total and its parts, in ps; the parts add up to it. */
struct decimal_shares {
	const decimal_u128 *parts;
	u32 nr;
	decimal_u128 whole;
	u64 count; /* of what the total is of */
};

/**
 * decimal_share_means() - means of parts that add up to the mean of the whole
 * @means: filled, in 1/1024 ns, one a part; their sum is decimal_mean(whole, count)
 *
 * Each part is rounded down, then the parts with the largest remainders (the
 * first of equal ones) are rounded up instead until the sum fits. No part is
 * off by 1/1024 ns or more.
 */
void decimal_share_means(const struct decimal_shares *shares, u64 *means);

#endif
