// SPDX-License-Identifier: GPL-2.0-only
/* iopfsim sweep FILE: every point of the file's sweep, beside what was published. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tool/common/folder.h"
#include "tool/common/plot.h"
#include "tool/common/progress.h"
#include "tool/sweep/csv.h"
#include "tool/sweep/grid.h"
#include "tool/sweep/shard.h"
#include "tool/sweep/store.h"
#include "tool/sweep/sweep.h"
#include "tool/verb/shards.h"
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
	{"data/sweep_axes.dat", grid_write_axes},
	{"data/sweep_grid.dat", grid_write_data},
	{"data/sweep_map.dat", grid_write_map},
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
	err = options->has_plots ? plot_draw_sweep(folder->temporary, options->theme, message) : 0;
	code = err ? plot_complain("sweep", err, message) : TOOL_OK;
	if (code)
		return code;
	if (sweep->is_interrupted || progress_is_stopped())
		folder_yield(folder);
	if (folder_commit(folder, message))
		return tool_complain(TOOL_FAILED, "iopfsim sweep: %s", message);
	return TOOL_OK;
}

/* All that can be told is kept, and told. */
static int finish(const struct tool_options *options, const struct sweep *sweep,
		  struct folder *folder)
{
	int code = keep(options, sweep, folder);

	if (code)
		return code;
	if (options->is_json)
		sweep_write_json(stdout, sweep);
	else if (!options->is_quiet)
		sweep_print_tables(stdout, sweep);
	if (options->output && !options->is_quiet && !options->is_json)
		printf("\nwritten to %s, begin with %s/report.html\n", folder->shown,
		       folder->shown);
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
	code = finish(options, sweep, folder);
	if (code)
		return code;
	if (options->output && !err)
		sweep_store_remove(store);
	if (err == -EINTR)
		return tool_complain(TOOL_INTERRUPTED,
				     "iopfsim sweep: interrupted; points without numbers did not "
				     "come to their end%s",
				     options->output ? ": the same command goes on" : "");
	return TOOL_OK;
}

/* --- shards --- */

/* Options that decide what is run are for who runs it. */
static const char *idle_with_collect(const struct tool_options *options)
{
	return options->nr_settings    ? "set"
	       : options->nr_axes      ? "sweep"
	       : options->platform     ? "platform"
	       : options->has_seed     ? "seed"
	       : options->nr_seeds     ? "repeat"
	       : options->is_sensitive ? "sensitivity"
	       : options->nr_jobs      ? "jobs"
	       : options->shard	       ? "shard"
	       : options->nr_slurm     ? "slurm"
				       : NULL;
}

static int check_options(const struct tool_options *options)
{
	const char *idle = options->does_collect ? idle_with_collect(options) : NULL;

	if (idle)
		return tool_complain(TOOL_USAGE,
				     "iopfsim sweep: option '--%s' does nothing with '--collect'",
				     idle);
	if (options->nr_args > 1 && !options->does_collect)
		return tool_complain(TOOL_USAGE, "iopfsim sweep: one argument too many: '%s'",
				     options->args[1]);
	if (!options->shard && !options->nr_slurm)
		return TOOL_OK;
	if (options->shard && options->nr_slurm)
		return tool_complain(
			TOOL_USAGE, "iopfsim sweep: '--shard' and '--slurm', expected one of them");
	if (options->is_json)
		return tool_complain(TOOL_USAGE,
				     "iopfsim sweep: option '--json' does nothing with shards");
	if (!options->output)
		return tool_complain(TOOL_USAGE,
				     "iopfsim sweep: -o DIR is missing, where shards keep their "
				     "runs");
	return TOOL_OK;
}

