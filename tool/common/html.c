// SPDX-License-Identifier: GPL-2.0-only
/* What pages of HTML share: style, heading, escaping, tables, places for plots. */
#include "tool/common/html.h"

#include <string.h>

/*
 * Letters that a row has room for, on paper of A4: of the usual size, and of smaller ones. What is
 * wider becomes several tables.
 */
#define ROOM 88
#define DENSE_ROOM 104
#define PAD 3	    /* letters that a column takes beside its text */
#define DENSE_PAD 2 /* of smaller ones */

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

/* --- tables --- */

/* Some of a table's columns: its first ones, by which a row is known, and [first, end). */
struct part {
	const struct table *table;
	u32 nr_headings, nr_keys, first, end;
};

static bool is_in(const struct part *part, u32 column)
{
	return column < part->nr_keys || (column >= part->first && column < part->end);
}

static void write_row(FILE *out, const struct part *part, u32 row, const char *tag)
{
	const struct table *table = part->table;

	fputs("<tr>", out);
	for (u32 i = 0; i < table->nr_columns; i++) {
		const char *text = table->rows[row][i] ? table->rows[row][i] : "";

		if (!is_in(part, i))
			continue;
		fprintf(out, "<%s%s>", tag, table->is_left[i] ? " class=\"left\"" : "");
		if (table->is_left[i] || tag[1] == 'h')
			html_name(out, text);
		else
			html_text(out, text);
		fprintf(out, "</%s>", tag);
	}
	fputs("</tr>\n", out);
}

static void write_part(FILE *out, const struct part *part, bool is_dense)
{
	fprintf(out, "<table%s>\n<thead>\n", is_dense ? " class=\"dense\"" : "");
	for (u32 i = 0; i < part->nr_headings; i++)
		write_row(out, part, i, "th");
	fputs("</thead>\n<tbody>\n", out);
	for (u32 i = part->nr_headings; i < part->table->nr_rows; i++)
		write_row(out, part, i, "td");
	fputs("</tbody>\n</table>\n", out);
}

/* Letters of @text that are not broken. */
static u32 longest_piece(const char *text)
{
	u32 longest = 0;

	while (*text) {
		size_t length = strcspn(text, " _/=");

		length += text[length] != 0;
		longest = (u32)length > longest ? (u32)length : longest;
		text += length;
	}
	return longest;
}

/* Text may be broken, numbers may not. */
static u32 letters_of(const struct table *table, u32 column, u32 nr_headings)
{
	u32 most = 0;

	for (u32 i = 0; i < table->nr_rows; i++) {
		const char *text = table->rows[i][column] ? table->rows[i][column] : "";
		u32 letters = i < nr_headings || table->is_left[column] ? longest_piece(text)
									: (u32)strlen(text);

		most = letters > most ? letters : most;
	}
	return most;
}

/* As many columns as there is room for, one at least. */
static u32 end_of_part(const struct part *part, u32 room, u32 pad)
{
	u32 used = 0, i;

	for (i = 0; i < part->nr_keys; i++)
		used += letters_of(part->table, i, part->nr_headings) + pad;
	for (i = part->first; i < part->table->nr_columns; i++) {
		used += letters_of(part->table, i, part->nr_headings) + pad;
		if (used > room && i > part->first)
			break;
	}
	return i;
}

/* Where published, simulated and error stand side by side they stay so. */
static u32 whole_triples(const struct part *part)
{
	u32 nr = part->end - part->first, all = part->table->nr_columns - part->nr_keys;

	if (part->end == part->table->nr_columns || all % 3 || nr < 3)
		return part->end;
	return part->end - nr % 3;
}

void html_table(FILE *out, struct table *table, u32 nr_headings)
{
	struct part part = {.table = table, .nr_headings = nr_headings};
	bool is_dense;

	while (part.nr_keys + 1 < table->nr_columns && table->is_left[part.nr_keys])
		part.nr_keys++;
	part.nr_keys = part.nr_keys ? part.nr_keys : 1;
	part.first = part.nr_keys;
	is_dense = end_of_part(&part, ROOM, PAD) < table->nr_columns;
	while (table->nr_rows > nr_headings && part.first < table->nr_columns) {
		part.end = end_of_part(&part, is_dense ? DENSE_ROOM : ROOM,
				       is_dense ? DENSE_PAD : PAD);
		part.end = whole_triples(&part);
		write_part(out, &part, is_dense);
		part.first = part.end;
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
