/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the runs of a point with several seeds come to: the mean over the seeds of rate and
 * latencies, with a 95 % confidence interval by Student's t. Seeds are independent, so there is
 * nothing to be said of batches.
 */
#ifndef TOOL_SWEEP_SEEDS_H
#define TOOL_SWEEP_SEEDS_H

#include "tool/common/json_writer.h"
#include "tool/sweep/sweep.h"

enum sweep_quantity {
	SWEEP_RATE,    /* faults a second */
	SWEEP_MEAN_NS, /* of the latency, as the others */
	SWEEP_P50_NS,
	SWEEP_P99_NS,
	SWEEP_NR_QUANTITIES,
};

struct sweep_estimate {
	bool is_known;	   /* all seeds tell it, and there are two or more */
	double mean;	   /* over the seeds */
	double half_width; /* of its interval */
};

/** sweep_estimate() - of a point that has run. */
struct sweep_estimate sweep_estimate(const struct sweep *sweep, const struct sweep_point *point,
				     enum sweep_quantity quantity);

/** sweep_print_seeds() - a table by point; nothing with one seed. */
void sweep_print_seeds(FILE *out, const struct sweep *sweep);

/** sweep_write_seeds() - "repeats" of a point that has run; nothing with one seed. */
void sweep_write_seeds(struct json_writer *json, const struct sweep *sweep,
		       const struct sweep_point *point);

/** sweep_write_widths() - two columns of data: half widths of rate (M/s) and p99 (us); 0: none. */
void sweep_write_widths(FILE *out, const struct sweep *sweep, const struct sweep_point *point);

#endif
