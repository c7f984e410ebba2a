/* SPDX-License-Identifier: GPL-2.0-only */
/* What is done with a trace file as such: docs/trace-format.md. */
#ifndef TOOL_TRACE_TRACE_H
#define TOOL_TRACE_TRACE_H

#include "system/trace/reader.h"
#include "tool/common/tool.h"

/** trace_is_ours() - a file that begins as a trace: whole or cut. */
bool trace_is_ours(const char *path);

struct trace_pass {
	const char *path;
	const char *what; /* before the progress bar */
	bool is_quiet;
	/* before the first record. Return: exit code. */
	int (*begin)(void *opaque, const struct trace_reader *reader);
	/* Return: 0 go on, -ECANCELED enough, other -errno: it went wrong and that was said. */
	int (*event)(void *opaque, const struct trace_event *event);
	void *opaque;
	u64 nr_records; /* read */
	u32 nr_frames;
};

/**
 * trace_pass() - each record of a trace, with progress
 * Return: TOOL_OK: all were read, or it was enough; else an exit code, after a complaint.
 */
int trace_pass(struct trace_pass *pass);

/* Each is 'iopfsim trace NAME FILE', options->args[1] being FILE. Return: exit code. */
int trace_info(const struct tool_options *options);
int trace_head(const struct tool_options *options);
int trace_validate(const struct tool_options *options);
int trace_convert(const struct tool_options *options);
int trace_export(const struct tool_options *options);

/** trace_merge() - 'iopfsim trace merge MAPPINGS ACCESSES -o TRACE'. Return: exit code. */
int trace_merge(const struct tool_options *options);

#endif
