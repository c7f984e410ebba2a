// SPDX-License-Identifier: GPL-2.0-only
/* The steady window of a run, and exact percentiles: see window.h. */
#include "system/measure/window.h"

#include "sim/arena.h"
#include "sim/time.h"
#include "system/measure/sort.h"
#include "system/measure/steady.h"
#include "system/result/percentile.h"

/* --- records, in whatever order: the first ones, then the slowest --- */

static u64 nr_records(const struct sys_result *result)
{
	return result->nr_first + result->nr_slowest;
}

static const struct sys_fault_record *record_at(const struct sys_result *result, u64 index)
{
	return index < result->nr_first ? &result->first[index]
					: &result->slowest[index - result->nr_first];
}

static u64 end_of(const struct sys_fault_record *record)
{
	return record->stamp_ps[SYS_STAGE_COMPLETED];
}

/* --- distributions --- */

/* Which of a record's times: a stage, or one of these. */
#define LATENCY SYS_NR_STAGES
#define FROM_DUE (SYS_NR_STAGES + 1)

static u64 time_of(const struct sys_fault_record *record, u32 which)
{
	if (which == FROM_DUE)
		return end_of(record) - record->due_ps;
	if (which == LATENCY)
		return end_of(record) - record->began_ps;
	return record->stamp_ps[which] - (which ? record->stamp_ps[which - 1] : record->began_ps);
}

/* Faults that completed in (from, to]. */
struct interval {
	u64 from_ps, to_ps;
};

/* The values of the kept faults into @hist, which is empty or has them already, sorted. */
static void sort_values(struct sim_hist *hist, const struct sys_result *result, u32 which,
			struct interval within)
{
	u64 nr = 0, *values = sim_alloc(nr_records(result) * sizeof(*values)), *scratch;
	bool is_empty = !hist->count;

	for (u64 i = 0; values && i < nr_records(result); i++) {
		const struct sys_fault_record *record = record_at(result, i);

		if (end_of(record) <= within.from_ps || end_of(record) > within.to_ps ||
		    (which == FROM_DUE && !record->due_ps))
			continue;
		values[nr++] = time_of(record, which);
		if (is_empty)
			sim_hist_add(hist, values[nr - 1]);
	}
	if (!values || nr != hist->count)
		return;
	scratch = sim_alloc((nr + 1) * sizeof(*scratch));
	if (!scratch)
		return;
	sys_sort(values, scratch, nr);
	sim_free(scratch);
	hist->sorted = values;
}

static struct sim_hist *hist_create(void)
{
	struct sim_hist *hist = sim_alloc(sizeof(*hist));

	if (hist)
		sim_hist_init(hist);
	return hist;
}

/* --- devices --- */

static u64 unfairness_milli(const struct sys_device_share *devices, u64 nr_devices)
{
	struct sys_device_share all = {0}, slowest = {0};

	for (u64 i = 0; i < nr_devices; i++) {
		if ((unsigned __int128)devices[i].total_ps * (slowest.nr ? slowest.nr : 1) >
		    (unsigned __int128)slowest.total_ps * devices[i].nr)
			slowest = devices[i];
		all.nr += devices[i].nr;
		all.total_ps += devices[i].total_ps;
	}
	if (!all.total_ps || !slowest.nr)
		return SYS_UNKNOWN;
	return (u64)((unsigned __int128)slowest.total_ps * all.nr * 1000 / slowest.nr /
		     all.total_ps);
}

static u64 unfairness_within(const struct sys_window_input *input, const struct sys_result *result,
			     struct interval within)
{
	u64 nr_devices = input->config->machine.nr_devices;
	struct sys_device_share *devices = sim_alloc(nr_devices * sizeof(*devices));
	u64 unfairness;

	if (!devices)
		return SYS_UNKNOWN;
	for (u64 i = 0; i < nr_records(result); i++) {
		const struct sys_fault_record *record = record_at(result, i);

		if (end_of(record) <= within.from_ps || end_of(record) > within.to_ps ||
		    record->device >= nr_devices)
			continue;
		devices[record->device].nr++;
		devices[record->device].total_ps += time_of(record, LATENCY);
	}
	unfairness = unfairness_milli(devices, nr_devices);
	sim_free(devices);
	return unfairness;
}

/* --- the window --- */

static struct sys_steady_bounds bounds_of(const struct sys_window_input *input)
{
	const struct sys_config *config = input->config;
	u64 end_ps = config->output.window_end_ps;

