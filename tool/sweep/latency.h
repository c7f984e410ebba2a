/* SPDX-License-Identifier: GPL-2.0-only */
/* Latencies of the points of a sweep, and their rates: of the steady window where there is one. */
#ifndef TOOL_SWEEP_LATENCY_H
#define TOOL_SWEEP_LATENCY_H

#include "tool/common/human.h"
#include "tool/sweep/sweep.h"

/** sweep_has_window() - has the run a steady window? Its latency may drift. */
bool sweep_has_window(const struct sweep_outcome *outcome);

/** sweep_has_faults() - a benchmark has none, nor has a run without page faults. */
bool sweep_has_faults(const struct sweep_outcome *outcome);

/** sweep_latency() - "p99", ... of the window's faults, else of the run's; as columns have it. */
struct sys_number sweep_latency(const struct sweep_outcome *outcome, const char *what);

/** sweep_unfairness() - the slowest device's mean over all, in thousandths. */
struct sys_number sweep_unfairness(const struct sweep_outcome *outcome);

/** sweep_faults_per_s() - in the window, else over the run. */
u64 sweep_faults_per_s(const struct sweep_outcome *outcome);

/* Cells of a table: rate, mean, p50, p99, max, slowest device; two lines of heads. */
#define SWEEP_LATENCY_CELLS 6

void sweep_add_latency_heads(struct table *table, bool is_second);
void sweep_add_latency_cells(struct table *table, const struct sweep_outcome *outcome);

#define SWEEP_NAME_BYTES 64

/** sweep_point_name() - the values that a point sets. Return: @name. */
const char *sweep_point_name(char name[SWEEP_NAME_BYTES], const struct sweep_point *point);

/** sweep_print_refused() - what such a table does not tell, and why. */
void sweep_print_refused(FILE *out, const struct sweep *sweep);

/** sweep_print_latency() - a table by point, with what it does not tell; nothing without faults. */
void sweep_print_latency(FILE *out, const struct sweep *sweep);

/** sweep_write_latency() - four columns of data: p50, p99, max in us; unfairness. NaN: not known.
 */
void sweep_write_latency(FILE *out, const struct sweep_outcome *outcome);

#endif
