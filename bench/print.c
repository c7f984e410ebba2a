// SPDX-License-Identifier: GPL-2.0-only
/* The results as a table for people and as JSON. */
#include "bench/bench.h"
#include "tool/common/json_writer.h"

/* 12.3 M: three significant digits. */
static void rate_text(char *text, size_t bytes, u64 per_s)
{
	static const char units[] = {' ', 'k', 'M', 'G'};
	double value = per_s;
	u32 unit = 0;

	while (value >= 999.5 && unit < 3) {
		value /= 1000;
		unit++;
	}
	snprintf(text, bytes, "%.*f %c",
		 value < 9.995	 ? 2
		 : value < 99.95 ? 1
				 : 0,
		 value, units[unit]);
}

static void print_row(FILE *out, const struct bench_result *result)
{
	const struct bench_path *path = result->path;
	char median[32], target[32] = "-", ratio[32] = "-", spread[32];
	u64 per_s;

	if (path->target_per_s)
		rate_text(target, sizeof(target), path->target_per_s);
	if (!result->nr) {
		fprintf(out, "%-52s %9s %9s %9s %9s %7s\n", path->what, "-", "-", "-", target, "-");
		return;
	}
	per_s = bench_median(result);
	rate_text(median, sizeof(median), per_s);
	snprintf(spread, sizeof(spread), "%.1f %%",
		 100.0 * (result->per_s[result->nr - 1] - result->per_s[0]) / (per_s ? per_s : 1));
	if (path->target_per_s)
		snprintf(ratio, sizeof(ratio), "%.2f", (double)per_s / path->target_per_s);
	fprintf(out, "%-52s %9s %9.1f %9s %9s %7s\n", path->what, median, 1e9 / (per_s ? per_s : 1),
		spread, target, ratio);
}

void bench_print_table(FILE *out, const struct bench_result *results, u32 nr)
{
	fprintf(out, "%-52s %9s %9s %9s %9s %7s\n", "path", "per s", "ns each", "spread", "target",
		"ratio");
	for (u32 i = 0; i < nr; i++)
		print_row(out, &results[i]);
	fprintf(out,
		"\nper s: median of %u runs, by CPU time of one core; spread: (max - min) / median; "
		"target: design.md\n",
		results[0].nr);
}

void bench_print_json(FILE *out, const struct bench_result *results, u32 nr)
{
	struct json_writer json;

	jw_init(&json, out, 0);
	jw_open_object(&json, NULL);
	for (u32 i = 0; i < nr; i++) {
		if (results[i].nr)
			jw_u64(&json, results[i].path->key, bench_median(&results[i]));
		else
			jw_null(&json, results[i].path->key);
	}
	jw_open_object(&json, "spread");
	for (u32 i = 0; i < nr; i++) {
		if (!results[i].nr)
			continue;
		jw_open_object(&json, results[i].path->key);
		jw_u64(&json, "min", results[i].per_s[0]);
		jw_u64(&json, "max", results[i].per_s[results[i].nr - 1]);
		jw_u64(&json, "runs", results[i].nr);
		jw_close_object(&json);
	}
	jw_close_object(&json);
	jw_close_object(&json);
}
