// SPDX-License-Identifier: GPL-2.0-only
/*
 * The folder that `iopfsim run` leaves, read back. Claims: result.json has the
 * keys that readers count on and its numbers agree with one another; the stage
 * means add up to the mean exactly; faults.csv, locks.csv and
 * report.html tell the same; `sweep --json` has points with parameters,
 * published and result.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SMALL "tests/data/small.yaml"
#define NR_STAGES 11

static const char *const stages[NR_STAGES] = {
	"detected", "recorded", "interrupted", "dequeued", "handled",	"locked",
	"pinned",   "mapped",	"answered",    "consumed", "completed",
};

static char folder[] = "/tmp/iopfsim-test-XXXXXX";

/* Runs the command under test with "%s" in @arguments being the folder. */
static int run(const char *arguments)
{
	char command[1024] = IOPFSIM " ";

	snprintf(command + strlen(command), sizeof(command) - strlen(command), arguments, folder);
	return system(command);
}

static json_t *read_json(const char *name)
{
	char path[128];
	json_error_t error;
	json_t *root;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (!root)
		fail_msg("%s:%d: %s", path, error.line, error.text);
	return root;
}

/* @path: "faults.latency_ns.mean" */
static json_t *get(json_t *root, const char *path)
{
	char part[64];

	while (*path) {
		size_t length = strcspn(path, "/");

		snprintf(part, sizeof(part), "%.*s", (int)length, path);
		root = json_object_get(root, part);
		if (!root)
			fail_msg("there is no %s", path);
		path += length + (path[length] == '/');
	}
	return root;
}

static double number(json_t *root, const char *path)
{
	json_t *value = get(root, path);

	assert_true(json_is_number(value));
	return json_number_value(value);
}

static int setup(void **state)
{
	assert_non_null(mkdtemp(folder));
	assert_int_equal(run("run " SMALL " -q --no-plots -o %s/out"), 0);
	*state = read_json("out/result.json");
	return 0;
}

static int teardown(void **state)
{
	char command[64];

	json_decref(*state);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command);
}

static void readers_find_the_keys_that_they_count_on(void **state)
{
	static const char *const numbers[] = {
		"seed",
		"simulated_time_ns",
		"accesses",
		"bytes",
		"throughput_bytes_per_s",
		"faults/recorded",
		"faults/answered",
		"faults/completed",
		"faults/aborted",
		"faults/latency_ns/mean",
		"faults/latency_ns/p50",
		"faults/latency_ns/p90",
		"faults/latency_ns/max",
		"faults/latency_ns/min",
		"queues/smmu0.evtq/entries",
		"queues/smmu0.evtq/pushed",
		"queues/smmu0.evtq/popped",
		"queues/smmu0.evtq/max_depth",
		"queues/smmu0.evtq/overflows",
		"queues/smmu0.evtq/deferred",
		"queues/smmu0.cmdq/pushed",
		"tlb/hits",
		"tlb/misses",
		"walker/walks",
		"walker/config_fetches",
		"stalls/backpressured",
		"stalls/suppressed",
		"stalls/refused",
		"stalls/events_merged",
	};
	static const char *const words[] = {"version", "config_hash", "trace_hash",
					    "configuration/platform"};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		number(*state, numbers[i]);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_true(json_is_string(get(*state, words[i])));
	assert_true(json_is_false(get(*state, "interrupted")));
	assert_true(json_is_false(get(*state, "unchecked")));
	assert_int_equal(json_array_size(get(*state, "walker/table_fetches")), 5);
	assert_int_equal(json_array_size(get(*state, "devices")), 2);
	assert_int_equal(json_array_size(get(*state, "cpus")), 8);
}

static void every_lock_has_the_columns_of_lock_stat(void **state)
{
	static const char *const keys[] = {
		"acquisitions", "contentions", "acq_bounces",	"con_bounces",
		"wait_ns/min",	"wait_ns/max", "wait_ns/total", "wait_ns/avg",
		"hold_ns/min",	"hold_ns/max", "hold_ns/total", "hold_ns/avg",
	};
	json_t *locks = get(*state, "locks"), *lock;
	size_t index;

	assert_true(json_array_size(locks) > 0);
	json_array_foreach(locks, index, lock)
	{
		assert_true(json_is_string(get(lock, "name")));
		assert_true(json_is_array(get(lock, "sites")));
		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
			number(lock, keys[i]);
		/* null where few have waited */
		get(lock, "wait_ns/p99");
		assert_int_equal(json_is_number(get(lock, "hold_ns/p50")),
				 number(lock, "hold_ns/count") >= 20);
	}
}

