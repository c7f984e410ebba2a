// SPDX-License-Identifier: GPL-2.0-only
/* iopfsim trace head and export: records as lines. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/common/place.h"
#include "tool/trace/rows.h"
#include "tool/trace/trace.h"

#define HEAD_LINES 10

struct head {
	u64 nr_left;
};

static int head_event(void *opaque, const struct trace_event *event)
{
	struct head *head = opaque;

	if (!head->nr_left)
		return -ECANCELED;
	trace_row_print(stdout, event);
	return --head->nr_left ? 0 : -ECANCELED;
}

static int head_begin(void *opaque, const struct trace_reader *reader)
{
	trace_row_head(stdout);
	return TOOL_OK;
}

int trace_head(const struct tool_options *options)
{
	struct head head = {HEAD_LINES};
	struct trace_pass pass = {
		.path = options->args[1],
		.what = "reading",
		.is_quiet = true,
		.begin = head_begin,
		.event = head_event,
		.opaque = &head,
	};
	char why[TEXT_MESSAGE_MAX];

	if (options->trace.lines &&
	    wl_parse_number(options->trace.lines, SIM_UNIT_COUNT, &head.nr_left, why))
		return tool_complain(TOOL_USAGE, "iopfsim trace head: -n: %s", why);
	return trace_pass(&pass);
}

/* --- export --- */

struct export
{
	FILE *out;
	const struct trace_reader *reader;
	bool is_ftrace;
	u64 nr_left_out;
};

static int export_begin(void *opaque, const struct trace_reader *reader)
{
	struct export *export = opaque;

	export->reader = reader;
	if (export->is_ftrace)
		fputs("# tracer: nop\n#\n", export->out);
	else
		trace_csv_head(export->out);
	return TOOL_OK;
}

static int export_event(void *opaque, const struct trace_event *event)
{
	struct export *export = opaque;

	if (!export->is_ftrace)
		trace_csv_print(export->out, event, export->reader);
	else if (!trace_ftrace_print(export->out, event, export->reader))
		export->nr_left_out++;
	if (!ferror(export->out))
		return 0;
	tool_complain(TOOL_FAILED, "iopfsim trace export: cannot be written: %s", strerror(errno));
	return -EIO;
}

/* A file of text has no mark of ours: only what is not there yet is written. */
static bool nothing_is_ours(const char *path)
{
	return false;
}

static int export_to(struct trace_pass *pass, struct export *export, struct place *place)
{
	char message[TEXT_MESSAGE_MAX];
	int code;

	if (place->shown) {
		if (place_begin(place, message))
			return tool_complain(TOOL_USAGE, "iopfsim trace export: %s", message);
		export->out = fdopen(dup(place->fd), "w");
	}
	if (!export->out)
		return tool_complain(TOOL_FAILED, "iopfsim trace export: out of memory");
	code = trace_pass(pass);
	if (!place->shown)
		return code;
	if (fclose(export->out) && !code)
		code = tool_complain(TOOL_FAILED, "iopfsim trace export: %s: cannot be written: %s",
				     place->shown, strerror(errno));
	if (!code && place_commit(place, message))
		code = tool_complain(TOOL_FAILED, "iopfsim trace export: %s", message);
	return code;
}

int trace_export(const struct tool_options *options)
{
	struct export export = {.out = stdout};
	struct trace_pass pass = {
		.path = options->args[1],
		.what = "exporting",
		.is_quiet = options->is_quiet,
		.begin = export_begin,
		.event = export_event,
		.opaque = &export,
	};
	struct place place = {
		.shown = options->output, .what = "export", .is_ours = nothing_is_ours};
	const char *as = options->trace.as;
	int code;

	if (as && strcmp(as, "csv") != 0 && strcmp(as, "ftrace") != 0)
		return tool_complain(TOOL_USAGE,
				     "iopfsim trace export: --as '%.60s', expected csv or ftrace",
				     as);
	export.is_ftrace = as && !strcmp(as, "ftrace");
	code = export_to(&pass, &export, &place);
	place_abandon(&place);
	if (!code && export.nr_left_out && !options->is_quiet)
		fprintf(stderr, "%llu records of kinds that ftrace has no event for are left out\n",
			export.nr_left_out);
	return code;
}
