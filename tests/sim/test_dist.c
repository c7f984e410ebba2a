// SPDX-License-Identifier: GPL-2.0-only
/*
 * Costs that are distributions:
 *  - each stated quantile comes out at its percentage, nothing outside of what
 *    was stated does, and times never fall as the percentage rises;
 *  - between quantiles -ln(1 - p) is what is divided, up to 100 p itself;
 *  - of many draws as many lie below a quantile as it says;
 *  - a constant draws nothing, and each distribution has a stream of its own.
 */
#include "machine.h"
#include "sim/dist.h"
#include <math.h>

#define PERCENT SIM_DIST_PER_PERCENT

/* What was published of a loaded host (published-numbers N9), without a maximum. */
static const struct sim_dist loaded = {
	.name = "loaded",
	.nr_quantiles = 6,
	.quantiles = {{25 * PERCENT, 3568000},
		      {50 * PERCENT, 4755000},
		      {75 * PERCENT, 15187000},
		      {90 * PERCENT, 24083000},
		      {99 * PERCENT, 40102000},
		      {99900000, 2752037000}},
};

static const struct sim_dist even = {
	.name = "even",
	.nr_quantiles = 2,
	.quantiles = {{0, 1000}, {100 * PERCENT, 5000}},
};

/* Half of all, and one half more with each further bit of nines. */
static const struct sim_dist exponential = {
	.name = "exponential",
	.nr_quantiles = 3,
	.quantiles = {{0, 0}, {50 * PERCENT, 1000000}, {75 * PERCENT, 2000000}},
};

static u64 share(double percent)
{
	return (u64)(ldexp(percent / 100, 64));
}

static void a_stated_quantile_comes_out_at_its_percentage(void **state)
{
	for (u32 i = 0; i < loaded.nr_quantiles; i++) {
		double percent = (double)loaded.quantiles[i].parts / PERCENT;
		u64 ps = sim_dist_at(&loaded, share(percent));

		/* The share itself is rounded, and 40 us to 2.7 ms lie within 0.9 %. */
		assert_in_range(ps, loaded.quantiles[i].ps - 1, loaded.quantiles[i].ps + 1);
	}
}

static void nothing_is_below_the_first_or_above_the_last(void **state)
{
	assert_int_equal(sim_dist_at(&loaded, 0), 3568000);
	assert_int_equal(sim_dist_at(&loaded, share(24.9)), 3568000);
	assert_int_equal(sim_dist_at(&loaded, share(99.95)), 2752037000);
	assert_int_equal(sim_dist_at(&loaded, ~0ULL), 2752037000);
	assert_int_equal(sim_dist_at(&even, 0), 1000);
	assert_int_equal(sim_dist_at(&even, ~0ULL), 5000);
}

static void times_never_fall_as_the_percentage_rises(void **state)
{
	const struct sim_dist *dists[] = {&loaded, &even, &exponential};

	for (u32 i = 0; i < 3; i++) {
		u64 last_ps = 0;

		for (u64 w = 0; w < 100000; w++) {
			u64 ps = sim_dist_at(dists[i], w * (~0ULL / 99999));

			assert_true(ps >= last_ps);
			last_ps = ps;
		}
	}
}

static void between_quantiles_nines_are_divided(void **state)
{
	/* From ln 2 to 2 ln 2: 62.5 % is 0.9808 */
	double nines = -log(1 - 0.625) / log(2);

	assert_in_range(sim_dist_at(&exponential, share(62.5)), (u64)(nines * 1e6) - 2,
			(u64)(nines * 1e6) + 2);
	assert_in_range(sim_dist_at(&loaded, share(99.5)),
			40102000 + (u64)(2711935000 * log10(2)) - 5000,
			40102000 + (u64)(2711935000 * log10(2)) + 5000);
}

static void up_to_100_percent_the_percentage_is_divided(void **state)
{
	for (u32 percent = 1; percent < 100; percent++)
		assert_in_range(sim_dist_at(&even, share(percent)), 1000 + 40 * percent - 1,
				1000 + 40 * percent + 1);
}

