/* SPDX-License-Identifier: GPL-2.0-only */
/* iopfsim list results. */
#ifndef TOOL_VERB_RESULTS_H
#define TOOL_VERB_RESULTS_H

#include "tool/common/json_writer.h"

/**
 * list_results() - every number of a run: key, unit, how it adds, what it is
 * @json: an open array; NULL prints text
 * @name: only those whose key begins with it; NULL: all
 *
 * Return: how many.
 */
u32 list_results(struct json_writer *json, const char *name);

#endif
