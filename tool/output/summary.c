// SPDX-License-Identifier: GPL-2.0-only
/* What `iopfsim run` prints: the answer on one screen. */
#include <stdio.h>
#include <string.h>

#include "sim/time.h"
#include "system/result/percentile.h"
#include "system/verdict/verdict.h"
#include "tool/common/human.h"
#include "tool/output/output.h"

#define MAX_LOCKS_SHOWN 5

static void print_head(FILE *out, const struct output_run *run)
{
	const struct sys_config *config = run->config;

	fprintf(out, "%s\n", config->title);
	if (run->is_interrupted)
		fputs("  INTERRUPTED: what follows is the part that was simulated\n", out);
	if (run->stuck)
		fprintf(out, "  STUCK: %s\n", run->stuck);
	if (sys_config_is_unchecked(config))
		fputs("  " SYS_UNCHECKED_TEXT "\n", out);
	fprintf(out, "  %s: %s, %s %s, %llu device%s%s behind %llu %s%s, platform %s, seed %llu\n",
		config->name, output_mode(config), output_software(config), output_design(config),
		config->machine.nr_devices, config->machine.nr_devices == 1 ? "" : "s",
		config->nr_groups ? " in groups" : "", config->machine.nr_iommus,
		sys_iommu_titles[config->iommu], config->machine.nr_iommus == 1 ? "" : "s",
		config->platform[0] ? config->platform : "(none)", config->seed);
}

static void print_verdict(FILE *out, const struct output_run *run)
{
	struct sys_run_verdict verdict;

	sys_verdict_find(run->config, run->result, &verdict);
	fprintf(out, "\n  %s%s\n", run->is_interrupted ? "Until then: " : "", verdict.throughput);
	if (verdict.latency[0])
		fprintf(out, "  %s\n", verdict.latency);
	if (verdict.next[0])
		fprintf(out, "  %s\n", verdict.next);
}

static void print_traffic(FILE *out, const struct sys_result *result)
{
	char a[HUMAN_BYTES], b[HUMAN_BYTES], c[HUMAN_BYTES];

	fprintf(out, "\n  throughput  %s: %llu accesses, %s moved, in %s simulated\n",
		human_rate(a, result->throughput_bytes_per_s), result->all.dma.accesses,
		human_size(b, result->all.dma.bytes), human_time(c, result->simulated_ps));
	fprintf(out, "  faults      %llu recorded, %llu answered, %llu completed, %llu aborted\n",
		result->faults_recorded, result->faults_answered, result->faults_completed,
		result->faults_aborted);
}

/* "12 of 40 accesses aborted: PASID 7 is not bound; ..." */
static void print_aborts(FILE *out, const struct sys_result *result)
{
	u64 aborted = result->all.dma.aborted;

	if (!aborted)
		return;
	fprintf(out, "  aborted     %llu of %llu accesses aborted", aborted,
		aborted + result->all.dma.accesses);
	for (u32 i = 0; i < result->nr_reasons; i++)
		fprintf(out, "%s%s", i ? "; " : ": ", result->reasons[i].text);
	fputc('\n', out);
}

static void print_defects(FILE *out, const struct sim_defects *defects)
{
	u64 nr = defects ? sim_nr_defects(defects) : 0;

	if (nr)
		fprintf(out, "\n  %llu defects of the handler or its driver, see below\n", nr);
}

static void print_page_requests(FILE *out, const struct sys_device_result *all)
{
	const struct iommu_pri_stats *pri = &all->pri;

	fprintf(out,
		"  requests    %llu page requests in %llu groups: %llu recorded, %llu dropped, "
		"%llu answered by the IOMMU\n",
		all->pcie.requests, all->pcie.groups, pri->recorded, pri->dropped,
		pri->auto_success + pri->auto_invalid + pri->auto_failure);
	fprintf(out,
		"              answered by software: %llu success, %llu invalid, %llu failure; "
		"groups retried %llu, completed %llu\n",
		pri->responses_success, pri->responses_invalid, pri->responses_failure,
		all->pcie.retried, all->pcie.completed);
}

