// SPDX-License-Identifier: GPL-2.0-only
/*
 * report.html: one file that needs no network. First what limits the run, then
 * what it is made of. The pictures are put in when they are drawn (tool/common/report.h).
 * A section that has nothing to say is not there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/version.h"
#include "system/result/percentile.h"
#include "system/verdict/verdict.h"
#include "tool/common/html.h"
#include "tool/common/plot.h"
#include "tool/common/words.h"
#include "tool/output/path.h"
#include "tool/output/report.h"

/* --- the answer --- */

static void write_warnings(FILE *out, const struct output_run *run)
{
	if (run->is_interrupted)
		html_element(out, "p class=\"warn\"",
			     "Interrupted: this is the part that was simulated.");
	if (run->stuck)
		html_element(out, "p class=\"warn\"",
			     "Stuck: accesses were outstanding and nothing was left to happen.");
	if (sys_config_is_unchecked(run->config))
		html_element(out, "p class=\"warn\"", SYS_UNCHECKED_TEXT);
}

static void write_sentence(FILE *out, const char *lead, const char *text)
{
	if (!text[0])
		return;
	fputs("<p>", out);
	html_text(out, lead);
	html_text(out, text);
	fputs("</p>\n", out);
}

/* What the lock that limits is for. */
static void write_meaning(FILE *out, const struct sys_run_verdict *verdict)
{
	const struct sys_limit *limit = &verdict->limits[0];
	struct words_row row;

	if (!verdict->is_limited ||
	    (limit->resource != SYS_RESOURCE_LOCK && limit->resource != SYS_RESOURCE_LINE) ||
	    !words_find(&row, "lock", limit->name))
		return;
	fputs("<p>", out);
	html_name(out, limit->name);
	fputs(": ", out);
	html_text(out, row.cells.text[row.cells.nr - 1]);
	fputs(".</p>\n", out);
}

/* The first thing that is said. */
static void write_verdict(FILE *out, const struct output_run *run,
			  const struct sys_run_verdict *verdict)
{
	fprintf(out, "<div class=\"verdict%s\">\n", verdict->is_limited ? " limited" : "");
	write_sentence(out, run->is_interrupted ? "Until it was interrupted: " : "",
		       verdict->throughput);
	write_meaning(out, verdict);
	write_sentence(out, "", verdict->latency);
	write_sentence(out, "", verdict->next);
	fputs("</div>\n", out);
}

static void write_limit(FILE *out, const struct sys_limit *limit, bool is_first)
{
	const char *resource = sys_resource_names[limit->resource];
	u32 percent = (limit->share_milli + 5) / 10;

	fprintf(out, "<tr%s><td class=\"left\">", is_first ? " class=\"first\"" : "");
	html_name(out, resource);
	if (strcmp(limit->name, resource) != 0) {
		fputs(": ", out);
		html_name(out, limit->name);
	}
	fprintf(out,
		"</td><td class=\"left barred\"><span class=\"bar\" style=\"width:%u%%\"></span> "
		"%u %%</td><td class=\"left\">",
		(percent > 100 ? 100 : percent) * 6 / 10, percent);
	html_text(out, limit->evidence);
	fputs("</td></tr>\n", out);
}

static void write_limits(FILE *out, const struct sys_run_verdict *verdict)
{
	if (!verdict->nr)
		return;
	html_element(out, "h2", "What it may be limited by");
	html_element(
		out, "p class=\"note\"",
		"For which share of the time each was taken. The first one limits, if that is "
		"75 % or more. A full queue, missing credits and faults in flight are what one "
		"sees of another limit, so they stand below it.");
	fputs("<table class=\"limits\">\n<thead>\n<tr><th class=\"left\">limit</th><th class=\"left\">"
	      "share</th><th class=\"left\">evidence</th></tr>\n</thead>\n<tbody>\n",
	      out);
	for (u32 i = 0; i < verdict->nr; i++)
		write_limit(out, &verdict->limits[i], !i && verdict->is_limited);
	fputs("</tbody>\n</table>\n", out);
}

/* Each in its own lines: some are tables. */
static void write_defects(FILE *out, const struct sim_defects *defects)
{
	if (!defects || !defects->nr_lines)
		return;
	html_element(out, "h2", "What the handler or its driver did wrong");
	for (u32 i = 0; i < defects->nr_lines; i++)
		html_element(out, "pre", defects->lines[i]);
}

/* --- what ran, and what came out --- */

