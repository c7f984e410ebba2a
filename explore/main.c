// SPDX-License-Identifier: GPL-2.0-only
/*
 * iopfsim-explore, what `iopfsim explore` runs: a program of its own, whose simulator has points
 * instead of costs, so that a normal run has neither.
 *
 * All that it remembers from schedule to schedule is memory of the host: what is static is put
 * back.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "explore/minimize.h"
#include "explore/options.h"
#include "explore/race.h"
#include "explore/replay.h"
#include "explore/story.h"
#include "handler/scenario/scenario.h"
#include "handler/virtual/scenario_machine.h"
#include "sim/version.h"

/* Scenarios on mocks are run by the one, those on drivers and models by the other. */
#define MOCKS "iopfsim-explore"
#define DRIVERS "iopfsim-explore-drivers"

#define EXIT_FOUND 1
#define EXIT_USAGE 2
#define LEARNED_RUNS 100
#define MINIMIZE_RUNS 5000
#define MAX_POINTS 20000

struct search {
	char **argv;
	struct explore_options options;
	u64 nr_schedules, nr_pruned, nr_failures;
	u64 nr_points, nr_decisions;
	u64 found_at; /* schedule; 0: none */
	const char *found_by;
	u32 switches; /* of it, after minimizing where that was asked for */
	u32 switches_before;
	struct finding finding, scratch;
	struct replay replay;
	u64 begin_ns, end_ns, cpu_ns;
	bool is_complete, is_interrupted;
};

static u64 now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (u64)now.tv_sec * 1000000000ULL + (u64)now.tv_nsec;
}

/* --- searching --- */

static void learn(struct search *search)
{
	strategy_learn(true);
	for (u64 i = 1; i <= LEARNED_RUNS; i++) {
		strategy_start(i);
		machine_run(&search->scratch);
		strategy_end();
	}
	strategy_learn(false);
}

static void keep(struct search *search, u64 nth)
{
	search->found_at = nth;
	search->found_by = strategy_name();
	search->replay.choices = *strategy_choices();
	search->replay.finding = search->scratch.kind;
	search->switches = search->switches_before = minimize_switches(&search->replay.choices);
}

static bool is_time_over(const struct search *search)
{
	return search->options.time_ms &&
	       now_ns(CLOCK_MONOTONIC) - search->begin_ns > search->options.time_ms * 1000000;
}

static bool goes_on(struct search *search, u64 nth)
{
	if (search->options.iterations && search->nr_schedules >= search->options.iterations)
		return false;
	if (nth % 64 == 0 && is_time_over(search))
		return false;
	return !(search->found_at && !search->options.is_counting);
}

/* Signals are blocked: a flag that a handler sets would be static, and put back with the rest. */
static bool was_interrupted(void)
{
	sigset_t pending;

	return !sigpending(&pending) &&
	       (sigismember(&pending, SIGINT) || sigismember(&pending, SIGTERM));
}

static void run_all(struct search *search)
{
	const struct explore_options *options = &search->options;

	for (u64 nth = options->shard; goes_on(search, nth); nth += options->nr_shards) {
		bool has_run;

		strategy_start(nth);
		has_run = machine_run(&search->scratch);
		search->nr_schedules += has_run;
		search->nr_pruned += !has_run;
		search->nr_points += has_run ? sim_schedule->nr_points : 0;
		search->nr_decisions += has_run ? sim_schedule->nr_decisions : 0;
		if (has_run && search->scratch.kind != FINDING_NONE && !search->nr_failures++)
			keep(search, search->nr_schedules);
		if (!strategy_end()) {
			search->is_complete = !strategy_is_cut();
			break;
		}
		if (nth % 64 == 0 && was_interrupted()) {
			search->is_interrupted = true;
			break;
		}
	}
}

/* What putting the machine back takes alone: for iopfsim-bench. */
static void rewind_all(struct search *search)
{
	for (; search->nr_schedules < search->options.iterations; search->nr_schedules++)
		machine_rewind();
}

/* Once more, in words. */
static void run_again(struct search *search, bool is_told)
{
	strategy_wish(NULL);
	strategy_replay(&search->replay.choices);
	if (is_told)
		story_begin();
	strategy_start(0);
	search->finding.wants_words = true;
	machine_run(&search->finding);
	story_end();
}

static void finish(struct search *search)
{
	if (!search->found_at)
		return;
	if (search->options.is_minimizing) {
		minimize(&search->replay.choices, search->replay.finding, MINIMIZE_RUNS);
		search->switches = minimize_switches(&search->replay.choices);
	}
	run_again(search, true);
}

/* --- saying --- */

static double seconds(const struct search *search)
{
	return (double)(search->end_ns - search->begin_ns) / 1e9;
}

static double a_schedule(const struct search *search, u64 sum)
{
	return search->nr_schedules ? (double)sum / (double)search->nr_schedules : 0;
}

static void print_text_json(const char *text)
{
	fputc('"', stdout);
	for (; *text; text++) {
		if (*text == '\n')
			fputs("\\n", stdout);
		else if (*text == '"' || *text == '\\')
			printf("\\%c", *text);
		else if ((unsigned char)*text >= ' ')
			fputc(*text, stdout);
	}
	fputc('"', stdout);
}

