// SPDX-License-Identifier: GPL-2.0-only
/* points.csv read back: see points.h. */
#define _GNU_SOURCE
#include "tool/sweep/points.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/result/student.h"

/* Cells of @line, which is cut apart, as many as there is room for. */
static u32 split(char *line, const char **cells, u32 most)
{
	char *from = line, *to = line;
	u32 nr = 0;

	while (nr < most) {
		bool is_quoted = *from == '"';

		cells[nr++] = to;
		from += is_quoted;
		while (*from && *from != '\n' && (is_quoted || *from != ',')) {
			if (is_quoted && *from == '"' && *++from != '"')
				is_quoted = false;
			else
				*to++ = *from++;
		}
		if (*from != ',') {
			*to = 0;
			return nr;
		}
		from++;
		*to++ = 0;
	}
	return nr;
}

static int find(const struct points *points, const char *name)
{
	for (u32 i = 0; i < points->nr_columns; i++) {
		if (!strcmp(points->names[i], name))
			return (int)i;
	}
	return -1;
}

/* A place to look at: columns before @nr that begin with @prefix. */
struct where {
	u32 nr;
	const char *prefix;
};

/* The only one there that ends with ".name". */
static int find_end(const struct points *points, const char *name, struct where where)
{
	size_t length = strlen(name), begin = strlen(where.prefix);
	int found = -1;

	for (u32 i = 0; i < where.nr; i++) {
		size_t whole = strlen(points->names[i]);

		if (whole <= length || points->names[i][whole - length - 1] != '.' ||
		    strcmp(points->names[i] + whole - length, name) != 0 ||
		    strncmp(points->names[i], where.prefix, begin) != 0)
			continue;
		if (found >= 0)
			return -1;
		found = (int)i;
	}
	return found;
}

static const char *alias(const char *name)
{
	static const char *const aliases[][2] = {
		{"throughput", "throughput_bytes_per_s"}, {"mean", "faults.latency_ns.mean"},
		{"p50", "faults.latency_ns.p50"},	  {"p99", "faults.latency_ns.p99"},
		{"p99.9", "faults.latency_ns.p999"},	  {"max", "faults.latency_ns.max"},
	};

	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
		if (!strcmp(aliases[i][0], name))
			return aliases[i][1];
	}
	return name;
}

/* "nic.p99", "nic.page_request_credits", also behind "devices.": of a group of devices. */
static int find_of_group(const struct points *points, const char *name)
{
	static const char devices[] = "devices.";
	size_t length = sizeof(devices) - 1;
	char prefix[TEXT_MESSAGE_MAX], full[2 * TEXT_MESSAGE_MAX];
	const char *dot;
	int column;

	if (!strncmp(name, devices, length))
		name += length;
	dot = strchr(name, '.');
	if (!dot)
		return -1;
	snprintf(prefix, sizeof(prefix), "%s%.*s.", devices, (int)(dot - name), name);
	snprintf(full, sizeof(full), "%s%s", prefix, alias(dot + 1));
	column = find(points, full);
	return column >= 0 ? column
			   : find_end(points, dot + 1, (struct where){points->nr_columns, prefix});
}

static int find_key(const struct points *points, const char **key, char *message)
{
	struct text_suggestion near = {0};
	char quoted[TEXT_QUOTE_BYTES], hint[TEXT_HINT_BYTES];
	int column = find(points, alias(*key));

	if (column < 0)
		column = find_of_group(points, *key);
	if (column < 0)
		column = find_end(points, *key, (struct where){points->first_of_group, ""});
	if (column < 0)
		column = find_end(points, *key, (struct where){points->nr_columns, ""});
	if (column >= 0) {
		*key = points->names[column];
		return column;
	}
	for (u32 i = 0; i < points->nr_columns; i++)
		text_suggest(&near, *key, points->names[i]);
	snprintf(message, TEXT_MESSAGE_MAX, "no parameter and no number is called %s%s",
		 text_quote(quoted, *key), text_hint(hint, &near));
	return -EINVAL;
}

/* --- rows --- */

/* A parameter as a file states it, in base units; a number of a result as it is. */
static bool read_value(const char *name, const char *text, double *value)
{
	char message[TEXT_MESSAGE_MAX], *end;
	enum sim_unit unit;
	u64 number;

	if (wl_unit(name, &unit) && !wl_parse_number(text, unit, &number, message)) {
		*value = (double)number;
		return true;
	}
	*value = strtod(text, &end);
	return text[0] && !*end && isfinite(*value);
}

static void count(struct points_number *number, const char *name, const char *text)
{
	double value;

	number->nr++;
	if (!read_value(name, text, &value)) {
		number->is_known = false;
		return;
	}
	number->sum += value;
	number->squares += value * value;
}

