/* SPDX-License-Identifier: GPL-2.0-only */
/* The verbs of the command line, and the options that all of them know. */
#ifndef TOOL_TOOL_H
#define TOOL_TOOL_H

#include "system/config/workload.h"

/* Exit codes. */
#define TOOL_OK 0
#define TOOL_FAILED 1 /* a check failed, or the host failed us */
#define TOOL_USAGE 2  /* usage or bad input */
#define TOOL_INTERRUPTED 130

#define TOOL_MAX_ARGS 2

struct tool_options {
	const char *output; /* -o, NULL: the verb's default */
	struct wl_setting settings[WL_MAX_SETTINGS];
	u32 nr_settings;
	u64 seed;
	bool has_seed;
	bool is_quiet;
	bool is_json;
	bool has_plots;			      /* --no-plots */
	u32 nr_jobs;			      /* -j, 0: a process for each online CPU */
	const char *model, *profile, *socket; /* of serve; NULL: not given */
	const char *args[TOOL_MAX_ARGS];
	u32 nr_args;
};

struct tool_verb {
	const char *name;
	const char *args; /* "FILE" */
	const char *brief;
	const char *help; /* further paragraphs */
	u32 min_args, max_args;
	bool has_plot_option, has_jobs_option, has_serve_options;
	int (*run)(const struct tool_options *options); /* Return: exit code */
};

extern const struct tool_verb tool_verbs[];
extern const u32 tool_nr_verbs;

/**
 * tool_options_parse() - command line to verb and options
 *
 * Return: the verb; NULL after a complaint on standard error. --help and
 * --version print and end the program.
 */
const struct tool_verb *tool_options_parse(int argc, char **argv, struct tool_options *options);

int verb_run(const struct tool_options *options);
int verb_sweep(const struct tool_options *options);
int verb_study(const struct tool_options *options);
int verb_plot(const struct tool_options *options);
int verb_trace(const struct tool_options *options);
int verb_list(const struct tool_options *options);
int verb_serve(const struct tool_options *options);

/** tool_complain() - one line on standard error. Return: @code. */
int tool_complain(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** tool_base_name() - @path without its folders. */
const char *tool_base_name(const char *path);

/**
 * tool_load() - the workload file that a verb was given, checked as a whole
 * Return: TOOL_OK and *@workload is to be freed with tool_unload(), or an exit
 * code after a complaint.
 */
int tool_load(const struct tool_options *options, struct wl_workload **workload);
void tool_unload(struct wl_workload *workload);

#endif
