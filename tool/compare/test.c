// SPDX-License-Identifier: GPL-2.0-only
/* Welch's t test, see test.h. */
#include "tool/compare/test.h"

#include <math.h>

#include "system/result/student.h"
#include "tool/compare/number.h"

static const struct {
	const char *name, *path;
} repeated[COMPARE_MAX_TESTS] = {
	{"rate", "repeats.faults_per_s.values"},
	{"mean", "repeats.latency_mean_ns.values"},
	{"p50", "repeats.latency_p50_ns.values"},
	{"p99", "repeats.latency_p99_ns.values"},
};

static double student(u32 freedom)
{
	return sys_student_t(freedom ? freedom : 1) / 1000.0;
}

/* Return: is there a mean, and are there two values or more? */
static bool mean_of(const json_t *values, struct compare_mean *mean)
{
	double sum = 0, squares = 0, nr = (double)json_array_size(values);

	if (nr < 2)
		return false;
	for (size_t i = 0; i < json_array_size(values); i++) {
		if (!json_is_number(json_array_get(values, i)))
			return false;
		sum += json_number_value(json_array_get(values, i));
	}
	for (size_t i = 0; i < json_array_size(values); i++)
		squares += pow(json_number_value(json_array_get(values, i)) - sum / nr, 2);
	mean->mean = sum / nr;
	mean->freedom = (u32)nr - 1;
	mean->error = sqrt(squares / (nr - 1) / nr);
	mean->half_width = mean->error * student(mean->freedom);
	return true;
}

static bool steady_mean_of(const json_t *result, struct compare_mean *mean)
{
	double batches;

	if (!compare_number_at(result, "steady.latency_ns.mean", &mean->mean) ||
	    !compare_number_at(result, "steady.mean_interval_ns", &mean->half_width) ||
	    !compare_number_at(result, "steady.batches", &batches) || batches < 2)
		return false;
	mean->freedom = (u32)batches - 1;
	mean->error = mean->half_width / student(mean->freedom);
	return true;
}

/* Welch and Satterthwaite's degrees of freedom. */
static u32 freedom_of(const struct compare_test *test)
{
	double a = pow(test->a.error, 2), b = pow(test->b.error, 2), freedom;

	if (a + b <= 0)
		return test->a.freedom;
	freedom = (a + b) * (a + b) / (a * a / test->a.freedom + b * b / test->b.freedom);
	return freedom < 1 ? 1 : (u32)freedom;
}

/* The differences of the same seeds, one by one. */
static void judge_paired(struct compare_test *test, const json_t *a, const json_t *b)
{
	double nr = (double)json_array_size(a), change = test->b.mean - test->a.mean, squares = 0;

	for (size_t i = 0; i < json_array_size(a); i++)
		squares += pow(json_number_value(json_array_get(b, i)) -
				       json_number_value(json_array_get(a, i)) - change,
			       2);
	test->is_paired = true;
	test->least = student(test->a.freedom) * sqrt(squares / (nr - 1) / nr);
	test->is_difference = fabs(change) > test->least;
}

static bool have_same_seeds(const json_t *a, const json_t *b)
{
	const json_t *first = compare_find(a, "repeats.first_seed");
	const json_t *nr = compare_find(a, "repeats.seeds");

	return first && nr && json_equal(first, compare_find(b, "repeats.first_seed")) &&
	       json_equal(nr, compare_find(b, "repeats.seeds"));
}

static void judge(struct compare_test *test)
{
	test->least = student(freedom_of(test)) * hypot(test->a.error, test->b.error);
	test->is_difference = fabs(test->b.mean - test->a.mean) > test->least;
}

u32 compare_test_all(const json_t *a, const json_t *b, struct compare_test tests[COMPARE_MAX_TESTS])
{
	u32 nr = 0;

	for (u32 i = 0; i < COMPARE_MAX_TESTS; i++) {
		const json_t *values_a = compare_find(a, repeated[i].path);
		const json_t *values_b = compare_find(b, repeated[i].path);
		struct compare_test *test = &tests[nr];

		*test = (struct compare_test){.name = repeated[i].name, .is_over_seeds = true};
		if (!mean_of(values_a, &test->a) || !mean_of(values_b, &test->b))
			continue;
		if (have_same_seeds(a, b) && test->a.freedom == test->b.freedom)
			judge_paired(test, values_a, values_b);
		else
			judge(test);
		nr++;
	}
	if (nr)
		return nr;
	tests[0] = (struct compare_test){.name = "mean"};
	if (!steady_mean_of(a, &tests[0].a) || !steady_mean_of(b, &tests[0].b))
		return 0;
	judge(&tests[0]);
	return 1;
}
