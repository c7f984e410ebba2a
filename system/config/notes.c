// SPDX-License-Identifier: GPL-2.0-only
/*
 * Notes on a workload file: keys that it states and that can do nothing, by acts.h. A key
 * acts if it does in the file as it is or at one of its points; one that has its default
 * misleads nobody. What the command line changes is not the file's fault.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/config/acts.h"
#include "system/config/internal.h"

void wl_stated_add(struct wl_stated *stated, const char *path, const struct text_node *node)
{
	if (stated->nr == WL_MAX_STATED)
		return;
	snprintf(stated->keys[stated->nr].path, sizeof(stated->keys[0].path), "%s", path);
	stated->keys[stated->nr].line = node->line;
	stated->keys[stated->nr].column = node->column;
	stated->nr++;
}

static bool has_default(const struct sys_config *config, const struct sys_config *defaults,
			const char *path)
{
	char value[SYS_TEXT_MAX * 2], usual[SYS_TEXT_MAX * 2];

	return wl_format_value(config, path, value, sizeof(value)) &&
	       wl_format_value(defaults, path, usual, sizeof(usual)) && !strcmp(value, usual);
}

/* @scratch: a configuration to work in. */
static bool acts_at_a_point(const struct wl_workload *workload, const struct wl_stated *stated,
			    const char *path, struct sys_config *scratch)
{
	char message[TEXT_MESSAGE_MAX];
	const struct text_where where = {.file = workload->path, .message = message};

	for (u32 i = 0; i < workload->nr_points; i++) {
		const struct wl_point *point = &workload->points[i];

		*scratch = stated->config;
		if (wl_settings_apply(scratch, where, point->settings, point->nr_settings) ||
		    !wl_acts(scratch, path))
			return true;
	}
	return false;
}

static void note_key(FILE *out, const struct wl_workload *workload, const struct wl_stated *stated,
		     u32 index)
{
	const char *path = stated->keys[index].path;
	const struct wl_acts *row = wl_acts(&stated->config, path);
	char why[WL_ACTS_BYTES];

	fprintf(out, "%s:%u:%u: warning: '%s' %s\n", workload->path, stated->keys[index].line,
		stated->keys[index].column, path, wl_acts_say(why, &stated->config, row));
}

static void note_keys(FILE *out, const struct wl_workload *workload, const struct wl_stated *stated,
		      struct sys_config *both)
{
	wl_config_defaults(&both[0]);
	for (u32 i = 0; i < stated->nr; i++) {
		const char *path = stated->keys[i].path;

		if (wl_acts(&stated->config, path) &&
		    !has_default(&stated->config, &both[0], path) &&
		    !acts_at_a_point(workload, stated, path, &both[1]))
			note_key(out, workload, stated, i);
	}
}

int wl_notes_make(struct wl_workload *workload, const struct wl_stated *stated)
{
	struct sys_config *both = malloc(2 * sizeof(*both));
	size_t bytes;
	FILE *out = open_memstream(&workload->notes, &bytes);

	if (out && both)
		note_keys(out, workload, stated, both);
	free(both);
	if (!out || fclose(out))
		return -ENOMEM;
	return both ? 0 : -ENOMEM;
}
