// SPDX-License-Identifier: GPL-2.0-only
/* Output folders: whole or not there. */
#define _GNU_SOURCE
#include "tool/common/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/config/workload.h"

#define MAX_OPEN_FOLDERS 16

static int fail(char *message, const char *path, const char *what, int err)
{
	snprintf(message, TEXT_MESSAGE_MAX, "%.600s: %s: %s", path, what, strerror(err));
	return -err;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

/* Does not follow symbolic links. */
static void remove_tree(const char *path)
{
	nftw(path, remove_one, MAX_OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
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

static int check_replaceable(const struct folder *folder, const char *marker, char *message)
{
	struct stat st;

	if (lstat(folder->path, &st)) {
		if (errno == ENOENT)
			return 0;
		return fail(message, folder->shown, "cannot be the output folder", errno);
	}
	if (S_ISDIR(st.st_mode) &&
	    (folder_has(folder->path, marker) || is_empty_folder(folder->path)))
		return 0;
	snprintf(message, TEXT_MESSAGE_MAX,
		 "%.600s: exists and is no iopfsim folder (it has no %s); choose another with -o",
		 folder->shown, marker);
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

	*folder = (struct folder){0};
	err = settle_path(folder, path, message);
	if (!err)
		err = check_replaceable(folder, marker, message);
	if (!err)
		err = make_parents(folder, message);
	if (err)
		return err;
	snprintf(folder->temporary, sizeof(folder->temporary), "%.4060s.tmp-%d", folder->path,
		 (int)getpid());
	remove_tree(folder->temporary);
	if (mkdir(folder->temporary, 0777)) {
		err = fail(message, folder->shown, "cannot be written", errno);
		folder->temporary[0] = 0;
		remove_parents(folder);
	}
	return err;
}

/* For file systems that cannot exchange: a moment without either, but never a mixture. */
static int replace_in_two_steps(struct folder *folder)
{
	char old[FOLDER_PATH_MAX];

	snprintf(old, sizeof(old), "%.4060s.old-%d", folder->path, (int)getpid());
	if (rename(folder->path, old))
		return -errno;
	if (rename(folder->temporary, folder->path)) {
		int err = -errno;

		rename(old, folder->path);
		return err;
	}
	remove_tree(old);
	return 0;
}

int folder_commit(struct folder *folder, char *message)
{
	int err = 0;

	/* first as if nothing, or an empty folder, stood there; then over an old result */
	if (rename(folder->temporary, folder->path) &&
	    renameat2(AT_FDCWD, folder->temporary, AT_FDCWD, folder->path, RENAME_EXCHANGE))
		err = replace_in_two_steps(folder);
	if (err)
		fail(message, folder->shown, "cannot be put in place", -err);
	/* after an exchange the old one bears the temporary name */
	remove_tree(folder->temporary);
	folder->temporary[0] = 0;
	return err;
}

void folder_abandon(struct folder *folder)
{
	if (!folder->temporary[0])
		return;
	remove_tree(folder->temporary);
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