static void settle(struct points_number *number)
{
	double nr = number->nr, spread;

	number->mean = number->sum / nr;
	if (number->nr < 2)
		return;
	spread = (number->squares - nr * number->mean * number->mean) / (nr - 1) / nr;
	number->half_width = sqrt(spread > 0 ? spread : 0) * sys_student_t(number->nr - 1) / 1000;
}

static char *parameters_of(const struct points *points, const char *const *cells)
{
	char *text = NULL;
	size_t bytes = 0;
	FILE *out = open_memstream(&text, &bytes);

	for (u32 i = 0; out && i < points->nr_parameters; i++) {
		u32 at = points->first_parameter + i;

		fprintf(out, "%s%s=%s", i ? " " : "", points->names[at], cells[at]);
	}
	if (out)
		fclose(out);
	return text;
}

/* The runs of a point follow each other. */
static int add_run(struct points *points, const char *const *cells, const int columns[2])
{
	u32 number = (u32)strtoul(cells[0], NULL, 10);
	struct points_row *row = points->nr_rows ? &points->rows[points->nr_rows - 1] : NULL;

	if (points->baseline >= 0 && strcmp(cells[points->baseline], "0") != 0)
		return 0;
	if (!row || row->point != number) {
		row = realloc(points->rows, (points->nr_rows + 1) * sizeof(*row));
		if (!row)
			return -ENOMEM;
		points->rows = row;
		row += points->nr_rows++;
		*row = (struct points_row){number,
					   parameters_of(points, cells),
					   {.is_known = true},
					   {.is_known = true}};
	}
	count(&row->x, points->names[columns[0]], cells[columns[0]]);
	count(&row->y, points->names[columns[1]], cells[columns[1]]);
	return row->parameters ? 0 : -ENOMEM;
}

static int read_head(struct points *points, FILE *in)
{
	size_t bytes = 0;
	int limited;

	if (getline(&points->line, &bytes, in) <= 0)
		return -EINVAL;
	points->nr_columns = split(points->line, points->names, POINTS_MAX_COLUMNS);
	limited = find(points, "limited_by");
	points->baseline = find(points, "baseline");
	points->first_parameter = points->baseline >= 0 ? 3 : 2;
	if (limited < (int)points->first_parameter || find(points, "point") != 0)
		return -EINVAL;
	points->nr_parameters = (u32)limited - points->first_parameter;
	points->first_of_group = (u32)limited;
	while (points->first_of_group < points->nr_columns &&
	       strncmp(points->names[points->first_of_group], "devices.", 8) != 0)
		points->first_of_group++;
	return 0;
}

static int read_rows(struct points *points, FILE *in, const int columns[2])
{
	const char *cells[POINTS_MAX_COLUMNS];
	char *line = NULL;
	size_t bytes = 0;
	int err = 0;

	while (!err && getline(&line, &bytes, in) > 0) {
		err = split(line, cells, POINTS_MAX_COLUMNS) == points->nr_columns
			      ? add_run(points, cells, columns)
			      : -EINVAL;
	}
	free(line);
	for (u32 i = 0; i < points->nr_rows; i++) {
		settle(&points->rows[i].x);
		settle(&points->rows[i].y);
	}
	return err;
}

int points_read(struct points *points, const char *path, const char *keys[2], char *message)
{
	char full[4400], why[TEXT_MESSAGE_MAX];
	int err = 0, columns[2];
	FILE *in;

	*points = (struct points){.baseline = -1};
	snprintf(full, sizeof(full), "%.4096s/points.csv", path);
	in = fopen(full, "re");
	if (!in) {
		snprintf(message, TEXT_MESSAGE_MAX,
			 "%.600s: has no points.csv, which a sweep leaves", path);
		return -ENOENT;
	}
	snprintf(why, sizeof(why), "is no points.csv of a sweep");
	err = read_head(points, in);
	for (u32 i = 0; i < 2 && !err; i++) {
		columns[i] = find_key(points, &keys[i], why);
		err = columns[i] < 0 ? -EINVAL : 0;
	}
	if (!err)
		err = read_rows(points, in, columns);
	fclose(in);
	if (err)
		snprintf(message, TEXT_MESSAGE_MAX, "%.500s: %.400s", full,
			 err == -ENOMEM ? "out of memory" : why);
	return err;
}

void points_free(struct points *points)
{
	for (u32 i = 0; i < points->nr_rows; i++)
		free(points->rows[i].parameters);
	free(points->rows);
	free(points->line);
	*points = (struct points){0};
}
