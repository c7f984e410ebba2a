/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers for people: rounded, with the unit that suits their size. */
#ifndef TOOL_HUMAN_H
#define TOOL_HUMAN_H

#include <stdio.h>

#include "sim/types.h"

#define HUMAN_BYTES 48

/* All return @text. */
const char *human_time(char text[HUMAN_BYTES], u64 ps);		      /* 10.1 us; ~0: - */
const char *human_rate(char text[HUMAN_BYTES], u64 bytes_per_s);      /* 9.40 GB/s */
const char *human_size(char text[HUMAN_BYTES], u64 bytes);	      /* 200 MiB */
const char *human_share(char text[HUMAN_BYTES], u64 part, u64 whole); /* 12.3 % */

/* A table of text: columns as wide as their widest cell. */
#define TABLE_MAX_COLUMNS 32

struct table {
	char ***rows; /* heap; a row's cells */
	u32 nr_rows, nr_columns;
	bool is_left[TABLE_MAX_COLUMNS]; /* text; numbers go to the right */
};

void table_init(struct table *table, u32 nr_columns);

/** table_cell() - add the next cell, row after row. Ends the program without memory. */
void table_cell(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** table_free() - without printing it. */
void table_free(struct table *table);

/*
 * Who prints tables in place of table_print(): all that are printed until it is NULL again. For
 * who prints text that has tables, to have it otherwise (html_of_text()).
 */
extern void (*table_printer)(FILE *out, struct table *table, u32 nr_headings);

/** table_print() - print and free; a line is drawn below the first @nr_headings rows. */
void table_print(struct table *table, FILE *out, const char *indent, u32 nr_headings);

#endif
