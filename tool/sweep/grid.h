/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which parameters the points of a sweep change, as axes, if they are all combinations of
 * some values: a grid, however it was written down. Keys that change in step are one axis.
 */
#ifndef TOOL_SWEEP_GRID_H
#define TOOL_SWEEP_GRID_H

#include "tool/sweep/sweep.h"

#define GRID_MAX_AXES 8

struct grid_value {
	char text[64]; /* as a file states it, cut */
	double number; /* in base units; its place where the axis is of words */
	u32 first;     /* its place by first use */
};

struct grid_axis {
	const char *path;
	char label[160];	   /* with the unit */
	struct grid_value *values; /* heap, from left to right */
	u32 nr;
	bool is_numeric, is_log;
	u32 *at; /* heap: the value of each point */
};

struct grid {
	struct grid_axis axes[GRID_MAX_AXES]; /* the horizontal one, that of the curves, others */
	u32 nr;				      /* 0: it is no grid */
};

/** grid_find() - 0 or -ENOMEM; grid_free() it. */
int grid_find(struct grid *grid, const struct sweep *sweep);
void grid_free(struct grid *grid);

/* data/sweep_axes.dat, sweep_grid.dat and sweep_map.dat: what sweep.gp and sweep_map.gp draw. */
void grid_write_axes(FILE *out, const struct sweep *sweep);
void grid_write_data(FILE *out, const struct sweep *sweep);
void grid_write_map(FILE *out, const struct sweep *sweep);

#endif
