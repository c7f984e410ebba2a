// SPDX-License-Identifier: GPL-2.0-only
/* Tables of report.html, and words on what stands in them (docs/words.md). */
#include <string.h>

#include "system/result/percentile.h"
#include "system/verdict/verdict.h"
#include "tool/common/html.h"
#include "tool/common/words.h"
#include "tool/output/report.h"

/* result.json has all. */
#define MAX_LOCKS 14
#define MAX_QUEUES 16
#define MAX_DEVICES 16

static void time_cell(struct sink *sink, u64 ps)
{
	char text[HUMAN_BYTES];

	sink_cell(sink, "%s", human_time(text, ps));
}

static void count_cell(struct sink *sink, u64 value)
{
	sink_cell(sink, "%llu", value);
}

static void share_cell(struct sink *sink, u64 part, u64 whole)
{
	char text[HUMAN_BYTES];

	sink_cell(sink, "%s", human_share(text, part, whole));
}

static void say_more(struct sink *sink, u32 nr, const char *where)
{
	if (nr)
		sink_line(sink, "And %u more, in %s.", nr, where);
}

/* --- latency --- */

static void times_row(struct sink *sink, const char *what, const struct sim_hist *hist)
{
	static const u32 percentiles[] = {50000, 90000, 99000, 99900};

	if (!hist->count)
		return;
	sink_cell(sink, "%s", what);
	count_cell(sink, hist->count);
	time_cell(sink, sim_hist_mean(hist));
	for (size_t i = 0; i < sizeof(percentiles) / sizeof(percentiles[0]); i++)
		time_cell(sink, sys_percentile(hist, percentiles[i]));
	time_cell(sink, hist->max);
}

static void say_window(struct sink *sink, const struct sys_result *result)
{
	const struct sys_steady *steady = result->steady;
	char from[HUMAN_BYTES], to[HUMAN_BYTES], width[HUMAN_BYTES], why[SYS_REASON_BYTES];

	if (!steady || steady->verdict == SYS_STEADY_NOT_WANTED)
		return;
	if (!sys_steady_has_window(steady)) {
		sink_line(sink, "No steady window: %s.", sys_steady_reason(why, steady));
		return;
	}
	sink_line(sink,
		  "The steady window, between warm-up and drain, is from %s to %s: %llu faults a "
		  "second.",
		  human_time(from, steady->begin_ps), human_time(to, steady->end_ps),
		  steady->faults_per_s);
	if (steady->interval_ps != SYS_UNKNOWN)
		sink_line(sink, "Its mean is known to ± %s (95 %% confidence, by batch means).",
			  human_time(width, steady->interval_ps));
}

/* p50 is refused for what refuses the others, too; p99.9 also where there are too few. */
static void say_refused(struct sink *sink, const struct sys_result *result)
{
	const struct sim_hist *hist = sys_result_latency(result);
	char why[SYS_REASON_BYTES];

	if (sys_percentile_reason(why, hist, 99900, result->steady)[0])
		sink_line(sink, "A dash is a percentile that cannot be told: %s.", why);
}

void report_times(struct sink *sink, const struct sys_result *result)
{
	const struct sim_hist *hist = sys_result_latency(result);

	if (!result->latency->count && !result->access_latency->count)
		return;
	sink_table(sink, "latency of|how many|mean|p50|p90|p99|p99.9|max");
	if (hist != result->latency)
		times_row(sink, "faults of the steady window", hist);
	times_row(sink, hist != result->latency ? "all faults" : "faults", result->latency);
	times_row(sink, "accesses", result->access_latency);
	times_row(sink, "accesses, from when they were due", result->access_from_due);
	times_row(sink, "faults, from when they were due", result->from_due);
	sink_table_end(sink);
	if (!result->latency->count)
		return;
	say_window(sink, result);
	say_refused(sink, result);
}

/* --- stages --- */

static const char *meaning(const char *head, const char *name, struct words_row *row)
{
	if (!words_find(row, head, name))
		return "";
	return row->cells.text[row->cells.nr - 1];
}

