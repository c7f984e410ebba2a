// SPDX-License-Identifier: GPL-2.0-only
/*
 * iopfsim explore: a program of its own beside this one (explore/), whose simulator has points
 * instead of costs.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tool/verb/verb.h"

int verb_explore_exec(char **argv)
{
	char path[4096];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 32);
	char *slash;

	path[length > 0 ? length : 0] = 0;
	slash = strrchr(path, '/');
	strcpy(slash ? slash + 1 : path, "iopfsim-explore");
	execv(path, argv);
	return tool_complain(TOOL_USAGE, "iopfsim explore: %.200s: %s", path, strerror(errno));
}

/* Reached only by who calls it otherwise than the command does. */
int verb_explore(const struct tool_options *options)
{
	char name[] = "explore", scenario[256];
	char *argv[] = {name, scenario, NULL};

	snprintf(scenario, sizeof(scenario), "%s", options->args[0]);
	return verb_explore_exec(argv);
}
