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

#include "sim/sim.h"
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
	 "Means of faults that there were: of all, and of those whose latency is about a percentile. A "
	 "stage bears the name of the moment that ends it."},
	{"translation", "translation.dat", "Latency of a translation",
	 "From request to answer, for each kind: in a TLB, by a walk, for an endpoint (ATS)."},
	{"queue_depth", "queues.dat", "Depth of the queues",
	 "The highest depth within each interval, and for how long the queues had which."},
	{"locks", "locks.dat", "Waiting for locks and holding them",
	 "By class of lock, the ones waited for most on top."},
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

static const char *const theme_names[] = {[PLOT_DEFAULT] = "default", [PLOT_PAPER] = "paper"};

#define NR_THEMES (sizeof(theme_names) / sizeof(theme_names[0]))

int plot_find_theme(const char *name, enum plot_theme *theme, char *message)
{
	for (u32 i = 0; i < NR_THEMES; i++) {
		if (strcmp(theme_names[i], name) != 0)
			continue;
		*theme = (enum plot_theme)i;
		return 0;
	}
	snprintf(message, TEXT_MESSAGE_MAX,
		 "--theme: there is no '%.60s', expected default or paper", name);
	return -EINVAL;
}

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

/* A picture that is being drawn. Several are at a time. */
struct drawing {
	const struct plot_kind *kind;
	char out[FOLDER_PATH_MAX + 64]; /* without suffix */
	pid_t pid;
	int fd; /* what gnuplot says; -1: nothing is drawn */
};

static int start_gnuplot(struct drawing *drawing, char *const *argv, char *message)
{
	int fds[2], err;

	if (pipe2(fds, O_CLOEXEC)) {
		int why = errno;

		snprintf(message, TEXT_MESSAGE_MAX, "gnuplot cannot be started: %s", strerror(why));
		return -why;
	}
	err = spawn(argv, fds[1], &drawing->pid);
	close(fds[1]);
	if (!err) {
		drawing->fd = fds[0];
		return 0;
	}
	close(fds[0]);
	if (err == ENOENT)
		snprintf(
			message, TEXT_MESSAGE_MAX,
			"no plots: gnuplot is not installed (Debian: apt-get install gnuplot-nox)");
	else
		snprintf(message, TEXT_MESSAGE_MAX, "gnuplot cannot be started: %s", strerror(err));
	return -err;
}