static void numbers_agree_with_one_another(void **state)
{
	json_t *devices = get(*state, "devices"), *device;
	double accesses = 0, bytes = 0;
	size_t index;

	/* 2 devices, 2 buffer pairs of 64 KiB in and out: each page faults once */
	assert_true(number(*state, "faults/recorded") == 2 * 2 * 2 * 16);
	assert_true(number(*state, "faults/answered") == number(*state, "faults/recorded"));
	assert_true(number(*state, "faults/completed") == number(*state, "faults/recorded"));
	assert_true(number(*state, "faults/latency_ns/count") ==
		    number(*state, "faults/completed"));
	/* 3 messages, 16 pages in and out */
	assert_true(number(*state, "accesses") == 2 * 3 * 2 * 16);
	assert_true(number(*state, "bytes") == 2 * 3 * 2 * 65536);
	json_array_foreach(devices, index, device)
	{
		accesses += number(device, "accesses");
		bytes += number(device, "bytes");
	}
	assert_true(accesses == number(*state, "accesses"));
	assert_true(bytes == number(*state, "bytes"));
	assert_true(number(*state, "faults/latency_ns/min") <=
		    number(*state, "faults/latency_ns/p50"));
	assert_true(number(*state, "faults/latency_ns/p90") <=
		    number(*state, "faults/latency_ns/max"));
}

static void stage_means_add_up_to_the_mean_exactly(void **state)
{
	static const char *const keys[] = {"mean", "p50", "p90", "max", "total"};
	double sum = 0;
	char path[64];

	for (size_t i = 0; i < NR_STAGES; i++) {
		for (size_t j = 0; j < sizeof(keys) / sizeof(keys[0]); j++) {
			snprintf(path, sizeof(path), "faults/stages_ns/%s/%s", stages[i], keys[j]);
			if (!j)
				sum += number(*state, path);
			number(*state, path);
		}
	}
	/* no tolerance: every mean is a multiple of 1/1024 ns */
	assert_true(sum == number(*state, "faults/latency_ns/mean"));
	assert_true(sum > 0);
}

/* Every parameter of `list parameters --json` stands in "configuration". */
static void the_whole_configuration_is_there(void **state)
{
	json_t *list, *row, *value;
	char path[128];
	size_t index;

	assert_int_equal(run("list parameters --json >%s/list.json"), 0);
	list = read_json("list.json");
	assert_true(json_array_size(get(list, "parameters")) > 60);
	json_array_foreach(get(list, "parameters"), index, row)
	{
		snprintf(path, sizeof(path), "%s", json_string_value(get(row, "path")));
		value = get(*state, "configuration");
		for (char *part = strtok(path, "."); part; part = strtok(NULL, ".")) {
			value = json_object_get(value, part);
			if (!value)
				fail_msg("no %s", json_string_value(get(row, "path")));
		}
	}
	json_decref(list);
	assert_string_equal(json_string_value(get(*state, "configuration/cpu/wakeup")), "1us");
	assert_int_equal(json_integer_value(get(*state, "configuration/machine/devices")), 2);
	assert_true(json_is_true(get(*state, "configuration/handler/iopf")));
	assert_string_equal(json_string_value(get(*state, "configuration/handler/mode")), "vfio");
	assert_int_equal(json_array_size(get(*state, "configuration/mappings")), 1);
}

static FILE *open_text(const char *name)
{
	char path[128];
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	in = fopen(path, "r");
	assert_non_null(in);
	return in;
}

static void faults_csv_adds_up_to_the_latencies(void **state)
{
	FILE *in = open_text("out/faults.csv");
	double total = 0, sum, latency;
	char line[1024], *field;
	int nr = -1, column;

	for (; fgets(line, sizeof(line), in); nr++) {
		if (nr < 0)
			continue;
		sum = latency = column = 0;
		for (char *at = line; (field = strsep(&at, ",\n")); column++) {
			latency = column == 10 ? strtod(field, NULL) : latency;
			sum += column > 10 ? strtod(field, NULL) : 0;
		}
		assert_int_equal(column, 11 + NR_STAGES + 1);
		assert_true(sum > latency - 0.0005 && sum < latency + 0.0005);
		total += latency;
	}
	fclose(in);
	assert_int_equal(nr, (int)number(*state, "faults/recorded"));
	assert_true(total > number(*state, "faults/latency_ns/total") - 0.01);
	assert_true(total < number(*state, "faults/latency_ns/total") + 0.01);
}

