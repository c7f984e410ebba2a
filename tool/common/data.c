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

static const char *const parts[] = {"workloads", "plots"};

/* The first part that @folder lacks; NULL: it has them all. */
static const char *lacking(const char *folder)
{
	char path[PATH_BYTES + 16];
	struct stat st;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, parts[i]);
		if (stat(path, &st) || !S_ISDIR(st.st_mode))
			return parts[i];
	}
	return NULL;
}

static int use_named(const char *folder, char *message)
{
	const char *part = lacking(folder);

	if (part) {
		snprintf(message, WL_MESSAGE_MAX,
			 VARIABLE ": %.600s has no folder '%s', expected a folder that has "
				  "workloads/ and plots/",
			 folder, part);
		return -ENOENT;
	}
	wl_data_set(folder, NULL);
	return 0;
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
	static char beside[PATH_BYTES + 16], installed[PATH_BYTES + 32], missing[WL_MESSAGE_MAX];
	const char *named = getenv(VARIABLE);
	char binary[PATH_BYTES];

	if (named && named[0])
		return use_named(named, message);
	find_binary(binary);
	snprintf(beside, sizeof(beside), "%s/data", binary);
	snprintf(installed, sizeof(installed), "%s/../share/iopfsim", binary);
	if (!lacking(beside)) {
		wl_data_set(beside, NULL);
	} else if (!lacking(installed)) {
		wl_data_set(installed, NULL);
	} else {
		snprintf(
			missing, sizeof(missing),
			"no data folder (with workloads/ and plots/) at %.300s or %.300s; " VARIABLE
			" may name another",
			beside, installed);
		wl_data_set(NULL, missing);
	}
	return 0;
}
