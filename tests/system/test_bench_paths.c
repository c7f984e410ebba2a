// SPDX-License-Identifier: GPL-2.0-only
/*
 * What iopfsim-bench measures: every path runs, does what it was asked for, and
 * bears the keys of design.md. How fast is not a test's business.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "bench/paths.h"
#include "system/config/workload.h"

static void keys_are_those_of_the_design(void **state)
{
	static const char *const keys[] = {
		"events_per_s",
		"switches_per_s",
		"translations_cached_per_s",
		"translations_walked_per_s",
		"timed_hits_per_s",
		"fault_round_trips_per_s",
		"schedules_per_s",
		"rewinds_per_s",
	};

	assert_int_equal(bench_nr_paths, sizeof(keys) / sizeof(keys[0]));
	for (u32 i = 0; i < bench_nr_paths; i++)
		assert_string_equal(bench_paths[i].key, keys[i]);
}

/* Twice each: a path leaves nothing behind that the next would stumble over. */
static void every_path_does_what_it_was_asked_for(void **state)
{
	for (u32 i = 0; i < 2 * bench_nr_paths; i++) {
		const struct bench_path *path = &bench_paths[i % bench_nr_paths];
		struct bench_run run = {.nr_wanted = 5000};

		if (!path->run)
			continue;
		if (path->run(&run))
			fail_msg("%s: %s", path->key, run.message);
		/* about: events draw their distances, faults come in whole messages */
		assert_in_range(run.nr_done, 4500, 6000);
		assert_true(run.cpu_ns > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_those_of_the_design),
		cmocka_unit_test(every_path_does_what_it_was_asked_for),
	};

	wl_data_set(".", NULL); /* the source tree, which has workloads/ */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
