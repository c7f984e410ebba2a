// SPDX-License-Identifier: GPL-2.0-only
/* Exact decimal text of times and means; see the header for the rounding rule. */
#include "tool/common/decimal.h"

#include <stdio.h>
#include <string.h>

#include "sim/sim.h"

#define STEPS_PER_NS 1024
#define PS_PER_NS 1000
#define MAX_PARTS 64

const char *decimal_u128_text(char text[DECIMAL_BYTES], decimal_u128 value)
{
	char *at = text + DECIMAL_BYTES - 1;

	*at = 0;
	do {
		*--at = (char)('0' + (int)(value % 10));
		value /= 10;
	} while (value);
	return memmove(text, at, strlen(at) + 1);
}

const char *decimal_scaled(char text[DECIMAL_BYTES], decimal_u128 value, u32 places)
{
	char digits[DECIMAL_BYTES];
	size_t length, zeroes;

	while (places && value % 10 == 0) {
		value /= 10;
		places--;
	}
	decimal_u128_text(digits, value);
	length = strlen(digits);
	/* at least one digit stands before the point: 0.00123 */
	zeroes = length > places ? 0 : places + 1 - length;
	memmove(digits + zeroes, digits, length + 1);
	memset(digits, '0', zeroes);
	length += zeroes;
	snprintf(text, DECIMAL_BYTES, "%.*s%s%s", (int)(length - places), digits, places ? "." : "",
		 digits + length - places);
	return text;
}

const char *decimal_ns(char text[DECIMAL_BYTES], decimal_u128 ps)
{
	return decimal_scaled(text, ps, 3);
}

u64 decimal_mean(decimal_u128 total_ps, u64 count)
{
	decimal_u128 divisor = (decimal_u128)PS_PER_NS * count;

	return count ? (u64)((total_ps * STEPS_PER_NS + divisor / 2) / divisor) : 0;
}

const char *decimal_mean_ns(char text[DECIMAL_BYTES], u64 mean)
{
	/* 1/1024 is 0.0009765625 */
	return decimal_scaled(text, (decimal_u128)mean * 9765625, 10);
}

/* The part with the largest remainder that is not used yet. */
static u32 largest(const decimal_u128 *remainders, const bool *used, u32 nr)
{
	u32 best = nr;

	for (u32 i = 0; i < nr; i++) {
		if (!used[i] && (best == nr || remainders[i] > remainders[best]))
			best = i;
	}
	return best;
}

void decimal_share_means(const struct decimal_shares *shares, u64 *means)
{
	decimal_u128 divisor = (decimal_u128)PS_PER_NS * shares->count;
	decimal_u128 remainders[MAX_PARTS];
	bool used[MAX_PARTS] = {false};
	u64 missing = decimal_mean(shares->whole, shares->count);

	sim_assert(shares->nr <= MAX_PARTS);
	for (u32 i = 0; i < shares->nr; i++) {
		decimal_u128 steps = shares->parts[i] * STEPS_PER_NS;

		means[i] = divisor ? (u64)(steps / divisor) : 0;
		remainders[i] = divisor ? steps % divisor : 0;
		missing -= means[i];
	}
	/* the parts add up to the whole, so at most one step a part is missing */
	sim_assert(missing <= shares->nr);
	for (; missing; missing--) {
		u32 i = largest(remainders, used, shares->nr);

		used[i] = true;
		means[i]++;
	}
}