static void write_machine(FILE *out, const struct sys_config *config)
{
	fputs("<dt>Workload</dt><dd>", out);
	html_text(out, config->name);
	if (config->benchmark_kind != SYS_BENCHMARK_NONE)
		fprintf(out, ", benchmark %s", sys_benchmark_names[config->benchmark_kind]);
	else
		fprintf(out, ", %s, %s %s", output_mode(config), output_software(config),
			output_design(config));
	fprintf(out, ", seed %llu</dd>\n<dt>Machine</dt><dd>", config->seed);
	html_text(out, config->platform[0] ? config->platform : "no platform file");
	fprintf(out, ", %llu CPUs, %llu device%s%s behind %llu %s%s</dd>\n",
		(unsigned long long)sys_config_cpus(config), config->machine.nr_devices,
		config->machine.nr_devices == 1 ? "" : "s", config->nr_groups ? " in groups" : "",
		config->machine.nr_iommus, sys_iommu_titles[config->iommu],
		config->machine.nr_iommus == 1 ? "" : "s");
}

static void write_traffic(FILE *out, const struct sys_result *result)
{
	char a[HUMAN_BYTES], b[HUMAN_BYTES];

	fprintf(out, "<dt>Throughput</dt><dd>%s: %s in %s of simulated time</dd>\n",
		human_rate(a, result->throughput_bytes_per_s), human_size(b, result->all.dma.bytes),
		human_time((char[HUMAN_BYTES]){0}, result->simulated_ps));
	fprintf(out, "<dt>Accesses</dt><dd>%llu", result->all.dma.accesses);
	if (result->all.dma.aborted)
		fprintf(out, ", and %llu aborted", result->all.dma.aborted);
	for (u32 i = 0; i < result->nr_reasons; i++) {
		fputs(i ? "; " : ": ", out);
		html_text(out, result->reasons[i].text);
	}
	fputs("</dd>\n", out);
	if (result->faults_recorded)
		fprintf(out,
			"<dt>Faults</dt><dd>%llu recorded, %llu answered, %llu completed, %llu "
			"aborted</dd>\n",
			result->faults_recorded, result->faults_answered, result->faults_completed,
			result->faults_aborted);
}

static void write_benchmark_row(FILE *out, const struct sys_values *of, const struct sim_stat *row)
{
	const struct sim_hist *hist;
	char text[HUMAN_BYTES];

	fputs("<dt>", out);
	html_name(out, row->key);
	fputs("</dt><dd>", out);
	if (row->kind != SIM_STAT_NUMBERS) {
		hist = *(struct sim_hist *const *)((const char *)of->values + row->offset);
		fprintf(out, "mean %s", human_time(text, sim_hist_mean(hist)));
		fprintf(out, ", p50 %s", human_time(text, sys_percentile(hist, 50000)));
		fprintf(out, ", p90 %s", human_time(text, sys_percentile(hist, 90000)));
	} else if (row->unit == SIM_UNIT_PS) {
		fputs(human_time(text, (u64)sys_value(of, row, 0)), out);
	} else if (row->unit == SIM_UNIT_MILLI) {
		fprintf(out, "%.3f", (double)(u64)sys_value(of, row, 0) / 1000);
	} else {
		fprintf(out, "%llu", (u64)sys_value(of, row, 0));
	}
	/* "benchmark NAME: what it is" */
	fputs(strstr(row->help, ": ") ? "" : ": ", out);
	html_text(out, strstr(row->help, ": ") ? strstr(row->help, ": ") : row->help);
	fputs("</dd>\n", out);
}

/* The numbers of the one that ran; those of others are 0. */
static void write_benchmark(FILE *out, const struct sys_result *result)
{
	const struct sys_values values = {&sys_benchmark_stat_table, result->benchmark};

	for (u32 i = 0; i < sys_benchmark_stat_table.nr_rows; i++) {
		const struct sim_stat *row = &sys_benchmark_stat_table.rows[i];

		if (sys_value(&values, row, 0))
			write_benchmark_row(out, &values, row);
	}
}

static void write_facts(FILE *out, const struct output_run *run)
{
	fputs("<dl>\n", out);
	write_machine(out, run->config);
	if (run->result->benchmark)
		write_benchmark(out, run->result);
	else
		write_traffic(out, run->result);
	fputs("</dl>\n", out);
}

static void write_groups(FILE *out, const struct output_run *run)
{
	struct sink sink = {.out = out, .is_html = true};

	if (!run->result->nr_groups)
		return;
	html_element(out, "h2", "Groups of devices");
	report_groups(&sink, run);
}

static void write_path(FILE *out, const struct output_run *run,
		       const struct sys_run_verdict *verdict)
{
	struct path path;

	if (!path_find(&path, run, verdict))
		return;
	html_element(out, "h2",
		     run->result->benchmark	   ? "What it does"
		     : run->result->latency->count ? "The path of a fault"
						   : "The path of an access");
	path_draw(out, &path);
}

/* --- sections with a picture each --- */

typedef void (*section_fn)(struct sink *sink, const struct sys_result *result);

