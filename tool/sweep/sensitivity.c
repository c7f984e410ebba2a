// SPDX-License-Identifier: GPL-2.0-only
/* What a sweep's costs at half and twice come to, see sensitivity.h. */
#include "tool/sweep/sensitivity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tool/sweep/latency.h"

/* Costs that move no point's answer further are only counted. */
#define LEAST_PERCENT 0.1

/* --- the answer of a run --- */

struct answer {
	bool is_known;
	double value; /* mean latency, ns; or the published number */
	double rate;  /* faults a second; 0: there are none */
};

static struct answer answer_of(const struct sweep *sweep, const struct sweep_point *point,
			       const struct sweep_outcome *outcome)
{
	struct sys_number mean = sweep_latency(outcome, "mean");
	struct sweep_point as = *point;
	struct sweep_number number;

	if (outcome->code)
		return (struct answer){0};
	if (sweep_has_faults(outcome))
		return (struct answer){mean.is_known, (double)mean.value / 1024,
				       (double)sweep_faults_per_s(outcome)};
	if (!point->point->nr_published)
		return (struct answer){0};
	as.with.outcome = (struct sweep_outcome *)outcome;
	number = sweep_simulated(sweep, &as, point->point->published[0].name);
	return (struct answer){number.is_known, (double)number.value / pow(10, number.places), 0};
}

/* In percent; NAN: one of them is not known. */
struct move {
	double value, rate;
};

static double change(double to, double from)
{
	return from > 0 ? 100 * (to - from) / from : NAN;
}

static struct move move_of(const struct sweep *sweep, const struct sweep_point *point, u32 variant)
{
	const struct sweep_outcome *outcome = sweep_variant(sweep, point, variant);
	struct answer to, from;

	if (!outcome || !sweep_has_run(sweep, point))
		return (struct move){NAN, NAN};
	to = answer_of(sweep, point, outcome);
	from = answer_of(sweep, point, point->with.outcome);
	if (!to.is_known || !from.is_known)
		return (struct move){NAN, NAN};
	return (struct move){change(to.value, from.value), change(to.rate, from.rate)};
}

/* --- costs, by how far they move it --- */

struct cost {
	u32 number;
	double most; /* percent, of the point that it moves furthest */
	u32 point;
};

static struct cost cost_of(const struct sweep *sweep, u32 number)
{
	struct cost cost = {.number = number};

	for (u32 i = 0; i < sweep->nr_points; i++) {
		for (u32 k = 0; k < 2; k++) {
			struct move move = move_of(sweep, &sweep->points[i], 2 * number + k);

			if (isnan(move.value) || fabs(move.value) <= cost.most)
				continue;
			cost.most = fabs(move.value);
			cost.point = i;
		}
	}
	return cost;
}

