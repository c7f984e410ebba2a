/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Half and twice each cost that a platform only estimates, one at a time: which of them the answer
 * hangs on. The answer is the mean latency of faults and their rate; of a benchmark, the
 * first number that was published.
 */
#ifndef TOOL_SWEEP_SENSITIVITY_H
#define TOOL_SWEEP_SENSITIVITY_H

#include "tool/common/json_writer.h"
#include "tool/sweep/sweep.h"

/** sweep_print_sensitivity() - costs by how far they move the answer; nothing if not wanted. */
void sweep_print_sensitivity(FILE *out, const struct sweep *sweep);

/** sweep_write_sensitivity() - "sensitivity" of a point that has run; nothing if not wanted. */
void sweep_write_sensitivity(struct json_writer *json, const struct sweep *sweep,
			     const struct sweep_point *point);

/**
 * sweep_write_band() - two columns of data: the lowest and the highest rate, M/s, that one cost at
 * half or twice makes; 0: not wanted
 */
void sweep_write_band(FILE *out, const struct sweep *sweep, const struct sweep_point *point);

#endif