static void start_with(const struct sim_dist *dists, u32 nr, u64 seed)
{
	start_machine_of_seed(free_params(1), seed);
	assert_int_equal(sim_dists_init(dists, nr), 0);
}

/* The count below is binomial: five sigma of it, once in 1.7 million tests. */
static void of_many_draws_as_many_lie_below_a_quantile_as_it_says(void **state)
{
	enum { N = 200000 };
	u64 below[SIM_DIST_MAX_QUANTILES] = {0};

	start_with(&loaded, 1, 7);
	for (u32 draw = 0; draw < N; draw++) {
		u64 ps = sim_cost_ps(SIM_COST_DIST);

		for (u32 i = 0; i < loaded.nr_quantiles; i++)
			below[i] += ps <= loaded.quantiles[i].ps;
	}
	for (u32 i = 0; i + 1 < loaded.nr_quantiles; i++) {
		double p = (double)loaded.quantiles[i].parts / (100 * PERCENT);

		if (fabs((double)below[i] - N * p) > 5 * sqrt(N * p * (1 - p)))
			fail_msg("%llu of %u below quantile %g", below[i], N, 100 * p);
	}
	assert_int_equal(below[loaded.nr_quantiles - 1], N);
}

static void a_constant_draws_nothing(void **state)
{
	u64 first_ps;

	start_with(&loaded, 1, 1);
	first_ps = sim_cost_ps(SIM_COST_DIST);
	sim_finish();
	start_with(&loaded, 1, 1);
	for (u32 i = 0; i < 100; i++)
		assert_int_equal(sim_cost_ps(2595000), 2595000);
	assert_int_equal(sim_cost_ps(SIM_COST_DIST), first_ps);
}

static void each_distribution_has_a_stream_of_its_own(void **state)
{
	const struct sim_dist both[] = {even, loaded};
	u64 alone_ps[100];

	start_with(&loaded, 1, 1);
	for (u32 i = 0; i < 100; i++)
		alone_ps[i] = sim_cost_ps(SIM_COST_DIST);
	sim_finish();
	start_with(both, 2, 1);
	for (u32 i = 0; i < 100; i++) {
		sim_cost_ps(SIM_COST_DIST);
		assert_int_equal(sim_cost_ps(SIM_COST_DIST + 1), alone_ps[i]);
	}
}

static void seeds_differ(void **state)
{
	u64 first_ps;

	start_with(&loaded, 1, 1);
	first_ps = sim_cost_ps(SIM_COST_DIST);
	sim_finish();
	start_with(&loaded, 1, 2);
	assert_int_not_equal(sim_cost_ps(SIM_COST_DIST), first_ps);
}

static void charge_three(void *arg)
{
	sim_charge_costs(SIM_COST_DIST, 3);
	sim_settle();
	*(u64 *)arg = sim_now_ps();
}

static void costs_of_three_are_three_draws(void **state)
{
	u64 sum_ps = 0, charged_ps = 0;

	start_with(&even, 1, 1);
	for (u32 i = 0; i < 3; i++)
		sum_ps += sim_cost_ps(SIM_COST_DIST);
	sim_finish();
	start_with(&even, 1, 1);
	sim_thread_wake(make_thread(SIM_CLASS_NORMAL, 0, charge_three, &charged_ps));
	sim_run(SIM_TIME_NEVER);
	assert_int_equal(charged_ps, sum_ps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stated_quantile_comes_out_at_its_percentage),
		cmocka_unit_test(nothing_is_below_the_first_or_above_the_last),
		cmocka_unit_test(times_never_fall_as_the_percentage_rises),
		cmocka_unit_test(between_quantiles_nines_are_divided),
		cmocka_unit_test(up_to_100_percent_the_percentage_is_divided),
		cmocka_unit_test_teardown(of_many_draws_as_many_lie_below_a_quantile_as_it_says,
					  stop_machine),
		cmocka_unit_test_teardown(a_constant_draws_nothing, stop_machine),
		cmocka_unit_test_teardown(each_distribution_has_a_stream_of_its_own, stop_machine),
		cmocka_unit_test_teardown(seeds_differ, stop_machine),
		cmocka_unit_test_teardown(costs_of_three_are_three_draws, stop_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
