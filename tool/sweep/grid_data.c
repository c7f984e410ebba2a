// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the pictures of a grid show: throughput and latency (where nothing faults and caches change,
 * table reads a walk), each as the mean over the seeds with the lowest and the highest.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tool/sweep/grid.h"
#include "tool/sweep/latency.h"
#include "tool/sweep/paths.h"

#define MAX_MAP 40 /* values of an axis of the map */

enum quantity { THROUGHPUT, P50, P99, READS, NR_QUANTITIES };

static const char *const names[] = {"throughput, MB/s", "latency of a fault, p50, us",
				    "latency of a fault, p99, us", "table reads a walk"};

static double reads_a_walk(const struct sweep_outcome *outcome)
{
	u64 walks = sweep_number_of(outcome, "walker.walks"), reads = 0;
	char key[64];

	for (u32 i = 0; i < 5; i++) {
		snprintf(key, sizeof(key), "walker.table_fetches.%u", i);
		reads += sweep_number_of(outcome, key);
	}
	return walks ? (double)reads / (double)walks : NAN;
}

#define OF_ALL (-1) /* in place of the number of a group of devices */

/* Of the whole run. NaN: not known. */
static double value_of_group(const struct sweep_group *group, enum quantity quantity)
{
	struct sys_number number;

	if (quantity == THROUGHPUT)
		return (double)sweep_group_number(group, "throughput_bytes_per_s").value / 1e6;
	number = sweep_group_number(group, quantity == P50 ? "faults.latency_ns.p50"
							   : "faults.latency_ns.p99");
	return number.is_known && sweep_group_number(group, "faults.latency_ns.count").value
		       ? (double)number.value / 1e6
		       : NAN;
}

/* NaN: not known. */
static double value_of(const struct sweep_outcome *outcome, enum quantity quantity)
{
	struct sys_number number;

	if (outcome->code)
		return NAN;
	if (quantity == THROUGHPUT)
		return (double)sweep_number_of(outcome, "throughput_bytes_per_s") / 1e6;
	if (quantity == READS)
		return reads_a_walk(outcome);
	number = sweep_latency(outcome, quantity == P50 ? "p50" : "p99");
	return number.is_known && sweep_has_faults(outcome) ? (double)number.value / 1e6 : NAN;
}

struct band {
	double mean, low, high;
};

static struct band band_of(const struct sweep *sweep, const struct sweep_point *point,
			   enum quantity quantity, int group)
{
	struct band band = {0, INFINITY, -INFINITY};

	for (u32 i = 0; i < sweep->nr_seeds; i++) {
		const struct sweep_outcome *outcome = sweep_seed(point, i);
		double value = group == OF_ALL || outcome->code
				       ? value_of(outcome, quantity)
				       : value_of_group(&outcome->groups[group], quantity);

		if (isnan(value))
			return (struct band){NAN, NAN, NAN};
		band.mean += value / sweep->nr_seeds;
		band.low = fmin(band.low, value);
		band.high = fmax(band.high, value);
	}
	return band;
}

static bool is_known(const struct sweep *sweep, enum quantity quantity)
{
	for (u32 i = 0; i < sweep->nr_points; i++) {
		if (!isnan(band_of(sweep, &sweep->points[i], quantity, OF_ALL).mean))
			return true;
	}
	return false;
}

/* The second picture beside throughput. */
static enum quantity main_quantity(const struct sweep *sweep)
{
	return is_known(sweep, P99)				       ? P99
	       : is_known(sweep, P50)				       ? P50
	       : sweep_changes_caches(sweep) && is_known(sweep, READS) ? READS
								       : THROUGHPUT;
}

/* What has something to lay beside is bars, point by point. */
static int find(struct grid *grid, const struct sweep *sweep)
{
	if (!sweep_is_plain(sweep) || !is_known(sweep, THROUGHPUT)) {
		*grid = (struct grid){0};
		return 0;
	}
	return grid_find(grid, sweep);
}

/* Its place among the combinations of the axes from the third on. */
static u32 panel_of(const struct grid *grid, u32 point)
{
	u32 panel = 0;

	for (u32 k = 2; k < grid->nr; k++)
		panel = panel * grid->axes[k].nr + grid->axes[k].at[point];
	return panel;
}

static u32 count_panels(const struct grid *grid)
{
	u32 nr = 1;

	for (u32 k = 2; k < grid->nr; k++)
		nr *= grid->axes[k].nr;
	return nr;
}

/* Along one parameter, each group of devices is a curve. */
static bool has_group_curves(const struct grid *grid, const struct sweep *sweep)
{
	return grid->nr == 1 && sweep->nr_groups > 1 && main_quantity(sweep) != READS;
}

static u32 count_curves(const struct grid *grid, const struct sweep *sweep)
{
	return grid->nr > 1		       ? grid->axes[1].nr
	       : has_group_curves(grid, sweep) ? sweep->nr_groups
					       : 1;
}

static const char *curves_label(const struct grid *grid, const struct sweep *sweep)
{
	return grid->nr > 1 ? grid->axes[1].label : has_group_curves(grid, sweep) ? "devices" : "";
}

/* A quote would end the text. */
static void put_text(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++)
		fputc(*text == '"' || *text == '\\' ? '\'' : *text, out);
	fputc('"', out);
}

static void put_row(FILE *out, u32 kind, double number, const char *text)
{
	fprintf(out, "%u %.17g ", kind, number);
	put_text(out, text);
	fputc('\n', out);
}

static const char *last_part(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot ? dot + 1 : path;
}

