// SPDX-License-Identifier: GPL-2.0-only
/* See options.h: glibc's argp. */
#include "explore/options.h"

#include <argp.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore/replay.h"
#include "handler/scenario/scenario.h"
#include "sim/version.h"

#define EXIT_USAGE 2

const char *const explore_dispatch_names[] = {"inline", "workqueue", "device-workqueue",
					      "cpu-threads", NULL};

enum {
	KEY_DEPTH = 256,
	KEY_TIME,
	KEY_JSON,
	KEY_SHARD,
	KEY_REPLAY,
	KEY_MINIMIZE,
	KEY_LIST,
	KEY_REWIND,
	KEY_ALL,
	KEY_WITHOUT,
	KEY_WITHOUT_POINTS,
	KEY_TIMEOUTS,
	KEY_VERSION,
};

static const struct argp_option argp_options[] = {
	{"design", 'd', "NAME", 0, "locking design of the container (default: range-lock)", 0},
	{"dispatch", 'p', "NAME", 0,
	 "how faults get to their handler: inline (default), workqueue, device-workqueue, cpu-threads",
	 0},
	{"strategy", 's', "NAME", 0, "mix (default), slow, random, pct, dfs, dpor: see below", 0},
	{"iterations", 'n', "N", 0,
	 "run at most N schedules to their end (default: 10000; dfs and dpor: all there are)", 0},
	{"depth", KEY_DEPTH, "D", 0,
	 "of pct: the depth of the bug to look for, 1 to 8 (default 3); of dfs: preemptions", 0},
	{"seed", 'S', "S", 0, "of every random choice (default 1)", 0},
	{"time", KEY_TIME, "T", 0, "stop after T seconds", 0},
	{"shard", KEY_SHARD, "I/N", 0,
	 "of N processes that share the work this is number I, from 1 on", 0},
	{"json", KEY_JSON, NULL, 0, "print the result as JSON", 0},
	{"output", 'o', "FILE", 0, "write the schedule that fails to FILE, for --replay", 0},
	{"minimize", KEY_MINIMIZE, NULL, 0, "take out of it the switches that do not matter", 0},
	{"replay", KEY_REPLAY, "FILE", 0, "run the schedule in FILE, and tell it step by step", 0},
	{"all", KEY_ALL, NULL, 0, "go on after the first failure, and count", 0},
	{"without", KEY_WITHOUT, "DETECTOR", 0,
	 "look for anything but this: deadlock, livelock, 'use after free', 'grace period', reference, 'data race', 'lock order', "
	 "assertion, warning, defect, answer, mapping, 'lost write', identity, dma, leak, crash",
	 0},
	{"timeouts", KEY_TIMEOUTS, "N", 0,
	 "so many time-outs of drivers and hardware may come at any time (default 0: when nobody can go on)",
	 0},
	{"without-points", KEY_WITHOUT_POINTS, "KIND", 0,
	 "do not switch at points of this kind: lock, atomic, load, store, reader, step, unlock, release, yield",
	 0},
	{"rewind", KEY_REWIND, NULL, OPTION_HIDDEN, "put the machine back -n times, run nothing",
	 0},
	{"list", KEY_LIST, NULL, 0, "list the scenarios", 0},
	{"quiet", 'q', NULL, 0, "print nothing: the exit status says whether something was found",
	 0},
	{"help", 'h', NULL, 0, "print this help", -1},
	{"version", KEY_VERSION, NULL, 0, "print the version", -1},
	{0},
};

static const char doc[] =
	"\nRun SCENARIO's threads in many orders, and say which of them breaks the fault handler."
	"\vStrategies:\n"
	"  mix     slow and pct of depths 2 to 5 by turns\n"
	"  slow    a random walk that switches at one point in 5 to 50\n"
	"  random  any thread that is ready at each point\n"
	"  pct     random priorities with D - 1 changes: a bug of depth D is found in a schedule with a "
	"chance of at least 1/(n k^(D-1)); n and k are printed\n"
	"  dfs     all schedules with at most D preemptions\n"
	"  dpor    all schedules, but for those that differ only in the order of independent steps\n"
	"\nExit status: 0: nothing was found; 1: something was; 2: wrong usage.\n"
	"docs/explorer.md says what is a point, what is found, and what 'complete' means.";

