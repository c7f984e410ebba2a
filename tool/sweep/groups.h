/* SPDX-License-Identifier: GPL-2.0-only */
/* What each group of devices came to, point by point. */
#ifndef TOOL_SWEEP_GROUPS_H
#define TOOL_SWEEP_GROUPS_H

#include "tool/sweep/sweep.h"

/** sweep_print_groups() - a table for each group; nothing where the workload has none. */
void sweep_print_groups(FILE *out, const struct sweep *sweep);

#endif
