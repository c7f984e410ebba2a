// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the files of a run are: a workload by its path or by the name of one that
 * comes with iopfsim, its platform beside it or among those that come with iopfsim.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/config/internal.h"

static void suggest_files(const char *folder, const char *word, struct text_suggestion *near)
{
	struct dirent **entries;
	int nr = scandir(folder, &entries, NULL, alphasort);

	for (int i = 0; i < nr; i++) {
		char name[256];
		char *dot;

		snprintf(name, sizeof(name), "%s", entries[i]->d_name);
		dot = strrchr(name, '.');
		if (dot && !strcmp(dot, ".yaml")) {
			*dot = 0;
			text_suggest(near, word, name);
		}
		free(entries[i]);
	}
	if (nr >= 0)
		free(entries);
}

int wl_find_platform(struct wl_path *found, const char *name, const char *folder,
		     struct text_where where)
{
	char quoted[TEXT_QUOTE_BYTES], beside[4200], ours[4200], hint[700];
	const char *data = wl_data_folder();
	struct text_suggestion near = {0};

	if (!name[0] || strspn(name, ".") || strchr(name, '/'))
		return text_complain(where,
				     "platform: %s is no name, expected a file of platforms/ "
				     "without .yaml",
				     text_quote(quoted, name));
	snprintf(beside, sizeof(beside), "%.4000s/platforms", folder);
	snprintf(found->text, sizeof(found->text), "%s/%.64s.yaml", beside, name);
	if (!access(found->text, F_OK))
		return 0;
	suggest_files(beside, name, &near);
	if (data) {
		snprintf(ours, sizeof(ours), "%.4000s/workloads/platforms", data);
		snprintf(found->text, sizeof(found->text), "%s/%.64s.yaml", ours, name);
		if (!access(found->text, F_OK))
			return 0;
		suggest_files(ours, name, &near);
	}
	text_hint(hint, &near);
	if (!near.word[0] && !data)
		snprintf(hint, sizeof(hint), ", and %.690s", wl_data_missing());
	return text_complain(where, "platform %s is unknown, expected a file of %.200s%s",
			     text_quote(quoted, name), beside, hint);
}

/* The folder of a result may have the workload's name. */
static bool is_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && !S_ISDIR(st.st_mode);
}

/* `uadk-sva` may be nowhere near, but among those that come with us. */
int wl_find_workload(char *found, size_t found_bytes, const char *path, char *message)
{
	static const char *const suffixes[] = {"", ".yaml"};
	const struct text_where where = {.file = path, .message = message};
	const char *data = wl_data_folder();
	struct text_suggestion near = {0};
	char ours[3800], hint[TEXT_HINT_BYTES];

	snprintf(found, found_bytes, "%s", path);
	if (strchr(path, '/') || !path[0] || is_file(path))
		return 0;
	if (!data && access(path, F_OK))
		return text_complain(where, "no such file, and %s", wl_data_missing());
	snprintf(ours, sizeof(ours), "%.3780s/workloads", data ? data : "");
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		snprintf(found, found_bytes, "%s/%.255s%s", ours, path, suffixes[i]);
		if (!access(found, F_OK))
			return 0;
	}
	snprintf(found, found_bytes, "%s", path);
	if (!access(path, F_OK)) /* a folder: said by who reads it */
		return 0;
	suggest_files(ours, path, &near);
	return text_complain(where, "no such file, and no workload that comes with iopfsim%s",
			     text_hint(hint, &near));
}
