// SPDX-License-Identifier: GPL-2.0-only
/* Estimates over seeds, see seeds.h. */
#include "tool/sweep/seeds.h"

#include <math.h>
#include <stdio.h>

#include "system/result/student.h"
#include "tool/sweep/latency.h"

static const struct quantity {
	const char *key, *head;
	double per_shown; /* of the quantity's unit in what the table shows */
	const char *what; /* of the latency; NULL: the rate */
	double per_unit;  /* of a column's unit in the quantity's */
} quantities[SWEEP_NR_QUANTITIES] = {
	[SWEEP_RATE] = {"faults_per_s", "M faults/s", 1e6, NULL, 1},
	[SWEEP_MEAN_NS] = {"latency_mean_ns", "mean us", 1e3, "mean", 1024},
	[SWEEP_P50_NS] = {"latency_p50_ns", "p50 us", 1e3, "p50", 1e3},
	[SWEEP_P99_NS] = {"latency_p99_ns", "p99 us", 1e3, "p99", 1e3},
};

static bool value_of(const struct sweep_outcome *outcome, const struct quantity *quantity,
		     double *value)
{
	struct sys_number number = {sweep_has_faults(outcome), sweep_faults_per_s(outcome)};

	if (quantity->what)
		number = sweep_latency(outcome, quantity->what);
	*value = (double)number.value / quantity->per_unit;
	return number.is_known && sweep_has_faults(outcome);
}

struct sweep_estimate sweep_estimate(const struct sweep *sweep, const struct sweep_point *point,
				     enum sweep_quantity quantity)
{
	double value, sum = 0, squares = 0, nr = sweep->nr_seeds;

	for (u32 i = 0; i < sweep->nr_seeds; i++) {
		if (!value_of(sweep_seed(point, i), &quantities[quantity], &value))
			return (struct sweep_estimate){0};
		sum += value;
	}
	if (sweep->nr_seeds < 2)
		return (struct sweep_estimate){0};
	for (u32 i = 0; i < sweep->nr_seeds; i++) {
		value_of(sweep_seed(point, i), &quantities[quantity], &value);
		squares += (value - sum / nr) * (value - sum / nr);
	}
	return (struct sweep_estimate){
		.is_known = true,
		.mean = sum / nr,
		.half_width = sqrt(squares / (nr - 1) / nr) * sys_student_t(sweep->nr_seeds - 1) /
			      1000,
	};
}

static bool has_run_with_faults(const struct sweep *sweep, const struct sweep_point *point)
{
	return sweep_has_run(sweep, point) && sweep_has_faults(point->with.outcome);
}

static void add_estimates(struct table *table, const struct sweep *sweep,
			  const struct sweep_point *point)
{
	for (u32 i = 0; i < SWEEP_NR_QUANTITIES; i++) {
		struct sweep_estimate estimate = sweep_estimate(sweep, point, i);
		double per = quantities[i].per_shown;

		if (estimate.is_known)
			table_cell(table, "%.3f ± %.3f", estimate.mean / per,
				   estimate.half_width / per);
		else
			table_cell(table, "-");
	}
}

void sweep_print_seeds(FILE *out, const struct sweep *sweep)
{
	char name[SWEEP_NAME_BYTES];
	struct table table;
	u32 nr = 0;

	for (u32 i = 0; i < sweep->nr_points; i++)
		nr += has_run_with_faults(sweep, &sweep->points[i]);
	if (sweep->nr_seeds < 2 || !nr)
		return;
	fprintf(out, "\nover %u seeds, mean and half of its 95 %% interval\n\n", sweep->nr_seeds);
	table_init(&table, 1 + SWEEP_NR_QUANTITIES);
	table.is_left[0] = true;
	table_cell(&table, "point");
	for (u32 i = 0; i < SWEEP_NR_QUANTITIES; i++)
		table_cell(&table, "%s", quantities[i].head);
	for (u32 i = 0; i < sweep_nr_shown(sweep); i++) {
		if (!has_run_with_faults(sweep, &sweep->points[i]))
			continue;
		table_cell(&table, "%s", sweep_point_name(name, &sweep->points[i]));
		add_estimates(&table, sweep, &sweep->points[i]);
	}
	table_print(&table, out, "  ", 1);
	sweep_print_rest(out, sweep);
}

static void write_number(struct json_writer *json, const char *key, double value)
{
	char text[64];

	snprintf(text, sizeof(text), "%.3f", value);
	jw_number(json, key, text);
}

static void write_quantity(struct json_writer *json, const struct sweep *sweep,
			   const struct sweep_point *point, enum sweep_quantity quantity)
{
	struct sweep_estimate estimate = sweep_estimate(sweep, point, quantity);
	double value;

	jw_open_object(json, quantities[quantity].key);
	if (estimate.is_known) {
		write_number(json, "mean", estimate.mean);
		write_number(json, "half_width", estimate.half_width);
	} else {
		jw_null(json, "mean");
		jw_null(json, "half_width");
	}
	jw_open_array(json, "values");
	for (u32 i = 0; i < sweep->nr_seeds; i++) {
		if (value_of(sweep_seed(point, i), &quantities[quantity], &value))
			write_number(json, NULL, value);
		else
			jw_null(json, NULL);
	}
	jw_close_array(json);
	jw_close_object(json);
}

void sweep_write_seeds(struct json_writer *json, const struct sweep *sweep,
		       const struct sweep_point *point)
{
	if (sweep->nr_seeds < 2)
		return;
	jw_open_object(json, "repeats");
	jw_u64(json, "first_seed", sweep_config(sweep, &point->with)->seed);
	jw_u64(json, "seeds", sweep->nr_seeds);
	for (u32 i = 0; i < SWEEP_NR_QUANTITIES; i++)
		write_quantity(json, sweep, point, i);
	jw_close_object(json);
}

void sweep_write_widths(FILE *out, const struct sweep *sweep, const struct sweep_point *point)
{
	struct sweep_estimate rate = sweep_estimate(sweep, point, SWEEP_RATE);
	struct sweep_estimate p99 = sweep_estimate(sweep, point, SWEEP_P99_NS);

	fprintf(out, " %.6f %.6f", rate.half_width / 1e6, p99.half_width / 1e3);
}
