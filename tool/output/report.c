// SPDX-License-Identifier: GPL-2.0-only
/*
 * report.html: one file that needs no network. The pictures are put in when
 * they are drawn (tool/common/report.h).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/result/percentile.h"
#include "system/verdict/verdict.h"
#include "tool/common/html.h"
#include "tool/common/human.h"
#include "tool/common/plot.h"
#include "tool/common/version.h"
#include "tool/output/output.h"

static void cell(FILE *out, const char *text)
{
	fputs("<td>", out);
	html_text(out, text);
	fputs("</td>", out);
}

static void count_cell(FILE *out, u64 value)
{
	fprintf(out, "<td>%llu</td>", value);
}

static void time_cell(FILE *out, u64 ps)
{
	char text[HUMAN_BYTES];

	cell(out, human_time(text, ps));
}

/* @heads: separated by '|' */
static void open_table(FILE *out, const char *heads)
{
	fputs("<div class=\"wide\"><table><tr>", out);
	while (*heads) {
		size_t length = strcspn(heads, "|");

		fprintf(out, "<th>%.*s</th>", (int)length, heads);
		heads += length + (heads[length] == '|');
	}
	fputs("</tr>\n", out);
}

static void close_table(FILE *out)
{
	fputs("</table></div>\n", out);
}

static void write_latency(FILE *out, const struct sys_result *result)
{
	char *text = NULL;
	size_t bytes = 0;
	FILE *memory = open_memstream(&text, &bytes);

	if (memory) {
		output_latency(memory, result);
		fclose(memory);
		html_text(out, text);
	}
	free(text);
}

static void write_facts(FILE *out, const struct output_run *run)
{
	const struct sys_result *result = run->result;
	char a[HUMAN_BYTES], b[HUMAN_BYTES];

	fputs("<dl>\n<dt>Workload</dt><dd>", out);
	html_text(out, run->config->name);
	fprintf(out, ", handler %s, design %s, seed %llu</dd>\n", output_mode(run->config),
		run->config->design, run->config->seed);
	fprintf(out, "<dt>Machine</dt><dd>%s, %llu device%s%s behind %llu %s%s</dd>\n",
		run->config->platform[0] ? run->config->platform : "no platform file",
		run->config->machine.nr_devices, run->config->machine.nr_devices == 1 ? "" : "s",
		run->config->nr_groups ? " in groups" : "", run->config->machine.nr_iommus,
		sys_iommu_titles[run->config->iommu],
		run->config->machine.nr_iommus == 1 ? "" : "s");
	fprintf(out, "<dt>Throughput</dt><dd>%s over %s of simulated time</dd>\n",
		human_rate(a, result->throughput_bytes_per_s), human_time(b, result->simulated_ps));
	fprintf(out, "<dt>Accesses</dt><dd>%llu, %s moved, %llu aborted</dd>\n",
		result->all.dma.accesses, human_size(a, result->all.dma.bytes),
		result->all.dma.aborted);
	fprintf(out,
		"<dt>Faults</dt><dd>%llu recorded, %llu answered, %llu completed, "
		"%llu aborted</dd>\n",
		result->faults_recorded, result->faults_answered, result->faults_completed,
		result->faults_aborted);
	fputs("<dt>Latency</dt><dd><pre>", out);
	write_latency(out, result);
	fputs("</pre></dd>\n</dl>\n", out);
}

