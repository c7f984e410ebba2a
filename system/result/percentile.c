// SPDX-License-Identifier: GPL-2.0-only
/* Which percentiles may be told, see percentile.h. */
#include "system/result/percentile.h"

#include <stdio.h>

u64 sys_percentile(const struct sim_hist *hist, u32 per_100k)
{
	if (hist->is_drifting || sim_hist_beyond(hist, per_100k) < SYS_MIN_BEYOND)
		return SYS_UNKNOWN;
	return sim_hist_percentile(hist, per_100k);
}

static void say_drift(char text[SYS_REASON_BYTES], u64 drift_milli)
{
	bool is_above = drift_milli >= 1000;
	u64 percent = ((is_above ? drift_milli - 1000 : 1000 - drift_milli) + 5) / 10;

	snprintf(text, SYS_REASON_BYTES,
		 "not stationary: the second half's mean is %llu %% %s the first's", percent,
		 is_above ? "above" : "below");
}

const char *sys_steady_reason(char text[SYS_REASON_BYTES], const struct sys_steady *steady)
{
	text[0] = 0;
	switch ((enum sys_verdict)steady->verdict) {
	case SYS_STEADY_FOUND:
		break;
	case SYS_STEADY_TOO_FEW:
		snprintf(text, SYS_REASON_BYTES, "only %llu faults before the drain, 100 needed",
			 steady->faults);
		break;
	case SYS_STEADY_DRIFTS:
		say_drift(text, steady->drift_milli);
		break;
	case SYS_STEADY_NOT_KEPT:
		snprintf(text, SYS_REASON_BYTES,
			 "of %llu faults before the drain too few are kept (output.trace_limit)",
			 steady->faults);
		break;
	case SYS_STEADY_NOT_WANTED:
		snprintf(text, SYS_REASON_BYTES, "the whole run was asked for");
		break;
	}
	return text;
}

const char *sys_percentile_reason(char text[SYS_REASON_BYTES], const struct sim_hist *hist,
				  u32 per_100k, const struct sys_steady *steady)
{
	text[0] = 0;
	if (hist->is_drifting && steady)
		return sys_steady_reason(text, steady);
	if (sim_hist_beyond(hist, per_100k) < SYS_MIN_BEYOND)
		snprintf(text, SYS_REASON_BYTES, "only %llu faults, %d beyond it needed",
			 hist->count, SYS_MIN_BEYOND);
	return text;
}

bool sys_steady_has_window(const struct sys_steady *steady)
{
	return steady->verdict == SYS_STEADY_FOUND || steady->verdict == SYS_STEADY_DRIFTS;
}

const struct sim_hist *sys_result_latency(const struct sys_result *result)
{
	return result->steady && sys_steady_has_window(result->steady) ? result->steady->latency
								       : result->latency;
}
