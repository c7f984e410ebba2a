/* SPDX-License-Identifier: GPL-2.0-only */
/* The keys that points of a sweep set, as columns. */
#ifndef TOOL_SWEEP_PATHS_H
#define TOOL_SWEEP_PATHS_H

#include "tool/common/human.h"
#include "tool/sweep/sweep.h"

#define SWEEP_MAX_PATHS (2 * WL_MAX_SETTINGS)

struct sweep_paths {
	const char *all[SWEEP_MAX_PATHS];
	u32 nr;
};

/** sweep_paths() - that any point sets, in order of first use. */
struct sweep_paths sweep_paths(const struct sweep *sweep);

/** sweep_changes_caches() - does a point set a key of an IOMMU's caches? */
bool sweep_changes_caches(const struct sweep *sweep);

/** sweep_paths_cut() - those that a table for people has room for beside its numbers. */
struct sweep_paths sweep_paths_cut(const struct sweep *sweep);

/** sweep_paths_heads() - one of two lines of heads: whose group's key it is, and its last part. */
void sweep_paths_heads(const struct sweep_paths *paths, struct table *table, bool is_second);

/** sweep_paths_cells() - the values of a point. */
void sweep_paths_cells(const struct sweep_paths *paths, struct table *table,
		       const struct sweep *sweep, const struct sweep_point *point);

#endif
