// SPDX-License-Identifier: GPL-2.0-only
/* What kernel code did wrong, see defects.h. */
#include "kapi/defects.h"

#include <stdarg.h>
#include <stdio.h>

#include "kapi/internal.h"

#define ROW(...) SIM_STAT_ROW(struct kapi_defect_stats, __VA_ARGS__)
static const struct sim_stat rows[] = {KAPI_DEFECT_STATS(ROW)};
const struct sim_stat_table kapi_defect_stat_table = SIM_STAT_TABLE(struct kapi_defect_stats, rows);

struct kapi_defects *kapi_defects(void)
{
	return kapi_state ? &kapi_state->defects : NULL;
}

u64 kapi_nr_defects(const struct kapi_defects *defects)
{
	const u64 *counts = (const u64 *)&defects->counts;
	u64 nr = 0;

	for (size_t i = 0; i < sizeof(defects->counts) / sizeof(u64); i++)
		nr += counts[i];
	return nr;
}

void kapi_defect(u64 *count, const char *format, ...)
{
	struct kapi_defects *defects = &kapi_state->defects;
	va_list args;

	if (++*count > KAPI_DEFECT_LINES_A_KIND || defects->nr_lines == KAPI_DEFECT_LINES)
		return;
	va_start(args, format);
	vsnprintf(defects->lines[defects->nr_lines++], KAPI_DEFECT_BYTES, format, args);
	va_end(args);
}
