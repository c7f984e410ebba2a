// SPDX-License-Identifier: GPL-2.0-only
/*
 * The histogram against exact sorting: every percentile is at or above the exact
 * one by at most 2^-SIM_HIST_SUB_LG2 of it, and a value that was seen; with the values sorted it is
 * exact; minimum, maximum, count, total and
 * mean are exact; buckets tile the number line.
 */
#include "machine.h"
#include "sim/hist.h"
#include "sim/rng.h"
#include <stdlib.h>

#define NR_VALUES 20000

static struct sim_hist hist, part;
static u64 values[NR_VALUES];

static int compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static u64 exact_percentile(u32 per_100k)
{
	u64 rank = ((u64)per_100k * NR_VALUES + 99999) / 100000;

	return values[rank ? rank - 1 : 0];
}

/* Shapes: 0 uniform small, 1 uniform wide, 2 exponential, 3 all bit lengths, 4 few. */
static u64 draw(struct sim_rng *rng, int shape)
{
	switch (shape) {
	case 0:
		return sim_rng_below(rng, 300);
	case 1:
		return sim_rng_u64(rng);
	case 2:
		return sim_rng_exp_ps(rng, 12345678);
	case 3:
		return sim_rng_u64(rng) >> sim_rng_below(rng, 64);
	default:
		return 1000 * sim_rng_below(rng, 3);
	}
}

static void fill(int shape)
{
	struct sim_rng rng;
	int i;

	sim_rng_init(&rng, shape, "hist");
	sim_hist_init(&hist);
	for (i = 0; i < NR_VALUES; i++) {
		values[i] = draw(&rng, shape);
		sim_hist_add(&hist, values[i]);
	}
	qsort(values, NR_VALUES, sizeof(values[0]), compare);
}

static void percentiles_are_within_the_stated_error(void **state)
{
	int shape;
	u32 p;

	for (shape = 0; shape < 5; shape++) {
		fill(shape);
		for (p = 0; p <= 100000; p += p >= 99000 ? 1 : 50) {
			u64 exact = exact_percentile(p);
			u64 got = sim_hist_percentile(&hist, p);

			assert_true(got >= exact);
			assert_true(got - exact <= exact >> SIM_HIST_SUB_LG2);
		}
		assert_int_equal(sim_hist_percentile(&hist, 100000), values[NR_VALUES - 1]);
	}
}

static bool is_seen(u64 value)
{
	return bsearch(&value, values, NR_VALUES, sizeof(values[0]), compare);
}

static void percentiles_are_values_that_were_seen(void **state)
{
	for (int shape = 0; shape < 5; shape++) {
		fill(shape);
		for (u32 p = 0; p <= 100000; p += p >= 99000 ? 1 : 50)
			assert_true(is_seen(sim_hist_percentile(&hist, p)));
	}
}

static void percentiles_of_sorted_values_are_exact(void **state)
{
	for (int shape = 0; shape < 5; shape++) {
		fill(shape);
		hist.sorted = values;
		for (u32 p = 0; p <= 100000; p += p >= 99000 ? 1 : 50)
			assert_int_equal(sim_hist_percentile(&hist, p), exact_percentile(p));
	}
}

static void values_beyond_a_percentile_are_counted(void **state)
{
	fill(0);
	assert_int_equal(sim_hist_beyond(&hist, 0), NR_VALUES - 1);
	assert_int_equal(sim_hist_beyond(&hist, 50000), NR_VALUES / 2);
	assert_int_equal(sim_hist_beyond(&hist, 99900), NR_VALUES / 1000);
	assert_int_equal(sim_hist_beyond(&hist, 100000), 0);
	sim_hist_init(&hist);
	assert_int_equal(sim_hist_beyond(&hist, 50000), 0);
}

