// SPDX-License-Identifier: GPL-2.0-only
/* What every verb begins with: complaining, and loading the workload that it was given. */
#include "tool/common/tool.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/machine/machine.h"

int tool_complain(int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
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
	*workload = loaded;
	return TOOL_OK;
}

void tool_unload(struct wl_workload *workload)
{
	wl_free(workload);
	free(workload);
}