static void locks_csv_has_a_line_for_each_lock_most_waited_for_first(void **state)
{
	FILE *in = open_text("out/locks.csv");
	char line[4096], *field, *at;
	double last = 1e300, waited;
	int nr = -1;

	for (; fgets(line, sizeof(line), in); nr++) {
		if (nr < 0)
			continue;
		/* the name is quoted and our locks' names have no comma */
		at = line;
		for (int column = 0; column < 5; column++)
			strsep(&at, ",");
		field = strsep(&at, ",");
		waited = strtod(field, NULL);
		assert_true(waited <= last);
		last = waited;
	}
	fclose(in);
	assert_int_equal(nr, (int)json_array_size(get(*state, "locks")));
}

/* A percentile needs ten values beyond it: p90 of a hundred and more, p99 of a thousand. */
static void percentiles_without_support_are_null_and_say_why(void **state)
{
	double nr = number(*state, "faults/latency_ns/count");

	assert_in_range((long)nr, 100, 999);
	assert_true(number(*state, "faults/latency_ns/p90") > 0);
	assert_true(json_is_null(get(*state, "faults/latency_ns/p99")));
	assert_true(json_is_null(get(*state, "faults/latency_ns/p9999")));
	assert_non_null(strstr(json_string_value(get(*state, "refused/p99")), "faults, 10 beyond"));
	assert_null(json_object_get(get(*state, "refused"), "p50"));
}

/* Percentiles lie within their intervals, and the curve never goes back. */
static void the_latency_picture_has_curve_and_intervals(void **state)
{
	double us, share, nines, low, high, last_us = 0, last = 0;
	FILE *in = open_text("out/data/percentiles.dat");
	char line[256], name[16];
	int nr_told = 0, nr = 0;

	while (fgets(line, sizeof(line), in)) {
		if (line[0] == '#')
			continue;
		nr++;
		assert_int_equal(sscanf(line, "%15s %lf %lf %lf %lf %lf", name, &us, &share, &nines,
					&low, &high),
				 6);
		assert_true(fabs(nines + log10(1 - share / 100)) < 1e-3);
		assert_true(us == 0 || (low <= us && us <= high));
		nr_told += us > 0;
	}
	fclose(in);
	assert_int_equal(nr, 4);
	assert_true(nr_told >= 1);
	for (in = open_text("out/data/latency.dat"); fgets(line, sizeof(line), in);) {
		if (line[0] == '#')
			continue;
		assert_int_equal(sscanf(line, "%lf %lf %lf", &us, &share, &nines), 3);
		assert_true(us >= last_us && nines >= last);
		last_us = us;
		last = nines;
	}
	fclose(in);
	assert_true(share == 100 && last > 1);
}

static void a_trace_limit_bounds_the_files_and_says_so(void **state)
{
	static const char *const moments[] = {"faults/latency_ns/count", "faults/latency_ns/mean",
					      "faults/latency_ns/min", "faults/latency_ns/max"};
	char line[1024];
	json_t *root;
	int nr = -1;
	FILE *in;

	assert_int_equal(
		run("run " SMALL " -q --no-plots --set output.trace_limit=5 -o %s/limited"), 0);
	root = read_json("limited/result.json");
	assert_true(number(root, "faults/kept/first") == 5);
	assert_true(number(root, "faults/kept/slowest") == 5);
	assert_true(number(root, "faults/kept/dropped") == number(root, "faults/recorded") - 10);
	for (in = open_text("limited/faults.csv"); fgets(line, sizeof(line), in); nr++)
		;
	fclose(in);
	assert_int_equal(nr, 10);
	/* what is kept changes no number, but how exact percentiles are */
	assert_true(json_equal(get(root, "trace_hash"), get(*state, "trace_hash")));
	assert_true(json_is_true(get(*state, "faults/latency_ns/exact")));
	assert_true(json_is_false(get(root, "faults/latency_ns/exact")));
	assert_int_equal((int)number(*state, "steady/verdict"), 0);
	assert_int_equal((int)number(root, "steady/verdict"), 4);
	assert_non_null(strstr(json_string_value(get(root, "refused/steady")), "trace_limit"));
	for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++)
		assert_true(json_equal(get(root, moments[i]), get(*state, moments[i])));
	assert_true(number(root, "faults/latency_ns/p50") >=
		    number(*state, "faults/latency_ns/p50"));
	assert_true(number(root, "faults/latency_ns/p50") <=
		    number(*state, "faults/latency_ns/p50") * 1.008);
	json_decref(root);
}

