// SPDX-License-Identifier: GPL-2.0-only
/*
 * Beside each rate: latency's mean, p50, p99 and longest, and how the slowest device fares. Of
 * the steady window where a run has one, else of the whole run, which is marked; what cannot
 * be told is a dash, with the reason below the table.
 */
#include <stdio.h>
#include <string.h>

#include "sim/time.h"
#include "system/result/percentile.h"
#include "tool/common/decimal.h"
#include "tool/sweep/latency.h"

#define LINE_COLUMNS 96
#define MAX_SAID 20 /* points with the same reason */

/* --- numbers --- */

static struct sys_steady steady_of(const struct sweep_outcome *outcome)
{
	return (struct sys_steady){
		.verdict = sweep_number_of(outcome, "steady.verdict"),
		.faults = sweep_number_of(outcome, "steady.faults"),
		.drift_milli = sweep_number_of(outcome, "steady.drift"),
	};
}

bool sweep_has_window(const struct sweep_outcome *outcome)
{
	const struct sys_steady steady = steady_of(outcome);

	return sys_steady_has_window(&steady);
}

struct sys_number sweep_latency(const struct sweep_outcome *outcome, const char *what)
{
	char key[64];
	int column;

	snprintf(key, sizeof(key), "%s.latency_ns.%s",
		 sweep_has_window(outcome) ? "steady" : "faults", what);
	column = sys_column_find(SYS_TOTALS, key);
	return column < 0 ? (struct sys_number){0} : outcome->numbers[column];
}

struct sys_number sweep_unfairness(const struct sweep_outcome *outcome)
{
	int column = sys_column_find(SYS_TOTALS, sweep_has_window(outcome) ? "steady.unfairness"
									   : "faults.unfairness");

	return outcome->numbers[column];
}

u64 sweep_faults_per_s(const struct sweep_outcome *outcome)
{
	u64 simulated_ps = sweep_number_of(outcome, "simulated_time_ns");

	if (sweep_has_window(outcome))
		return sweep_number_of(outcome, "steady.faults_per_s");
	if (!simulated_ps)
		return 0;
	return (u64)((decimal_u128)sweep_number_of(outcome, "faults.completed") * SIM_PS_PER_S /
		     simulated_ps);
}

bool sweep_has_faults(const struct sweep_outcome *outcome)
{
	return sweep_number_of(outcome, "faults.latency_ns.count") != 0;
}

/* --- cells --- */

static const char *const heads[SWEEP_LATENCY_CELLS][2] = {
	{"M faults", "a second"}, {"latency,", "mean us"}, {"", "p50"}, {"", "p99"}, {"", "max"},
	{"slowest", "device"},
};

void sweep_add_latency_heads(struct table *table, bool is_second)
{
	for (u32 i = 0; i < SWEEP_LATENCY_CELLS; i++)
		table_cell(table, "%s", heads[i][is_second]);
}

static void add_us(struct table *table, struct sys_number number, double per_us)
{
	if (number.is_known)
		table_cell(table, "%.2f", (double)number.value / per_us);
	else
		table_cell(table, "-");
}

/* Of the whole run, though nobody asked for that. */
static bool is_marked(const struct sweep_outcome *outcome)
{
	return !sweep_has_window(outcome) &&
	       sweep_number_of(outcome, "steady.verdict") != SYS_STEADY_NOT_WANTED;
}

void sweep_add_latency_cells(struct table *table, const struct sweep_outcome *outcome)
{
	struct sys_number unfairness = sweep_unfairness(outcome);

	if (!sweep_has_faults(outcome)) {
		for (u32 i = 0; i < SWEEP_LATENCY_CELLS; i++)
			table_cell(table, "-");
		return;
	}
	table_cell(table, "%s%.3f", is_marked(outcome) ? "*" : "",
		   (double)sweep_faults_per_s(outcome) / 1e6);
	add_us(table, sweep_latency(outcome, "mean"), 1024 * 1000);
	add_us(table, sweep_latency(outcome, "p50"), 1e6);
	add_us(table, sweep_latency(outcome, "p99"), 1e6);
	add_us(table, sweep_latency(outcome, "max"), 1e6);
	if (unfairness.is_known)
		table_cell(table, "%.2f", (double)unfairness.value / 1000);
	else
		table_cell(table, "-");
}

/* --- reasons --- */

const char *sweep_point_name(char name[SWEEP_NAME_BYTES], const struct sweep_point *point)
{
	size_t used = 0;

	name[0] = 0;
	for (u32 i = 0; i < point->point->nr_settings && used < SWEEP_NAME_BYTES - 1; i++)
		used += (size_t)snprintf(name + used, SWEEP_NAME_BYTES - used, "%s%s", i ? " " : "",
					 point->point->settings[i].value);
	return name;
}

enum refusal { NO_REFUSAL, DRIFTS, NO_WINDOW, NOT_KEPT, FEW_FOR_P99, NR_REFUSALS };

static enum refusal refusal_of(const struct sweep_outcome *outcome)
{
	const struct sys_steady steady = steady_of(outcome);

