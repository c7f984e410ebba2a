// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finding the data folder. A place counts if it has all of it. No path of the
 * build is known here, so a binary can be taken elsewhere with its data.
 */
#define _GNU_SOURCE
#include "tool/common/data.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/config/workload.h"

#define PATH_BYTES 4096
#define VARIABLE "IOPFSIM_DATA"

/* What a folder has: workloads/, and this one. */
#define PLOTS "plots"
#define PLOTS_OF_TREE "scripts/plots"

static char plots_folder[PATH_BYTES + 64];

static bool is_folder(const char *folder, const char *part)
{
	char path[PATH_BYTES + 96];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", folder, part);
	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* Take @folder, if it has all; @plots: where in it. Return: the part that it lacks, or NULL. */
static const char *take(const char *folder, const char *plots)
{
	if (!is_folder(folder, "workloads"))
		return "workloads";
	if (!is_folder(folder, plots))
		return plots;
	snprintf(plots_folder, sizeof(plots_folder), "%.4095s/%s", folder, plots);
	wl_data_set(folder, NULL);
	return NULL;
}

static int use_named(const char *folder, char *message)
{
	const char *part = take(folder, PLOTS);

	if (!part)
		return 0;
	snprintf(message, TEXT_MESSAGE_MAX,
		 VARIABLE ": %.600s has no folder '%s', expected a folder that has "
			  "workloads/ and plots/",
		 folder, part);
	return -ENOENT;
}

/* The folder of the binary, without links; "" if the host does not tell. */
static void find_binary(char folder[PATH_BYTES])
{
	ssize_t bytes = readlink("/proc/self/exe", folder, PATH_BYTES - 1);
	char *slash;

	folder[bytes > 0 ? bytes : 0] = 0;
	slash = strrchr(folder, '/');
	if (slash)
		*slash = 0;
}

int tool_data_find(char *message)
{
	static char tree[PATH_BYTES + 16], beside[PATH_BYTES + 16], installed[PATH_BYTES + 32];
	static char missing[TEXT_MESSAGE_MAX];
	const char *named = getenv(VARIABLE);
	char binary[PATH_BYTES];

	if (named && named[0])
		return use_named(named, message);
	find_binary(binary);
	snprintf(tree, sizeof(tree), "%s/..", binary);
	snprintf(beside, sizeof(beside), "%s/data", binary);
	snprintf(installed, sizeof(installed), "%s/../share/iopfsim", binary);
	if (!take(tree, PLOTS_OF_TREE) || !take(beside, PLOTS) || !take(installed, PLOTS))
		return 0;
	snprintf(missing, sizeof(missing),
		 "no data folder (with workloads/ and plots/) at %.300s or %.300s; " VARIABLE
		 " may name another",
		 beside, installed);
	wl_data_set(NULL, missing);
	return 0;
}

const char *tool_data_plots(void)
{
	return plots_folder;
}