static void print_json(const struct search *search)
{
	const struct explore_options *options = &search->options;
	u32 nr_threads, nr_decisions;

	strategy_pct(&nr_threads, &nr_decisions);
	printf("{\"scenario\": \"%s\", \"design\": \"%s\", \"dispatch\": \"%s\", \"strategy\": \"%s\", "
	       "\"seed\": %llu,\n",
	       options->scenario->name, options->design, explore_dispatch_names[options->dispatch],
	       strategy_names[options->strategy.kind], options->strategy.seed);
	printf(" \"schedules\": %llu, \"pruned\": %llu, \"failures\": %llu, \"complete\": %s, "
	       "\"interrupted\": %s,\n",
	       search->nr_schedules, search->nr_pruned, search->nr_failures,
	       search->is_complete ? "true" : "false", search->is_interrupted ? "true" : "false");
	printf(" \"points\": %.2f, \"decisions\": %.2f, \"threads\": %u, \"pct_decisions\": %u, "
	       "\"seconds\": %.3f, \"schedules_per_s\": %.0f, \"cpu_ns\": %llu, \"rewind_bytes\": %llu,\n "
	       "\"found\": ",
	       a_schedule(search, search->nr_points), a_schedule(search, search->nr_decisions),
	       nr_threads, nr_decisions, seconds(search),
	       (double)search->nr_schedules / (seconds(search) > 0 ? seconds(search) : 1),
	       search->cpu_ns, machine_bytes());
	if (!search->found_at) {
		printf("null}\n");
		return;
	}
	printf("{\"kind\": \"%s\", \"schedule\": %llu, \"strategy\": \"%s\", \"switches\": %u, "
	       "\"switches_before\": %u, \"why\": ",
	       finding_names[search->replay.finding], search->found_at, search->found_by,
	       search->switches, search->switches_before);
	print_text_json(search->finding.why);
	printf("}}\n");
}

static void print_search(const struct search *search)
{
	const struct explore_options *options = &search->options;
	u32 nr_threads, nr_decisions;
	double bound;

	strategy_pct(&nr_threads, &nr_decisions);
	bound = nr_threads;
	for (u32 i = 1; i < options->strategy.depth; i++)
		bound *= nr_decisions;
	printf("%llu schedules in %.2f s (%.0f a second), %.1f points and %.1f decisions each\n",
	       search->nr_schedules, seconds(search),
	       (double)search->nr_schedules / (seconds(search) > 0 ? seconds(search) : 1),
	       a_schedule(search, search->nr_points), a_schedule(search, search->nr_decisions));
	if (options->strategy.kind == STRATEGY_PCT)
		printf("pct: n = %u threads, k = %u decisions on what they share: a bug of depth %u is found by one schedule in "
		       "%.0f or more often\n",
		       nr_threads, nr_decisions, options->strategy.depth, bound);
	if (options->strategy.kind == STRATEGY_DPOR || options->strategy.kind == STRATEGY_DFS)
		printf("%s: %s, %llu schedules more were left off early as no different\n",
		       strategy_names[options->strategy.kind],
		       search->is_complete ? "complete" : "not complete", search->nr_pruned);
	if (search->is_interrupted)
		printf("interrupted\n");
}

static void print_finding(const struct search *search)
{
	if (!search->found_at) {
		printf("nothing found\n");
		return;
	}
	printf("schedule %llu (%s) fails, %llu of all: %s\n%s\n", search->found_at,
	       search->found_by, search->nr_failures, finding_names[search->replay.finding],
	       search->finding.why);
	if (search->options.is_minimizing)
		printf("%u switches matter, of %u\n", search->switches, search->switches_before);
	printf("\n");
	story_print(stdout);
}

static int save(struct search *search)
{
	const struct explore_options *options = &search->options;
	struct replay *replay = &search->replay;
	int err;

	if (!options->output || !search->found_at)
		return 0;
	replay->program = replay_program();
	replay->steps = story_hash();
	snprintf(replay->source, sizeof(replay->source), "%s", iopfsim_version);
	snprintf(replay->scenario, sizeof(replay->scenario), "%s", options->scenario->name);
	snprintf(replay->design, sizeof(replay->design), "%s", options->design);
	snprintf(replay->dispatch, sizeof(replay->dispatch), "%s",
		 explore_dispatch_names[options->dispatch]);
	replay->max_timeouts = options->max_timeouts;
	replay->kinds_off = options->kinds_off;
	replay->findings_off = ~options->detectors;
	err = replay_write(replay, options->output);
	return err ? explore_complain(EXIT_USAGE, "%.200s: %s", options->output, strerror(-err))
		   : 0;
}

/* --- what is asked for --- */

