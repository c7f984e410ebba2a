// SPDX-License-Identifier: GPL-2.0-only
/* Where the time of a fault goes, point by point, and report.html of a sweep. */
#include <stdlib.h>

#include "tool/common/html.h"
#include "tool/common/human.h"
#include "tool/common/version.h"
#include "tool/sweep/answer.h"
#include "tool/sweep/latency.h"
#include "tool/sweep/seeds.h"
#include "tool/sweep/sensitivity.h"

/* More columns do not fit a screen; the picture and points.json have them all. */
#define MAX_COLUMNS 8

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
	char label[SWEEP_LABEL_BYTES];
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
		table_cell(&table, "%s", sweep_label(label, sweep, i));
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
	sweep_print_seeds(out, sweep);
	sweep_print_sensitivity(out, sweep);
	print_stages(out, sweep);
}

void sweep_write_stages(FILE *out, const struct sweep *sweep)
{
	char label[SWEEP_LABEL_BYTES];

	fputs("# row; stage; from; to, us; mean of all, us; label\n", out);
	for (u32 i = 0; i < sweep->nr_points; i++) {
		u64 from = 0, total = 0;

		for (u32 stage = 0; stage < SYS_NR_STAGES; stage++)
			total += stage_mean(sweep, i, stage);
		sweep_label(label, sweep, i);
		for (u32 stage = 0; stage < SYS_NR_STAGES; stage++) {
			u64 to = from + stage_mean(sweep, i, stage);

			fprintf(out, "%u %u %.6f %.6f %.6f \"%s\"\n", i, stage, as_us(from),
				as_us(to), as_us(total), label);
			from = to;
		}
	}
}

/* --- report.html --- */

/* Of a sweep, or of a study: @study is NULL, or what the sweep is of. */
struct page {
	const struct sweep *sweep;
	const struct study *study;
};

static void print_answer(FILE *out, const void *opaque)
{
	const struct page *page = opaque;

	if (page->study && page->study->has_own_points)
		validation_answer(out, page->sweep);
	else if (page->study && page->study->curve_path)
		answer_scaling(out, page->study, page->sweep);
	answer_limits(out, page->sweep);
}

static void print_page(FILE *out, const void *opaque)
{
	const struct page *page = opaque;

	if (page->study)
		study_print(out, page->study, page->sweep);
	else
		sweep_print_tables(out, page->sweep);
}

static void write_page(FILE *out, const struct page *page)
{
	const char *title = page->sweep->workload->config.title;

	html_begin(out, title);
	if (page->sweep->is_interrupted)
		html_element(out, "p class=\"warn\"",
			     "Interrupted: points without numbers did not come to their end.");
	fputs("<div class=\"verdict\">\n", out);
	html_of_text(out, print_answer, page, NULL);
	fputs("</div>\n", out);
	if (page->study)
		html_plot(out, &page->study->plot);
	for (u32 i = 0; !page->study && i < plot_nr_sweep_kinds; i++)
		html_plot(out, &plot_sweep_kinds[i]);
	html_of_text(out, print_page, page, title);
	fprintf(out,
		"<p class=\"note\">iopfsim %s. <code>points.json</code> has each point's parameters "
		"and every number.</p>\n",
		tool_version);
	html_end(out);
}

void sweep_write_report(FILE *out, const struct sweep *sweep)
{
	write_page(out, &(struct page){sweep, NULL});
}

void study_write_report(FILE *out, const struct study *study, const struct sweep *sweep)
{
	write_page(out, &(struct page){sweep, study});
}
