// SPDX-License-Identifier: GPL-2.0-only
/* iopfsim trace FILE -o TRACE: a generator's accesses as a trace file. */
#include <errno.h>
#include <stdio.h>

#include "system/replay/trace.h"
#include "system/replay/trace_reader.h"
#include "tool/common/place.h"
#include "tool/common/progress.h"
#include "tool/verb/verb.h"

/* A file that begins as a trace: whole or cut. */
static bool is_trace(const char *path)
{
	struct trace_reader *reader = trace_reader_create(path, 1, &trace_memory_heap);
	bool is_ours = reader && !trace_reader_error(reader);

	trace_reader_destroy(reader);
	return is_ours;
}

static bool on_tick(void *opaque, u64 nr_records, u64 nr_expected)
{
	return progress_tick(opaque, 0, nr_records, nr_expected);
}

static int complain(const struct wl_workload *workload, int err, const char *message)
{
	if (err == -EINTR)
		return tool_complain(TOOL_INTERRUPTED, "iopfsim trace: interrupted, no trace");
	return tool_complain(err == -EINVAL ? TOOL_USAGE : TOOL_FAILED, "%s: %s",
			     err == -EINVAL ? workload->path : "iopfsim trace", message);
}

static int write_trace(const struct tool_options *options, const struct wl_workload *workload,
		       struct place *place)
{
	char message[TEXT_MESSAGE_MAX] = "";
	struct progress progress;
	struct sys_trace trace = {
		.name = place->shown,
		.fd = place->fd,
		.tick = on_tick,
		.opaque = &progress,
	};
	int err;

	progress_init(&progress, workload->config.name, options->is_quiet);
	err = sys_trace_write(&workload->config, &trace, message, sizeof(message));
	progress_end(&progress);
	if (!err && progress_is_stopped())
		err = -EINTR;
	if (!err)
		err = place_commit(place, message);
	if (err)
		return complain(workload, err, message);
	if (options->is_json)
		printf("{\"records\": %llu}\n", trace.nr_records);
	else if (!options->is_quiet)
		printf("%llu accesses written to %s\n", trace.nr_records, options->output);
	return TOOL_OK;
}

int verb_trace(const struct tool_options *options)
{
	struct place place = {.shown = options->output, .what = "trace", .is_ours = is_trace};
	char message[TEXT_MESSAGE_MAX];
	struct wl_workload *workload;
	int code;

	if (!options->output)
		return tool_complain(TOOL_USAGE, "iopfsim trace: where to? -o TRACE is missing");
	code = tool_load(options, &workload);
	if (code)
		return code;
	progress_catch_signals();
	code = tool_settings_act(options, workload, false);
	if (!code && place_begin(&place, message))
		code = tool_complain(TOOL_USAGE, "iopfsim trace: %s", message);
	else if (!code)
		code = write_trace(options, workload, &place);
	place_abandon(&place);
	tool_unload(workload);
	return code;
}
