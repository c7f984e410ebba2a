// SPDX-License-Identifier: GPL-2.0-only
/* Reading docs/words.md, which stands in the program (words.S). Of Markdown: sections, tables,
 * links, code. */
#include "tool/common/words.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

extern const char words_begin[];
extern const unsigned long words_bytes;

#define WORDS_END (words_begin + words_bytes)

#define RULE "| ---"
#define SECTION "## "

static bool begins(const char *line, const char *with)
{
	size_t length = strlen(with);

	return (size_t)(WORDS_END - line) >= length && !memcmp(line, with, length);
}

/* Without the marks of code, and of a link but its text. Return: behind the cell. */
static const char *read_cell(const char *at, const char *end, char text[WORDS_CELL_BYTES])
{
	size_t used = 0;

	while (at < end && *at != '|') {
		if (at[0] == ']' && at[1] == '(')
			while (at < end && *at != ')')
				at++;
		else if (*at != '`' && *at != '[' && used < WORDS_CELL_BYTES - 1)
			text[used++] = *at;
		at++;
	}
	while (used && text[used - 1] == ' ')
		used--;
	text[used] = 0;
	memmove(text, text + strspn(text, " "), strlen(text + strspn(text, " ")) + 1);
	return at;
}

static void read_cells(const char *line, const char *end, struct words_cells *cells)
{
	const char *at = line + 1;

	cells->nr = 0;
	while (at < end && cells->nr < WORDS_MAX_CELLS)
		at = read_cell(at, end, cells->text[cells->nr++]) + 1;
}

bool words_next(struct words_row *row)
{
	for (const char *line = words_begin + row->at; line < WORDS_END;) {
		const char *end = memchr(line, '\n', (size_t)(WORDS_END - line));
		const char *next = end ? end + 1 : WORDS_END;

		end = end ? end : WORDS_END;
		row->at = (size_t)(next - words_begin);
		if (begins(line, SECTION)) {
			snprintf(row->section, sizeof(row->section), "%.*s", (int)(end - line - 3),
				 line + 3);
		} else if (begins(next, RULE)) {
			read_cells(line, end, &row->header);
		} else if (begins(line, "| ") && !begins(line, RULE)) {
			read_cells(line, end, &row->cells);
			return true;
		}
		line = next;
	}
	return false;
}

bool words_find(struct words_row *row, const char *head, const char *name)
{
	*row = (struct words_row){0};
	while (words_next(row)) {
		if (!strcmp(row->header.text[0], head) && words_alike(row->cells.text[0], name))
			return true;
	}
	return false;
}

bool words_term(const char **cell, char term[WORDS_CELL_BYTES])
{
	static const char between[] = ",;:()";
	const char *at = *cell + strspn(*cell, ",;:() ");
	size_t length = strcspn(at, between);

	*cell = at + length;
	while (length && at[length - 1] == ' ')
		length--;
	snprintf(term, WORDS_CELL_BYTES, "%.*s", (int)length, at);
	return length > 0;
}

static const char *skip(const char *text)
{
	return text + strspn(text, " -_");
}

bool words_alike(const char *one, const char *other)
{
	one = skip(one);
	other = skip(other);
	if (!*one)
		return false;
	while (*one && tolower((unsigned char)*one) == tolower((unsigned char)*other)) {
		one = skip(one + 1);
		other = skip(other + 1);
	}
	return !*one && !*other;
}
