// SPDX-License-Identifier: GPL-2.0-only
/* Where the time of a fault goes, point by point. */
#include "tool/common/human.h"
#include "tool/sweep/groups.h"
#include "tool/sweep/latency.h"
#include "tool/sweep/seeds.h"
#include "tool/sweep/sensitivity.h"

/* More columns do not fit a screen; the picture and points.json have them all. */
#define MAX_COLUMNS 8
#define MAX_BARS 60 /* of the picture */

/* The point has faults to speak of. */
static bool has_faults(const struct sweep *sweep, u32 index)
{
	const struct sweep_point *point = &sweep->points[index];

	return sweep_has_run(sweep, point) &&
	       sweep_number_of(point->with.outcome, "faults.recorded");
}

static u64 stage_mean(const struct sweep *sweep, u32 index, u32 stage)
{
	return has_faults(sweep, index) ? sweep_stage_mean(sweep->points[index].with.outcome, stage)
					: 0;
}

static double as_us(u64 mean)
{
	return (double)mean / 1024 / 1000;
}

static void print_stages(FILE *out, const struct sweep *sweep)
{
	struct table table;

	u32 nr = 0;

	for (u32 i = 0; i < sweep->nr_points; i++)
		nr += has_faults(sweep, i);
	if (!nr || sweep->nr_points > MAX_COLUMNS)
		return;
	table_init(&table, sweep->nr_points + 1);
	table.is_left[0] = true;
	table_cell(&table, "stage, mean us");
	for (u32 i = 0; i < sweep->nr_points; i++)
		table_cell(&table, "%s", sweep->points[i].label);
	for (u32 stage = 0; stage < SYS_NR_STAGES; stage++) {
		table_cell(&table, "%s", sys_stage_names[stage]);
		for (u32 i = 0; i < sweep->nr_points; i++) {
			if (has_faults(sweep, i))
				table_cell(&table, "%.2f", as_us(stage_mean(sweep, i, stage)));
			else
				table_cell(&table, "-");
		}
	}
	fputc('\n', out);
	table_print(&table, out, "  ", 1);
}

void sweep_print_tables(FILE *out, const struct sweep *sweep)
{
	if (sweep_is_unchecked(sweep))
		fputs("  " SYS_UNCHECKED_TEXT "\n\n", out);
	sweep_print_table(out, sweep);
	sweep_print_latency(out, sweep);
	sweep_print_groups(out, sweep);
	sweep_print_seeds(out, sweep);
	sweep_print_sensitivity(out, sweep);
	print_stages(out, sweep);
}

void sweep_write_stages(FILE *out, const struct sweep *sweep)
{
	u32 row = 0, nr = 0;

	fputs("# row; stage; from; to, us; mean of all, us; label\n", out);
	for (u32 i = 0; i < sweep->nr_points; i++)
		nr += has_faults(sweep, i);
	if (!nr || sweep->nr_points > MAX_BARS)
		return;
	for (u32 i = 0; i < sweep->nr_points; i++) {
		u64 from = 0, total = 0;

		if (!has_faults(sweep, i))
			continue;
		for (u32 stage = 0; stage < SYS_NR_STAGES; stage++)
			total += stage_mean(sweep, i, stage);
		for (u32 stage = 0; stage < SYS_NR_STAGES; stage++) {
			u64 to = from + stage_mean(sweep, i, stage);

			fprintf(out, "%u %u %.6f %.6f %.6f \"%s\"\n", row, stage, as_us(from),
				as_us(to), as_us(total), sweep->points[i].label);
			from = to;
		}
		row++;
	}
}
