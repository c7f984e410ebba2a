// SPDX-License-Identifier: GPL-2.0-only
/*
 * Claims: batches keep every value, however many come; the warm-up that is cut is the one for which
 * MSER is least by brute force; a drain is left out; a latency that drifts is refused, one that
 * does not is not; intervals by batch means cover the mean that was put in, also where neighbours
 * are correlated; too few faults have no window.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "sim/rng.h"
#include "sim/sim.h"
#include "system/measure/steady.h"
#include "system/result/percentile.h"
#include "system/result/student.h"

#define WHOLE ((struct sys_steady_bounds){.to_ps = ~0ULL})
#define MEAN_PS 1000000

static struct sys_series series;
static struct sys_batch_span span;
static struct sys_steady steady;
static struct sim_rng rng;

static void begin(u64 seed)
{
	memset(&series, 0, sizeof(series));
	assert_int_equal(sys_series_init(&series, false), 0);
	sim_rng_init(&rng, seed, "steady");
}

/* Values come a microsecond apart, beginning at 1 us. */
static void add(u64 value_ps)
{
	static u64 nr;

	if (!series.nr && !series.nr_open)
		nr = 0;
	sys_series_add(&series, ++nr * 1000000, value_ps);
}

static void add_noise(u32 nr)
{
	for (u32 i = 0; i < nr; i++)
		add(sim_rng_exp_ps(&rng, MEAN_PS));
}

static void find(void)
{
	sys_steady_find(&series, WHOLE, &span, &steady);
}

static void batches_keep_every_value(void **state)
{
	u64 total = 0, sum = 0, nr = 123456;

	assert_int_equal(sim_init(1, 0), 0);
	memset(&series, 0, sizeof(series));
	assert_int_equal(sys_series_init(&series, true), 0);
	for (u64 i = 1; i <= nr; i++) {
		sys_series_add(&series, i, i);
		total += i;
	}
	assert_in_range(series.nr, SYS_SERIES_BATCHES / 2, SYS_SERIES_BATCHES);
	assert_int_equal(series.nr * series.batch_size + series.nr_open, nr);
	for (u32 i = 0; i < series.nr; i++) {
		sum += series.batches[i].total_ps;
		assert_int_equal(series.batches[i].end_ps, (i + 1) * series.batch_size);
	}
	assert_int_equal(sum + series.open_ps, total);
	nr = 0;
	for (u32 i = 0; i < SYS_SERIES_SEGMENTS; i++) {
		const struct sim_hist *hist = series.segments[i];

		if (hist->count)
			assert_int_equal(hist->min, nr + 1);
		nr += hist->count;
		if (hist->count)
			assert_int_equal(hist->max, nr);
	}
	assert_int_equal(nr, 123456);
	sim_finish();
}

static double error_after(u32 cut)
{
	double sum = 0, squares = 0;
	u32 nr = series.nr - cut;

	for (u32 i = cut; i < series.nr; i++)
		sum += (double)series.batches[i].total_ps;
	for (u32 i = cut; i < series.nr; i++) {
		double away = (double)series.batches[i].total_ps - sum / nr;

		squares += away * away;
	}
	return squares / nr / nr;
}

/* A warm-up that dies away, of any height and length, is cut where brute force would. */
static void the_warm_up_is_cut_where_mser_is_least(void **state)
{
	for (u32 seed = 1; seed <= 40; seed++) {
		double least;
		u64 more_ps;

		begin(seed);
		more_ps = MEAN_PS * sim_rng_below(&rng, 30);
		for (u32 i = 0; i < 3000; i++) {
			add(sim_rng_exp_ps(&rng, MEAN_PS) + more_ps);
			more_ps -= more_ps / 100;
		}
		find();
		least = error_after(0);
		for (u32 cut = 1; cut <= series.nr / 2; cut++)
			least = error_after(cut) < least ? error_after(cut) : least;
		assert_true(error_after(span.first) <= least * 1.0001);
		assert_int_equal(span.end, series.nr);
	}
}

static void a_constant_series_is_steady_from_its_start(void **state)
{
	begin(1);
	for (u32 i = 0; i < 1000; i++)
		add(10682640);
	find();
	assert_int_equal(steady.verdict, SYS_STEADY_FOUND);
	assert_int_equal(span.first, 0);
	assert_int_equal(steady.interval_ps, 0);
	assert_int_equal(steady.drift_milli, 1000);
}

static void what_comes_after_the_drain_has_begun_is_left_out(void **state)
{
	begin(1);
	add_noise(1000);
	sys_steady_find(&series, (struct sys_steady_bounds){.to_ps = 700 * 1000000ULL}, &span,
			&steady);
	assert_int_equal(span.end, 140);
}

