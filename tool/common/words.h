/* SPDX-License-Identifier: GPL-2.0-only */
/* The glossary, docs/words.md: its tables, row by row. */
#ifndef TOOL_WORDS_H
#define TOOL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/types.h"

#define WORDS_MAX_CELLS 3
#define WORDS_CELL_BYTES 512

struct words_cells {
	u32 nr;
	char text[WORDS_MAX_CELLS][WORDS_CELL_BYTES]; /* without marks of Markdown */
};

/* Start from a zeroed one. */
struct words_row {
	size_t at;		   /* what is still to be read */
	char section[80];	   /* "Queues" */
	struct words_cells header; /* what its columns are: the last is the meaning */
	struct words_cells cells;
};

/** words_next() - the row behind @row's. Return: false if that was the last. */
bool words_next(struct words_row *row);

/**
 * words_find() - look for a name in the tables of one kind
 * @row: filled
 * @head: of their first column: "stage", "lock"
 *
 * Return: false if it is in none.
 */
bool words_find(struct words_row *row, const char *head, const char *name);

/**
 * words_term() - the names in a cell, one after the other: "overflow (OVFLG, OVACKFLG)" has three
 * @cell: moved behind the name
 *
 * Return: false if there are no more.
 */
bool words_term(const char **cell, char term[WORDS_CELL_BYTES]);

/** words_alike() - the same, but for case, and for spaces, dashes and underscores? "" is like
 * nothing. */
bool words_alike(const char *one, const char *other);

#endif
