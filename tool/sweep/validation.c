// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a study of validation says: every published number beside the simulated one, with the
 * error; then how far off all are together, beside a model that knows nothing: each point has
 * the geometric mean of what was published.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tool/common/human.h"
#include "tool/sweep/study.h"

#define MAX_NAMES 8
#define CLOSE_PERCENT 20

struct names {
	const char *paths[WL_MAX_SETTINGS];
	u32 nr_paths;
	const char *names[MAX_NAMES]; /* of published numbers, in order of first use */
	u32 nr_names;
};

static void add_name(const char **list, u32 *nr, u32 max, const char *name)
{
	for (u32 i = 0; i < *nr; i++) {
		if (!strcmp(list[i], name))
			return;
	}
	if (*nr < max)
		list[(*nr)++] = name;
}

static void collect_names(struct names *names, const struct sweep *sweep)
{
	for (u32 i = 0; i < sweep->nr_points; i++) {
		const struct wl_point *point = sweep->points[i].point;

		for (u32 j = 0; j < point->nr_settings; j++)
			add_name(names->paths, &names->nr_paths, WL_MAX_SETTINGS,
				 point->settings[j].path);
		for (u32 j = 0; j < point->nr_published; j++)
			add_name(names->names, &names->nr_names, MAX_NAMES,
				 point->published[j].name);
	}
}

/* A number of a point, both ways; 0: not known. Of a range: what is nearest to the simulated. */
struct pair {
	double published, simulated;
	double low, high;
};

static struct pair pair_of(const struct sweep *sweep, const struct sweep_point *point,
			   const char *name)
{
	struct sweep_number number = sweep_simulated(sweep, point, name);
	struct pair pair = {0};

	for (u32 i = 0; i < point->point->nr_published; i++) {
		if (strcmp(point->point->published[i].name, name) != 0)
			continue;
		pair.high = point->point->published[i].value;
		pair.low = point->point->published[i].low;
	}
	if (number.is_known)
		pair.simulated = (double)number.value / pow(10, number.places);
	pair.published = fmax(pair.low, fmin(pair.high, pair.simulated));
	return pair;
}

static void add_number(struct table *table, double value)
{
	if (value <= 0)
		table_cell(table, "-");
	else
		table_cell(table, "%.*f", value < 100 ? 2 : 0, value);
}

static void add_published(struct table *table, struct pair pair)
{
	if (pair.low < pair.high)
		table_cell(table, "%.0f-%.0f", pair.low, pair.high);
	else
		add_number(table, pair.published);
}

static void add_error(struct table *table, struct pair pair)
{
	if (pair.published <= 0 || pair.simulated <= 0)
		table_cell(table, "-");
	else
		table_cell(table, "%+.1f %%", 100 * (pair.simulated / pair.published - 1));
}

static void add_heads(struct table *table, const struct names *names)
{
	static const char *const thirds[] = {"published", "simulated", "error"};

	for (u32 line = 0; line < 2; line++) {
		for (u32 i = 0; i < names->nr_paths; i++) {
			const char *dot = strrchr(names->paths[i], '.');

			table->is_left[i] = true;
			table_cell(table, "%s", !line ? "" : dot ? dot + 1 : names->paths[i]);
		}
		for (u32 i = 0; i < 3 * names->nr_names; i++)
			table_cell(table, "%s",
				   line		? thirds[i % 3]
				   : i % 3 == 1 ? names->names[i / 3]
						: "");
	}
}

/* Of one published number over all points. */
struct score {
	u32 nr, nr_close;
	double squares, logs, log_squares;
};

static struct score score_of(const struct sweep *sweep, const char *name)
{
	struct score score = {0};

	for (u32 i = 0; i < sweep->nr_points; i++) {
		struct pair pair = pair_of(sweep, &sweep->points[i], name);
		double published, error;

		if (pair.published <= 0 || pair.simulated <= 0)
			continue;
		published = log(pair.published);
		error = log(pair.simulated) - published;
		score.nr++;
		score.nr_close += 100 * fabs(pair.simulated / pair.published - 1) <= CLOSE_PERCENT;
		score.squares += error * error;
		score.logs += published;
		score.log_squares += published * published;
	}
	return score;
}

static void print_score(FILE *out, const struct sweep *sweep, const char *name)
{
	struct score score = score_of(sweep, name);
	double mean, spread;

	if (!score.nr)
		return;
	mean = score.logs / score.nr;
	spread = score.log_squares / score.nr - mean * mean;
	fprintf(out, "  %s: %u of %u within %d %%; log error, rms: %.3f, of the null model %.3f\n",
		name, score.nr_close, score.nr, CLOSE_PERCENT, sqrt(score.squares / score.nr),
		sqrt(spread > 0 ? spread : 0));
}

static void add_point(struct table *table, const struct sweep *sweep, const struct names *names,
		      u32 index)
{
	const struct sweep_point *point = &sweep->points[index];
	char text[SYS_TEXT_MAX];

	for (u32 i = 0; i < names->nr_paths; i++) {
		sweep_value(text, sweep, point, names->paths[i]);
		table_cell(table, "%s", text);
	}
	for (u32 i = 0; i < names->nr_names; i++) {
		struct pair pair = pair_of(sweep, point, names->names[i]);

		add_published(table, pair);
		add_number(table, pair.simulated);
		add_error(table, pair);
	}
}

void validation_print(FILE *out, const struct sweep *sweep)
{
	struct names names = {0};
	struct table table;

	collect_names(&names, sweep);
	fprintf(out, "%s\n", sweep->workload->config.title);
	if (sweep->workload->sweep_source[0])
		fprintf(out, "published: %s\n", sweep->workload->sweep_source);
	fputc('\n', out);
	table_init(&table, names.nr_paths + 3 * names.nr_names);
	add_heads(&table, &names);
	for (u32 i = 0; i < sweep->nr_points; i++)
		add_point(&table, sweep, &names, i);
	table_print(&table, out, "  ", 2);
	fputc('\n', out);
	for (u32 i = 0; i < names.nr_names; i++)
		print_score(out, sweep, names.names[i]);
	fputs("\n  null model: the geometric mean of what was published, at every point\n", out);
}

void validation_answer(FILE *out, const struct sweep *sweep)
{
	struct names names = {0};

	collect_names(&names, sweep);
	for (u32 i = 0; i < names.nr_names; i++) {
		struct score score = score_of(sweep, names.names[i]);

		if (score.nr)
			fprintf(out,
				"  %s: %u of %u simulated are within %d %% of what was published.\n",
				names.names[i], score.nr_close, score.nr, CLOSE_PERCENT);
	}
	fputc('\n', out);
}

void validation_write_data(FILE *out, const struct sweep *sweep)
{
	struct names names = {0};

	collect_names(&names, sweep);
	fputs("# published; simulated; point; number: a block each\n", out);
	for (u32 i = 0; i < names.nr_names; i++) {
		fputs(i ? "\n\n" : "", out);
		for (u32 j = 0; j < sweep->nr_points; j++) {
			struct pair pair = pair_of(sweep, &sweep->points[j], names.names[i]);

			if (pair.published > 0 && pair.simulated > 0)
				fprintf(out, "%.6g %.6g \"%s\" \"%s\"\n", pair.published,
					pair.simulated, sweep->points[j].label, names.names[i]);
		}
	}
}
