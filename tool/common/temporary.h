/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is not finished stands beside its place: PLACE.tmp-PID is being filled,
 * PLACE.old-PID makes way. Who fills one holds a lock on it, so that what a killed
 * process left behind can be told from what another one is at.
 */
#ifndef TOOL_TEMPORARY_H
#define TOOL_TEMPORARY_H

#include <stdbool.h>

#define TEMPORARY_FILLING ".tmp-"
#define TEMPORARY_LEAVING ".old-"

#define TEMPORARY_PATH_MAX 4096

/** temporary_name() - @place, @kind and our process in @name, TEMPORARY_PATH_MAX bytes. */
void temporary_name(char *name, const char *place, const char *kind);

/** temporary_lock() - lock what we fill. Return: a descriptor to close at the end, or -1. */
int temporary_lock(const char *path);

/** temporary_remove() - a file, or a folder with all that is in it; follows no link. */
void temporary_remove(const char *path);

/**
 * temporary_clear() - remove what dead processes left beside @place
 * @is_ours: would we leave such a thing behind? Others are not touched.
 * What makes way for a result that never came goes back to its place.
 */
void temporary_clear(const char *place, bool (*is_ours)(const char *path, const void *opaque),
		     const void *opaque);

#endif
