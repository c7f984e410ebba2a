// SPDX-License-Identifier: GPL-2.0-only
/* report.html of a sweep and of a study: first the answer, then pictures and tables. */
#include "sim/version.h"
#include "tool/common/html.h"
#include "tool/sweep/answer.h"

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
		iopfsim_version);
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
