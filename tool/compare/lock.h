/* SPDX-License-Identifier: GPL-2.0-only */
/* A class of locks in two results. */
#ifndef TOOL_COMPARE_LOCK_H
#define TOOL_COMPARE_LOCK_H

#include <jansson.h>

#include "sim/types.h"

/* One side of it; all 0 where it has no such class. */
struct compare_lock_side {
	double acquisitions, contentions, wait_ns, hold_ns; /* totals */
	/* who waited longest of all who call, borrowed; NULL: nobody waited */
	const char *function, *file;
	u64 line;
	double site_wait_ns;
};

struct compare_lock {
	const char *name; /* borrowed from a result */
	struct compare_lock_side a, b;
};

/**
 * compare_locks() - those whose acquisitions, waits or holds are not the same
 * @nr: how many
 *
 * Return: heap, those first whose waits differ most, then whose holds do; NULL: none.
 */
struct compare_lock *compare_locks(const json_t *a, const json_t *b, u32 *nr);

/** compare_lock_site() - the site to look at: the worse side's. NULL: nobody waited. */
const struct compare_lock_side *compare_lock_site(const struct compare_lock *lock);

#endif
