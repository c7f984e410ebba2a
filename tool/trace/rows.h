/* SPDX-License-Identifier: GPL-2.0-only */
/* A record as a line of text, or of CSV. */
#ifndef TOOL_TRACE_ROWS_H
#define TOOL_TRACE_ROWS_H

#include <stdio.h>

#include "system/trace/reader.h"

/** trace_flags_text() - "write last"; "-": none. Return: @text. */
const char *trace_flags_text(char text[64], const struct trace_event *event);

/** trace_row_head() / trace_row_print() - for people, in columns. */
void trace_row_head(FILE *out);
void trace_row_print(FILE *out, const struct trace_event *event);

/** trace_csv_head() / trace_csv_print() - as 'iopfsim trace import' reads it back. */
void trace_csv_head(FILE *out);
void trace_csv_print(FILE *out, const struct trace_event *event, const struct trace_reader *names);

/** trace_ftrace_print() - as Linux's iommu and dma events, where there is one. Return: is there? */
bool trace_ftrace_print(FILE *out, const struct trace_event *event,
			const struct trace_reader *names);

#endif
