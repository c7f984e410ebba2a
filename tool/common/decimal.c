// SPDX-License-Identifier: GPL-2.0-only
/* Exact decimal text of times and means. */
#include "tool/common/decimal.h"

#include <stdio.h>
#include <string.h>

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

const char *decimal_mean_ns(char text[DECIMAL_BYTES], u64 mean)
{
	/* 1/1024 is 0.0009765625 */
	return decimal_scaled(text, (decimal_u128)mean * 9765625, 10);
}
