// SPDX-License-Identifier: GPL-2.0-only
/* iopfsim sweep FILE: every point of the file's sweep, beside what was published. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "tool/common/folder.h"
#include "tool/common/plot.h"
#include "tool/common/progress.h"
#include "tool/sweep/csv.h"
#include "tool/sweep/store.h"
#include "tool/sweep/sweep.h"
#include "tool/verb/verb.h"

#define MARKER "points.json"

static void write_title(FILE *out, const struct sweep *sweep)
{
	fprintf(out, "%s\n", sweep->workload->config.title);
}

typedef void (*write_fn)(FILE *out, const struct sweep *sweep);

static const struct artefact {
	const char *name;
	write_fn write;
} artefacts[] = {
	{MARKER, sweep_write_json},
	{"points.csv", sweep_write_csv},
	{"report.html", sweep_write_report},
	{"data/title.txt", write_title},
	{"data/sweep.dat", sweep_write_data},
	{"data/sweep_panels.txt", sweep_write_panels},
	{"data/sweep_stages.dat", sweep_write_stages},
};

struct job {
	write_fn write;
	const struct sweep *sweep;
};

static void write_artefact(FILE *out, const void *opaque)
{
	const struct job *job = opaque;

	job->write(out, job->sweep);
}

static int fill_folder(const char *path, const struct sweep *sweep, char *message)
{
	char data[FOLDER_PATH_MAX + 8];
	int err = 0;

	snprintf(data, sizeof(data), "%s/data", path);
	if (mkdir(data, 0777)) {
		snprintf(message, TEXT_MESSAGE_MAX, "data: cannot be made: %s", strerror(errno));
		return -errno;
	}
	for (size_t i = 0; !err && i < sizeof(artefacts) / sizeof(artefacts[0]); i++) {
		const struct job job = {artefacts[i].write, sweep};
		const struct folder_file file = {artefacts[i].name, write_artefact, &job};

		err = folder_write(path, &file, message);
	}
	return err;
}

static int keep(const struct tool_options *options, const struct sweep *sweep,
		struct folder *folder)
{
	char message[TEXT_MESSAGE_MAX];
	int err, code;

	if (!options->output)
		return TOOL_OK;
	if (fill_folder(folder->temporary, sweep, message))
		return tool_complain(TOOL_FAILED, "iopfsim sweep: %s", message);
	err = options->has_plots ? plot_draw_sweep(folder->temporary, message) : 0;
	code = err ? plot_complain("sweep", err, message) : TOOL_OK;
	if (code)
		return code;
	if (folder_commit(folder, message))
		return tool_complain(TOOL_FAILED, "iopfsim sweep: %s", message);
	return TOOL_OK;
}

static int run_points(const struct tool_options *options, struct sweep *sweep,
		      struct folder *folder)
{
	char message[TEXT_MESSAGE_MAX], store[FOLDER_PATH_MAX + 8];
	int err, code;

	if (options->output)
		snprintf(store, sizeof(store), "%s.points", folder->path);
	sweep->store = options->output ? store : NULL;
	err = sweep_run(sweep, options->nr_jobs, options->is_quiet, message);
	if (err && err != -EINTR)
		return tool_complain(err == -EINVAL ? TOOL_USAGE : TOOL_FAILED, "%s", message);
	code = keep(options, sweep, folder);
	if (code)
		return code;
	if (options->is_json)
		sweep_write_json(stdout, sweep);
	else if (!options->is_quiet)
		sweep_print_tables(stdout, sweep);
	if (options->output && !options->is_quiet && !options->is_json)
		printf("\nwritten to %s, begin with %s/report.html\n", folder->shown,
		       folder->shown);
	if (options->output && !err)
		sweep_store_remove(store);
	if (err == -EINTR)
		return tool_complain(TOOL_INTERRUPTED,
				     "iopfsim sweep: interrupted; points without numbers did not "
				     "come to their end%s",
				     options->output ? ": the same command goes on" : "");
	return TOOL_OK;
}

static int sweep_workload(const struct tool_options *options, const struct wl_workload *workload)
{
	char message[TEXT_MESSAGE_MAX];
	const struct sweep_wish wish = {options->nr_seeds ? options->nr_seeds
							  : workload->nr_repeats,
					options->is_sensitive};
	struct folder folder = {0};
	struct sweep sweep;
	int code = TOOL_OK, err;

	if (!workload->nr_points)
		return tool_complain(TOOL_USAGE,
				     "%s: has no 'sweep', expected one, or --sweep KEY=a,b,c",
				     workload->path);
	progress_catch_signals();
	code = tool_settings_act(options, workload, true);
	if (code)
		return code;
	err = sweep_prepare(&sweep, workload, wish, message);
	if (err)
		code = tool_complain(err == -EINVAL ? TOOL_USAGE : TOOL_FAILED, "%s", message);
	else if (options->output && ((options->has_plots && plot_check(message)) ||
				     folder_begin(&folder, options->output, MARKER, message)))
		code = tool_complain(TOOL_USAGE, "iopfsim sweep: %s", message);
	if (!code)
		code = run_points(options, &sweep, &folder);
	folder_abandon(&folder);
	sweep_finish(&sweep);
	return code;
}

int verb_sweep(const struct tool_options *options)
{
	struct wl_workload *workload;
	int code = tool_load(options, &workload);

	if (code)
		return code;
	code = sweep_workload(options, workload);
	tool_unload(workload);
	return code;
}
