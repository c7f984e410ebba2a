// SPDX-License-Identifier: GPL-2.0-only
/*
 * What accesses are drawn by beside uniform ranks: the exponential is within 2^-54 of libm's; ranks
 * come up as Zipf's law says, for several exponents; a scattered order has each number once.
 */
#include "machine.h"
#include "sim/fixed.h"
#include "sim/scatter.h"
#include "sim/zipf.h"
#include <math.h>

static void the_exponential_is_that_of_libm(void **state)
{
	for (u64 i = 0; i < 4000; i++) {
		struct sim_fixed value = {i * (1ULL << 40) / 100, 40};
		double want = exp(-(double)value.mantissa / (double)(1ULL << 40));
		double got = (double)sim_fixed_exp_neg(value) / 9223372036854775808.0;

		assert_true(fabs(got - want) < 1e-15);
	}
	assert_int_equal(sim_fixed_exp_neg((struct sim_fixed){0, 40}), 1ULL << 63);
	assert_int_equal(sim_fixed_exp_neg((struct sim_fixed){~0ULL >> 20, 0}), 0);
}

/* Chi-square over the first ranks and all the others together. */
static void ranks_come_up_by_the_law(u64 exponent_milli)
{
	enum { NR = 1000, SEEN = 20, DRAWS = 200000 };
	struct sim_zipf *zipf = sim_zipf_create(NR, exponent_milli);
	double sum = 0, chi = 0, left = DRAWS, s = (double)exponent_milli / 1000;
	u64 counts[SEEN + 1] = {0};
	struct sim_rng rng;

	assert_non_null(zipf);
	sim_rng_init(&rng, 3, "zipf");
	for (u32 i = 0; i < DRAWS; i++) {
		u64 rank = sim_zipf_draw(zipf, &rng);

		assert_true(rank < NR);
		counts[rank < SEEN ? rank : SEEN]++;
	}
	for (u32 k = 1; k <= NR; k++)
		sum += pow(k, -s);
	for (u32 k = 0; k < SEEN; k++) {
		double want = DRAWS * pow(k + 1, -s) / sum;

		chi += ((double)counts[k] - want) * ((double)counts[k] - want) / want;
		left -= want;
	}
	chi += ((double)counts[SEEN] - left) * ((double)counts[SEEN] - left) / left;
	/* 20 degrees of freedom: 1 in 10,000 is above 52. */
	assert_true(chi < 52);
	sim_zipf_destroy(zipf);
}

static void ranks_follow_zipf(void **state)
{
	static const u64 exponents[] = {0, 500, 990, 1000, 1500, 2000};

	start_machine(free_params(1));
	for (size_t i = 0; i < sizeof(exponents) / sizeof(exponents[0]); i++)
		ranks_come_up_by_the_law(exponents[i]);
	sim_finish();
}

static void the_largest_table_has_room_for_every_rank(void **state)
{
	struct sim_zipf *zipf;
	u64 highest = 0;
	struct sim_rng rng;

	start_machine(free_params(1));
	zipf = sim_zipf_create(SIM_ZIPF_MAX_RANKS, 0);
	assert_non_null(zipf);
	sim_rng_init(&rng, 1, "zipf");
	for (u32 i = 0; i < 100000; i++) {
		u64 rank = sim_zipf_draw(zipf, &rng);

		highest = rank > highest ? rank : highest;
	}
	assert_in_range(highest, SIM_ZIPF_MAX_RANKS * 99 / 100, SIM_ZIPF_MAX_RANKS - 1);
	sim_finish();
}

static void a_scattered_order_has_each_number_once(void **state)
{
	static const u64 sizes[] = {1, 2, 3, 7, 8, 9, 1000, 4096, 65537};
	static u8 seen[65537];
	struct sim_scatter scatter;
	struct sim_rng rng;

	sim_rng_init(&rng, 1, "scatter");
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		u64 nr = sizes[i], nr_near = 0;

		memset(seen, 0, sizeof(seen));
		sim_scatter_init(&scatter, nr, &rng);
		for (u64 k = 0; k < nr; k++) {
			u64 at = sim_scatter_at(&scatter, k);

			assert_true(at < nr && !seen[at]);
			seen[at] = 1;
			nr_near += k && at == sim_scatter_at(&scatter, k - 1) + 1;
		}
		/* Neighbours are rarely neighbours there. */
		assert_true(nr < 1000 || nr_near < nr / 100);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_exponential_is_that_of_libm),
		cmocka_unit_test(ranks_follow_zipf),
		cmocka_unit_test(the_largest_table_has_room_for_every_rank),
		cmocka_unit_test(a_scattered_order_has_each_number_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
