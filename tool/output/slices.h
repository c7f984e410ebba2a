/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Slices of a timeline: who draws a track from left to right needs them nested,
 * each within one of the level above or beside it, in whole nanoseconds. Slices are
 * gathered in any order, then cut where they would stick out.
 */
#ifndef TOOL_SLICES_H
#define TOOL_SLICES_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/types.h"

#define SLICE_LEVELS 3

/* A track is a thread @tid of a process @pid, in the words of the trace event format. */
struct slice {
	u32 pid, tid;
	u32 level; /* 0: the outermost; those of a level do not overlap */
	u64 from_ns, to_ns;
	u32 what;  /* the caller's own */
	u64 index; /* likewise */
};

struct slices {
	struct slice *slices;
	size_t nr, room;
	bool is_short; /* of memory: some are missing */
};

/** slices_add() - one more; none that is shorter than a nanosecond. */
void slices_add(struct slices *all, struct slice slice);

/**
 * slices_nest() - order them by track, then by time, outer ones first
 * A slice that sticks out of one of an outer level is cut there.
 */
void slices_nest(struct slices *all);

/** slices_finish() - free what they take. */
void slices_finish(struct slices *all);

#endif