	if (!sweep_has_faults(outcome))
		return NO_REFUSAL;
	if (steady.verdict == SYS_STEADY_DRIFTS)
		return DRIFTS;
	if (steady.verdict == SYS_STEADY_TOO_FEW)
		return NO_WINDOW;
	if (steady.verdict == SYS_STEADY_NOT_KEPT)
		return NOT_KEPT;
	return sweep_latency(outcome, "p99").is_known ? NO_REFUSAL : FEW_FOR_P99;
}

/* Which point, and what is peculiar to it. */
static int say_point(char *text, size_t bytes, const struct sweep_point *point,
		     enum refusal refusal)
{
	const struct sweep_outcome *outcome = point->with.outcome;
	s64 drift = (s64)sweep_number_of(outcome, "steady.drift");
	char name[SWEEP_NAME_BYTES];

	sweep_point_name(name, point);
	if (refusal == DRIFTS)
		return snprintf(text, bytes, " %s (%+.0f %%)", name, (double)(drift - 1000) / 10);
	return snprintf(text, bytes, " %s (%llu)", name,
			refusal == NO_WINDOW || refusal == NOT_KEPT
				? sweep_number_of(outcome, "steady.faults")
				: sweep_latency(outcome, "count").value);
}

#define DRIFTS_TEXT "-: not stationary, the mean of the window's second half against its first's:"

static void print_refusal(FILE *out, const struct sweep *sweep, enum refusal refusal)
{
	static const char *const texts[NR_REFUSALS] = {
		[DRIFTS] = DRIFTS_TEXT,
		[NO_WINDOW] =
			"*: of the whole run, as fewer than 100 faults came before the drain:",
		[NOT_KEPT] =
			"*: of the whole run, as output.trace_limit keeps too few of these faults:",
		[FEW_FOR_P99] = "-: p99 needs 1000 faults, 10 of them beyond it:",
	};
	bool is_first = true;
	int used = 0, nr_said = 0;

	for (u32 i = 0; i < sweep->nr_points; i++) {
		const struct sweep_point *point = &sweep->points[i];
		char text[SWEEP_NAME_BYTES + 32];
		int bytes;

		if (!sweep_has_run(sweep, point) || refusal_of(point->with.outcome) != refusal)
			continue;
		bytes = say_point(text, sizeof(text), point, refusal);
		if (is_first)
			used = fprintf(out, "\n%s", texts[refusal]);
		else
			used += fprintf(out, ",");
		is_first = false;
		if (nr_said++ == MAX_SAID) {
			fputs(" and more", out);
			break;
		}
		if (used + bytes > LINE_COLUMNS)
			used = fprintf(out, "\n  ");
		used += fprintf(out, "%s", text);
	}
	if (!is_first)
		fputc('\n', out);
}

void sweep_print_refused(FILE *out, const struct sweep *sweep)
{
	for (u32 i = NO_REFUSAL + 1; i < NR_REFUSALS; i++)
		print_refusal(out, sweep, (enum refusal)i);
}

/* --- a table of its own --- */

void sweep_print_latency(FILE *out, const struct sweep *sweep)
{
	char name[SWEEP_NAME_BYTES];
	struct table table;
	u32 nr = 0;

	for (u32 i = 0; i < sweep->nr_points; i++)
		nr += sweep_has_run(sweep, &sweep->points[i]) &&
		      sweep_has_faults(sweep->points[i].with.outcome);
	if (!nr || sweep_is_plain(sweep))
		return;
	table_init(&table, 2 + SWEEP_LATENCY_CELLS);
	table.is_left[0] = table.is_left[1 + SWEEP_LATENCY_CELLS] = true;
	for (u32 line = 0; line < 2; line++) {
		table_cell(&table, "%s", line ? "point" : "");
		sweep_add_latency_heads(&table, line);
		table_cell(&table, "%s", line ? "limited by" : "");
	}
	for (u32 i = 0; i < sweep_nr_shown(sweep); i++) {
		if (!sweep_has_run(sweep, &sweep->points[i]))
			continue;
		table_cell(&table, "%s", sweep_point_name(name, &sweep->points[i]));
		sweep_add_latency_cells(&table, sweep->points[i].with.outcome);
		table_cell(&table, "%s", sweep->points[i].with.outcome->limited_by);
	}
	fputc('\n', out);
	table_print(&table, out, "  ", 2);
	sweep_print_rest(out, sweep);
	sweep_print_refused(out, sweep);
}

/* --- data --- */

static void write_us(FILE *out, struct sys_number number, double per_us)
{
	if (number.is_known)
		fprintf(out, " %.6f", (double)number.value / per_us);
	else
		fputs(" NaN", out);
}

void sweep_write_latency(FILE *out, const struct sweep_outcome *outcome)
{
	write_us(out, sweep_latency(outcome, "p50"), 1e6);
	write_us(out, sweep_latency(outcome, "p99"), 1e6);
	write_us(out, sweep_latency(outcome, "max"), 1e6);
	write_us(out, sweep_unfairness(outcome), 1000);
}
