// SPDX-License-Identifier: GPL-2.0-only
/* iopfsim calibrate [PLATFORM] -o FILE: this machine as a platform file. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/common/place.h"
#include "tool/common/progress.h"
#include "tool/here/here.h"
#include "tool/verb/verb.h"

#define DEFAULT_PLATFORM "kunpeng920"

/* Of the platform file @name among those that come with us; heap, or NULL after a complaint. */
static char *read_platform(const char *name)
{
	const char *data = wl_data_folder();
	char path[4200], *text = NULL;
	size_t bytes = 0;
	FILE *in;

	if (!data) {
		tool_complain(0, "iopfsim calibrate: %s", wl_data_missing());
		return NULL;
	}
	snprintf(path, sizeof(path), "%.4000s/workloads/platforms/%.100s.yaml", data, name);
	in = strchr(name, '/') ? NULL : fopen(path, "re");
	if (in && getdelim(&text, &bytes, 0, in) < 0) {
		free(text);
		text = NULL;
	}
	if (in)
		fclose(in);
	if (!text)
		tool_complain(0,
			      "iopfsim calibrate: no platform is called '%.64s', see 'iopfsim list "
			      "platforms'",
			      name);
	return text;
}

static int complain(int err, const char *message)
{
	return tool_complain(TOOL_FAILED, "iopfsim calibrate: %s%s", message,
			     err == -EDOM ? ": nothing is written" : "");
}

/* To the file behind the place's descriptor, as a whole. */
static int write_platform(struct place *place, const struct here *here, const char *text,
			  const char *name)
{
	char message[TEXT_MESSAGE_MAX];
	FILE *out = fdopen(dup(place->fd), "w");
	bool is_written;

	if (!out)
		return tool_complain(TOOL_FAILED, "iopfsim calibrate: %s", strerror(errno));
	if (here_write_platform(out, here, text, name)) {
		fclose(out);
		return tool_complain(TOOL_USAGE,
				     "iopfsim calibrate: platform '%s' has no section cpu", name);
	}
	is_written = !ferror(out);
	if (fclose(out) || !is_written)
		return tool_complain(TOOL_FAILED, "iopfsim calibrate: %s cannot be written: %s",
				     place->shown, strerror(errno));
	if (place_commit(place, message))
		return tool_complain(TOOL_FAILED, "iopfsim calibrate: %s", message);
	return TOOL_OK;
}

static int measure(const struct tool_options *options, struct place *place, const char *text,
		   const char *name)
{
	char message[TEXT_MESSAGE_MAX];
	struct here here;
	int err = here_measure(&here, message);
	int code;

	here_leave(&here);
	if (progress_is_stopped())
		return tool_complain(TOOL_INTERRUPTED, "iopfsim calibrate: interrupted");
	if (err)
		return complain(err, message);
	code = write_platform(place, &here, text, name);
	if (code)
		return code;
	if (options->is_json)
		here_write_json(stdout, &here);
	else if (!options->is_quiet)
		here_print(stdout, &here);
	if (!options->is_json && !options->is_quiet)
		printf("\nwritten to %s; everything else in it is as %s\n", options->output, name);
	return TOOL_OK;
}

int verb_calibrate(const struct tool_options *options)
{
	const char *name = options->nr_args ? options->args[0] : DEFAULT_PLATFORM;
	struct place place = {.shown = options->output,
			      .what = "calibrate platform",
			      .is_ours = here_is_platform};
	char message[TEXT_MESSAGE_MAX], *text;
	int code;

	if (!options->output)
		return tool_complain(TOOL_USAGE, "iopfsim calibrate: where to? -o FILE is missing");
	text = read_platform(name);
	if (!text)
		return TOOL_USAGE;
	progress_catch_signals();
	if (place_begin(&place, message))
		code = tool_complain(TOOL_USAGE, "iopfsim calibrate: %s", message);
	else
		code = measure(options, &place, text, name);
	place_abandon(&place);
	free(text);
	return code;
}
