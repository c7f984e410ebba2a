// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the picture of queues is drawn from: by kind, in the order in which kinds
 * first come; those that were not used are left out.
 */
#include <stdio.h>
#include <string.h>

#include "tool/output/output.h"

#define MS_PLACES 9

static bool is_used(const struct sys_queue_result *queue)
{
	return queue->counts.pushed != 0;
}

/* The first queue that was used, of a kind that no queue before @from has. */
static const struct sys_queue_result *next_kind(const struct sys_result *result, u32 *from)
{
	for (; *from < result->nr_queues; (*from)++) {
		const struct sys_queue_result *queue = &result->queues[*from];
		u32 before = 0;

		while (before < *from && (!is_used(&result->queues[before]) ||
					  strcmp(result->queues[before].kind, queue->kind) != 0))
			before++;
		if (is_used(queue) && before == *from) {
			(*from)++;
			return queue;
		}
	}
	return NULL;
}

static bool is_of_kind(const struct sys_queue_result *queue, const struct sys_queue_result *kind)
{
	return is_used(queue) && !strcmp(queue->kind, kind->kind);
}

static void write_queue(FILE *out, const struct sys_queue_result *queue)
{
	char text[DECIMAL_BYTES];

	fprintf(out, "time_ms %s\n", queue->name);
	for (u32 i = 0; i < queue->depth.nr_bins; i++)
		fprintf(out, "%s %u\n",
			decimal_scaled(text, (decimal_u128)i * queue->depth.bin_ps, MS_PLACES),
			queue->depth.max_depth[i]);
}

/* One block a queue, blocks apart by two empty lines, each named by a heading. */
void output_queues_dat(FILE *out, const struct output_run *run)
{
	const struct sys_result *result = run->result;
	const struct sys_queue_result *kind;
	bool has_block = false;
	u32 from = 0;

	fputs("# blocks by queue: time, ms; highest depth from then to the next\n", out);
	while ((kind = next_kind(result, &from))) {
		for (u32 i = 0; i < result->nr_queues; i++) {
			if (!is_of_kind(&result->queues[i], kind))
				continue;
			if (has_block)
				fputs("\n\n", out);
			has_block = true;
			write_queue(out, &result->queues[i]);
		}
	}
}

/* --- many queues of a kind: lines would hide each other --- */

#define MAX_LINES 4

static u32 count_of_kind(const struct sys_result *result, const struct sys_queue_result *kind)
{
	u32 nr = 0;

	for (u32 i = 0; i < result->nr_queues; i++)
		nr += is_of_kind(&result->queues[i], kind);
	return nr;
}

/* The highest depth of @queue from @from_ps to @to_ps; after its last change as then. */
static u32 highest_within(const struct sys_queue_result *queue, u64 from_ps, u64 to_ps)
{
	const struct sys_depth_series *depth = &queue->depth;
	u64 first = from_ps / depth->bin_ps, end = (to_ps + depth->bin_ps - 1) / depth->bin_ps;
	u32 highest = 0;

	if (!depth->nr_bins)
		return 0;
	if (first >= depth->nr_bins)
		return depth->max_depth[depth->nr_bins - 1];
	for (u64 i = first; i < end && i < depth->nr_bins; i++)
		highest = depth->max_depth[i] > highest ? depth->max_depth[i] : highest;
	return highest;
}

static void write_band(FILE *out, const struct sys_result *result,
		       const struct sys_queue_result *kind)
{
	u64 bin_ps = 0, end_ps = 0;
	char text[DECIMAL_BYTES];

	for (u32 i = 0; i < result->nr_queues; i++) {
		const struct sys_depth_series *depth = &result->queues[i].depth;

		if (!is_of_kind(&result->queues[i], kind))
			continue;
		bin_ps = depth->bin_ps > bin_ps ? depth->bin_ps : bin_ps;
		end_ps = depth->bin_ps * depth->nr_bins > end_ps ? depth->bin_ps * depth->nr_bins
								 : end_ps;
	}
	for (u64 at_ps = 0; at_ps < end_ps; at_ps += bin_ps) {
		u32 low = ~0U, high = 0;

		for (u32 i = 0; i < result->nr_queues; i++) {
			u32 depth;

			if (!is_of_kind(&result->queues[i], kind))
				continue;
			depth = highest_within(&result->queues[i], at_ps, at_ps + bin_ps);
			low = depth < low ? depth : low;
			high = depth > high ? depth : high;
		}
		fprintf(out, "%s %u %u\n", decimal_scaled(text, at_ps, MS_PLACES), low, high);
	}
}

