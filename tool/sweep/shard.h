/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A sweep in shards: point i (from 0) belongs to shard i % N + 1 of N. Each shard keeps its runs in
 * a folder, as many SQLite files as it had processes (store.h), each of which says which sweep it
 * is a part of, so that what is joined later belongs together.
 */
#ifndef TOOL_SWEEP_SHARD_H
#define TOOL_SWEEP_SHARD_H

#include "tool/sweep/sweep.h"

#define SHARD_SCRIPT "sweep.sbatch"
#define SHARD_LOG "shard-%a.log"

/**
 * sweep_plan_hash() - of everything that decides what a sweep leaves: its runs in their order, what
 * they are called, what was published
 */
u64 sweep_plan_hash(const struct sweep *sweep);

/**
 * shard_folder_begin() - make @path, or see that nothing is in it but shards of this sweep
 * Return: 0; -EEXIST, -errno with @message.
 */
int shard_folder_begin(const char *path, const struct sweep_plan *plan, char *message);

/* Files of shards of one sweep. */
struct shard_files {
	char **paths; /* heap */
	u32 nr;
	struct sweep_plan plan; /* of all of them; its shard is that of none */
};

/**
 * shard_files_find() - all that folder @path has, beside those that @files has already
 * Return: 0; -EINVAL: not of one sweep or of one program, or none are there; -errno; each
 * with @message.
 */
int shard_files_find(struct shard_files *files, const char *path, char *message);

/**
 * shard_files_take() - what they have of the runs of @sweep
 * Return: 0; -EINVAL: @sweep is another one; -ENODATA: runs are missing; with @message.
 */
int shard_files_take(const struct shard_files *files, struct sweep *sweep, char *message);

void shard_files_free(struct shard_files *files);

#endif
