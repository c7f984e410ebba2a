// SPDX-License-Identifier: GPL-2.0-only
/*
 * sys_sort() against qsort(): random numbers of random widths and counts, sorted and reversed ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/rng.h"
#include "system/measure/sort.h"

#define MOST 3000

static int compare(const void *left, const void *right)
{
	u64 a = *(const u64 *)left, b = *(const u64 *)right;

	return a < b ? -1 : a > b;
}

static void check(const u64 *values, u64 nr)
{
	static u64 sorted[MOST], expected[MOST], scratch[MOST];

	memcpy(sorted, values, nr * sizeof(*values));
	memcpy(expected, values, nr * sizeof(*values));
	qsort(expected, nr, sizeof(*expected), compare);
	sys_sort(sorted, scratch, nr);
	assert_memory_equal(sorted, expected, nr * sizeof(*values));
}

static void any_numbers_come_in_order(void **state)
{
	static u64 values[MOST];
	struct sim_rng rng;

	(void)state;
	sim_rng_init(&rng, 1, "sort");
	for (u32 round = 0; round < 500; round++) {
		u64 nr = sim_rng_below(&rng, MOST + 1), width = 1 + sim_rng_below(&rng, 64);

		for (u64 i = 0; i < nr; i++)
			values[i] = sim_rng_u64(&rng) >> (64 - width);
		check(values, nr);
	}
}

static void order_and_its_reverse_come_in_order(void **state)
{
	static u64 values[MOST];

	(void)state;
	for (u64 i = 0; i < MOST; i++)
		values[i] = i << 20;
	check(values, MOST);
	for (u64 i = 0; i < MOST; i++)
		values[i] = ~0ULL - i;
	check(values, MOST);
	for (u64 i = 0; i < MOST; i++)
		values[i] = 7;
	check(values, MOST);
	check(values, 1);
	check(values, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_numbers_come_in_order),
		cmocka_unit_test(order_and_its_reverse_come_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
