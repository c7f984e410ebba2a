// SPDX-License-Identifier: GPL-2.0-only
/* Numbers of a point that may be compared with what was published. Derived ones are computed in
 * integers. */
#include <stdio.h>
#include <string.h>

#include "tool/sweep/sweep.h"

#define SHARE_PLACES 3
#define NS_PLACES 3 /* and of what is counted in thousandths */
#define MEAN_PLACES 10
#define THROUGHPUT "throughput_bytes_per_s"

/* Throughput as a share of that of the baseline, in percent. */
static struct sweep_number share(const struct sweep_outcome *with,
				 const struct sweep_outcome *without)
{
	decimal_u128 base = sweep_number_of(without, THROUGHPUT);
	struct sweep_number number = {.is_known = base != 0, .places = SHARE_PLACES};

	if (base)
		number.value = (u64)(((decimal_u128)sweep_number_of(with, THROUGHPUT) * 100000 +
				      base / 2) /
				     base);
	return number;
}

/* (time with - time without) / faults, rounded to whole picoseconds. */
static struct sweep_number added(const struct sweep_outcome *with,
				 const struct sweep_outcome *without)
{
	u64 with_ps = sweep_number_of(with, "simulated_time_ns");
	u64 without_ps = sweep_number_of(without, "simulated_time_ns");
	u64 more = with_ps < without_ps ? without_ps - with_ps : with_ps - without_ps;
	u64 faults = sweep_number_of(with, "faults.recorded");

	if (!faults)
		return (struct sweep_number){0};
	return (struct sweep_number){
		.is_known = true,
		.is_negative = with_ps < without_ps,
		.value = (more + faults / 2) / faults,
		.places = NS_PLACES,
	};
}

/* Means and percentiles of nothing: how many there are is the first that is said of times. */
static bool is_of_none(const struct sys_number *numbers, const struct sys_column *columns,
		       u32 index)
{
	const struct sys_column *column = &columns[index];

	return column->row->kind != SIM_STAT_NUMBERS && column->unit != SIM_UNIT_COUNT &&
	       column->unit != SIM_UNIT_BOOL && !numbers[index - column->sub].value;
}

struct sweep_number sweep_column(enum sys_collection which, const struct sys_number *numbers,
				 u32 index)
{
	u32 nr;
	const struct sys_column *columns = sys_columns(which, &nr);
	struct sweep_number number = {
		.is_known = numbers[index].is_known && !is_of_none(numbers, columns, index),
		.value = numbers[index].value,
	};

	if (columns[index].is_mean) {
		number.value *= 9765625; /* 1/1024 ns is 0.0009765625 ns */
		number.places = MEAN_PLACES;
	} else if (columns[index].unit == SIM_UNIT_PS || columns[index].unit == SIM_UNIT_MILLI) {
		number.places = NS_PLACES;
	}
	return number;
}

static struct sweep_number column_number(const struct sweep_outcome *outcome, const char *key)
{
	int index = sys_column_find(SYS_TOTALS, key);

	return index < 0 ? (struct sweep_number){0}
			 : sweep_column(SYS_TOTALS, outcome->numbers, (u32)index);
}

static struct sweep_number derived(const struct sweep *sweep, const struct sweep_point *point,
				   const char *name)
{
	const struct sweep_outcome *with = point->with.outcome, *without = point->without.outcome;

	if (!sweep->has_baseline)
		return (struct sweep_number){0};
	if (!strcmp(name, "baseline_throughput_bytes_per_s"))
		return column_number(without, THROUGHPUT);
	if (!strcmp(name, "throughput_share_percent"))
		return share(with, without);
	return added(with, without);
}

struct sweep_number sweep_simulated(const struct sweep *sweep, const struct sweep_point *point,
				    const char *name)
{
	const struct wl_published_name *known = wl_published_name(name);
	struct sweep_number sum;

	if (!sweep_has_run(sweep, point))
		return (struct sweep_number){0};
	if (!known)
		return column_number(point->with.outcome, name);
	if (!known->keys[0])
		return derived(sweep, point, name);
	sum = column_number(point->with.outcome, known->keys[0]);
	for (u32 i = 1; i < 3 && known->keys[i]; i++)
		sum.value += column_number(point->with.outcome, known->keys[i]).value;
	return sum;
}

const char *sweep_text(char text[64], struct sweep_number number)
{
	char digits[DECIMAL_BYTES];

	if (!number.is_known)
		snprintf(text, 64, "null");
	else
		snprintf(text, 64, "%s%.60s", number.is_negative ? "-" : "",
			 decimal_scaled(digits, number.value, number.places));
	return text;
}
