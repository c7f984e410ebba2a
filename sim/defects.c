// SPDX-License-Identifier: GPL-2.0-only
/* What kernel code did wrong, see defects.h. */
#include "sim/defects.h"

#include <stdarg.h>
#include <stdio.h>

#include "sim/core.h"

#define ROW(...) SIM_STAT_ROW(struct sim_defect_stats, __VA_ARGS__)
static const struct sim_stat rows[] = {SIM_DEFECT_STATS(ROW)};
const struct sim_stat_table sim_defect_stat_table = SIM_STAT_TABLE(struct sim_defect_stats, rows);

struct sim_defects *sim_defects(void)
{
	return sim_core ? sim_core->defects : NULL;
}

u64 sim_nr_defects(const struct sim_defects *defects)
{
	const u64 *counts = (const u64 *)&defects->counts;
	u64 nr = 0;

	for (size_t i = 0; i < sizeof(defects->counts) / sizeof(u64); i++)
		nr += counts[i];
	return nr;
}

void sim_defect(u64 *count, const char *format, ...)
{
	struct sim_defects *defects = sim_core->defects;
	va_list args;

	if (++*count > SIM_DEFECT_LINES_A_KIND || defects->nr_lines == SIM_DEFECT_LINES)
		return;
	va_start(args, format);
	vsnprintf(defects->lines[defects->nr_lines++], SIM_DEFECT_BYTES, format, args);
	va_end(args);
}
