// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random streams:
 *  - xoshiro256** gives the published sequence; streams are pinned by known
 *    answers and do not depend on each other;
 *  - bounded draws are uniform, the logarithm is within 2^-30 of libm's, the
 *    exponential has the right mean, variance and shape.
 */
#include "machine.h"
#include "sim/fixed.h"
#include "sim/rng.h"
#include <math.h>

static void xoshiro_from_state_1_2_3_4(void **state)
{
	struct sim_rng rng = {{1, 2, 3, 4}};

	/* Computed apart, in Python; the first two are easy by hand. */
	assert_int_equal(sim_rng_u64(&rng), 11520ULL);
	assert_int_equal(sim_rng_u64(&rng), 0ULL);
	assert_int_equal(sim_rng_u64(&rng), 1509978240ULL);
	assert_int_equal(sim_rng_u64(&rng), 1215971899390074240ULL);
}

/* Computed apart, by a few lines of Python with exact arithmetic. */
static void streams_have_known_answers(void **state)
{
	struct sim_rng rng;

	sim_rng_init(&rng, 1, "test");
	assert_int_equal(sim_rng_u64(&rng), 16229583012820519667ULL);
	sim_rng_init(&rng, 2, "test");
	assert_int_equal(sim_rng_u64(&rng), 15372839525946911490ULL);
	sim_rng_init(&rng, 1, "tess");
	assert_int_equal(sim_rng_u64(&rng), 17411794162992311752ULL);
	sim_rng_init(&rng, 1, "test");
	assert_int_equal(sim_rng_exp_ps(&rng, 1000000), 2118660ULL);
}

static void drawing_from_one_stream_leaves_others_alone(void **state)
{
	struct sim_rng a, b, b_alone;
	int i;

	sim_rng_init(&a, 1, "a");
	sim_rng_init(&b, 1, "b");
	sim_rng_init(&b_alone, 1, "b");
	for (i = 0; i < 1000; i++) {
		sim_rng_u64(&a);
		assert_int_equal(sim_rng_u64(&b), sim_rng_u64(&b_alone));
	}
}

/* Correlation of two streams' bits: 64 * N coin flips agree half the time. */
static double agreement_sigmas(struct sim_rng *a, struct sim_rng *b)
{
	enum { N = 20000 };
	double agree = 0;
	int i;

	for (i = 0; i < N; i++)
		agree += __builtin_popcountll(~(sim_rng_u64(a) ^ sim_rng_u64(b)));
	return (agree - 32.0 * N) / sqrt(16.0 * N);
}

static void streams_of_near_seeds_and_names_are_independent(void **state)
{
	struct sim_rng a, b;
	u64 seed;

	for (seed = 0; seed < 20; seed++) {
		sim_rng_init(&a, seed, "queue0");
		sim_rng_init(&b, seed, "queue1");
		assert_true(fabs(agreement_sigmas(&a, &b)) < 4.5);
		sim_rng_init(&a, seed, "queue0");
		sim_rng_init(&b, seed + 1, "queue0");
		assert_true(fabs(agreement_sigmas(&a, &b)) < 4.5);
	}
}

static void below_is_uniform(void **state)
{
	enum { CELLS = 7, N = 700000 };
	double expected = (double)N / CELLS;
	double chi2 = 0;
	u64 counts[CELLS] = {0};
	struct sim_rng rng;
	int i;

	sim_rng_init(&rng, 1, "below");
	for (i = 0; i < N; i++)
		counts[sim_rng_below(&rng, CELLS)]++;
	for (i = 0; i < CELLS; i++)
		chi2 += (counts[i] - expected) * (counts[i] - expected) / expected;
	/* 6 degrees of freedom, one in ten thousand. */
	assert_true(chi2 < 27.9);
	assert_int_equal(sim_rng_below(&rng, 1), 0);
}

/* With a limit of 3/4 of the range a draw without rejection favours some thirds 2 to 1. */
static void below_is_unbiased_for_large_limits(void **state)
{
	enum { N = 300000 };
	u64 limit = 3ULL << 62;
	u64 low = 0;
	struct sim_rng rng;
	int i;

	sim_rng_init(&rng, 1, "large");
	for (i = 0; i < N; i++) {
		u64 value = sim_rng_below(&rng, limit);

		assert_true(value < limit);
		low += value % 3 == 0;
	}
	assert_true(fabs(low - N / 3.0) < 4.5 * sqrt(N * 2.0 / 9));
}

