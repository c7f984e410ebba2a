/* SPDX-License-Identifier: GPL-2.0-only */
/* What software said to the IOMMUs in two results. */
#ifndef TOOL_COMPARE_TRAFFIC_H
#define TOOL_COMPARE_TRAFFIC_H

#include <jansson.h>

#include "sim/types.h"

/* A command, or writes of a register, of all units together. */
struct compare_tally {
	bool is_command;
	const char *name; /* borrowed from a result */
	double a, b;
};

/**
 * compare_traffic() - all that came in either
 * @nr: how many
 *
 * Return: heap, commands first, @a's before those of @b alone; NULL without memory.
 */
struct compare_tally *compare_traffic(const json_t *a, const json_t *b, u32 *nr);

#endif
