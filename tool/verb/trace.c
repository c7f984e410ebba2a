// SPDX-License-Identifier: GPL-2.0-only
/* iopfsim trace FILE -o TRACE: a generator's accesses as a trace file. */
#include <errno.h>
#include <stdio.h>

#include "system/replay/trace.h"
#include "tool/verb/verb.h"

static int write_trace(const struct tool_options *options, const struct wl_workload *workload)
{
	char message[TEXT_MESSAGE_MAX] = "";
	struct sys_trace trace = {.path = options->output};
	int err;

	err = sys_trace_write(&workload->config, &trace, message, sizeof(message));
	if (err)
		return tool_complain(err == -EINVAL ? TOOL_USAGE : TOOL_FAILED, "%s: %s",
				     err == -EINVAL ? workload->path : "iopfsim trace", message);
	if (options->is_json)
		printf("{\"records\": %llu}\n", trace.nr_records);
	else if (!options->is_quiet)
		printf("%llu accesses written to %s\n", trace.nr_records, options->output);
	return TOOL_OK;
}

int verb_trace(const struct tool_options *options)
{
	struct wl_workload *workload;
	int code;

	if (!options->output)
		return tool_complain(TOOL_USAGE, "iopfsim trace: where to? -o TRACE is missing");
	code = tool_load(options, &workload);
	if (code)
		return code;
	code = write_trace(options, workload);
	tool_unload(workload);
	return code;
}
