// SPDX-License-Identifier: GPL-2.0-only
/*
 * iopfsim study WHAT: the points of a study are those of a sweep that nobody
 * has to write down. A point's parameters are its place on the two axes; what
 * else has to change with a design (rfc-v3 is handled in the event thread, as it
 * was posted) goes along without being one.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tool/common/folder.h"
#include "tool/common/progress.h"
#include "tool/common/report.h"
#include "tool/sweep/store.h"
#include "tool/sweep/study.h"
#include "tool/verb/locks_here.h"
#include "tool/verb/verb.h"

#define MARKER "points.json"
#define LOCKS_HERE "locks-here" /* has no points: it measures this machine */

#define NO_SEEDS "iopfsim study: option '--repeat' does nothing here: %s has no faults"

#define CPU_COUNTS                                                                                 \
	{"1", {0}}, {"2", {0}}, {"4", {0}}, {"8", {0}}, {"16", {0}}, {"32", {0}},                  \
	{                                                                                          \
		"64",                                                                              \
		{                                                                                  \
			0                                                                          \
		}                                                                                  \
	}

/* Of a device: from 50,000 to 2.3 million faults a second of 64. */
#define INTERVALS                                                                                  \
	{"1280us", {0}}, {"640us", {0}}, {"430us", {0}}, {"320us", {0}}, {"280us", {0}},           \
		{"256us", {0}}, {"213us", {0}}, {"160us", {0}}, {"128us", {0}}, {"90us", {0}},     \
		{"64us", {0}}, {"50us", {0}}, {"40us", {0}}, {"36us", {0}}, {"32us", {0}},         \
	{                                                                                          \
		"28us",                                                                            \
		{                                                                                  \
			0                                                                          \
		}                                                                                  \
	}

/* A curve for each design, with the dispatch that goes with it. */
#define CURVE(symbol, name, dispatch, about) {name, {"handler.dispatch=" dispatch}},
#define SVA_CURVE(symbol, name, about) {name, {0}},

static const struct study studies[] = {
	{.name = "load",
	 .workload = "offered-load",
	 .curve_path = "handler.design",
	 .curves = {{"rfc-v3", {0}},
		    {"core-path", {0}},
		    {"range-lock", {0}},
		    {"rcu", {0}},
		    {"rcu", {0}},
		    {"rcu", {0}}},
	 .second_path = "handler.dispatch",
	 .seconds = {"event-thread", "cpu-threads", "cpu-threads", "cpu-threads", "workqueue",
		     "event-thread"},
	 .is_paired = true,
	 .axis_path = "workload.interval",
	 .values = {INTERVALS},
	 .is_of_load = true,
	 .plot = {"study_load", "study.dat", "Latency against faults offered", ""}},
	{.name = "locks",
	 .workload = "locks",
	 .curve_path = "handler.design",
	 .curves = {PFH_DESIGNS(CURVE)},
	 .axis_path = "machine.cpus",
	 .values = {CPU_COUNTS},
	 .plot = {"study_scaling", "study.dat", "Faults a second against CPUs", ""}},
	{.name = "dispatch",
	 .workload = "locks",
	 .curve_path = "handler.dispatch",
	 .curves = {{"event-thread", {0}},
		    {"workqueue", {0}},
		    {"device-workqueue", {0}},
		    {"cpu-threads", {0}}},
	 .second_path = "machine.irq_placement",
	 .seconds = {"consecutive", "spread"},
	 .axis_path = "machine.cpus",
	 .values = {CPU_COUNTS},
	 .plot = {"study_scaling", "study.dat", "Faults a second against CPUs", ""}},
	{.name = "sva",
	 .workload = "sva-locks",
	 .curve_path = "handler.design",
	 .curves = {PFH_SVA_DESIGNS(SVA_CURVE)},
	 .axis_path = "machine.cpus",
	 .values = {CPU_COUNTS},
	 .plot = {"study_scaling", "study.dat", "Faults a second against CPUs", ""}},
	{.name = "premap",
	 .workload = "premap",
	 .axis_path = "handler.premap_pages",
	 .values = {{"1", {0}},
		    {"2", {0}},
		    {"4", {0}},
		    {"8", {0}},
		    {"16", {0}},
		    {"32", {0}},
		    {"64", {0}},
		    {"128", {0}},
		    {"256", {0}},
		    {"512", {0}}},
	 .baseline = "handler.iopf=false",
	 .plot = {"study_premap", "study.dat", "Throughput against pages mapped per fault", ""}},
	{.name = "cmdq",
	 .workload = "cmdq",
	 .has_own_points = true,
	 .plot = {"study_validation", "study.dat", "Simulated against published", ""}},
	{.name = "pinning",
	 .workload = "pinning",
	 .has_own_points = true,
	 .plot = {"study_validation", "study.dat", "Simulated against published", ""}},
	{.name = "memory",
	 .workload = "memory",
	 .has_own_points = true,
	 .plot = {"study_validation", "study.dat", "Simulated against published", ""}},
	{.name = "wakeup",
	 .workload = "wakeup",
	 .has_own_points = true,
	 .plot = {"study_validation", "study.dat", "Simulated against published", ""}},
	{.name = "page-requests",
	 .workload = "iaa-sva",
	 .has_own_points = true,
	 .plot = {"study_validation", "study.dat", "Simulated against published", ""}},
	{.name = "workqueue",
	 .workload = "workqueue",
	 .has_own_points = true,
	 .plot = {"study_validation", "study.dat", "Simulated against published", ""}},
};

