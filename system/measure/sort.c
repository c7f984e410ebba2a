// SPDX-License-Identifier: GPL-2.0-only
/* Radix sort, the lowest byte first; a byte that is the same in all is passed over. */
#include "system/measure/sort.h"

#include <string.h>

#define NR_DIGITS 256

static u32 digit(u64 value, u32 byte)
{
	return value >> 8 * byte & (NR_DIGITS - 1);
}

/* Where the values of each digit begin. Return: is there more than one digit? */
static bool count_digits(u64 starts[NR_DIGITS], const u64 *values, u64 nr, u32 byte)
{
	u64 counts[NR_DIGITS] = {0}, sum = 0;

	for (u64 i = 0; i < nr; i++)
		counts[digit(values[i], byte)]++;
	if (counts[digit(values[0], byte)] == nr)
		return false;
	for (u32 i = 0; i < NR_DIGITS; i++) {
		starts[i] = sum;
		sum += counts[i];
	}
	return true;
}

void sys_sort(u64 *values, u64 *scratch, u64 nr)
{
	u64 starts[NR_DIGITS], *from = values, *to = scratch;

	for (u32 byte = 0; nr > 1 && byte < sizeof(*values); byte++) {
		u64 *swap = from;

		if (!count_digits(starts, from, nr, byte))
			continue;
		for (u64 i = 0; i < nr; i++)
			to[starts[digit(from[i], byte)]++] = from[i];
		from = to;
		to = swap;
	}
	if (from != values)
		memcpy(values, from, nr * sizeof(*values));
}