/* This shard, or none yet: the folder is there, and says which sweep it is of. */
static int run_shard(const struct tool_options *options, struct sweep *sweep)
{
	struct sweep_plan plan = {
		.hash = sweep_plan_hash(sweep),
		.shard = options->shard,
		.nr_shards = options->nr_shards,
		.asked = shards_asked(options, sweep->workload),
	};
	char message[TEXT_MESSAGE_MAX] = "out of memory";
	int err = plan.asked ? shard_folder_begin(options->output, &plan, message) : -ENOMEM;
	int code = TOOL_OK;

	if (err)
		code = tool_complain(err == -EEXIST || err == -EINVAL ? TOOL_USAGE : TOOL_FAILED,
				     "iopfsim sweep: %s", message);
	else if (options->nr_slurm)
		code = shards_submit(options, sweep->workload);
	else {
		sweep->store = options->output;
		sweep->plan = &plan;
		err = sweep_run(sweep, options->nr_jobs, options->is_quiet, message);
		if (err == -EINTR)
			code = tool_complain(
				TOOL_INTERRUPTED,
				"iopfsim sweep: interrupted: the same command goes on");
		else if (err)
			code = tool_complain(err == -EINVAL ? TOOL_USAGE : TOOL_FAILED, "%s",
					     message);
		else if (!options->is_quiet)
			printf("shard %u of %u is in %s; when all are: iopfsim sweep --collect %s "
			       "-o ANOTHER\n",
			       plan.shard, plan.nr_shards, options->output, options->output);
	}
	free(plan.asked);
	return code;
}

static int prepare(const struct tool_options *options, const struct wl_workload *workload,
		   struct sweep *sweep)
{
	const struct sweep_wish wish = {options->nr_seeds ? options->nr_seeds
							  : workload->nr_repeats,
					options->is_sensitive};
	char message[TEXT_MESSAGE_MAX];
	int code, err;

	if (!workload->nr_points)
		return tool_complain(TOOL_USAGE,
				     "%s: has no 'sweep', expected one, or --sweep KEY=a,b,c",
				     workload->path);
	code = tool_settings_act(options, workload, true);
	if (code)
		return code;
	err = sweep_prepare(sweep, workload, wish, message);
	return err ? tool_complain(err == -EINVAL ? TOOL_USAGE : TOOL_FAILED, "%s", message)
		   : TOOL_OK;
}

static int begin_folder(const struct tool_options *options, struct folder *folder)
{
	char message[TEXT_MESSAGE_MAX];

	if (options->output && ((options->has_plots && plot_check(message)) ||
				folder_begin(folder, options->output, MARKER, message)))
		return tool_complain(TOOL_USAGE, "iopfsim sweep: %s", message);
	return TOOL_OK;
}

/* @files: NULL: it is run; else joined of these. */
static int sweep_workload(const struct tool_options *options, const struct wl_workload *workload,
			  const struct shard_files *files)
{
	char message[TEXT_MESSAGE_MAX];
	struct folder folder = {0};
	struct sweep sweep = {0};
	int code, err;

	progress_catch_signals();
	code = prepare(options, workload, &sweep);
	if (!code && (options->shard || options->nr_slurm)) {
		code = run_shard(options, &sweep);
		sweep_finish(&sweep);
		return code;
	}
	err = !code && files ? shard_files_take(files, &sweep, message) : 0;
	if (err)
		code = tool_complain(err == -EINVAL ? TOOL_USAGE : TOOL_FAILED, "iopfsim sweep: %s",
				     message);
	if (!code)
		code = begin_folder(options, &folder);
	if (!code)
		code = files ? finish(options, &sweep, &folder)
			     : run_points(options, &sweep, &folder);
	folder_abandon(&folder);
	sweep_finish(&sweep);
	return code;
}

static int load_and_sweep(const struct tool_options *options, const struct shard_files *files)
{
	struct wl_workload *workload;
	int code = tool_load(options, &workload);

	if (code)
		return code;
	code = sweep_workload(options, workload, files);
	tool_unload(workload);
	return code;
}

static int collect(const struct tool_options *options)
{
	struct tool_options asked = *options;
	char message[TEXT_MESSAGE_MAX] = "the shards do not say what was asked";
	struct shard_files files = {0};
	int err = 0, code;

	for (u32 i = 0; i < options->nr_args && !err; i++)
		err = shard_files_find(&files, options->args[i], message);
	if (!err && !files.nr) {
		snprintf(message, sizeof(message), "%s: has no runs yet", options->args[0]);
		err = -EINVAL;
	}
	if (!err)
		err = shards_ask(&asked, files.plan.asked, message);
	if (err)
		code = tool_complain(err == -EINVAL ? TOOL_USAGE : TOOL_FAILED, "iopfsim sweep: %s",
				     message);
	else
		code = load_and_sweep(&asked, &files);
	shard_files_free(&files);
	return code;
}

int verb_sweep(const struct tool_options *options)
{
	int code = check_options(options);

	if (code)
		return code;
	return options->does_collect ? collect(options) : load_and_sweep(options, NULL);
}