void output_queue_bands_dat(FILE *out, const struct output_run *run)
{
	const struct sys_queue_result *kind;
	bool has_block = false;
	u32 from = 0;

	fputs("# blocks by kind of which there are more than 4 queues: time, ms; highest depth from then "
	      "to the next, of the queue where it is lowest; of the one where it is highest\n",
	      out);
	while ((kind = next_kind(run->result, &from))) {
		if (count_of_kind(run->result, kind) <= MAX_LINES)
			continue;
		if (has_block)
			fputs("\n\n", out);
		has_block = true;
		write_band(out, run->result, kind);
	}
}

/* --- how long at which depth --- */

static void sum_depths(const struct sys_result *result, const struct sys_queue_result *kind,
		       u64 sums_ps[SYS_DEPTH_BANDS])
{
	for (u32 i = 0; i < result->nr_queues; i++) {
		for (u32 band = 0; is_of_kind(&result->queues[i], kind) && band < SYS_DEPTH_BANDS;
		     band++)
			sums_ps[band] += result->queues[i].times.at_depth_ps[band];
	}
}

static void write_shares(FILE *out, const struct sys_result *result,
			 const struct sys_queue_result *kind)
{
	u64 sums_ps[SYS_DEPTH_BANDS] = {0};
	double all = 0;
	u32 last = 0;

	sum_depths(result, kind, sums_ps);
	for (u32 band = 0; band < SYS_DEPTH_BANDS; band++) {
		all += (double)sums_ps[band];
		last = sums_ps[band] ? band : last;
	}
	for (u32 band = 0; band <= last; band++) {
		u64 low = band ? 1ULL << (band - 1) : 0;

		fprintf(out, "%u %.4f ", band, all > 0 ? 100 * (double)sums_ps[band] / all : 0);
		if (band < 2)
			fprintf(out, "\"%u\"\n", band);
		else if (band + 1 == SYS_DEPTH_BANDS)
			fprintf(out, "\"%llu up\"\n", low);
		else
			fprintf(out, "\"%llu to %llu\"\n", low, 2 * low - 1);
	}
}

void output_queue_shares_dat(FILE *out, const struct output_run *run)
{
	const struct sys_queue_result *kind;
	bool has_block = false;
	u32 from = 0;

	fputs("# blocks by kind: row; share of the time of all queues, %; depth\n", out);
	while ((kind = next_kind(run->result, &from))) {
		if (has_block)
			fputs("\n\n", out);
		has_block = true;
		write_shares(out, run->result, kind);
	}
}

/* --- the panels --- */

static u64 longest_full_ps(const struct sys_result *result, const struct sys_queue_result *kind)
{
	u64 longest = 0;

	for (u32 i = 0; i < result->nr_queues; i++) {
		const struct sys_queue_result *queue = &result->queues[i];

		if (is_of_kind(queue, kind) && queue->times.full_ps > longest)
			longest = queue->times.full_ps;
	}
	return longest;
}

void output_queue_panels_dat(FILE *out, const struct output_run *run)
{
	const struct sys_result *result = run->result;
	const struct sys_queue_result *kind;
	u64 elapsed_ps = result->limits->elapsed_ps;
	u32 from = 0, first = 0;
	int nr_bands = 0;

	fputs("# panels by kind of queue: first block of queues.dat; last; kind; entries that there is "
	      "room for; for which share of the time the fullest was full, %; block of queue_bands.dat, "
	      "or -1\n",
	      out);
	while ((kind = next_kind(result, &from))) {
		u32 nr = count_of_kind(result, kind);
		u64 full_ps = longest_full_ps(result, kind);

		fprintf(out, "%u %u \"%s\" %llu %.3f %d\n", first, first + nr - 1, kind->kind,
			kind->times.capacity,
			elapsed_ps ? 100.0 * (double)full_ps / (double)elapsed_ps : 0,
			nr > MAX_LINES ? nr_bands++ : -1);
		first += nr;
	}
}
