// SPDX-License-Identifier: GPL-2.0-only
/*
 * A table for each group of devices: throughput, faults and their latency, stalls, and what limits
 * the group. Latencies are of the whole run, as groups have no steady window.
 */
#include "tool/sweep/groups.h"

#include "tool/common/human.h"
#include "tool/sweep/paths.h"

struct column {
	const char *head, *unit, *key;
	double per_unit;
	int places;
};

static const struct column columns[] = {
	{"throughput", "MB/s", "throughput_bytes_per_s", 1e6, 0},
	{"until its end", "MB/s", "throughput_until_end_bytes_per_s", 1e6, 0},
	{"stalls", "", "stalled", 1, 0},
	{"faults", "", "faults.completed", 1, 0},
	{"latency,", "mean us", "faults.latency_ns.mean", 1024 * 1000, 2},
	{"", "p50", "faults.latency_ns.p50", 1e6, 2},
	{"", "p99", "faults.latency_ns.p99", 1e6, 2},
};

#define NR_COLUMNS (sizeof(columns) / sizeof(columns[0]))

static void add_heads(struct table *table, const struct sweep_paths *paths, bool is_second)
{
	sweep_paths_heads(paths, table, is_second);
	for (size_t i = 0; i < NR_COLUMNS; i++)
		table_cell(table, "%s", is_second ? columns[i].unit : columns[i].head);
	table_cell(table, "%s", is_second ? "limited by" : "");
}

/* Without faults a time of theirs is none. */
static void add_numbers(struct table *table, const struct sweep_group *group)
{
	bool has_faults = sweep_group_number(group, "faults.latency_ns.count").value != 0;

	for (size_t i = 0; i < NR_COLUMNS; i++) {
		struct sys_number number = sweep_group_number(group, columns[i].key);

		if (number.is_known && (has_faults || !columns[i].places))
			table_cell(table, "%.*f", columns[i].places,
				   (double)number.value / columns[i].per_unit);
		else
			table_cell(table, "-");
	}
	table_cell(table, "%s", group->limited_by);
}

static void print_group(FILE *out, const struct sweep *sweep, u32 index)
{
	const struct sweep_paths paths = sweep_paths_cut(sweep);
	struct table table;

	table_init(&table, paths.nr + NR_COLUMNS + 1);
	table.is_left[paths.nr + NR_COLUMNS] = true;
	add_heads(&table, &paths, false);
	add_heads(&table, &paths, true);
	for (u32 i = 0; i < sweep_nr_shown(sweep); i++) {
		const struct sweep_point *point = &sweep->points[i];

		if (!sweep_has_run(sweep, point))
			continue;
		sweep_paths_cells(&paths, &table, sweep, point);
		add_numbers(&table, &point->with.outcome->groups[index]);
	}
	fprintf(out, "\n%s, of the whole run\n\n", sweep->workload->config.groups[index].name);
	table_print(&table, out, "  ", 2);
	sweep_print_rest(out, sweep);
}

void sweep_print_groups(FILE *out, const struct sweep *sweep)
{
	for (u32 i = 0; i < sweep->nr_groups; i++)
		print_group(out, sweep, i);
}
