/* SPDX-License-Identifier: GPL-2.0-only */
/* For tests of workload files: a folder of files that lasts as long as a test. */
#ifndef TESTS_TOOL_WL_SUPPORT_H
#define TESTS_TOOL_WL_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/config/workload.h"

/* Platforms of tests/data are found because the folder has them beside its files. */
static inline char *support_folder(void)
{
	char template[] = "/tmp/iopfsim-test-XXXXXX";
	char link[64], target[4096];

	assert_non_null(mkdtemp(template));
	snprintf(link, sizeof(link), "%s/platforms", template);
	assert_non_null(realpath("tests/data/platforms", target));
	assert_int_equal(symlink(target, link), 0);
	return strdup(template);
}

static inline void support_write(const char *folder, const char *name, const void *text,
				 size_t bytes)
{
	char path[128];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	out = fopen(path, "w");
	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, bytes, out), bytes);
	assert_int_equal(fclose(out), 0);
}

static inline void support_remove(char *folder)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	assert_int_equal(system(command), 0);
	free(folder);
}

#endif