/* "from 1.20 to 8.40 ms: 71.0 % of the faults, 92293 a second" */
static void print_window(FILE *out, const struct sys_result *result)
{
	const struct sys_steady *steady = result->steady;
	char from[HUMAN_BYTES], to[HUMAN_BYTES], share[HUMAN_BYTES], why[SYS_REASON_BYTES];

	if (steady->verdict == SYS_STEADY_NOT_WANTED)
		return;
	if (!sys_steady_has_window(steady)) {
		fprintf(out, "  steady      no window: %s\n", sys_steady_reason(why, steady));
		return;
	}
	fprintf(out, "  steady      from %s to %s: %s of the faults, %llu a second",
		human_time(from, steady->begin_ps), human_time(to, steady->end_ps),
		human_share(share, steady->faults, result->faults_completed), steady->faults_per_s);
	if (result->nr_devices > 1 && steady->unfairness_milli != SYS_UNKNOWN)
		fprintf(out, "; slowest device %.2f times the mean",
			(double)steady->unfairness_milli / 1000);
	fputc('\n', out);
}

/* Percentiles that are not told, by reason. */
static void print_refused(FILE *out, const struct sys_result *result)
{
	const struct sim_hist *hist = sys_result_latency(result);
	char why[SYS_REASON_BYTES], reason[SYS_REASON_BYTES] = "";

	/* one reason for all: the drift, or too few, and then the higher ones too */
	for (size_t i = 0; i < OUTPUT_NR_POINTS; i++) {
		if (!sys_percentile_reason(why, hist, output_points[i].per_100k, result->steady)[0])
			continue;
		fprintf(out, "%s%s", reason[0] ? ", " : "  refused     ", output_points[i].name);
		memcpy(reason, why, sizeof(reason));
	}
	if (reason[0])
		fprintf(out, ": %s\n", reason);
	if (!hist->sorted)
		fprintf(out,
			"  percentiles are at most 0.8 %% above the exact ones: not all faults "
			"are kept (output.trace_limit)\n");
}

static void print_latency(FILE *out, const struct sys_result *result)
{
	const struct sim_hist *hist = sys_result_latency(result);
	bool has_window = result->steady && hist != result->latency;

	output_times(out, "latency", hist, has_window ? result->steady->interval_ps : SYS_UNKNOWN);
	if (result->steady)
		print_window(out, result);
	print_refused(out, result);
	if (has_window)
		output_times(out, "whole run", result->latency, SYS_UNKNOWN);
}

/* Accesses that had a time of their own: from their start, and from when they were due. */
static void print_due(FILE *out, const struct sys_result *result)
{
	if (!result->access_latency->count)
		return;
	output_times(out, "accesses", result->access_latency, SYS_UNKNOWN);
	output_times(out, "from due", result->access_from_due, SYS_UNKNOWN);
	if (result->from_due->count)
		output_times(out, "faults due", result->from_due, SYS_UNKNOWN);
}

void output_latency(FILE *out, const struct sys_result *result)
{
	if (result->latency->count)
		print_latency(out, result);
	print_due(out, result);
}

static void print_stages(FILE *out, const struct sys_result *result)
{
	static const char *const heads[] = {"stage", "mean", "work", "waiting",
					    "p50",   "p99",  "max",  "share"};
	const u32 nr_columns = sizeof(heads) / sizeof(heads[0]);
	const struct sys_stage_work *work = &result->stage_work;
	char text[HUMAN_BYTES];
	struct table table;

	table_init(&table, nr_columns);
	table.is_left[0] = true;
	for (u32 i = 0; i < nr_columns; i++)
		table_cell(&table, "%s", heads[i]);
	for (u32 i = 0; i < SYS_NR_STAGES; i++) {
		const struct sim_hist *hist = result->stages[i];

		table_cell(&table, "%s", sys_stage_names[i]);
		table_cell(&table, "%s", human_time(text, sim_hist_mean(hist)));
		table_cell(&table, "%s", human_time(text, work->work_ps[i] / hist->count));
		table_cell(&table, "%s", human_time(text, work->waiting_ps[i] / hist->count));
		table_cell(&table, "%s", human_time(text, sys_percentile(hist, 50000)));
		table_cell(&table, "%s", human_time(text, sys_percentile(hist, 99000)));
		table_cell(&table, "%s", human_time(text, hist->max));
		table_cell(&table, "%s",
			   human_share(text, (u64)hist->total, (u64)result->latency->total));
	}
	fputc('\n', out);
	table_print(&table, out, "  ", 1);
}