static const u32 nr_studies = sizeof(studies) / sizeof(studies[0]);

/* --- the points --- */

static void add_setting(struct wl_setting *settings, u32 *nr, const char *path, const char *value)
{
	struct wl_setting *setting = &settings[(*nr)++];

	*setting = (struct wl_setting){0};
	snprintf(setting->path, sizeof(setting->path), "%s", path);
	snprintf(setting->value, sizeof(setting->value), "%s", value);
}

/* The settings are our own: they can be split. */
static void add_hidden(struct wl_point *point, const struct study_value *value)
{
	char message[TEXT_MESSAGE_MAX];

	for (size_t i = 0; i < 3 && value->hidden[i]; i++) {
		u32 at = point->nr_settings + point->nr_hidden++;

		wl_setting_parse(value->hidden[i], &point->settings[at], message);
	}
}

static u32 count_values(const struct study_value *values)
{
	u32 nr = 0;

	while (nr < STUDY_MAX_VALUES && values[nr].value)
		nr++;
	return nr ? nr : 1;
}

static u32 count_seconds(const struct study *study)
{
	u32 nr = 0;

	if (study->is_paired)
		return 1;
	while (nr < STUDY_MAX_VALUES && study->seconds[nr])
		nr++;
	return nr ? nr : 1;
}

/* Point @index: along the axis first, then curve by curve. */
static void make_point(struct wl_point *point, const struct study *study, u32 index)
{
	u32 nr_values = count_values(study->values), nr_seconds = count_seconds(study);
	const struct study_value *curve = &study->curves[index / nr_values / nr_seconds];
	const struct study_value *value = &study->values[index % nr_values];

	if (study->curve_path)
		add_setting(point->settings, &point->nr_settings, study->curve_path, curve->value);
	if (study->second_path)
		add_setting(point->settings, &point->nr_settings, study->second_path,
			    study->is_paired ? study->seconds[index / nr_values]
					     : study->seconds[index / nr_values % nr_seconds]);
	add_setting(point->settings, &point->nr_settings, study->axis_path, value->value);
	add_hidden(point, curve);
	add_hidden(point, value);
}

/* Whatever sweep the file has is none of ours, but for validation. 0 or -ENOMEM. */
static int make_points(struct wl_workload *workload, const struct study *study)
{
	u32 nr_curves = count_values(study->curves), nr_values = count_values(study->values);
	char message[TEXT_MESSAGE_MAX];

	if (study->has_own_points)
		return 0;
	workload->nr_baseline = 0;
	workload->sweep_source[0] = 0;
	if (wl_points_alloc(workload, nr_curves * count_seconds(study) * nr_values))
		return -ENOMEM;
	for (u32 i = 0; i < workload->nr_points; i++) {
		if (wl_point_alloc(&workload->points[i], WL_MAX_SETTINGS))
			return -ENOMEM;
		make_point(&workload->points[i], study, i);
	}
	if (study->baseline) {
		wl_setting_parse(study->baseline, &workload->baseline[0], message);
		workload->nr_baseline = 1;
	}
	return 0;
}

