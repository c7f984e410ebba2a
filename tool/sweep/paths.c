// SPDX-License-Identifier: GPL-2.0-only
/* The keys that points of a sweep set: see paths.h. */
#include "tool/sweep/paths.h"

#include <string.h>

struct sweep_paths sweep_paths(const struct sweep *sweep)
{
	struct sweep_paths paths = {.nr = 0};

	for (u32 i = 0; i < sweep->nr_points; i++) {
		const struct wl_point *point = sweep->points[i].point;

		for (u32 j = 0; j < point->nr_settings; j++) {
			const char *path = point->settings[j].path;
			u32 known = 0;

			while (known < paths.nr && strcmp(paths.all[known], path) != 0)
				known++;
			if (known == paths.nr && known < SWEEP_MAX_PATHS)
				paths.all[paths.nr++] = path;
		}
	}
	return paths;
}

bool sweep_changes_caches(const struct sweep *sweep)
{
	const struct sweep_paths paths = sweep_paths(sweep);

	for (u32 i = 0; i < paths.nr; i++) {
		if (strstr(paths.all[i], ".caches."))
			return true;
	}
	return false;
}

struct sweep_paths sweep_paths_cut(const struct sweep *sweep)
{
	struct sweep_paths paths = sweep_paths(sweep);

	if (paths.nr > TABLE_MAX_COLUMNS / 2)
		paths.nr = TABLE_MAX_COLUMNS / 2;
	return paths;
}

static const char *last_part(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot ? dot + 1 : path;
}

/* "nic" of "devices.nic.pcie.page_request_credits". */
static const char *group_part(char group[SYS_NAME_MAX], const char *path)
{
	static const char devices[] = "devices.";
	size_t length = sizeof(devices) - 1;

	group[0] = 0;
	if (!strncmp(path, devices, length))
		snprintf(group, SYS_NAME_MAX, "%.*s", (int)strcspn(path + length, "."),
			 path + length);
	return group;
}

void sweep_paths_heads(const struct sweep_paths *paths, struct table *table, bool is_second)
{
	char group[SYS_NAME_MAX];

	for (u32 i = 0; i < paths->nr; i++)
		table_cell(table, "%s",
			   is_second ? last_part(paths->all[i]) : group_part(group, paths->all[i]));
}

void sweep_paths_cells(const struct sweep_paths *paths, struct table *table,
		       const struct sweep *sweep, const struct sweep_point *point)
{
	char text[SYS_TEXT_MAX];

	for (u32 i = 0; i < paths->nr; i++)
		table_cell(table, "%s", sweep_value(text, sweep, point, paths->all[i]));
}
