// SPDX-License-Identifier: GPL-2.0-only
/* What every verb begins with: complaining, and loading the workload that it was given. */
#include "tool/common/tool.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/config/acts.h"
#include "system/machine/machine.h"

/* What a user wrote (a name, an option) may have anything in it: it stays one line, and text. */
static void put_line(char *text)
{
	for (char *c = text; *c; c++) {
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	}
	fprintf(stderr, "%s\n", text);
}

int tool_complain(int code, const char *format, ...)
{
	char text[2 * TEXT_MESSAGE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	put_line(text);
	return code;
}

const char *tool_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

int tool_load(const struct tool_options *options, struct wl_workload **workload)
{
	char message[TEXT_MESSAGE_MAX] = "", why[TEXT_MESSAGE_MAX] = "";
	struct wl_workload *loaded = calloc(1, sizeof(*loaded));
	const struct wl_request request = {
		.path = options->args[0],
		.settings = options->settings,
		.nr_settings = options->nr_settings,
		.axes = options->axes,
		.nr_axes = options->nr_axes,
		.platform = options->platform,
		.seed = options->has_seed ? &options->seed : NULL,
	};

	if (!loaded)
		return tool_complain(TOOL_FAILED, "iopfsim: out of memory");
	if (wl_load(loaded, &request, message)) {
		free(loaded);
		return tool_complain(TOOL_USAGE, "%s", message);
	}
	if (sys_config_check(&loaded->config, why, sizeof(why))) {
		tool_complain(TOOL_USAGE, "%s: %s", loaded->path, why);
		tool_unload(loaded);
		return TOOL_USAGE;
	}
	if (loaded->notes)
		fputs(loaded->notes, stderr);
	*workload = loaded;
	return TOOL_OK;
}

void tool_unload(struct wl_workload *workload)
{
	wl_free(workload);
	free(workload);
}

/* --- settings without effect --- */

static bool point_sets(const struct wl_point *point, const char *path)
{
	for (u32 i = 0; i < point->nr_settings + point->nr_hidden; i++) {
		if (!strcmp(point->settings[i].path, path))
			return true;
	}
	return false;
}

static bool is_set_by_all(const struct wl_workload *workload, const char *path)
{
	for (u32 i = 0; i < workload->nr_points; i++) {
		if (!point_sets(&workload->points[i], path))
			return false;
	}
	return true;
}

/* The row that stands against it at all points; NULL: it acts at one. @config: left as there. */
static const struct wl_acts *acts_at_points(const struct wl_workload *workload, const char *path,
					    struct sys_config *config)
{
	char message[TEXT_MESSAGE_MAX];
	const struct text_where where = {.file = workload->path, .message = message};
	const struct wl_acts *row = NULL;

	for (u32 i = 0; i < workload->nr_points; i++) {
		const struct wl_point *point = &workload->points[i];

		*config = workload->config;
		if (wl_apply(config, where, point->settings, point->nr_settings + point->nr_hidden))
			return NULL; /* said when the points are prepared */
		row = wl_acts(config, path);
		if (!row)
			break;
	}
	return row;
}

static int setting_acts(const struct wl_workload *workload, const char *path, bool has_points,
			struct sys_config *config)
{
	const struct wl_acts *row;
	char why[WL_ACTS_BYTES];

	*config = workload->config;
	if (has_points && is_set_by_all(workload, path))
		return tool_complain(TOOL_USAGE,
				     "--set %s: has no effect, as each point sets it itself", path);
	row = has_points ? acts_at_points(workload, path, config) : wl_acts(config, path);
	if (!row)
		return TOOL_OK;
	return tool_complain(TOOL_USAGE, "--set %s: has no effect: it %s", path,
			     wl_acts_say(why, config, row));
}

int tool_settings_act(const struct tool_options *options, const struct wl_workload *workload,
		      bool has_points)
{
	struct sys_config *config = malloc(sizeof(*config));
	int code = TOOL_OK;

	if (!config)
		return tool_complain(TOOL_FAILED, "iopfsim: out of memory");
	for (u32 i = 0; i < options->nr_settings && !code; i++)
		code = setting_acts(workload, options->settings[i].path, has_points, config);
	free(config);
	return code;
}
