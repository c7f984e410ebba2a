// SPDX-License-Identifier: GPL-2.0-only
/* Output folders: whole or not there. */
#define _GNU_SOURCE
#include "tool/common/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/config/workload.h"
#include "tool/common/temporary.h"

static int fail(char *message, const char *path, const char *what, int err)
{
	snprintf(message, TEXT_MESSAGE_MAX, "%.600s: %s: %s", path, what, strerror(err));
	return -err;
}

bool folder_has(const char *path, const char *name)
{
	char full[FOLDER_PATH_MAX + 256];
	struct stat st;

	snprintf(full, sizeof(full), "%s/%s", path, name);
	return !lstat(full, &st) && S_ISREG(st.st_mode);
}

static bool is_empty_folder(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;
	u32 nr = 0;

	if (!dir)
		return false;
	while ((entry = readdir(dir)))
		nr += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
	closedir(dir);
	return !nr;
}

/* Without slashes at the end; through links, so that the folder behind is replaced. */
static int settle_path(struct folder *folder, const char *path, char *message)
{
	char real[PATH_MAX];
	size_t length;

	if (!path[0])
		return fail(message, "-o", "the output folder has no name", EINVAL);
	if (strlen(path) >= sizeof(folder->path) - 32)
		return fail(message, path, "cannot be the output folder", ENAMETOOLONG);
	snprintf(folder->shown, sizeof(folder->shown), "%s", path);
	length = strlen(folder->shown);
	while (length > 1 && folder->shown[length - 1] == '/')
		folder->shown[--length] = 0;
	snprintf(folder->path, sizeof(folder->path), "%s",
		 realpath(folder->shown, real) ? real : folder->shown);
	return 0;
}

/* The marker is the first file that is written. */
static bool is_ours(const char *path, const void *marker)
{
	struct stat st;

	return !lstat(path, &st) && S_ISDIR(st.st_mode) &&
	       (folder_has(path, marker) || is_empty_folder(path));
}

static int check_replaceable(const struct folder *folder, char *message)
{
	struct stat st;

	if (lstat(folder->path, &st)) {
		if (errno == ENOENT)
			return 0;
		return fail(message, folder->shown, "cannot be the output folder", errno);
	}
	if (is_ours(folder->path, folder->marker))
		return 0;
	snprintf(message, TEXT_MESSAGE_MAX,
		 "%.600s: exists and is no iopfsim folder (it has no %s); choose another with -o",
		 folder->shown, folder->marker);
	return -EEXIST;
}

/* mkdir -p of what stands above the folder. */
static int make_parents(struct folder *folder, char *message)
{
	char parent[FOLDER_PATH_MAX];

	snprintf(parent, sizeof(parent), "%s", folder->path);
	for (char *slash = strchr(parent + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		if (!mkdir(parent, 0777)) {
			if (!folder->made_parent[0])
				snprintf(folder->made_parent, sizeof(folder->made_parent), "%s",
					 parent);
		} else if (errno != EEXIST) {
			return fail(message, parent, "cannot be made", errno);
		}
		*slash = '/';
	}
	return 0;
}

/* Folders made on the way, the innermost first, as long as they are empty. */
static void remove_parents(struct folder *folder)
{
	size_t shortest = strlen(folder->made_parent);
	char parent[FOLDER_PATH_MAX];
	char *slash;

	snprintf(parent, sizeof(parent), "%s", folder->path);
	while (shortest && (slash = strrchr(parent, '/')) && (size_t)(slash - parent) >= shortest) {
		*slash = 0;
		if (rmdir(parent))
			return;
	}
}

int folder_begin(struct folder *folder, const char *path, const char *marker, char *message)
{
	int err;

	*folder = (struct folder){.marker = marker, .lock_fd = -1};
	err = settle_path(folder, path, message);
	if (err)
		return err;
	temporary_clear(folder->path, is_ours, marker);
	err = check_replaceable(folder, message);
	if (!err)
		err = make_parents(folder, message);
	if (err)
		return err;
	temporary_name(folder->temporary, folder->path, TEMPORARY_FILLING);
	temporary_remove(folder->temporary);
	if (mkdir(folder->temporary, 0777)) {
		err = fail(message, folder->shown, "cannot be written", errno);
		folder->temporary[0] = 0;
		remove_parents(folder);
		return err;
	}
	folder->lock_fd = temporary_lock(folder->temporary);
	return 0;
}

/* The first member of that name in the marker is of the whole. */
static bool is_whole(const char *path, const char *marker)
{
	char full[FOLDER_PATH_MAX + 256], line[256];
	bool is_part = false, is_told = false;
	FILE *in;

	snprintf(full, sizeof(full), "%s/%s", path, marker);
	in = fopen(full, "re");
	if (!in)
		return false;
	while (!is_told && fgets(line, sizeof(line), in)) {
		is_told = strstr(line, "\"interrupted\":");
		is_part = is_told && strstr(line, ": true");
	}
	fclose(in);
	return !is_part;
}

static void append(char *path, size_t path_bytes, const char *suffix)
{
	size_t length = strlen(path);

	snprintf(path + length, path_bytes - length, "%s", suffix);
}

void folder_yield(struct folder *folder)
{
	if (!is_whole(folder->path, folder->marker))
		return;
	append(folder->path, sizeof(folder->path), ".interrupted");
	append(folder->shown, sizeof(folder->shown), ".interrupted");
}

/* For file systems that cannot exchange: a moment without either, but never a mixture. */
static int replace_in_two_steps(struct folder *folder)
{
	char old[FOLDER_PATH_MAX];

	temporary_name(old, folder->path, TEMPORARY_LEAVING);
	if (rename(folder->path, old))
		return -errno;
	if (rename(folder->temporary, folder->path)) {
		int err = -errno;

		rename(old, folder->path);
		return err;
	}
	temporary_remove(old);
	return 0;
}

/* Over an old result, which then bears the temporary name, or as if nothing stood there. */
static int put_in_place(struct folder *folder)
{
	if (!rename(folder->temporary, folder->path) ||
	    !renameat2(AT_FDCWD, folder->temporary, AT_FDCWD, folder->path, RENAME_EXCHANGE))
		return 0;
	return replace_in_two_steps(folder);
}

int folder_commit(struct folder *folder, char *message)
{
	/* A run is long: somebody may have put his own there meanwhile. */
	int err = check_replaceable(folder, message);

	if (!err) {
		err = put_in_place(folder);
		if (err)
			fail(message, folder->shown, "cannot be put in place", -err);
	}
	temporary_remove(folder->temporary);
	close(folder->lock_fd);
	folder->temporary[0] = 0;
	return err;
}

void folder_abandon(struct folder *folder)
{
	if (!folder->temporary[0])
		return;
	temporary_remove(folder->temporary);
	close(folder->lock_fd);
	folder->temporary[0] = 0;
	remove_parents(folder);
}

int folder_write(const char *path, const struct folder_file *file, char *message)
{
	char full[FOLDER_PATH_MAX + 256];
	bool failed;
	FILE *out;

	snprintf(full, sizeof(full), "%s/%s", path, file->name);
	out = fopen(full, "we");
	if (!out)
		return fail(message, file->name, "cannot be written", errno);
	errno = 0;
	file->write(out, file->opaque);
	failed = ferror(out);
	if (fclose(out) || failed)
		return fail(message, file->name, "cannot be written", errno ? errno : EIO);
	return 0;
}
