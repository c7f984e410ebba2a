/* SPDX-License-Identifier: GPL-2.0-only */
/* The command line: which verb, with which options. */
#ifndef TOOL_OPTIONS_H
#define TOOL_OPTIONS_H

#include "tool/common/tool.h"

struct tool_verb {
	const char *name;
	const char *args; /* "FILE" */
	const char *brief;
	const char *help;  /* further paragraphs */
	const char *words; /* "load, locks": what an argument may be, for completion; or NULL */
	const char *lists; /* or: that of which 'iopfsim list' knows the names */
	u32 min_args, max_args;
	u32 takes; /* of the options that all know: TOOL_TAKES_*; others do nothing, and are refused
		    */
	bool has_plot_option, has_theme_option, has_run_options, has_jobs_option, has_sweep_options,
		has_serve_options, has_own_options, has_gate_option;
	bool has_form_options, has_trace_options;
	int (*run)(const struct tool_options *options); /* Return: exit code */
};

/**
 * tool_options_parse() - command line to verb and options
 * @verbs: those that there are; a row without a name ends them
 *
 * Return: the verb; NULL after a complaint on standard error. --help and
 * --version print and end the program.
 */
const struct tool_verb *tool_options_parse(const struct tool_verb *verbs, int argc, char **argv,
					   struct tool_options *options);

#define TOOL_MAX_OPTIONS 32

struct tool_option {
	const char *name, *arg; /* @arg: NULL: it takes no value */
	char letter;		/* 0: it has none */
};

/**
 * tool_options_of() - those that @verb does not refuse
 * @verb: NULL: those before the verb
 *
 * Return: how many.
 */
u32 tool_options_of(const struct tool_verb *verb, struct tool_option options[TOOL_MAX_OPTIONS]);

#endif