void report_stages(struct sink *sink, const struct sys_result *result)
{
	const struct sys_stage_work *work = &result->stage_work;
	struct words_row row;

	if (!result->latency->count)
		return;
	sink_table(sink, "stage|mean|work|waiting|p50|p99|max|share|<ends when");
	for (u32 i = 0; i < SYS_NR_STAGES; i++) {
		const struct sim_hist *hist = result->stages[i];

		sink_cell(sink, "%s", sys_stage_names[i]);
		time_cell(sink, sim_hist_mean(hist));
		time_cell(sink, work->work_ps[i] / hist->count);
		time_cell(sink, work->waiting_ps[i] / hist->count);
		time_cell(sink, sys_percentile(hist, 50000));
		time_cell(sink, sys_percentile(hist, 99000));
		time_cell(sink, hist->max);
		share_cell(sink, (u64)hist->total, (u64)result->latency->total);
		sink_cell(sink, "%s", meaning("stage", sys_stage_names[i], &row));
	}
	sink_table_end(sink);
}

/* --- queues --- */

/* Numbers of a queue by their keys; one that there is not is left out. */
static const struct queue_column {
	const char *key, *head;
	bool is_share; /* of the time */
} queue_columns[] = {
	{"capacity", "room for", false},     {"pushed", "entries", false},
	{"deferred", "waited", false},	     {"overflows", "lost", false},
	{"mean_depth", "mean depth", false}, {"p99_depth", "p99", false},
	{"max_depth", "highest", false},     {"used_ns", "not empty", true},
	{"full_ns", "full", true},
};

#define NR_QUEUE_COLUMNS (sizeof(queue_columns) / sizeof(queue_columns[0]))

static const struct sim_stat *find_row(const struct sys_values *values, const char *key)
{
	for (u32 i = 0; i < values->table->nr_rows; i++) {
		if (!strcmp(values->table->rows[i].key, key))
			return &values->table->rows[i];
	}
	return NULL;
}

static bool has_column(const char *key)
{
	const struct sim_stat_table *const *table = sys_collections[SYS_QUEUES].tables;

	for (; *table; table++) {
		if (find_row(&(struct sys_values){*table, NULL}, key))
			return true;
	}
	return false;
}

static void queue_cell(struct sink *sink, const struct sys_member *queue,
		       const struct queue_column *column, u64 elapsed_ps)
{
	for (u32 i = 0; i < queue->nr_parts; i++) {
		const struct sim_stat *row = find_row(&queue->parts[i], column->key);
		u64 value;

		if (!row)
			continue;
		value = (u64)sys_value(&queue->parts[i], row, 0);
		if (column->is_share)
			share_cell(sink, value, elapsed_ps);
		else if (row->unit == SIM_UNIT_MILLI)
			sink_cell(sink, "%llu.%02llu", value / 1000, value % 1000 / 10);
		else
			count_cell(sink, value);
		return;
	}
	sink_cell(sink, "-");
}

static void queue_heads(char *heads, size_t bytes)
{
	size_t used = (size_t)snprintf(heads, bytes, "queue");

	for (size_t i = 0; i < NR_QUEUE_COLUMNS && used < bytes; i++) {
		if (has_column(queue_columns[i].key))
			used += (size_t)snprintf(heads + used, bytes - used, "|%s",
						 queue_columns[i].head);
	}
}

void report_queues(struct sink *sink, const struct sys_result *result)
{
	struct sys_member queue;
	u32 nr = 0;
	char heads[256];

	queue_heads(heads, sizeof(heads));
	sink_table(sink, heads);
	for (u32 i = 0; sys_result_member(result, SYS_QUEUES, i, &queue); i++) {
		if (!result->queues[i].counts.pushed || nr++ >= MAX_QUEUES)
			continue;
		sink_cell(sink, "%s", queue.name);
		for (u32 k = 0; k < NR_QUEUE_COLUMNS; k++) {
			if (has_column(queue_columns[k].key))
				queue_cell(sink, &queue, &queue_columns[k],
					   result->limits->elapsed_ps);
		}
	}
	sink_table_end(sink);
	say_more(sink, nr > MAX_QUEUES ? nr - MAX_QUEUES : 0, "result.json");
}