static int compare_costs(const void *left, const void *right)
{
	const struct cost *a = left, *b = right;

	if (a->most != b->most)
		return a->most > b->most ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

static void add_percent(struct table *table, double percent)
{
	if (isnan(percent))
		table_cell(table, "-");
	else
		table_cell(table, "%+.1f %%", percent);
}

static void add_cost(struct table *table, const struct sweep *sweep, const struct cost *cost,
		     bool has_rates)
{
	const struct sweep_point *point = &sweep->points[cost->point];
	struct move half = move_of(sweep, point, 2 * cost->number);
	struct move twice = move_of(sweep, point, 2 * cost->number + 1);
	char text[SYS_TEXT_MAX], name[SWEEP_NAME_BYTES];

	sweep_value(text, sweep, point, sweep->costs[cost->number]);
	table_cell(table, "%s", sweep->costs[cost->number]);
	table_cell(table, "%s", strchr(text, '{') ? "quantiles" : text);
	add_percent(table, half.value);
	add_percent(table, twice.value);
	if (has_rates) {
		add_percent(table, half.rate);
		add_percent(table, twice.rate);
	}
	if (sweep->nr_points > 1)
		table_cell(table, "%s", sweep_point_name(name, point));
}

static void add_heads(struct table *table, const struct sweep *sweep, bool has_rates)
{
	bool has_point = sweep->nr_points > 1;
	const char *what = has_rates ? "latency"
			   : sweep->points[0].point->nr_published
				   ? sweep->points[0].point->published[0].name
				   : "answer";

	table->is_left[0] = true;
	table_cell(table, "cost");
	table_cell(table, "estimate");
	table_cell(table, "%s at half", what);
	table_cell(table, "twice");
	if (has_rates) {
		table_cell(table, "rate at half");
		table_cell(table, "twice");
	}
	if (has_point)
		table_cell(table, "most at");
}

static bool has_rates(const struct sweep *sweep)
{
	for (u32 i = 0; i < sweep->nr_points; i++) {
		if (sweep_has_run(sweep, &sweep->points[i]) &&
		    sweep_has_faults(sweep->points[i].with.outcome))
			return true;
	}
	return false;
}

static void print_costs(FILE *out, const struct sweep *sweep, const struct cost *costs)
{
	bool rates = has_rates(sweep);
	u32 nr_shown = 0;
	struct table table;

	table_init(&table, 4 + 2 * rates + (sweep->nr_points > 1));
	add_heads(&table, sweep, rates);
	for (; nr_shown < sweep->nr_costs && costs[nr_shown].most >= LEAST_PERCENT; nr_shown++)
		add_cost(&table, sweep, &costs[nr_shown], rates);
	table_print(&table, out, "  ", 1);
	if (nr_shown < sweep->nr_costs)
		fprintf(out, "\n%u more estimates move it by less than %.1f %%\n",
			sweep->nr_costs - nr_shown, LEAST_PERCENT);
}

void sweep_print_sensitivity(FILE *out, const struct sweep *sweep)
{
	struct cost *costs = calloc(sweep->nr_costs + 1, sizeof(*costs));

	if (!sweep->nr_costs || !costs) {
		free(costs);
		return;
	}
	for (u32 i = 0; i < sweep->nr_costs; i++)
		costs[i] = cost_of(sweep, i);
	qsort(costs, sweep->nr_costs, sizeof(*costs), compare_costs);
	fprintf(out,
		"\nsensitivity: each estimate of platform %s at half and at twice, the others as they "
		"are\n\n",
		sweep->workload->config.platform);
	print_costs(out, sweep, costs);
	free(costs);
}

/* --- JSON and data --- */

static void write_percent(struct json_writer *json, const char *key, double percent)
{
	char text[64];

	snprintf(text, sizeof(text), "%.3f", percent);
	if (isnan(percent))
		jw_null(json, key);
	else
		jw_number(json, key, text);
}

void sweep_write_sensitivity(struct json_writer *json, const struct sweep *sweep,
			     const struct sweep_point *point)
{
	static const char *const sides[] = {"half", "twice"};

	if (!sweep->nr_costs)
		return;
	jw_open_object(json, "sensitivity");
	for (u32 i = 0; i < sweep->nr_costs; i++) {
		jw_open_object(json, sweep->costs[i]);
		for (u32 k = 0; k < 2; k++) {
			struct move move = move_of(sweep, point, 2 * i + k);

			jw_open_object(json, sides[k]);
			write_percent(json, "answer_percent", move.value);
			write_percent(json, "rate_percent", move.rate);
			jw_close_object(json);
		}
		jw_close_object(json);
	}
	jw_close_object(json);
}

void sweep_write_band(FILE *out, const struct sweep *sweep, const struct sweep_point *point)
{
	double low = NAN, high = NAN;

	for (u32 i = 0; i < 2 * sweep->nr_costs; i++) {
		const struct sweep_outcome *outcome = sweep_variant(sweep, point, i);
		double rate;

		if (!outcome || outcome->code)
			continue;
		rate = (double)sweep_faults_per_s(outcome) / 1e6;
		low = fmin(low, rate);
		high = fmax(high, rate);
	}
	if (isnan(low))
		fputs(" 0 0", out);
	else
		fprintf(out, " %.6f %.6f", low, high);
}
