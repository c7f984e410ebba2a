/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Percentiles that what was measured supports: at least SYS_MIN_BEYOND values lie beyond one, and
 * the values are of one distribution. Others are refused, with the reason.
 */
#ifndef SYSTEM_RESULT_PERCENTILE_H
#define SYSTEM_RESULT_PERCENTILE_H

#include "system/result/result.h"

#define SYS_MIN_BEYOND 10

/** sys_percentile() - of a distribution, or SYS_UNKNOWN. */
u64 sys_percentile(const struct sim_hist *hist, u32 per_100k);

#define SYS_REASON_BYTES 128

/** sys_steady_reason() - why there is no steady window, in words; "": there is one. */
const char *sys_steady_reason(char text[SYS_REASON_BYTES], const struct sys_steady *steady);

/**
 * sys_percentile_reason() - why a percentile of the faults' latency is refused; "": it is not
 * @steady: whose window @hist is of; or NULL
 */
const char *sys_percentile_reason(char text[SYS_REASON_BYTES], const struct sim_hist *hist,
				  u32 per_100k, const struct sys_steady *steady);

/** sys_steady_has_window() - is there a part of the run that was looked at? It may drift. */
bool sys_steady_has_window(const struct sys_steady *steady);

/** sys_result_latency() - what is said first of the faults' latency: the window's, or the run's. */
const struct sim_hist *sys_result_latency(const struct sys_result *result);

#endif
