// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a sweep says: published beside simulated and the difference, as a table,
 * as JSON and as data for a plot. Derived numbers are computed in integers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/version.h"
#include "tool/common/human.h"
#include "tool/common/json_writer.h"
#include "tool/sweep/latency.h"
#include "tool/sweep/members.h"
#include "tool/sweep/paths.h"
#include "tool/sweep/seeds.h"
#include "tool/sweep/sensitivity.h"

#define THROUGHPUT "throughput_bytes_per_s"
#define TABLE_FETCHES "walker.table_fetches"

static double as_double(struct sweep_number number)
{
	double value = (double)number.value;

	for (u32 i = 0; i < number.places; i++)
		value /= 10;
	return number.is_negative ? -value : value;
}

/* ---- the table ---- */

#define WITH_BASELINE 1
#define WITHOUT_BASELINE 2
#define WITH_PCIE 4   /* and without baseline */
#define WITH_CACHES 8 /* the points change caches of the IOMMU */

/* A name of a published number as people read it. */
struct column {
	const char *name, *head, *unit;
	double per_unit; /* of the base unit in one shown unit */
	int places;
	bool is_relative; /* difference in percent of what was published */
	u32 shown;	  /* even if nobody published it */
};

static const struct column columns[] = {
	{"faults", "faults", "", 1, 0, false, WITH_BASELINE | WITHOUT_BASELINE},
	{"baseline_throughput_bytes_per_s", "baseline", "MB/s", 1e6, 0, true, 0},
	{"throughput_bytes_per_s", "throughput", "MB/s", 1e6, 0, true, WITHOUT_BASELINE},
	{"latency_mean_ns", "mean latency", "us", 1000, 2, false, WITHOUT_BASELINE},
	{"page_requests_sent", "requests", "", 1, 0, false, WITH_PCIE},
	{"page_requests_recorded", "recorded", "", 1, 0, false, WITH_PCIE},
	{"page_requests_dropped", "dropped", "", 1, 0, false, WITH_PCIE},
	{"page_requests_auto_answered", "by IOMMU", "", 1, 0, false, WITH_PCIE},
	{"tlb.misses", "TLB misses", "", 1, 0, false, WITH_CACHES},
	{"walker.walks", "walks", "", 1, 0, false, WITH_CACHES},
	{TABLE_FETCHES, "table reads", "", 1, 0, false, WITH_CACHES},
	{"throughput_share_percent", "share", "%", 1, 1, false, WITH_BASELINE},
	{"added_ns_per_fault", "added", "us/fault", 1000, 2, false, WITH_BASELINE},
};

#define NR_COLUMNS (sizeof(columns) / sizeof(columns[0]))

static const struct wl_published *find_published(const struct wl_point *point, const char *name)
{
	for (u32 i = 0; i < point->nr_published; i++) {
		if (!strcmp(point->published[i].name, name))
			return &point->published[i];
	}
	return NULL;
}

static bool is_published(const struct sweep *sweep, const struct column *column)
{
	for (u32 i = 0; i < sweep->nr_points; i++) {
		if (find_published(sweep->points[i].point, column->name))
			return true;
	}
	return false;
}

static bool has_faults(const struct sweep *sweep)
{
	for (u32 i = 0; i < sweep->nr_points; i++) {
		if (sweep_has_faults(sweep->points[i].with.outcome))
			return true;
	}
	return false;
}

/* With a baseline three questions are enough for a screen; JSON has the rest. */
static bool is_shown(const struct sweep *sweep, const struct column *column)
{
	if (sweep->has_baseline)
		return column->shown & WITH_BASELINE;
	if ((column->shown & WITH_CACHES) && sweep_changes_caches(sweep))
		return true;
	if ((column->shown & WITH_PCIE) && has_faults(sweep) &&
	    sweep->workload->config.device_kind == SYS_DEVICE_PCIE)
		return true;
	return (column->shown & WITHOUT_BASELINE) || is_published(sweep, column);
}

/* Any number of a run, in the unit that people read. */
static struct column column_of(const char *key)
{
	u32 nr;
	const struct sys_column *row = &sys_columns(SYS_TOTALS,
						    &nr)[sys_column_find(SYS_TOTALS, key)];

