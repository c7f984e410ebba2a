// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text for people as HTML. Its tables come as HTML between two marks, which no text has; the rest
 * is paragraphs, which empty lines part.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/common/html.h"

#define BEGIN '\x01'
#define END '\x02'

struct page {
	FILE *out;
	const char *but;
};

static void print_marked(FILE *out, struct table *table, u32 nr_headings)
{
	fputc(BEGIN, out);
	html_table(out, table, nr_headings);
	fputc(END, out);
}

/* A line that is indented, or short, is one of its own. */
static void write_paragraph(const struct page *page, const char *text, size_t length)
{
	char *copy = strndup(text, length);
	char *line = copy, *rest;
	FILE *out = page->out;
	bool is_first = true;

	while (copy && (rest = strsep(&line, "\n"))) {
		if (!rest[strspn(rest, " ")] || (page->but && !strcmp(rest, page->but)))
			continue;
		fputs(is_first ? "<p>" : rest[0] == ' ' ? "<br>\n" : "\n", out);
		html_name(out, rest + strspn(rest, " "));
		is_first = false;
	}
	if (!is_first)
		fputs("</p>\n", out);
	free(copy);
}

static void write_paragraphs(const struct page *page, const char *text, const char *end)
{
	while (text < end) {
		const char *next = memmem(text, (size_t)(end - text), "\n\n", 2);

		next = next ? next : end;
		write_paragraph(page, text, (size_t)(next - text));
		text = next + 2;
	}
}

static void convert(const struct page *page, const char *text)
{
	const char *begin, *end;

	while ((begin = strchr(text, BEGIN)) && (end = strchr(begin, END))) {
		write_paragraphs(page, text, begin);
		fwrite(begin + 1, 1, (size_t)(end - begin) - 1, page->out);
		text = end + 1;
	}
	write_paragraphs(page, text, text + strlen(text));
}

void html_of_text(FILE *out, void (*print)(FILE *out, const void *opaque), const void *opaque,
		  const char *but)
{
	char *text = NULL;
	size_t bytes = 0;
	FILE *memory = open_memstream(&text, &bytes);

	if (memory) {
		table_printer = print_marked;
		print(memory, opaque);
		table_printer = NULL;
		fclose(memory);
		convert(&(struct page){out, but}, text);
	}
	free(text);
}