static double as_double(struct sim_fixed value)
{
	return ldexp((double)value.mantissa, -(int)value.fraction_bits);
}

static double relative_error(u64 w)
{
	/* 1 - w / 2^64 is exact in long double. */
	long double exact = -log1pl(-ldexpl((long double)w, -64));

	return fabs((double)((as_double(sim_fixed_neg_ln_1m(w)) - exact) / exact));
}

static void logarithm_is_within_2_to_minus_30_of_libm(void **state)
{
	struct sim_rng rng;
	double worst = 0;
	int i, bit, delta;

	sim_rng_init(&rng, 1, "log");
	for (i = 0; i < 200000; i++) {
		u64 w = (sim_rng_u64(&rng) | 1) >> sim_rng_below(&rng, 64);

		worst = fmax(worst, relative_error(w ? w : 1));
		worst = fmax(worst, relative_error(~(w >> 1)));
	}
	for (bit = 3; bit < 64; bit++)
		for (delta = -2; delta <= 2; delta++) {
			worst = fmax(worst, relative_error((1ULL << bit) + delta));
			worst = fmax(worst, relative_error(0 - (1ULL << bit) + delta));
		}
	worst = fmax(worst, relative_error(1));
	worst = fmax(worst, relative_error(~0ULL));
	print_message("worst relative error of -ln: 2^%.1f\n", log2(worst));
	/* A double's own rounding is 2^-53. */
	assert_true(worst < ldexp(1, -50));
	assert_int_equal(sim_fixed_neg_ln_1m(0).mantissa, 0);
}

static void scaling_rounds_to_nearest(void **state)
{
	struct sim_fixed half = {1, 1}, third = {0x5555555555555555ULL, 64};

	assert_int_equal(sim_fixed_scale(half, 7), 4);
	assert_int_equal(sim_fixed_scale(half, 6), 3);
	assert_int_equal(sim_fixed_scale(third, 4), 1);
	assert_int_equal(sim_fixed_scale(third, 5), 2);
	assert_int_equal(sim_fixed_scale(sim_fixed_neg_ln_1m(1ULL << 63), 1ULL << 55),
			 24973259072661437ULL); /* ln 2 times 2^55 */
}

static void exponential_has_its_mean_variance_and_tail(void **state)
{
	enum { N = 1000000 };
	const double mean = 5e6;
	double sum = 0, squares = 0;
	u64 nr_above = 0;
	struct sim_rng rng;
	int i;

	sim_rng_init(&rng, 1, "exp");
	for (i = 0; i < N; i++) {
		double value = sim_rng_exp_ps(&rng, 5000000) / mean;

		sum += value;
		squares += value * value;
		nr_above += value > 3;
	}
	assert_true(fabs(sum / N - 1) < 4.5 / sqrt(N));
	/* E[x^2] = 2, its variance 20. */
	assert_true(fabs(squares / N - 2) < 4.5 * sqrt(20.0 / N));
	assert_true(fabs(nr_above - N * exp(-3)) < 4.5 * sqrt(N * exp(-3)));
	assert_int_equal(sim_rng_exp_ps(&rng, 0), 0);
}

static void chance_is_its_probability(void **state)
{
	enum { N = 400000 };
	struct sim_rng rng;
	u64 nr = 0;
	int i;

	sim_rng_init(&rng, 1, "chance");
	for (i = 0; i < N; i++) {
		nr += sim_rng_chance(&rng, 3, 10);
		assert_false(sim_rng_chance(&rng, 0, 10));
		assert_true(sim_rng_chance(&rng, 10, 10));
	}
	assert_true(fabs(nr - 0.3 * N) < 4.5 * sqrt(N * 0.21));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(xoshiro_from_state_1_2_3_4),
		cmocka_unit_test(streams_have_known_answers),
		cmocka_unit_test(drawing_from_one_stream_leaves_others_alone),
		cmocka_unit_test(streams_of_near_seeds_and_names_are_independent),
		cmocka_unit_test(below_is_uniform),
		cmocka_unit_test(below_is_unbiased_for_large_limits),
		cmocka_unit_test(logarithm_is_within_2_to_minus_30_of_libm),
		cmocka_unit_test(scaling_rounds_to_nearest),
		cmocka_unit_test(exponential_has_its_mean_variance_and_tail),
		cmocka_unit_test(chance_is_its_probability),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
