// SPDX-License-Identifier: GPL-2.0-only
/* iopfsim-bench: command line. */
#define _GNU_SOURCE
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "sim/version.h"
#include "system/config/workload.h"
#include "tool/common/data.h"

enum { KEY_JSON = 0x100, KEY_REPEAT, KEY_QUICK, KEY_ONLY, KEY_VERSION };

#define MAX_PATHS 32

struct options {
	u32 repeat;
	bool is_quick, is_json;
	const char *only;
	char complaint[256];
	int stopped; /* in argv, where argp gave up */
};

static const struct argp_option argp_options[] = {
	{"json", KEY_JSON, NULL, 0, "print JSON instead of a table", 0},
	{"repeat", KEY_REPEAT, "N", 0, "measure each path N times (default 5)", 0},
	{"quick", KEY_QUICK, NULL, 0, "a tenth of the work, for a first look", 0},
	{"only", KEY_ONLY, "KEY", 0, "only the path with this key of the JSON output", 0},
	{"help", '?', NULL, 0, "print this help", 1},
	{"version", KEY_VERSION, NULL, 0, "print the version", 1},
	{0},
};

static error_t set_repeat(struct options *options, const char *arg)
{
	char *end;
	unsigned long value = strtoul(arg, &end, 10);

	if (*arg < '0' || *arg > '9' || *end || !value || value > BENCH_MAX_REPEAT) {
		snprintf(options->complaint, sizeof(options->complaint),
			 "--repeat %.40s: expected a number from 1 to %d", arg, BENCH_MAX_REPEAT);
		return EINVAL;
	}
	options->repeat = value;
	return 0;
}

static error_t set_only(struct options *options, const char *arg)
{
	for (u32 i = 0; i < bench_nr_paths; i++) {
		if (!strcmp(bench_paths[i].key, arg)) {
			options->only = arg;
			return 0;
		}
	}
	snprintf(options->complaint, sizeof(options->complaint),
		 "--only %.80s: there is no such path, expected a key of --json", arg);
	return EINVAL;
}

/* argp's own --help is silent under ARGP_NO_ERRS. */
_Noreturn static void print_help(const struct argp_state *state)
{
	argp_help(state->root_argp, stdout, ARGP_HELP_STD_HELP & ~ARGP_HELP_EXIT_OK, state->name);
	exit(0);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case KEY_JSON:
		options->is_json = true;
		return 0;
	case KEY_QUICK:
		options->is_quick = true;
		return 0;
	case KEY_REPEAT:
		return set_repeat(options, arg);
	case KEY_ONLY:
		return set_only(options, arg);
	case '?':
		print_help(state);
	case KEY_VERSION:
		printf("iopfsim-bench %s\n", iopfsim_version);
		exit(0);
	case ARGP_KEY_ARG:
		snprintf(options->complaint, sizeof(options->complaint),
			 "one argument too many: '%.80s'", arg);
		return EINVAL;
	case ARGP_KEY_ERROR:
		options->stopped = state->next;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse,
	.doc = "Measures what the paths of iopfsim cost the host, beside the targets of its design.",
};

/* One line, as every complaint of iopfsim; argp takes two. */
static bool options_parse(int argc, char **argv, struct options *options)
{
	const char *at;

	if (!argp_parse(&argp, argc, argv, ARGP_NO_ERRS | ARGP_NO_HELP, NULL, options))
		return true;
	at = options->stopped > 0 && options->stopped <= argc ? argv[options->stopped - 1] : "";
	if (options->complaint[0])
		fprintf(stderr, "iopfsim-bench: %s\n", options->complaint);
	else
		fprintf(stderr, "iopfsim-bench: bad option near '%.80s', see --help\n", at);
	return false;
}

int main(int argc, char **argv)
{
	static struct bench_result results[MAX_PATHS];
	struct options options = {.repeat = 5};
	char message[TEXT_MESSAGE_MAX];
	bool is_good = true;
	u32 nr = 0;

	if (!options_parse(argc, argv, &options))
		return 2;
	if (tool_data_find(message)) {
		fprintf(stderr, "iopfsim-bench: %s\n", message);
		return 2;
	}
	for (u32 i = 0; i < bench_nr_paths && nr < MAX_PATHS; i++) {
		if (options.only && strcmp(options.only, bench_paths[i].key))
			continue;
		is_good &= bench_measure(&bench_paths[i], options.repeat, options.is_quick ? 10 : 1,
					 &results[nr++]);
	}
	if (options.is_json)
		bench_print_json(stdout, results, nr);
	else
		bench_print_table(stdout, results, nr);
	return is_good ? 0 : 1;
}
