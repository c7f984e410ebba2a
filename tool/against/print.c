// SPDX-License-Identifier: GPL-2.0-only
/* Tables of counters as Linux writes them, and side by side. */
#include <math.h>
#include <string.h>

#include "tool/against/against.h"
#include "tool/common/human.h"
#include "tool/common/json_writer.h"

static void export_dmar(FILE *out, const struct against_table *table)
{
	const char *const *columns = against_columns(AGAINST_DMAR);

	fprintf(out, "IOMMU: iopfsim\n%12s", "");
	for (u32 i = 0; columns[i]; i++)
		fprintf(out, "%12s", columns[i]);
	for (u32 r = 0; r < table->nr_rows; r++) {
		fprintf(out, "\n%12s", table->rows[r].name);
		for (u32 i = 0; columns[i]; i++)
			fprintf(out, "%12.0f", floor(table->rows[r].values[i]));
	}
	fputc('\n', out);
}

static void export_locks(FILE *out, const struct against_table *table)
{
	const char *const *columns = against_columns(AGAINST_LOCKS);
	char dashes[200];

	memset(dashes, '-', sizeof(dashes) - 1);
	dashes[sizeof(dashes) - 1] = 0;
	fprintf(out, "lock_stat version 0.4\n%s\n%40s", dashes, "class name");
	for (u32 i = 0; columns[i]; i++)
		fprintf(out, " %14s", columns[i]);
	fprintf(out, "\n%s\n\n", dashes);
	for (u32 r = 0; r < table->nr_rows; r++) {
		fprintf(out, "%40s:", table->rows[r].name);
		for (u32 i = 0; columns[i]; i++) {
			/* counts are whole, times have two places, in us */
			bool is_time = strstr(columns[i], "time");

			fprintf(out, " %14.*f", is_time ? 2 : 0, table->rows[r].values[i]);
		}
		fputc('\n', out);
	}
}

void against_export(FILE *out, const struct against_table *table)
{
	if (table->kind == AGAINST_DMAR)
		export_dmar(out, table);
	else
		export_locks(out, table);
}

/* lock_stat tells readers from writers, a run does not: "-R" and "-W" are beside the whole. */
static const struct against_row *row_of(const struct against_table *ours, const char *name)
{
	const struct against_row *row = against_find(ours, name);
	size_t length = strlen(name);
	char whole[AGAINST_NAME_BYTES];

	if (row || ours->kind != AGAINST_LOCKS || length < 3 ||
	    (strcmp(name + length - 2, "-R") != 0 && strcmp(name + length - 2, "-W") != 0))
		return row;
	snprintf(whole, sizeof(whole), "%.*s", (int)length - 2, name);
	return against_find(ours, whole);
}

static void cell(struct table *table, double value, const char *suffix)
{
	if (isnan(value) || isinf(value))
		table_cell(table, "-");
	else if (value == floor(value) && fabs(value) < 1e15)
		table_cell(table, "%.0f%s", value, suffix);
	else
		table_cell(table, "%.3g%s", value, suffix);
}

static void print_row(struct table *table, const struct against_row *theirs,
		      const struct against_row *ours, u32 nr_columns)
{
	table_cell(table, "%s", theirs->name);
	table_cell(table, "file");
	for (u32 i = 0; i < nr_columns; i++)
		cell(table, theirs->values[i], "");
	table_cell(table, "%s", "");
	table_cell(table, ours ? "run" : "run has none");
	for (u32 i = 0; i < nr_columns; i++)
		cell(table, ours ? ours->values[i] : NAN, "");
	if (!ours)
		return;
	table_cell(table, "%s", "");
	table_cell(table, "ratio");
	for (u32 i = 0; i < nr_columns; i++)
		cell(table, theirs->values[i] > 0 ? ours->values[i] / theirs->values[i] : NAN, "x");
}

u32 against_print(FILE *out, const struct against_table *theirs, const struct against_table *ours)
{
	const char *const *columns = against_columns(theirs->kind);
	u32 nr_columns = 0, nr_both = 0;
	struct table table;

	while (columns[nr_columns])
		nr_columns++;
	table_init(&table, 2 + nr_columns);
	table.is_left[0] = table.is_left[1] = true;
	table_cell(&table, "%s", against_kind_name(theirs->kind));
	table_cell(&table, "%s", "");
	for (u32 i = 0; i < nr_columns; i++)
		table_cell(&table, "%s", columns[i]);
	for (u32 r = 0; r < theirs->nr_rows; r++) {
		const struct against_row *row = row_of(ours, theirs->rows[r].name);

		nr_both += !!row;
		print_row(&table, &theirs->rows[r], row, nr_columns);
	}
	table_print(&table, out, "", 1);
	return nr_both;
}

static void write_values(struct json_writer *json, const char *key, const struct against_row *row,
			 enum against_kind kind)
{
	const char *const *columns = against_columns(kind);

	if (!row) {
		jw_null(json, key);
		return;
	}
	jw_open_object(json, key);
	for (u32 i = 0; columns[i]; i++) {
		char text[40];

		snprintf(text, sizeof(text), "%.17g", row->values[i]);
		if (isfinite(row->values[i]))
			jw_number(json, columns[i], text);
		else
			jw_null(json, columns[i]);
	}
	jw_close_object(json);
}

u32 against_write(FILE *out, const struct against_table *theirs, const struct against_table *ours)
{
	struct json_writer json;
	u32 nr_both = 0;

	jw_init(&json, out, 0);
	jw_open_object(&json, NULL);
	jw_string(&json, "kind", against_kind_name(theirs->kind));
	jw_open_array(&json, "rows");
	for (u32 r = 0; r < theirs->nr_rows; r++) {
		const struct against_row *row = row_of(ours, theirs->rows[r].name);

		nr_both += !!row;
		jw_open_object(&json, NULL);
		jw_string(&json, "name", theirs->rows[r].name);
		write_values(&json, "file", &theirs->rows[r], theirs->kind);
		write_values(&json, "run", row, theirs->kind);
		jw_close_object(&json);
	}
	jw_close_array(&json);
	jw_close_object(&json);
	fputc('\n', out);
	return nr_both;
}
