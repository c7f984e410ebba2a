// SPDX-License-Identifier: GPL-2.0-only
/* Batches of a series, see series.h. */
#include "system/measure/series.h"

#include <errno.h>

#include "sim/arena.h"

int sys_series_init(struct sys_series *series, bool has_segments)
{
	for (u32 i = 0; has_segments && i < SYS_SERIES_SEGMENTS; i++) {
		series->segments[i] = sim_alloc(sizeof(*series->segments[i]));
		if (!series->segments[i])
			return -ENOMEM;
	}
	sys_series_start(series);
	return 0;
}

void sys_series_start(struct sys_series *series)
{
	series->batch_size = SYS_SERIES_FIRST_SIZE;
	series->nr = 0;
	series->nr_open = series->open_ps = 0;
	for (u32 i = 0; i < SYS_SERIES_SEGMENTS && series->segments[i]; i++)
		sim_hist_init(series->segments[i]);
}

static void halve_segments(struct sys_series *series)
{
	for (u32 i = 0; i < SYS_SERIES_SEGMENTS / 2; i++) {
		struct sim_hist *into = series->segments[i];

		if (i)
			*into = *series->segments[2 * i];
		sim_hist_merge(into, series->segments[2 * i + 1]);
	}
	for (u32 i = SYS_SERIES_SEGMENTS / 2; i < SYS_SERIES_SEGMENTS; i++)
		sim_hist_init(series->segments[i]);
}

/* Neighbours become one. */
static void halve(struct sys_series *series)
{
	for (u32 i = 0; i < SYS_SERIES_BATCHES / 2; i++) {
		const struct sys_batch *a = &series->batches[2 * i], *b = a + 1;

		series->batches[i] = (struct sys_batch){a->total_ps + b->total_ps, b->end_ps};
	}
	if (series->segments[0])
		halve_segments(series);
	series->nr /= 2;
	series->batch_size *= 2;
}

void sys_series_add(struct sys_series *series, u64 at_ps, u64 value_ps)
{
	if (series->nr == SYS_SERIES_BATCHES)
		halve(series);
	if (series->segments[0])
		sim_hist_add(series->segments[series->nr / SYS_SERIES_PER_SEGMENT], value_ps);
	series->open_ps += value_ps;
	if (++series->nr_open < series->batch_size)
		return;
	series->batches[series->nr++] = (struct sys_batch){series->open_ps, at_ps};
	series->nr_open = series->open_ps = 0;
}
