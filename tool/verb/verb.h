/* SPDX-License-Identifier: GPL-2.0-only */
/* What each verb does. Return: exit code. */
#ifndef TOOL_VERB_H
#define TOOL_VERB_H

#include "tool/common/tool.h"

int verb_run(const struct tool_options *options);
int verb_sweep(const struct tool_options *options);
int verb_study(const struct tool_options *options);
int verb_pareto(const struct tool_options *options);
int verb_compare(const struct tool_options *options);
int verb_against(const struct tool_options *options);
int verb_export(const struct tool_options *options);
int verb_plot(const struct tool_options *options);
int verb_trace(const struct tool_options *options);
int verb_trace_import(const struct tool_options *options);
int verb_explain(const struct tool_options *options);
int verb_decode(const struct tool_options *options);
int verb_drive(const struct tool_options *options);
int verb_list(const struct tool_options *options);
int verb_calibrate(const struct tool_options *options);
int verb_zoo(const struct tool_options *options);
int verb_explore(const struct tool_options *options);
int verb_serve(const struct tool_options *options);

/**
 * verb_explore_exec() - become the program that explores, which has all arguments
 * Return: only if it is not there: exit code, with a complaint.
 */
int verb_explore_exec(char **argv);

/** verb_zoo_exec() - become the script that does the zoo, likewise. */
int verb_zoo_exec(int argc, char **argv);

#define STUDY_PLOT_NAME "data/plot.txt" /* in a study's folder: which plot it has */

struct plot_kind;

/** study_plot() - the plot of a study's folder; NULL: it is none, or says nothing we know. */
const struct plot_kind *study_plot(const char *folder);

#endif
