// SPDX-License-Identifier: GPL-2.0-only
/* iopfsim drive FILE: take a scenario's steps with the drivers of the kernel that is built in. */
#include "system/drive/drive.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "linux/world/linux.h"
#include "system/machine/machine.h"
#include "tool/verb/verb.h"

/* What --set says comes last. */
static int load_machine(const struct drive *drive, const struct tool_options *options,
			struct wl_workload *workload, char *message)
{
	struct wl_setting settings[2 * WL_MAX_SETTINGS];
	const struct wl_setting *own;
	u32 nr = drive_settings(drive, &own);
	const struct wl_request request = {
		.path = drive_machine(drive),
		.settings = settings,
		.nr_settings = nr + options->nr_settings,
		.platform = options->platform,
		.seed = options->has_seed ? &options->seed : NULL,
	};

	for (u32 i = 0; i < nr; i++)
		settings[i] = own[i];
	for (u32 i = 0; i < options->nr_settings; i++)
		settings[nr + i] = options->settings[i];
	return wl_load(workload, &request, message);
}

static void on_crash(void *opaque, const char *text)
{
	tool_complain(TOOL_FAILED, "iopfsim drive: %s", text);
	_exit(TOOL_FAILED);
}

static int drive_it(struct drive *drive, const struct tool_options *options)
{
	struct wl_workload *workload = calloc(1, sizeof(*workload));
	char message[TEXT_MESSAGE_MAX] = "";
	enum drive_end end;

	if (!workload)
		return tool_complain(TOOL_FAILED, "iopfsim: out of memory");
	if (load_machine(drive, options, workload, message)) {
		free(workload);
		return tool_complain(TOOL_USAGE, "%s", message);
	}
	sys_catch_crashes(on_crash, NULL);
	end = drive_run(drive, &workload->config, stdout);
	tool_unload(workload);
	return end == DRIVE_DONE ? TOOL_OK : TOOL_FAILED;
}

int verb_drive(const struct tool_options *options)
{
	char message[TEXT_MESSAGE_MAX] = "iopfsim: out of memory";
	struct drive *drive;
	int code;

	if (!linux_is_built())
		return tool_complain(
			TOOL_USAGE,
			"iopfsim drive needs a kernel: build with 'scripts/linux build TREE -o "
			"DIR', and run DIR/iopfsim (docs/linux-drivers.md)");
	if (drive_load(&drive, options->args[0], message))
		return tool_complain(TOOL_USAGE, "%s", message);
	if (drive_is_for(drive))
		code = drive_it(drive, options);
	else
		code = tool_complain(TOOL_USAGE, "%s: not for Linux %s (series)", options->args[0],
				     linux_release());
	drive_free(drive);
	return code;
}
