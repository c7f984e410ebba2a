// SPDX-License-Identifier: GPL-2.0-only
/*
 * Latency against faults offered, up to where no more are handled. A point is saturated if
 * fewer end than are offered: then its latency is that of a queue that grows until the devices
 * have as many under way as they may, and says nothing.
 *
 * Where one lock admits one fault at a time, the mean may be compared with a queue of one server:
 * arrivals at random (Poisson) and a constant time of service, M/D/1, by Pollaczek and Khinchine
 * W = S r / (2 (1 - r)), r = rate times S. S is 1 / the highest rate of the curve, and what a fault
 * takes beside is the mean at the lowest rate less its W: two constants, one from each end.
 */
#include <math.h>
#include <string.h>

#include "tool/common/human.h"
#include "tool/sweep/latency.h"
#include "tool/sweep/study.h"

#define SATURATED 0.985 /* of what is offered */

static double offered_per_s(const struct sweep *sweep, const struct sweep_point *point)
{
	const struct sys_config *config = sweep_config(sweep, &point->with);

	return (double)config->machine.nr_devices * 1e12 / (double)config->workload.interval_ps;
}

static double handled_per_s(const struct sweep_point *point)
{
	return (double)sweep_faults_per_s(point->with.outcome);
}

static bool is_saturated(const struct sweep *sweep, const struct sweep_point *point)
{
	return handled_per_s(point) < SATURATED * offered_per_s(sweep, point);
}

static double latency_us(const struct sweep_point *point, const char *what, double per_us)
{
	struct sys_number number = sweep_latency(point->with.outcome, what);

	return number.is_known ? (double)number.value / per_us : NAN;
}

static double mean_us(const struct sweep_point *point)
{
	return latency_us(point, "mean", 1024 * 1000);
}

/* --- a queue of one server --- */

struct server {
	bool is_known;
	double service_us, beside_us;
};

static double wait_us(double service_us, double per_s)
{
	double load = per_s * service_us / 1e6;

	return load < 1 ? service_us * load / (2 * (1 - load)) : NAN;
}

/* Designs in which one mutex of the container is held from look-up to mapping. */
static bool has_one_server(const struct sys_config *config)
{
	return !strcmp(config->design, "rfc-v3") || !strcmp(config->design, "core-path");
}

/* Of the curve that point @index is on. */
static struct server server_of(const struct sweep *sweep, u32 index)
{
	const struct sweep_point *lowest = NULL;
	struct server server = {0};
	double most = 0;

	for (u32 i = 0; i < sweep->nr_points; i++) {
		const struct sweep_point *point = &sweep->points[i];

		if (!study_is_same_curve(point->point, sweep->points[index].point) ||
		    !sweep_has_run(sweep, point))
			continue;
		if (is_saturated(sweep, point) && handled_per_s(point) > most)
			most = handled_per_s(point);
		if (!lowest || offered_per_s(sweep, point) < offered_per_s(sweep, lowest))
			lowest = point;
	}
	if (!most || !lowest || !has_one_server(sweep_config(sweep, &lowest->with)))
		return server;
	server.service_us = 1e6 / most;
	server.beside_us = mean_us(lowest) -
			   wait_us(server.service_us, offered_per_s(sweep, lowest));
	server.is_known = true;
	return server;
}

static double formula_us(const struct sweep *sweep, u32 index)
{
	struct server server = server_of(sweep, index);

	if (!server.is_known || is_saturated(sweep, &sweep->points[index]))
		return NAN;
	return server.beside_us +
	       wait_us(server.service_us, offered_per_s(sweep, &sweep->points[index]));
}

/* --- table --- */

static void us_cell(struct table *table, double us)
{
	if (isnan(us))
		table_cell(table, "-");
	else
		table_cell(table, "%.2f", us);
}

static const char *const heads[] = {"offered", "handled", "mean", "M/D/1",   "p50",
				    "p99",     "p99.9",	  "max",  "slowest", "limited by"};

#define NR_CELLS (sizeof(heads) / sizeof(heads[0]))

static void unfairness_cell(struct table *table, const struct sweep_point *point)
{
	struct sys_number unfairness = sweep_unfairness(point->with.outcome);

	if (unfairness.is_known)
		table_cell(table, "%.2f", (double)unfairness.value / 1000);
	else
		table_cell(table, "-");
}

