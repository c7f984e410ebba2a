// SPDX-License-Identifier: GPL-2.0-only
/*
 * points.csv: a line a run, with the parameters of its point and every number that result.json
 * has of a run as a whole, under the same keys. What a run does not know is empty.
 */
#include <stdio.h>
#include <string.h>

#include "tool/sweep/csv.h"

/* With quotes where it needs them (RFC 4180). */
static void write_text(FILE *out, const char *text)
{
	if (!strpbrk(text, ",\"")) {
		fputs(text, out);
		return;
	}
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

u32 sweep_paths(const struct sweep *sweep, const char *paths[SWEEP_MAX_PATHS])
{
	u32 nr = 0;

	for (u32 i = 0; i < sweep->nr_points; i++) {
		const struct wl_point *point = sweep->points[i].point;

		for (u32 j = 0; j < point->nr_settings; j++) {
			u32 known = 0;

			while (known < nr && strcmp(paths[known], point->settings[j].path) != 0)
				known++;
			if (known == nr && nr < SWEEP_MAX_PATHS)
				paths[nr++] = point->settings[j].path;
		}
	}
	return nr;
}

bool sweep_changes_caches(const struct sweep *sweep)
{
	const char *paths[SWEEP_MAX_PATHS];
	u32 nr = sweep_paths(sweep, paths);

	for (u32 i = 0; i < nr; i++) {
		if (strstr(paths[i], ".caches."))
			return true;
	}
	return false;
}

struct head {
	const struct sweep *sweep;
	const char *paths[SWEEP_MAX_PATHS];
	u32 nr_paths;
};

/* The seed has a column of its own. */
static bool is_seed(const char *path)
{
	return !strcmp(path, "seed");
}

static void write_head(FILE *out, const struct head *head)
{
	u32 nr;
	const struct sys_column *columns = sys_columns(SYS_TOTALS, &nr);

	fputs("point,seed,", out);
	if (head->sweep->has_baseline)
		fputs("baseline,", out);
	for (u32 i = 0; i < head->nr_paths; i++) {
		if (!is_seed(head->paths[i]))
			fprintf(out, "%s,", head->paths[i]);
	}
	fputs("limited_by", out);
	for (u32 i = 0; i < nr; i++)
		fprintf(out, ",%s", columns[i].key);
	fputc('\n', out);
}

static void write_numbers(FILE *out, const struct sweep_outcome *outcome)
{
	char text[64];
	u32 nr;

	sys_columns(SYS_TOTALS, &nr);
	for (u32 i = 0; i < nr; i++) {
		struct sweep_number number = sweep_column(outcome, i);

		fprintf(out, ",%s", number.is_known ? sweep_text(text, number) : "");
	}
	fputc('\n', out);
}

static void write_run(FILE *out, const struct head *head, u32 index, const struct sweep_job *job)
{
	const struct sys_config *config;
	char text[SYS_TEXT_MAX];

	if (job->outcome->code)
		return;
	config = sweep_config(head->sweep, job);
	fprintf(out, "%u,%llu,", index + 1, config->seed);
	if (head->sweep->has_baseline)
		fprintf(out, "%d,", job->kind == SWEEP_WITHOUT);
	for (u32 i = 0; i < head->nr_paths; i++) {
		if (is_seed(head->paths[i]))
			continue;
		wl_format_value(config, head->paths[i], text, sizeof(text));
		write_text(out, text);
		fputc(',', out);
	}
	write_text(out, job->outcome->limited_by);
	write_numbers(out, job->outcome);
}

void sweep_write_csv(FILE *out, const struct sweep *sweep)
{
	struct head head = {.sweep = sweep};

	head.nr_paths = sweep_paths(sweep, head.paths);
	write_head(out, &head);
	for (u32 i = 0; i < sweep->nr_points; i++) {
		const struct sweep_point *point = &sweep->points[i];

		write_run(out, &head, i, &point->with);
		for (u32 k = 0; k + 1 < sweep->nr_seeds; k++)
			write_run(out, &head, i, &point->again[k]);
		if (sweep->has_baseline)
			write_run(out, &head, i, &point->without);
	}
}