static bool has_latency(const struct sys_result *result)
{
	return result->latency->count || result->access_latency->count;
}

static bool has_faults(const struct sys_result *result)
{
	return result->latency->count;
}

static bool has_queues(const struct sys_result *result)
{
	for (u32 i = 0; i < result->nr_queues; i++) {
		if (result->queues[i].counts.pushed)
			return true;
	}
	return false;
}

static bool has_iommus(const struct sys_result *result)
{
	return sys_result_number(result, "translations") || has_faults(result);
}

/* A picture by its name; there may be none of it. */
static const struct section {
	const char *plot, *title;
	bool (*is_there)(const struct sys_result *result);
	section_fn write;
} sections[] = {
	{"stages", "Where the time of a fault goes", has_faults, report_stages},
	{"latency_cdf", "Latency", has_latency, report_times},
	{"locks", "Locks: waiting for them, and holding them", report_has_locks, report_locks},
	{"queue_depth", "Queues", has_queues, report_queues},
	{"translation", "Translation", has_iommus, report_iommus},
};

static void write_sections(FILE *out, const struct sys_result *result)
{
	struct sink sink = {.out = out, .is_html = true};

	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		const struct section *section = &sections[i];

		if (!section->is_there(result))
			continue;
		html_element(out, "h2", section->title);
		for (u32 k = 0; k < plot_nr_kinds; k++) {
			if (!strcmp(plot_kinds[k].name, section->plot))
				html_plot(out, &plot_kinds[k]);
		}
		section->write(&sink, result);
	}
	report_page_requests(&sink, result);
}

/* --- the configuration --- */

static void write_section(struct sink *sink, const struct sys_config *config,
			  const struct sys_section *section)
{
	char path[128], text[SYS_TEXT_MAX * 2];

	for (size_t i = 0; i < section->nr_params; i++) {
		snprintf(path, sizeof(path), "%s.%s", section->path, section->params[i].key);
		wl_format_value(config, path, text, sizeof(text));
		sink_cell(sink, "%s", path);
		sink_cell(sink, "%s", text);
		sink_cell(sink, "%s", section->params[i].help);
	}
}

static void write_group_values(struct sink *sink, const struct sys_config *config, u32 group)
{
	struct wl_group_value value;

	for (size_t i = 0; wl_group_value(config, group, i, &value); i++) {
		sink_cell(sink, "%s", value.path);
		sink_cell(sink, "%s", value.text);
		sink_cell(sink, "%s", value.help);
	}
}

static void write_config(FILE *out, const struct sys_config *config)
{
	struct sink sink = {.out = out, .is_html = true};

	html_element(out, "h2", "Configuration");
	fputs("<details><summary>Every parameter, with the value that it had</summary>\n", out);
	sink_table(&sink, "parameter|<value|<what it is");
	for (size_t i = 0; i < sys_section_count; i++) {
		if (!config->nr_groups || !wl_is_of_groups(sys_sections[i].path))
			write_section(&sink, config, &sys_sections[i]);
	}
	for (u32 i = 0; i < config->nr_groups; i++)
		write_group_values(&sink, config, i);
	sink_table_end(&sink);
	fputs("</details>\n", out);
}

static void write_reproduce(FILE *out, const struct output_run *run)
{
	char line[sizeof(run->settings[0]) + 16];

	fprintf(out, "<h2>How to reproduce</h2>\n<pre>iopfsim run ");
	html_text(out, run->file);
	fprintf(out, " --seed %llu", run->config->seed);
	for (u32 i = 0; i < run->nr_settings; i++) {
		snprintf(line, sizeof(line), " --set '%s=%s'", run->settings[i].path,
			 run->settings[i].value);
		html_text(out, line);
	}
	fputs("</pre>\n", out);
	if (run->result->faults_dropped)
		fprintf(out,
			"<p class=\"note\">faults.csv leaves out %llu faults "
			"(output.trace_limit); all other numbers count every fault.</p>\n",
			run->result->faults_dropped);
	fprintf(out,
		"<p class=\"note\">iopfsim %s, configuration %016llx, trace %016llx. The same "
		"binary, file and seed give the same bytes.</p>\n",
		iopfsim_version, wl_config_hash(run->config), run->result->trace_hash);
}

void output_report_html(FILE *out, const struct output_run *run)
{
	struct sys_run_verdict verdict;

	sys_verdict_find(run->config, run->result, &verdict);
	html_begin(out, run->config->title);
	write_warnings(out, run);
	write_defects(out, run->result->defects);
	write_verdict(out, run, &verdict);
	write_facts(out, run);
	write_groups(out, run);
	write_path(out, run, &verdict);
	write_limits(out, &verdict);
	write_sections(out, run->result);
	report_inputs(out, run);
	write_config(out, run->config);
	write_reproduce(out, run);
	html_end(out);
}
