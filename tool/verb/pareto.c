// SPDX-License-Identifier: GPL-2.0-only
/*
 * iopfsim pareto DIR X Y: which points of a sweep are worth their cost. X is the cost, Y what is
 * had for it; of points that cost no less and are no better, none is. Over several seeds a point
 * has to be better by more than chance.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/common/human.h"
#include "tool/common/json_writer.h"
#include "tool/sweep/points.h"
#include "tool/verb/verb.h"

struct axis {
	const char *key;
	bool is_more_better;
};

/* "max:KEY", "min:KEY"; of KEY alone rates are better when there is more of them, all else when
 * less. */
static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), of_end = strlen(end);

	return length >= of_end && !strcmp(text + length - of_end, end);
}

static const char *wish_of(const char *text, int *wish)
{
	*wish = !strncmp(text, "max:", 4) ? 1 : !strncmp(text, "min:", 4) ? -1 : 0;
	return *wish ? text + 4 : text;
}

static bool is_more_better(const char *key, int wish, bool is_cost)
{
	if (wish)
		return wish > 0;
	return !is_cost && (ends_with(key, "_per_s") || ends_with(key, ".hits"));
}

/* --- the front --- */

struct front {
	struct axis x, y;
	const struct points *points;
	const struct points_row **rows; /* heap: all that are known, cheapest first */
	u32 nr_known;
	const struct points_row **best; /* heap */
	u32 nr;
	const struct points_row *knee; /* NULL: there is none */
};

static double cost_of(const struct axis *axis, const struct points_number *number)
{
	return axis->is_more_better ? -number->mean : number->mean;
}

static int compare_rows(const void *left, const void *right, void *opaque)
{
	const struct front *sorting = opaque;
	const struct points_row *a = *(const struct points_row *const *)left;
	const struct points_row *b = *(const struct points_row *const *)right;
	double x = cost_of(&sorting->x, &a->x) - cost_of(&sorting->x, &b->x);
	double y = cost_of(&sorting->y, &a->y) - cost_of(&sorting->y, &b->y);

	if (x != 0 || y != 0)
		return x < 0 || (x == 0 && y < 0) ? -1 : 1;
	return (a->point > b->point) - (a->point < b->point);
}

/* By more than what the seeds make of it. */
static bool is_better(const struct front *front, const struct points_row *row,
		      const struct points_row *than)
{
	double noise = hypot(row->y.half_width, than->y.half_width);

	return cost_of(&front->y, &row->y) < cost_of(&front->y, &than->y) - noise;
}

/* Furthest from the line between both ends, each axis from 0 to 1, costs by factors where they are
 * far apart. */
static void find_knee(struct front *front)
{
	const struct points_row *first = front->best[0], *last = front->best[front->nr - 1];
	bool is_log = first->x.mean > 0 && last->x.mean > 0 &&
		      fmax(last->x.mean / first->x.mean, first->x.mean / last->x.mean) >= 8;
	double most = 0;

	for (u32 i = 1; i + 1 < front->nr; i++) {
		const struct points_row *row = front->best[i];
		double x = is_log ? log(row->x.mean / first->x.mean) /
					    log(last->x.mean / first->x.mean)
				  : (row->x.mean - first->x.mean) / (last->x.mean - first->x.mean);
		double y = (row->y.mean - first->y.mean) / (last->y.mean - first->y.mean);

		if (y - x <= most)
			continue;
		most = y - x;
		front->knee = row;
	}
}

static int find_front(struct front *front)
{
	u32 nr = front->points->nr_rows;

	front->rows = calloc(nr + 1, sizeof(*front->rows));
	front->best = calloc(nr + 1, sizeof(*front->best));
	if (!front->rows || !front->best)
		return -ENOMEM;
	for (u32 i = 0; i < nr; i++) {
		const struct points_row *row = &front->points->rows[i];

		if (row->x.is_known && row->y.is_known)
			front->rows[front->nr_known++] = row;
	}
	qsort_r(front->rows, front->nr_known, sizeof(*front->rows), compare_rows, front);
	for (u32 i = 0; i < front->nr_known; i++) {
		if (!front->nr || is_better(front, front->rows[i], front->best[front->nr - 1]))
			front->best[front->nr++] = front->rows[i];
	}
	if (front->nr > 2)
		find_knee(front);
	return 0;
}

/* --- what is said --- */

