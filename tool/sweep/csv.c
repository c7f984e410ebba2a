// SPDX-License-Identifier: GPL-2.0-only
/*
 * points.csv: a line a run, with the parameters of its point and every number that result.json
 * has of a run as a whole, under the same keys; then those of each group of devices, behind
 * "devices.NAME.". What a run does not know is empty.
 */
#include <stdio.h>
#include <string.h>

#include "tool/sweep/csv.h"
#include "tool/sweep/paths.h"

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

struct head {
	const struct sweep *sweep;
	struct sweep_paths paths;
};

/* The seed has a column of its own. */
static bool is_seed(const char *path)
{
	return !strcmp(path, "seed");
}

static void write_group_head(FILE *out, const char *name)
{
	u32 nr;
	const struct sys_column *columns = sys_columns(SYS_GROUPS, &nr);

	fprintf(out, ",devices.%s.limited_by", name);
	for (u32 i = 0; i < nr; i++)
		fprintf(out, ",devices.%s.%s", name, columns[i].key);
}

static void write_head(FILE *out, const struct head *head)
{
	const struct sys_config *config = &head->sweep->workload->config;
	u32 nr;
	const struct sys_column *columns = sys_columns(SYS_TOTALS, &nr);

	fputs("point,seed,", out);
	if (head->sweep->has_baseline)
		fputs("baseline,", out);
	for (u32 i = 0; i < head->paths.nr; i++) {
		if (!is_seed(head->paths.all[i]))
			fprintf(out, "%s,", head->paths.all[i]);
	}
	fputs("limited_by", out);
	for (u32 i = 0; i < nr; i++)
		fprintf(out, ",%s", columns[i].key);
	for (u32 i = 0; i < head->sweep->nr_groups; i++)
		write_group_head(out, config->groups[i].name);
	fputc('\n', out);
}

static void write_numbers(FILE *out, enum sys_collection which, const struct sys_number *numbers)
{
	char text[64];
	u32 nr;

	sys_columns(which, &nr);
	for (u32 i = 0; i < nr; i++) {
		struct sweep_number number = sweep_column(which, numbers, i);

		fprintf(out, ",%s", number.is_known ? sweep_text(text, number) : "");
	}
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
	for (u32 i = 0; i < head->paths.nr; i++) {
		if (is_seed(head->paths.all[i]))
			continue;
		wl_format_value(config, head->paths.all[i], text, sizeof(text));
		write_text(out, text);
		fputc(',', out);
	}
	write_text(out, job->outcome->limited_by);
	write_numbers(out, SYS_TOTALS, job->outcome->numbers);
	for (u32 i = 0; i < head->sweep->nr_groups; i++) {
		const struct sweep_group *group = &job->outcome->groups[i];

		fputc(',', out);
		write_text(out, group->limited_by);
		write_numbers(out, SYS_GROUPS, group->numbers);
	}
	fputc('\n', out);
}

void sweep_write_csv(FILE *out, const struct sweep *sweep)
{
	const struct head head = {.sweep = sweep, .paths = sweep_paths(sweep)};

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
