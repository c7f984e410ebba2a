/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Means of durations. A mean is no whole number of picoseconds; it is rounded to
 * 1/1024 ns, a step below one picosecond that decimal text and a binary double both hold
 * exactly. Means of parts are rounded so that they add up to the mean of the whole
 * (largest remainder), and so whoever adds them up, in whatever arithmetic, gets
 * that mean to the last digit.
 */
#ifndef SYSTEM_RESULT_MEANS_H
#define SYSTEM_RESULT_MEANS_H

#include "sim/types.h"

/** sys_mean() - total of picoseconds over count, in 1/1024 ns, rounded to nearest; 0 / 0 is 0. */
u64 sys_mean(unsigned __int128 total_ps, u64 count);

/**
 * sys_part_means() - means of parts that add up to the mean of the whole
 * @parts: totals of @nr parts in ps; they add up to the whole
 * @means: filled, in 1/1024 ns; their sum is sys_mean(whole, @count)
 *
 * Each part is rounded down, then the parts with the largest remainders (the
 * first of equal ones) are rounded up instead until the sum fits. No part is
 * off by 1/1024 ns or more.
 */
void sys_part_means(const unsigned __int128 *parts, u32 nr, u64 count, u64 *means);

#endif
