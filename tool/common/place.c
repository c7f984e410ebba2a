// SPDX-License-Identifier: GPL-2.0-only
/* Output files: see place.h. */
#define _GNU_SOURCE
#include "tool/common/place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/config/workload.h"

static int fail(const struct place *place, char *message, int err)
{
	snprintf(message, TEXT_MESSAGE_MAX, "%.600s: cannot be written: %s", place->shown,
		 strerror(err));
	return -err;
}

/* An empty one was killed before its first byte. */
static bool is_ours(const char *path, const void *opaque)
{
	const struct place *place = opaque;
	struct stat st;

	return !lstat(path, &st) && S_ISREG(st.st_mode) && (!st.st_size || place->is_ours(path));
}

/* Through links: the file behind is replaced. */
static int settle_path(struct place *place, char *message)
{
	char real[PATH_MAX];

	if (!place->shown[0] || strlen(place->shown) >= sizeof(place->path) - 32)
		return fail(place, message, place->shown[0] ? ENAMETOOLONG : ENOENT);
	snprintf(place->path, sizeof(place->path), "%s",
		 realpath(place->shown, real) ? real : place->shown);
	return strlen(place->path) < sizeof(place->path) - 32 ? 0
							      : fail(place, message, ENAMETOOLONG);
}

static int check_replaceable(const struct place *place, char *message)
{
	struct stat st;

	if (lstat(place->path, &st))
		return errno == ENOENT ? 0 : fail(place, message, errno);
	if (S_ISREG(st.st_mode) && place->is_ours(place->path))
		return 0;
	snprintf(message, TEXT_MESSAGE_MAX,
		 "%.600s: exists and is no iopfsim %s; choose another with -o", place->shown,
		 place->what);
	return -EEXIST;
}

int place_begin(struct place *place, char *message)
{
	int err = settle_path(place, message);

	place->temporary[0] = 0;
	if (err)
		return err;
	temporary_clear(place->path, is_ours, place);
	err = check_replaceable(place, message);
	if (err)
		return err;
	temporary_name(place->temporary, place->path, TEMPORARY_FILLING);
	if (is_ours(place->temporary, place)) /* of one who had our number */
		unlink(place->temporary);
	place->fd = open(place->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (place->fd < 0) {
		err = fail(place, message, errno);
		place->temporary[0] = 0;
		return err;
	}
	flock(place->fd, LOCK_EX | LOCK_NB);
	return 0;
}

int place_commit(struct place *place, char *message)
{
	int err = close(place->fd) ? fail(place, message, errno) : 0;

	/* Writing was long: somebody may have put his own there meanwhile. */
	if (!err)
		err = check_replaceable(place, message);
	if (!err && rename(place->temporary, place->path))
		err = fail(place, message, errno);
	if (err)
		unlink(place->temporary);
	place->temporary[0] = 0;
	return err;
}

void place_abandon(struct place *place)
{
	if (!place->temporary[0])
		return;
	close(place->fd);
	unlink(place->temporary);
	place->temporary[0] = 0;
}
