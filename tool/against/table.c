// SPDX-License-Identifier: GPL-2.0-only
/* Tables of counters, see against.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tool/against/against.h"

static const char *const dmar_columns[] = {"<0.1us",	"0.1us-1us",   "1us-10us", "10us-100us",
					   "100us-1ms", "1ms-10ms",    ">=10ms",   "min(us)",
					   "max(us)",	"average(us)", NULL};
static const char *const lock_columns[] = {"con-bounces",
					   "contentions",
					   "waittime-min",
					   "waittime-max",
					   "waittime-total",
					   "waittime-avg",
					   "acq-bounces",
					   "acquisitions",
					   "holdtime-min",
					   "holdtime-max",
					   "holdtime-total",
					   "holdtime-avg",
					   NULL};
static const char *const counter_columns[] = {"count", "a second", NULL};
static const char *const value_columns[] = {"value", NULL};

static const struct {
	const char *name;
	const char *const *columns;
} kinds[AGAINST_NR_KINDS] = {
	[AGAINST_DMAR] = {"dmar_perf_latency", dmar_columns},
	[AGAINST_LOCKS] = {"lock_stat", lock_columns},
	[AGAINST_PMCG] = {"smmuv3_pmcg", counter_columns},
	[AGAINST_GEM5] = {"gem5 stats", value_columns},
	[AGAINST_RDMA] = {"rdma statistic", value_columns},
};

const char *const *against_columns(enum against_kind kind)
{
	return kinds[kind].columns;
}

const char *against_kind_name(enum against_kind kind)
{
	return kinds[kind].name;
}

struct against_row *against_add(struct against_table *table, const char *name)
{
	struct against_row *rows, *row;

	if (table->nr_rows == AGAINST_MAX_ROWS)
		return NULL;
	rows = realloc(table->rows, (table->nr_rows + 1) * sizeof(*rows));
	if (!rows)
		return NULL;
	table->rows = rows;
	row = &rows[table->nr_rows++];
	memset(row, 0, sizeof(*row));
	snprintf(row->name, sizeof(row->name), "%s", name);
	for (u32 i = 0; i < AGAINST_MAX_COLUMNS; i++)
		row->values[i] = NAN;
	return row;
}

const struct against_row *against_find(const struct against_table *table, const char *name)
{
	for (u32 i = 0; i < table->nr_rows; i++) {
		if (!strcmp(table->rows[i].name, name))
			return &table->rows[i];
	}
	return NULL;
}

void against_free(struct against_table *table)
{
	free(table->rows);
	*table = (struct against_table){0};
}
