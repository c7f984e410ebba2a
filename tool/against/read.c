// SPDX-License-Identifier: GPL-2.0-only
/* Counters of real machines: text in, tables out. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tool/against/against.h"

#define LINE_BYTES 4096
/* Of lock_stat 0.3, which has no averages: where its columns are in 0.4. */
static const u32 columns_0_3[] = {0, 1, 2, 3, 4, 6, 7, 8, 9, 10};

struct reading {
	struct against_table *table;
	bool is_known;
	bool is_0_3;
	int err;
};

/* Up to @max numbers; other text ends them. Return: how many. */
static u32 numbers(const char *text, double *values, u32 max)
{
	u32 nr = 0;
	char *end;

	while (nr < max) {
		values[nr] = strtod(text, &end);
		if (end == text || (*end && !isspace((unsigned char)*end)) || !isfinite(values[nr]))
			return nr;
		text = end;
		nr++;
	}
	return nr;
}

static void know(struct reading *reading, enum against_kind kind)
{
	if (!reading->is_known)
		reading->table->kind = kind;
	reading->is_known = true;
}

static bool is_kind(const struct reading *reading, enum against_kind kind)
{
	return reading->is_known && reading->table->kind == kind;
}

static struct against_row *add(struct reading *reading, const char *name)
{
	struct against_row *row = against_add(reading->table, name);

	if (!row)
		reading->err = -ENOMEM;
	return row;
}

/* Several units have a table each: they are added up, but for what is no sum. */
static void take_dmar(struct reading *reading, const char *text)
{
	char name[32];
	double values[10];
	int at = 0;
	struct against_row *row;

	if (sscanf(text, " %31[a-z_]%n", name, &at) != 1 || numbers(text + at, values, 10) != 10)
		return;
	row = (struct against_row *)against_find(reading->table, name);
	if (!row) {
		row = add(reading, name);
		if (row)
			memcpy(row->values, values, sizeof(values));
		return;
	}
	for (u32 i = 0; i < 7; i++)
		row->values[i] += values[i];
	row->values[7] = fmin(row->values[7], values[7]);
	row->values[8] = fmax(row->values[8], values[8]);
	/* no average of two without their sums */
	row->values[9] = NAN;
}

/* "  &mm->mmap_lock-W:   46 84 ...": the name may have colons and blanks in it. */
static void take_lock(struct reading *reading, const char *text)
{
	u32 nr_wanted = reading->is_0_3 ? 10 : 12;
	const char *colon = strrchr(text, ':');
	char name[AGAINST_NAME_BYTES];
	struct against_row *row;
	double values[12];

	if (!colon || numbers(colon + 1, values, 12) != nr_wanted)
		return;
	text += strspn(text, " \t");
	snprintf(name, sizeof(name), "%.*s", (int)(colon - text), text);
	row = add(reading, name);
	for (u32 i = 0; row && i < nr_wanted; i++)
		row->values[reading->is_0_3 ? columns_0_3[i] : i] = values[i];
}

/* "1.000105080  500037  smmuv3_pmcg_27ffe0303/tlb_miss/": of all units and intervals together */
static void take_pmcg(struct reading *reading, const char *text)
{
	const char *unit = strstr(text, "smmuv3_pmcg_"), *slash = unit ? strchr(unit, '/') : NULL;
	struct against_row *row;
	char event[64], *end;
	double values[2];
	u32 nr;

	if (!slash || sscanf(slash + 1, "%63[a-z0-9_]", event) != 1)
		return;
	know(reading, AGAINST_PMCG);
	nr = numbers(text, values, 2);
	if (!nr)
		return;
	strtod(text, &end);
	row = (struct against_row *)against_find(reading->table, event);
	if (!row)
		row = add(reading, event);
	if (!row)
		return;
	row->values[0] = (isnan(row->values[0]) ? 0 : row->values[0]) + values[nr - 1];
	if (nr == 2 && values[0] > reading->table->seconds)
		reading->table->seconds = values[0];
}

static void take_gem5(struct reading *reading, const char *text)
{
	const char *at = strstr(text, "smmu"), *dot = at ? strchr(at, '.') : NULL;
	struct against_row *row;
	char name[64];
	double value;
	int end = 0;

	if (!dot || !strchr(text, '#') || sscanf(dot + 1, "%63[A-Za-z0-9:]%n", name, &end) != 1 ||
	    numbers(dot + 1 + end, &value, 1) != 1)
		return;
	know(reading, AGAINST_GEM5);
	row = add(reading, name);
	if (row)
		row->values[0] = value;
}

static void take_rdma(struct reading *reading, const char *text)
{
	static const char *const names[] = {"page_faults", "page_invalidations"};

	for (u32 i = 0; i < 2; i++) {
		const char *at = strstr(text, names[i]);
		struct against_row *row;
		double value;

		if (!at || numbers(at + strlen(names[i]), &value, 1) != 1)
			continue;
		know(reading, AGAINST_RDMA);
		row = (struct against_row *)against_find(reading->table, names[i]);
		if (!row)
			row = add(reading, names[i]);
		if (row)
			row->values[0] = (isnan(row->values[0]) ? 0 : row->values[0]) + value;
	}
}

static void take(struct reading *reading, const char *text)
{
	if (strstr(text, "lock_stat version")) {
		know(reading, AGAINST_LOCKS);
		reading->is_0_3 = strstr(text, "0.3");
	} else if (strstr(text, "0.1us-1us")) {
		know(reading, AGAINST_DMAR);
	} else if (is_kind(reading, AGAINST_LOCKS)) {
		take_lock(reading, text);
	} else if (is_kind(reading, AGAINST_DMAR)) {
		take_dmar(reading, text);
	} else {
		if (!reading->is_known || is_kind(reading, AGAINST_PMCG))
			take_pmcg(reading, text);
		if (!reading->is_known || is_kind(reading, AGAINST_GEM5))
			take_gem5(reading, text);
		if (!reading->is_known || is_kind(reading, AGAINST_RDMA))
			take_rdma(reading, text);
	}
}

int against_read(FILE *in, struct against_table *table)
{
	struct reading reading = {.table = table};
	char text[LINE_BYTES];

	while (!reading.err && fgets(text, sizeof(text), in))
		take(&reading, text);
	for (u32 i = 0; table->kind == AGAINST_PMCG && table->seconds > 0 && i < table->nr_rows;
	     i++)
		table->rows[i].values[1] = table->rows[i].values[0] / table->seconds;
	if (reading.err)
		return reading.err;
	return table->nr_rows ? 0 : -EINVAL;
}