int explore_complain(int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fprintf(stderr, "iopfsim explore: ");
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	return code;
}

const struct scenario *explore_find_scenario(const char *name)
{
	for (u32 i = 0; i < scn_table_size; i++) {
		if (!strcmp(scn_table[i].name, name))
			return &scn_table[i];
	}
	return NULL;
}

int explore_find_word(const char *const *words, const char *word)
{
	for (int i = 0; words[i]; i++) {
		if (!strcmp(words[i], word))
			return i;
	}
	return -1;
}

static u64 number(const char *option, const char *text, u64 max)
{
	char *end;
	u64 value = strtoull(text, &end, 10);

	if (end == text || *end || text[0] == '-' || value > max)
		exit(explore_complain(EXIT_USAGE, "--%s: '%.40s', expected a number up to %llu",
				      option, text, max));
	return value;
}

static int word(const char *option, const char *const *words, const char *text)
{
	int place = explore_find_word(words, text);
	char all[256] = "";

	for (int i = 0; place < 0 && words[i]; i++)
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s", i ? ", " : "",
			 words[i]);
	if (place < 0)
		exit(explore_complain(EXIT_USAGE, "--%s: no '%.40s', expected one of %s", option,
				      text, all));
	return place;
}

static void set_shard(struct explore_options *options, const char *text)
{
	char behind;

	if (sscanf(text, "%u/%u%c", &options->shard, &options->nr_shards, &behind) != 2 ||
	    !options->shard || options->shard > options->nr_shards || options->nr_shards > 4096)
		exit(explore_complain(EXIT_USAGE,
				      "--shard: '%.40s', expected I/N with I from 1 to N", text));
}

static void set_detector(struct explore_options *options, const char *text)
{
	for (u32 i = 1; i < NR_FINDINGS; i++) {
		if (!strcmp(finding_names[i], text)) {
			options->detectors &= ~(1ULL << i);
			return;
		}
	}
	exit(explore_complain(EXIT_USAGE, "--without: no detector '%.40s'", text));
}

static void set_scenario(struct explore_options *options, const char *name)
{
	if (options->scenario)
		exit(explore_complain(EXIT_USAGE, "one scenario at a time"));
	options->scenario = explore_find_scenario(name);
	if (!options->scenario)
		exit(explore_complain(EXIT_USAGE, "no scenario '%.60s'; --list lists them", name));
}

/* argp's own --help is silent under ARGP_NO_ERRS. */
static _Noreturn void print_help(const struct argp_state *state)
{
	argp_help(state->root_argp, stdout, ARGP_HELP_STD_HELP & ~ARGP_HELP_EXIT_OK, state->name);
	exit(fflush(stdout) ? explore_complain(1, "standard output: %s", strerror(errno)) : 0);
}

static _Noreturn void print_version(void)
{
	printf("iopfsim %s\n", iopfsim_version);
	exit(fflush(stdout) ? explore_complain(1, "standard output: %s", strerror(errno)) : 0);
}

