// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every scenario of tests/scenarios, under each design and dispatch, each in a
 * machine and a process of its own:
 *  - it comes to what its file says, and leaves nothing behind;
 *  - its transcript is the one that is committed beside it, byte for byte;
 *  - under a design that the file says it fails on, it does fail, in the way the
 *    file says.
 *
 * With --update the transcripts are written (of the first design that passes).
 * Other arguments: only scenarios whose name contains one.
 */
#include <stdio.h>

#include "tests/handler/on_machine.h"

#include <linux/string.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const dispatch_names[] = {"inline", "workqueue", "device-workqueue",
					     "cpu-threads"};

static bool is_update;
static const struct scenario *updated; /* this one has been written */
static int nr_filters;
static char **filters;

/* --- one run, in a process of its own --- */

struct run {
	const struct scenario *scenario;
	struct scn_setting setting;
	struct scenario_report *report; /* shared with the child */
	int status;			/* as waitpid() has it */
};

static int be_child(const struct run *run)
{
	/* What goes wrong on purpose need not be read. */
	if (scn_failure_on(run->scenario, run->setting.design) != SCN_PASSES) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, STDERR_FILENO);
	}
	run_on_machine(run->scenario, &run->setting, run->report);
	return 0;
}

static void run_in_child(struct run *run)
{
	pid_t pid;

	memset(run->report, 0, sizeof(*run->report));
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		_exit(be_child(run));
	assert_int_equal(waitpid(pid, &run->status, 0), pid);
}

/* --- transcripts --- */

static void transcript_path(const struct scenario *scenario, char *path, size_t bytes)
{
	snprintf(path, bytes, "tests/scenarios/%s.transcript", scenario->name);
}

static bool read_transcript(const struct scenario *scenario, char *text, size_t bytes)
{
	char path[256];
	size_t got;
	FILE *file;

	transcript_path(scenario, path, sizeof(path));
	file = fopen(path, "r");
	if (!file)
		return false;
	got = fread(text, 1, bytes - 1, file);
	text[got] = 0;
	fclose(file);
	return true;
}

static void write_transcript(const struct scenario *scenario, const char *text)
{
	char path[256];
	FILE *file;

	transcript_path(scenario, path, sizeof(path));
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static bool is_as_committed(const struct run *run)
{
	static char committed[SCN_TRANSCRIPT_BYTES];

	return read_transcript(run->scenario, committed, sizeof(committed)) &&
	       !strcmp(committed, run->report->result.transcript);
}

/* --- verdicts --- */

static bool has_crashed(const struct run *run)
{
	return !WIFEXITED(run->status) || WEXITSTATUS(run->status);
}

static enum scn_failure verdict(const struct run *run, bool has_transcript)
{
	if (has_crashed(run))
		return SCN_FAILS_CRASHES;
	if (!run->report->is_done || run->report->is_stuck || run->report->result.is_late)
		return SCN_FAILS_HANGS;
	if (run->report->result.nr_failures || run->report->nr_leaked || run->report->nr_warnings ||
	    !has_transcript)
		return SCN_FAILS_ANSWERS;
	return SCN_PASSES;
}

static void tell(const struct run *run, enum scn_failure seen, enum scn_failure expected)
{
	static const char *const names[] = {"passes", "fails: answers", "fails: hangs",
					    "fails: crashes"};
	const struct scenario_report *report = run->report;

	printf("%s, design %s, dispatch %s: %s, expected: %s\n", run->scenario->name,
	       run->setting.design, dispatch_names[run->setting.dispatch], names[seen],
	       names[expected]);
	if (report->result.nr_failures)
		printf("  %s.yaml: %s\n", run->scenario->name, report->result.why);
	if (report->nr_leaked)
		printf("  %u objects are not given back\n", report->nr_leaked);
	printf("%s", report->result.transcript);
}

/* Freed memory is seen by ASan only. */
#if defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN true
#endif
#endif
#ifndef HAS_ASAN
#define HAS_ASAN false
#endif

static u32 check_run(struct run *run)
{
	enum scn_failure expected = scn_failure_on(run->scenario, run->setting.design), seen;

	if (expected == SCN_FAILS_CRASHES && !HAS_ASAN)
		return 0;
	run_in_child(run);
	seen = verdict(run, true);
	if (seen == SCN_PASSES) {
		if (is_update && updated != run->scenario)
			write_transcript(run->scenario, run->report->result.transcript);
		updated = run->scenario;
		seen = verdict(run, is_as_committed(run));
	}
	if (seen == expected)
		return 0;
	tell(run, seen, expected);
	return 1;
}

static u32 check_scenario(const struct scenario *scenario, struct scenario_report *report)
{
	u32 nr_wrong = 0;

	for (u32 i = 0; pfh_design_names[i]; i++) {
		for (u32 j = 0; j < ARRAY_SIZE(dispatch_names); j++) {
			struct run run = {
				.scenario = scenario,
				.setting = scn_setting(pfh_design_names[i], j),
				.report = report,
			};

			if (scenario->dispatches & BIT(j))
				nr_wrong += check_run(&run);
		}
	}
	return nr_wrong;
}

static bool is_wanted(const struct scenario *scenario)
{
	for (int i = 0; i < nr_filters; i++) {
		if (strstr(scenario->name, filters[i]))
			return true;
	}
	return !nr_filters;
}

static void every_scenario_comes_to_what_it_says(void **state)
{
	struct scenario_report *report = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE,
					      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	u32 nr_wrong = 0, nr = 0;

	assert_true(report != MAP_FAILED);
	for (u32 i = 0; i < scn_table_size; i++) {
		if (!is_wanted(&scn_table[i]))
			continue;
		nr++;
		nr_wrong += check_scenario(&scn_table[i], report);
	}
	munmap(report, sizeof(*report));
	printf("%u scenarios\n", nr);
	assert_int_equal(nr_wrong, 0);
	assert_true(nr > 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_scenario_comes_to_what_it_says),
	};

	is_update = argc > 1 && !strcmp(argv[1], "--update");
	filters = argv + 1 + is_update;
	nr_filters = argc - 1 - is_update;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
