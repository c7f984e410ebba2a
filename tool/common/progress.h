/* SPDX-License-Identifier: GPL-2.0-only */
/* What a person sees while a simulation runs, and how Ctrl-C stops it. */
#ifndef TOOL_PROGRESS_H
#define TOOL_PROGRESS_H

#include "system/machine/machine.h"

/**
 * progress_catch_signals() - from now on Ctrl-C, SIGTERM and SIGHUP stop cleanly,
 * each ends the program at once if it comes again.
 */
void progress_catch_signals(void);

/** progress_is_stopped() - was a signal caught? */
bool progress_is_stopped(void);

struct progress {
	const char *what;	/* before the bar */
	bool is_shown;		/* standard error is a terminal, and not --quiet */
	bool has_lines;		/* without a terminal, a line every half a minute */
	u32 parts_done, parts;	/* of these lines; 0: it is not in parts */
	u64 began_ns, drawn_ns; /* of the host's clock */
};

void progress_init(struct progress *progress, const char *what, bool is_quiet);

/**
 * progress_draw() - the line, at most ten times a second; or a line of a log
 * @simulated_ps: 0: not shown
 * @accesses: done so far; @total of them are expected, 0: unknown
 */
void progress_draw(struct progress *progress, u64 simulated_ps, u64 accesses, u64 total);

/** progress_tick() - a tick of sys_progress; @opaque is the struct progress. */
bool progress_tick(void *opaque, u64 simulated_ps, u64 accesses_done, u64 accesses_total);

/** progress_end() - take the line away. */
void progress_end(struct progress *progress);

#endif
