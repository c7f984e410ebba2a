// SPDX-License-Identifier: GPL-2.0-only
/* See columns.h. */
#include "sim/columns.h"

#include <stdio.h>
#include <string.h>

#include "sim/lock.h"

void sim_columns_add(struct sim_columns *columns, const char *const *cells)
{
	if (columns->nr_rows == SIM_COLUMNS_ROWS)
		return;
	for (u32 i = 0; i < SIM_COLUMNS; i++)
		snprintf(columns->cells[columns->nr_rows][i], SIM_COLUMNS_BYTES, "%s", cells[i]);
	columns->nr_rows++;
}

static int width_of(const struct sim_columns *columns, u32 column)
{
	size_t width = 0;

	for (u32 row = 0; row < columns->nr_rows; row++) {
		size_t length = strlen(columns->cells[row][column]);

		width = length > width ? length : width;
	}
	return (int)width;
}

static void append(char *text, size_t bytes, int width, const char *cell)
{
	size_t used = strlen(text);

	snprintf(text + used, bytes - used, "%-*s", width, cell);
}

void sim_columns_tell(const struct sim_columns *columns, char *text, size_t bytes)
{
	int widths[SIM_COLUMNS] = {};

	/* The last one is as long as it is. */
	for (u32 i = 0; i + 1 < SIM_COLUMNS; i++)
		widths[i] = width_of(columns, i) + 2;
	for (u32 row = 0; row < columns->nr_rows; row++) {
		append(text, bytes, 0, "\n    ");
		for (u32 i = 0; i < SIM_COLUMNS; i++)
			append(text, bytes, widths[i], columns->cells[row][i]);
	}
}

const char *sim_columns_place(char text[SIM_COLUMNS_BYTES], const struct sim_site *site)
{
	if (!site)
		snprintf(text, SIM_COLUMNS_BYTES, "a trylock");
	else if (site->line)
		snprintf(text, SIM_COLUMNS_BYTES, "%s:%d %s()", site->file, site->line, site->func);
	else
		snprintf(text, SIM_COLUMNS_BYTES, "%s %s", site->file, site->func);
	return text;
}