static int await_gnuplot(struct drawing *drawing, char *message)
{
	char complaint[512] = "";
	int status = 0;

	read_complaint(drawing->fd, complaint, sizeof(complaint));
	close(drawing->fd);
	while (waitpid(drawing->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && !WEXITSTATUS(status) && !complaint[0])
		return 0;
	if (!complaint[0] && WIFSIGNALED(status))
		snprintf(complaint, sizeof(complaint), "ended by %s", strsignal(WTERMSIG(status)));
	else if (!complaint[0])
		snprintf(complaint, sizeof(complaint), "exit status %d", WEXITSTATUS(status));
	snprintf(message, TEXT_MESSAGE_MAX, "gnuplot failed at %s.gp: %.400s", drawing->kind->name,
		 complaint);
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
} pictures[] = {{".svg", "</svg>"}, {".png", "IEND\xae\x42\x60\x82"}, {".pdf", "%%EOF"}};

#define NR_PICTURES (sizeof(pictures) / sizeof(pictures[0]))
#define FORMATS "svg png pdf"

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

/* Equal data give equal bytes: the time at which cairo wrote a PDF becomes its format's first. */
static void forget_date(const char *path)
{
	static const char mark[] = "/CreationDate (D:", date[] = "19700101000000";
	char *text = NULL, *at;
	size_t bytes = 0;
	FILE *file = fopen(path, "r+e");

	if (!file)
		return;
	if (!fseek(file, 0, SEEK_END) && ftell(file) > 0)
		bytes = (size_t)ftell(file);
	text = malloc(bytes + 1);
	rewind(file);
	if (text && fread(text, 1, bytes, file) == bytes) {
		at = memmem(text, bytes, mark, strlen(mark));
		if (at && !fseek(file, at - text + (long)strlen(mark), SEEK_SET))
			fwrite(date, 1, strlen(date), file);
	}
	free(text);
	fclose(file);
}

/* @out: without suffix. All of them, or none. */
static int take_pictures(const char *out, int err, char *message)
{
	char from[FOLDER_PATH_MAX + 128], to[FOLDER_PATH_MAX + 128];

	for (size_t i = 0; i < NR_PICTURES && !err; i++) {
		snprintf(from, sizeof(from), "%s" UNFINISHED "%s", out, pictures[i].suffix);
		if (!strcmp(pictures[i].suffix, ".pdf"))
			forget_date(from);
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

/* There is nothing to show: what an earlier version drew of it goes. */
static void remove_pictures(const char *out)
{
	char path[FOLDER_PATH_MAX + 128];

	for (size_t i = 0; i < NR_PICTURES; i++) {
		snprintf(path, sizeof(path), "%s%s", out, pictures[i].suffix);
		unlink(path);
	}
}

static int begin_drawing(struct drawing *drawing, const char *folder, enum plot_theme theme,
			 char *message)
{
	char scripts[FOLDER_PATH_MAX], script[FOLDER_PATH_MAX + 64];
	char data[FOLDER_PATH_MAX + 64], drawn[FOLDER_PATH_MAX + 96];
	char title[SYS_TEXT_MAX], rows[32], name[16], formats[] = FORMATS;
	char *argv[] = {"gnuplot", "-d", "-c",	  script, data,	   drawn,
			title,	   rows, scripts, name,	  formats, NULL};
	u64 nr_rows = count_rows(folder, drawing->kind->data);

	drawing->fd = -1;
	snprintf(drawing->out, sizeof(drawing->out), "%s/%s", folder, drawing->kind->name);
	if (!nr_rows) {
		remove_pictures(drawing->out);
		return 0;
	}
	snprintf(scripts, sizeof(scripts), "%.4000s", tool_data_plots());
	snprintf(script, sizeof(script), "%s/%s.gp", scripts, drawing->kind->name);
	snprintf(data, sizeof(data), "%s/data", folder);
	snprintf(drawn, sizeof(drawn), "%s" UNFINISHED, drawing->out);
	snprintf(name, sizeof(name), "%s", theme_names[theme]);
	read_title(folder, title, sizeof(title));
	snprintf(rows, sizeof(rows), "%llu", nr_rows);
	return start_gnuplot(drawing, argv, message);
}

struct plots {
	const struct plot_kind *kinds;
	u32 nr;
	enum plot_theme theme;
};

#define MAX_DRAWINGS 8

/* All at a time: a gnuplot is a second's fraction of one CPU. The first thing wrong is told. */
static int draw(const char *folder, const struct plots *plots, char *message)
{
	struct drawing drawings[MAX_DRAWINGS];
	char ignored[TEXT_MESSAGE_MAX] = "";
	u32 nr_begun = 0;
	int err = 0;

	sim_assert(plots->nr <= MAX_DRAWINGS);
	if (plot_check(message))
		return -ENOENT;
	for (; nr_begun < plots->nr && !err; nr_begun++) {
		drawings[nr_begun].kind = &plots->kinds[nr_begun];
		err = begin_drawing(&drawings[nr_begun], folder, plots->theme, message);
	}
	for (u32 i = 0; i < nr_begun; i++) {
		char *said = err ? ignored : message;
		int one;

		if (drawings[i].fd < 0)
			continue;
		one = await_gnuplot(&drawings[i], said);
		one = take_pictures(drawings[i].out, one, said);
		err = err ? err : one;
	}
	return err;
}

int plot_draw(const char *folder, const struct plot_kind *kind, enum plot_theme theme,
	      char *message)
{
	const struct plots plots = {kind, 1, theme};

	return draw(folder, &plots, message);
}

static int draw_kinds(const char *folder, const struct plots *plots, char *message)
{
	int err = draw(folder, plots, message);

	return err ? err : report_embed_plots(folder, plots->kinds, plots->nr, message);
}

int plot_draw_run(const char *folder, enum plot_theme theme, char *message)
{
	const struct plots plots = {plot_kinds, plot_nr_kinds, theme};

	return draw_kinds(folder, &plots, message);
}

int plot_draw_sweep(const char *folder, enum plot_theme theme, char *message)
{
	const struct plots plots = {plot_sweep_kinds, plot_nr_sweep_kinds, theme};

	return draw_kinds(folder, &plots, message);
}

int plot_complain(const char *verb, int err, const char *message)
{
	if (progress_is_stopped()) /* Ctrl-C goes to gnuplot too */
		return TOOL_OK;
	return tool_complain(err == -ENOENT ? TOOL_OK : TOOL_FAILED, "iopfsim %s: %s", verb,
			     message);
}
