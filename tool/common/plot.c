// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls gnuplot with a script of the data folder. Scripts take arguments and read
 * data, so nothing that a user wrote is ever part of a gnuplot program; no
 * shell is involved.
 */
#define _GNU_SOURCE
#include "tool/common/plot.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "system/config/workload.h"
#include "tool/common/data.h"
#include "tool/common/folder.h"
#include "tool/common/progress.h"
#include "tool/common/report.h"
#include "tool/common/tool.h"

const struct plot_kind plot_kinds[] = {
	{"latency_cdf", "latency.dat", "Latency of a fault",
	 "From the start of the translation that found the fault until the access completed."},
	{"stages", "stages.dat", "Where the time goes",
	 "A stage bears the name of the moment that ends it. The p99 of each stage is its own: "
	 "they do not add up to the p99 of the latency."},
	{"queue_depth", "queues.dat", "Depth of the queues",
	 "The highest depth within each interval."},
	{"locks", "locks.dat", "Waiting for locks and holding them",
	 "By lock class, the ones waited for most on top."},
};

const u32 plot_nr_kinds = sizeof(plot_kinds) / sizeof(plot_kinds[0]);

const struct plot_kind plot_sweep_kinds[] = {
	{"sweep", "sweep.dat", "Point by point",
	 "Beside what was published, where a source is known; else along the parameter with most "
	 "values."},
	{"sweep_map", "sweep_map.dat", "Two parameters",
	 "A cell for each pair of values of the two parameters with most of them."},
	{"sweep_stages", "sweep_stages.dat", "Where the time goes",
	 "The mean of each stage, point by point. A stage bears the name of the moment that ends "
	 "it."},
};

const u32 plot_nr_sweep_kinds = sizeof(plot_sweep_kinds) / sizeof(plot_sweep_kinds[0]);

/* Lines of data: not empty, no comment. gnuplot stumbles over files without any. */
static u64 count_rows(const char *folder, const char *data)
{
	char path[FOLDER_PATH_MAX + 64], line[4096];
	u64 nr = 0;
	FILE *in;

	snprintf(path, sizeof(path), "%s/data/%s", folder, data);
	in = fopen(path, "re");
	if (!in)
		return 0;
	while (fgets(line, sizeof(line), in))
		nr += line[0] != '#' && line[0] != '\n';
	fclose(in);
	return nr;
}

static void read_title(const char *folder, char *title, size_t title_bytes)
{
	char path[FOLDER_PATH_MAX + 64];
	FILE *in;

	snprintf(path, sizeof(path), "%s/data/title.txt", folder);
	title[0] = 0;
	in = fopen(path, "re");
	if (!in)
		return;
	if (fgets(title, (int)title_bytes, in))
		title[strcspn(title, "\n")] = 0;
	fclose(in);
}

/* In a locale without UTF-8 gnuplot complains of its own degree sign. */
static int spawn(char *const *argv, int fd, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int err;

	if (setenv("LC_ALL", "C.UTF-8", 1))
		return errno;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, fd, 1);
	posix_spawn_file_actions_adddup2(&actions, fd, 2);
	err = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return err;
}

/* What it says, as one line; what does not fit is read and dropped. */
static void read_complaint(int fd, char *text, size_t text_bytes)
{
	size_t used = 0;
	char chunk[512];
	ssize_t got;

	while ((got = read(fd, chunk, sizeof(chunk))) > 0 || (got < 0 && errno == EINTR)) {
		for (ssize_t i = 0; i < got && used + 1 < text_bytes; i++) {
			bool is_space = isspace((unsigned char)chunk[i]);

			if (is_space && (!used || text[used - 1] == ' '))
				continue;
			text[used++] = is_space ? ' ' : chunk[i];
		}
	}
	text[used] = 0;
}

static int run_gnuplot(char *const *argv, char *message)
{
	char complaint[512] = "";
	int fds[2], status = 0, err;
	pid_t pid = -1;

	if (pipe2(fds, O_CLOEXEC)) {
		int why = errno;

		snprintf(message, TEXT_MESSAGE_MAX, "gnuplot cannot be started: %s", strerror(why));
		return -why;
	}
	err = spawn(argv, fds[1], &pid);
	close(fds[1]);
	if (!err)
		read_complaint(fds[0], complaint, sizeof(complaint));
	close(fds[0]);
	if (err == ENOENT)
		snprintf(
			message, TEXT_MESSAGE_MAX,
			"no plots: gnuplot is not installed (Debian: apt-get install gnuplot-nox)");
	else if (err)
		snprintf(message, TEXT_MESSAGE_MAX, "gnuplot cannot be started: %s", strerror(err));
	if (err)
		return -err;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && !WEXITSTATUS(status) && !complaint[0])
		return 0;
	if (!complaint[0] && WIFSIGNALED(status))
		snprintf(complaint, sizeof(complaint), "ended by %s", strsignal(WTERMSIG(status)));
	else if (!complaint[0])
		snprintf(complaint, sizeof(complaint), "exit status %d", WEXITSTATUS(status));
	snprintf(message, TEXT_MESSAGE_MAX, "gnuplot failed at %s: %.400s", argv[3], complaint);
	return -EIO;
}