static int set_rest(int key, char *arg, struct explore_options *options)
{
	switch (key) {
	case KEY_JSON:
		options->is_json = true;
		return 0;
	case KEY_MINIMIZE:
		options->is_minimizing = true;
		return 0;
	case KEY_LIST:
		options->is_listing = true;
		return 0;
	case KEY_REWIND:
		options->is_rewinding = true;
		return 0;
	case KEY_ALL:
		options->is_counting = true;
		return 0;
	case KEY_REPLAY:
		options->replay = arg;
		return 0;
	case KEY_WITHOUT:
		set_detector(options, arg);
		return 0;
	case KEY_WITHOUT_POINTS:
		options->kinds_off |= 1ULL << word("without-points", strategy_point_names, arg);
		return 0;
	case ARGP_KEY_ARG:
		set_scenario(options, arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t set(int key, char *arg, struct argp_state *state)
{
	struct explore_options *options = state->input;

	switch (key) {
	case 'd':
		options->design = pfh_design_names[word("design", pfh_design_names, arg)];
		return 0;
	case 'p':
		options->dispatch = (u32)word("dispatch", explore_dispatch_names, arg);
		return 0;
	case 's':
		options->strategy.kind = (enum strategy_kind)word("strategy", strategy_names, arg);
		return 0;
	case 'n':
		options->iterations = number("iterations", arg, ~0ULL >> 1);
		return 0;
	case KEY_DEPTH:
		options->strategy.depth = (u32)number("depth", arg, 8);
		return 0;
	case 'S':
		options->strategy.seed = number("seed", arg, ~0ULL >> 1);
		return 0;
	case KEY_TIMEOUTS:
		options->max_timeouts = (u32)number("timeouts", arg, REPLAY_MAX_TIMEOUTS);
		return 0;
	case KEY_TIME:
		options->time_ms = 1000 * number("time", arg, 1000000);
		return 0;
	case KEY_SHARD:
		set_shard(options, arg);
		return 0;
	case 'o':
		options->output = arg;
		return 0;
	case 'q':
		options->is_quiet = true;
		return 0;
	case 'h':
		print_help(state);
	case KEY_VERSION:
		print_version();
	case ARGP_KEY_ERROR:
		options->stopped = state->next;
		return 0;
	default:
		return set_rest(key, arg, options);
	}
}

/* argp only says where it stopped: behind the word that is wrong, or the last one. */
static int complain_option(int argc, char **argv, int stopped)
{
	const char *bad = stopped > 0 && stopped <= argc ? argv[stopped - 1] : "";
	size_t length = strncmp(bad, "--", 2) != 0 ? 0 : strcspn(bad + 2, "=");

	for (const struct argp_option *at = argp_options; at->name; at++) {
		bool is_it = length ? strlen(at->name) == length &&
					      !strncmp(at->name, bad + 2, length)
				    : bad[0] == '-' && bad[1] == at->key && !bad[2];

		if (is_it && at->arg)
			return explore_complain(EXIT_USAGE, "option '%.40s' wants a value: %s", bad,
						at->arg);
		if (is_it)
			return explore_complain(EXIT_USAGE, "option '--%s' takes no value",
						at->name);
	}
	return explore_complain(EXIT_USAGE, "unknown option '%.60s', see --help", bad);
}

int explore_parse(int argc, char **argv, struct explore_options *options)
{
	static const struct argp argp = {argp_options, set, "[SCENARIO]", doc, NULL, NULL, NULL};
	static char name[] = "iopfsim explore";
	bool is_systematic;

	*options = (struct explore_options){
		.design = "range-lock",
		.strategy = {.depth = 3, .seed = 1},
		.iterations = ~0ULL,
		.shard = 1,
		.nr_shards = 1,
		.detectors = ~0ULL,
	};
	argv[0] = name;
	if (argp_parse(&argp, argc, argv, ARGP_NO_ERRS | ARGP_NO_HELP, NULL, options))
		return complain_option(argc, argv, options->stopped);
	is_systematic = options->strategy.kind == STRATEGY_DFS ||
			options->strategy.kind == STRATEGY_DPOR;
	if (options->iterations == ~0ULL)
		options->iterations = is_systematic || options->time_ms ? 0 : 10000;
	if (!options->scenario && !options->is_listing && !options->replay)
		return explore_complain(EXIT_USAGE, "expected a scenario; --list lists them");
	if (options->scenario && options->replay)
		return explore_complain(EXIT_USAGE, "--replay: the file says which scenario");
	if (options->replay && (options->max_timeouts || options->kinds_off || ~options->detectors))
		return explore_complain(
			EXIT_USAGE,
			"--replay: the file says which time-outs, points and detectors");
	if (is_systematic && options->nr_shards > 1)
		return explore_complain(EXIT_USAGE, "--shard is for random strategies");
	return 0;
}