static void print_locks(FILE *out, const struct sys_result *result)
{
	static const char *const heads[] = {"busiest locks", "taken", "contended", "waited",
					    "wait p99",	     "held",  "hold p99"};
	const u32 nr_columns = sizeof(heads) / sizeof(heads[0]);
	const struct sim_lock_class *const *locks = result->locks;
	u32 nr = result->nr_locks;
	char text[HUMAN_BYTES];
	struct table table;

	/* those that were taken come first */
	if (!nr || !locks[0]->acquisitions)
		return;
	table_init(&table, nr_columns);
	table.is_left[0] = true;
	for (u32 i = 0; i < nr_columns; i++)
		table_cell(&table, "%s", heads[i]);
	for (u32 i = 0; i < nr && i < MAX_LOCKS_SHOWN && locks[i]->acquisitions; i++) {
		const struct sim_hist *wait = locks[i]->wait, *hold = locks[i]->hold;

		table_cell(&table, "%s", locks[i]->name);
		table_cell(&table, "%llu", locks[i]->acquisitions);
		table_cell(&table, "%llu", locks[i]->contentions);
		table_cell(&table, "%s", human_time(text, (u64)wait->total));
		table_cell(&table, "%s", human_time(text, sys_percentile(wait, 99000)));
		table_cell(&table, "%s", human_time(text, (u64)hold->total));
		table_cell(&table, "%s", human_time(text, sys_percentile(hold, 99000)));
	}
	fputc('\n', out);
	table_print(&table, out, "  ", 1);
}

/* "evtq: ..., records": what it holds. */
static const char *held_in(const struct sys_queue_result *queue)
{
	const char *comma = strrchr(queue->kind, ',');

	return comma ? comma + 2 : queue->kind;
}

static void print_queue(FILE *out, const struct sys_queue_result *queue, u64 elapsed_ps)
{
	char share[HUMAN_BYTES];

	fprintf(out, "  %s full %s of the time", queue->name,
		human_share(share, queue->times.full_ps, elapsed_ps));
	/* An endpoint waits with its request, not in front of a place. */
	if (queue->places != SYS_PLACES_REQUESTS)
		fprintf(out, ", %llu of %llu %s waited, %llu %s", queue->counts.deferred,
			queue->counts.pushed, held_in(queue), queue->counts.overflows,
			queue->places ? "refused" : "lost");
	fputc('\n', out);
}

/* Longest full first is not asked for: in the order of the result, as many as fit a screen. */
#define MAX_QUEUES_SHOWN 12

/* A line for each that was full. */
static void print_queues(FILE *out, const struct sys_result *result)
{
	u32 nr = 0;

	for (u32 i = 0; i < result->nr_queues; i++) {
		const struct sys_queue_result *queue = &result->queues[i];

		if (!queue->times.full_ps && !queue->counts.overflows && !queue->counts.deferred)
			continue;
		if (nr < MAX_QUEUES_SHOWN) {
			fputs(nr ? "" : "\n", out);
			print_queue(out, queue, result->limits->elapsed_ps);
		}
		nr++;
	}
	if (nr > MAX_QUEUES_SHOWN)
		fprintf(out, "  and %u others were full at times\n", nr - MAX_QUEUES_SHOWN);
}

