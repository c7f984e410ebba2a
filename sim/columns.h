/* SPDX-License-Identifier: GPL-2.0-only */
/* A small table in words, as wide as it must be: what reports of locks are made of. */
#ifndef SIM_COLUMNS_H
#define SIM_COLUMNS_H

#include "sim/types.h"

#define SIM_COLUMNS 5
#define SIM_COLUMNS_ROWS 10
#define SIM_COLUMNS_BYTES 72 /* of a cell */

struct sim_site;

struct sim_columns {
	u32 nr_rows;
	char cells[SIM_COLUMNS_ROWS][SIM_COLUMNS][SIM_COLUMNS_BYTES];
};

/** sim_columns_add() - a row of SIM_COLUMNS texts, copied; one too many is dropped. */
void sim_columns_add(struct sim_columns *columns, const char *const *cells);
/** sim_columns_tell() - append a line a row, indented, each after a line feed, to @text. */
void sim_columns_tell(const struct sim_columns *columns, char *text, size_t bytes);
/** sim_columns_place() - "file:line function()", "a trylock" for NULL. Return: @text. */
const char *sim_columns_place(char text[SIM_COLUMNS_BYTES], const struct sim_site *site);

#endif
