// SPDX-License-Identifier: GPL-2.0-only
/* Unfinished files and folders, and those of processes that are no more: see temporary.h. */
#define _GNU_SOURCE
#include "tool/common/temporary.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "system/text/text.h"

#define MAX_OPEN_FOLDERS 16

void temporary_name(char *name, const char *place, const char *kind)
{
	snprintf(name, TEMPORARY_PATH_MAX, "%.4060s%s%d", place, kind, (int)getpid());
}

int temporary_lock(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB)) {
		close(fd);
		return -1;
	}
	return fd;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

void temporary_remove(const char *path)
{
	nftw(path, remove_one, MAX_OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
}

/* The process that @name, of one beside @base, tells of; 0: it is none of ours. */
static pid_t owner_of(const char *name, const char *base, const char *kind)
{
	size_t length = strlen(base);
	char *end;
	long pid;

	if (strncmp(name, base, length) || strncmp(name + length, kind, strlen(kind)))
		return 0;
	name += length + strlen(kind);
	errno = 0;
	pid = *name >= '1' && *name <= '9' ? strtol(name, &end, 10) : 0;
	return pid <= 0 || errno || *end || pid != (pid_t)pid ? 0 : (pid_t)pid;
}

/* Nobody has that number, and nobody (another machine, a container) holds the lock. */
static bool is_left_behind(pid_t owner, const char *path)
{
	int fd;

	if (!kill(owner, 0) || errno != ESRCH)
		return false;
	fd = temporary_lock(path);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void put_back_or_remove(const char *path, const char *place)
{
	/* Not over what came to stand there. */
	if (renameat2(AT_FDCWD, path, AT_FDCWD, place, RENAME_NOREPLACE))
		temporary_remove(path);
}

void temporary_clear(const char *place, bool (*is_ours)(const char *path, const void *opaque),
		     const void *opaque)
{
	const char *slash = strrchr(place, '/'), *base = slash ? slash + 1 : place;
	char folder[TEMPORARY_PATH_MAX], path[2 * TEMPORARY_PATH_MAX];
	struct dirent *entry;
	DIR *dir;

	text_folder_of(place, folder, sizeof(folder));
	dir = opendir(folder);
	while (dir && (entry = readdir(dir))) {
		pid_t filling = owner_of(entry->d_name, base, TEMPORARY_FILLING);
		pid_t leaving = owner_of(entry->d_name, base, TEMPORARY_LEAVING);

		if (!filling && !leaving)
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (!is_left_behind(filling ? filling : leaving, path) || !is_ours(path, opaque))
			continue;
		if (filling)
			temporary_remove(path);
		else
			put_back_or_remove(path, place);
	}
	if (dir)
		closedir(dir);
}
