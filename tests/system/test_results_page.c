// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorem: docs/results.md is what the tables of rows say. With -w it is written instead.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "system/result/rows.h"

#define PAGE "docs/results.md"
#define PAGE_BYTES 65536

static char page[PAGE_BYTES], found[PAGE_BYTES];
static size_t page_bytes;

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	page_bytes += (size_t)vsnprintf(page + page_bytes, PAGE_BYTES - page_bytes, format, args);
	va_end(args);
	assert_true(page_bytes < PAGE_BYTES);
}

/* What all IOMMUs count is in each of their tables. */
static bool is_in(const struct sim_stat_table *table, const struct sim_stat *row)
{
	for (u32 i = 0; i < table->nr_rows; i++) {
		if (!strcmp(table->rows[i].key, row->key))
			return true;
	}
	return false;
}

static void say_unit(const struct sim_stat *row)
{
	if (row->kind == SIM_STAT_TIMES)
		say("[times](#times)");
	else if (row->kind == SIM_STAT_LOCK_TIMES)
		say("[times of a lock](#times)");
	else if (row->is_array)
		say("%u x %s", row->nr, sys_unit_name(row->unit));
	else
		say("%s", sys_unit_name(row->unit));
}

static void say_table(const struct sys_collection_info *info, u32 number)
{
	for (u32 i = 0; i < info->tables[number]->nr_rows; i++) {
		const struct sim_stat *row = &info->tables[number]->rows[i];
		bool is_said = false;

		for (u32 k = 0; k < number; k++)
			is_said |= is_in(info->tables[k], row);
		if (is_said)
			continue;
		say("| `%s` | ", row->key);
		say_unit(row);
		say(" | %s | %s |\n", sys_sum_name(row->sum), row->help);
	}
}

static void say_collection(const struct sys_collection_info *info)
{
	if (!info->key[0])
		say("\n## Top level\n\n");
	else
		say("\n## `%s%s`\n\n", info->key, info->has_names ? "` by name: `*" : "[]");
	say("Each is %s.\n\n| key | unit | adds | what it is |\n| --- | --- | --- | --- |\n",
	    info->help);
	for (u32 i = 0; info->tables[i]; i++)
		say_table(info, i);
}

static void say_times(void)
{
	static const enum sim_stat_kind kinds[] = {SIM_STAT_TIMES, SIM_STAT_LOCK_TIMES};
	const struct sys_times_key *key;

	say("\n## Times\n\nWhat is said of a distribution. Where `exact` is true a percentile is the "
	    "value of that rank: of faults, while all are\nkept (`output.trace_limit`). Else it is "
	    "the largest value seen in its histogram bucket, at most 0.8 %% above. A percentile "
	    "with\nless than ten values beyond it is `null`: p90 needs 100 values, p99 1000, "
	    "p99.9 10000.\n\n| | key | what it is |\n| --- | --- | --- |\n");
	for (u32 k = 0; k < 2; k++) {
		for (u32 i = 0; (key = sys_times_key(kinds[k], i)); i++)
			say("| %s | `%s` | %s |\n", k ? "times of a lock" : "times", key->key,
			    key->help);
	}
}

static void say_window(void)
{
	say("\n## The steady window\n\n"
	    "A run begins with a warm-up and ends with a drain; `steady` is what lies between, and "
	    "what studies, sweeps and the summary\nspeak of first (`output.window: auto`). `whole` "
	    "looks for none; `explicit` is `window_begin` to `window_end`. The whole run\nstands "
	    "under `faults`.\n\n"
	    "- **Drain**: from the moment when the first device has issued its last access "
	    "(`drain_ns`). What completes later is left out.\n"
	    "- **Warm-up**: MSER-5 (White, Cobb, Spratt 2000). Latencies in order of completion, in "
	    "batches of five, twice as many each\n  time there are 2048 batches; cut is the number "
	    "of batches, at most half, for which the sum of squares around the mean over\n  the square "
	    "of the number of those that are left is least.\n"
	    "- **Stationary?** What is left in 20 groups: Mann's test for a trend at 1 %%, and "
	    "the means of both halves more than 5 %% apart.\n  Both together refuse every "
	    "percentile of the window (`verdict` 2); its mean is there, and means little. The "
	    "same of the latency\n  from when accesses were due, by itself (`due_drift`).\n"
	    "- **Interval** of the mean, 95 %%, by batch means with Student's t: of the smallest "
	    "batches, at least ten, whose means are not\n  correlated by von Neumann's ratio at 5 %%. "
	    "`null`: there are none, however large.\n"
	    "- **Too few**: less than 20 batches before the drain (100 faults), and there is no "
	    "window.\n\n"
	    "With more faults than are kept the window is rounded inward to parts of 1/16 to 1/32 "
	    "of the run, and has no latencies from due.\nWhat is refused of the latency, and why, is "
	    "the object `refused` of result.json, by percentile.\n");
}

