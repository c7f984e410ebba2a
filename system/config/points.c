// SPDX-License-Identifier: GPL-2.0-only
/* The points of a sweep: memory for them, and whether one would run. */
#include <stdlib.h>

#include "system/config/internal.h"

int wl_point_alloc(struct wl_point *point, u32 nr)
{
	point->settings = calloc(nr + 1, sizeof(*point->settings));
	return point->settings ? 0 : -ENOMEM;
}

int wl_points_alloc(struct wl_workload *workload, u32 nr)
{
	for (u32 i = 0; i < workload->nr_points; i++)
		free(workload->points[i].settings);
	free(workload->points);
	workload->points = nr ? calloc(nr, sizeof(*workload->points)) : NULL;
	workload->nr_points = workload->points ? nr : 0;
	return nr && !workload->points ? -ENOMEM : 0;
}

int wl_point_try(const struct wl_workload *workload, const struct wl_point *point, char *message)
{
	const struct text_where where = {.file = workload->path, .message = message};
	struct sys_config *scratch = malloc(sizeof(*scratch));
	int err;

	if (!scratch)
		return -ENOMEM;
	*scratch = workload->config;
	err = wl_apply(scratch, where, point->settings, point->nr_settings);
	if (!err)
		err = wl_apply(scratch, where, workload->baseline, workload->nr_baseline);
	free(scratch);
	return err;
}