static void add_row(struct table *table, const struct sweep *sweep, u32 index)
{
	const struct sweep_point *point = &sweep->points[index];
	bool is_full;

	table_cell(table, "%.3f", offered_per_s(sweep, point) / 1e6);
	if (!sweep_has_run(sweep, point)) {
		for (u32 i = 1; i < NR_CELLS; i++)
			table_cell(table, "-");
		return;
	}
	is_full = is_saturated(sweep, point);
	table_cell(table, "%s%.3f", is_full ? "*" : "", handled_per_s(point) / 1e6);
	us_cell(table, is_full ? NAN : mean_us(point));
	us_cell(table, formula_us(sweep, index));
	us_cell(table, is_full ? NAN : latency_us(point, "p50", 1e6));
	us_cell(table, is_full ? NAN : latency_us(point, "p99", 1e6));
	us_cell(table, is_full ? NAN : latency_us(point, "p999", 1e6));
	us_cell(table, is_full ? NAN : latency_us(point, "max", 1e6));
	if (is_full)
		table_cell(table, "-");
	else
		unfairness_cell(table, point);
	table_cell(table, "%s", point->with.outcome->limited_by);
}

/* The points of one curve, from @first on. Return: the first of the next. */
static u32 print_curve(FILE *out, const struct study *study, const struct sweep *sweep, u32 first)
{
	const struct sweep_point *point = &sweep->points[first];
	struct table table;
	u32 i = first;

	fprintf(out, "%s, %s\n\n", study_setting(point, study->curve_path),
		study_setting(point, study->second_path));
	table_init(&table, NR_CELLS);
	table.is_left[NR_CELLS - 1] = true;
	for (u32 k = 0; k < NR_CELLS; k++)
		table_cell(&table, "%s", heads[k]);
	while (i < sweep->nr_points && study_is_same_curve(sweep->points[i].point, point->point))
		add_row(&table, sweep, i++);
	table_print(&table, out, "  ", 1);
	fputc('\n', out);
	return i;
}

void load_print(FILE *out, const struct study *study, const struct sweep *sweep)
{
	for (u32 i = 0; i < sweep->nr_points;)
		i = print_curve(out, study, sweep, i);
	fputs("offered, handled: million faults a second; *: saturated, more are offered than handled; "
	      "latency\nof the steady window in us, of what is not; M/D/1: the mean of a queue of one "
	      "server, where one\nmutex is held from look-up to mapping; slowest: the slowest device's "
	      "mean over that of all\n",
	      out);
	sweep_print_refused(out, sweep);
}

/* --- JSON --- */

static void write_number(struct json_writer *json, const char *key, double value)
{
	char text[64];

	if (isnan(value)) {
		jw_null(json, key);
		return;
	}
	snprintf(text, sizeof(text), "%.3f", value);
	jw_number(json, key, text);
}

void load_write_members(struct json_writer *json, const struct sweep *sweep, u32 index)
{
	const struct sweep_point *point = &sweep->points[index];

	jw_open_object(json, "load");
	write_number(json, "offered_faults_per_s", offered_per_s(sweep, point));
	write_number(json, "handled_faults_per_s", handled_per_s(point));
	jw_bool(json, "is_saturated", is_saturated(sweep, point));
	write_number(json, "mdone_mean_us", formula_us(sweep, index));
	jw_string(json, "limited_by", point->with.outcome->limited_by);
	jw_close_object(json);
}

/* --- data for the plot --- */

static void write_value(FILE *out, double value)
{
	if (isnan(value))
		fputs(" NaN", out);
	else
		fprintf(out, " %.6f", value);
}

static void write_point(FILE *out, const struct study *study, const struct sweep *sweep, u32 index)
{
	const struct sweep_point *point = &sweep->points[index];
	bool is_full = is_saturated(sweep, point);

	fprintf(out, "%.6f %.6f", offered_per_s(sweep, point) / 1e6, handled_per_s(point) / 1e6);
	write_value(out, is_full ? NAN : mean_us(point));
	write_value(out, is_full ? NAN : latency_us(point, "p50", 1e6));
	write_value(out, is_full ? NAN : latency_us(point, "p99", 1e6));
	write_value(out, is_full ? NAN : latency_us(point, "p999", 1e6));
	fprintf(out, " %.6f", isnan(formula_us(sweep, index)) ? 0 : formula_us(sweep, index));
	fprintf(out, " %d \"%s, %s\"\n", is_full, study_setting(point, study->curve_path),
		study_setting(point, study->second_path));
}

void load_write_data(FILE *out, const struct study *study, const struct sweep *sweep)
{
	const struct wl_point *curve = NULL;

	fputs("# M faults a second offered; handled; latency of what is not saturated, us (NaN: not "
	      "known): mean; p50; p99; p99.9; mean of M/D/1 (0: it does not apply); saturated; curve\n",
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