/* --- page requests --- */

static void request_cells(struct sink *sink, const struct sys_device_result *device)
{
	const struct iommu_pri_stats *pri = &device->pri;
	const struct dev_pcie_stats *pcie = &device->pcie;
	const u64 counts[] = {
		pcie->requests,
		pcie->groups,
		pri->recorded,
		pri->dropped,
		pri->auto_success + pri->auto_invalid + pri->auto_failure,
		pri->responses_success,
		pri->responses_invalid,
		pri->responses_failure,
		pcie->retried,
		pcie->asked_again,
	};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		count_cell(sink, counts[i]);
}

void report_page_requests(struct sink *sink, const struct sys_result *result)
{
	u32 nr = result->nr_devices;

	if (!result->all.is_pcie || !result->all.pcie.requests)
		return;
	sink_heading(sink, "Page requests");
	sink_line(sink,
		  "Requests sent are recorded in the queue, dropped, or answered by the IOMMU "
		  "itself. Groups of them are answered by software; after Success the endpoint "
		  "tries again.");
	sink_table(sink, "device|sent|groups|recorded|dropped|by the IOMMU|Success|Invalid|Failure|"
			 "tried again|asked again");
	for (u32 i = 0; i < nr && i < MAX_DEVICES; i++) {
		sink_cell(sink, "%u", i);
		request_cells(sink, &result->devices[i]);
	}
	if (nr > 1) {
		sink_cell(sink, "all");
		request_cells(sink, &result->all);
	}
	sink_table_end(sink);
	say_more(sink, nr > MAX_DEVICES ? nr - MAX_DEVICES : 0, "result.json");
}

/* --- groups of devices --- */

void report_groups(struct sink *sink, const struct output_run *run)
{
	const struct sys_result *result = run->result;
	struct sys_run_verdict verdict;
	char text[HUMAN_BYTES];

	sink_table(sink, "group|devices|throughput|accesses|aborted|stalled|faults|mean|p50|p99|"
			 "no credits|<limited by");
	for (u32 i = 0; i < result->nr_groups; i++) {
		const struct sys_group_result *group = &result->groups[i];

		sys_verdict_find_group(run->config, result, i, &verdict);
		sink_cell(sink, "%s", group->name);
		count_cell(sink, group->nr_devices);
		sink_cell(sink, "%s", human_rate(text, group->own_bytes_per_s));
		count_cell(sink, group->devices.dma.accesses);
		count_cell(sink, group->devices.dma.aborted);
		count_cell(sink, group->devices.dma.stalled);
		count_cell(sink, group->faults_completed);
		time_cell(sink, sim_hist_mean(group->latency));
		time_cell(sink, sys_percentile(group->latency, 50000));
		time_cell(sink, sys_percentile(group->latency, 99000));
		share_cell(sink, group->devices.pcie.waiting_ps,
			   result->limits->elapsed_ps * group->nr_devices);
		sink_cell(sink, "%s", verdict.brief);
	}
	sink_table_end(sink);
}

/* --- locks --- */

static bool is_notable(const struct sim_lock_class *lock)
{
	return lock->wait->total || lock->line_wait_ps || lock->hold->total;
}

bool report_has_locks(const struct sys_result *result)
{
	for (u32 i = 0; i < result->nr_locks; i++) {
		if (is_notable(result->locks[i]))
			return true;
	}
	return false;
}

static const struct sim_lock_site_stats *worst_site(const struct sim_lock_class *lock)
{
	const struct sim_lock_site_stats *worst = &lock->sites[0];

	for (u32 i = 1; i < SIM_LOCK_MAX_SITES && lock->sites[i].site; i++) {
		if (lock->sites[i].wait_total_ps > worst->wait_total_ps)
			worst = &lock->sites[i];
	}
	return worst->site && worst->wait_total_ps ? worst : NULL;
}

