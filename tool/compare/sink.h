/* SPDX-License-Identifier: GPL-2.0-only */
/* Headings, lines and tables, as text or as HTML. */
#ifndef TOOL_COMPARE_SINK_H
#define TOOL_COMPARE_SINK_H

#include <stdio.h>

#include "tool/common/human.h"

struct sink {
	FILE *out;
	bool is_html;
	/* of the open table */
	struct table table;
	u32 nr_columns, column;
};

void sink_heading(struct sink *sink, const char *text);
void sink_line(struct sink *sink, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** sink_table() - open a table. @heads: of its columns, '|' between; the first has text. */
void sink_table(struct sink *sink, const char *heads);
/** sink_cell() - the next cell, row after row. */
void sink_cell(struct sink *sink, const char *format, ...) __attribute__((format(printf, 2, 3)));
void sink_table_end(struct sink *sink);

#endif