static void write_warnings(FILE *out, const struct output_run *run)
{
	if (run->is_interrupted)
		fputs("<p class=\"warn\">Interrupted: this is the part that was simulated.</p>\n",
		      out);
	if (run->stuck)
		fputs("<p class=\"warn\">Stuck: accesses were outstanding and nothing was left to "
		      "happen.</p>\n",
		      out);
	if (sys_config_is_unchecked(run->config))
		fputs("<p class=\"warn\">" SYS_UNCHECKED_TEXT "</p>\n", out);
	if (run->result->faults_dropped)
		fprintf(out,
			"<p class=\"note\">faults.csv leaves out %llu faults "
			"(output.trace_limit); all other numbers count every fault.</p>\n",
			run->result->faults_dropped);
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

/* The first thing that is said. */
static void write_verdict(FILE *out, const struct output_run *run)
{
	struct sys_run_verdict verdict;

	sys_verdict_find(run->config, run->result, &verdict);
	fputs("<div class=\"verdict\">\n", out);
	write_sentence(out, run->is_interrupted ? "Until it was interrupted: " : "",
		       verdict.throughput);
	write_sentence(out, "", verdict.latency);
	write_sentence(out, "", verdict.next);
	fputs("</div>\n", out);
}

static void write_stages(FILE *out, const struct sys_result *result)
{
	char text[HUMAN_BYTES];

	if (!result->latency->count)
		return;
	open_table(out, "stage|mean|p50|p99|max|share");
	for (u32 i = 0; i < SYS_NR_STAGES; i++) {
		const struct sim_hist *hist = result->stages[i];

		fputs("<tr>", out);
		cell(out, sys_stage_names[i]);
		time_cell(out, sim_hist_mean(hist));
		time_cell(out, sys_percentile(hist, 50000));
		time_cell(out, sys_percentile(hist, 99000));
		time_cell(out, hist->max);
		cell(out, human_share(text, (u64)hist->total, (u64)result->latency->total));
		fputs("</tr>\n", out);
	}
	close_table(out);
}

static void write_locks(FILE *out, const struct sys_result *result)
{
	const struct sim_lock_class *const *locks = result->locks;
	u32 nr = result->nr_locks;

	open_table(out, "lock class|con-bounces|contentions|waittime-total|waittime-p99|"
			"waittime-max|acq-bounces|acquisitions|holdtime-total|holdtime-p99|"
			"holdtime-max");
	for (u32 i = 0; i < nr; i++) {
		fputs("<tr>", out);
		cell(out, locks[i]->name);
		count_cell(out, locks[i]->con_bounces);
		count_cell(out, locks[i]->contentions);
		time_cell(out, (u64)locks[i]->wait->total);
		time_cell(out, sys_percentile(locks[i]->wait, 99000));
		time_cell(out, locks[i]->wait->max);
		count_cell(out, locks[i]->acq_bounces);
		count_cell(out, locks[i]->acquisitions);
		time_cell(out, (u64)locks[i]->hold->total);
		time_cell(out, sys_percentile(locks[i]->hold, 99000));
		time_cell(out, locks[i]->hold->max);
		fputs("</tr>\n", out);
	}
	close_table(out);
}

/* A column for each row of the collection's tables. */
static void write_queues(FILE *out, const struct sys_result *result)
{
	const struct sim_stat_table *table = sys_collections[SYS_QUEUES].tables[0];
	struct sys_member queue;

	fputs("<div class=\"wide\"><table><tr><th>queue</th>", out);
	for (u32 i = 0; i < table->nr_rows; i++)
		fprintf(out, "<th>%s</th>", table->rows[i].key);
	fputs("</tr>\n", out);
	for (u32 i = 0; sys_result_member(result, SYS_QUEUES, i, &queue); i++) {
		fputs("<tr>", out);
		cell(out, queue.name);
		for (u32 k = 0; k < table->nr_rows; k++)
			count_cell(out, (u64)sys_value(&queue.parts[0], &table->rows[k], 0));
		fputs("</tr>\n", out);
	}
	close_table(out);
}

/* What each group of devices did, and what limits it. */
static void write_groups(FILE *out, const struct output_run *run)
{
	struct sys_run_verdict verdict;
	char text[HUMAN_BYTES];

	if (!run->result->nr_groups)
		return;
	fputs("<h2>Groups of devices</h2>\n", out);
	open_table(out, "group|devices|throughput|accesses|aborted|stalled|faults|mean|p50|p99|"
			"no credits|limited by");
	for (u32 i = 0; i < run->result->nr_groups; i++) {
		const struct sys_group_result *group = &run->result->groups[i];

		sys_verdict_find_group(run->config, run->result, i, &verdict);
		fputs("<tr>", out);
		cell(out, group->name);
		count_cell(out, group->nr_devices);
		cell(out, human_rate(text, group->own_bytes_per_s));
		count_cell(out, group->devices.dma.accesses);
		count_cell(out, group->devices.dma.aborted);
		count_cell(out, group->devices.dma.stalled);
		count_cell(out, group->faults_completed);
		time_cell(out, sim_hist_mean(group->latency));
		time_cell(out, sys_percentile(group->latency, 50000));
		time_cell(out, sys_percentile(group->latency, 99000));
		cell(out, human_share(text, group->devices.pcie.waiting_ps,
				      run->result->limits->elapsed_ps * group->nr_devices));
		cell(out, verdict.brief);
		fputs("</tr>\n", out);
	}
	close_table(out);
}

static void request_cells(FILE *out, const struct sys_device_result *device)
{
	const struct iommu_pri_stats *pri = &device->pri;
	const struct dev_pcie_stats *pcie = &device->pcie;
	const u64 counts[] = {
		pcie->requests,		pcie->groups,		pri->recorded,
		pri->dropped,		pri->auto_success,	pri->auto_invalid,
		pri->auto_failure,	pri->responses_success, pri->responses_invalid,
		pri->responses_failure, pcie->retried,		pcie->completed,
		pcie->asked_again,
	};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		count_cell(out, counts[i]);
}

#define MAX_DEVICES_SHOWN 64

static void write_page_requests(FILE *out, const struct sys_result *result)
{
	if (!result->all.is_pcie)
		return;
	fputs("<h2>Page requests</h2>\n<p class=\"note\">Requests sent are recorded in the queue, "
	      "dropped, or answered by the IOMMU. Groups are answered by the IOMMU or by software; "
	      "after Success the endpoint retries.</p>\n",
	      out);
	open_table(out,
		   "device|sent|groups|recorded|dropped|auto success|auto invalid|auto failure|"
		   "success|invalid|failure|retried|completed|asked again");
	for (u32 i = 0; i < result->nr_devices && i < MAX_DEVICES_SHOWN; i++) {
		fprintf(out, "<tr><td>%u</td>", i);
		request_cells(out, &result->devices[i]);
		fputs("</tr>\n", out);
	}
	fputs("<tr><td>all</td>", out);
	request_cells(out, &result->all);
	fputs("</tr>\n", out);
	close_table(out);
}

static void write_section(FILE *out, const struct sys_config *config,
			  const struct sys_section *section)
{
	char path[128], text[SYS_TEXT_MAX * 2];

	for (size_t i = 0; i < section->nr_params; i++) {
		snprintf(path, sizeof(path), "%s.%s", section->path, section->params[i].key);
		wl_format_value(config, path, text, sizeof(text));
		fputs("<tr>", out);
		cell(out, path);
		cell(out, text);
		fputs("<td style=\"text-align:left\">", out);
		html_text(out, section->params[i].help);
		fputs("</td></tr>\n", out);
	}
}

static void write_group_values(FILE *out, const struct sys_config *config, u32 group)
{
	struct wl_group_value value;

	for (size_t i = 0; wl_group_value(config, group, i, &value); i++) {
		fputs("<tr>", out);
		cell(out, value.path);
		cell(out, value.text);
		fputs("<td style=\"text-align:left\">", out);
		html_text(out, value.help);
		fputs("</td></tr>\n", out);
	}
}

static void write_config(FILE *out, const struct sys_config *config)
{
	fputs("<details><summary>Every parameter, with the value that it had</summary>\n", out);
	open_table(out, "parameter|value|what it is");
	for (size_t i = 0; i < sys_section_count; i++) {
		if (!config->nr_groups || !wl_is_of_groups(sys_sections[i].path))
			write_section(out, config, &sys_sections[i]);
	}
	for (u32 g = 0; g < config->nr_groups; g++)
		write_group_values(out, config, g);
	close_table(out);
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
	fprintf(out,
		"</pre>\n<p class=\"note\">iopfsim %s, configuration %016llx, trace %016llx. The same "
		"binary, file and seed give the same bytes.</p>\n",
		tool_version, wl_config_hash(run->config), run->result->trace_hash);
}

void output_report_html(FILE *out, const struct output_run *run)
{
	html_begin(out, run->config->title);
	write_warnings(out, run);
	write_verdict(out, run);
	write_facts(out, run);
	write_groups(out, run);
	html_plot(out, &plot_kinds[0]);
	html_plot(out, &plot_kinds[1]);
	write_stages(out, run->result);
	html_plot(out, &plot_kinds[2]);
	write_queues(out, run->result);
	write_page_requests(out, run->result);
	html_plot(out, &plot_kinds[3]);
	write_locks(out, run->result);
	fputs("<h2>Configuration</h2>\n", out);
	write_config(out, run->config);
	write_reproduce(out, run);
	html_end(out);
}
