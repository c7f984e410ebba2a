// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a study says: how each point compares with the CPU-bound line, and what
 * it is limited by (system/verdict/). Where that is the CPUs and yet the line is far, a
 * fault takes more of them than with one: then the part that has grown most is said, too.
 */
#include <stdlib.h>
#include <string.h>

#include "tool/common/decimal.h"
#include "tool/common/human.h"
#include "tool/sweep/latency.h"
#include "tool/sweep/seeds.h"
#include "tool/sweep/sensitivity.h"
#include "tool/sweep/study.h"

/* --- rates --- */

/* The point of the same curve with one CPU; NULL: it has not run. */
static const struct sweep_outcome *one_cpu(const struct sweep *sweep, u32 index)
{
	const struct wl_point *of = sweep->points[index].point;

	for (u32 i = 0; i < sweep->nr_points; i++) {
		const struct sweep_point *point = &sweep->points[i];

		if (study_is_same_curve(point->point, of) && sweep_has_run(sweep, point) &&
		    sweep_number_of(point->with.outcome, "run.cpus") == 1)
			return point->with.outcome;
	}
	return NULL;
}

struct study_rate study_rate(const struct sweep *sweep, u32 index)
{
	const struct sweep_outcome *outcome = sweep->points[index].with.outcome;
	const struct sweep_outcome *one = one_cpu(sweep, index);

	return (struct study_rate){
		.faults_per_s = sweep_faults_per_s(outcome),
		.line_per_s = one ? sweep_faults_per_s(one) * sweep_number_of(outcome, "run.cpus")
				  : 0,
	};
}

/* --- what limits --- */

#define NEAR_PERCENT 90 /* of the CPU-bound line */

static u64 lock_wait_ps(const struct sweep_outcome *outcome)
{
	return sweep_number_of(outcome, "run.lock_wait_ns");
}

static u64 line_wait_ps(const struct sweep_outcome *outcome)
{
	return sweep_number_of(outcome, "run.line_wait_ns");
}

/* Threads that wait at any time, by Little's law. */
static double waiting(const struct sweep_outcome *outcome, u64 waited_ps)
{
	u64 elapsed_ps = sweep_number_of(outcome, "run.elapsed_ns");

	return elapsed_ps ? (double)waited_ps / (double)elapsed_ps : 0;
}

static u64 percent(u64 part, u64 whole)
{
	return whole ? (u64)(((decimal_u128)part * 100 + whole / 2) / whole) : 0;
}

/* Stages in which a handler works; the others are hardware, and waiting for a handler. */
static const struct {
	enum sys_stage stage;
	const char *what;
} working[] = {
	{SYS_STAGE_LOCKED, "finding and locking"},
	{SYS_STAGE_PINNED, "mm"},
	{SYS_STAGE_MAPPED, "IOMMU tables"},
	{SYS_STAGE_ANSWERED, "letting go, command queue"},
};

/* "": none by 200 ns. */
static void grown_most(char *text, size_t bytes, const struct sweep_outcome *outcome,
		       const struct sweep_outcome *one)
{
	u64 most = 200 * 1024; /* 1/1024 ns */

	text[0] = 0;
	for (size_t i = 0; i < sizeof(working) / sizeof(working[0]); i++) {
		u64 now = sweep_stage_mean(outcome, working[i].stage);
		u64 then = sweep_stage_mean(one, working[i].stage);

		if (now <= then || now - then <= most)
			continue;
		most = now - then;
		snprintf(text, bytes, "; %s, +%.1f us a fault", working[i].what,
			 (double)most / 1024 / 1000);
	}
}

#define LIMIT_BYTES (SYS_VERDICT_BRIEF + 64)

static void limit_of(char *text, size_t bytes, const struct sweep *sweep, u32 index)
{
	const struct sweep_outcome *outcome = sweep->points[index].with.outcome;
	const struct sweep_outcome *one = one_cpu(sweep, index);
	struct study_rate rate = study_rate(sweep, index);
	bool is_far = rate.line_per_s && percent(rate.faults_per_s, rate.line_per_s) < NEAR_PERCENT;
	char grown[64] = "";

	if (one && is_far && !strcmp(outcome->limited_by, "CPUs"))
		grown_most(grown, sizeof(grown), outcome, one);
	snprintf(text, bytes, "%s%s", outcome->limited_by, grown);
}

/* --- JSON --- */