/* "handler.extra 1us, seed 2": what a panel is of. */
static void put_panel(FILE *out, const struct grid *grid, u32 panel)
{
	char text[400];
	size_t used = 0;
	u32 at[GRID_MAX_AXES] = {0};

	for (u32 k = grid->nr; k-- > 2;) {
		at[k] = panel % grid->axes[k].nr;
		panel /= grid->axes[k].nr;
	}
	text[0] = 0;
	for (u32 k = 2; k < grid->nr && used < sizeof(text); k++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%.60s %s",
					 k > 2 ? ", " : "", last_part(grid->axes[k].path),
					 grid->axes[k].values[at[k]].text);
	put_row(out, 12, panel, text);
}

/*
 * kind, number, text: 0: values of the horizontal axis, its name; 1: curves, their name; 2: panels;
 * 3: does the axis grow by factors; 4: seeds, the name of the second quantity; 10: a value of the
 * axis; 11: of the curves; 12: of the panels.
 */
void grid_write_axes(FILE *out, const struct sweep *sweep)
{
	struct grid grid;
	u32 nr_panels;

	if (find(&grid, sweep) || !grid.nr) {
		put_row(out, 0, 0, "");
		return;
	}
	nr_panels = count_panels(&grid);
	put_row(out, 0, grid.axes[0].nr, grid.axes[0].label);
	put_row(out, 1, count_curves(&grid, sweep), curves_label(&grid, sweep));
	put_row(out, 2, nr_panels, "");
	put_row(out, 3, grid.axes[0].is_log, "");
	put_row(out, 4, sweep->nr_seeds, names[main_quantity(sweep)]);
	for (u32 i = 0; i < grid.axes[0].nr; i++)
		put_row(out, 10, grid.axes[0].values[i].number, grid.axes[0].values[i].text);
	for (u32 i = 0; grid.nr > 1 && i < grid.axes[1].nr; i++)
		put_row(out, 11, i, grid.axes[1].values[i].text);
	for (u32 i = 0; has_group_curves(&grid, sweep) && i < sweep->nr_groups; i++)
		put_row(out, 11, i, sweep->workload->config.groups[i].name);
	for (u32 i = 0; i < nr_panels; i++)
		put_panel(out, &grid, i);
	grid_free(&grid);
}

static void put_band(FILE *out, struct band band)
{
	fprintf(out, " %.6f %.6f %.6f", band.mean, band.low, band.high);
}

/* The points of a curve, from left to right. */
static void put_curve(FILE *out, const struct grid *grid, const struct sweep *sweep, u32 index)
{
	u32 nr_curves = grid->nr > 1 ? grid->axes[1].nr : 1, nr = grid->axes[0].nr;
	int group = has_group_curves(grid, sweep) ? (int)index : OF_ALL;
	u32 *order = calloc(nr, sizeof(*order));
	enum quantity second = main_quantity(sweep);

	for (u32 i = 0; order && i < sweep->nr_points; i++) {
		u32 curve = grid->nr > 1 ? grid->axes[1].at[i] : 0;

		if (group != OF_ALL || panel_of(grid, i) * nr_curves + curve == index)
			order[grid->axes[0].at[i]] = i;
	}
	for (u32 k = 0; order && k < nr; k++) {
		const struct sweep_point *point = &sweep->points[order[k]];

		fprintf(out, "%.17g", grid->axes[0].values[k].number);
		put_band(out, band_of(sweep, point, THROUGHPUT, group));
		put_band(out, band_of(sweep, point, second, group));
		put_band(out, band_of(sweep, point, P50, group));
		fputc('\n', out);
	}
	free(order);
}

void grid_write_data(FILE *out, const struct sweep *sweep)
{
	struct grid grid;
	u32 nr_curves;

	fputs("# a block a curve, panel by panel: value of the axis; throughput, MB/s: mean, lowest, "
	      "highest of the seeds; the same of the second quantity; of p50, us\n",
	      out);
	if (find(&grid, sweep) || !grid.nr)
		return;
	nr_curves = count_panels(&grid) * count_curves(&grid, sweep);
	for (u32 i = 0; i < nr_curves; i++) {
		if (i)
			fputs("\n\n", out);
		put_curve(out, &grid, sweep, i);
	}
	grid_free(&grid);
}

static void put_cell(FILE *out, const struct grid *grid, u32 point, double value)
{
	const struct grid_axis *x = &grid->axes[0], *y = &grid->axes[1];

	fprintf(out, "%u %u %.6f ", x->at[point], y->at[point], value);
	put_text(out, x->values[x->at[point]].text);
	fputc(' ', out);
	put_text(out, y->values[y->at[point]].text);
	fputc('\n', out);
}

/* By places, so that each value has as much room as any other. */
void grid_write_map(FILE *out, const struct sweep *sweep)
{
	enum quantity quantity = main_quantity(sweep);
	struct grid grid;

	fputs("# a block a panel: place on the horizontal axis; on the other; mean over the seeds; two "
	      "texts\n",
	      out);
	if (find(&grid, sweep) || grid.nr < 2 || grid.axes[1].nr < 3 || grid.axes[0].nr > MAX_MAP ||
	    grid.axes[1].nr > MAX_MAP) {
		grid_free(&grid);
		return;
	}
	for (u32 panel = 0; panel < count_panels(&grid); panel++) {
		if (panel)
			fputs("\n\n", out);
		for (u32 i = 0; i < sweep->nr_points; i++) {
			if (panel_of(&grid, i) == panel)
				put_cell(out, &grid, i,
					 band_of(sweep, &sweep->points[i], quantity, OF_ALL).mean);
		}
	}
	grid_free(&grid);
}
