// SPDX-License-Identifier: GPL-2.0-only
/* What pages of HTML share: style, heading, escaping, tables, places for plots. */
#include "tool/common/html.h"

#include <string.h>

/* A table of more columns has smaller letters. */
#define DENSE_COLUMNS 9

extern const char html_style[]; /* style.css */
extern const unsigned long html_style_bytes;

void html_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			fputc(*text, out);
		}
	}
}

void html_name(FILE *out, const char *text)
{
	char letter[2] = "";

	for (; *text; text++) {
		if (!strncmp(text, "->", 2)) {
			/* A browser would break it behind the dash. */
			fputs("<wbr><span style=\"white-space:nowrap\">-&gt;</span>", out);
			text++;
			continue;
		}
		letter[0] = *text;
		html_text(out, letter);
		if (strchr("_/=", *text))
			fputs("<wbr>", out);
	}
}

void html_element(FILE *out, const char *tag, const char *text)
{
	fprintf(out, "<%s>", tag);
	html_text(out, text);
	fprintf(out, "</%.*s>\n", (int)strcspn(tag, " "), tag);
}

static void write_row(FILE *out, const struct table *table, u32 row, const char *tag)
{
	fputs("<tr>", out);
	for (u32 i = 0; i < table->nr_columns; i++) {
		const char *text = table->rows[row][i] ? table->rows[row][i] : "";

		fprintf(out, "<%s%s>", tag, table->is_left[i] ? " class=\"left\"" : "");
		if (table->is_left[i] || tag[1] == 'h')
			html_name(out, text);
		else
			html_text(out, text);
		fprintf(out, "</%s>", tag);
	}
	fputs("</tr>\n", out);
}

void html_table(FILE *out, struct table *table, u32 nr_headings)
{
	if (table->nr_rows > nr_headings) {
		fputs(table->nr_columns > DENSE_COLUMNS ? "<table class=\"dense\">\n<thead>\n"
							: "<table>\n<thead>\n",
		      out);
		for (u32 i = 0; i < nr_headings; i++)
			write_row(out, table, i, "th");
		fputs("</thead>\n<tbody>\n", out);
		for (u32 i = nr_headings; i < table->nr_rows; i++)
			write_row(out, table, i, "td");
		fputs("</tbody>\n</table>\n", out);
	}
	table_free(table);
}

void html_begin(FILE *out, const char *title)
{
	fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>",
	      out);
	html_text(out, title);
	fprintf(out, "</title>\n<style>\n%.*s</style>\n</head>\n<body>\n", (int)html_style_bytes,
		html_style);
	html_element(out, "h1", title);
}

void html_end(FILE *out)
{
	fputs("</body>\n</html>\n", out);
}

void html_plot(FILE *out, const struct plot_kind *kind)
{
	fprintf(out, "<!-- plot %s --><!-- /plot -->\n", kind->name);
}
