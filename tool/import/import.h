/* SPDX-License-Identifier: GPL-2.0-only */
/* Text files of real machines become traces: docs/files.md. */
#ifndef TOOL_IMPORT_IMPORT_H
#define TOOL_IMPORT_IMPORT_H

#include <stdio.h>

#include "system/trace/writer.h"
#include "tool/common/tool.h"

#define IMPORT_MAX_NOTES 24

/* What the file does not say. */
struct import_policy {
	enum { IMPORT_ACCESS_MAP, IMPORT_ACCESS_UNMAP, IMPORT_ACCESS_NONE } access;
	enum { IMPORT_TIME_REBASE, IMPORT_TIME_KEEP, IMPORT_TIME_NONE } time;
	u64 gap_ps;
	u64 sector_bytes, base;
	u64 length_bytes;
	const char *device;  /* NULL: by the format */
	const char *columns; /* NULL: by the first line */
};

struct import_result {
	const char *format;
	u64 nr_lines, nr_used, nr_records;
	u64 nr_of[TRACE_NR_KINDS];
	char notes[IMPORT_MAX_NOTES][256]; /* what the file cannot tell, what was made of it */
	u32 nr_notes;
};

struct import_attr {
	FILE *in;
	const char *name;   /* of the input, for messages */
	const char *format; /* NULL: by its content */
	struct import_policy policy;
	struct trace_writer *out;
	u64 nr_bytes; /* of the input, 0: not known */
	/* asked now and then with bytes done and expected: go on? NULL: yes */
	bool (*tick)(void *opaque, u64 done, u64 expected);
	void *opaque;
};

/**
 * import_policy_parse() - the options of the command line
 * Return: 0, or -EINVAL with one line in @message (TEXT_MESSAGE_MAX bytes).
 */
int import_policy_parse(struct import_policy *policy, const struct tool_trace_options *options,
			char *message);

/** import_formats() - "ftrace, qemu, ...". */
const char *import_formats(void);

/**
 * import_run() - read all of the input, write records
 *
 * In constant memory, but for the names of devices and processes.
 *
 * Return: 0; -EINVAL with @message: what is wrong with the input; -EINTR; -ENOMEM; else what
 * the writer or reading said.
 */
int import_run(const struct import_attr *attr, struct import_result *result, char *message);

#endif
