// SPDX-License-Identifier: GPL-2.0-only
/* Where a point of a study stands: on which curve, and where on it. */
#include <string.h>

#include "tool/sweep/study.h"

const char *study_setting(const struct sweep_point *point, const char *path)
{
	for (u32 i = 0; path && i < point->point->nr_settings; i++) {
		if (!strcmp(point->point->settings[i].path, path))
			return point->point->settings[i].value;
	}
	return "";
}

/* Do they differ along the axis alone, which a point sets last? */
bool study_is_same_curve(const struct wl_point *a, const struct wl_point *b)
{
	for (u32 i = 0; i + 1 < a->nr_settings; i++) {
		if (strcmp(a->settings[i].value, b->settings[i].value) != 0)
			return false;
	}
	return true;
}