void study_write_members(struct json_writer *json, const struct sweep *sweep, u32 index)
{
	const struct sweep_outcome *outcome = sweep->points[index].with.outcome;
	struct study_rate rate = study_rate(sweep, index);
	char text[LIMIT_BYTES];

	jw_open_object(json, "scaling");
	jw_bool(json, "of_steady_window", sweep_has_window(outcome));
	jw_u64(json, "faults_per_s", rate.faults_per_s);
	if (rate.line_per_s)
		jw_u64(json, "cpu_bound_line_faults_per_s", rate.line_per_s);
	else
		jw_null(json, "cpu_bound_line_faults_per_s");
	snprintf(text, sizeof(text), "%.3f", waiting(outcome, lock_wait_ps(outcome)));
	jw_number(json, "waiting_for_locks", text);
	snprintf(text, sizeof(text), "%.3f", waiting(outcome, line_wait_ps(outcome)));
	jw_number(json, "waiting_for_lines", text);
	limit_of(text, sizeof(text), sweep, index);
	jw_string(json, "limited_by", text);
	jw_close_object(json);
}

/* --- table --- */

struct paths {
	const char *path[3];
	u32 nr;
};

/* What a point is known by, the axis last. */
static struct paths paths_of(const struct study *study)
{
	struct paths paths = {0};

	paths.path[paths.nr++] = study->curve_path;
	if (study->second_path)
		paths.path[paths.nr++] = study->second_path;
	paths.path[paths.nr++] = study->axis_path;
	return paths;
}

static void add_heads(struct table *table, const struct paths *paths, bool has_text)
{
	for (u32 i = 0; i < paths->nr; i++) {
		table->is_left[i] = i + 1 < paths->nr;
		table_cell(table, "%s", has_text ? strrchr(paths->path[i], '.') + 1 : "");
	}
}

static void add_place(struct table *table, const struct paths *paths,
		      const struct sweep_point *point)
{
	for (u32 i = 0; i < paths->nr; i++)
		table_cell(table, "%s", study_setting(point, paths->path[i]));
}

static void scaling_row(struct table *table, const struct sweep *sweep, u32 index)
{
	struct study_rate rate = study_rate(sweep, index);

	sweep_add_latency_cells(table, sweep->points[index].with.outcome);
	if (rate.line_per_s)
		table_cell(table, "%llu %%", percent(rate.faults_per_s, rate.line_per_s));
	else
		table_cell(table, "-");
}

static void limit_row(struct table *table, const struct sweep *sweep, u32 index)
{
	const struct sweep_outcome *outcome = sweep->points[index].with.outcome;
	char limit[LIMIT_BYTES];

	limit_of(limit, sizeof(limit), sweep, index);
	table_cell(table, "%.2f", waiting(outcome, lock_wait_ps(outcome)));
	table_cell(table, "%.2f", waiting(outcome, line_wait_ps(outcome)));
	table_cell(table, "%s", limit);
}

struct rows {
	void (*add)(struct table *table, const struct sweep *sweep, u32 index);
	u32 nr_cells;
};

static void add_rows(struct table *table, const struct paths *paths, const struct sweep *sweep,
		     struct rows rows)
{
	for (u32 i = 0; i < sweep->nr_points; i++) {
		const struct sweep_point *point = &sweep->points[i];

		add_place(table, paths, point);
		if (sweep_has_run(sweep, point)) {
			rows.add(table, sweep, i);
			continue;
		}
		for (u32 column = 0; column < rows.nr_cells; column++)
			table_cell(table, "-");
	}
}

static void print_scaling(FILE *out, const struct study *study, const struct sweep *sweep)
{
	const struct rows rows = {scaling_row, SWEEP_LATENCY_CELLS + 1};
	struct paths paths = paths_of(study);
	struct table table;

	table_init(&table, paths.nr + rows.nr_cells);
	for (u32 line = 0; line < 2; line++) {
		add_heads(&table, &paths, line);
		sweep_add_latency_heads(&table, line);
		table_cell(&table, "%s", line ? "CPU line" : "of the");
	}
	add_rows(&table, &paths, sweep, rows);
	table_print(&table, out, "  ", 2);
	fputs("\nof the steady window: latency in us; slowest device: its mean over that of all; CPU "
	      "line:\nCPUs times the rate of the same curve with one CPU\n",
	      out);
	sweep_print_refused(out, sweep);
}

static void print_limits(FILE *out, const struct study *study, const struct sweep *sweep)
{
	const struct rows rows = {limit_row, 3};
	struct paths paths = paths_of(study);
	struct table table;

	fputs("\nwhat limits it, and how many threads wait at any time\n\n", out);
	table_init(&table, paths.nr + rows.nr_cells);
	table.is_left[paths.nr + 2] = true;
	add_heads(&table, &paths, true);
	table_cell(&table, "for locks");
	table_cell(&table, "for their lines");
	table_cell(&table, "limited by");
	add_rows(&table, &paths, sweep, rows);
	table_print(&table, out, "  ", 1);
}