/* --- what is kept --- */

struct kept {
	const struct study *study;
	const struct sweep *sweep;
};

static void write_json(FILE *out, const void *opaque)
{
	sweep_write_json(out, ((const struct kept *)opaque)->sweep);
}

static void write_data(FILE *out, const void *opaque)
{
	const struct kept *kept = opaque;

	study_write_data(out, kept->study, kept->sweep);
}

static void write_table(FILE *out, const void *opaque)
{
	const struct kept *kept = opaque;

	study_print(out, kept->study, kept->sweep);
}

static void write_report(FILE *out, const void *opaque)
{
	const struct kept *kept = opaque;

	study_write_report(out, kept->study, kept->sweep);
}

static void write_title(FILE *out, const void *opaque)
{
	fprintf(out, "%s\n", ((const struct kept *)opaque)->sweep->workload->config.title);
}

/* For `iopfsim plot`. */
static void write_plot_name(FILE *out, const void *opaque)
{
	fprintf(out, "%s\n", ((const struct kept *)opaque)->study->plot.name);
}

static int fill_folder(const char *path, const struct kept *kept, char *message)
{
	const struct folder_file files[] = {
		{MARKER, write_json, kept},
		{"table.txt", write_table, kept},
		{"data/study.dat", write_data, kept},
		{"report.html", write_report, kept},
		{"data/title.txt", write_title, kept},
		{STUDY_PLOT_NAME, write_plot_name, kept},
	};
	char data[FOLDER_PATH_MAX + 8];
	int err = 0;

	snprintf(data, sizeof(data), "%s/data", path);
	if (mkdir(data, 0777)) {
		snprintf(message, TEXT_MESSAGE_MAX, "data: cannot be made: %s", strerror(errno));
		return -errno;
	}
	for (size_t i = 0; !err && i < sizeof(files) / sizeof(files[0]); i++)
		err = folder_write(path, &files[i], message);
	return err;
}

static int keep(const struct tool_options *options, const struct kept *kept, struct folder *folder)
{
	char message[TEXT_MESSAGE_MAX];
	int err, code;

	if (!options->output)
		return TOOL_OK;
	if (fill_folder(folder->temporary, kept, message))
		return tool_complain(TOOL_FAILED, "iopfsim study: %s", message);
	err = options->has_plots
		      ? plot_draw(folder->temporary, &kept->study->plot, options->theme, message)
		      : 0;
	if (!err)
		err = report_embed_plots(folder->temporary, &kept->study->plot, 1, message);
	code = err ? plot_complain("study", err, message) : TOOL_OK;
	if (code)
		return code;
	if (kept->sweep->is_interrupted || progress_is_stopped())
		folder_yield(folder);
	if (folder_commit(folder, message))
		return tool_complain(TOOL_FAILED, "iopfsim study: %s", message);
	return TOOL_OK;
}

/* --- running --- */

static int run_points(const struct tool_options *options, const struct study *study,
		      struct sweep *sweep, struct folder *folder)
{
	const struct kept kept = {study, sweep};
	char message[TEXT_MESSAGE_MAX], store[FOLDER_PATH_MAX + 8];
	int err, code;

	if (options->output)
		snprintf(store, sizeof(store), "%s.points", folder->path);
	sweep->store = options->output ? store : NULL;
	err = sweep_run(sweep, options->nr_jobs, options->is_quiet, message);
	if (err && err != -EINTR)
		return tool_complain(err == -EINVAL ? TOOL_USAGE : TOOL_FAILED, "%s", message);
	code = keep(options, &kept, folder);
	if (code)
		return code;
	if (options->is_json)
		sweep_write_json(stdout, sweep);
	else if (!options->is_quiet)
		study_print(stdout, study, sweep);
	if (options->output && !options->is_quiet && !options->is_json)
		printf("\nwritten to %s, begin with %s/report.html\n", folder->shown,
		       folder->shown);
	if (options->output && !err)
		sweep_store_remove(store);
	if (err == -EINTR)
		return tool_complain(TOOL_INTERRUPTED,
				     "iopfsim study: interrupted; points without numbers did not "
				     "come to their end%s",
				     options->output ? ": the same command goes on" : "");
	return TOOL_OK;
}

