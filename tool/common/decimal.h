/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Picoseconds as decimal text, without floating point and without loss.
 *
 * A time is a whole number of picoseconds and prints in ns with up to three
 * decimals, exactly; a mean is in 1/1024 ns (system/result/means.h), which prints exactly too.
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

/** decimal_mean_ns() - a mean in 1/1024 ns as nanoseconds. Return: @text. */
const char *decimal_mean_ns(char text[DECIMAL_BYTES], u64 mean);

#endif