	if (config->window == SYS_WINDOW_EXPLICIT)
		return (struct sys_steady_bounds){
			.is_fixed = true,
			.from_ps = input->start_ps + config->output.window_begin_ps,
			.to_ps = end_ps ? input->start_ps + end_ps : ~0ULL,
		};
	return (struct sys_steady_bounds){
		.from_ps = 0,
		.to_ps = input->drain_ps ? input->drain_ps : ~0ULL,
	};
}

/* When the batches of a span begin and end. */
static struct interval interval_of(const struct sys_window_input *input, struct sys_batch_span span)
{
	const struct sys_batch *batches = input->series->batches;

	return (struct interval){
		span.first ? batches[span.first - 1].end_ps : input->start_ps,
		span.end ? batches[span.end - 1].end_ps : input->start_ps,
	};
}

/* Not every fault is kept: whole segments only. */
static struct sys_batch_span shrink_to_segments(struct sys_batch_span span)
{
	u32 first = (span.first + SYS_SERIES_PER_SEGMENT - 1) / SYS_SERIES_PER_SEGMENT;
	u32 end = span.end / SYS_SERIES_PER_SEGMENT;

	if (first >= end)
		return (struct sys_batch_span){0, 0};
	return (struct sys_batch_span){first * SYS_SERIES_PER_SEGMENT,
				       end * SYS_SERIES_PER_SEGMENT};
}

static void merge_segments(const struct sys_series *series, struct sys_batch_span span,
			   struct sim_hist *hist)
{
	for (u32 i = span.first / SYS_SERIES_PER_SEGMENT; i < span.end / SYS_SERIES_PER_SEGMENT;
	     i++)
		sim_hist_merge(hist, series->segments[i]);
}

static void fill_steady(const struct sys_window_input *input, const struct sys_result *result,
			struct sys_batch_span span, struct sys_steady *steady)
{
	bool is_complete = !result->faults_dropped;
	struct interval within;
	u64 length_ps;

	if (!is_complete)
		span = shrink_to_segments(span);
	within = interval_of(input, span);
	steady->begin_ps = within.from_ps - input->start_ps;
	steady->end_ps = within.to_ps - input->start_ps;
	if (is_complete) {
		sort_values(steady->latency, result, LATENCY, within);
		sort_values(steady->from_due, result, FROM_DUE, within);
		steady->unfairness_milli = unfairness_within(input, result, within);
	} else {
		merge_segments(input->series, span, steady->latency);
	}
	steady->faults = steady->latency->count;
	length_ps = within.to_ps - within.from_ps;
	if (length_ps)
		steady->faults_per_s = (u64)((unsigned __int128)steady->faults * SIM_PS_PER_S /
					     length_ps);
	steady->latency->is_drifting = steady->verdict == SYS_STEADY_DRIFTS;
	/* Were all due, its batches are those of the same faults. */
	if (input->due_series->nr == input->series->nr)
		steady->from_due->is_drifting = sys_steady_drifts(input->due_series, span,
								  &steady->due_drift_milli);
}

static void find_steady(const struct sys_window_input *input, struct sys_result *result)
{
	struct sys_steady *steady = sim_alloc(sizeof(*steady));
	struct sys_batch_span span = {0, 0};

	if (!steady)
		return;
	steady->latency = hist_create();
	steady->from_due = hist_create();
	if (!steady->latency || !steady->from_due)
		return;
	steady->verdict = SYS_STEADY_NOT_WANTED;
	steady->drift_milli = steady->due_drift_milli = steady->interval_ps =
		steady->unfairness_milli = SYS_UNKNOWN;
	if (input->config->window != SYS_WINDOW_WHOLE)
		sys_steady_find(input->series, bounds_of(input), &span, steady);
	if (result->faults_dropped && sys_steady_has_window(steady) &&
	    shrink_to_segments(span).end == 0)
		steady->verdict = SYS_STEADY_NOT_KEPT;
	if (sys_steady_has_window(steady))
		fill_steady(input, result, span, steady);
	else
		steady->faults = (span.end - span.first) * input->series->batch_size;
	result->steady = steady;
}

void sys_window_result(const struct sys_window_input *input, struct sys_result *result)
{
	const struct interval whole = {0, ~0ULL};

	if (!result->faults_dropped && result->latency->count) {
		sort_values(result->latency, result, LATENCY, whole);
		sort_values(result->from_due, result, FROM_DUE, whole);
		for (u32 i = 0; i < SYS_NR_STAGES; i++)
			sort_values(result->stages[i], result, i, whole);
	}
	result->unfairness_milli = unfairness_milli(input->devices,
						    input->config->machine.nr_devices);
	find_steady(input, result);
}
