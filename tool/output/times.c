// SPDX-License-Identifier: GPL-2.0-only
/* What the summary says of a distribution, in a line. */
#include <stdio.h>

#include "system/result/percentile.h"
#include "tool/common/human.h"
#include "tool/output/output.h"

const struct output_point output_points[OUTPUT_NR_POINTS] = {
	{"p50", 50000}, {"p90", 90000}, {"p99", 99000}, {"p99.9", 99900}};

void output_times(FILE *out, const char *what, const struct sim_hist *hist, u64 half_width_ps)
{
	char text[HUMAN_BYTES];

	fprintf(out, "  %-10s  mean %s", what, human_time(text, sim_hist_mean(hist)));
	if (half_width_ps != SYS_UNKNOWN)
		fprintf(out, " ± %s", human_time(text, half_width_ps));
	for (u32 i = 0; i < OUTPUT_NR_POINTS; i++)
		fprintf(out, ", %s %s", output_points[i].name,
			human_time(text, sys_percentile(hist, output_points[i].per_100k)));
	fprintf(out, ", max %s\n", human_time(text, hist->max));
}
