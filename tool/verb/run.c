// SPDX-License-Identifier: GPL-2.0-only
/* iopfsim run FILE: simulate one workload, leave its result folder. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tool/common/folder.h"
#include "tool/common/plot.h"
#include "tool/common/progress.h"
#include "tool/output/output.h"
#include "tool/sweep/seeds.h"
#include "tool/sweep/sensitivity.h"
#include "tool/verb/verb.h"

#define MARKER "result.json"

/* Fill the temporary folder. Without gnuplot the rest is there all the same. */
static int write_folder(const struct tool_options *options, const struct output_run *run,
			const char *path)
{
	char message[TEXT_MESSAGE_MAX];
	int err;

	if (output_write(path, run, message))
		return tool_complain(TOOL_FAILED, "iopfsim run: %s", message);
	err = options->has_plots ? plot_draw_run(path, options->theme, message) : 0;
	return err ? plot_complain("run", err, message) : TOOL_OK;
}

static void print_result(const struct tool_options *options, const struct output_run *run,
			 const char *folder)
{
	if (options->is_json)
		output_result_json(stdout, run);
	else if (!options->is_quiet)
		output_summary(stdout, run, folder);
}

/* Some are tables. */
static void complain_of_defect(const char *text)
{
	size_t length = strcspn(text, "\n");

	tool_complain(TOOL_FAILED, "iopfsim run: defect: %.*s", (int)length, text);
	while (text[length]) {
		text += length + 1;
		length = strcspn(text, "\n");
		tool_complain(TOOL_FAILED, "%.*s", (int)length, text);
	}
}

/* The last thing that is said. */
static int complain_of_defects(const struct tool_options *options,
			       const struct sim_defects *defects)
{
	if (!defects || !sim_nr_defects(defects))
		return TOOL_OK;
	for (u32 i = 0; i < defects->nr_lines; i++)
		complain_of_defect(defects->lines[i]);
	if (sim_nr_defects(defects) > defects->nr_lines)
		tool_complain(TOOL_FAILED, "iopfsim run: defect: and %llu more, see result.json",
			      sim_nr_defects(defects) - defects->nr_lines);
	return options->allows_errors ? TOOL_OK : TOOL_FAILED;
}

/* What becomes of a run that has a result. */
static int keep_result(const struct tool_options *options, const struct output_run *run,
		       struct folder *folder)
{
	char message[TEXT_MESSAGE_MAX];
	int code = write_folder(options, run, folder->temporary);
	bool is_part = run->is_interrupted || progress_is_stopped();

	if (is_part)
		folder_yield(folder);
	if (!code && folder_commit(folder, message))
		code = tool_complain(TOOL_FAILED, "iopfsim run: %s", message);
	if (code)
		return code;
	print_result(options, run, folder->shown);
	if (is_part)
		return tool_complain(TOOL_INTERRUPTED,
				     "iopfsim run: interrupted; what was simulated until then is "
				     "in %s",
				     folder->shown);
	if (run->stuck)
		tool_complain(TOOL_FAILED, "iopfsim run: the machine got stuck: %s; see %s",
			      run->stuck, folder->shown);
	code = complain_of_defects(options, run->result->defects);
	return run->stuck ? TOOL_FAILED : code;
}

/* Where devices wait for ever there is no way down. */
static void take_down(struct sys_machine *machine, struct output_run *run,
		      const struct sys_progress *hooks, const char *message)
{
	/* Who was stopped before gets the rest done; who asks twice ends the program. */
	int err = run->stuck ? 0
			     : sys_machine_shutdown(machine, run->is_interrupted ? NULL : hooks);

	if (err == -EDEADLK)
		tool_complain(TOOL_FAILED, "iopfsim run: taking the machine down never ended");
	else if (err == -EIO)
		run->stuck = message;
}

/* The last words of a kernel whose log nobody will find, as there is no result. */
#define NR_LAST_WORDS 40

static void show_log(const struct sys_config *config)
{
	if (config->driver == SYS_DRIVER_LINUX)
		fputs(sys_machine_log(NR_LAST_WORDS), stderr);
}

/* --- the same with further seeds, and with other costs --- */

static void write_beside(struct json_writer *json, const void *opaque)
{
	const struct sweep *sweep = opaque;

	sweep_write_seeds(json, sweep, &sweep->points[0]);
	sweep_write_sensitivity(json, sweep, &sweep->points[0]);
}

static void print_beside(FILE *out, const void *opaque)
{
	sweep_print_seeds(out, opaque);
	sweep_print_sensitivity(out, opaque);
}