	if (row->unit == SIM_UNIT_PS)
		return (struct column){
			.name = key, .head = key, .unit = "us", .per_unit = 1000, .places = 2};
	if (row->unit == SIM_UNIT_BYTES_PER_S)
		return (struct column){.name = key,
				       .head = key,
				       .unit = "MB/s",
				       .per_unit = 1e6,
				       .is_relative = true};
	return (struct column){.name = key,
			       .head = key,
			       .unit = "",
			       .per_unit = 1,
			       .places = row->unit == SIM_UNIT_MILLI ? 2 : 0};
}

/* What the table has: parameters of the points, then numbers. */
struct layout {
	const struct sweep *sweep;
	struct sweep_paths paths;
	struct column columns[TABLE_MAX_COLUMNS];
	u32 nr_columns;
	bool is_plain, has_latency; /* of each point, at its end */
	u32 nr_cells;		    /* of a line */
};

static void add_paths(struct layout *layout)
{
	layout->paths = sweep_paths_cut(layout->sweep);
	layout->is_plain = sweep_is_plain(layout->sweep);
	layout->has_latency = layout->is_plain && has_faults(layout->sweep);
	layout->nr_cells = layout->paths.nr + layout->is_plain +
			   (layout->has_latency ? SWEEP_LATENCY_CELLS : 0);
}

/* As far as there is room. */
static void add_column(struct layout *layout, struct column column)
{
	u32 nr_cells = is_published(layout->sweep, &column) ? 3 : 1;

	for (u32 i = 0; i < layout->nr_columns; i++) {
		if (!strcmp(layout->columns[i].name, column.name))
			return;
	}
	if (layout->nr_cells + nr_cells > TABLE_MAX_COLUMNS)
		return;
	layout->columns[layout->nr_columns++] = column;
	layout->nr_cells += nr_cells;
}

static void add_columns(struct layout *layout)
{
	const struct sweep *sweep = layout->sweep;

	for (size_t i = 0; i < NR_COLUMNS; i++) {
		/* that of the steady window stands beside, or there is none */
		if (layout->is_plain && !strcmp(columns[i].name, "latency_mean_ns"))
			continue;
		if (layout->is_plain && !layout->has_latency && !strcmp(columns[i].name, "faults"))
			continue;
		if (is_shown(sweep, &columns[i]))
			add_column(layout, columns[i]);
	}
	for (u32 i = 0; i < sweep->nr_points; i++) {
		const struct wl_point *point = sweep->points[i].point;

		for (u32 j = 0; j < point->nr_published; j++) {
			const char *name = point->published[j].name;

			if (!wl_published_name(name) && strcmp(name, THROUGHPUT) != 0)
				add_column(layout, column_of(name));
		}
	}
}

/* Two lines: what it is, above its middle column; and which of the three a column is. */
static void add_column_heads(const struct layout *layout, struct table *table, bool is_second)
{
	const char *simulated = layout->is_plain ? "" : "simulated";

	for (u32 i = 0; i < layout->nr_columns; i++) {
		const struct column *column = &layout->columns[i];
		bool has_three = is_published(layout->sweep, column);

		if (has_three)
			table_cell(table, "%s", is_second ? "published" : "");
		if (is_second)
			table_cell(table, "%s", layout->is_plain ? column->unit : simulated);
		else
			table_cell(table, "%s%s%s", column->head,
				   !layout->is_plain && column->unit[0] ? ", " : "",
				   layout->is_plain ? "" : column->unit);
		if (has_three)
			table_cell(table, "%s", is_second ? "difference" : "");
	}
}

static void add_heads(const struct layout *layout, struct table *table, bool is_second)
{
	sweep_paths_heads(&layout->paths, table, is_second);
	add_column_heads(layout, table, is_second);
	if (layout->has_latency)
		sweep_add_latency_heads(table, is_second);
	if (layout->is_plain)
		table_cell(table, "%s", is_second ? "limited by" : "");
}

static void add_difference(struct table *table, const struct column *column, double published,
			   double simulated)
{
	if (column->is_relative)
		table_cell(table, "%+.1f %%",
			   published != 0 ? 100 * (simulated - published) / published : 0);
	else if (column->places)
		table_cell(table, "%+.*f", column->places,
			   (simulated - published) / column->per_unit);
	else
		table_cell(table, "%+.0f", (simulated - published) / column->per_unit);
}

/* Of all levels. */
static struct sweep_number table_fetches(const struct sweep *sweep, const struct sweep_point *point)
{
	struct sweep_number sum = {0};
	char key[64];

