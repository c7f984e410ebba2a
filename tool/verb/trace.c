// SPDX-License-Identifier: GPL-2.0-only
/* iopfsim trace: a generator's accesses as a trace file, and what is done with such files. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "system/replay/trace.h"
#include "tool/common/place.h"
#include "tool/common/progress.h"
#include "tool/trace/trace.h"
#include "tool/verb/verb.h"

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

static int generate(const struct tool_options *given)
{
	struct tool_options options = *given;
	struct place place = {.shown = options.output, .what = "trace", .is_ours = trace_is_ours};
	char message[TEXT_MESSAGE_MAX];
	struct wl_workload *workload;
	int code;

	options.args[0] = options.args[options.nr_args - 1];
	options.nr_args = 1;
	if (!options.output)
		return tool_complain(TOOL_USAGE, "iopfsim trace: where to? -o TRACE is missing");
	code = tool_load(&options, &workload);
	if (code)
		return code;
	progress_catch_signals();
	code = tool_settings_act(&options, workload, false);
	if (!code && place_begin(&place, message))
		code = tool_complain(TOOL_USAGE, "iopfsim trace: %s", message);
	else if (!code)
		code = write_trace(&options, workload, &place);
	place_abandon(&place);
	tool_unload(workload);
	return code;
}

#define TAKES_TRACE_LINES (1U << 8)
#define TAKES_TRACE_VERSION (1U << 9)
#define TAKES_TRACE_AS (1U << 10)
#define TAKES_TRACE_POLICIES (1U << 11)

static const struct command {
	const char *name;
	u32 nr_files;
	u32 takes; /* of options */
	int (*run)(const struct tool_options *options);
} commands[] = {
	{"generate", 1,
	 TOOL_TAKES_OUTPUT | TOOL_TAKES_SET | TOOL_TAKES_SEED | TOOL_TAKES_JSON |
		 TOOL_TAKES_PLATFORM,
	 generate},
	{"info", 1, TOOL_TAKES_JSON, trace_info},
	{"head", 1, TAKES_TRACE_LINES, trace_head},
	{"validate", 1, TOOL_TAKES_JSON, trace_validate},
	{"convert", 1, TOOL_TAKES_OUTPUT | TOOL_TAKES_JSON | TAKES_TRACE_VERSION, trace_convert},
	{"import", 1, TOOL_TAKES_OUTPUT | TOOL_TAKES_JSON | TAKES_TRACE_POLICIES,
	 verb_trace_import},
	{"merge", 2, TOOL_TAKES_OUTPUT | TOOL_TAKES_JSON, trace_merge},
	{"export", 1, TOOL_TAKES_OUTPUT | TAKES_TRACE_AS, trace_export},
};

/* The first option that a command does not know; NULL: there is none. */
static const char *idle_option(const struct tool_options *options, u32 takes)
{
	const struct tool_trace_options *trace = &options->trace;
	const struct {
		u32 takes;
		bool is_given;
		const char *name;
	} rows[] = {
		{TOOL_TAKES_OUTPUT, options->output, "output"},
		{TOOL_TAKES_SET, options->nr_settings, "set"},
		{TOOL_TAKES_SEED, options->has_seed, "seed"},
		{TOOL_TAKES_JSON, options->is_json, "json"},
		{TOOL_TAKES_PLATFORM, options->platform, "platform"},
		{TAKES_TRACE_LINES, trace->lines, "lines"},
		{TAKES_TRACE_VERSION, trace->version, "to"},
		{TAKES_TRACE_AS, trace->as, "as"},
		{TAKES_TRACE_POLICIES, trace->format, "format"},
		{TAKES_TRACE_POLICIES, trace->access, "access"},
		{TAKES_TRACE_POLICIES, trace->time, "time"},
		{TAKES_TRACE_POLICIES, trace->sector, "sector"},
		{TAKES_TRACE_POLICIES, trace->base, "base"},
		{TAKES_TRACE_POLICIES, trace->length, "length"},
		{TAKES_TRACE_POLICIES, trace->device, "device"},
		{TAKES_TRACE_POLICIES, trace->gap, "gap"},
		{TAKES_TRACE_POLICIES, trace->columns, "columns"},
	};

	for (u32 i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].is_given && !(takes & rows[i].takes))
			return rows[i].name;
	}
	return NULL;
}

static int run_command(const struct command *command, const struct tool_options *options)
{
	const char *idle = idle_option(options, command->takes);

	/* 'trace FILE' is without a command */
	if (options->nr_args > 1 && options->nr_args != command->nr_files + 1)
		return tool_complain(TOOL_USAGE, "iopfsim trace %s: %s, expected %s", command->name,
				     options->nr_args == 2 ? "one file" : "two files",
				     command->nr_files == 2 ? "two, MAPPINGS and ACCESSES" : "one");
	if (idle)
		return tool_complain(TOOL_USAGE,
				     "iopfsim trace %s: option '--%s' does nothing here",
				     command->name, idle);
	return command->run(options);
}

int verb_trace(const struct tool_options *options)
{
	const char *name = options->args[0];
	struct text_suggestion near = {0};
	char hint[TEXT_HINT_BYTES];

	/* A name alone is a file's only if no command has it. */
	for (u32 i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (!strcmp(name, commands[i].name) && options->nr_args == 1)
			return tool_complain(TOOL_USAGE,
					     "iopfsim trace %s: FILE is missing (a file of that "
					     "name is ./%s)",
					     name, name);
		if (!strcmp(name, commands[i].name))
			return run_command(&commands[i], options);
		text_suggest(&near, name, commands[i].name);
	}
	if (options->nr_args > 1)
		return tool_complain(TOOL_USAGE, "iopfsim trace: no command '%.60s'%s", name,
				     text_hint(hint, &near));
	return run_command(&commands[0], options);
}
