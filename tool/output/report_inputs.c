// SPDX-License-Identifier: GPL-2.0-only
/* What the numbers rest on: which constants of the platform are published, fitted, estimated. */
#include <string.h>

#include "system/config/acts.h"
#include "tool/common/html.h"
#include "tool/output/report.h"

static const struct {
	enum wl_source_kind kind;
	const char *about;
} kinds[] = {
	{WL_SOURCE_PUBLISHED, "read in a public text"},
	{WL_SOURCE_MEASURED, "measured on this machine by iopfsim calibrate"},
	{WL_SOURCE_FITTED,
	 "set so that a published figure comes out, which is no evidence for that one"},
	{WL_SOURCE_ESTIMATE, "nothing public was found: the order of magnitude is ours"},
};

#define NR_KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* One that does nothing in this run is no input of it. */
static bool is_input(const struct output_run *run, const struct wl_source *source,
		     enum wl_source_kind kind)
{
	return source->kind == kind && !wl_acts(run->config, source->path);
}

static u32 count(const struct output_run *run, enum wl_source_kind kind)
{
	u32 nr = 0;

	for (u32 i = 0; i < run->sources->nr; i++)
		nr += is_input(run, &run->sources->all[i], kind);
	return nr;
}

static void write_kind(FILE *out, const struct output_run *run, u32 number)
{
	bool is_first = true;
	char text[SYS_TEXT_MAX];

	fprintf(out, "<dt>%s</dt><dd><span class=\"what\">%s:</span> ",
		wl_source_names[kinds[number].kind], kinds[number].about);
	for (u32 i = 0; i < run->sources->nr; i++) {
		const struct wl_source *source = &run->sources->all[i];

		if (!is_input(run, source, kinds[number].kind))
			continue;
		wl_format_value(run->config, source->path, text, sizeof(text));
		fputs(is_first ? "" : ", ", out);
		html_name(out, source->path);
		fputc(' ', out);
		html_text(out, strchr(text, '{') ? "(quantiles)" : text);
		is_first = false;
	}
	fputs("</dd>\n", out);
}

static void write_counts(FILE *out, const struct output_run *run)
{
	const char *between = "";

	fputs("<p>Constants of platform ", out);
	html_text(out, run->config->platform);
	fputs(" that do something in this run: ", out);
	for (size_t i = 0; i < NR_KINDS; i++) {
		u32 nr = count(run, kinds[i].kind);

		if (!nr)
			continue;
		fprintf(out, "%s%u %s", between, nr, wl_source_names[kinds[i].kind]);
		between = ", ";
	}
	fputs(". Its file says of each where it comes from. What a workload sets itself is a question, "
	      "not an input.</p>\n",
	      out);
}

static void write_asked(FILE *out, const struct output_run *run)
{
	fputs("<p>Which estimate moves the answer most was not asked: <code>iopfsim run ", out);
	html_text(out, run->file);
	fputs(" --sensitivity</code> runs with half and with twice of each, and says it here.</p>\n",
	      out);
}

void report_inputs(FILE *out, const struct output_run *run)
{
	bool is_there = false;

	for (size_t i = 0; run->sources && i < NR_KINDS; i++)
		is_there |= count(run, kinds[i].kind);
	if (!is_there && !run->more)
		return;
	html_element(out, "h2", "What the numbers rest on");
	fputs("<div class=\"box\">\n", out);
	if (is_there)
		write_counts(out, run);
	if (run->more)
		html_of_text(out, run->more->print, run->more->opaque, NULL);
	if (is_there && !run->is_sensitive)
		write_asked(out, run);
	if (is_there) {
		fputs("<dl>\n", out);
		for (u32 i = 0; i < NR_KINDS; i++) {
			if (count(run, kinds[i].kind))
				write_kind(out, run, i);
		}
		fputs("</dl>\n", out);
	}
	fputs("</div>\n", out);
}