static int open_machine(const struct explore_options *options)
{
	struct machine_setting setting = {
		.scenario = options->scenario,
		.design = options->design,
		.dispatch = options->dispatch,
		.max_points = MAX_POINTS,
		.max_timeouts = options->max_timeouts,
		.detectors = options->detectors,
	};
	struct strategy_setting strategy = options->strategy;
	int err;

	strategy.kinds_off = options->kinds_off;
	race_is_on = options->detectors >> FINDING_RACE & 1;
	if (strategy_init(&strategy) || story_init())
		return explore_complain(EXIT_FOUND, "not enough memory");
	err = machine_open(&setting);
	if (err == -EINVAL)
		return explore_complain(EXIT_USAGE, "%s: under %s and %s its threads never begin",
					options->scenario->name, options->design,
					explore_dispatch_names[options->dispatch]);
	return err ? explore_complain(EXIT_FOUND, "%s", strerror(-err)) : 0;
}

/* Which of the two programs has what the scenario runs on; the other becomes it. */
static int become(const struct search *search)
{
	const struct scenario *scenario = search->options.scenario;
	char path[4096], *slash;
	ssize_t length;

	if (!scenario || scenario_machine_runs(scenario->machine))
		return 0;
	length = readlink("/proc/self/exe", path, sizeof(path) - sizeof(DRIVERS));
	path[length > 0 ? length : 0] = 0;
	slash = strrchr(path, '/');
	strcpy(slash ? slash + 1 : path, scenario->machine == SCN_MOCK ? MOCKS : DRIVERS);
	execv(path, search->argv);
	return explore_complain(EXIT_USAGE, "%.200s: %s", path, strerror(errno));
}

static int list(void)
{
	for (u32 i = 0; i < scn_table_size; i++)
		printf("%-32s %s\n", scn_table[i].name, scn_table[i].about);
	return 0;
}

static int explore(struct search *search)
{
	int code = open_machine(&search->options);

	if (code)
		return code;
	learn(search);
	search->begin_ns = now_ns(CLOCK_MONOTONIC);
	search->cpu_ns = now_ns(CLOCK_PROCESS_CPUTIME_ID);
	if (search->options.is_rewinding)
		rewind_all(search);
	else
		run_all(search);
	search->cpu_ns = now_ns(CLOCK_PROCESS_CPUTIME_ID) - search->cpu_ns;
	search->end_ns = now_ns(CLOCK_MONOTONIC);
	finish(search);
	if (search->options.is_json) {
		print_json(search);
	} else if (!search->options.is_quiet) {
		print_search(search);
		print_finding(search);
	}
	code = save(search);
	return code ? code : (search->found_at ? EXIT_FOUND : 0);
}

static int check_replay(struct search *search)
{
	struct explore_options *options = &search->options;
	struct replay *replay = &search->replay;
	int design = explore_find_word(pfh_design_names, replay->design);
	int dispatch = explore_find_word(explore_dispatch_names, replay->dispatch);
	int code;

	options->scenario = explore_find_scenario(replay->scenario);
	code = become(search);
	if (code)
		return code;
	if (replay->program != replay_program() && strcmp(replay->source, iopfsim_version) != 0)
		return explore_complain(
			EXIT_USAGE, "%.200s: was found by a program of source %.60s, this is %.60s",
			options->replay, replay->source, iopfsim_version);
	if (!options->scenario || design < 0 || dispatch < 0)
		return explore_complain(EXIT_USAGE, "%.200s: no such scenario, design or dispatch",
					options->replay);
	options->design = pfh_design_names[design];
	options->dispatch = (u32)dispatch;
	options->max_timeouts = replay->max_timeouts;
	options->kinds_off = replay->kinds_off;
	options->detectors = ~replay->findings_off;
	return 0;
}

static int replay(struct search *search)
{
	char message[REPLAY_MESSAGE];
	int code;

	if (replay_read(&search->replay, search->options.replay, message))
		return explore_complain(EXIT_USAGE, "%s", message);
	code = check_replay(search);
	if (!code)
		code = open_machine(&search->options);
	if (code)
		return code;
	search->found_at = 1;
	search->found_by = "replay";
	search->nr_failures = 1;
	finish(search);
	if (!search->options.is_minimizing && story_hash() != search->replay.steps)
		return explore_complain(
			EXIT_USAGE,
			"%.200s: other steps than were recorded: by a build that has others",
			search->options.replay);
	if (search->finding.kind != search->replay.finding) {
		if (!search->options.is_quiet)
			printf("it does not fail: %s\n", finding_names[search->finding.kind]);
		return 0;
	}
	if (!search->options.is_quiet)
		print_finding(search);
	return EXIT_FOUND;
}

int main(int argc, char **argv)
{
	struct search *search = calloc(1, sizeof(*search));
	sigset_t signals;
	int code;

	if (!search)
		return EXIT_FOUND;
	code = explore_parse(argc, argv, &search->options);
	search->argv = argv;
	if (!code)
		code = become(search);
	if (code)
		return code;
	/* Looked for between schedules, so that what was found is kept. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	if (search->options.is_listing)
		code = list();
	else if (search->options.replay)
		code = replay(search);
	else
		code = explore(search);
	if (fflush(stdout) || ferror(stdout))
		return explore_complain(EXIT_FOUND, "standard output: %s", strerror(errno));
	return code;
}
