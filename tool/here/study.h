/* SPDX-License-Identifier: GPL-2.0-only */
/* The same contention on this machine and simulated, side by side. */
#ifndef TOOL_HERE_STUDY_H
#define TOOL_HERE_STUDY_H

#include "tool/here/here.h"
#include "tool/host/contention.h"

#define HERE_MAX_CELLS 64

struct here_cell {
	enum contention_lock lock;
	u32 nr_threads;
	u32 section_ns, gap_ns; /* as asked for */
	double loop_ns;
	u64 retention_per_mille; /* fitted to fetch_add, measured in between */
	/* Medians of repetitions; what a line took then, and what came of it each time. */
	struct host_spread line, measured, simulated;
	struct host_spread ratio; /* simulated over measured */
	bool is_fitted;		  /* the retention is fitted to this very contention */
};

struct here_study {
	struct here here;
	struct here_cell cells[HERE_MAX_CELLS];
	u32 nr_cells;
};

/**
 * here_study_run() - measure this machine, then each cell both ways
 * @message: TEXT_MESSAGE_MAX bytes, one line if it fails
 *
 * Context, Return: as here_measure().
 */
int here_study_run(struct here_study *study, char *message);

/** here_study_print() - for people; here_study_write_json() - points, as those of other studies. */
void here_study_print(FILE *out, const struct here_study *study);
void here_study_write_json(FILE *out, const struct here_study *study);

#endif
