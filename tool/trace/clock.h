/* SPDX-License-Identifier: GPL-2.0-only */
/* Two traces of one machine at one time, each with a clock of its own: how far are they apart? */
#ifndef TOOL_TRACE_CLOCK_H
#define TOOL_TRACE_CLOCK_H

#include "system/trace/event.h"

/* So many of a trace are looked at. */
#define TRACE_CLOCK_MAX (1U << 16)

/* A range of addresses that its owner gave up: an unmap, or the invalidation that goes with it. */
struct trace_mark {
	u64 time_ps, first, last;
};

struct trace_marks {
	struct trace_mark *marks; /* TRACE_CLOCK_MAX of them */
	u32 nr;
};

struct trace_clock {
	s64 ahead_ps;  /* of the second's clock, the median of all pairs */
	u64 spread_ps; /* nine of ten pairs are within it */
	u32 nr_pairs;
};

/** trace_marks_note() - if @event is of @kind, and there is room */
void trace_marks_note(struct trace_marks *marks, const struct trace_event *event, u8 kind);

/**
 * trace_clock_find() - pair the unmaps of one with the invalidations of the other
 *
 * Both are in order of time; a pair is of the same addresses. Several invalidations may belong to
 * one unmap: then the last of them counts. What finds no other near it is passed over.
 *
 * Return: 0; -ENOENT: no pairs, or less than nine in ten of them agree within a millisecond;
 * -ENOMEM.
 */
int trace_clock_find(const struct trace_marks *unmaps, const struct trace_marks *invalidations,
		     struct trace_clock *clock);

#endif