static void lock_row(struct table *table, const struct sweep_outcome *outcome,
		     const struct sweep_lock *lock)
{
	u64 acquisitions = sweep_lock_number(lock, "acquisitions");

	table_cell(table, "%s", lock->name);
	table_cell(table, "%llu", acquisitions);
	table_cell(table, "%llu %%", percent(sweep_lock_number(lock, "contentions"), acquisitions));
	table_cell(table, "%.2f", waiting(outcome, sweep_lock_number(lock, "wait_ns.total")));
	table_cell(table, "%.2f", waiting(outcome, sweep_lock_number(lock, "line_wait_ns")));
}

static bool has_waits(const struct sweep_lock *lock)
{
	return sweep_lock_number(lock, "wait_ns.total") || sweep_lock_number(lock, "line_wait_ns");
}

/* The locks that explain it. */
static void print_locks(FILE *out, const struct study *study, const struct sweep *sweep)
{
	struct paths paths = paths_of(study);
	struct table table;

	fputs("\nlocks waited for most\n\n", out);
	table_init(&table, paths.nr + 5);
	table.is_left[paths.nr] = true;
	add_heads(&table, &paths, true);
	table_cell(&table, "lock");
	table_cell(&table, "acquisitions");
	table_cell(&table, "contended");
	table_cell(&table, "threads waiting");
	table_cell(&table, "for its line");
	for (u32 i = 0; i < sweep->nr_points; i++) {
		const struct sweep_outcome *outcome = sweep->points[i].with.outcome;

		if (!sweep_has_run(sweep, &sweep->points[i]))
			continue;
		for (u32 j = 0; j < SWEEP_NR_LOCKS && has_waits(&outcome->locks[j]); j++) {
			add_place(&table, &paths, &sweep->points[i]);
			lock_row(&table, outcome, &outcome->locks[j]);
		}
	}
	table_print(&table, out, "  ", 1);
}

void study_print(FILE *out, const struct study *study, const struct sweep *sweep)
{
	if (study->has_own_points) {
		validation_print(out, sweep);
		sweep_print_sensitivity(out, sweep);
		return;
	}
	/* With a baseline the question is how near to it we come. */
	if (!study->curve_path) {
		sweep_print_tables(out, sweep);
		return;
	}
	fprintf(out, "%s\n\n", sweep->workload->config.title);
	if (sweep_is_unchecked(sweep))
		fputs("  " SYS_UNCHECKED_TEXT "\n\n", out);
	if (study->is_of_load) {
		load_print(out, study, sweep);
		return;
	}
	print_scaling(out, study, sweep);
	sweep_print_seeds(out, sweep);
	sweep_print_sensitivity(out, sweep);
	print_limits(out, study, sweep);
	print_locks(out, study, sweep);
}

/* --- data for the plot --- */

static void write_point(FILE *out, const struct study *study, const struct sweep *sweep, u32 index)
{
	const struct sweep_point *point = &sweep->points[index];
	struct study_rate rate = study_rate(sweep, index);
	struct sweep_number share = sweep_simulated(sweep, point, "throughput_share_percent");
	double value = (double)share.value;

	for (u32 i = 0; i < share.places; i++)
		value /= 10;
	fprintf(out, "%s %.6f %.6f %.6f \"%s%s%s\"", study_setting(point, study->axis_path),
		(double)rate.faults_per_s / 1e6, (double)rate.line_per_s / 1e6,
		share.is_known ? value : 0, study_setting(point, study->curve_path),
		study->second_path ? ", " : "", study_setting(point, study->second_path));
	sweep_write_latency(out, point->with.outcome);
	sweep_write_widths(out, sweep, point);
	sweep_write_band(out, sweep, point);
	fputc('\n', out);
}

void study_write_data(FILE *out, const struct study *study, const struct sweep *sweep)
{
	const struct wl_point *curve = NULL;

	if (study->has_own_points) {
		validation_write_data(out, sweep);
		return;
	}
	if (study->is_of_load) {
		load_write_data(out, study, sweep);
		return;
	}
	fputs("# along the axis; M faults a second; CPU-bound line; % of static mapping's throughput; "
	      "curve; latency p50; p99; max, us; slowest device's mean over that of all (NaN: not "
	      "known); half widths of the rate's and p99's intervals over seeds (0: none); "
	      "lowest and highest rate with half or twice of one estimate (0: not wanted)\n",
	      out);
	for (u32 i = 0; i < sweep->nr_points; i++) {
		const struct wl_point *point = sweep->points[i].point;

		if (!sweep_has_run(sweep, &sweep->points[i]))
			continue;
		if (curve && !study_is_same_curve(curve, point))
			fputs("\n\n", out);
		curve = point;
		write_point(out, study, sweep, i);
	}
}
