// SPDX-License-Identifier: GPL-2.0-only
/*
 * iopfsim zoo: scripts/zoo of the source that this program is built from, which the build tree that
 * it lies in names. An installed one has neither.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/verb/verb.h"

/* The folder of this program; Return: false: it is not known. */
static bool own_folder(char *path, size_t bytes)
{
	ssize_t length = readlink("/proc/self/exe", path, bytes - 1);
	char *slash;

	path[length > 0 ? length : 0] = 0;
	slash = strrchr(path, '/');
	if (slash)
		*slash = 0;
	return slash;
}

/* Where the build tree's cache says that the source is. */
static bool find_source(const char *build, char *source, size_t bytes)
{
	static const char key[] = "CMAKE_HOME_DIRECTORY:INTERNAL=";
	char path[4200], line[4200];
	bool is_found = false;
	FILE *file;

	snprintf(path, sizeof(path), "%s/CMakeCache.txt", build);
	file = fopen(path, "r");
	while (file && !is_found && fgets(line, sizeof(line), file)) {
		if (strncmp(line, key, sizeof(key) - 1) != 0)
			continue;
		line[strcspn(line, "\n")] = 0;
		is_found = (size_t)snprintf(source, bytes, "%s", line + sizeof(key) - 1) < bytes;
	}
	if (file)
		fclose(file);
	return is_found;
}

int verb_zoo_exec(int argc, char **argv)
{
	char build[4096], source[4096], script[4200], option[] = "--build";
	char **with_build = calloc((size_t)argc + 3, sizeof(*with_build));

	if (!with_build)
		return tool_complain(TOOL_FAILED, "iopfsim zoo: not enough memory");
	if (!own_folder(build, sizeof(build)) || !find_source(build, source, sizeof(source))) {
		free(with_build);
		return tool_complain(
			TOOL_USAGE,
			"iopfsim zoo: %.200s is no build tree: the zoo compiles the handler anew, "
			"and needs the one that iopfsim was built in",
			build);
	}
	snprintf(script, sizeof(script), "%s/scripts/zoo", source);
	with_build[0] = script;
	with_build[1] = option;
	with_build[2] = build;
	memcpy(with_build + 3, argv + 1, (size_t)(argc - 1) * sizeof(*argv));
	execv(script, with_build);
	free(with_build);
	return tool_complain(TOOL_USAGE, "iopfsim zoo: %.200s: %s", script, strerror(errno));
}

/* Reached only by who calls it otherwise than the command does. */
int verb_zoo(const struct tool_options *options)
{
	char name[] = "zoo", bug[256];
	char *argv[] = {name, bug, NULL};

	snprintf(bug, sizeof(bug), "%s", options->nr_args ? options->args[0] : "");
	return verb_zoo_exec((int)options->nr_args + 1, argv);
}
