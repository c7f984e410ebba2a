/* SPDX-License-Identifier: GPL-2.0-only */
/* What a sweep in shards was asked for, as text: beside its runs, and back. */
#ifndef TOOL_VERB_SHARDS_H
#define TOOL_VERB_SHARDS_H

#include "tool/common/tool.h"

/** shards_asked() - the options that decide what is run. Heap; NULL: no memory. */
char *shards_asked(const struct tool_options *options, const struct wl_workload *workload);

/**
 * shards_ask() - the same options again, over @options
 * @asked: of shards_asked(); cut apart, and must last as long as @options
 *
 * Return: 0 or -EINVAL with @message.
 */
int shards_ask(struct tool_options *options, char *asked, char *message);

/**
 * shards_submit() - write the script of an array job of @options->nr_slurm shards, and submit it
 * Return: an exit code.
 */
int shards_submit(const struct tool_options *options, const struct wl_workload *workload);

#endif
