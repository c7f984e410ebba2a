// SPDX-License-Identifier: GPL-2.0-only
/* Options of a sweep as text, and as a Slurm job: see shards.h. */
#define _GNU_SOURCE
#include "tool/verb/shards.h"

#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tool/common/folder.h"
#include "tool/sweep/shard.h"

/* Between a name and its value, and behind it. */
#define IS '\x1f'
#define END '\x1e'

typedef void (*emit_fn)(FILE *out, const char *name, const char *value);

/* From any folder. */
static void emit_path(FILE *out, emit_fn emit, const char *name, const char *path)
{
	char real[PATH_MAX];

	emit(out, name, realpath(path, real) ? real : path);
}

/* Every option that decides what is run. */
static void emit_all(FILE *out, emit_fn emit, const struct tool_options *options)
{
	char text[sizeof(options->settings[0]) + 1];

	for (u32 i = 0; i < options->nr_settings; i++) {
		snprintf(text, sizeof(text), "%s=%s", options->settings[i].path,
			 options->settings[i].value);
		emit(out, "set", text);
	}
	for (u32 i = 0; i < options->nr_axes; i++) {
		snprintf(text, sizeof(text), "%s=%s", options->axes[i].path,
			 options->axes[i].value);
		emit(out, "sweep", text);
	}
	if (options->platform)
		emit_path(out, emit, "platform", options->platform);
	snprintf(text, sizeof(text), "%llu", options->seed);
	if (options->has_seed)
		emit(out, "seed", text);
	snprintf(text, sizeof(text), "%u", options->nr_seeds);
	if (options->nr_seeds)
		emit(out, "repeat", text);
	if (options->is_sensitive)
		emit(out, "sensitivity", NULL);
}

/* --- text --- */

static void emit_text(FILE *out, const char *name, const char *value)
{
	fprintf(out, "%s%c%s%c", name, IS, value ? value : "", END);
}

char *shards_asked(const struct tool_options *options, const struct wl_workload *workload)
{
	char *text = NULL;
	size_t bytes = 0;
	FILE *out = open_memstream(&text, &bytes);

	if (!out)
		return NULL;
	emit_path(out, emit_text, "file", workload->path);
	emit_all(out, emit_text, options);
	fclose(out);
	return text;
}

/* As it was called then, or a file of its name here, or one that comes with us. */
static const char *find_file(const char *path)
{
	return access(path, F_OK) ? tool_base_name(path) : path;
}

static int ask(struct tool_options *options, const char *name, const char *value, char *message)
{
	if (!strcmp(name, "file"))
		options->args[0] = find_file(value);
	else if (!strcmp(name, "set") && options->nr_settings < WL_MAX_SETTINGS)
		return wl_setting_parse(value, &options->settings[options->nr_settings++], message);
	else if (!strcmp(name, "sweep") && options->nr_axes < TOOL_MAX_AXES)
		return wl_axis_parse(value, &options->axes[options->nr_axes++], message);
	else if (!strcmp(name, "platform"))
		options->platform = find_file(value);
	else if (!strcmp(name, "seed"))
		options->has_seed = !wl_parse_number(value, SIM_UNIT_COUNT, &options->seed,
						     message);
	else if (!strcmp(name, "repeat"))
		options->nr_seeds = (u32)strtoul(value, NULL, 10);
	else if (!strcmp(name, "sensitivity"))
		options->is_sensitive = true;
	return 0;
}

int shards_ask(struct tool_options *options, char *asked, char *message)
{
	int err = 0;

	options->nr_args = 1;
	options->args[0] = "";
	while (!err && *asked) {
		char *is = strchr(asked, IS), *end = strchr(asked, END);

		if (!is || !end || end < is)
			return -EINVAL;
		*is = *end = 0;
		err = ask(options, asked, is + 1, message);
		asked = end + 1;
	}
	return err;
}

/* --- Slurm --- */

/* For a shell. */
static void put_quoted(FILE *out, const char *text)
{
	fputc('\'', out);
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", out);
		else
			fputc(*text, out);
	}
	fputc('\'', out);
}

static void emit_word(FILE *out, const char *name, const char *value)
{
	fprintf(out, " --%s", name);
	if (!value)
		return;
	fputc(' ', out);
	put_quoted(out, value);
}

struct script {
	const struct tool_options *options;
	const struct wl_workload *workload;
	char program[PATH_MAX], folder[PATH_MAX], file[PATH_MAX];
};

static void write_script(FILE *out, const void *opaque)
{
	const struct script *script = opaque;
	const struct tool_options *options = script->options;

	fprintf(out,
		"#!/bin/sh\n"
		"# A shard of a sweep each; 'iopfsim sweep --collect' joins them.\n"
		"#SBATCH --job-name=iopfsim-%s\n"
		"#SBATCH --array=1-%u\n"
		"#SBATCH --cpus-per-task=%u\n"
		"#SBATCH --output=\"%s/%s\"\n"
		"#SBATCH --open-mode=append\n"
		"exec ",
		script->workload->config.name, options->nr_slurm,
		options->nr_jobs ? options->nr_jobs : 1, script->folder, SHARD_LOG);
	put_quoted(out, script->program);
	fputs(" sweep ", out);
	put_quoted(out, script->file);
	emit_all(out, emit_word, options);
	fprintf(out, " --shard \"$SLURM_ARRAY_TASK_ID/%u\" --jobs %u --output ", options->nr_slurm,
		options->nr_jobs ? options->nr_jobs : 1);
	put_quoted(out, script->folder);
	fputc('\n', out);
}

static int submit(const char *path)
{
	char *argv[] = {"sbatch", (char *)path, NULL};
	int status = 0, err;
	pid_t pid;

	fflush(NULL);
	err = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);
	if (err)
		return tool_complain(TOOL_FAILED,
				     "iopfsim sweep: %s is written, but sbatch cannot be started: "
				     "%s (Debian: apt-get install slurm-client)",
				     path, strerror(err));
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return TOOL_OK;
	return tool_complain(TOOL_FAILED, "iopfsim sweep: sbatch failed at %s", path);
}

int shards_submit(const struct tool_options *options, const struct wl_workload *workload)
{
	struct script script = {.options = options, .workload = workload};
	const struct folder_file file = {SHARD_SCRIPT, write_script, &script};
	char message[TEXT_MESSAGE_MAX], path[PATH_MAX + 32];
	ssize_t got = readlink("/proc/self/exe", script.program, sizeof(script.program) - 1);

	if (got <= 0 || !realpath(options->output, script.folder) ||
	    !realpath(workload->path, script.file))
		return tool_complain(TOOL_FAILED, "iopfsim sweep: %s", strerror(errno));
	if (strpbrk(script.folder, "\"\\\n"))
		return tool_complain(TOOL_USAGE,
				     "iopfsim sweep: %s: no folder for Slurm, whose scripts cannot "
				     "name it",
				     options->output);
	if (folder_write(script.folder, &file, message))
		return tool_complain(TOOL_FAILED, "iopfsim sweep: %s", message);
	snprintf(path, sizeof(path), "%s/" SHARD_SCRIPT, script.folder);
	if (!options->is_quiet)
		printf("%s: %u shards; when all have run: iopfsim sweep --collect %s -o ANOTHER\n",
		       path, options->nr_slurm, options->output);
	return submit(path);
}