	for (u32 level = 0; level < 5; level++) {
		struct sweep_number one;

		snprintf(key, sizeof(key), TABLE_FETCHES ".%u", level);
		one = sweep_simulated(sweep, point, key);
		sum.is_known |= one.is_known;
		sum.value += one.value;
	}
	return sum;
}

static void add_cells(const struct sweep *sweep, struct table *table,
		      const struct sweep_point *point, const struct column *column)
{
	const struct wl_published *published = find_published(point->point, column->name);
	struct sweep_number simulated = strcmp(column->name, TABLE_FETCHES) != 0
						? sweep_simulated(sweep, point, column->name)
						: table_fetches(sweep, point);

	if (published)
		table_cell(table, "%.*f", column->places, published->value / column->per_unit);
	else if (is_published(sweep, column))
		table_cell(table, "-");
	if (simulated.is_known)
		table_cell(table, "%.*f", column->places, as_double(simulated) / column->per_unit);
	else
		table_cell(table, "-");
	if (published && simulated.is_known)
		add_difference(table, column, published->value, as_double(simulated));
	else if (is_published(sweep, column))
		table_cell(table, "-");
}

static void add_point(const struct layout *layout, struct table *table,
		      const struct sweep_point *point)
{
	sweep_paths_cells(&layout->paths, table, layout->sweep, point);
	for (u32 i = 0; i < layout->nr_columns; i++)
		add_cells(layout->sweep, table, point, &layout->columns[i]);
	if (layout->has_latency)
		sweep_add_latency_cells(table, point->with.outcome);
	if (layout->is_plain)
		table_cell(table, "%s", point->with.outcome->limited_by);
}

void sweep_print_table(FILE *out, const struct sweep *sweep)
{
	struct layout layout = {.sweep = sweep};
	struct table table;

	fprintf(out, "%s\n", sweep->workload->config.title);
	if (sweep->workload->sweep_source[0])
		fprintf(out, "published: %s\n", sweep->workload->sweep_source);
	fputc('\n', out);
	add_paths(&layout);
	add_columns(&layout);
	table_init(&table, layout.nr_cells);
	add_heads(&layout, &table, false);
	add_heads(&layout, &table, true);
	table.is_left[layout.nr_cells - 1] = layout.is_plain;
	for (u32 i = 0; i < sweep_nr_shown(sweep); i++)
		add_point(&layout, &table, &sweep->points[i]);
	table_print(&table, out, "  ", 2);
	sweep_print_rest(out, sweep);
	if (layout.has_latency)
		sweep_print_refused(out, sweep);
	if (sweep->has_baseline)
		fputs("\nshare: throughput as a share of the baseline's; added: (time with - time "
		      "without) / faults\n",
		      out);
}

/* ---- JSON ---- */

static void write_parameters(struct json_writer *json, const struct sweep *sweep,
			     const struct sweep_point *point)
{
	char text[SYS_TEXT_MAX];

	jw_open_object(json, "parameters");
	for (u32 i = 0; i < point->point->nr_settings; i++) {
		const char *path = point->point->settings[i].path;

		sweep_value(text, sweep, point, path);
		if (wl_is_number(path))
			jw_number(json, path, text);
		else
			jw_string(json, path, text);
	}
	jw_close_object(json);
}

static void write_published(struct json_writer *json, const struct wl_point *point)
{
	char text[64];

	jw_open_object(json, "published");
	for (u32 i = 0; i < point->nr_published; i++) {
		snprintf(text, sizeof(text), "%.15g", point->published[i].value);
		jw_number(json, point->published[i].name, text);
	}
	jw_close_object(json);
}

static void write_derived(struct json_writer *json, const struct sweep *sweep,
			  const struct sweep_point *point)
{
	static const char *const names[] = {"throughput_share_percent", "added_ns_per_fault",
					    "baseline_throughput_bytes_per_s"};
	char text[64];

	jw_open_object(json, "derived");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		jw_number(json, names[i],
			  sweep_text(text, sweep_simulated(sweep, point, names[i])));
	jw_close_object(json);
}

static void copy_members(struct json_writer *json, const struct sweep *sweep,
			 const struct sweep_outcome *outcome)
{
	char *text = sweep_members_read(sweep->members, outcome);

	if (text)
		jw_members(json, text, outcome->members_bytes);
	free(text);
}