/* A sweep of one point that sets nothing. Return: an exit code. */
static int run_beside(const struct tool_options *options, const struct wl_workload *workload,
		      struct sweep *sweep)
{
	const struct sweep_wish wish = {options->nr_seeds, options->is_sensitive};
	char message[TEXT_MESSAGE_MAX] = "";
	int err = sweep_prepare(sweep, workload, wish, message);

	if (!err)
		err = sweep_run(sweep, options->nr_jobs, options->is_quiet, message);
	if (err == -EINTR)
		return tool_complain(TOOL_INTERRUPTED, "iopfsim run: interrupted: no result");
	return err ? tool_complain(err == -EINVAL ? TOOL_USAGE : TOOL_FAILED, "%s", message)
		   : TOOL_OK;
}

/* --- the run --- */

static int simulate(const struct tool_options *options, const struct wl_workload *workload,
		    const struct output_more *more, struct folder *folder)
{
	char message[TEXT_MESSAGE_MAX] = "";
	struct sys_machine *machine;
	struct progress progress;
	const struct sys_progress hooks = {progress_tick, &progress};
	struct output_run run = {
		.file = tool_base_name(workload->path),
		.config = &workload->config,
		.settings = options->settings,
		.nr_settings = options->nr_settings,
		.more = more,
		.is_sensitive = options->is_sensitive,
		.sources = &workload->sources,
	};
	int err, code;

	progress_init(&progress, workload->config.name, options->is_quiet);
	err = sys_machine_create(&machine, &workload->config, message, sizeof(message));
	if (!err)
		err = sys_machine_run(machine, &hooks, message, sizeof(message));
	progress_end(&progress);
	run.is_interrupted = err == -EINTR;
	if (err == -EDEADLK || err == -ELOOP)
		run.stuck = message[0] ? message : "accesses are outstanding and nothing is left";
	if (err == -ECANCELED) {
		code = tool_complain(TOOL_INTERRUPTED,
				     "iopfsim run: interrupted before the devices ran: no result");
	} else if (err && !run.is_interrupted && !run.stuck) {
		if (machine)
			show_log(run.config);
		code = tool_complain(err == -EINVAL ? TOOL_USAGE : TOOL_FAILED, "%s: %s",
				     workload->path, message);
	} else {
		run.result = sys_machine_result(machine);
		take_down(machine, &run, &hooks, message);
		progress_end(&progress);
		code = keep_result(options, &run, folder);
	}
	sys_machine_destroy(machine);
	return code;
}

/* There is no result then. */
static void on_crash(void *opaque, const char *text)
{
	const struct sim_defects *defects = sim_defects();

	for (u32 i = 0; i < defects->nr_lines; i++)
		complain_of_defect(defects->lines[i]);
	tool_complain(TOOL_FAILED, "iopfsim run: defect: %s", text);
	fputs(sys_machine_log(NR_LAST_WORDS), stderr);
	folder_abandon(opaque);
	_exit(TOOL_FAILED);
}

/* First what is wanted beside it: those runs have processes of their own. */
static int run_all(const struct tool_options *options, const struct wl_workload *workload,
		   struct folder *folder)
{
	struct wl_point point = {0};
	struct wl_workload alone = *workload;
	struct sweep sweep = {0};
	const struct output_more more = {write_beside, print_beside, &sweep};
	bool has_more = options->nr_seeds || options->is_sensitive;
	int code = TOOL_OK;

	alone.points = &point;
	alone.nr_points = 1;
	alone.nr_baseline = 0;
	if (has_more)
		code = run_beside(options, &alone, &sweep);
	sys_catch_crashes(on_crash, folder);
	if (!code)
		code = simulate(options, workload, has_more ? &more : NULL, folder);
	sweep_finish(&sweep);
	return code;
}

int verb_run(const struct tool_options *options)
{
	char message[TEXT_MESSAGE_MAX], path[FOLDER_PATH_MAX];
	struct wl_workload *workload;
	struct folder folder = {0};
	int code;

	if (options->nr_jobs && !options->nr_seeds && !options->is_sensitive)
		return tool_complain(TOOL_USAGE,
				     "iopfsim run: option '--jobs' does nothing without "
				     "'--repeat' or '--sensitivity'");
	code = tool_load(options, &workload);
	if (code)
		return code;
	snprintf(path, sizeof(path), "out/%s", workload->config.name);
	progress_catch_signals();
	code = tool_settings_act(options, workload, false);
	if (code) {
		tool_unload(workload);
		return code;
	}
	if ((options->has_plots && plot_check(message)) ||
	    folder_begin(&folder, options->output ? options->output : path, MARKER, message))
		code = tool_complain(TOOL_USAGE, "iopfsim run: %s", message);
	else
		code = run_all(options, workload, &folder);
	folder_abandon(&folder);
	tool_unload(workload);
	return code;
}
