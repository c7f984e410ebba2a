/* SPDX-License-Identifier: GPL-2.0-only */
/* Headings, lines and tables, as text or as HTML: who says something once says it in both. */
#ifndef TOOL_SINK_H
#define TOOL_SINK_H

#include <stdio.h>

#include "tool/common/human.h"

struct sink {
	FILE *out;
	bool is_html;
	struct table table; /* the open one */
};

void sink_heading(struct sink *sink, const char *text);

/** sink_line() - a line of text, a paragraph of HTML. Line breaks within are those of the text. */
void sink_line(struct sink *sink, const char *format, ...) __attribute__((format(printf, 2, 3)));

/**
 * sink_table() - open a table
 * @heads: of its columns, '|' between. The first has text, and those that begin with '<'; the
 * others have numbers, which stand to the right.
 */
void sink_table(struct sink *sink, const char *heads);

/** sink_cell() - the next cell, row after row. */
void sink_cell(struct sink *sink, const char *format, ...) __attribute__((format(printf, 2, 3)));
void sink_table_end(struct sink *sink);

/** sink_put_table() - one that was made elsewhere; freed. Its first @nr_headings rows are heads. */
void sink_put_table(struct sink *sink, struct table *table, u32 nr_headings);

#endif
