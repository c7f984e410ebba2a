// SPDX-License-Identifier: GPL-2.0-only
/* The axes of a sweep's points: see grid.h. */
#include "tool/sweep/grid.h"
#include "tool/sweep/paths.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- values --- */

/* A number in base units; false: a word. */
static bool read_number(const char *path, const char *text, double *number)
{
	char message[TEXT_MESSAGE_MAX];
	enum sim_unit unit;
	u64 value;

	if (!wl_unit(path, &unit) || wl_parse_number(text, unit, &value, message))
		return false;
	*number = (double)value;
	return true;
}

static int add_point(struct grid_axis *axis, const struct sweep *sweep, u32 index)
{
	char text[SYS_TEXT_MAX];
	struct grid_value *value;
	u32 i = 0;

	sweep_value(text, sweep, &sweep->points[index], axis->path);
	while (i < axis->nr && strncmp(axis->values[i].text, text, sizeof(value->text) - 1) != 0)
		i++;
	axis->at[index] = i;
	if (i < axis->nr)
		return 0;
	value = realloc(axis->values, (axis->nr + 1) * sizeof(*value));
	if (!value)
		return -ENOMEM;
	axis->values = value;
	value = &axis->values[axis->nr++];
	snprintf(value->text, sizeof(value->text), "%.63s", text);
	axis->is_numeric &= read_number(axis->path, text, &value->number);
	return 0;
}

/* Do values grow by factors more than by steps? */
static bool grows_by_factors(const struct grid_axis *axis)
{
	double low = INFINITY, high = 0, least = INFINITY, most = 0;

	for (u32 i = 0; i < axis->nr; i++) {
		double above = INFINITY;

		low = fmin(low, axis->values[i].number);
		high = fmax(high, axis->values[i].number);
		for (u32 j = 0; j < axis->nr; j++) {
			double step = axis->values[j].number - axis->values[i].number;

			if (step > 0)
				above = fmin(above, step);
		}
		if (!isinf(above)) {
			least = fmin(least, above);
			most = fmax(most, above);
		}
	}
	return axis->nr > 2 && low > 0 && high / low >= 8 && most / least >= 4;
}

static int compare_values(const void *left, const void *right)
{
	const struct grid_value *a = left, *b = right;

	return (a->number > b->number) - (a->number < b->number);
}

/* Numbers rise; words stay as they came. */
static int sort_values(struct grid_axis *axis, u32 nr_points)
{
	u32 *places = calloc(axis->nr, sizeof(*places));

	if (!places)
		return -ENOMEM;
	for (u32 i = 0; i < axis->nr; i++)
		axis->values[i].first = i;
	qsort(axis->values, axis->nr, sizeof(*axis->values), compare_values);
	for (u32 i = 0; i < axis->nr; i++)
		places[axis->values[i].first] = i;
	for (u32 i = 0; i < nr_points; i++)
		axis->at[i] = places[axis->at[i]];
	free(places);
	return 0;
}

static int read_axis(struct grid_axis *axis, const struct sweep *sweep, const char *path)
{
	int err = 0;

	*axis = (struct grid_axis){.path = path, .is_numeric = true};
	axis->at = calloc(sweep->nr_points, sizeof(*axis->at));
	if (!axis->at)
		return -ENOMEM;
	for (u32 i = 0; i < sweep->nr_points && !err; i++)
		err = add_point(axis, sweep, i);
	axis->is_log = axis->is_numeric && grows_by_factors(axis);
	for (u32 i = 0; i < axis->nr && !axis->is_numeric; i++)
		axis->values[i].number = i;
	snprintf(axis->label, sizeof(axis->label), "%.120s", path);
	return err ? err : sort_values(axis, sweep->nr_points);
}

static void free_axis(struct grid_axis *axis)
{
	free(axis->values);
	free(axis->at);
	*axis = (struct grid_axis){0};
}

/* --- the grid --- */

/* Does @axis change when and only when @other does? */
static bool is_in_step(const struct sweep *sweep, const struct grid_axis *axis,
		       const struct grid_axis *other)
{
	for (u32 i = 0; i < sweep->nr_points; i++) {
		if (axis->at[i] != other->at[i])
			return false;
	}
	return true;
}

/* All combinations, each once. */
static bool is_product(const struct grid *grid, const struct sweep *sweep)
{
	bool *is_there, is_whole = true;
	u64 nr = 1;

	for (u32 k = 0; k < grid->nr && nr <= sweep->nr_points; k++)
		nr *= grid->axes[k].nr;
	if (!grid->nr || nr != sweep->nr_points)
		return false;
	is_there = calloc(sweep->nr_points, sizeof(*is_there));
	for (u32 i = 0; is_there && i < sweep->nr_points; i++) {
		u64 at = 0;

		for (u32 k = 0; k < grid->nr; k++)
			at = at * grid->axes[k].nr + grid->axes[k].at[i];
		is_whole &= !is_there[at];
		is_there[at] = true;
	}
	is_whole &= is_there != NULL;
	free(is_there);
	return is_whole;
}

/* The one with more values, numbers before words, stands before. */
static u32 weight(const struct grid_axis *axis)
{
	return axis->nr + (axis->is_numeric ? WL_MAX_POINTS : 0);
}

static void sort_axes(struct grid *grid)
{
	for (u32 i = 1; i < grid->nr; i++) {
		for (u32 j = i; j && weight(&grid->axes[j]) > weight(&grid->axes[j - 1]); j--) {
			struct grid_axis axis = grid->axes[j];

			grid->axes[j] = grid->axes[j - 1];
			grid->axes[j - 1] = axis;
		}
	}
}

int grid_find(struct grid *grid, const struct sweep *sweep)
{
	const struct sweep_paths paths = sweep_paths(sweep);
	int err = 0;

	*grid = (struct grid){0};
	for (u32 i = 0; i < paths.nr && !err && grid->nr < GRID_MAX_AXES; i++) {
		struct grid_axis *axis = &grid->axes[grid->nr];
		bool is_needless = false;

		err = read_axis(axis, sweep, paths.all[i]);
		for (u32 k = 0; k < grid->nr && !err; k++) {
			if (!is_in_step(sweep, axis, &grid->axes[k]))
				continue;
			snprintf(grid->axes[k].label + strlen(grid->axes[k].label),
				 sizeof(axis->label) - strlen(grid->axes[k].label), ", %.80s",
				 paths.all[i]);
			is_needless = true;
		}
		if (err || axis->nr < 2 || is_needless)
			free_axis(axis);
		else
			grid->nr++;
	}
	if (err || !is_product(grid, sweep))
		grid_free(grid);
	sort_axes(grid);
	return err;
}

void grid_free(struct grid *grid)
{
	for (u32 i = 0; i < GRID_MAX_AXES; i++)
		free_axis(&grid->axes[i]);
	grid->nr = 0;
}