static void a_fixed_window_is_taken_as_it_is(void **state)
{
	begin(1);
	add_noise(1000);
	sys_steady_find(&series,
			(struct sys_steady_bounds){true, 100 * 1000000ULL, 700 * 1000000ULL}, &span,
			&steady);
	assert_int_equal(span.first, 20);
	assert_int_equal(span.end, 140);
}

static void too_few_values_have_no_window(void **state)
{
	begin(1);
	add_noise(99);
	find();
	assert_int_equal(steady.verdict, SYS_STEADY_TOO_FEW);
	add_noise(1);
	find();
	assert_int_not_equal(steady.verdict, SYS_STEADY_TOO_FEW);
}

/* What grows by half over the run drifts; what only scatters does so in no more than 2 %. */
static void a_latency_that_drifts_is_refused(void **state)
{
	u32 nr_drifting = 0, nr_wrong = 0;

	for (u32 seed = 1; seed <= 200; seed++) {
		begin(seed);
		for (u32 i = 0; i < 4000; i++)
			add(sim_rng_exp_ps(&rng, MEAN_PS + MEAN_PS * i / 8000));
		find();
		nr_drifting += steady.verdict == SYS_STEADY_DRIFTS;
		begin(seed);
		add_noise(4000);
		find();
		nr_wrong += steady.verdict == SYS_STEADY_DRIFTS;
	}
	assert_in_range(nr_drifting, 190, 200);
	assert_in_range(nr_wrong, 0, 4);
}

static void the_reason_says_how_far_it_drifts(void **state)
{
	char text[SYS_REASON_BYTES];

	begin(1);
	for (u32 i = 0; i < 4000; i++)
		add(MEAN_PS + 1000 * i);
	find();
	assert_int_equal(steady.verdict, SYS_STEADY_DRIFTS);
	assert_non_null(
		strstr(sys_steady_reason(text, &steady), "not stationary: the second half"));
	assert_non_null(strstr(text, "% above the first's"));
}

/* Does the interval of the window have the mean that was put in? */
static bool covers(u64 mean_ps)
{
	u64 total = 0, nr = (span.end - span.first) * series.batch_size, mean;

	for (u32 i = span.first; i < span.end; i++)
		total += series.batches[i].total_ps;
	mean = total / nr;
	return mean + steady.interval_ps >= mean_ps && mean_ps + steady.interval_ps >= mean;
}

static void intervals_of_independent_values_cover_the_mean(void **state)
{
	u32 nr = 0;

	for (u32 seed = 1; seed <= 200; seed++) {
		begin(seed);
		add_noise(2000);
		find();
		assert_int_not_equal(steady.interval_ps, SYS_UNKNOWN);
		/* 1.96 standard errors of 1 us, of about 2000 */
		assert_in_range(steady.interval_ps, 25000, 90000);
		nr += covers(MEAN_PS);
	}
	assert_in_range(nr, 180, 200);
}

/* Each value keeps 95 % of the one before: a naive interval would be 6 times too narrow. */
static void intervals_of_correlated_values_cover_the_mean(void **state)
{
	u32 nr = 0, nr_known = 0;

	for (u32 seed = 1; seed <= 200; seed++) {
		u64 value = MEAN_PS;

		begin(seed);
		for (u32 i = 0; i < 20000; i++) {
			value = (value * 19 + sim_rng_exp_ps(&rng, MEAN_PS)) / 20;
			add(value);
		}
		find();
		if (steady.interval_ps == SYS_UNKNOWN || steady.verdict != SYS_STEADY_FOUND)
			continue;
		nr_known++;
		nr += covers(MEAN_PS);
	}
	assert_true(nr_known > 150);
	assert_true(nr * 100 >= nr_known * 85);
}

static void the_table_of_student_goes_down(void **state)
{
	assert_int_equal(sys_student_t(1), 12706);
	assert_int_equal(sys_student_t(9), 2262);
	assert_int_equal(sys_student_t(35), 2042);
	assert_int_equal(sys_student_t(60), 2000);
	for (u32 i = 1; i < 2000; i++)
		assert_true(sys_student_t(i + 1) <= sys_student_t(i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(batches_keep_every_value),
		cmocka_unit_test(the_warm_up_is_cut_where_mser_is_least),
		cmocka_unit_test(a_constant_series_is_steady_from_its_start),
		cmocka_unit_test(what_comes_after_the_drain_has_begun_is_left_out),
		cmocka_unit_test(a_fixed_window_is_taken_as_it_is),
		cmocka_unit_test(too_few_values_have_no_window),
		cmocka_unit_test(a_latency_that_drifts_is_refused),
		cmocka_unit_test(the_reason_says_how_far_it_drifts),
		cmocka_unit_test(intervals_of_independent_values_cover_the_mean),
		cmocka_unit_test(intervals_of_correlated_values_cover_the_mean),
		cmocka_unit_test(the_table_of_student_goes_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
