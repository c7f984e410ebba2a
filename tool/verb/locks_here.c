// SPDX-License-Identifier: GPL-2.0-only
/* iopfsim study locks-here: it has no workload, and no runs; see tool/here/study.h. */
#include "tool/verb/locks_here.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "tool/common/folder.h"
#include "tool/common/progress.h"
#include "tool/here/study.h"

#define MARKER "points.json"

static void write_json(FILE *out, const void *opaque)
{
	here_study_write_json(out, opaque);
}

static void write_table(FILE *out, const void *opaque)
{
	here_study_print(out, opaque);
}

static int keep(struct folder *folder, const struct here_study *study)
{
	const struct folder_file files[] = {{MARKER, write_json, study},
					    {"table.txt", write_table, study}};
	char message[TEXT_MESSAGE_MAX];
	int err = 0;

	for (u32 i = 0; i < 2 && !err; i++)
		err = folder_write(folder->temporary, &files[i], message);
	if (!err)
		err = folder_commit(folder, message);
	return err ? tool_complain(TOOL_FAILED, "iopfsim study: %s", message) : TOOL_OK;
}

static int run(const struct tool_options *options, struct here_study *study, struct folder *folder)
{
	char message[TEXT_MESSAGE_MAX];
	int err = here_study_run(study, message);
	int code;

	here_leave(&study->here);
	if (err)
		return tool_complain(err == -EINTR ? TOOL_INTERRUPTED : TOOL_FAILED,
				     "iopfsim study: locks-here: %s",
				     err == -EINTR ? "interrupted" : message);
	code = options->output ? keep(folder, study) : TOOL_OK;
	if (code)
		return code;
	if (options->is_json)
		here_study_write_json(stdout, study);
	else if (!options->is_quiet)
		here_study_print(stdout, study);
	if (options->output && !options->is_quiet && !options->is_json)
		printf("\nwritten to %s\n", folder->shown);
	return TOOL_OK;
}

/* What other studies obey would do nothing here. NULL: nothing of it was given. */
static const char *idle_option(const struct tool_options *options)
{
	return options->nr_args > 1   ? "FILE"
	       : options->nr_settings ? "option '--set'"
	       : options->has_seed    ? "option '--seed'"
	       : options->nr_jobs     ? "option '--jobs'"
	       : options->platform    ? "option '--platform'"
				      : NULL;
}

int study_locks_here(const struct tool_options *options)
{
	const char *idle = idle_option(options);
	struct here_study *study;
	char message[TEXT_MESSAGE_MAX];
	struct folder folder = {0};
	int code;

	if (idle)
		return tool_complain(TOOL_USAGE, "iopfsim study: %s does nothing in locks-here",
				     idle);
	study = malloc(sizeof(*study));
	if (!study)
		return tool_complain(TOOL_FAILED, "iopfsim study: out of memory");
	progress_catch_signals();
	if (options->output && folder_begin(&folder, options->output, MARKER, message))
		code = tool_complain(TOOL_USAGE, "iopfsim study: %s", message);
	else
		code = run(options, study, &folder);
	folder_abandon(&folder);
	free(study);
	return code;
}
