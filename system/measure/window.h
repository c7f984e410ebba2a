/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is said of faults one by one, when a run has ended: exact percentiles, and the steady window
 * with its latencies. While every fault is kept (output.trace_limit) from their
 * records; else from histograms, and the window is as long as segments of the series are.
 */
#ifndef SYSTEM_WINDOW_H
#define SYSTEM_WINDOW_H

#include "system/config/config.h"
#include "system/measure/series.h"
#include "system/result/result.h"

/* Of the faults of a device. */
struct sys_device_share {
	u64 nr, total_ps;
};

struct sys_window_input {
	const struct sys_config *config;
	const struct sys_series *series;	/* latencies in order of completion */
	const struct sys_series *due_series;	/* the same, from when they were due */
	const struct sys_device_share *devices; /* of the whole run */
	u64 start_ps;				/* times of records and series count from 0 */
	u64 drain_ps;				/* as those; 0: no device came to its end */
};

/**
 * sys_window_result() - fill @result's steady, and what is sorted of its distributions
 * @result: has its records and copies of all distributions of faults
 *
 * Without memory percentiles stay those of histograms, and steady NULL.
 */
void sys_window_result(const struct sys_window_input *input, struct sys_result *result);

#endif