static int run_study(const struct tool_options *options, const struct study *study,
		     struct wl_workload *workload)
{
	char message[TEXT_MESSAGE_MAX];
	const struct sweep_wish wish = {options->nr_seeds, options->is_sensitive};
	struct folder folder = {0};
	struct sweep sweep = {0};
	int code = TOOL_OK, err;

	if (study->has_own_points && !workload->nr_points)
		return tool_complain(TOOL_USAGE, "%s: has no 'sweep', expected a list of points",
				     workload->path);
	if (make_points(workload, study))
		return tool_complain(TOOL_FAILED, "iopfsim study: out of memory");
	progress_catch_signals();
	code = tool_settings_act(options, workload, true);
	if (code)
		return code;
	err = sweep_prepare(&sweep, workload, wish, message);
	if (err)
		code = tool_complain(err == -EINVAL ? TOOL_USAGE : TOOL_FAILED, "%s", message);
	else if (options->output && ((options->has_plots && plot_check(message)) ||
				     folder_begin(&folder, options->output, MARKER, message)))
		code = tool_complain(TOOL_USAGE, "iopfsim study: %s", message);
	if (study->curve_path)
		sweep.write_members = study->is_of_load ? load_write_members : study_write_members;
	if (!code)
		code = run_points(options, study, &sweep, &folder);
	folder_abandon(&folder);
	sweep_finish(&sweep);
	return code;
}

const struct plot_kind *study_plot(const char *folder)
{
	char path[FOLDER_PATH_MAX + 32], name[64] = "";
	FILE *in;

	snprintf(path, sizeof(path), "%s/" STUDY_PLOT_NAME, folder);
	in = fopen(path, "r");
	if (!in)
		return NULL;
	if (fscanf(in, "%63s", name) != 1)
		name[0] = 0;
	fclose(in);
	for (u32 i = 0; i < nr_studies; i++) {
		if (!strcmp(studies[i].plot.name, name))
			return &studies[i].plot;
	}
	return NULL;
}

static const struct study *find_study(const char *name)
{
	struct text_suggestion suggestion = {0};

	for (u32 i = 0; i < nr_studies; i++) {
		if (!strcmp(studies[i].name, name))
			return &studies[i];
		text_suggest(&suggestion, name, studies[i].name);
	}
	text_suggest(&suggestion, name, LOCKS_HERE);
	tool_complain(0, "iopfsim study: nothing is called '%.64s'%s%s%s", name,
		      suggestion.word[0] ? "; did you mean '" : ", see 'iopfsim study --help'",
		      suggestion.word, suggestion.word[0] ? "'?" : "");
	return NULL;
}

int verb_study(const struct tool_options *options)
{
	const struct study *study;
	struct tool_options of_workload = *options;
	struct wl_workload *workload;
	int code;

	if (!strcmp(options->args[0], LOCKS_HERE) && options->is_sensitive)
		return tool_complain(TOOL_USAGE,
				     "iopfsim study: option '--sensitivity' does nothing "
				     "here: " LOCKS_HERE " measures");
	if (!strcmp(options->args[0], LOCKS_HERE) && options->nr_seeds)
		return tool_complain(TOOL_USAGE, NO_SEEDS, options->args[0]);
	if (!strcmp(options->args[0], LOCKS_HERE))
		return study_locks_here(options);
	study = find_study(options->args[0]);
	if (!study)
		return TOOL_USAGE;
	if (study->has_own_points && options->nr_seeds)
		return tool_complain(TOOL_USAGE, NO_SEEDS, study->name);
	of_workload.args[0] = options->nr_args > 1 ? options->args[1] : study->workload;
	code = tool_load(&of_workload, &workload);
	if (code)
		return code;
	code = run_study(options, study, workload);
	tool_unload(workload);
	return code;
}
