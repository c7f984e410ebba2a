/* SPDX-License-Identifier: GPL-2.0-only */
/* Every number of every run of a sweep as a table for other programs. */
#ifndef TOOL_SWEEP_CSV_H
#define TOOL_SWEEP_CSV_H

#include "tool/sweep/sweep.h"

/** sweep_write_csv() - a head, then a line for each run that came to its end. */
void sweep_write_csv(FILE *out, const struct sweep *sweep);

#endif
