// SPDX-License-Identifier: GPL-2.0-only
/* Tables of statistics (sim/stat.h): each rule of adding, differences, and counting anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/hist.h"
#include "sim/stat.h"

#define THING_STATS(X, A, H)                                                                       \
	X(sum, "thing.sum", COUNT, SUM, "a count")                                                 \
	X(highest, "thing.highest", COUNT, MAX, "a maximum")                                       \
	X(lowest_ps, "lowest_ns", PS, MIN, "a minimum")                                            \
	X(entries, "entries", COUNT, SAME, "a property")                                           \
	X(rate, "rate", BYTES_PER_S, DERIVED, "of the others")                                     \
	A(levels, 3, "levels", COUNT, SUM, "counts")                                               \
	H(waits, TIMES, "waits_ns", SUM, "a distribution")

struct thing {
	const char *name; /* not a statistic: left alone */
	THING_STATS(SIM_STAT_FIELD, SIM_STAT_ARRAY, SIM_STAT_HIST)
};

#define ROW(...) SIM_STAT_ROW(struct thing, __VA_ARGS__)
#define ARRAY_ROW(...) SIM_STAT_ARRAY_ROW(struct thing, __VA_ARGS__)
#define HIST_ROW(...) SIM_STAT_HIST_ROW(struct thing, __VA_ARGS__)

static const struct sim_stat rows[] = {THING_STATS(ROW, ARRAY_ROW, HIST_ROW)};
static const struct sim_stat_table table = SIM_STAT_TABLE(struct thing, rows);

static const struct thing one = {
	.sum = 3, .highest = 5, .lowest_ps = 7, .entries = 16, .rate = 9, .levels = {1, 2, 3}};
static const struct thing other = {
	.sum = 4, .highest = 2, .lowest_ps = 6, .entries = 16, .rate = 1, .levels = {10, 20, 30}};

static void a_row_says_what_its_field_is(void **state)
{
	assert_int_equal(table.nr_rows, 7);
	assert_int_equal(table.bytes, sizeof(struct thing));
	assert_string_equal(table.rows[1].key, "thing.highest");
	assert_int_equal(table.rows[1].offset, offsetof(struct thing, highest));
	assert_int_equal(table.rows[2].unit, SIM_UNIT_PS);
	assert_int_equal(table.rows[5].nr, 3);
	assert_true(table.rows[5].is_array && !table.rows[0].is_array);
	assert_int_equal(table.rows[6].kind, SIM_STAT_TIMES);
}

static void each_rule_of_adding_does_as_it_says(void **state)
{
	struct thing sum = {.name = "sum"};

	sim_stat_add(&table, &sum, &one);
	sim_stat_add(&table, &sum, &other);
	assert_string_equal(sum.name, "sum");
	assert_int_equal(sum.sum, 7);
	assert_int_equal(sum.highest, 5);
	assert_int_equal(sum.lowest_ps, 6);
	assert_int_equal(sum.entries, 16);
	assert_int_equal(sum.rate, 0);
	assert_int_equal(sum.levels[0], 11);
	assert_int_equal(sum.levels[2], 33);
}

static void a_minimum_of_nothing_is_none(void **state)
{
	const struct thing nothing = {0};
	struct thing sum = {0};

	sim_stat_add(&table, &sum, &nothing);
	sim_stat_add(&table, &sum, &one);
	sim_stat_add(&table, &sum, &nothing);
	assert_int_equal(sum.lowest_ps, 7);
}

static void since_a_start_only_sums_are_less(void **state)
{
	struct thing now = {.sum = 10, .highest = 8, .entries = 16, .levels = {5, 5, 5}};

	sim_stat_since(&table, &now, &one);
	assert_int_equal(now.sum, 7);
	assert_int_equal(now.highest, 8);
	assert_int_equal(now.entries, 16);
	assert_int_equal(now.levels[2], 2);
}

static void reset_counts_anew(void **state)
{
	static struct sim_hist hist;
	struct thing thing = one;

	sim_hist_init(&hist);
	sim_hist_add(&hist, 5);
	thing.name = "kept";
	thing.waits = &hist;
	sim_stat_reset(&table, &thing);
	assert_string_equal(thing.name, "kept");
	assert_int_equal(thing.sum + thing.highest + thing.lowest_ps + thing.levels[1], 0);
	assert_int_equal(hist.count, 0);
	assert_ptr_equal(thing.waits, &hist);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_says_what_its_field_is),
		cmocka_unit_test(each_rule_of_adding_does_as_it_says),
		cmocka_unit_test(a_minimum_of_nothing_is_none),
		cmocka_unit_test(since_a_start_only_sums_are_less),
		cmocka_unit_test(reset_counts_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
