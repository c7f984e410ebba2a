// SPDX-License-Identifier: GPL-2.0-only
/* Text or HTML, see sink.h. */
#include "tool/compare/sink.h"

#include <stdarg.h>
#include <string.h>

#include "tool/common/html.h"

#define CELL_BYTES 512

void sink_heading(struct sink *sink, const char *text)
{
	fputs(sink->is_html ? "<h2>" : "\n", sink->out);
	if (sink->is_html)
		html_text(sink->out, text);
	else
		fputs(text, sink->out);
	fputs(sink->is_html ? "</h2>\n" : "\n", sink->out);
}

void sink_line(struct sink *sink, const char *format, ...)
{
	char text[2048];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fputs(sink->is_html ? "<p>" : "", sink->out);
	if (sink->is_html)
		html_text(sink->out, text);
	else
		fputs(text, sink->out);
	fputs(sink->is_html ? "</p>\n" : "\n", sink->out);
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
	sink->nr_columns = count_columns(heads);
	sink->column = 0;
	if (sink->is_html) {
		fputs("<div class=\"wide\"><table>\n", sink->out);
	} else {
		table_init(&sink->table, sink->nr_columns);
		sink->table.is_left[0] = true;
		fputc('\n', sink->out);
	}
	for (u32 i = 0; i < sink->nr_columns; i++) {
		size_t length = strcspn(heads, "|");

		if (sink->is_html)
			fprintf(sink->out, "%s<th>%.*s</th>%s", i ? "" : "<tr>", (int)length, heads,
				i + 1 == sink->nr_columns ? "</tr>\n" : "");
		else
			table_cell(&sink->table, "%.*s", (int)length, heads);
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
	if (!sink->is_html) {
		table_cell(&sink->table, "%s", text);
		return;
	}
	fputs(sink->column ? "<td>" : "<tr><td>", sink->out);
	html_text(sink->out, text);
	sink->column = (sink->column + 1) % sink->nr_columns;
	fputs(sink->column ? "</td>" : "</td></tr>\n", sink->out);
}

void sink_table_end(struct sink *sink)
{
	if (sink->is_html)
		fputs("</table></div>\n", sink->out);
	else
		table_print(&sink->table, sink->out, "  ", 1);
}
