// SPDX-License-Identifier: GPL-2.0-only
/* Text or HTML, see sink.h. */
#include "tool/common/sink.h"

#include <stdarg.h>
#include <string.h>

#include "tool/common/html.h"

#define CELL_BYTES 512

void sink_heading(struct sink *sink, const char *text)
{
	if (sink->is_html)
		html_element(sink->out, "h2", text);
	else
		fprintf(sink->out, "\n%s\n", text);
}

void sink_line(struct sink *sink, const char *format, ...)
{
	char text[2048];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (sink->is_html)
		html_element(sink->out, "p", text);
	else
		fprintf(sink->out, "%s\n", text);
}

static u32 count_columns(const char *heads)
{
	u32 nr = 1;

	for (; *heads; heads++)
		nr += *heads == '|';
	return nr;
}

void sink_table(struct sink *sink, const char *heads)
{
	u32 nr = count_columns(heads);

	table_init(&sink->table, nr);
	for (u32 i = 0; i < nr; i++) {
		size_t length = strcspn(heads, "|");
		bool is_left = heads[0] == '<';

		sink->table.is_left[i] = !i || is_left;
		table_cell(&sink->table, "%.*s", (int)length - is_left, heads + is_left);
		heads += length + 1;
	}
}

void sink_cell(struct sink *sink, const char *format, ...)
{
	char text[CELL_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	table_cell(&sink->table, "%s", text);
}

void sink_put_table(struct sink *sink, struct table *table, u32 nr_headings)
{
	if (sink->is_html)
		html_table(sink->out, table, nr_headings);
	else
		table_print(table, sink->out, "  ", nr_headings);
}

void sink_table_end(struct sink *sink)
{
	if (!sink->is_html)
		fputc('\n', sink->out);
	sink_put_table(sink, &sink->table, 1);
}