static void write_point(struct json_writer *json, const struct sweep *sweep,
			const struct sweep_point *point)
{
	jw_open_object(json, NULL);
	write_parameters(json, sweep, point);
	write_published(json, point->point);
	if (!sweep_has_run(sweep, point)) {
		jw_null(json, "result");
	} else {
		jw_open_object(json, "result");
		copy_members(json, sweep, point->with.outcome);
		if (sweep->has_baseline)
			write_derived(json, sweep, point);
		sweep_write_seeds(json, sweep, point);
		sweep_write_sensitivity(json, sweep, point);
		if (sweep->write_members)
			sweep->write_members(json, sweep, (u32)(point - sweep->points));
		jw_close_object(json);
	}
	jw_close_object(json);
}

bool sweep_is_unchecked(const struct sweep *sweep)
{
	for (u32 i = 0; i < sweep->nr_points; i++) {
		if (sys_config_is_unchecked(sweep_config(sweep, &sweep->points[i].with)))
			return true;
	}
	return false;
}

void sweep_write_json(FILE *out, const struct sweep *sweep)
{
	const struct wl_workload *workload = sweep->workload;
	struct json_writer json;

	jw_init(&json, out, 0);
	jw_open_object(&json, NULL);
	jw_string(&json, "version", iopfsim_version);
	jw_string(&json, "workload", workload->config.name);
	jw_string(&json, "source", workload->sweep_source);
	jw_bool(&json, "interrupted", sweep->is_interrupted);
	jw_bool(&json, "unchecked", sweep_is_unchecked(sweep));
	jw_open_array(&json, "points");
	for (u32 i = 0; i < sweep->nr_points; i++)
		write_point(&json, sweep, &sweep->points[i]);
	jw_close_array(&json);
	jw_close_object(&json);
}

/* ---- data for the plot ---- */

struct panel {
	const char *name, *label;
	double per_unit;
};

static const struct panel panels[2][2] = {
	{{"throughput_bytes_per_s", "throughput, MB/s", 1e6},
	 {"latency_mean_ns", "mean latency of a fault, us", 1000}},
	{{"throughput_share_percent", "throughput, % of the baseline", 1},
	 {"added_ns_per_fault", "added time per fault, us", 1000}},
};

void sweep_write_panels(FILE *out, const struct sweep *sweep)
{
	for (u32 i = 0; i < 2; i++)
		fprintf(out, "\"%s\"\n", panels[sweep->has_baseline][i].label);
}

static void write_values(FILE *out, const struct sweep *sweep, const struct sweep_point *point)
{
	for (u32 i = 0; i < 2; i++) {
		const struct panel *panel = &panels[sweep->has_baseline][i];
		const struct wl_published *published = find_published(point->point, panel->name);
		struct sweep_number simulated = sweep_simulated(sweep, point, panel->name);

		fprintf(out, " %.6f %.6f", published ? published->value / panel->per_unit : 0,
			simulated.is_known ? as_double(simulated) / panel->per_unit : 0);
	}
}

/* A picture of nothing is not drawn. */
static bool has_values(const struct sweep *sweep)
{
	for (u32 i = 0; i < 2 * sweep->nr_points; i++) {
		const struct sweep_point *point = &sweep->points[i / 2];
		const char *name = panels[sweep->has_baseline][i % 2].name;
		struct sweep_number simulated = sweep_simulated(sweep, point, name);

		if (find_published(point->point, name) ||
		    (simulated.is_known && as_double(simulated) > 0))
			return true;
	}
	return false;
}

void sweep_write_data(FILE *out, const struct sweep *sweep)
{
	fputs("# row; left panel published; simulated; right panel published; simulated; label "
	      "(0: not known); latency p50; p99; max, us; slowest device's mean over that of all "
	      "(NaN: not known); half widths of the rate's and p99's intervals over seeds (0: none)\n",
	      out);
	for (u32 i = 0; has_values(sweep) && i < sweep->nr_points; i++) {
		fprintf(out, "%u", i);
		write_values(out, sweep, &sweep->points[i]);
		fprintf(out, " \"%s\"", sweep->points[i].label);
		sweep_write_latency(out, sweep->points[i].with.outcome);
		sweep_write_widths(out, sweep, &sweep->points[i]);
		fputc('\n', out);
	}
}
