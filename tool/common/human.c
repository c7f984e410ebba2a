// SPDX-License-Identifier: GPL-2.0-only
/* Rounded numbers and text tables. Nothing here is read back by anybody. */
#define _GNU_SOURCE
#include "tool/common/human.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct step {
	const char *unit;
	u64 factor;
};

/* Three digits of the value in the largest unit that it reaches. */
static const char *in_units(char text[HUMAN_BYTES], u64 value, const struct step *steps, u32 nr)
{
	double scaled;
	u32 i = 0;

	while (i + 1 < nr && value < steps[i].factor)
		i++;
	scaled = (double)value / (double)steps[i].factor;
	snprintf(text, HUMAN_BYTES, "%.*f %s",
		 steps[i].factor == 1 || scaled >= 99.95 ? 0
		 : scaled >= 9.995			 ? 1
							 : 2,
		 scaled, steps[i].unit);
	return text;
}

#define IN_UNITS(text, value, steps) in_units(text, value, steps, sizeof(steps) / sizeof(steps[0]))

const char *human_time(char text[HUMAN_BYTES], u64 ps)
{
	static const struct step steps[] = {{"s", 1000000000000ULL},
					    {"ms", 1000000000},
					    {"us", 1000000},
					    {"ns", 1000},
					    {"ps", 1}};

	if (ps && ps != ~0ULL)
		return IN_UNITS(text, ps, steps);
	snprintf(text, HUMAN_BYTES, "%s", ps ? "-" : "0");
	return text;
}

const char *human_rate(char text[HUMAN_BYTES], u64 bytes_per_s)
{
	static const struct step steps[] = {
		{"GB/s", 1000000000}, {"MB/s", 1000000}, {"kB/s", 1000}, {"B/s", 1}};

	return IN_UNITS(text, bytes_per_s, steps);
}

const char *human_size(char text[HUMAN_BYTES], u64 bytes)
{
	static const struct step steps[] = {
		{"GiB", 1ULL << 30}, {"MiB", 1ULL << 20}, {"KiB", 1ULL << 10}, {"B", 1}};

	return IN_UNITS(text, bytes, steps);
}

const char *human_share(char text[HUMAN_BYTES], u64 part, u64 whole)
{
	snprintf(text, HUMAN_BYTES, "%.1f %%", whole ? 100.0 * (double)part / (double)whole : 0.0);
	return text;
}

static void *must(void *memory)
{
	if (memory)
		return memory;
	fputs("iopfsim: out of memory\n", stderr);
	exit(1);
}

void table_init(struct table *table, u32 nr_columns)
{
	*table = (struct table){.nr_columns = nr_columns};
}

void table_cell(struct table *table, const char *format, ...)
{
	char **row = table->nr_rows ? table->rows[table->nr_rows - 1] : NULL;
	char *text = NULL;
	va_list args;
	u32 i = 0;

	while (row && i < table->nr_columns && row[i])
		i++;
	if (!row || i == table->nr_columns) {
		table->rows = must(
			realloc(table->rows, (table->nr_rows + 1) * sizeof(table->rows[0])));
		row = must(calloc(table->nr_columns + 1, sizeof(*row)));
		table->rows[table->nr_rows++] = row;
		i = 0;
	}
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	row[i] = must(text);
}

/* Columns on the screen: UTF-8 continuation bytes take none. */
static u32 width(const char *text)
{
	u32 nr = 0;

	for (; *text; text++)
		nr += ((unsigned char)*text & 0xc0) != 0x80;
	return nr;
}

static u32 column_width(const struct table *table, u32 column)
{
	u32 widest = 0;

	for (u32 i = 0; i < table->nr_rows; i++) {
		const char *text = table->rows[i][column];
		u32 wide = text ? width(text) : 0;

		widest = wide > widest ? wide : widest;
	}
	return widest;
}

static void print_row(const struct table *table, char **row, const u32 *widths, FILE *out)
{
	u32 nr = table->nr_columns;

	/* no spaces at the end of a line */
	while (nr && (!row[nr - 1] || !row[nr - 1][0]))
		nr--;
	for (u32 i = 0; i < nr; i++) {
		const char *text = row[i] ? row[i] : "";
		int gap = (int)(widths[i] - width(text));
		bool is_last = i + 1 == nr;

		if (table->is_left[i])
			fprintf(out, "%s%*s", text, is_last ? 0 : gap, "");
		else
			fprintf(out, "%*s%s", gap, "", text);
		fputs(is_last ? "" : "  ", out);
	}
	fputc('\n', out);
}

void table_free(struct table *table)
{
	for (u32 i = 0; i < table->nr_rows; i++) {
		for (u32 j = 0; j < table->nr_columns; j++)
			free(table->rows[i][j]);
		free(table->rows[i]);
	}
	free(table->rows);
	*table = (struct table){0};
}

void (*table_printer)(FILE *out, struct table *table, u32 nr_headings);

void table_print(struct table *table, FILE *out, const char *indent, u32 nr_headings)
{
	u32 widths[TABLE_MAX_COLUMNS], whole = 0;

	if (table_printer) {
		table_printer(out, table, nr_headings);
		return;
	}
	for (u32 i = 0; i < table->nr_columns; i++) {
		widths[i] = column_width(table, i);
		whole += widths[i] + (i ? 2 : 0);
	}
	for (u32 i = 0; i < table->nr_rows; i++) {
		fputs(indent, out);
		print_row(table, table->rows[i], widths, out);
		if (i + 1 == nr_headings) {
			fputs(indent, out);
			for (u32 j = 0; j < whole; j++)
				fputc('-', out);
			fputc('\n', out);
		}
	}
	table_free(table);
}
