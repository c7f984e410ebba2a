/* SPDX-License-Identifier: GPL-2.0-only */
/* points.csv (csv.h) read back: of each point its parameters, and two of its numbers. */
#ifndef TOOL_SWEEP_POINTS_H
#define TOOL_SWEEP_POINTS_H

#include "system/config/workload.h"

/* Over the runs of a point. */
struct points_number {
	bool is_known;
	double sum, squares;
	u32 nr;
	double mean, half_width; /* of the 95 % interval; 0: one run */
};

#define POINTS_MAX_COLUMNS 8192

struct points_row {
	u32 point;	  /* from 1 */
	char *parameters; /* heap: "a=1 b=2" */
	struct points_number x, y;
};

struct points {
	char *line;			       /* of the head, cut apart */
	const char *names[POINTS_MAX_COLUMNS]; /* of columns */
	u32 nr_columns;
	u32 first_parameter, nr_parameters;
	u32 first_of_group;	 /* column; nr_columns: there are no groups of devices */
	int baseline;		 /* its column; -1: there is none */
	struct points_row *rows; /* heap */
	u32 nr_rows;
};

/**
 * points_read() - points.csv of folder @path
 * @keys: two columns: names, ends of names behind a dot (those of groups of devices last), p99
 *	and the like, or nic.p99 of a group; replaced by the columns' names
 *
 * Return: 0; -EINVAL, -ENOENT, -ENOMEM with @message. points_free() it in any case.
 */
int points_read(struct points *points, const char *path, const char *keys[2], char *message);
void points_free(struct points *points);

#endif
