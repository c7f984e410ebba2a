// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the picture of stages is drawn from. A percentile of a stage says nothing of
 * the other stages of the same faults, so bars are means of faults that there were: of
 * all, and of those whose latency is about a percentile, from half as many beyond it as
 * there are to half as many again: p98.5 to p99.5 for p99.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tool/output/output.h"

#define US_PLACES 6
#define LABEL_BYTES 96
#define NR_BEYOND 10 /* as a percentile needs: docs/results.md */

static const char *us(char text[DECIMAL_BYTES], decimal_u128 ps)
{
	return decimal_scaled(text, ps, US_PLACES);
}

struct bar {
	char label[LABEL_BYTES];
	u64 parts_ps[SYS_NR_STAGES];
};

static void write_bar(FILE *out, u32 row, const struct bar *bar)
{
	char from[DECIMAL_BYTES], to[DECIMAL_BYTES], part[DECIMAL_BYTES];
	u64 sum = 0, whole = 0;

	for (u32 i = 0; i < SYS_NR_STAGES; i++)
		whole += bar->parts_ps[i];
	for (u32 i = 0; i < SYS_NR_STAGES; i++) {
		fprintf(out, "%u %u %s %s %s %s ", row, i, sys_stage_names[i], us(from, sum),
			us(to, sum + bar->parts_ps[i]), us(part, bar->parts_ps[i]));
		sum += bar->parts_ps[i];
		fprintf(out, "%s \"%s\"\n", us(part, whole), bar->label);
	}
}

/* --- faults by latency --- */

struct ranked {
	const struct sys_fault_record **faults; /* the slowest first */
	u64 nr;
	u64 nr_sure; /* no fault that was not kept belongs among so many */
};

static u64 latency_of(const struct sys_fault_record *fault)
{
	return fault->stamp_ps[SYS_STAGE_COMPLETED] - fault->began_ps;
}

static int slowest_first(const void *left, const void *right)
{
	const struct sys_fault_record *a = *(const struct sys_fault_record *const *)left;
	const struct sys_fault_record *b = *(const struct sys_fault_record *const *)right;

	if (latency_of(a) != latency_of(b))
		return latency_of(a) > latency_of(b) ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

/* False: there is no memory, or nothing. */
static bool rank_faults(const struct sys_result *result, struct ranked *ranked)
{
	const struct sys_fault_record *fault;
	struct output_cursor cursor = {0};

	*ranked = (struct ranked){0};
	ranked->faults = calloc(result->nr_first + result->nr_slowest + 1, sizeof(*ranked->faults));
	if (!ranked->faults)
		return false;
	while ((fault = output_next_fault(result, &cursor)))
		ranked->faults[ranked->nr++] = fault;
	qsort(ranked->faults, ranked->nr, sizeof(*ranked->faults), slowest_first);
	ranked->nr_sure = result->faults_dropped ? result->nr_slowest : ranked->nr;
	return ranked->nr;
}

/* --- bars --- */

static struct bar bar_of_all(const struct sys_result *result)
{
	struct bar bar;

	snprintf(bar.label, sizeof(bar.label), "all %llu", result->latency->count);
	for (u32 i = 0; i < SYS_NR_STAGES; i++)
		bar.parts_ps[i] = sim_hist_mean(result->stages[i]);
	return bar;
}

/* Share of all that is slower, in 1/100,000, and what it is called. */
static const struct about {
	u64 beyond;
	const char *label;
} abouts[] = {
	{50000, "p25 to p75"},
	{1000, "p98.5 to p99.5"},
	{100, "p99.85 to p99.95"},
};

static bool bar_about(const struct ranked *ranked, u64 count, const struct about *about,
		      struct bar *bar)
{
	u64 from = count * about->beyond / 200000, to = count * about->beyond * 3 / 200000;
	u64 sums[SYS_NR_STAGES] = {0};

	if (count * about->beyond / 100000 < NR_BEYOND || to > ranked->nr_sure || from >= to)
		return false;
	for (u64 i = from; i < to; i++) {
		u64 before = ranked->faults[i]->began_ps;

		for (u32 stage = 0; stage < SYS_NR_STAGES; stage++) {
			sums[stage] += ranked->faults[i]->stamp_ps[stage] - before;
			before = ranked->faults[i]->stamp_ps[stage];
		}
	}
	snprintf(bar->label, sizeof(bar->label), "%s", about->label);
	for (u32 stage = 0; stage < SYS_NR_STAGES; stage++)
		bar->parts_ps[stage] = sums[stage] / (to - from);
	return true;
}

void output_stages_dat(FILE *out, const struct output_run *run)
{
	const struct sys_result *result = run->result;
	struct bar bar = bar_of_all(result);
	struct ranked ranked;
	u32 row = 0;

	fputs("# bar; stage; name; from, us; to, us; length, us; length of the bar, us; which faults it "
	      "is the mean of\n",
	      out);
	if (!result->latency->count)
		return;
	write_bar(out, row++, &bar);
	if (rank_faults(result, &ranked)) {
		for (size_t i = 0; i < sizeof(abouts) / sizeof(abouts[0]); i++) {
			if (bar_about(&ranked, result->latency->count, &abouts[i], &bar))
				write_bar(out, row++, &bar);
		}
	}
	free(ranked.faults);
}