/* As the kernel's debugfs file dmar_perf_latency lays it out. */
static void print_driver_latency(FILE *out, const struct sys_result *result)
{
	static const char *const heads[] = {"<0.1us",	 "0.1us-1us",  "1us-10us", "10us-100us",
					    "100us-1ms", "1ms-10ms",   ">=10ms",   "min(us)",
					    "max(us)",	 "average(us)"};

	if (!result->nr_latencies)
		return;
	fprintf(out, "\n%12s", "");
	for (u32 i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		fprintf(out, "%12s", heads[i]);
	for (u32 i = 0; i < result->nr_latencies; i++) {
		const struct sys_iommu_latency *latency = &result->latencies[i];
		u64 average = latency->count ? latency->sum_ps / latency->count : 0;

		fprintf(out, "\n%12s", latency->name);
		for (u32 k = 0; k < SYS_IOMMU_NR_BUCKETS; k++)
			fprintf(out, "%12llu", latency->buckets[k]);
		fprintf(out, "%12llu%12llu%12llu", latency->min_ps / SIM_PS_PER_US,
			latency->max_ps / SIM_PS_PER_US, average / SIM_PS_PER_US);
	}
	fputc('\n', out);
}

/* Every number that it has. */
static void print_benchmark(FILE *out, const struct output_run *run)
{
	const struct sys_values values = {&sys_benchmark_stat_table, run->result->benchmark};
	char text[HUMAN_BYTES];

	fprintf(out, "\n  benchmark %s, %s simulated\n",
		sys_benchmark_names[run->config->benchmark_kind],
		human_time(text, run->result->simulated_ps));
	for (u32 i = 0; i < sys_benchmark_stat_table.nr_rows; i++) {
		const struct sim_stat *row = &sys_benchmark_stat_table.rows[i];
		const struct sim_hist *hist;

		if (!sys_value(&values, row, 0))
			continue; /* another benchmark's */
		if (row->kind == SIM_STAT_NUMBERS) {
			fprintf(out, "  %s: %llu\n", row->key, (u64)sys_value(&values, row, 0));
			continue;
		}
		hist = *(struct sim_hist *const *)((const char *)values.values + row->offset);
		fprintf(out, "  %s: p50 %s", row->key,
			human_time(text, sys_percentile(hist, 50000)));
		fprintf(out, ", p90 %s\n", human_time(text, sys_percentile(hist, 90000)));
	}
}

/* A line for each group of devices, and what limits it. */
static void print_groups(FILE *out, const struct output_run *run)
{
	static const char *const heads[] = {"group",   "devices", "throughput", "accesses",
					    "aborted", "stalled", "faults",	"mean",
					    "p50",     "p99",	  "no credits", "limited by"};
	const u32 nr_columns = sizeof(heads) / sizeof(heads[0]);
	struct sys_run_verdict verdict;
	char text[HUMAN_BYTES];
	struct table table;

	if (!run->result->nr_groups)
		return;
	table_init(&table, nr_columns);
	table.is_left[0] = table.is_left[nr_columns - 1] = true;
	for (u32 i = 0; i < nr_columns; i++)
		table_cell(&table, "%s", heads[i]);
	for (u32 i = 0; i < run->result->nr_groups; i++) {
		const struct sys_group_result *group = &run->result->groups[i];

		sys_verdict_find_group(run->config, run->result, i, &verdict);
		table_cell(&table, "%s", group->name);
		table_cell(&table, "%llu", group->nr_devices);
		table_cell(&table, "%s", human_rate(text, group->own_bytes_per_s));
		table_cell(&table, "%llu", group->devices.dma.accesses);
		table_cell(&table, "%llu", group->devices.dma.aborted);
		table_cell(&table, "%llu", group->devices.dma.stalled);
		table_cell(&table, "%llu", group->faults_completed);
		table_cell(&table, "%s", human_time(text, sim_hist_mean(group->latency)));
		table_cell(&table, "%s", human_time(text, sys_percentile(group->latency, 50000)));
		table_cell(&table, "%s", human_time(text, sys_percentile(group->latency, 99000)));
		table_cell(&table, "%s",
			   human_share(text, group->devices.pcie.waiting_ps,
				       run->result->limits->elapsed_ps * group->nr_devices));
		table_cell(&table, "%s", verdict.brief);
	}
	fputc('\n', out);
	table_print(&table, out, "  ", 1);
}

void output_summary(FILE *out, const struct output_run *run, const char *folder)
{
	print_head(out, run);
	print_verdict(out, run);
	if (run->result->benchmark)
		print_benchmark(out, run);
	else
		print_traffic(out, run->result);
	print_aborts(out, run->result);
	if (run->result->all.is_pcie)
		print_page_requests(out, &run->result->all);
	output_latency(out, run->result);
	print_groups(out, run);
	if (run->result->latency->count)
		print_stages(out, run->result);
	output_translation(out, run);
	print_locks(out, run->result);
	print_queues(out, run->result);
	print_driver_latency(out, run->result);
	if (run->result->faults_dropped)
		fprintf(out, "\n  faults.csv leaves out %llu faults (output.trace_limit)\n",
			run->result->faults_dropped);
	if (run->more)
		run->more->print(out, run->more->opaque);
	print_defects(out, run->result->defects);
	if (folder)
		fprintf(out, "\n  written to %s, begin with %s/report.html\n", folder, folder);
}
