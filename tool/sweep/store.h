/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs that have come to their end, kept in a folder so that a series that was
 * interrupted goes on where it was. Each worker process has an SQLite file of its own there,
 * a row a run with the rows of a result as columns; a run is there once its
 * process has committed it, whoever is killed then.
 *
 * A run is known by the hash of its configuration. A file of another form (of another
 * version, of other rows, by another program, damaged) counts for nothing: that is said
 * in a line, and its runs are made again.
 */
#ifndef TOOL_SWEEP_STORE_H
#define TOOL_SWEEP_STORE_H

#include "tool/sweep/sweep.h"

/** sweep_store_load() - what is there of the jobs of @sweep has its outcome and members then. */
void sweep_store_load(const struct sweep *sweep);

/**
 * sweep_store_save() - a run that is done, by worker number @worker
 * As far as the file system lets us; what is lost is run again.
 */
void sweep_store_save(const struct sweep *sweep, u32 worker, const struct sweep_job *job);

/** sweep_store_is_file() - may @name be of such a file? */
bool sweep_store_is_file(const char *name);

/**
 * sweep_store_plan() - whose runs are in file @path
 * @plan: filled; @plan->asked is heap, NULL if its process was killed before it had a run
 *
 * Return: NULL, or what is wrong with the file.
 */
const char *sweep_store_plan(const char *path, struct sweep_plan *plan);

/** sweep_store_take() - what file @path has of the jobs of @sweep. Return: NULL, or what is wrong.
 */
const char *sweep_store_take(const struct sweep *sweep, const char *path);

/** sweep_store_remove() - all is done: the folder goes, but for what somebody else put there. */
void sweep_store_remove(const char *store);

#endif