static void lock_row(struct sink *sink, const struct sim_lock_class *lock)
{
	sink_cell(sink, "%s", lock->name);
	count_cell(sink, lock->acquisitions);
	count_cell(sink, lock->contentions);
	time_cell(sink, (u64)lock->wait->total);
	time_cell(sink, sys_percentile(lock->wait, 99000));
	time_cell(sink, lock->line_wait_ps);
	time_cell(sink, (u64)lock->hold->total);
	time_cell(sink, sys_percentile(lock->hold, 99000));
}

/* What it is for, and where it was waited for. */
static void explain_lock(struct sink *sink, const struct sim_lock_class *lock)
{
	const struct sim_lock_site_stats *site = worst_site(lock);
	struct words_row row;
	const char *text = meaning("lock", lock->name, &row);
	char place[SIM_SITE_BYTES];

	if (!text[0] && !site)
		return;
	fputs("<dt>", sink->out);
	html_name(sink->out, lock->name);
	fputs("</dt><dd>", sink->out);
	html_text(sink->out, text);
	if (site)
		fprintf(sink->out, "%sMost waited for in <code>%s()</code> (%s)",
			text[0] ? ". " : "", site->site->func, sim_site_place(place, site->site));
	fputs(".</dd>\n", sink->out);
}

void report_locks(struct sink *sink, const struct sys_result *result)
{
	u32 nr = 0;

	sink_table(sink,
		   "lock|taken|had to wait|waited, all|wait p99|for its line|held, all|hold p99");
	for (u32 i = 0; i < result->nr_locks; i++) {
		if (is_notable(result->locks[i]) && nr++ < MAX_LOCKS)
			lock_row(sink, result->locks[i]);
	}
	sink_table_end(sink);
	say_more(sink, nr > MAX_LOCKS ? nr - MAX_LOCKS : 0, "locks.csv");
	if (!nr)
		return;
	fputs("<dl>\n", sink->out);
	nr = 0;
	for (u32 i = 0; i < result->nr_locks; i++) {
		if (is_notable(result->locks[i]) && nr++ < MAX_LOCKS)
			explain_lock(sink, result->locks[i]);
	}
	fputs("</dl>\n", sink->out);
}

/* --- IOMMUs --- */

static void number_cell(struct sink *sink, u64 value, enum sim_unit unit)
{
	char text[HUMAN_BYTES];

	if (unit == SIM_UNIT_PS)
		sink_cell(sink, "%s", human_time(text, value));
	else if (unit == SIM_UNIT_MILLI)
		sink_cell(sink, "%llu.%03llu", value / 1000, value % 1000);
	else
		count_cell(sink, value);
}

static void times_cell(struct sink *sink, const struct sys_values *of, const struct sim_stat *row)
{
	const struct sim_hist *hist = *(struct sim_hist *const *)((const char *)of->values +
								  row->offset);
	char mean[HUMAN_BYTES], p99[HUMAN_BYTES];

	sink_cell(sink, "mean %s, p99 %s", human_time(mean, sim_hist_mean(hist)),
		  human_time(p99, sys_percentile(hist, 99000)));
}

static void iommu_row(struct sink *sink, const struct sys_values *of, const struct sim_stat *row)
{
	for (u32 i = 0; i < row->nr; i++) {
		u64 value = (u64)sys_value(of, row, i);

		if (!value)
			continue;
		if (row->is_array)
			sink_cell(sink, "%s.%u", row->key, i);
		else
			sink_cell(sink, "%s", row->key);
		if (row->kind == SIM_STAT_NUMBERS)
			number_cell(sink, value, row->unit);
		else
			times_cell(sink, of, row);
		sink_cell(sink, "%s", row->help);
	}
}

void report_iommus(struct sink *sink, const struct sys_result *result)
{
	const struct sys_values *sum = &result->iommu_sum;

	sink_table(sink, "number|value|<what it is");
	for (u32 i = 0; i < sum->table->nr_rows; i++)
		iommu_row(sink, sum, &sum->table->rows[i]);
	sink_table_end(sink);
}
