// SPDX-License-Identifier: GPL-2.0-only
/* What a sweep or a study comes to, see answer.h. */
#include "tool/sweep/answer.h"

#include <string.h>

#include "tool/sweep/latency.h"

/* More of them are only counted. */
#define MAX_LIMITS 6

struct limit {
	const char *name;
	u32 nr; /* of points */
};

/* Return: how many there are, those of most points first; others than @limits are in @nr_more. */
static u32 collect(const struct sweep *sweep, struct limit limits[MAX_LIMITS], u32 *nr_more)
{
	u32 nr = 0, k;

	*nr_more = 0;
	for (u32 i = 0; i < sweep->nr_points; i++) {
		const struct sweep_point *point = &sweep->points[i];

		if (!sweep_has_run(sweep, point) || !point->with.outcome->limited_by[0])
			continue;
		for (k = 0; k < nr && strcmp(limits[k].name, point->with.outcome->limited_by);)
			k++;
		if (k == MAX_LIMITS) {
			++*nr_more;
			continue;
		}
		if (k == nr)
			limits[nr++] = (struct limit){point->with.outcome->limited_by, 0};
		limits[k].nr++;
		for (; k && limits[k].nr > limits[k - 1].nr; k--) {
			const struct limit other = limits[k - 1];

			limits[k - 1] = limits[k];
			limits[k] = other;
		}
	}
	return nr;
}

void answer_limits(FILE *out, const struct sweep *sweep)
{
	struct limit limits[MAX_LIMITS];
	u32 nr_more, nr = collect(sweep, limits, &nr_more), all = nr_more;

	for (u32 i = 0; i < nr; i++)
		all += limits[i].nr;
	if (!nr)
		return;
	fprintf(out, "Limited by %s at ", limits[0].name);
	if (limits[0].nr == all)
		fprintf(out, "all %u points", all);
	else
		fprintf(out, "%u of %u points", limits[0].nr, all);
	for (u32 i = 1; i < nr; i++)
		fprintf(out, ", by %s at %u", limits[i].name, limits[i].nr);
	if (nr_more)
		fprintf(out, ", by others at %u", nr_more);
	fputs(".\n\n", out);
}

/* The point of a curve with most faults a second. Return: the first point of the next curve. */
static u32 best_of(const struct sweep *sweep, u32 first, u32 *best)
{
	u32 i = first;
	u64 most = 0;

	*best = first;
	for (; i < sweep->nr_points &&
	       study_is_same_curve(sweep->points[i].point, sweep->points[first].point);
	     i++) {
		u64 rate = sweep_has_run(sweep, &sweep->points[i])
				   ? sweep_faults_per_s(sweep->points[i].with.outcome)
				   : 0;

		if (rate > most) {
			most = rate;
			*best = i;
		}
	}
	return i;
}

/* "rcu, event-thread" */
static void print_curve(FILE *out, const struct study *study, const struct sweep_point *point)
{
	const char *second = study_setting(point, study->second_path);

	fprintf(out, "%s%s%s", study_setting(point, study->curve_path), second[0] ? ", " : "",
		second);
}

static void print_rate(FILE *out, const struct study *study, const struct sweep_point *best)
{
	fprintf(out, "%.2f million faults a second",
		(double)sweep_faults_per_s(best->with.outcome) / 1e6);
	if (!study->is_of_load)
		fprintf(out, ", with %s %s", strrchr(study->axis_path, '.') + 1,
			study_setting(best, study->axis_path));
	fprintf(out, ", limited by %s.\n", best->with.outcome->limited_by);
}

static u64 rate_of(const struct sweep_point *point)
{
	return sweep_faults_per_s(point->with.outcome);
}

void answer_scaling(FILE *out, const struct study *study, const struct sweep *sweep)
{
	const struct sweep_point *furthest = NULL, *point;
	u32 best;

	for (u32 i = 0; i < sweep->nr_points;) {
		i = best_of(sweep, i, &best);
		point = &sweep->points[best];
		if (sweep_has_run(sweep, point) &&
		    (!furthest || rate_of(point) > rate_of(furthest)))
			furthest = point;
	}
	if (!furthest)
		return;
	print_curve(out, study, furthest);
	fputs(" comes furthest: ", out);
	print_rate(out, study, furthest);
	fputs("\nAt most:\n", out);
	for (u32 i = 0; i < sweep->nr_points;) {
		i = best_of(sweep, i, &best);
		if (!sweep_has_run(sweep, &sweep->points[best]))
			continue;
		fputs("  ", out);
		print_curve(out, study, &sweep->points[best]);
		fputs(": ", out);
		print_rate(out, study, &sweep->points[best]);
	}
	fputc('\n', out);
}