static void moments_are_exact(void **state)
{
	unsigned __int128 total;
	int shape, i;

	for (shape = 0; shape < 5; shape++) {
		fill(shape);
		total = 0;
		for (i = 0; i < NR_VALUES; i++)
			total += values[i];
		assert_int_equal(hist.count, NR_VALUES);
		assert_true(hist.total == total);
		assert_int_equal(hist.min, values[0]);
		assert_int_equal(hist.max, values[NR_VALUES - 1]);
		assert_int_equal(sim_hist_mean(&hist), (u64)((total + NR_VALUES / 2) / NR_VALUES));
	}
}

static void many_are_as_one_after_the_other(void **state)
{
	static struct sim_hist many, each;

	sim_hist_init(&many);
	sim_hist_init(&each);
	sim_hist_add_many(&many, 5, 0);
	assert_memory_equal(&many, &each, sizeof(many));
	for (u64 value = 1; value < 1ULL << 40; value = value * 3 + 1) {
		sim_hist_add_many(&many, value, value % 50);
		for (u64 i = 0; i < value % 50; i++)
			sim_hist_add(&each, value);
	}
	assert_true(each.count > 100);
	assert_memory_equal(&many, &each, sizeof(many));
}

static void merging_equals_adding_all(void **state)
{
	static struct sim_hist all;
	struct sim_rng rng;
	int i;

	sim_rng_init(&rng, 1, "merge");
	sim_hist_init(&hist);
	sim_hist_init(&part);
	sim_hist_init(&all);
	for (i = 0; i < 5000; i++) {
		u64 value = draw(&rng, 3);

		sim_hist_add(i % 3 ? &hist : &part, value);
		sim_hist_add(&all, value);
	}
	sim_hist_merge(&hist, &part);
	assert_memory_equal(&hist, &all, sizeof(all));
}

static void buckets_tile_the_number_line(void **state)
{
	struct sim_hist_bucket bucket;
	u64 expected_low = 0;
	u32 cursor = 0, i;

	sim_hist_init(&hist);
	for (i = 0; i < SIM_HIST_NR_BUCKETS; i++)
		hist.buckets[i] = 1;
	for (i = 0; i < SIM_HIST_NR_BUCKETS; i++) {
		assert_true(sim_hist_next(&hist, &cursor, &bucket));
		assert_int_equal(bucket.low, expected_low);
		assert_true(bucket.high >= bucket.low &&
			    bucket.high - bucket.low <= bucket.low >> SIM_HIST_SUB_LG2);
		expected_low = bucket.high + 1;
	}
	assert_int_equal(bucket.high, ~0ULL);
	assert_false(sim_hist_next(&hist, &cursor, &bucket));
}

static void each_value_falls_into_its_bucket(void **state)
{
	struct sim_hist_bucket bucket;
	int bits, delta;

	for (bits = 0; bits < 64; bits++) {
		for (delta = -2; delta <= 2; delta++) {
			u64 value = (1ULL << bits) + delta;
			u32 cursor = 0;

			sim_hist_init(&hist);
			sim_hist_add(&hist, value);
			assert_true(sim_hist_next(&hist, &cursor, &bucket));
			assert_true(bucket.low <= value && value <= bucket.high &&
				    bucket.count == 1);
		}
	}
}

static void empty_histogram_answers_zero(void **state)
{
	struct sim_hist_bucket bucket;
	u32 cursor = 0;

	sim_hist_init(&hist);
	assert_int_equal(sim_hist_mean(&hist), 0);
	assert_int_equal(sim_hist_percentile(&hist, 50000), 0);
	assert_false(sim_hist_next(&hist, &cursor, &bucket));
	assert_int_equal(hist.min, ~0ULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(percentiles_are_within_the_stated_error),
		cmocka_unit_test(percentiles_are_values_that_were_seen),
		cmocka_unit_test(percentiles_of_sorted_values_are_exact),
		cmocka_unit_test(values_beyond_a_percentile_are_counted),
		cmocka_unit_test(moments_are_exact),
		cmocka_unit_test(many_are_as_one_after_the_other),
		cmocka_unit_test(merging_equals_adding_all),
		cmocka_unit_test(buckets_tile_the_number_line),
		cmocka_unit_test(each_value_falls_into_its_bucket),
		cmocka_unit_test(empty_histogram_answers_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
