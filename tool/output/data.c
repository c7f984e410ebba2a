// SPDX-License-Identifier: GPL-2.0-only
/*
 * data/: what gnuplot draws, in columns with a heading, so that it can be drawn
 * again or differently. A plot without data has a file without rows.
 */
#include <stdio.h>
#include <string.h>

#include "system/result/percentile.h"
#include "tool/output/output.h"

#define US_PLACES 6
#define MS_PLACES 9
#define MAX_LOCKS_DRAWN 10

static const char *us(char text[DECIMAL_BYTES], decimal_u128 ps)
{
	return decimal_scaled(text, ps, US_PLACES);
}

void output_title_txt(FILE *out, const struct output_run *run)
{
	fprintf(out, "%s\n", run->config->title);
}

static void write_bar(FILE *out, u32 bar, const u64 parts_ps[SYS_NR_STAGES])
{
	char from[DECIMAL_BYTES], to[DECIMAL_BYTES], part[DECIMAL_BYTES];
	u64 sum = 0, whole = 0;

	for (u32 i = 0; i < SYS_NR_STAGES; i++)
		whole += parts_ps[i];
	for (u32 i = 0; i < SYS_NR_STAGES; i++) {
		fprintf(out, "%u %u %s %s %s %s ", bar, i, sys_stage_names[i], us(from, sum),
			us(to, sum + parts_ps[i]), us(part, parts_ps[i]));
		sum += parts_ps[i];
		fprintf(out, "%s\n", us(part, whole));
	}
}

void output_stages_dat(FILE *out, const struct output_run *run)
{
	const struct sys_result *result = run->result;
	u64 mean[SYS_NR_STAGES], p99[SYS_NR_STAGES];

	fputs("# bar (0: mean, 1: p99 of each stage); stage; name; from, us; to, us; length, us; "
	      "length of the bar, us\n",
	      out);
	if (!result->latency->count)
		return;
	for (u32 i = 0; i < SYS_NR_STAGES; i++) {
		mean[i] = sim_hist_mean(result->stages[i]);
		p99[i] = sys_percentile(result->stages[i], 99000);
	}
	write_bar(out, 0, mean);
	/* all stages have the same number of faults */
	if (p99[0] != SYS_UNKNOWN)
		write_bar(out, 1, p99);
}

/* --- queues, by kind, in the order in which kinds first come; those that were not used are left
 * out --- */

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

void output_queue_panels_dat(FILE *out, const struct output_run *run)
{
	const struct sys_result *result = run->result;
	const struct sys_queue_result *kind;
	u32 from = 0, first = 0;

	fputs("# panels by kind of queue: first block of queues.dat; last; kind; entries that there is "
	      "room for; for which share of the time the fullest was full, %\n",
	      out);
	while ((kind = next_kind(result, &from))) {
		u64 full_ps = 0, elapsed_ps = result->limits->elapsed_ps;
		u32 nr = 0;

		for (u32 i = 0; i < result->nr_queues; i++) {
			const struct sys_queue_result *queue = &result->queues[i];

			if (!is_of_kind(queue, kind))
				continue;
			nr++;
			if (queue->times.full_ps > full_ps)
				full_ps = queue->times.full_ps;
		}
		fprintf(out, "%u %u \"%s\" %llu %.3f\n", first, first + nr - 1, kind->kind,
			kind->times.capacity,
			elapsed_ps ? 100.0 * (double)full_ps / (double)elapsed_ps : 0);
		first += nr;
	}
}

/* Of what is longest, at least so much of its bar can be seen. */
#define SEEN_SHARE 200

static u64 waited_ps(const struct sim_lock_class *lock)
{
	return (u64)lock->wait->total + lock->line_wait_ps;
}

static u64 longest_ps(const struct sys_result *result)
{
	u64 longest = 0;

	for (u32 i = 0; i < result->nr_locks; i++) {
		const struct sim_lock_class *lock = result->locks[i];

		longest = waited_ps(lock) > longest ? waited_ps(lock) : longest;
		longest = (u64)lock->hold->total > longest ? (u64)lock->hold->total : longest;
	}
	return longest;
}

/* 0: too few to tell it, and no bar */
static const char *p99_us(char text[DECIMAL_BYTES], const struct sim_hist *hist)
{
	u64 ps = sys_percentile(hist, 99000);

	return us(text, ps == SYS_UNKNOWN ? 0 : ps);
}

static void write_lock(FILE *out, const struct sim_lock_class *lock, u32 row)
{
	char text[DECIMAL_BYTES];

	fprintf(out, "%u %s", row, us(text, lock->wait->total));
	fprintf(out, " %s", us(text, lock->hold->total));
	fprintf(out, " %s", p99_us(text, lock->wait));
	fprintf(out, " %s", p99_us(text, lock->hold));
	fprintf(out, " %s", us(text, lock->line_wait_ps));
	fprintf(out, " %llu %llu \"%s\"\n", lock->contentions, lock->acquisitions, lock->name);
}

void output_locks_dat(FILE *out, const struct output_run *run)
{
	const struct sim_lock_class *const *locks = run->result->locks;
	u64 seen_ps = longest_ps(run->result) / SEEN_SHARE;
	u32 row = 0;

	fputs("# row; wait, total us; hold, total us; wait, p99 us; hold, p99 us; wait for its cache "
	      "line, total us; contentions; acquisitions; name\n",
	      out);
	for (u32 i = 0; i < run->result->nr_locks && row < MAX_LOCKS_DRAWN; i++) {
		if (locks[i]->acquisitions &&
		    (waited_ps(locks[i]) > seen_ps || (u64)locks[i]->hold->total > seen_ps))
			write_lock(out, locks[i], row++);
	}
}
