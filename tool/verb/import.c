// SPDX-License-Identifier: GPL-2.0-only
/* iopfsim trace import FILE -o TRACE: a text file of a real machine as a trace. */
#include "tool/import/import.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "tool/common/json_writer.h"
#include "tool/common/place.h"
#include "tool/common/progress.h"
#include "tool/trace/trace.h"
#include "tool/verb/verb.h"

static bool on_tick(void *opaque, u64 done, u64 expected)
{
	return progress_tick(opaque, 0, done, expected);
}

static void print_result(const struct import_result *result, const char *output)
{
	printf("%s: %llu records of %llu of %llu lines as %s:", output, result->nr_records,
	       result->nr_used, result->nr_lines, result->format);
	for (u32 i = 0, nr = 0; i < TRACE_NR_KINDS; i++) {
		if (result->nr_of[i])
			printf("%s %llu %s", nr++ ? "," : "", result->nr_of[i], trace_kind_name(i));
	}
	printf("\n");
	for (u32 i = 0; i < result->nr_notes; i++)
		printf("  %s\n", result->notes[i]);
}

static void write_result(const struct import_result *result)
{
	struct json_writer json;

	jw_init(&json, stdout, 0);
	jw_open_object(&json, NULL);
	jw_string(&json, "format", result->format);
	jw_u64(&json, "lines", result->nr_lines);
	jw_u64(&json, "used", result->nr_used);
	jw_u64(&json, "records", result->nr_records);
	jw_open_object(&json, "kinds");
	for (u32 i = 0; i < TRACE_NR_KINDS; i++)
		jw_u64(&json, trace_kind_name(i), result->nr_of[i]);
	jw_close_object(&json);
	jw_open_array(&json, "notes");
	for (u32 i = 0; i < result->nr_notes; i++)
		jw_string(&json, NULL, result->notes[i]);
	jw_close_array(&json);
	jw_close_object(&json);
	putchar('\n');
}

static int complain(const struct import_attr *attr, int err, const char *message)
{
	if (err == -EINVAL)
		return tool_complain(TOOL_USAGE, "%s", message);
	if (err == -EINTR)
		return tool_complain(TOOL_INTERRUPTED, "iopfsim trace: interrupted, no trace");
	return tool_complain(TOOL_FAILED, "iopfsim trace import: %s: %s", attr->name,
			     strerror(-err));
}

static int import_to(const struct tool_options *options, struct import_attr *attr,
		     struct place *place)
{
	const struct trace_writer_attr to = {.fd = place->fd, .has_aside = true};
	char message[TEXT_MESSAGE_MAX] = "";
	struct import_result result;
	struct progress progress;
	int err;

	attr->out = trace_writer_create(&to);
	if (!attr->out)
		return complain(attr, -ENOMEM, message);
	progress_init(&progress, "importing", options->is_quiet);
	attr->tick = on_tick;
	attr->opaque = &progress;
	err = import_run(attr, &result, message);
	progress_end(&progress);
	if (!err)
		err = trace_writer_finish(attr->out);
	trace_writer_destroy(attr->out);
	if (err)
		return complain(attr, err, message);
	if (place_commit(place, message))
		return tool_complain(TOOL_FAILED, "iopfsim trace import: %s", message);
	if (options->is_json)
		write_result(&result);
	else if (!options->is_quiet)
		print_result(&result, options->output);
	return TOOL_OK;
}

static int import_file(const struct tool_options *options, struct import_attr *attr)
{
	struct place place = {.shown = options->output, .what = "trace", .is_ours = trace_is_ours};
	char message[TEXT_MESSAGE_MAX];
	struct stat st;
	int code;

	if (!attr->in)
		return tool_complain(TOOL_USAGE, "%s: cannot be opened: %s", attr->name,
				     strerror(errno));
	if (fstat(fileno(attr->in), &st) || S_ISDIR(st.st_mode))
		return tool_complain(TOOL_USAGE, "%s: is a folder, expected a text file",
				     attr->name);
	attr->nr_bytes = S_ISREG(st.st_mode) ? (u64)st.st_size : 0;
	progress_catch_signals();
	if (place_begin(&place, message))
		return tool_complain(TOOL_USAGE, "iopfsim trace: %s", message);
	code = import_to(options, attr, &place);
	place_abandon(&place);
	return code;
}

int verb_trace_import(const struct tool_options *options)
{
	bool is_stdin = !strcmp(options->args[1], "-");
	struct import_attr attr = {
		.name = is_stdin ? "standard input" : options->args[1],
		.format = options->trace.format,
	};
	char message[TEXT_MESSAGE_MAX];
	int code;

	if (!options->output)
		return tool_complain(TOOL_USAGE,
				     "iopfsim trace import: where to? -o TRACE is missing");
	if (import_policy_parse(&attr.policy, &options->trace, message))
		return tool_complain(TOOL_USAGE, "iopfsim trace import: %s", message);
	attr.in = is_stdin ? stdin : fopen(options->args[1], "re");
	code = import_file(options, &attr);
	if (attr.in && !is_stdin)
		fclose(attr.in);
	return code;
}