static void without_faults_there_is_a_result_all_the_same(void **state)
{
	json_t *root;

	assert_int_equal(run("run " SMALL " -q --no-plots --set handler.iopf=false -o %s/static"),
			 0);
	root = read_json("static/result.json");
	assert_true(number(root, "faults/recorded") == 0);
	assert_true(number(root, "faults/latency_ns/mean") == 0);
	assert_true(number(root, "faults/latency_ns/min") == 0);
	assert_true(number(root, "accesses") == number(*state, "accesses"));
	assert_true(number(root, "simulated_time_ns") < number(*state, "simulated_time_ns"));
	json_decref(root);
}

static void page_requests_add_up_in_the_result(void **state)
{
	json_t *root, *all, *device;

	assert_int_equal(run("run pcie-sva -q --no-plots --set workload.accesses=512 "
			     "--set smmu.features.priq_lg2=3 -o %s/pcie"),
			 0);
	root = read_json("pcie/result.json");
	all = get(root, "page_requests");
	assert_true(number(all, "auto_success") > 0);
	assert_true(number(all, "sent") ==
		    number(all, "recorded") + number(all, "dropped") + number(all, "auto_success") +
			    number(all, "auto_invalid") + number(all, "auto_failure"));
	assert_true(number(all, "retried") ==
		    number(all, "completed") + number(all, "asked_again"));
	assert_true(number(all, "recorded") == number(root, "queues/smmu0.priq/pushed"));
	assert_true(number(all, "software_success") == number(root, "faults/answered"));
	device = json_array_get(get(root, "devices"), 0);
	assert_true(number(device, "page_requests/sent") +
			    number(json_array_get(get(root, "devices"), 1), "page_requests/sent") ==
		    number(all, "sent"));
	assert_true(number(device, "atc/translation_requests") > 0);
	assert_true(number(root, "atc_invalidations/timed_out") == 0);
	assert_string_equal(json_string_value(get(root, "configuration/device/kind")), "pcie");
	number(root, "configuration/pcie/page_request_credits");
	/* a platform device has none of it */
	assert_null(json_object_get(*state, "page_requests"));
	json_decref(root);
}

static void a_sweep_gives_points_with_derived_numbers(void **state)
{
	json_t *root, *point, *result;
	double share;

	assert_int_equal(run("sweep " SMALL " --json >%s/sweep.json"), 0);
	root = read_json("sweep.json");
	assert_int_equal(json_array_size(get(root, "points")), 2);
	point = json_array_get(get(root, "points"), 0);
	assert_true(number(get(point, "parameters"), "workload.messages") == 1);
	assert_true(number(point, "published/faults") == 64);
	assert_true(number(point, "published/throughput_share_percent") == 50.5);
	result = get(point, "result");
	assert_true(number(result, "faults/recorded") == 64);
	assert_true(number(result, "configuration/workload/messages") == 1);
	share = 100 * number(result, "throughput_bytes_per_s") /
		number(result, "derived/baseline_throughput_bytes_per_s");
	assert_true(number(result, "derived/throughput_share_percent") > share - 0.001);
	assert_true(number(result, "derived/throughput_share_percent") < share + 0.001);
	assert_true(number(result, "derived/added_ns_per_fault") > 0);
	point = json_array_get(get(root, "points"), 1);
	assert_string_equal(
		json_string_value(json_object_get(get(point, "parameters"), "handler.extra")),
		"1us");
	assert_int_equal(json_object_size(get(point, "published")), 0);
	json_decref(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(readers_find_the_keys_that_they_count_on),
		cmocka_unit_test(every_lock_has_the_columns_of_lock_stat),
		cmocka_unit_test(numbers_agree_with_one_another),
		cmocka_unit_test(stage_means_add_up_to_the_mean_exactly),
		cmocka_unit_test(the_whole_configuration_is_there),
		cmocka_unit_test(faults_csv_adds_up_to_the_latencies),
		cmocka_unit_test(locks_csv_has_a_line_for_each_lock_most_waited_for_first),
		cmocka_unit_test(percentiles_without_support_are_null_and_say_why),
		cmocka_unit_test(the_latency_picture_has_curve_and_intervals),
		cmocka_unit_test(a_trace_limit_bounds_the_files_and_says_so),
		cmocka_unit_test(without_faults_there_is_a_result_all_the_same),
		cmocka_unit_test(page_requests_add_up_in_the_result),
		cmocka_unit_test(a_sweep_gives_points_with_derived_numbers),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
