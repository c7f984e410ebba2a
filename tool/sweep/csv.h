/* SPDX-License-Identifier: GPL-2.0-only */
/* Every number of every run of a sweep as a table for other programs. */
#ifndef TOOL_SWEEP_CSV_H
#define TOOL_SWEEP_CSV_H

#include "tool/sweep/sweep.h"

#define SWEEP_MAX_PATHS (2 * WL_MAX_SETTINGS)

/** sweep_paths() - that any point sets, in order of first use. Return: how many. */
u32 sweep_paths(const struct sweep *sweep, const char *paths[SWEEP_MAX_PATHS]);

/** sweep_changes_caches() - does a point set a key of an IOMMU's caches? */
bool sweep_changes_caches(const struct sweep *sweep);

/** sweep_write_csv() - a head, then a line for each run that came to its end. */
void sweep_write_csv(FILE *out, const struct sweep *sweep);

#endif