static void add_row(struct table *table, const struct front *front, u32 index)
{
	const struct points_row *row = front->best[index];

	table_cell(table, "%.10g", row->x.mean);
	if (row->y.half_width > 0)
		table_cell(table, "%.6g ± %.2g", row->y.mean, row->y.half_width);
	else
		table_cell(table, "%.6g", row->y.mean);
	if (index && front->best[index - 1]->y.mean != 0)
		table_cell(table, "%+.1f %%",
			   100 * (row->y.mean / front->best[index - 1]->y.mean - 1));
	else
		table_cell(table, "-");
	table_cell(table, "%u", row->point);
	table_cell(table, "%s%s", row->parameters, row == front->knee ? "  <- the knee" : "");
}

static void print_front(const struct front *front)
{
	struct table table;
	u32 nr_unknown = front->points->nr_rows - front->nr_known;

	table_init(&table, 5);
	table_cell(&table, "%s", front->x.key);
	table_cell(&table, "%s", front->y.key);
	table_cell(&table, "change");
	table_cell(&table, "point");
	table_cell(&table, "sets");
	table.is_left[4] = true;
	for (u32 i = 0; i < front->nr; i++)
		add_row(&table, front, i);
	table_print(&table, stdout, "  ", 1);
	printf("\n%u of %u points; the others cost as much or more and are no better (%s of %s, %s of %s "
	       "is better)\n",
	       front->nr, front->nr_known, front->x.is_more_better ? "more" : "less", front->x.key,
	       front->y.is_more_better ? "more" : "less", front->y.key);
	if (front->best[front->nr - 1] != front->rows[front->nr_known - 1])
		printf("beyond %s = %.10g nothing more is had\n", front->x.key,
		       front->best[front->nr - 1]->x.mean);
	if (nr_unknown)
		printf("%u points do not tell both numbers\n", nr_unknown);
}

static void write_number(struct json_writer *json, const char *key, double value)
{
	char text[64];

	snprintf(text, sizeof(text), "%.10g", value);
	jw_number(json, key, text);
}

static void write_axis(struct json_writer *json, const char *name, const struct axis *axis)
{
	jw_open_object(json, name);
	jw_string(json, "key", axis->key);
	jw_string(json, "better", axis->is_more_better ? "more" : "less");
	jw_close_object(json);
}

static void write_json(const struct front *front)
{
	struct json_writer json;

	jw_init(&json, stdout, 0);
	jw_open_object(&json, NULL);
	write_axis(&json, "x", &front->x);
	write_axis(&json, "y", &front->y);
	jw_u64(&json, "points", front->nr_known);
	jw_u64(&json, "unknown", front->points->nr_rows - front->nr_known);
	jw_open_array(&json, "front");
	for (u32 i = 0; i < front->nr; i++) {
		jw_open_object(&json, NULL);
		jw_u64(&json, "point", front->best[i]->point);
		jw_string(&json, "parameters", front->best[i]->parameters);
		write_number(&json, "x", front->best[i]->x.mean);
		write_number(&json, "y", front->best[i]->y.mean);
		write_number(&json, "half_width", front->best[i]->y.half_width);
		jw_bool(&json, "is_knee", front->best[i] == front->knee);
		jw_close_object(&json);
	}
	jw_close_array(&json);
	jw_close_object(&json);
}

static int show(const struct tool_options *options, struct front *front)
{
	if (find_front(front))
		return tool_complain(TOOL_FAILED, "iopfsim pareto: out of memory");
	if (!front->nr)
		return tool_complain(TOOL_USAGE,
				     "iopfsim pareto: %s: no point tells both %s and %s",
				     options->args[0], front->x.key, front->y.key);
	if (options->is_json)
		write_json(front);
	else
		print_front(front);
	return TOOL_OK;
}

int verb_pareto(const struct tool_options *options)
{
	char message[TEXT_MESSAGE_MAX];
	const char *keys[2];
	struct points points;
	struct front front = {.points = &points};
	int wishes[2], err, code;

	keys[0] = wish_of(options->args[1], &wishes[0]);
	keys[1] = wish_of(options->args[2], &wishes[1]);
	err = points_read(&points, options->args[0], keys, message);
	if (!err && !strcmp(keys[0], keys[1])) {
		snprintf(message, sizeof(message),
			 "'%.100s' is both, expected a cost and what it buys", keys[0]);
		err = -EINVAL;
	}
	if (err) {
		code = tool_complain(err == -ENOMEM ? TOOL_FAILED : TOOL_USAGE,
				     "iopfsim pareto: %s", message);
	} else {
		front.x = (struct axis){keys[0], is_more_better(keys[0], wishes[0], true)};
		front.y = (struct axis){keys[1], is_more_better(keys[1], wishes[1], false)};
		code = show(options, &front);
	}
	free(front.rows);
	free(front.best);
	points_free(&points);
	return code;
}
