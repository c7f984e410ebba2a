// SPDX-License-Identifier: GPL-2.0-only
/*
 * Times as text. Claims: a time prints exactly; stage means add up to the
 * latency's mean exactly, in decimal and in doubles, and none is off by a step
 * of 1/1024 ns.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "sim/rng.h"
#include "system/result/means.h"
#include "tool/common/decimal.h"

#define NR_PARTS 11

static void times_print_exactly(void **state)
{
	static const struct {
		u64 ps;
		const char *ns;
	} cases[] = {
		{0, "0"},
		{1, "0.001"},
		{10, "0.01"},
		{999, "0.999"},
		{1000, "1"},
		{1010, "1.01"},
		{250000, "250"},
		{10123456, "10123.456"},
		{~0ULL, "18446744073709551.615"},
	};
	char text[DECIMAL_BYTES];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(decimal_ns(text, cases[i].ps), cases[i].ns);
	assert_string_equal(decimal_u128_text(text, ~(decimal_u128)0),
			    "340282366920938463463374607431768211455");
	assert_string_equal(decimal_scaled(text, 1, 6), "0.000001");
	assert_string_equal(decimal_scaled(text, 100, 0), "100");
}

static void means_are_rounded_to_nearest(void **state)
{
	char text[DECIMAL_BYTES];

	assert_true(sys_mean(0, 0) == 0);
	assert_true(sys_mean(1000, 1) == 1024);
	assert_string_equal(decimal_mean_ns(text, sys_mean(10000, 4)), "2.5");
	/* 1/3 ns is 341.33 steps, 2/3 ns is 682.67 */
	assert_true(sys_mean(1000, 3) == 341);
	assert_true(sys_mean(2000, 3) == 683);
	assert_string_equal(decimal_mean_ns(text, 341), "0.3330078125");
	/* totals beyond 64 bits */
	assert_true(sys_mean((decimal_u128)1 << 90, 1ULL << 60) == 1099511628);
}

/* Text to double, as any JSON reader has it. */
static double as_double(u64 mean)
{
	char text[DECIMAL_BYTES];

	return strtod(decimal_mean_ns(text, mean), NULL);
}

static void check_parts(const decimal_u128 *parts, u64 count)
{
	u64 means[NR_PARTS], sum = 0;
	double sum_of_doubles = 0;
	decimal_u128 whole = 0;

	for (u32 i = 0; i < NR_PARTS; i++)
		whole += parts[i];
	sys_part_means(parts, NR_PARTS, count, means);
	for (u32 i = 0; i < NR_PARTS; i++) {
		decimal_u128 exact = count ? parts[i] * 1024 / ((decimal_u128)1000 * count) : 0;

		assert_true(means[i] == exact || means[i] == exact + 1);
		sum += means[i];
		sum_of_doubles += as_double(means[i]);
	}
	assert_true(sum == sys_mean(whole, count));
	assert_true(sum_of_doubles == as_double(sys_mean(whole, count)));
}

static void stage_means_add_up_to_the_mean_exactly(void **state)
{
	decimal_u128 parts[NR_PARTS];
	struct sim_rng rng;

	sim_rng_init(&rng, 1, "parts");
	for (u32 round = 0; round < 20000; round++) {
		u64 count = 1 + (sim_rng_u64(&rng) >> (30 + sim_rng_below(&rng, 33)));

		for (u32 i = 0; i < NR_PARTS; i++)
			parts[i] = sim_rng_below(&rng, 4)
					   ? (decimal_u128)sim_rng_below(&rng, 100000000) * count /
						     7
					   : 0;
		check_parts(parts, count);
	}
}

static void stage_means_of_nothing_are_zero(void **state)
{
	const decimal_u128 parts[NR_PARTS] = {0};

	check_parts(parts, 0);
	check_parts(parts, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_print_exactly),
		cmocka_unit_test(means_are_rounded_to_nearest),
		cmocka_unit_test(stage_means_add_up_to_the_mean_exactly),
		cmocka_unit_test(stage_means_of_nothing_are_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