static void make_page(void)
{
	page_bytes = 0;
	say("# Numbers of a run\n\n"
	    "Made from the tables of rows that result.json is written by "
	    "(`system/result/rows.c`), by\n`build/test-system-results_page -w`. The same program "
	    "without `-w` is a test: it fails if this page is not what it\nwould write. Do not "
	    "edit. `iopfsim list results` says the same.\n\n"
	    "A dot in a key is an object in result.json. Times are in ns. *Adds* is how the values "
	    "of several devices, IOMMUs or\nruns become one. A sweep may compare any number of the "
	    "top level with what was published, by its key; of [times](#times)\nby key, dot and "
	    "what is said of them: `faults.latency_ns.p99`; of several by key, dot and number.\n");
	for (u32 i = 0; i < SYS_NR_COLLECTIONS; i++)
		say_collection(&sys_collections[i]);
	say_times();
	say_window();
}

static void the_page_is_the_tables(void **state)
{
	FILE *file = fopen(PAGE, "r");
	size_t bytes;

	assert_non_null(file);
	bytes = fread(found, 1, PAGE_BYTES - 1, file);
	fclose(file);
	make_page();
	if (bytes != page_bytes || memcmp(page, found, bytes) != 0)
		fail_msg("%s is not what the tables say; run this program with -w", PAGE);
}

/* A key is a column of SQL, a path in JSON and a word in YAML; and says a thing once. */
static void keys_are_plain_and_differ(void **state)
{
	for (u32 which = 0; which < SYS_NR_COLLECTIONS; which++) {
		u32 nr;
		const struct sys_column *columns = sys_columns(which, &nr);

		assert_true(nr > 0);
		for (u32 i = 0; i < nr; i++) {
			assert_int_equal(
				strspn(columns[i].key, "abcdefghijklmnopqrstuvwxyz0123456789_."),
				strlen(columns[i].key));
			assert_int_equal(sys_column_find(which, columns[i].key), i);
			assert_true(columns[i].row->help[0] != 0);
		}
	}
}

/* Else result.json would have a key twice, as a number and as an object. */
static void no_key_is_an_object_of_another(void **state)
{
	for (u32 which = 0; which < SYS_NR_COLLECTIONS; which++) {
		u32 nr;
		const struct sys_column *columns = sys_columns(which, &nr);

		for (u32 i = 0; i < nr; i++) {
			size_t length = strlen(columns[i].row->key);

			for (u32 k = 0; k < nr; k++)
				assert_false(columns[k].row != columns[i].row &&
					     !strncmp(columns[k].row->key, columns[i].row->key,
						      length) &&
					     columns[k].row->key[length] == '.');
		}
	}
}

static int write_page(void)
{
	FILE *file = fopen(PAGE ".new", "w");

	make_page();
	if (!file || fwrite(page, 1, page_bytes, file) != page_bytes || fclose(file) ||
	    rename(PAGE ".new", PAGE)) {
		perror(PAGE);
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_page_is_the_tables),
		cmocka_unit_test(keys_are_plain_and_differ),
		cmocka_unit_test(no_key_is_an_object_of_another),
	};

	if (argc > 1 && !strcmp(argv[1], "-w"))
		return write_page();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