int plot_check(char *message)
{
	if (wl_data_folder())
		return 0;
	snprintf(message, TEXT_MESSAGE_MAX, "no plots: %.900s", wl_data_missing());
	return -ENOENT;
}

/* --- what gnuplot left --- */

/*
 * gnuplot says nothing when it cannot write: a picture is whole when its end is there.
 * It draws under another name, so that one that is not whole takes no place.
 */
#define UNFINISHED ".unfinished"

static const struct picture {
	const char *suffix, *end;
} pictures[] = {{".svg", "</svg>"}, {".png", "IEND\xae\x42\x60\x82"}};

#define NR_PICTURES (sizeof(pictures) / sizeof(pictures[0]))

static bool is_whole(const char *path, const struct picture *picture)
{
	char tail[64];
	FILE *in = fopen(path, "re");
	size_t got = 0;

	if (!in)
		return false;
	/* A shorter file is read from its start. */
	if (fseek(in, -(long)sizeof(tail), SEEK_END))
		rewind(in);
	got = fread(tail, 1, sizeof(tail), in);
	fclose(in);
	return memmem(tail, got, picture->end, strlen(picture->end));
}

/* @out: without suffix. All of them, or none. */
static int take_pictures(const char *out, int err, char *message)
{
	char from[FOLDER_PATH_MAX + 128], to[FOLDER_PATH_MAX + 128];

	for (size_t i = 0; i < NR_PICTURES && !err; i++) {
		snprintf(from, sizeof(from), "%s" UNFINISHED "%s", out, pictures[i].suffix);
		if (is_whole(from, &pictures[i]))
			continue;
		err = -EIO;
		snprintf(message, TEXT_MESSAGE_MAX,
			 "%.400s%s: gnuplot has not written all of it; is the disk full?",
			 tool_base_name(out), pictures[i].suffix);
	}
	for (size_t i = 0; i < NR_PICTURES; i++) {
		snprintf(from, sizeof(from), "%s" UNFINISHED "%s", out, pictures[i].suffix);
		snprintf(to, sizeof(to), "%s%s", out, pictures[i].suffix);
		if (err || rename(from, to))
			unlink(from);
	}
	return err;
}

int plot_draw(const char *folder, const struct plot_kind *kind, char *message)
{
	char scripts[FOLDER_PATH_MAX], script[FOLDER_PATH_MAX + 64];
	char data[FOLDER_PATH_MAX + 64], out[FOLDER_PATH_MAX + 64], drawn[FOLDER_PATH_MAX + 96];
	char title[SYS_TEXT_MAX], rows[32];
	char *argv[] = {"gnuplot", "-d", "-c", script, data, drawn, title, rows, scripts, NULL};

	if (plot_check(message))
		return -ENOENT;
	snprintf(scripts, sizeof(scripts), "%.4000s", tool_data_plots());
	snprintf(script, sizeof(script), "%s/%s.gp", scripts, kind->name);
	snprintf(data, sizeof(data), "%s/data", folder);
	snprintf(out, sizeof(out), "%s/%s", folder, kind->name);
	snprintf(drawn, sizeof(drawn), "%s" UNFINISHED, out);
	read_title(folder, title, sizeof(title));
	snprintf(rows, sizeof(rows), "%llu", count_rows(folder, kind->data));
	return take_pictures(out, run_gnuplot(argv, message), message);
}

static int draw_kinds(const char *folder, const struct plot_kind *kinds, u32 nr, char *message)
{
	int err = 0;

	for (u32 i = 0; !err && i < nr; i++) {
		/* not every sweep has something for each of its pictures */
		if (kinds != plot_sweep_kinds || count_rows(folder, kinds[i].data))
			err = plot_draw(folder, &kinds[i], message);
	}
	return err ? err : report_embed_plots(folder, kinds, nr, message);
}

int plot_draw_run(const char *folder, char *message)
{
	return draw_kinds(folder, plot_kinds, plot_nr_kinds, message);
}

int plot_draw_sweep(const char *folder, char *message)
{
	return draw_kinds(folder, plot_sweep_kinds, plot_nr_sweep_kinds, message);
}

int plot_complain(const char *verb, int err, const char *message)
{
	if (progress_is_stopped()) /* Ctrl-C goes to gnuplot too */
		return TOOL_OK;
	return tool_complain(err == -ENOENT ? TOOL_OK : TOOL_FAILED, "iopfsim %s: %s", verb,
			     message);
}
