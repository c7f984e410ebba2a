// SPDX-License-Identifier: GPL-2.0-only
/* What can be done with any struct of statistics by its rows, see stat.h. */
#include "sim/stat.h"

#include <string.h>

#include "sim/hist.h"

static u64 add(enum sim_stat_sum sum, u64 a, u64 b)
{
	switch (sum) {
	case SIM_STAT_SUM:
	case SIM_STAT_PART:
		return a + b;
	case SIM_STAT_MAX:
		return a > b ? a : b;
	case SIM_STAT_MIN:
		return !a || (b && b < a) ? b : a;
	case SIM_STAT_SAME:
		return b;
	case SIM_STAT_DERIVED:
		break;
	}
	return a;
}

static u64 *numbers_of(const struct sim_stat *row, const void *values)
{
	return row->kind == SIM_STAT_NUMBERS ? (u64 *)((char *)values + row->offset) : NULL;
}

void sim_stat_add(const struct sim_stat_table *table, void *sum, const void *one)
{
	for (u32 i = 0; i < table->nr_rows; i++) {
		const struct sim_stat *row = &table->rows[i];
		u64 *to = numbers_of(row, sum);
		const u64 *from = numbers_of(row, one);

		for (u32 k = 0; to && k < row->nr; k++)
			to[k] = add(row->sum, to[k], from[k]);
	}
}

void sim_stat_since(const struct sim_stat_table *table, void *values, const void *start)
{
	for (u32 i = 0; i < table->nr_rows; i++) {
		const struct sim_stat *row = &table->rows[i];
		u64 *now = numbers_of(row, values);
		const u64 *then = numbers_of(row, start);

		for (u32 k = 0; now && row->sum == SIM_STAT_SUM && k < row->nr; k++)
			now[k] -= then[k];
	}
}

void sim_stat_reset(const struct sim_stat_table *table, void *values)
{
	for (u32 i = 0; i < table->nr_rows; i++) {
		const struct sim_stat *row = &table->rows[i];
		u64 *numbers = numbers_of(row, values);

		if (numbers)
			memset(numbers, 0, row->nr * sizeof(*numbers));
		else
			sim_hist_init(*(struct sim_hist **)((char *)values + row->offset));
	}
}
